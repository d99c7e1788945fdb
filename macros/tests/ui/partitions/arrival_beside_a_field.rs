extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", partition(by = arrival, layout = "dt={yyyy-MM-dd}"))]
struct Row {
    arrival: u8,
}

fn main() {}
