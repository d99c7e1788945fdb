extern crate lakebed_schema as lakebed;

use lakebed_macros::{ColumnType, Record};

#[derive(ColumnType)]
struct Point {
    x: f64,
}

#[derive(Record)]
#[lake(table = "t", latest_by = place)]
struct Row {
    place: Point,
}

fn main() {}
