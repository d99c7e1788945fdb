extern crate lakebed_schema as lakebed;

use lakebed_macros::{ColumnType, ReadRecord, Record};

#[derive(ColumnType)]
struct Point {
    x: f64,
}

#[derive(Record, ReadRecord)]
#[lake(table = "t")]
struct Row {
    #[serde(flatten)]
    at: Point,
}

fn main() {}
