extern crate lakebed_schema as lakebed;

use lakebed_macros::ColumnType;

#[derive(ColumnType)]
#[serde(remote = "Other")]
struct Point {
    #[serde(getter = "Other::x")]
    x: f64,
}

fn main() {}
