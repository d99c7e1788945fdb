//! Constant functions behind the compile-time checks of the derive: what needs the types of fields.
//!
//! Each panics in a constant that the derive spans at the user's type or word, so the message is a compile error
//! there. A message names the field, what is wrong, and the fix; a field with several mistakes gets them all.

mod report;
mod table;
mod types;

pub use self::table::{
    distinct, key, latest_by, no_column, null_with, partition_day, partition_time, partition_value, sort,
};

use self::report::Report;
use self::types::{Leaf, holds, integer_range, is_scalar, leaf, unstorable};
use crate::def::{ColumnDef, Encoding, Member, ScalarDef, TypeDef};

/// A column against its words. `json` tells whether the field has that word.
#[track_caller]
pub const fn column(field: &str, member: &Member, json: bool) {
    let column = match member {
        Member::Column(column) => column,
        Member::Flatten { members, .. } => return flattened(field, members),
    };
    let leaf = leaf(&column.ty, column.nullable);
    let mut report = Report::new();
    if !json && let Some(problem) = unstorable(&column.ty, column.decimal.is_some()) {
        report = report.problem(&[problem]);
    }
    report = words(report, column, &leaf);
    report = nulls(report, column, &leaf);
    report = storage(report, column);
    report.raise("field", field);
}

/// Columns of a flattened struct: those of a generic one are seen with their types only here.
#[track_caller]
const fn flattened(field: &str, members: &[Member]) {
    if members.is_empty() {
        Report::new()
            .problem(&["the flattened struct has no columns: give it a field, or remove it"])
            .raise("field", field);
    }
}

/// `decimal`, `time`, `unit`, `decimal_comma`.
const fn words(mut report: Report, column: &ColumnDef, leaf: &Leaf<'_>) -> Report {
    let holds = holds(leaf.ty);
    if column.decimal.is_some()
        && !matches!(leaf.ty, TypeDef::Decimal | TypeDef::UInt64 | TypeDef::UInt128 | TypeDef::Int128)
    {
        report = report.problem(&[
            "`decimal` fits decimal types, `u64`, `u128` and `i128`, and this holds ",
            holds,
            ": leave the word out, or use a decimal type",
        ]);
    }
    if !column.time.is_empty() && !matches!(leaf.ty, TypeDef::Timestamp { .. } | TypeDef::Date) {
        report = report.problem(&[
            "`time` fits moments and days, and this holds ",
            holds,
            ": use a type of chrono or jiff, or leave the word out",
        ]);
    }
    if column.unit.is_some() && !matches!(leaf.ty, TypeDef::Timestamp { .. }) {
        report = report.problem(&["`unit` fits moments, and this holds ", holds, ": leave the word out"]);
    }
    if column.decimal_comma && !is_number(leaf.ty) {
        report =
            report.problem(&["`decimal_comma` fits numbers, and this holds ", holds, ": leave the word out"]);
    }
    report
}

const fn is_number(ty: &TypeDef) -> bool {
    integer_range(ty).is_some() || matches!(ty, TypeDef::Float32 | TypeDef::Float64 | TypeDef::Decimal)
}

/// `null_if` and `null_with`.
const fn nulls(mut report: Report, column: &ColumnDef, leaf: &Leaf<'_>) -> Report {
    if !column.null_if.is_empty() && !leaf.nullable {
        report = report.problem(&[
            "`null_if` makes nulls, which this type cannot hold: make ",
            if leaf.inside { "the elements `Option`" } else { "the type an `Option`" },
        ]);
    }
    let mut i = 0;
    while i < column.null_if.len() {
        if let Some(problem) = sentinel(&column.null_if[i], leaf.ty) {
            report = report.problem(&["`null_if`: ", problem]);
            break;
        }
        i += 1;
    }
    if column.null_with.is_some() && !column.nullable {
        report = report
            .problem(&["`null_with` makes nulls, which this type cannot hold: make the type an `Option`"]);
    }
    report
}

/// What is wrong with a literal of `null_if` for a type.
const fn sentinel(scalar: &ScalarDef, ty: &TypeDef) -> Option<&'static str> {
    if let Some((least, most)) = integer_range(ty) {
        return match scalar {
            ScalarDef::Int(value) if least <= *value && *value <= most => None,
            ScalarDef::Int(_) => Some(
                "a number is outside the range of the type, so no value is ever equal to it: use a wider type or leave it out",
            ),
            _ => Some("the type holds integers: write them without quotes and without a point"),
        };
    }
    let numbers = "the type holds numbers: write them without quotes";
    let texts = "the type holds text: write the literals in quotes";
    match (ty, scalar) {
        (TypeDef::Float32 | TypeDef::Float64 | TypeDef::Decimal, ScalarDef::Int(_) | ScalarDef::Float(_)) => {
            None
        }
        (TypeDef::Float32 | TypeDef::Float64 | TypeDef::Decimal, _) => Some(numbers),
        (TypeDef::String | TypeDef::Enum(_) | TypeDef::Uuid, ScalarDef::Text(_)) => None,
        (TypeDef::Char, ScalarDef::Text(text)) => {
            if one_char(text) {
                None
            } else {
                Some("the type holds one character, and a literal has not one")
            }
        }
        (TypeDef::String | TypeDef::Enum(_) | TypeDef::Uuid | TypeDef::Char, _) => Some(texts),
        (TypeDef::Boolean, ScalarDef::Bool(_)) => None,
        (TypeDef::Boolean, _) => Some("the type holds truth values: write `true` or `false`"),
        _ => Some(
            "only numbers, text and truth values have sentinels, and this type holds none of them: leave the word out",
        ),
    }
}

const fn one_char(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut chars, mut i) = (0, 0);
    while i < bytes.len() {
        // Every byte but the continuing ones of UTF-8 starts a character.
        if bytes[i] & 0xC0 != 0x80 {
            chars += 1;
        }
        i += 1;
    }
    chars == 1
}

/// `bloom` and `encoding`.
const fn storage(mut report: Report, column: &ColumnDef) -> Report {
    let holds = holds(&column.ty);
    if column.bloom && (!is_scalar(&column.ty) || matches!(column.ty, TypeDef::Boolean)) {
        report = report.problem(&[
            "`bloom` fits single values that are searched for, and this holds ",
            holds,
            ": leave the word out",
        ]);
    }
    let Some(encoding) = column.encoding else { return report };
    let integer = integer_range(&column.ty).is_some() && column.decimal.is_none();
    let problem = match encoding {
        Encoding::Plain if is_scalar(&column.ty) => None,
        Encoding::Dictionary if is_scalar(&column.ty) && !matches!(column.ty, TypeDef::Boolean) => None,
        Encoding::DeltaBinaryPacked
            if integer || matches!(column.ty, TypeDef::Timestamp { .. } | TypeDef::Date) =>
        {
            None
        }
        Encoding::DeltaByteArray if is_text(&column.ty) => None,
        Encoding::ByteStreamSplit if matches!(column.ty, TypeDef::Float32 | TypeDef::Float64) => None,
        Encoding::Plain => Some("`encoding = \"plain\"` fits single values, and this holds "),
        Encoding::Dictionary => {
            Some("`encoding = \"dictionary\"` fits single values except `bool`, and this holds ")
        }
        Encoding::DeltaBinaryPacked => {
            Some("`encoding = \"delta_binary_packed\"` fits integers, moments and days, and this holds ")
        }
        Encoding::DeltaByteArray => {
            Some("`encoding = \"delta_byte_array\"` fits text and bytes, and this holds ")
        }
        Encoding::ByteStreamSplit => {
            Some("`encoding = \"byte_stream_split\"` fits `f32` and `f64`, and this holds ")
        }
    };
    if let Some(problem) = problem {
        report = report.problem(&[problem, holds, ": leave the word out"]);
    }
    report
}

const fn is_text(ty: &TypeDef) -> bool {
    matches!(
        ty,
        TypeDef::String | TypeDef::Char | TypeDef::Uuid | TypeDef::Enum(_) | TypeDef::Json | TypeDef::Binary
    )
}

/// A field with `skip_serializing_if` and without `default`: serde must be able to read back what it wrote.
#[track_caller]
pub const fn may_be_absent(field: &str, member: &Member) {
    if let Member::Column(ColumnDef { nullable: false, .. }) = member {
        let problem = "serde's `skip_serializing_if` leaves the key out, and a record without it is refused: \
                       make the type an `Option`, or add `#[serde(default)]`";
        Report::new().problem(&[problem]).raise("field", field);
    }
}
