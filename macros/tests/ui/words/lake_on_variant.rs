extern crate lakebed_schema as lakebed;

use lakebed_macros::{ColumnType, Record};

#[derive(ColumnType)]
enum Kind {
    #[lake(name = "car")]
    Car,
}

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    kind: Kind,
}

fn main() {}
