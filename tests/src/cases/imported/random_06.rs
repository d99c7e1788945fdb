use chrono::{DateTime, NaiveDate, Utc};
use lakebed::Record;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "events", database = "lake", comment = "\u{1}&\"Ѩ\"i\" ËWG.P]")]
#[lake(xml = "event")]
#[lake(partition(by = region, layout = "region={region}", null = "unknown"))]
#[lake(partition(by = region, layout = "zone=z-{region}.x/"))]
#[lake(partition(by = day, layout = "year={yyyy}/month={MM}"))]
#[lake(partition(by = arrival, layout = "received={yyyyMMdd}/minute={HH.mm}"))]
#[lake(key = "day, region", latest_by = "observed_at", sort = "day desc")]
pub struct Random {
    pub region: String,
    pub observed_at: DateTime<Utc>,
    pub day: NaiveDate,
    pub c0: Option<Vec<BTreeMap<Uuid, u16>>>,
    /// VJ
    #[serde(rename = "Sleutel-é1", alias = "Alias1", alias = "alias-1", default)]
    #[lake(tag("t", "fkg"), xml = "a/b/@c")]
    pub c1: Vec<Option<Uuid>>,
    #[serde(default)]
    #[lake(tag("sx", "ifc"))]
    pub c2: [bool; 3],
}
