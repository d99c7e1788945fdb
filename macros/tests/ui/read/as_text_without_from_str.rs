extern crate lakebed_schema as lakebed;

use lakebed_macros::{ReadRecord, Record};
use std::fmt;

struct Plate;

impl fmt::Display for Plate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("1-ABC-123")
    }
}

#[derive(Record, ReadRecord)]
#[lake(table = "t")]
struct Row {
    #[lake(as = "string")]
    plate: Option<Plate>,
}

fn main() {}
