use chrono::{DateTime, NaiveDate, Utc};
use lakebed::{ColumnType, Record};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "events")]
#[lake(partition(by = region, layout = "region={region}", null = "unknown"))]
#[lake(partition(by = region, layout = "zone=z-{region}.x/"))]
#[lake(parameters("o" = "l"))]
pub struct Random {
    pub region: String,
    pub observed_at: DateTime<Utc>,
    pub day: NaiveDate,
    /// Í
    #[serde(rename = "Sleutel-é0")]
    #[lake(tag("s", "ov"), xml = "a[@k='v']/b")]
    pub c0: Option<C0>,
    #[serde(alias = "Alias1", alias = "alias-1", default)]
    #[lake(comment = "?.¥\u{69624}\u{202e}L\u{a1972}xe", tag("og", "fukw"))]
    #[lake(xml = "a/b/@c")]
    pub c1: BTreeMap<NaiveDate, C1>,
    #[serde(default)]
    #[lake(comment = "\u{7f}\u{7}=�t\u{99}{H¥\u{1b}'c", tag("pjrp", "l"))]
    #[lake(xml = "a/b/@c")]
    pub c2: Option<BTreeMap<NaiveDate, C2>>,
}

/// A record in `c0`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct C0 {
    #[serde(default)]
    #[lake(xml = "a[@k='v']/b")]
    pub c0: Option<char>,
}

/// A record in `c1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct C1 {
    #[serde(default)]
    #[lake(comment = "\u{58e9d}\u{7bc8e}\u{6}á\u{5b001}Î\u{1c0b0}Q", tag("otum"))]
    #[lake(xml = "@a")]
    pub c0: Uuid,
}

/// A record in `c2`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct C2 {
    #[serde(default)]
    #[lake(tag("droj"), xml = "a[@k='v']/b")]
    pub c0: Option<Uuid>,
}
