extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    speeds: Vec<u8>,
}

fn main() {}
