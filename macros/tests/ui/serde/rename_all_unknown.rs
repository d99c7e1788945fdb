extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
#[serde(rename_all = "camel_case")]
struct Row {
    at: u8,
}

fn main() {}
