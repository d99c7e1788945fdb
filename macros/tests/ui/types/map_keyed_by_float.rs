extern crate lakebed_schema as lakebed;

use lakebed_macros::{ColumnType, Record};

#[derive(ColumnType, PartialEq, PartialOrd)]
struct Ratio(f64);

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    m: std::collections::BTreeMap<Ratio, u8>,
}

fn main() {}
