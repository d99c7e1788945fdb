//! The closed set of types a column can have.

use crate::def::TimeUnit;
use crate::table::Column;

/// What a column holds, and the Rust domain it keeps.
///
/// The set is closed on purpose: a new type is a new variant, and the compiler names every place to visit.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "contract", serde(rename_all = "lowercase", deny_unknown_fields))]
pub enum LogicalType {
    /// True or false.
    Boolean,
    /// 8-bit signed integer.
    Int8,
    /// 16-bit signed integer.
    Int16,
    /// 32-bit signed integer.
    Int32,
    /// 64-bit signed integer.
    Int64,
    /// 0 to 255, stored in 16 bits.
    UInt8,
    /// 0 to 65,535, stored in 32 bits.
    UInt16,
    /// 0 to 4,294,967,295, stored in 64 bits.
    UInt32,
    /// Single precision.
    Float32,
    /// Double precision.
    Float64,
    /// Exact decimal of `precision` digits (1 to 38), `scale` of them after the point.
    Decimal {
        /// Digits in all.
        precision: u8,
        /// Digits after the point.
        scale: u8,
    },
    /// Text.
    String,
    /// Text of one character.
    Char,
    /// UUID, stored as text in lower case with hyphens.
    Uuid,
    /// One of a fixed set of words, stored as text.
    Enum(Vec<EnumWord>),
    /// Any JSON value, stored as its text.
    Json,
    /// Bytes; base64 in JSON.
    Binary,
    /// Calendar day.
    Date,
    /// A moment, stored in `unit`s since 1970.
    Timestamp {
        /// Stored precision; finer time is floored.
        unit: TimeUnit,
        /// True for an instant (stored as UTC), false for wall-clock time.
        instant: bool,
        /// True when the Rust type itself writes numeric offsets, so that they are accepted without `time(rfc3339)`.
        #[cfg_attr(feature = "contract", serde(default, skip_serializing_if = "core::ops::Not::not"))]
        offset: bool,
    },
    /// List.
    List {
        /// What each element holds.
        element: Box<Element>,
        /// Length that every value must have, for array types.
        #[cfg_attr(feature = "contract", serde(default, skip_serializing_if = "Option::is_none"))]
        length: Option<u64>,
    },
    /// Map.
    Map {
        /// Type of the keys: a scalar.
        key: Box<LogicalType>,
        /// What each value holds.
        value: Box<Element>,
    },
    /// Nested record.
    #[cfg_attr(feature = "contract", serde(with = "crate::contract::members"))]
    Struct {
        /// Its members in declared order.
        columns: Vec<Column>,
    },
}

/// Element of a list, or value of a map.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "contract", serde(deny_unknown_fields))]
pub struct Element {
    /// What it holds.
    #[cfg_attr(feature = "contract", serde(rename = "type"))]
    pub ty: LogicalType,
    /// Whether it may be null on the wire.
    #[cfg_attr(feature = "contract", serde(default, skip_serializing_if = "core::ops::Not::not"))]
    pub nullable: bool,
}

/// One word of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "contract", serde(deny_unknown_fields))]
pub struct EnumWord {
    /// What is written and stored.
    pub word: String,
    /// What is also read.
    #[cfg_attr(feature = "contract", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub aliases: Vec<String>,
}

impl LogicalType {
    /// Short name of the type, for messages: `uint8`, `decimal(12,2)`, `list`.
    pub fn name(&self) -> String {
        match self {
            Self::Boolean => "boolean".into(),
            Self::Int8 => "int8".into(),
            Self::Int16 => "int16".into(),
            Self::Int32 => "int32".into(),
            Self::Int64 => "int64".into(),
            Self::UInt8 => "uint8".into(),
            Self::UInt16 => "uint16".into(),
            Self::UInt32 => "uint32".into(),
            Self::Float32 => "float32".into(),
            Self::Float64 => "float64".into(),
            Self::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
            Self::String => "string".into(),
            Self::Char => "char".into(),
            Self::Uuid => "uuid".into(),
            Self::Enum(_) => "enum".into(),
            Self::Json => "json".into(),
            Self::Binary => "binary".into(),
            Self::Date => "date".into(),
            Self::Timestamp { .. } => "timestamp".into(),
            Self::List { .. } => "list".into(),
            Self::Map { .. } => "map".into(),
            Self::Struct { .. } => "struct".into(),
        }
    }

    /// Whether values have no parts.
    pub fn is_scalar(&self) -> bool {
        !matches!(self, Self::List { .. } | Self::Map { .. } | Self::Struct { .. })
    }

    /// Smallest and largest value of an integer type.
    pub fn integer_range(&self) -> Option<(i64, i64)> {
        #[allow(clippy::wildcard_enum_match_arm, reason = "every other type is no integer")]
        match self {
            Self::Int8 => Some((i8::MIN.into(), i8::MAX.into())),
            Self::Int16 => Some((i16::MIN.into(), i16::MAX.into())),
            Self::Int32 => Some((i32::MIN.into(), i32::MAX.into())),
            Self::Int64 => Some((i64::MIN, i64::MAX)),
            Self::UInt8 => Some((0, u8::MAX.into())),
            Self::UInt16 => Some((0, u16::MAX.into())),
            Self::UInt32 => Some((0, u32::MAX.into())),
            _ => None,
        }
    }
}
