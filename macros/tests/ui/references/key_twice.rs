extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", key = "a, b, a")]
struct Row {
    a: u8,
    b: u8,
}

fn main() {}
