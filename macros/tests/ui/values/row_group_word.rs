extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", row_group(row = 5))]
struct Row {
    count: u8,
}

fn main() {}
