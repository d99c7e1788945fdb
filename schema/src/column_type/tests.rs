//! What the types of other crates push.

use crate::def::TypeDef;
use crate::sink::RowSink;

/// Writes down each push.
#[derive(Default)]
struct Log(Vec<String>);

impl RowSink for Log {
    fn null(&mut self) {
        self.0.push("null".into());
    }
    fn bool(&mut self, value: bool) {
        self.0.push(format!("bool {value}"));
    }
    fn int(&mut self, value: i64) {
        self.0.push(format!("int {value}"));
    }
    fn wide_int(&mut self, value: i128) {
        self.0.push(format!("wide_int {value}"));
    }
    fn float32(&mut self, value: f32) {
        self.0.push(format!("float32 {value}"));
    }
    fn float64(&mut self, value: f64) {
        self.0.push(format!("float64 {value}"));
    }
    fn decimal(&mut self, unscaled: i128, scale: u32) {
        self.0.push(format!("decimal {unscaled} {scale}"));
    }
    fn text(&mut self, value: &str) {
        self.0.push(format!("text {value}"));
    }
    fn binary(&mut self, value: &[u8]) {
        self.0.push(format!("binary {value:?}"));
    }
    fn date(&mut self, days: i32) {
        self.0.push(format!("date {days}"));
    }
    fn timestamp(&mut self, seconds: i64, nanos: u32) {
        self.0.push(format!("timestamp {seconds} {nanos}"));
    }
    fn begin_list(&mut self, len: usize) {
        self.0.push(format!("[{len}"));
    }
    fn end_list(&mut self) {
        self.0.push("]".into());
    }
    fn begin_map(&mut self, len: usize) {
        self.0.push(format!("map {len}"));
    }
    fn end_map(&mut self) {
        self.0.push("end".into());
    }
    fn begin_struct(&mut self) {
        self.0.push("{".into());
    }
    fn end_struct(&mut self) {
        self.0.push("}".into());
    }
    fn refuse(&mut self, expected: &str, found: &str) {
        self.0.push(format!("refuse {expected}: {found}"));
    }
}

fn pushed<T: super::ColumnType>(value: &T) -> (TypeDef, String) {
    let mut log = Log::default();
    value.push_value(&mut log);
    (T::TYPE, log.0.join(", "))
}

#[test]
fn standard_library() {
    assert_eq!(pushed(&Some(3_u8)), (TypeDef::UInt8, "int 3".into()));
    assert_eq!(pushed(&vec![Some('x'), None]).1, "[2, text x, null, ]");
    assert_eq!(pushed(&u128::MAX).1, format!("refuse an integer of at most 38 digits: {}", u128::MAX));
    let map = std::collections::HashMap::from([("b", 2_i8), ("a", 1)]);
    assert_eq!(pushed(&map).1, "map 2, text a, int 1, text b, int 2, end");
}

#[cfg(feature = "chrono")]
#[test]
fn chrono() {
    use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
    let instant = TypeDef::Timestamp { instant: true, offset: false };
    let before_1970 = DateTime::<Utc>::from_timestamp(-2, 500).unwrap();
    assert_eq!(pushed(&before_1970), (instant, "timestamp -2 500".into()));
    let zoned = DateTime::<FixedOffset>::parse_from_rfc3339("1970-01-01T01:00:01+01:00").unwrap();
    assert_eq!(pushed(&zoned), (TypeDef::Timestamp { instant: true, offset: true }, "timestamp 1 0".into()));
    let day = NaiveDate::from_ymd_opt(1969, 12, 31).unwrap();
    assert_eq!(pushed(&day), (TypeDef::Date, "date -1".into()));
    let wall = TypeDef::Timestamp { instant: false, offset: false };
    assert_eq!(pushed(&day.and_hms_opt(0, 0, 1).unwrap()), (wall, "timestamp -86399 0".into()));
    let leap = DateTime::parse_from_rfc3339("2016-12-31T23:59:60.5Z").unwrap().to_utc();
    assert_eq!(pushed(&leap).1, "timestamp 1483228799 999999999");
}

#[cfg(feature = "jiff")]
#[test]
fn jiff() {
    use jiff::{Timestamp, civil};
    assert_eq!(pushed(&Timestamp::new(-1, -1).unwrap()).1, "timestamp -2 999999999");
    assert_eq!(pushed(&Timestamp::new(1, 5).unwrap()).1, "timestamp 1 5");
    assert_eq!(pushed(&civil::date(1969, 12, 31)).1, "date -1");
    assert_eq!(pushed(&civil::date(-9999, 1, 1)).1, "date -4371587");
    let wall = civil::datetime(1970, 1, 2, 0, 0, 1, 7);
    assert_eq!(
        pushed(&wall),
        (TypeDef::Timestamp { instant: false, offset: false }, "timestamp 86401 7".into())
    );
}

#[cfg(feature = "uuid")]
#[test]
fn uuid() {
    let id = uuid::Uuid::parse_str("67E55044-10B1-426F-9247-BB680E5FE0C8").unwrap();
    assert_eq!(pushed(&id), (TypeDef::Uuid, "text 67e55044-10b1-426f-9247-bb680e5fe0c8".into()));
}

#[cfg(feature = "rust_decimal")]
#[test]
fn decimal() {
    let price = rust_decimal::Decimal::new(-1999, 2);
    assert_eq!(pushed(&price), (TypeDef::Decimal, "decimal -1999 2".into()));
}

#[cfg(feature = "bytes")]
#[test]
fn bytes() {
    assert_eq!(pushed(&bytes::Bytes::from_static(b"ab")), (TypeDef::Binary, "binary [97, 98]".into()));
}

#[cfg(feature = "serde_json")]
#[test]
fn json() {
    use serde_json::{Value, json};
    assert_eq!(pushed(&json!({"b": [1, "x"], "a": 2.50})).1, r#"text {"a":2.5,"b":[1,"x"]}"#);
    assert_eq!(pushed(&Value::Null), (TypeDef::Json, "null".into()));
    assert_eq!(pushed(json!({"a": null}).as_object().unwrap()).1, r#"text {"a":null}"#);
}
