extern crate lakebed_schema as lakebed;

use lakebed_macros::{ColumnType, Record};

#[derive(ColumnType)]
struct Point {
    x: f64,
}

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    x: u8,
    #[serde(flatten)]
    place: Point,
}

fn main() {}
