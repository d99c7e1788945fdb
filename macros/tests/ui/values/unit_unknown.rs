extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[lake(unit = "ns")]
    at: chrono::DateTime<chrono::Utc>,
}

fn main() {}
