extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", partition(by = arrival, layout = "region={region}"))]
struct Row {
    region: String,
}

fn main() {}
