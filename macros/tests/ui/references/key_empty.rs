extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", key = " , ")]
struct Row {
    a: u8,
}

fn main() {}
