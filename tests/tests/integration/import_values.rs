//! No type that samples give is narrower than what was seen: the samples convert, and their values come back.

use lakebed::LogicalType;
use lakebed::import::samples::{SampleOptions, Samples, infer};
use lakebed_tests::property;
use lakebed_tests::trial::Trial;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn scalar() -> BoxedStrategy<Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-9_i64..10).prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no others", |number| number.is_finite()).prop_map(Value::from),
        (-1000_i32..1000).prop_map(|number| json!(f64::from(number) / 8.0)),
        "[a-zé\"\\\\ ]{0,6}".prop_map(Value::from),
        "-?[0-9]{1,20}".prop_map(Value::from),
        Just(json!("2026-11-23")),
        Just(json!("2026-02-30")),
        Just(json!("2026-11-23T08:15:00.25+01:00")),
        Just(json!("2026-11-23T08:15:00.123456Z")),
        Just(json!("2026-11-23T08:15:00")),
        Just(json!("8d7e2b9c-52a5-4d4e-9c39-0c1d2e3f4a5b")),
        Just(json!("true")),
    ]
    .boxed()
}

/// A scalar, or scalars of one kind in a list or object: what is alike meets more often.
fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            object(inner).prop_map(Value::Object),
        ]
    })
}

fn object(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    let key = prop_oneof![Just("a"), Just("b"), Just("carSpeed"), Just("type"), Just("1"), Just("2")];
    proptest::collection::vec((key.prop_map(str::to_owned), value), 0..4)
        .prop_map(|members| members.into_iter().collect())
}

/// Records of which most have members of one kind in the same place.
fn records() -> impl Strategy<Value = Vec<Value>> {
    let one = object(value()).boxed();
    let like = (one.clone(), proptest::collection::vec(one, 0..4), 1_usize..3);
    like.prop_map(|(first, others, times)| {
        let records = std::iter::repeat_n(first, times).chain(others).enumerate();
        let with_id = |(id, mut record): (usize, Map<String, Value>)| {
            record.insert("id".into(), id.into());
            Value::Object(record)
        };
        records.map(with_id).collect()
    })
}

/// Whether a stored value is what the record says.
fn same(stored: &Field, ty: &LogicalType, value: Option<&Value>) -> bool {
    let value = value.unwrap_or(&Value::Null);
    match (stored, ty) {
        (Field::Null, _) => value.is_null(),
        (Field::Bool(stored), _) => value == stored,
        (Field::Long(stored), _) => value == stored,
        (Field::Double(stored), _) => value.as_f64() == Some(*stored),
        (Field::Decimal(stored), _) => {
            let negative = stored.data().first().is_some_and(|byte| *byte > 127);
            let start = if negative { -1 } else { 0_i128 };
            let digits = stored.data().iter().fold(start, |digits, byte| (digits << 8) | i128::from(*byte));
            scaled(&value.to_string(), stored.scale()) == Some(digits)
        }
        (Field::Date(days), _) => {
            let day = jiff::civil::date(1970, 1, 1) + jiff::Span::new().days(i64::from(*days));
            value.as_str() == Some(day.to_string().as_str())
        }
        (Field::TimestampMillis(stored), ty) => time(value, ty) == Some(stored * 1000),
        (Field::TimestampMicros(stored), ty) => time(value, ty) == Some(*stored),
        // Text holds texts as they are, and everything else as its JSON.
        (Field::Str(stored), ty) => match value {
            Value::String(text) if *ty != LogicalType::Json => text == stored,
            other => {
                let read = |text: &str| serde_json::from_str::<Value>(text).ok();
                read(stored).is_some() && read(stored) == read(&other.to_string())
            }
        },
        (Field::ListInternal(stored), LogicalType::List { element, .. }) => match value {
            Value::Array(values) => {
                let pairs = stored.elements().iter().zip(values);
                stored.len() == values.len()
                    && pairs.into_iter().all(|(stored, value)| same(stored, &element.ty, Some(value)))
            }
            // A lone value is a list of one.
            lone => stored.len() == 1 && same(&stored.elements()[0], &element.ty, Some(lone)),
        },
        (Field::MapInternal(stored), LogicalType::Map { value: element, .. }) => {
            let Value::Object(members) = value else { return false };
            stored.len() == members.len()
                && stored.entries().iter().all(|(key, stored)| {
                    matches!(key, Field::Str(key) if same(stored, &element.ty, members.get(key)))
                })
        }
        (Field::Group(stored), LogicalType::Struct { columns }) => {
            let Value::Object(members) = value else { return false };
            members.keys().all(|key| columns.iter().any(|column| column.key == *key))
                && stored.get_column_iter().zip(columns).all(|((name, stored), column)| {
                    *name == column.name && same(stored, &column.ty, members.get(&column.key))
                })
        }
        _ => false,
    }
}

/// A number as a whole one of units of ten to the power of `-scale`, when it is one.
fn scaled(text: &str, scale: i32) -> Option<i128> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let power = exponent.parse::<i32>().ok()? - i32::try_from(fraction.len()).ok()? + scale;
    let ten = 10_i128.checked_pow(power.unsigned_abs())?;
    if power >= 0 { digits.checked_mul(ten) } else { (digits % ten == 0).then_some(digits / ten) }
}

/// Microseconds of a time.
fn time(value: &Value, ty: &LogicalType) -> Option<i64> {
    let text = match value {
        Value::Number(seconds) => return Some(seconds.as_i64()? * 1_000_000),
        other => other.as_str()?,
    };
    let instant = matches!(ty, LogicalType::Timestamp { instant: true, .. });
    let time: jiff::Timestamp = if instant {
        text.parse().ok()?
    } else {
        text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp()
    };
    Some(time.as_microsecond())
}

proptest! {
    #![proptest_config(property::cases(300))]

    #[test]
    fn samples_convert_under_their_table_and_lose_nothing(records in records()) {
        let text: String = records.iter().map(|record| format!("{record}\n")).collect();
        let options = SampleOptions { name: "t".into(), ..SampleOptions::default() };
        let table = infer(&Samples::of(&text), &options).expect("a table").table;
        let trial = Trial::of(&table, text.as_bytes(), |options| options.threads = 1);
        prop_assert_eq!(&trial.rejects, &Vec::<String>::new(), "{}", text);
        let mut rows = 0;
        for (_, bytes) in trial.files {
            let file = SerializedFileReader::new(bytes::Bytes::from(bytes)).expect("a Parquet file");
            for row in file.get_row_iter(None).expect("rows") {
                let row = row.expect("a row");
                let id = row.get_column_iter().find_map(|(name, field)| match field {
                    Field::Long(id) if name == "id" => usize::try_from(*id).ok(),
                    _ => None,
                });
                let record = &records[id.expect("an id")];
                for ((name, stored), column) in row.get_column_iter().zip(&table.columns) {
                    prop_assert_eq!(name, &column.name);
                    let value = record.get(&column.key);
                    prop_assert!(same(stored, &column.ty, value), "{}: {:?} {:?}\n{}", name, stored, column.ty, text);
                }
                let keys = record.as_object().expect("an object").keys();
                for key in keys {
                    prop_assert!(table.columns.iter().any(|column| column.key == *key), "{}", key);
                }
                rows += 1;
            }
        }
        prop_assert_eq!(rows, records.len());
    }
}
