extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[lake(null_if(0))]
    at: Option<chrono::DateTime<chrono::Utc>>,
}

fn main() {}
