extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    id: u8,
    next: Option<Box<Row>>,
}

fn main() {}
