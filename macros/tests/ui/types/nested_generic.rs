extern crate lakebed_schema as lakebed;

use lakebed_macros::{ColumnType, Record};

#[derive(ColumnType)]
struct Boxed<T> {
    value: T,
}

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    boxed: Boxed<u64>,
}

fn main() {}
