extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "Speeds", database = "my db", key = "id, id, nope", latest_by = "at", sort = "speed up")]
#[lake(partition(by = nope, layout = "dt={yyyy-MM-dd}"), partition(layout = "x={yyyy}"))]
#[lake(row_group(rows = 0, byte = 5), parameters(owner = "me"), xml = "a/b", tag("a"))]
struct Row {
    id: u8,
    speed: Vec<u8>,
}

fn main() {}
