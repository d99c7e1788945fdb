extern crate lakebed_schema as lakebed;

use lakebed_macros::{ColumnType, ReadColumn};

#[derive(ColumnType, ReadColumn)]
enum Kind {
    Car,
    #[serde(skip_deserializing)]
    Lorry,
}

fn main() {}
