extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[lake(null_if("1970-01-01"))]
    at: Option<chrono::DateTime<chrono::Utc>>,
}

fn main() {}
