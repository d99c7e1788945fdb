extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[lake(json, null_if("x"))]
    body: Option<String>,
}

fn main() {}
