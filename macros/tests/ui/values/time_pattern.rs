extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[lake(time("YYYY-MM-DD"))]
    at: chrono::DateTime<chrono::Utc>,
}

fn main() {}
