extern crate lakebed_schema as lakebed;

use chrono::{DateTime, Utc};
use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", partition(by = at, layout = "dt={yyyy-MM-DD}"))]
struct Row {
    at: DateTime<Utc>,
    region: String,
}

fn main() {}
