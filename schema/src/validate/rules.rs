//! Rules of the words of one column: sentinels, time formats, filters, encodings, XML paths.

use super::{Collector, find, leaf};
use crate::check::reads_as_number;
use crate::date_pattern::DatePattern;
use crate::def::Encoding;
use crate::logical_type::LogicalType;
use crate::problem::ProblemKind;
use crate::table::{Column, Scalar, TimeFormat};
use crate::xml_path::XmlPath;

/// Largest precision whose decimals are stored as an integer of 64 bits.
const MAX_INTEGER_DECIMAL: u8 = 18;

pub(super) fn validate(column: &Column, siblings: &[Column], place: &str, problems: &mut Collector) {
    let (leaf, _) = leaf(column);
    validate_nulls(column, siblings, place, problems);
    if !column.rules.time.is_empty() && !matches!(leaf, LogicalType::Date | LogicalType::Timestamp { .. }) {
        problems.add(place, ProblemKind::TimeOnOther { found: leaf.name() });
    }
    let times = &column.rules.time;
    let reads_epoch = times.contains(&TimeFormat::EpochSeconds) || times.contains(&TimeFormat::EpochMillis);
    for format in times {
        let TimeFormat::Pattern(pattern) = format else { continue };
        match DatePattern::parse(pattern).and_then(|parsed| parsed.validate_for_time().map(|()| parsed)) {
            Err(error) => problems.add(place, ProblemKind::TimePattern { pattern: pattern.clone(), error }),
            Ok(parsed) if reads_epoch && parsed.is_digits() => {
                problems.add(place, ProblemKind::TimeDigits { pattern: pattern.clone() });
            }
            Ok(_) => {}
        }
    }
    if column.rules.decimal_comma && !is_number(leaf) {
        problems.add(place, ProblemKind::CommaOnOther { found: leaf.name() });
    }
    if column.bloom && !takes_bloom(&column.ty) {
        problems.add(place, ProblemKind::Bloom { found: column.ty.name() });
    }
    if let Some(encoding) = column.encoding
        && !takes_encoding(&column.ty, encoding)
    {
        problems.add(place, ProblemKind::BadEncoding { encoding, found: column.ty.name() });
    }
    if let Some(path) = &column.xml
        && let Err(error) = path.parse::<XmlPath>()
    {
        problems.add(place, ProblemKind::XmlPath { path: path.clone(), error });
    }
}

/// `null_if` and `null_with`.
fn validate_nulls(column: &Column, siblings: &[Column], place: &str, problems: &mut Collector) {
    let (leaf, leaf_nullable) = leaf(column);
    if !column.rules.null_if.is_empty() && !leaf_nullable {
        problems.add(place, ProblemKind::NotNullable { word: "null_if" });
    }
    for value in &column.rules.null_if {
        let exact = match value {
            Scalar::Int(value) => i64::try_from(*value).is_ok() || u64::try_from(*value).is_ok(),
            Scalar::Float(value) => value.is_finite(),
            Scalar::Bool(_) | Scalar::Text(_) => true,
        };
        if !exact {
            problems.add(place, ProblemKind::SentinelRange { value: shown(value) });
        } else if !takes_sentinel(leaf, value) {
            problems.add(place, ProblemKind::Sentinel { value: shown(value), found: leaf.name() });
        }
    }
    let Some(source) = &column.rules.null_with else {
        return;
    };
    if !column.nullable {
        problems.add(place, ProblemKind::NotNullable { word: "null_with" });
    }
    match find(siblings, "null_with", source) {
        Ok(source) if source.rules.null_if.is_empty() => {
            problems.add(place, ProblemKind::NullWithoutSentinel { column: source.name.clone() });
        }
        Ok(source) if !source.ty.is_scalar() => {
            let (column, found) = (source.name.clone(), source.ty.name());
            problems.add(place, ProblemKind::NotScalar { word: "null_with", column, found });
        }
        Ok(_) => {}
        Err(kind) => problems.add(place, kind),
    }
}

fn shown(value: &Scalar) -> String {
    match value {
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => value.to_string(),
        Scalar::Float(value) => value.to_string(),
        Scalar::Text(value) => format!("{value:?}"),
    }
}

/// Whether a column of this type can hold the value.
fn takes_sentinel(ty: &LogicalType, value: &Scalar) -> bool {
    if let Scalar::Text(text) = value
        && is_number(ty)
    {
        // Compared with the text as it is written; a number in quotes would be missed where it comes without.
        return !reads_as_number(text);
    }
    match ty {
        LogicalType::Boolean => matches!(value, Scalar::Bool(_)),
        LogicalType::Float32 | LogicalType::Float64 | LogicalType::Decimal { .. } => {
            matches!(value, Scalar::Int(_) | Scalar::Float(_))
        }
        LogicalType::String
        | LogicalType::Char
        | LogicalType::Uuid
        | LogicalType::Enum(_)
        | LogicalType::Date
        | LogicalType::Timestamp { .. } => matches!(value, Scalar::Text(_)),
        LogicalType::Int8
        | LogicalType::Int16
        | LogicalType::Int32
        | LogicalType::Int64
        | LogicalType::UInt8
        | LogicalType::UInt16
        | LogicalType::UInt32 => match (value, ty.integer_range()) {
            (Scalar::Int(value), Some((min, max))) => (i128::from(min)..=i128::from(max)).contains(value),
            _ => false,
        },
        LogicalType::Json
        | LogicalType::Binary
        | LogicalType::List { .. }
        | LogicalType::Map { .. }
        | LogicalType::Struct { .. } => false,
    }
}

fn is_number(ty: &LogicalType) -> bool {
    ty.integer_range().is_some()
        || matches!(ty, LogicalType::Float32 | LogicalType::Float64 | LogicalType::Decimal { .. })
}

fn is_text(ty: &LogicalType) -> bool {
    matches!(
        ty,
        LogicalType::String
            | LogicalType::Char
            | LogicalType::Uuid
            | LogicalType::Enum(_)
            | LogicalType::Json
    )
}

/// Equality on anything but truth values and floating point.
fn takes_bloom(ty: &LogicalType) -> bool {
    ty.is_scalar() && !matches!(ty, LogicalType::Boolean | LogicalType::Float32 | LogicalType::Float64)
}

fn takes_encoding(ty: &LogicalType, encoding: Encoding) -> bool {
    match encoding {
        Encoding::Dictionary => ty.is_scalar() && *ty != LogicalType::Boolean,
        Encoding::Plain => ty.is_scalar(),
        Encoding::DeltaBinaryPacked => {
            ty.integer_range().is_some()
                || matches!(ty, LogicalType::Date | LogicalType::Timestamp { .. })
                || matches!(ty, LogicalType::Decimal { precision, .. } if *precision <= MAX_INTEGER_DECIMAL)
        }
        Encoding::DeltaByteArray => is_text(ty) || *ty == LogicalType::Binary,
        Encoding::ByteStreamSplit => matches!(ty, LogicalType::Float32 | LogicalType::Float64),
    }
}
