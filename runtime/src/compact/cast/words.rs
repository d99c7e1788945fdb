//! Types in the words of people.

use arrow_schema::{DataType, TimeUnit};

/// A type as Hive calls it, where Hive has it.
pub(in crate::compact) fn words(ty: &DataType) -> String {
    #[allow(clippy::wildcard_enum_match_arm, reason = "the others go by their own names")]
    match ty {
        DataType::Boolean => "boolean".into(),
        DataType::Int8 => "tinyint".into(),
        DataType::Int16 => "smallint".into(),
        DataType::Int32 => "int".into(),
        DataType::Int64 => "bigint".into(),
        DataType::UInt8 => "unsigned integer of 8 bits".into(),
        DataType::UInt16 => "unsigned integer of 16 bits".into(),
        DataType::UInt32 => "unsigned integer of 32 bits".into(),
        DataType::UInt64 => "unsigned integer of 64 bits".into(),
        DataType::Float32 => "float".into(),
        DataType::Float64 => "double".into(),
        DataType::Decimal128(precision, scale) => format!("decimal({precision},{scale})"),
        DataType::Utf8 => "string".into(),
        DataType::Binary => "binary".into(),
        DataType::FixedSizeBinary(size) => format!("binary of {size} bytes"),
        DataType::Date32 => "date".into(),
        DataType::Timestamp(unit, zone) => {
            let unit = match unit {
                TimeUnit::Second => "seconds",
                TimeUnit::Millisecond => "milliseconds",
                TimeUnit::Microsecond => "microseconds",
                TimeUnit::Nanosecond => "nanoseconds",
            };
            format!("timestamp in {unit}{}", if zone.is_some() { ", UTC" } else { "" })
        }
        DataType::List(element) => format!("array<{}>", words(element.data_type())),
        DataType::Struct(fields) => {
            let members: Vec<String> =
                fields.iter().map(|field| format!("{}:{}", field.name(), words(field.data_type()))).collect();
            format!("struct<{}>", members.join(","))
        }
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) => {
                let parts: Vec<String> = fields.iter().map(|field| words(field.data_type())).collect();
                format!("map<{}>", parts.join(","))
            }
            other => words(other),
        },
        other => other.to_string(),
    }
}
