extern crate lakebed_schema as lakebed;

use lakebed_macros::{ReadRecord, Record};

#[derive(Clone)]
struct Meters(i64);

impl From<Meters> for i64 {
    fn from(meters: Meters) -> Self {
        meters.0
    }
}

#[derive(Record, ReadRecord)]
#[lake(table = "t")]
struct Row {
    #[lake(as = "i64")]
    length: Meters,
}

fn main() {}
