extern crate lakebed_schema as lakebed;

use lakebed_macros::{ReadRecord, Record};
use serde::Serialize;

#[derive(Serialize)]
enum Event {
    Started { at: u8 },
}

#[derive(Record, ReadRecord)]
#[lake(table = "t")]
struct Row {
    #[lake(json)]
    event: Event,
}

fn main() {}
