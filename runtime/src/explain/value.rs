//! Stored values as JSON that people can read: times as ISO 8601, decimals as text, bytes in base64.

use crate::reject::base64;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use lakebed_schema::civil::Civil;
use serde_json::{Map, Value, json};

/// The value in a row. Members of records and entries of maps keep their order only as far as JSON does.
#[allow(clippy::wildcard_enum_match_arm, reason = "tables have no other types")]
pub(super) fn stored(array: &ArrayRef, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Boolean => json!(array.as_boolean().value(row)),
        DataType::Int8 => json!(array.as_primitive::<Int8Type>().value(row)),
        DataType::Int16 => json!(array.as_primitive::<Int16Type>().value(row)),
        DataType::Int32 => json!(array.as_primitive::<Int32Type>().value(row)),
        DataType::Int64 => json!(array.as_primitive::<Int64Type>().value(row)),
        // As its shortest text, so that 0.1 stays 0.1.
        DataType::Float32 => array
            .as_primitive::<Float32Type>()
            .value(row)
            .to_string()
            .parse::<f64>()
            .map_or(Value::Null, Value::from),
        DataType::Float64 => json!(array.as_primitive::<Float64Type>().value(row)),
        DataType::Date32 => json!(date(i64::from(array.as_primitive::<Date32Type>().value(row)) * 86_400)),
        DataType::Timestamp(unit, zone) => {
            let (value, per_second) = match unit {
                TimeUnit::Microsecond => {
                    (array.as_primitive::<TimestampMicrosecondType>().value(row), 1_000_000)
                }
                _ => (array.as_primitive::<TimestampMillisecondType>().value(row), 1_000),
            };
            json!(time(value, per_second, zone.is_some()))
        }
        DataType::Decimal128(..) => json!(array.as_primitive::<Decimal128Type>().value_as_string(row)),
        DataType::Utf8 => json!(array.as_string::<i32>().value(row)),
        DataType::Binary => json!(base64(array.as_binary::<i32>().value(row))),
        DataType::List(_) => {
            let list = array.as_list::<i32>().value(row);
            (0..list.len()).map(|index| stored(&list, index)).collect()
        }
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            let (keys, values) = (entries.column(0), entries.column(1));
            let entry = |index| (text(&stored(keys, index)), stored(values, index));
            Value::Object((0..entries.len()).map(entry).collect())
        }
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns();
            let member = |(field, column): (&arrow_schema::FieldRef, &ArrayRef)| {
                (field.name().clone(), stored(column, row))
            };
            Value::Object(fields.iter().zip(columns).map(member).collect::<Map<_, _>>())
        }
        _ => Value::Null,
    }
}

/// A value without quotes around a text.
pub(super) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn date(seconds: i64) -> String {
    let civil = Civil::from_seconds(seconds);
    format!("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day)
}

fn time(value: i64, per_second: i64, utc: bool) -> String {
    let seconds = value.div_euclid(per_second);
    let (rest, digits) = (value.rem_euclid(per_second), if per_second == 1_000 { 3 } else { 6 });
    let second = seconds.rem_euclid(86_400);
    let fraction = if rest == 0 { String::new() } else { format!(".{rest:0digits$}") };
    let clock = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    format!("{}T{clock}{fraction}{}", date(seconds), if utc { "Z" } else { "" })
}
