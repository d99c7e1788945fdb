extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
#[serde(rename_all = "kebab", from = "Other", tag = "type")]
struct Row {
    #[serde(skip_serializing)]
    a: u8,
    #[serde(with = "m")]
    b: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    c: Vec<u8>,
    #[serde(rename = "d e")]
    d: u8,
    #[serde(flatten)]
    e: Vec<u8>,
}

fn main() {}
