extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", bound = "T is Copy")]
struct Row {
    speed: u8,
}

fn main() {}
