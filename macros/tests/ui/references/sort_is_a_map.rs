extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", sort = "a")]
struct Row {
    a: std::collections::BTreeMap<String, u8>,
}

fn main() {}
