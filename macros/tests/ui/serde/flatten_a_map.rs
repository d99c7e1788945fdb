extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;
use std::collections::HashMap;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    id: u8,
    #[serde(flatten)]
    more: HashMap<String, String>,
}

fn main() {}
