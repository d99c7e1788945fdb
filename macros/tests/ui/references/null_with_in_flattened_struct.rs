extern crate lakebed_schema as lakebed;

use lakebed_macros::{ColumnType, Record};

#[derive(ColumnType)]
struct Point {
    x: Option<f64>,
}

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[serde(flatten)]
    place: Point,
    #[lake(null_with = "x")]
    mean: Option<u8>,
}

fn main() {}
