extern crate lakebed_schema as lakebed;

use lakebed_macros::ColumnType;

#[derive(ColumnType)]
enum Kind {
    #[serde(rename = "")]
    Car,
}

fn main() {}
