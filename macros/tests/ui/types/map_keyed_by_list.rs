extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    m: std::collections::BTreeMap<Vec<u8>, u8>,
}

fn main() {}
