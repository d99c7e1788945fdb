use chrono::{DateTime, NaiveDate, Utc};
use lakebed::Record;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "events", database = "lake", xml = "event")]
#[lake(partition(by = region, layout = "zone=z-{region}.x/"))]
#[lake(partition(by = day, layout = "year={yyyy}/month={MM}"))]
#[lake(key = "day, region", latest_by = "observed_at", sort = "day desc")]
#[lake(row_group(rows = 7393877211400772553, bytes = 1))]
#[lake(parameters("onhz" = ":", "p" = "&Ⱥ"))]
pub struct Random {
    pub region: String,
    pub observed_at: DateTime<Utc>,
    pub day: NaiveDate,
    #[serde(rename = "Sleutel-é0")]
    #[lake(comment = "<\u{1cef7}\u{202e}\u{107856}/UM %", tag("mcg"))]
    pub c0: Option<[Option<BTreeMap<NaiveDate, Option<bool>>>; 6]>,
    #[serde(alias = "Alias1", alias = "alias-1", default)]
    #[lake(tag("d", "emni"))]
    pub c1: Option<BTreeMap<NaiveDate, Option<Value>>>,
    #[serde(rename = "Sleutel-é2", default)]
    #[lake(tag("t", "vbbt"))]
    pub c2: Option<Vec<Option<BTreeMap<Uuid, u8>>>>,
}
