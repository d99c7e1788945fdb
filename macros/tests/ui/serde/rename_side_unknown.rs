extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[serde(rename(serialise = "a"))]
    at: u8,
}

fn main() {}
