extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[lake(encoding = "delta_binary_packed")]
    name: String,
}

fn main() {}
