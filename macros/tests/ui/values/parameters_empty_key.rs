extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", parameters("" = "b"))]
struct Row {
    count: u8,
}

fn main() {}
