extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[lake(null_if(0), null_if(1))]
    speed: Option<u8>,
}

fn main() {}
