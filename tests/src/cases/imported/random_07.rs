use chrono::{DateTime, NaiveDate, Utc};
use lakebed::{ColumnType, Record};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "events", database = "lake", xml = "event")]
#[lake(partition(by = observed_at, layout = "dt={yyyy-MM-dd}/hour={HH}"))]
#[lake(partition(by = day, layout = "year={yyyy}/month={MM}"))]
#[lake(key = "day, region", latest_by = "observed_at", sort = "day desc")]
#[lake(row_group(rows = 10473984714659777319), compression = "zstd")]
#[lake(parameters("x..eu" = "V\\"))]
pub struct Random {
    pub region: String,
    pub observed_at: DateTime<Utc>,
    pub day: NaiveDate,
    #[serde(rename = "Sleutel-é0", default)]
    #[lake(tag("kleb", "j"))]
    pub c0: Option<BTreeMap<Uuid, Vec<Option<i64>>>>,
    /// {"
    #[serde(alias = "Alias1", alias = "alias-1", default)]
    #[lake(tag("bej"), xml = "@a")]
    pub c1: C1,
    #[serde(rename = "Sleutel-é2")]
    #[lake(xml = "a/b/@c")]
    pub c2: C2,
    /// 񿁲<"
    #[serde(rename = "Sleutel-é3", alias = "Alias3", alias = "alias-3", default)]
    pub c3: C3,
}

/// A record in `c1`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ColumnType)]
pub struct C1 {
    #[lake(tag("ww", "mr"))]
    pub c0: Uuid,
    #[serde(alias = "Alias1", alias = "alias-1", default)]
    pub c1: C1C1,
}

/// A word in `c1.c1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ColumnType)]
pub enum C1C1 {
    #[default]
    #[serde(rename = "word 0", alias = " \"0.0")]
    Word0,
    #[serde(rename = "word 1", alias = "e\"c1.0")]
    Word1,
}

/// A record in `c2`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ColumnType)]
pub struct C2 {
    #[serde(rename = "Sleutel-é0")]
    #[lake(comment = "3 F \u{feff}\u{1f574}}H\u{1b}\u{7f}", tag("oxd", "zg"))]
    #[lake(xml = "@a")]
    pub c0: BTreeMap<i64, i16>,
    #[serde(alias = "Alias1", alias = "alias-1", default)]
    #[lake(comment = "J\u{3}?%.", tag("sorg"), xml = "a/b/@c")]
    pub c1: Option<C2C1>,
}

/// A word in `c2.c1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ColumnType)]
pub enum C2C1 {
    #[default]
    #[serde(rename = "word 0", alias = "aé0.0")]
    Word0,
    #[serde(rename = "word 1", alias = "\" 1.0")]
    Word1,
    #[serde(rename = "word 2")]
    Word2,
}

/// A record in `c3`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ColumnType)]
pub struct C3 {
    #[lake(decimal(25, 9), tag("ntf", "qejh"), xml = "@a")]
    pub c0: Option<Decimal>,
    /// %𩀺
    #[serde(rename = "Sleutel-é1", alias = "Alias1", alias = "alias-1")]
    #[lake(tag("kd", "gj"))]
    pub c1: u32,
}
