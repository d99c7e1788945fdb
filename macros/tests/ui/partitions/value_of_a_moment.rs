extern crate lakebed_schema as lakebed;

use chrono::{DateTime, Utc};
use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", partition(by = at, layout = "at={at}"))]
struct Row {
    at: DateTime<Utc>,
    id: u8,
}

fn main() {}
