extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[lake(nam = "a")]
    word: u8,
    #[lake(null_if(999))]
    value: u8,
    count: u64,
    #[lake(decimal(12, 2), time(rfc3339), bloom)]
    name: Vec<String>,
}

fn main() {}
