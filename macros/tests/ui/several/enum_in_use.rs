extern crate lakebed_schema as lakebed;

use lakebed_macros::{ColumnType, Record};

#[derive(ColumnType)]
enum Event {
    Started(u8),
    Stopped,
}

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    event: Event,
}

fn main() {}
