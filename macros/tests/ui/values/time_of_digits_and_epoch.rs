extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t")]
struct Row {
    #[lake(time("yyyyMMdd", epoch_seconds))]
    day: chrono::NaiveDate,
    #[lake(time(epoch_millis, "yyyy-MM-dd HH:mm:ss", "yyyyMMddHHmmss"))]
    at: chrono::DateTime<chrono::Utc>,
}

fn main() {}
