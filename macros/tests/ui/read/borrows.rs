extern crate lakebed_schema as lakebed;

use lakebed_macros::{ReadRecord, Record};

#[derive(Record, ReadRecord)]
#[lake(table = "t")]
struct Row<'a> {
    name: &'a str,
    #[lake(binary)]
    bytes: &'a [u8],
}

fn main() {}
