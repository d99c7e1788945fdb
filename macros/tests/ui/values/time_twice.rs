extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[lake(time(rfc3339, rfc3339))]
    at: chrono::DateTime<chrono::Utc>,
}

fn main() {}
