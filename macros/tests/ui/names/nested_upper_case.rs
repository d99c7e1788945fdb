extern crate lakebed_schema as lakebed;

use lakebed_macros::{ColumnType, Record};

#[allow(non_snake_case)]
#[derive(ColumnType)]
struct Point {
    X: f64,
}

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    place: Point,
}

fn main() {}
