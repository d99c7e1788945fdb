extern crate lakebed_schema as lakebed;

use lakebed_macros::{ReadRecord, Record};

#[derive(Record, ReadRecord)]
#[lake(table = "t")]
struct Row<'a> {
    names: Vec<&'a str>,
}

fn main() {}
