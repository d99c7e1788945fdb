extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", key = "pointid")]
struct Row {
    point_id: u8,
}

fn main() {}
