extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", key = "unieke_id")]
struct Row {
    #[serde(rename = "unieke_id")]
    point_id: u8,
}

fn main() {}
