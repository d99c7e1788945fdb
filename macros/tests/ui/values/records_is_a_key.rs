extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", records("Speed/list"))]
struct Row {
    speed: Option<u8>,
}

fn main() {}
