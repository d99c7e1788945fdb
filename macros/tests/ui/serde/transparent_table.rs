extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
#[serde(transparent)]
struct Row {
    id: u8,
}

fn main() {}
