extern crate lakebed_schema as lakebed;

use lakebed_macros::ColumnType;

#[derive(ColumnType)]
struct Price(#[lake(decimal(12, 2))] rust_decimal::Decimal);

fn main() {}
