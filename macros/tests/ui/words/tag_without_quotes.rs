extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[lake(tag(personal))]
    name: String,
}

fn main() {}
