extern crate lakebed_schema as lakebed;

use lakebed_macros::{ReadRecord, Record};

#[derive(Record, ReadRecord)]
#[lake(table = "t")]
struct Row {
    #[lake(as = "f64")]
    ratio: f32,
}

fn main() {}
