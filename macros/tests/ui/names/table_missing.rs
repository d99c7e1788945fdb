extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
struct Row {
    speed: u8,
}

fn main() {}
