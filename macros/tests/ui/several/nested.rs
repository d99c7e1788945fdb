extern crate lakebed_schema as lakebed;

use lakebed_macros::{ColumnType, Record};

#[derive(ColumnType)]
struct Point {
    x: u64,
    #[lake(nmae = "why")]
    y: f64,
}

#[derive(Record)]
#[lake(table = "t", sort = "place")]
struct Row {
    place: Point,
    #[lake(null_if("x"))]
    point: Option<Point>,
    price: rust_decimal::Decimal,
}

fn main() {}
