extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", rename_all = "camelCase")]
struct Row {
    speed: u8,
}

fn main() {}
