extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", partition(by = region, layout = "region={region}", null = "not known"))]
struct Row {
    region: Option<String>,
    id: u8,
}

fn main() {}
