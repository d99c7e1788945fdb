extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row<T> {
    value: T,
}

fn tables() -> [&'static lakebed::TableDef; 1] {
    lakebed::tables![Row<u64>]
}

fn main() {}
