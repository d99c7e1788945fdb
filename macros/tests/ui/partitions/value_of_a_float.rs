extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", partition(by = speed, layout = "speed={speed}"))]
struct Row {
    speed: f64,
    id: u8,
}

fn main() {}
