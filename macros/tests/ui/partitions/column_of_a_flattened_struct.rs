extern crate lakebed_schema as lakebed;

use chrono::{DateTime, Utc};
use lakebed_macros::{ColumnType, Record};

#[derive(ColumnType)]
struct Point {
    x: f64,
}

#[derive(Record)]
#[lake(table = "t", partition(by = at, layout = "x={yyyy-MM-dd}"))]
struct Row {
    at: DateTime<Utc>,
    #[serde(flatten)]
    place: Point,
}

fn main() {}
