use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use lakebed::{ColumnType, Record};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// :󮯙*`񱌵^𨪩򹥔.{
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "events")]
#[lake(partition(by = region, layout = "region={region}", null = "unknown"))]
#[lake(partition(by = region, layout = "zone=z-{region}.x/"))]
#[lake(partition(by = observed_at, layout = "dt={yyyy-MM-dd}/hour={HH}"))]
#[lake(partition(by = day, layout = "year={yyyy}/month={MM}"))]
#[lake(partition(by = arrival, layout = "received={yyyyMMdd}/minute={HH.mm}"))]
pub struct Random {
    pub region: String,
    pub observed_at: DateTime<Utc>,
    pub day: NaiveDate,
    #[serde(default)]
    #[lake(comment = "\\:\u{feff}", null_if(true), null_with = "c0", tag("vhxx"))]
    #[lake(xml = "a/b/@c")]
    pub c0: Option<bool>,
    #[serde(alias = "Alias1", alias = "alias-1")]
    #[lake(comment = "7\\v\0\u{202e}\u{feff}Ѩ/\u{52c5d}", xml = "a[@k='v']/b")]
    pub c1: C1,
    #[serde(rename = "Sleutel-é2", default)]
    pub c2: C2,
}

/// A record in `c1`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ColumnType)]
pub struct C1 {
    #[lake(tag("t"), xml = "a[@k='v']/b")]
    pub c0: Option<i16>,
    #[serde(rename = "Sleutel-é1", alias = "Alias1", alias = "alias-1")]
    #[lake(xml = "@a")]
    pub c1: Option<C1C1>,
    #[serde(rename = "Sleutel-é2", default)]
    #[lake(comment = "\u{bbf10}\u{202e}¥`", tag("rnua", "qja"))]
    pub c2: Option<BTreeMap<Uuid, Option<BTreeMap<String, f32>>>>,
}

/// A record in `c1.c1`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ColumnType)]
pub struct C1C1 {
    #[serde(rename = "Sleutel-é0")]
    #[lake(tag("xabg"))]
    pub c0: C0,
    #[serde(rename = "Sleutel-é1", alias = "Alias1", alias = "alias-1", default)]
    pub c1: Option<Uuid>,
    /// 񧘚
    #[serde(rename = "Sleutel-é2", default)]
    pub c2: NaiveDate,
}

/// A word in `c1.c1.c0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ColumnType)]
pub enum C0 {
    #[default]
    #[serde(rename = "word 0")]
    Word0,
    #[serde(rename = "word 1", alias = "\"é\"k1.0")]
    Word1,
    #[serde(rename = "word 2")]
    Word2,
}

/// A record in `c2`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ColumnType)]
pub struct C2 {
    #[serde(rename = "Sleutel-é0")]
    #[lake(comment = "\u{5}", tag("d", "if"))]
    pub c0: C2C0,
    #[serde(alias = "Alias1", alias = "alias-1", default)]
    #[lake(comment = "\u{2}", tag("ru"), xml = "a/b/@c")]
    pub c1: Option<Value>,
}

/// A record in `c2.c0`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ColumnType)]
pub struct C2C0 {
    /// 🖅 🕴'
    #[serde(rename = "Sleutel-é0")]
    #[lake(time(rfc3339, epoch_seconds, epoch_millis, "d/M/yyyy 'om' HH:mm"))]
    #[lake(xml = "a[@k='v']/b")]
    pub c0: Option<NaiveDateTime>,
    #[serde(alias = "Alias1", alias = "alias-1", default)]
    #[lake(comment = "\u{1}\u{56e43}\u{6} %ÔȺ\u{5};\u{4b117}Ⱥ\u{895d4}")]
    pub c1: Uuid,
}
