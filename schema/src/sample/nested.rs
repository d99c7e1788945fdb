//! Lists and maps as JSON.

use super::Row;
use super::compile::{Kind, Value};
use super::value::{element, of_kind};

/// Most entries of a list or map.
const ENTRIES: u64 = 3;
/// Levels of nesting from which on it is one; else deep types would grow without end.
const FLAT_FROM: usize = 3;
const DAY_MILLIS: i64 = 86_400_000;

fn entries(depth: usize, row: &mut Row<'_>) -> u64 {
    row.random.below(1 + if depth < FLAT_FROM { ENTRIES } else { 1 })
}

pub(super) fn list(
    value: &Value,
    nullable: bool,
    length: Option<u64>,
    depth: usize,
    row: &mut Row<'_>,
    out: &mut String,
) {
    let entries = length.unwrap_or_else(|| entries(depth, row));
    out.push('[');
    for index in 0..entries {
        if index > 0 {
            out.push(',');
        }
        element(value, nullable, depth + 1, row, out);
    }
    out.push(']');
}

/// A map whose keys are the first ones of their type, so that no two are equal.
pub(super) fn map(
    key: &Value,
    value: &Value,
    nullable: bool,
    depth: usize,
    row: &mut Row<'_>,
    out: &mut String,
) {
    let entries = entries(depth, row).min(distinct(&key.kind));
    let (thing, at) = (row.thing, row.at);
    out.push('{');
    for index in 0..entries {
        if index > 0 {
            out.push(',');
        }
        row.thing = index;
        // Towards 1970, so that no day leaves the calendar.
        row.at = at - at.signum() * DAY_MILLIS * index.cast_signed();
        let start = out.len();
        of_kind(key, depth, row, out);
        if !out[start..].starts_with('"') {
            out.insert(start, '"');
            out.push('"');
        }
        (row.thing, row.at) = (thing, at);
        out.push(':');
        element(value, nullable, depth + 1, row, out);
    }
    out.push('}');
}

/// How many keys a type has at least, as far as it matters.
fn distinct(kind: &Kind) -> u64 {
    match kind {
        Kind::Boolean => 2,
        Kind::Words(words) => words.len() as u64,
        Kind::Int { .. }
        | Kind::Float { .. }
        | Kind::Decimal { .. }
        | Kind::Text(_)
        | Kind::Char
        | Kind::Uuid
        | Kind::Json
        | Kind::Binary
        | Kind::Time { .. }
        | Kind::List { .. }
        | Kind::Map { .. }
        | Kind::Struct(_) => ENTRIES,
    }
}
