extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", key = "ids")]
struct Row {
    ids: Vec<u8>,
}

fn main() {}
