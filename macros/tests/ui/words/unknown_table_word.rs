extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", partitoin(by = arrival, layout = "dt={yyyy-MM-dd}"))]
struct Row {
    speed: u8,
}

fn main() {}
