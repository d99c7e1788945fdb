//! Questions about types, in constants.

use crate::def::TypeDef;

/// What the words of a column are about: the type itself, or that of list elements and map values.
pub(super) struct Leaf<'a> {
    pub(super) ty: &'a TypeDef,
    pub(super) nullable: bool,
    /// Whether it is inside a list or map.
    pub(super) inside: bool,
}

pub(super) const fn leaf(ty: &TypeDef, nullable: bool) -> Leaf<'_> {
    let mut leaf = Leaf { ty, nullable, inside: false };
    while let TypeDef::List { element, .. } | TypeDef::Map { value: element, .. } = leaf.ty {
        leaf = Leaf { ty: &element.ty, nullable: element.nullable, inside: true };
    }
    leaf
}

/// Why a type cannot be stored as it is, and the fix, given which words the field has.
pub(super) const fn unstorable(ty: &TypeDef, decimal: bool, json: bool) -> Option<&'static str> {
    match ty {
        TypeDef::Decimal | TypeDef::UInt64 | TypeDef::UInt128 | TypeDef::Int128 if decimal => None,
        TypeDef::Decimal => {
            Some("a decimal needs its digits: add `#[lake(decimal(p, s))]`, such as `decimal(12, 2)`")
        }
        TypeDef::UInt64 => Some(
            "`u64` is wider than any integer of Hive: add `#[lake(decimal(20, 0))]`, or `#[lake(as = \"i64\")]` \
             if the values fit",
        ),
        TypeDef::UInt128 => Some(
            "`u128` is wider than any integer of Hive: add `#[lake(decimal(38, 0))]`, or `#[lake(as = \"i64\")]` \
             if the values fit",
        ),
        TypeDef::Int128 => Some(
            "`i128` is wider than any integer of Hive: add `#[lake(decimal(38, 0))]`, or `#[lake(as = \"i64\")]` \
             if the values fit",
        ),
        TypeDef::Json if json => None,
        TypeDef::Json => Some("any JSON is stored as its text only on request: add `#[lake(json)]`"),
        TypeDef::Struct([]) => {
            Some("a struct without columns cannot be stored: give it a field, or skip this one")
        }
        TypeDef::Enum([]) => {
            Some("an enum without words cannot be stored: give it a variant, or skip this one")
        }
        TypeDef::List { element, .. } => unstorable(&element.ty, decimal, json),
        TypeDef::Map { key, value } => match map_key(key) {
            Some(problem) => Some(problem),
            None => unstorable(&value.ty, decimal, json),
        },
        TypeDef::Boolean | TypeDef::Int8 | TypeDef::Int16 | TypeDef::Int32 | TypeDef::Int64 => None,
        TypeDef::UInt8 | TypeDef::UInt16 | TypeDef::UInt32 | TypeDef::Float32 | TypeDef::Float64 => None,
        TypeDef::String | TypeDef::Char | TypeDef::Uuid | TypeDef::Enum(_) | TypeDef::Binary => None,
        TypeDef::Date | TypeDef::Timestamp { .. } | TypeDef::Struct(_) => None,
    }
}

const fn map_key(key: &TypeDef) -> Option<&'static str> {
    match key {
        TypeDef::Float32 | TypeDef::Float64 => {
            Some("a map cannot be keyed by floating-point numbers: use text or integers")
        }
        TypeDef::UInt64 | TypeDef::UInt128 | TypeDef::Int128 | TypeDef::Decimal => {
            Some("a map cannot be keyed by this number type, which Hive does not have: use `i64` or text")
        }
        TypeDef::Json | TypeDef::Binary => {
            Some("a map cannot be keyed by JSON or bytes: use text or integers")
        }
        TypeDef::List { .. } | TypeDef::Map { .. } | TypeDef::Struct(_) => {
            Some("a map is keyed by single values: use text or integers")
        }
        TypeDef::Boolean | TypeDef::Int8 | TypeDef::Int16 | TypeDef::Int32 | TypeDef::Int64 => None,
        TypeDef::UInt8 | TypeDef::UInt16 | TypeDef::UInt32 | TypeDef::String | TypeDef::Char => None,
        TypeDef::Uuid | TypeDef::Enum(_) | TypeDef::Date | TypeDef::Timestamp { .. } => None,
    }
}

/// Whether values have no parts.
pub(super) const fn is_scalar(ty: &TypeDef) -> bool {
    !matches!(ty, TypeDef::List { .. } | TypeDef::Map { .. } | TypeDef::Struct(_))
}

/// A decimal, or an integer that is stored as one.
pub(super) const fn is_decimal(ty: &TypeDef) -> bool {
    matches!(ty, TypeDef::Decimal | TypeDef::UInt64 | TypeDef::UInt128 | TypeDef::Int128)
}

/// Whether a text is a number in some spelling, so that a column of numbers compares it as a number.
pub(crate) const fn reads_as_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut digits, mut i) = (0, 0);
    while i < bytes.len() {
        match bytes[i] {
            b'0'..=b'9' => digits += 1,
            b'+' | b'-' | b'.' | b',' | b'e' | b'E' => {}
            _ => return false,
        }
        i += 1;
    }
    digits > 0
}

/// Smallest and largest value of an integer type of at most 64 bits, `u64` excepted.
#[allow(clippy::wildcard_enum_match_arm, reason = "every other type is no integer")]
pub(super) const fn integer_range(ty: &TypeDef) -> Option<(i128, i128)> {
    match ty {
        TypeDef::Int8 => Some((i8::MIN as i128, i8::MAX as i128)),
        TypeDef::Int16 => Some((i16::MIN as i128, i16::MAX as i128)),
        TypeDef::Int32 => Some((i32::MIN as i128, i32::MAX as i128)),
        TypeDef::Int64 => Some((i64::MIN as i128, i64::MAX as i128)),
        TypeDef::UInt8 => Some((0, u8::MAX as i128)),
        TypeDef::UInt16 => Some((0, u16::MAX as i128)),
        TypeDef::UInt32 => Some((0, u32::MAX as i128)),
        _ => None,
    }
}

/// What a type holds, for messages.
pub(super) const fn holds(ty: &TypeDef) -> &'static str {
    match ty {
        TypeDef::Boolean => "a truth value",
        TypeDef::Int8 | TypeDef::Int16 | TypeDef::Int32 | TypeDef::Int64 => "an integer",
        TypeDef::UInt8 | TypeDef::UInt16 | TypeDef::UInt32 => "an integer",
        TypeDef::UInt64 | TypeDef::UInt128 | TypeDef::Int128 => "a wide integer",
        TypeDef::Float32 | TypeDef::Float64 => "a floating-point number",
        TypeDef::Decimal => "a decimal",
        TypeDef::String => "text",
        TypeDef::Char => "a character",
        TypeDef::Uuid => "a UUID",
        TypeDef::Enum(_) => "a word of an enum",
        TypeDef::Json => "JSON",
        TypeDef::Binary => "bytes",
        TypeDef::Date => "a day",
        TypeDef::Timestamp { .. } => "a moment",
        TypeDef::List { .. } => "a list",
        TypeDef::Map { .. } => "a map",
        TypeDef::Struct(_) => "a nested record",
    }
}
