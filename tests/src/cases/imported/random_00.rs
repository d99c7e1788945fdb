use chrono::{DateTime, NaiveDate, Utc};
use lakebed::Record;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "events", database = "lake", xml = "event")]
#[lake(partition(by = region, layout = "region={region}", null = "unknown"))]
#[lake(partition(by = observed_at, layout = "dt={yyyy-MM-dd}/hour={HH}"))]
#[lake(partition(by = day, layout = "year={yyyy}/month={MM}"))]
#[lake(partition(by = arrival, layout = "received={yyyyMMdd}/minute={HH.mm}"))]
#[lake(key = "day, region", latest_by = "observed_at", sort = "day desc")]
#[lake(parameters("pgrv.j" = "\u{1b}"))]
pub struct Random {
    pub region: String,
    pub observed_at: DateTime<Utc>,
    pub day: NaiveDate,
    /// 񾴠 r6"Y氄
    #[serde(rename = "Sleutel-é0", default)]
    #[lake(tag("fd", "bfs"))]
    pub c0: Option<BTreeMap<i64, Option<u16>>>,
    #[serde(rename = "Sleutel-é1", alias = "Alias1", alias = "alias-1", default)]
    #[lake(comment = "\u{5}d \u{4}\u{10eb72}:Ⱥ`¥S", tag("t", "pmcs"))]
    pub c1: BTreeMap<String, Vec<String>>,
}
