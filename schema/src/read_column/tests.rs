//! What types read from a source, and what they refuse.

use super::ReadColumn;
use crate::source::{ReadFault, RowSource};

/// Gives one value, over and over.
enum One {
    Null,
    Int(i128),
    Text(&'static str),
    Time(i64, u32),
    List(usize),
}

fn other<T>() -> Result<T, ReadFault> {
    Err(ReadFault::new("this pull", "another value"))
}

impl RowSource for One {
    fn nulls(&mut self, _: usize) -> bool {
        matches!(self, Self::Null)
    }
    fn missing(&mut self) -> bool {
        false
    }
    fn skip(&mut self) {}
    fn bool(&mut self) -> Result<bool, ReadFault> {
        other()
    }
    fn int(&mut self) -> Result<i64, ReadFault> {
        if let Self::Int(value) = self { i64::try_from(*value).or_else(|_| other()) } else { other() }
    }
    fn wide_int(&mut self) -> Result<i128, ReadFault> {
        if let Self::Int(value) = self { Ok(*value) } else { other() }
    }
    fn float32(&mut self) -> Result<f32, ReadFault> {
        other()
    }
    fn float64(&mut self) -> Result<f64, ReadFault> {
        other()
    }
    fn decimal(&mut self) -> Result<(i128, u32), ReadFault> {
        if let Self::Int(value) = self { Ok((*value, 20)) } else { other() }
    }
    fn text(&mut self) -> Result<&str, ReadFault> {
        if let Self::Text(text) = self { Ok(text) } else { other() }
    }
    fn binary(&mut self) -> Result<&[u8], ReadFault> {
        self.text().map(str::as_bytes)
    }
    fn date(&mut self) -> Result<i32, ReadFault> {
        self.int().and_then(|days| i32::try_from(days).or_else(|_| other()))
    }
    fn timestamp(&mut self) -> Result<(i64, u32), ReadFault> {
        if let Self::Time(seconds, nanos) = self { Ok((*seconds, *nanos)) } else { other() }
    }
    fn begin_list(&mut self) -> Result<usize, ReadFault> {
        let Self::List(len) = *self else { return other() };
        *self = Self::Int(7);
        Ok(len)
    }
    fn end_list(&mut self) -> Result<(), ReadFault> {
        Ok(())
    }
    fn begin_map(&mut self) -> Result<usize, ReadFault> {
        self.begin_list()
    }
    fn end_map(&mut self) -> Result<(), ReadFault> {
        Ok(())
    }
    fn begin_struct(&mut self) -> Result<(), ReadFault> {
        Ok(())
    }
    fn end_struct(&mut self) -> Result<(), ReadFault> {
        Ok(())
    }
}

fn found<T: ReadColumn>(mut source: One) -> Result<T, String> {
    T::read_value(&mut source).map_err(|fault| fault.to_string())
}

#[test]
fn standard_library() {
    assert_eq!(found::<u8>(One::Int(255)), Ok(255));
    assert_eq!(found::<u8>(One::Int(256)), Err("expected an integer from 0 to 255, found 256".into()));
    assert_eq!(found::<u64>(One::Int(u64::MAX.into())), Ok(u64::MAX));
    assert!(found::<u128>(One::Int(-1)).is_err());
    assert_eq!(found::<Option<i8>>(One::Null), Ok(None));
    assert_eq!(found::<char>(One::Text("é")), Ok('é'));
    assert_eq!(
        found::<char>(One::Text("ab")),
        Err("expected text of one character, found 2 characters: \"ab\"".into())
    );
    assert_eq!(found::<std::sync::Arc<str>>(One::Text("x")).as_deref(), Ok("x"));
    assert_eq!(found::<std::borrow::Cow<'_, str>>(One::Text("x")).as_deref(), Ok("x"));
    assert_eq!(found::<[i16; 2]>(One::List(2)), Ok([7, 7]));
    assert_eq!(
        found::<[i16; 3]>(One::List(2)),
        Err("expected a list of 3 elements, found 2 elements".into())
    );
    assert_eq!(found::<std::collections::HashSet<i32>>(One::List(3)), Ok([7].into()));
    assert_eq!(found::<std::collections::BTreeMap<i32, u8>>(One::List(3)), Ok([(7, 7)].into()));
    assert_eq!(found::<Box<[i32]>>(One::List(1)).as_deref(), Ok(&[7][..]));
}

#[cfg(feature = "chrono")]
#[test]
fn chrono() {
    use chrono::{DateTime, NaiveDate, Utc};
    assert_eq!(found::<DateTime<Utc>>(One::Time(-1, 5)), Ok(DateTime::from_timestamp(-1, 5).unwrap()));
    assert!(found::<DateTime<Utc>>(One::Time(i64::MAX, 0)).is_err());
    assert_eq!(found::<NaiveDate>(One::Int(-1)), Ok(NaiveDate::from_ymd_opt(1969, 12, 31).unwrap()));
    assert!(found::<NaiveDate>(One::Int(i32::MAX.into())).is_err());
}

#[cfg(feature = "jiff")]
#[test]
fn jiff() {
    use jiff::{Timestamp, civil};
    assert_eq!(found::<Timestamp>(One::Time(-2, 999_999_999)), Ok(Timestamp::new(-1, -1).unwrap()));
    assert!(found::<Timestamp>(One::Time(i64::MIN, 0)).is_err());
    assert_eq!(found::<civil::DateTime>(One::Time(86_401, 7)), Ok(civil::datetime(1970, 1, 2, 0, 0, 1, 7)));
    assert_eq!(found::<civil::Date>(One::Int(-4_371_587)), Ok(civil::date(-9999, 1, 1)));
    assert!(found::<civil::Date>(One::Int(i32::MIN.into())).is_err());
}

#[cfg(feature = "uuid")]
#[test]
fn uuid() {
    assert_eq!(found::<uuid::Uuid>(One::Text("x")), Err("expected a UUID, found \"x\"".into()));
}

#[cfg(feature = "rust_decimal")]
#[test]
fn decimal() {
    use rust_decimal::Decimal;
    // 10^32 at scale 20 has more than 96 bits, and zeros to spare.
    assert_eq!(found::<Decimal>(One::Int(10_i128.pow(32))), Ok(Decimal::new(1_000_000_000_000, 0)));
    assert!(found::<Decimal>(One::Int(10_i128.pow(37) + 1)).is_err());
}

#[cfg(feature = "serde_json")]
#[test]
fn json() {
    use serde_json::{Value, json};
    assert_eq!(found::<Value>(One::Null), Ok(Value::Null));
    assert_eq!(found::<Value>(One::Text("[1]")), Ok(json!([1])));
    assert!(found::<serde_json::Map<String, Value>>(One::Text("[1]")).is_err());
}
