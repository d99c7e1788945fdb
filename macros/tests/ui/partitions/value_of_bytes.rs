extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", partition(by = body, layout = "body={body}"))]
struct Row {
    #[lake(binary)]
    body: Vec<u8>,
    id: u8,
}

fn main() {}
