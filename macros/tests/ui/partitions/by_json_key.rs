extern crate lakebed_schema as lakebed;

use chrono::{DateTime, Utc};
use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", partition(by = tijd, layout = "dt={yyyy-MM-dd}"))]
struct Row {
    #[serde(rename = "tijd")]
    at: DateTime<Utc>,
}

fn main() {}
