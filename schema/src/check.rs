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
pub(crate) use self::types::reads_as_number;
use self::types::{Leaf, holds, integer_range, is_decimal, is_scalar, leaf, unstorable};
use crate::def::{ColumnDef, Encoding, Member, ScalarDef, TypeDef};

/// A column against its words. `json` tells whether the field has that word.
#[track_caller]
pub const fn column(field: &str, member: &Member, json: bool) {
    if let Member::Column(column) = member {
        problems(column, json).raise("field", field);
    }
}

/// The columns of a flattened generic struct, whose types are known only where it is used.
#[track_caller]
pub const fn flattened(member: &Member) {
    match member {
        // Whether the field has the word `json` cannot be seen from here.
        Member::Column(column) => problems(column, true).raise("column", column.name),
        Member::Flatten { members, .. } => {
            let mut i = 0;
            while i < members.len() {
                flattened(&members[i]);
                i += 1;
            }
        }
    }
}

const fn problems(column: &ColumnDef, json: bool) -> Report {
    let leaf = leaf(&column.ty, column.nullable);
    let mut report = Report::new();
    if let Some(problem) = unstorable(&column.ty, column.decimal.is_some(), json) {
        report = report.problem(&[problem]);
    }
    report = words(report, column, &leaf);
    report = nulls(report, column, &leaf);
    storage(report, column)
}

/// `decimal`, `time`, `unit`, `decimal_comma`.
const fn words(mut report: Report, column: &ColumnDef, leaf: &Leaf<'_>) -> Report {
    let holds = holds(leaf.ty);
    if column.decimal.is_some() && !is_decimal(leaf.ty) {
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
    integer_range(ty).is_some() || is_decimal(ty) || matches!(ty, TypeDef::Float32 | TypeDef::Float64)
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
        match (&column.null_if[i], integer_range(leaf.ty)) {
            (ScalarDef::Int(value), Some((least, most))) => {
                if *value < least || *value > most {
                    report = report
                        .problem(&["`null_if`: "])
                        .number(*value)
                        .text(" is outside the range of the type, ");
                    report = report.number(least).text(" to ").number(most);
                    report =
                        report.text(", so no value is ever equal to it: use a wider type, or leave it out");
                }
            }
            (scalar, _) => {
                if let Some(problem) = sentinel(scalar, leaf.ty) {
                    report = report.problem(&["`null_if`: ", problem]);
                    break;
                }
            }
        }
        i += 1;
    }
    if column.null_with.is_some() && !column.nullable {
        report = report
            .problem(&["`null_with` makes nulls, which this type cannot hold: make the type an `Option`"]);
    }
    report
}

/// What is wrong with a literal of `null_if` for a type, integers of integer types apart.
const fn sentinel(scalar: &ScalarDef, ty: &TypeDef) -> Option<&'static str> {
    let problem = match (ty, scalar) {
        (_, ScalarDef::Text(text)) if holds_text(ty, text) => return None,
        // A word that stands where a number should, such as "NULL": compared as it is written.
        (_, ScalarDef::Text(text)) if is_number(ty) && !reads_as_number(text) => return None,
        (TypeDef::Boolean, ScalarDef::Bool(_)) => return None,
        (TypeDef::Float32 | TypeDef::Float64, ScalarDef::Int(_) | ScalarDef::Float(_)) => return None,
        (_, ScalarDef::Int(_) | ScalarDef::Float(_)) if is_decimal(ty) => return None,
        (TypeDef::Boolean, _) => "the type holds truth values: write `true` or `false`",
        (TypeDef::Char, _) => "the type holds one character: write one in quotes",
        (TypeDef::String | TypeDef::Enum(_) | TypeDef::Uuid, _) => {
            "the type holds text: write the literals in quotes"
        }
        (TypeDef::Date | TypeDef::Timestamp { .. }, _) => {
            "the type holds a time: write the text that means null, such as \"1970-01-01T00:00:00Z\""
        }
        (
            TypeDef::Json | TypeDef::Binary | TypeDef::List { .. } | TypeDef::Map { .. } | TypeDef::Struct(_),
            _,
        ) => {
            "numbers, text, times and truth values have sentinels, and this type holds none of them: leave the word out"
        }
        (_, _) if integer_range(ty).is_some() => {
            "the type holds integers: write them without quotes and without a point"
        }
        (_, _) => "the type holds numbers: write them without quotes",
    };
    Some(problem)
}

/// Whether a text can be a value of the type.
const fn holds_text(ty: &TypeDef, text: &str) -> bool {
    if matches!(ty, TypeDef::Char) {
        return one_char(text);
    }
    is_time(ty) || is_text(ty) && !matches!(ty, TypeDef::Json | TypeDef::Binary)
}

const fn is_time(ty: &TypeDef) -> bool {
    matches!(ty, TypeDef::Date | TypeDef::Timestamp { .. })
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
    let inexact = matches!(column.ty, TypeDef::Boolean | TypeDef::Float32 | TypeDef::Float64);
    if column.bloom && (!is_scalar(&column.ty) || inexact) {
        report = report.problem(&[
            "`bloom` fits single values that are searched for, and this holds ",
            holds,
            ": leave the word out",
        ]);
    }
    let Some(encoding) = column.encoding else {
        return report;
    };
    // Decimals of at most 18 digits are stored as integers.
    let integer = integer_range(&column.ty).is_some() || matches!(column.decimal, Some((..=18, _)));
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
