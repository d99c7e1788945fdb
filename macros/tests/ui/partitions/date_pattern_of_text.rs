extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", partition(by = region, layout = "dt={yyyy-MM-dd}"))]
struct Row {
    region: String,
}

fn main() {}
