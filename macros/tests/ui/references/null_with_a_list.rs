extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[lake(null_if(0))]
    speeds: Vec<Option<u8>>,
    #[lake(null_with = "speeds")]
    mean: Option<u8>,
}

fn main() {}
