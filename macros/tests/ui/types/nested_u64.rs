extern crate lakebed_schema as lakebed;

use lakebed_macros::{ColumnType, Record};

#[derive(ColumnType)]
struct Point {
    x: u64,
}

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    place: Point,
}

fn main() {}
