extern crate lakebed_schema as lakebed;

use lakebed_macros::ReadRecord;

#[derive(ReadRecord)]
struct Row {
    id: u32,
}

fn main() {}
