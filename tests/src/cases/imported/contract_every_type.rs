use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Utc};
use lakebed::{ColumnType, Record};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A record with a column of every logical type; flattened groups keep its parts small.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "every_type")]
#[lake(partition(by = at, layout = "dt={yyyy-MM-dd}/hour={HH}"))]
pub struct EveryType {
    /// Decides the partition.
    pub at: DateTime<Utc>,
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
    pub uint64: Decimal,
    pub narrow: i64,
    #[lake(decimal(38, 0))]
    pub int128: i128,
    #[lake(decimal(38, 0))]
    pub uint128: i128,
    pub float32: f32,
    pub float64: f64,
    #[lake(decimal(12, 2))]
    pub price: Decimal,
    #[serde(rename = "TEXT")]
    pub text: String,
    #[serde(rename = "LETTER")]
    pub letter: char,
    #[serde(rename = "UUID")]
    pub uuid: Uuid,
    #[serde(rename = "VEHICLE")]
    pub vehicle: Vehicle,
    #[serde(rename = "ANY")]
    #[lake(json)]
    pub any: Value,
    #[serde(rename = "BLOB")]
    #[lake(binary)]
    pub blob: Vec<u8>,
    #[serde(rename = "DIGEST")]
    #[lake(binary)]
    pub digest: Vec<u8>,
    #[serde(rename = "SHARED")]
    #[lake(binary)]
    pub shared: Vec<u8>,
    #[serde(rename = "LABEL")]
    pub label: String,
    pub day: NaiveDate,
    pub wall: NaiveDateTime,
    pub instant: DateTime<Utc>,
    #[lake(unit = "us")]
    pub fine: DateTime<Utc>,
    pub zoned: DateTime<FixedOffset>,
    #[serde(with = "chrono::serde::ts_milliseconds")]
    #[lake(time(epoch_millis))]
    pub epoch: DateTime<Utc>,
    pub maybe_text: Option<String>,
    #[lake(null_if(251, 252, 254))]
    pub speed: Option<u8>,
    #[lake(null_with = "speed")]
    pub speed_quality: Option<i16>,
    #[lake(null_if(-1))]
    pub ratio: Option<f64>,
    pub maybe_day: Option<NaiveDate>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[lake(decimal(12, 2), null_if(0))]
    pub discount: Option<Decimal>,
    #[lake(null_if("", "-"))]
    pub remark: Option<String>,
    pub maybe_vehicle: Option<MaybeVehicle>,
    #[lake(json)]
    pub maybe_any: Option<Value>,
    #[lake(binary)]
    pub maybe_blob: Option<Vec<u8>>,
    pub extra_number: Option<i32>,
    pub extra_list: Option<Vec<String>>,
    /// Lists and maps.
    pub shapes: Shapes,
    /// The first of three levels, again and again.
    pub crates: Vec<Crate>,
}

/// A word in `vehicle`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ColumnType,
)]
#[serde(rename_all = "kebab-case")]
pub enum Vehicle {
    SmallCar,
    #[serde(alias = "truck")]
    Lorry,
    #[serde(rename = "2 wheels")]
    V2Wheels,
}

/// A word in `maybe_vehicle`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ColumnType,
)]
#[serde(rename_all = "kebab-case")]
pub enum MaybeVehicle {
    SmallCar,
    #[serde(alias = "truck")]
    Lorry,
    #[serde(rename = "2 wheels")]
    V2Wheels,
}

/// A record in `shapes`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
#[serde(rename_all = "camelCase")]
pub struct Shapes {
    pub list_of_numbers: Vec<i64>,
    pub fixed_pair: [i16; 2],
    pub list_with_nulls: Vec<Option<String>>,
    pub maybe_list: Option<Vec<Vec<u8>>>,
    pub by_text: BTreeMap<String, f64>,
    pub by_number: BTreeMap<i32, Option<String>>,
    pub by_vehicle: BTreeMap<ByVehicleKey, NaiveDate>,
    #[lake(decimal(12, 2))]
    pub prices: Vec<Decimal>,
}

/// A word in `shapes.by_vehicle`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ColumnType,
)]
#[serde(rename_all = "kebab-case")]
pub enum ByVehicleKey {
    SmallCar,
    #[serde(alias = "truck")]
    Lorry,
    #[serde(rename = "2 wheels")]
    V2Wheels,
}

/// A record in `crates`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Crate {
    pub number: u32,
    pub boxes: BTreeMap<String, Boxe>,
    pub lid: Option<Lid>,
}

/// A record in `crates.boxes`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Boxe {
    pub packed: Option<DateTime<Utc>>,
    pub items: Option<Vec<Option<Item>>>,
}

/// A record in `crates.boxes.items`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Item {
    pub name: String,
    #[lake(null_if(0))]
    pub weight: Option<i64>,
    pub marks: BTreeMap<i64, Vec<Mark>>,
}

/// A word in `crates.boxes.items.marks`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ColumnType,
)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    SmallCar,
    #[serde(alias = "truck")]
    Lorry,
    #[serde(rename = "2 wheels")]
    V2Wheels,
}

/// A record in `crates.lid`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Lid {
    pub packed: Option<DateTime<Utc>>,
    pub items: Option<Vec<Option<Item>>>,
}
