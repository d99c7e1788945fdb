extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[lake(null_if("no"))]
    mark: Option<char>,
}

fn main() {}
