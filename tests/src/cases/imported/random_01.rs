use chrono::{DateTime, NaiveDate, Utc};
use lakebed::Record;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "events", comment = "{\" =¬%\u{feff}㿝")]
#[lake(partition(by = region, layout = "region={region}", null = "unknown"))]
#[lake(partition(by = observed_at, layout = "dt={yyyy-MM-dd}/hour={HH}"))]
#[lake(partition(by = day, layout = "year={yyyy}/month={MM}"))]
#[lake(partition(by = arrival, layout = "received={yyyyMMdd}/minute={HH.mm}"))]
#[lake(row_group(rows = 14722334461302460906), compression = "zstd")]
#[lake(parameters(".b..m" = "'6"))]
pub struct Random {
    pub region: String,
    pub observed_at: DateTime<Utc>,
    pub day: NaiveDate,
}
