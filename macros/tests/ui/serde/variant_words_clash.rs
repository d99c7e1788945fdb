extern crate lakebed_schema as lakebed;

use lakebed_macros::ColumnType;

#[derive(ColumnType)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Car,
    #[serde(alias = "car")]
    Auto,
}

fn main() {}
