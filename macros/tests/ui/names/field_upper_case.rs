extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
#[allow(non_snake_case)]
struct Row {
    CarSpeed: u8,
}

fn main() {}
