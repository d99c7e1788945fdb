extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", crate = "my crate")]
struct Row {
    speed: u8,
}

fn main() {}
