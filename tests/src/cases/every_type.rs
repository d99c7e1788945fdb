//! Every logical type, in every shape, nested three deep.

pub mod strategy;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Utc};
use lakebed::{ColumnType, ReadColumn, ReadRecord, Record};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A record with a column of every logical type; flattened groups keep its parts small.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Record, ReadRecord)]
#[lake(table = "every_type", partition(by = at, layout = "dt={yyyy-MM-dd}/hour={HH}"))]
pub struct EveryType {
    /// Decides the partition.
    pub at: DateTime<Utc>,
    /// Numbers.
    #[serde(flatten)]
    pub numbers: Numbers,
    /// Texts and bytes.
    #[serde(flatten)]
    pub texts: Texts,
    /// Days and times.
    #[serde(flatten)]
    pub times: Times,
    /// Values that may be absent.
    #[serde(flatten)]
    pub options: Options,
    /// Columns that are there together or not at all.
    #[serde(flatten)]
    pub extra: Option<Extra>,
    /// Lists and maps.
    pub shapes: Shapes,
    /// The first of three levels, again and again.
    pub crates: Vec<Crate>,
}

/// Numbers of every width.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ColumnType, ReadColumn)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Numbers {
    pub truth: bool,
    pub int8: i8,
    pub int16: i16,
    pub int32: i32,
    #[serde(rename = "Int-64")]
    pub int64: i64,
    pub uint8: u8,
    pub uint16: u16,
    pub uint32: u32,
    #[lake(decimal(20, 0))]
    pub uint64: u64,
    #[lake(as = "i64")]
    pub narrow: u64,
    #[lake(decimal(38, 0))]
    pub int128: i128,
    #[lake(decimal(38, 0))]
    pub uint128: u128,
    pub float32: f32,
    pub float64: f64,
    #[lake(decimal(12, 2))]
    pub price: Decimal,
}

/// Texts and bytes of every kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ColumnType, ReadColumn)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
#[allow(missing_docs, reason = "the names say it")]
pub struct Texts {
    pub text: String,
    pub letter: char,
    pub uuid: Uuid,
    pub vehicle: Vehicle,
    #[lake(json)]
    pub any: Value,
    #[lake(binary)]
    pub blob: Vec<u8>,
    #[lake(binary)]
    pub digest: [u8; 4],
    pub shared: bytes::Bytes,
    pub label: Label,
}

/// A unit enum; two spellings of one word are read.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ColumnType, ReadColumn,
)]
#[serde(rename_all = "kebab-case")]
pub enum Vehicle {
    /// `small-car`
    SmallCar,
    /// `lorry` or `truck`
    #[serde(alias = "truck")]
    Lorry,
    /// `2 wheels`
    #[serde(rename = "2 wheels")]
    Bicycle,
}

/// A newtype.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ColumnType, ReadColumn)]
pub struct Label(pub String);

/// Days and times of every kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ColumnType, ReadColumn)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Times {
    pub day: NaiveDate,
    pub wall: NaiveDateTime,
    pub instant: DateTime<Utc>,
    #[lake(unit = "us")]
    pub fine: DateTime<Utc>,
    pub zoned: DateTime<FixedOffset>,
    #[lake(time(epoch_millis))]
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub epoch: DateTime<Utc>,
}

/// Values that may be absent, some of them because of a sentinel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ColumnType, ReadColumn)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Options {
    pub maybe_text: Option<String>,
    #[lake(null_if(251, 252, 254))]
    pub speed: Option<u8>,
    #[lake(null_with = "speed")]
    pub speed_quality: Option<i16>,
    #[lake(null_if(-1))]
    pub ratio: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maybe_day: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    #[lake(decimal(12, 2), null_if(0))]
    pub discount: Option<Decimal>,
    #[lake(null_if("", "-"))]
    pub remark: Option<String>,
    pub maybe_vehicle: Option<Vehicle>,
    #[lake(json)]
    pub maybe_any: Option<Value>,
    #[lake(binary)]
    pub maybe_blob: Option<Vec<u8>>,
}

/// Columns that are there together or not at all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ColumnType, ReadColumn)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Extra {
    pub extra_number: i32,
    pub extra_list: Vec<String>,
}

/// Lists and maps of scalars.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ColumnType, ReadColumn)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it")]
pub struct Shapes {
    pub list_of_numbers: Vec<i64>,
    pub fixed_pair: [i16; 2],
    pub list_with_nulls: Vec<Option<String>>,
    pub maybe_list: Option<Vec<Vec<u8>>>,
    pub by_text: BTreeMap<String, f64>,
    pub by_number: BTreeMap<i32, Option<Label>>,
    pub by_vehicle: BTreeMap<Vehicle, NaiveDate>,
    #[lake(decimal(12, 2))]
    pub prices: Vec<Decimal>,
}

/// First level: a list of these stands in the record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ColumnType, ReadColumn)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Crate {
    pub number: u32,
    pub boxes: BTreeMap<String, Carton>,
    pub lid: Option<Carton>,
}

/// Second level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ColumnType, ReadColumn)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Carton {
    pub packed: Option<DateTime<Utc>>,
    pub items: Option<Vec<Option<Item>>>,
}

/// Third level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ColumnType, ReadColumn)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Item {
    pub name: Label,
    #[lake(null_if(0))]
    pub weight: Option<i64>,
    pub marks: BTreeMap<i64, Vec<Vehicle>>,
}
