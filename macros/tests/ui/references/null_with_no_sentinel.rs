extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    speed: Option<u8>,
    #[lake(null_with = "speed")]
    mean: Option<u8>,
}

fn main() {}
