extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", json_schema)]
struct Row {
    id: u8,
}

fn main() {}
