extern crate lakebed_schema as lakebed;

use lakebed_macros::ColumnType;

#[derive(ColumnType)]
#[serde(untagged)]
enum Kind {
    Car,
}

fn main() {}
