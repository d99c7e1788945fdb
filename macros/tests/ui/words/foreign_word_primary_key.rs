extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", primary_key = "speed")]
struct Row {
    speed: u8,
}

fn main() {}
