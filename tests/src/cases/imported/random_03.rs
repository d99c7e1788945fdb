use chrono::{DateTime, NaiveDate, Utc};
use lakebed::{ColumnType, Record};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "events", database = "lake")]
#[lake(comment = "|`V{!*\\{9*\u{551a2}I=\u{3}\u{88726}", xml = "event")]
#[lake(partition(by = observed_at, layout = "dt={yyyy-MM-dd}/hour={HH}"))]
#[lake(partition(by = arrival, layout = "received={yyyyMMdd}/minute={HH.mm}"))]
#[lake(key = "day, region", latest_by = "observed_at", sort = "day desc")]
#[lake(parameters("..spqs" = "\u{b63b7}Ⱥ\u{810d1}º\u{76a27}", "y.." = "$%"))]
pub struct Random {
    pub region: String,
    pub observed_at: DateTime<Utc>,
    pub day: NaiveDate,
    #[lake(comment = "\u{48412}ITÙ\u{1b}")]
    pub c0: BTreeMap<Uuid, Option<C0>>,
    /// XȺ%* 1񓁅🕴g`$=
    #[serde(rename = "Sleutel-é1", alias = "Alias1", alias = "alias-1", default)]
    #[lake(tag("vn", "nuec"), xml = "a/b/@c")]
    pub c1: BTreeMap<u8, Option<String>>,
    #[serde(default)]
    #[lake(tag("qcp", "ptj"), xml = "a/b/@c")]
    pub c2: Vec<Option<C2>>,
}

/// A record in `c0`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct C0 {
    #[serde(rename = "Sleutel-é0", default)]
    #[lake(xml = "a/b/@c")]
    pub c0: Option<u16>,
    /// 󽹼
    #[serde(alias = "Alias1", alias = "alias-1")]
    #[lake(decimal(33, 8), tag("p", "utw"), xml = "@a")]
    pub c1: Option<Decimal>,
    #[serde(rename = "Sleutel-é2", default)]
    #[lake(json, tag("gk", "qfv"), xml = "a[@k='v']/b")]
    pub c2: Value,
}

/// A record in `c2`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct C2 {
    #[serde(rename = "Sleutel-é0", default)]
    #[lake(null_if(-93), tag("tifb"))]
    pub c0: Option<i8>,
    /// c"ÓѨ
    #[serde(rename = "Sleutel-é1", alias = "Alias1", alias = "alias-1")]
    #[lake(null_with = "c0", xml = "@a")]
    pub c1: Option<i64>,
}
