extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    speed: u8,
    #[serde(rename = "Speed")]
    velocity: u8,
}

fn main() {}
