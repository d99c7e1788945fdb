extern crate lakebed_schema as lakebed;

use lakebed_macros::ColumnType;

#[derive(ColumnType)]
#[lake(table = "t")]
struct Point {
    x: f64,
}

fn main() {}
