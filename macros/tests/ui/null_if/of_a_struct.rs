extern crate lakebed_schema as lakebed;

use lakebed_macros::{ColumnType, Record};

#[derive(ColumnType)]
struct Point {
    x: f64,
}

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[lake(null_if(0))]
    place: Option<Point>,
}

fn main() {}
