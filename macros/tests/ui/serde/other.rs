extern crate lakebed_schema as lakebed;

use lakebed_macros::ColumnType;

#[derive(ColumnType)]
enum Kind {
    Car,
    #[serde(other)]
    Unknown,
}

fn main() {}
