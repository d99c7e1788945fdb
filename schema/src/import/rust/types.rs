//! Logical types as Rust types.

use super::names::TypeNames;
use crate::logical_type::LogicalType;
use std::fmt;

/// Digits that `rust_decimal::Decimal` holds.
const DECIMAL_DIGITS: u8 = 28;

/// A type as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RustType {
    /// A name.
    Name(String),
    /// `Vec<T>`, `BTreeMap<K, V>`
    Of(&'static str, Vec<Self>),
    /// `[T; N]`
    Array(Box<Self>, u64),
}

impl RustType {
    pub(super) fn name(name: impl Into<String>) -> Self {
        Self::Name(name.into())
    }

    /// `Option<T>` when it may be null.
    pub(super) fn or_null(self, nullable: bool) -> Self {
        if nullable { Self::Of("Option", vec![self]) } else { self }
    }

    fn inner(&mut self) -> &mut [Self] {
        match self {
            Self::Name(_) => &mut [],
            Self::Of(_, inner) => inner,
            Self::Array(inner, _) => std::slice::from_mut(inner),
        }
    }

    fn len(&self) -> usize {
        self.to_string().len()
    }

    /// Takes out the longest part of at most so many characters, and leaves a name in its place.
    pub(super) fn take_part(&mut self, most: usize, name: &str) -> Option<Self> {
        if matches!(self, Self::Name(_)) {
            return None;
        }
        if self.len() <= most {
            return Some(std::mem::replace(self, Self::name(name)));
        }
        let longest = self.inner().iter_mut().max_by_key(|inner| inner.len())?;
        longest.take_part(most, name)
    }
}

impl fmt::Display for RustType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Array(inner, length) => write!(f, "[{inner}; {length}]"),
            Self::Of(name, inner) => {
                write!(f, "{name}<")?;
                for (at, inner) in inner.iter().enumerate() {
                    write!(f, "{}{inner}", if at == 0 { "" } else { ", " })?;
                }
                f.write_str(">")
            }
        }
    }
}

/// The type of a scalar, and what has to be imported for it; nothing for an enum, which has a type of its own.
/// Bytes that are a whole column are a list with the word `binary`.
pub(super) fn scalar(
    ty: &LogicalType,
    whole_column: bool,
) -> Option<(&'static str, &'static [&'static str])> {
    Some(match ty {
        LogicalType::Boolean => ("bool", &[]),
        LogicalType::Int8 => ("i8", &[]),
        LogicalType::Int16 => ("i16", &[]),
        LogicalType::Int32 => ("i32", &[]),
        LogicalType::Int64 => ("i64", &[]),
        LogicalType::UInt8 => ("u8", &[]),
        LogicalType::UInt16 => ("u16", &[]),
        LogicalType::UInt32 => ("u32", &[]),
        LogicalType::Float32 => ("f32", &[]),
        LogicalType::Float64 => ("f64", &[]),
        LogicalType::Decimal { precision, scale: 0 } if *precision > DECIMAL_DIGITS => ("i128", &[]),
        LogicalType::Decimal { .. } => ("Decimal", &["rust_decimal::Decimal"]),
        LogicalType::String => ("String", &[]),
        LogicalType::Char => ("char", &[]),
        LogicalType::Uuid => ("Uuid", &["uuid::Uuid"]),
        LogicalType::Json => ("Value", &["serde_json::Value"]),
        LogicalType::Binary if whole_column => ("Vec<u8>", &[]),
        LogicalType::Binary => ("Bytes", &["bytes::Bytes"]),
        LogicalType::Date => ("NaiveDate", &["chrono::NaiveDate"]),
        LogicalType::Timestamp { instant: true, offset: false, .. } => {
            ("DateTime<Utc>", &["chrono::DateTime", "chrono::Utc"])
        }
        LogicalType::Timestamp { instant: true, offset: true, .. } => {
            ("DateTime<FixedOffset>", &["chrono::DateTime", "chrono::FixedOffset"])
        }
        LogicalType::Timestamp { .. } => ("NaiveDateTime", &["chrono::NaiveDateTime"]),
        LogicalType::Enum(_)
        | LogicalType::List { .. }
        | LogicalType::Map { .. }
        | LogicalType::Struct { .. } => {
            return None;
        }
    })
}

/// Whether values of a decimal may have more digits than the Rust type.
pub(super) fn is_too_wide(ty: &LogicalType) -> bool {
    matches!(ty, LogicalType::Decimal { precision, scale } if *precision > DECIMAL_DIGITS && *scale > 0)
}

/// Gives parts of a type names of their own until it fits on a line of so many characters; the parts come inner first.
pub(super) fn shorten(
    ty: &mut RustType,
    most: usize,
    names: &mut TypeNames,
    wanted: &str,
    within: &str,
) -> Vec<(String, RustType)> {
    /// Characters that a part may have, so that its own line is short enough.
    const PART: usize = 50;
    let mut parts = Vec::new();
    while ty.len() > most {
        let name = names.fresh(&format!("{wanted}_part"), within);
        match ty.take_part(PART, &name) {
            Some(part) => parts.push((name, part)),
            None => break,
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_types_come_in_parts() {
        let mut ty = (0..31).fold(RustType::name("i64"), |ty, _| RustType::Of("Vec", vec![ty]));
        let mut names = TypeNames::default();
        let parts = shorten(&mut ty, 60, &mut names, "deep", "Event");
        assert!(ty.len() <= 60 && !parts.is_empty(), "{ty}");
        let whole = parts
            .iter()
            .rev()
            .fold(ty.to_string(), |text, (name, part)| text.replace(name, &part.to_string()));
        assert_eq!(whole.matches("Vec<").count(), 31);
        assert_eq!(parts[0].1.len(), 48);
    }
}
