extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", sort = "region", partition(by = region, layout = "region={region}"))]
struct Row {
    region: String,
    id: u8,
}

fn main() {}
