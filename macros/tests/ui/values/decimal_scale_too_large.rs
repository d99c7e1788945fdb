extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[lake(decimal(2, 4))]
    price: rust_decimal::Decimal,
}

fn main() {}
