extern crate lakebed_schema as lakebed;

use chrono::{DateTime, Utc};
use lakebed_macros::Record;

#[derive(Record)]
#[lake(tabel = "t", key = "point", compression = "lzo")]
#[lake(partition(by = at, layout = "dt={YYYY-MM-DD}"))]
struct Row {
    #[lake(nul_if(251))]
    speed: Option<u8>,
    at: DateTime<Utc>,
    #[lake(decimal(39, 2), bloom = true)]
    price: rust_decimal::Decimal,
    #[serde(with = "somewhere")]
    place: String,
    UPPER: u8,
}

fn main() {}
