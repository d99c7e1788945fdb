extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", null_if(0))]
struct Row {
    speed: Option<u8>,
}

fn main() {}
