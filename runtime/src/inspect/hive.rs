//! Types of files, in the catalog's words.

use arrow_schema::{DataType, TimeUnit};
use lakebed_schema::hive_type::HiveType;

/// The Hive type that holds what a column of a file holds; none where the catalog has no such type.
pub(super) fn hive(ty: &DataType) -> Option<HiveType> {
    #[allow(clippy::wildcard_enum_match_arm, reason = "Arrow has many types that no catalog column can have")]
    Some(match ty {
        DataType::Boolean => HiveType::Boolean,
        DataType::Int8 => HiveType::TinyInt,
        DataType::Int16 | DataType::UInt8 => HiveType::SmallInt,
        DataType::Int32 | DataType::UInt16 => HiveType::Int,
        DataType::Int64 | DataType::UInt32 => HiveType::BigInt,
        DataType::UInt64 => HiveType::Decimal { precision: 20, scale: 0 },
        DataType::Float32 => HiveType::Float,
        DataType::Float64 => HiveType::Double,
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale) => {
            HiveType::Decimal { precision: *precision, scale: u8::try_from(*scale).ok()? }
        }
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => HiveType::String,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            HiveType::Binary
        }
        DataType::Date32 => HiveType::Date,
        // Of seconds there are none in Parquet, and nanoseconds break several readers.
        DataType::Timestamp(TimeUnit::Millisecond | TimeUnit::Microsecond, _) => HiveType::Timestamp,
        DataType::List(element) | DataType::LargeList(element) => {
            HiveType::Array(Box::new(hive(element.data_type())?))
        }
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) if let [key, value] = fields.as_ref() => {
                HiveType::Map(Box::new(hive(key.data_type())?), Box::new(hive(value.data_type())?))
            }
            _ => return None,
        },
        DataType::Struct(fields) => HiveType::Struct(
            fields
                .iter()
                .map(|field| Some((field.name().to_lowercase(), hive(field.data_type())?)))
                .collect::<Option<_>>()?,
        ),
        _ => return None,
    })
}
