extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

struct Mystery;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[lake(json)]
    what: Mystery,
}

fn main() {}
