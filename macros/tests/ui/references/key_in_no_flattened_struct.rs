extern crate lakebed_schema as lakebed;

use lakebed_macros::{ColumnType, Record};

#[derive(ColumnType)]
struct Point {
    x: f64,
}

#[derive(Record)]
#[lake(table = "t", key = "y")]
struct Row {
    #[serde(flatten)]
    place: Point,
}

fn main() {}
