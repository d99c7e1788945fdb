use chrono::{DateTime, NaiveDate, Utc};
use lakebed::Record;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "events")]
#[lake(partition(by = arrival, layout = "received={yyyyMMdd}/minute={HH.mm}"))]
#[lake(parameters("esg" = "\u{3}\u{8f771}{", "x...d." = "%\u{bd4a0}4\u{59a78}B"))]
pub struct Random {
    pub region: String,
    pub observed_at: DateTime<Utc>,
    pub day: NaiveDate,
}
