extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    counts: std::collections::BTreeMap<String, i128>,
}

fn main() {}
