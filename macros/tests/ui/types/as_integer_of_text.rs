extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[lake(as = "i64")]
    count: Vec<u64>,
}

fn main() {}
