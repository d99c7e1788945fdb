use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use lakebed::{ColumnType, Record};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "spark_legacy")]
pub struct SparkLegacy {
    #[serde(rename = "Id")]
    pub id: i32,
    // guessed: an instant in UTC, as INT96 is what Hive, Impala and older Spark write for one
    #[lake(unit = "us")]
    pub at: DateTime<Utc>,
    #[lake(unit = "us")]
    pub local_at: NaiveDateTime,
    pub day: NaiveDate,
    #[lake(decimal(7, 2))]
    pub small: Decimal,
    #[lake(decimal(17, 2))]
    pub large: Decimal,
    #[lake(decimal(38, 2))]
    pub huge: Decimal,
    pub tiny: i8,
    pub numbers: Vec<i32>,
    pub points: Vec<Point>,
    pub by_name: BTreeMap<String, ByName>,
    pub outer: Outer,
}

/// A record in `points`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Point {
    pub x: f64,
    #[serde(rename = "Tags")]
    pub tags: Vec<String>,
}

/// A record in `by_name`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct ByName {
    pub n: i64,
}

/// A record in `outer`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Outer {
    pub inner: Inner,
}

/// A record in `outer.inner`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Inner {
    pub r#type: String,
}
