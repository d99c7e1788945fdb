extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    prices: Vec<Option<rust_decimal::Decimal>>,
}

fn main() {}
