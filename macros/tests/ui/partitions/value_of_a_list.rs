extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", partition(by = speeds, layout = "speed={speeds}"))]
struct Row {
    speeds: Vec<u8>,
    id: u8,
}

fn main() {}
