//! Hive types: what the catalog calls the type of a column.
//!
//! This is the only place that knows their grammar. Text is written without spaces and in lower case, as Glue and
//! Athena want it; it is read with spaces and in any case.

mod parse;

#[cfg(test)]
mod tests;

use crate::def::TimeUnit;
use crate::logical_type::{Element, LogicalType};
use crate::table::Column;
use std::fmt;

pub use parse::HiveTypeError;

/// A Hive type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum HiveType {
    /// `boolean`
    Boolean,
    /// `tinyint`: 8 bits, signed.
    TinyInt,
    /// `smallint`: 16 bits, signed.
    SmallInt,
    /// `int`: 32 bits, signed.
    Int,
    /// `bigint`: 64 bits, signed.
    BigInt,
    /// `float`: single precision.
    Float,
    /// `double`: double precision.
    Double,
    /// `decimal(p,s)`
    Decimal {
        /// Digits in all, 1 to 38.
        precision: u8,
        /// Digits after the point.
        scale: u8,
    },
    /// `string`
    String,
    /// `varchar(n)`, n from 1 to 65,535 characters.
    Varchar(u16),
    /// `char(n)`, n from 1 to 255 characters.
    Char(u8),
    /// `binary`
    Binary,
    /// `date`
    Date,
    /// `timestamp`: without a zone.
    Timestamp,
    /// `array<…>`
    Array(Box<Self>),
    /// `map<key,value>`
    Map(Box<Self>, Box<Self>),
    /// `struct<name:type,…>`
    Struct(Vec<(String, Self)>),
}

/// Hive type text of a logical type, such as `struct<a:int,b:array<string>>`.
pub fn hive_type(ty: &LogicalType) -> String {
    HiveType::from(ty).to_string()
}

impl From<&LogicalType> for HiveType {
    fn from(ty: &LogicalType) -> Self {
        match ty {
            LogicalType::Boolean => Self::Boolean,
            LogicalType::Int8 => Self::TinyInt,
            LogicalType::Int16 | LogicalType::UInt8 => Self::SmallInt,
            LogicalType::Int32 | LogicalType::UInt16 => Self::Int,
            LogicalType::Int64 | LogicalType::UInt32 => Self::BigInt,
            LogicalType::Float32 => Self::Float,
            LogicalType::Float64 => Self::Double,
            LogicalType::Decimal { precision, scale } => {
                Self::Decimal { precision: *precision, scale: *scale }
            }
            LogicalType::String
            | LogicalType::Char
            | LogicalType::Uuid
            | LogicalType::Enum(_)
            | LogicalType::Json => Self::String,
            LogicalType::Binary => Self::Binary,
            LogicalType::Date => Self::Date,
            LogicalType::Timestamp { .. } => Self::Timestamp,
            LogicalType::List { element, .. } => Self::Array(Box::new(Self::from(&element.ty))),
            LogicalType::Map { key, value } => {
                Self::Map(Box::new(Self::from(key.as_ref())), Box::new(Self::from(&value.ty)))
            }
            LogicalType::Struct { columns } => Self::Struct(
                columns.iter().map(|column| (column.name.clone(), Self::from(&column.ty))).collect(),
            ),
        }
    }
}

impl HiveType {
    /// The logical type that is stored in this type, as an import sees it: any text is a string, a timestamp is an
    /// instant in milliseconds, and everything inside may be null.
    pub fn to_logical(&self) -> LogicalType {
        let element = |ty: &Self| Box::new(Element { ty: ty.to_logical(), nullable: true });
        match self {
            Self::Boolean => LogicalType::Boolean,
            Self::TinyInt => LogicalType::Int8,
            Self::SmallInt => LogicalType::Int16,
            Self::Int => LogicalType::Int32,
            Self::BigInt => LogicalType::Int64,
            Self::Float => LogicalType::Float32,
            Self::Double => LogicalType::Float64,
            Self::Decimal { precision, scale } => {
                LogicalType::Decimal { precision: *precision, scale: *scale }
            }
            Self::String | Self::Varchar(_) | Self::Char(_) => LogicalType::String,
            Self::Binary => LogicalType::Binary,
            Self::Date => LogicalType::Date,
            Self::Timestamp => {
                LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false }
            }
            Self::Array(inner) => LogicalType::List { element: element(inner), length: None },
            Self::Map(key, value) => {
                LogicalType::Map { key: Box::new(key.to_logical()), value: element(value) }
            }
            Self::Struct(members) => LogicalType::Struct {
                columns: members
                    .iter()
                    .map(|(name, ty)| Column { nullable: true, ..Column::new(name, ty.to_logical()) })
                    .collect(),
            },
        }
    }

    /// Whether values have no parts.
    pub fn is_primitive(&self) -> bool {
        !matches!(self, Self::Array(_) | Self::Map(..) | Self::Struct(_))
    }
}

impl fmt::Display for HiveType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => f.write_str("boolean"),
            Self::TinyInt => f.write_str("tinyint"),
            Self::SmallInt => f.write_str("smallint"),
            Self::Int => f.write_str("int"),
            Self::BigInt => f.write_str("bigint"),
            Self::Float => f.write_str("float"),
            Self::Double => f.write_str("double"),
            Self::Decimal { precision, scale } => write!(f, "decimal({precision},{scale})"),
            Self::String => f.write_str("string"),
            Self::Varchar(length) => write!(f, "varchar({length})"),
            Self::Char(length) => write!(f, "char({length})"),
            Self::Binary => f.write_str("binary"),
            Self::Date => f.write_str("date"),
            Self::Timestamp => f.write_str("timestamp"),
            Self::Array(inner) => write!(f, "array<{inner}>"),
            Self::Map(key, value) => write!(f, "map<{key},{value}>"),
            Self::Struct(members) => {
                f.write_str("struct<")?;
                for (i, (name, ty)) in members.iter().enumerate() {
                    write!(f, "{}{name}:{ty}", if i == 0 { "" } else { "," })?;
                }
                f.write_str(">")
            }
        }
    }
}
