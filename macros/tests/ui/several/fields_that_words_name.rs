extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", key = "ID, list", sort = "speed")]
#[allow(non_snake_case)]
struct Row {
    ID: u8,
    #[lake(nul_if(0))]
    speed: Option<u8>,
    #[lake(null_with = "speed")]
    mean: Option<u8>,
    list: Vec<u8>,
}

fn main() {}
