extern crate lakebed_schema as lakebed;

use lakebed_macros::ColumnType;

#[derive(ColumnType)]
enum Event {
    Started { at: u8 },
    Stopped,
}

fn main() {}
