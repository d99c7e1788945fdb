extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[lake(as = "string", time(rfc3339))]
    at: String,
}

fn main() {}
