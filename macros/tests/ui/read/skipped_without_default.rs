extern crate lakebed_schema as lakebed;

use lakebed_macros::{ReadRecord, Record};

struct Handle;

#[derive(Record, ReadRecord)]
#[lake(table = "t")]
struct Row {
    id: u32,
    #[serde(skip)]
    handle: Handle,
}

fn main() {}
