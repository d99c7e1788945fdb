use bytes::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use lakebed::{ColumnType, Record};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "events", database = "lake")]
#[lake(comment = "Ѩ0$? \u{202e}\u{269b7}$\"\u{9645c}<\0V$0*Ⱥi", xml = "event")]
#[lake(key = "day, region", latest_by = "observed_at", sort = "day desc")]
#[lake(row_group(rows = 4804285050527349199, bytes = 1))]
#[lake(parameters(".p..." = "\u{1b}\u{c1729}`"))]
pub struct Random {
    pub region: String,
    pub observed_at: DateTime<Utc>,
    pub day: NaiveDate,
    #[serde(rename = "Sleutel-é0", default)]
    #[lake(tag("vewk", "quy"))]
    pub c0: C0,
}

/// A record in `c0`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ColumnType)]
pub struct C0 {
    #[serde(default)]
    #[lake(xml = "a[@k='v']/b")]
    pub c0: BTreeMap<u8, Option<Bytes>>,
}
