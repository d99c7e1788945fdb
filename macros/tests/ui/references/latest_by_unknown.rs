extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", latest_by = "updated")]
struct Row {
    updated_at: u8,
}

fn main() {}
