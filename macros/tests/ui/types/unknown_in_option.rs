extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

struct Mystery;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    what: Option<Vec<Mystery>>,
}

fn main() {}
