//! Checks of table words against columns found by name.

use super::report::Report;
use super::types::{holds, is_scalar};
use crate::def::{ColumnDef, Member, TypeDef};

/// The column of that name, also in flattened structs.
const fn find<'a>(members: &'a [Member], name: &str) -> Option<&'a ColumnDef> {
    let mut i = 0;
    while i < members.len() {
        match &members[i] {
            Member::Column(column) if equal(column.name, name) => return Some(column),
            Member::Column(_) => {}
            Member::Flatten { members, .. } => {
                if let Some(column) = find(members, name) {
                    return Some(column);
                }
            }
        }
        i += 1;
    }
    None
}

const fn equal(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

#[track_caller]
const fn unknown(word: &str, name: &str) {
    Report::new()
        .problem(&[
            "`",
            word,
            "` names `",
            name,
            "`, which is neither a field nor a column of a flattened struct: write the name of one",
        ])
        .raise_plain();
}

/// A single value that can be compared.
#[track_caller]
const fn scalar(word: &str, members: &[Member], name: &str) {
    match find(members, name) {
        None => unknown(word, name),
        Some(column) if !is_scalar(&column.ty) || matches!(column.ty, TypeDef::Json | TypeDef::Binary) => {
            Report::new()
                .problem(&[
                    "`",
                    word,
                    "` takes columns of single values that have an order, and `",
                    name,
                    "` holds ",
                    holds(&column.ty),
                    ": name another column",
                ])
                .raise_plain();
        }
        Some(_) => {}
    }
}

/// A column of `key`.
#[track_caller]
pub const fn key(members: &[Member], name: &str) {
    scalar("key", members, name);
}

/// The column of `latest_by`.
#[track_caller]
pub const fn latest_by(members: &[Member], name: &str) {
    scalar("latest_by", members, name);
}

/// A column of `sort`.
#[track_caller]
pub const fn sort(members: &[Member], name: &str) {
    scalar("sort", members, name);
}

/// The source of a partition whose layout holds its value.
#[track_caller]
pub const fn partition_value(members: &[Member], name: &str) {
    let Some(column) = find(members, name) else {
        return unknown("partition(by)", name);
    };
    let advice = match column.ty {
        TypeDef::Boolean | TypeDef::Int8 | TypeDef::Int16 | TypeDef::Int32 | TypeDef::Int64 => {
            return;
        }
        TypeDef::UInt8 | TypeDef::UInt16 | TypeDef::UInt32 => return,
        TypeDef::String | TypeDef::Char | TypeDef::Uuid | TypeDef::Enum(_) | TypeDef::Date => {
            return;
        }
        TypeDef::Timestamp { .. } => ": write a date pattern such as `dt={yyyy-MM-dd}`",
        TypeDef::UInt64
        | TypeDef::UInt128
        | TypeDef::Int128
        | TypeDef::Float32
        | TypeDef::Float64
        | TypeDef::Decimal
        | TypeDef::Json
        | TypeDef::Binary
        | TypeDef::List { .. }
        | TypeDef::Map { .. }
        | TypeDef::Struct(_) => ": name a column of text, whole numbers, truth values or days",
    };
    Report::new()
        .problem(&[
            "`partition(by)`: a folder cannot be named after `",
            name,
            "`, which holds ",
            holds(&column.ty),
            advice,
        ])
        .raise_plain();
}

/// The source of a partition whose layout holds days, months or years.
#[track_caller]
pub const fn partition_day(members: &[Member], name: &str) {
    dated(members, name, true);
}

/// The source of a partition whose layout holds hours or minutes.
#[track_caller]
pub const fn partition_time(members: &[Member], name: &str) {
    dated(members, name, false);
}

#[track_caller]
const fn dated(members: &[Member], name: &str, day: bool) {
    let Some(column) = find(members, name) else { return unknown("partition(by)", name) };
    let is_day = matches!(column.ty, TypeDef::Date);
    if matches!(column.ty, TypeDef::Timestamp { .. }) || is_day && day {
        return;
    }
    let problem: &[&str] = if is_day {
        &["`partition(by)`: `", name, "` is a day and has no hour: leave `{HH}` and `{mm}` out of the layout"]
    } else {
        &[
            "`partition(by)`: a date pattern needs a moment or a day, and `",
            name,
            "` holds ",
            holds(&column.ty),
            ": name a field of a chrono or jiff type, or write `",
            name,
            "={",
            name,
            "}` in the layout",
        ]
    };
    Report::new().problem(problem).raise_plain();
}

/// The source of a `null_with`.
#[track_caller]
pub const fn null_with(field: &str, members: &[Member], source: &str) {
    let report = Report::new();
    match find(members, source) {
        None => report
            .problem(&["`null_with` names `", source, "`, which is neither a field nor a column of a flattened struct: write the name of the field that has `null_if`"])
            .raise("field", field),
        Some(column) if column.null_if.is_empty() => report
            .problem(&["`null_with` names `", source, "`, which has no sentinels: add `null_if(…)` there, or name the field that has it"])
            .raise("field", field),
        Some(column) if !is_scalar(&column.ty) => report
            .problem(&["`null_with` names `", source, "`, which holds ", holds(&column.ty), ": name a column of single values"])
            .raise("field", field),
        Some(_) => {}
    }
}

/// A partition column, which must not be a column of the file.
#[track_caller]
pub const fn no_column(members: &[Member], partition: &str) {
    if find(members, partition).is_some() {
        Report::new()
            .problem(&[
                "`partition`: the partition column `",
                partition,
                "` is also a column of a flattened struct: give one another name",
            ])
            .raise_plain();
    }
}

/// No two columns of a struct and its flattened structs have one name, or read one JSON key.
#[track_caller]
pub const fn distinct(members: &[Member]) {
    distinct_from(members, members);
}

/// Checks each column of `part` against all columns.
#[track_caller]
const fn distinct_from(all: &[Member], part: &[Member]) {
    let mut i = 0;
    while i < part.len() {
        match &part[i] {
            Member::Column(column) => {
                if count(all, column, false) > 1 {
                    twice("two columns are named `", column.name, "`", "`#[lake(name = \"…\")]`");
                }
                if count(all, column, true) > 1 {
                    twice("two columns read the JSON key \"", column.key, "\"", "`#[serde(rename = \"…\")]`");
                }
            }
            Member::Flatten { members, .. } => distinct_from(all, members),
        }
        i += 1;
    }
}

#[track_caller]
const fn twice(what: &str, name: &str, end: &str, fix: &str) {
    Report::new()
        .problem(&[what, name, end, ", one of them in a flattened struct: rename one with ", fix])
        .raise_plain();
}

/// How many columns have the name of a column, or read its key.
const fn count(members: &[Member], of: &ColumnDef, keys: bool) -> usize {
    let (mut i, mut found) = (0, 0);
    while i < members.len() {
        found += match &members[i] {
            Member::Column(column) if keys => reads(column, of.key) as usize,
            Member::Column(column) => equal(column.name, of.name) as usize,
            Member::Flatten { members, .. } => count(members, of, keys),
        };
        i += 1;
    }
    found
}

/// Whether a column reads a key; upper and lower case are one.
const fn reads(column: &ColumnDef, key: &str) -> bool {
    let mut i = 0;
    while i < column.aliases.len() {
        if column.aliases[i].eq_ignore_ascii_case(key) {
            return true;
        }
        i += 1;
    }
    column.key.eq_ignore_ascii_case(key)
}
