extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[lake(null_if(99999999999999999999999), decimal(38, 0))]
    count: Option<u128>,
}

fn main() {}
