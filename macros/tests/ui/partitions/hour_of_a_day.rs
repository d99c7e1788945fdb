extern crate lakebed_schema as lakebed;

use chrono::NaiveDate;
use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", partition(by = day, layout = "dt={yyyy-MM-dd}/hour={HH}"))]
struct Row {
    day: NaiveDate,
}

fn main() {}
