extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[lake(nul_if(0))]
    speed: Option<u8>,
}

fn main() {}
