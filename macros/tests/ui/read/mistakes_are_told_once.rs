extern crate lakebed_schema as lakebed;

use lakebed_macros::{ReadRecord, Record};

#[derive(Record, ReadRecord)]
#[lake(table = "t", partition(by = id))]
struct Row {
    #[lake(nul_if(1))]
    id: u32,
}

fn main() {}
