//! Lists and maps as JSON.

use super::Row;
use super::compile::{Kind, Length, Value};
use super::value::{element, of_kind};
use std::ops::Range;

/// Most entries of a list or map.
const ENTRIES: u64 = 3;
/// Levels of nesting from which on it is one; else deep types would grow without end.
const FLAT_FROM: usize = 3;
/// Times an element is made again because it is equal to one before.
const ATTEMPTS: u32 = 64;
const DAY_MILLIS: i64 = 86_400_000;

/// How many entries to write.
fn entries(length: Length, depth: usize, row: &mut Row<'_>) -> u64 {
    let least = length.least.unwrap_or(0);
    let usual = least.max(if depth < FLAT_FROM { ENTRIES } else { 1 });
    let most = length.most.map_or(usual, |most| most.min(usual)).max(least);
    least.saturating_add(row.random.below((most - least).saturating_add(1)))
}

pub(super) fn list(
    value: &Value,
    nullable: bool,
    length: Length,
    unique: bool,
    depth: usize,
    row: &mut Row<'_>,
    out: &mut String,
) {
    let entries = entries(length, depth, row);
    let least = length.least.unwrap_or(0);
    let mut places: Vec<Range<usize>> = Vec::new();
    let (mut written, mut attempts) = (0, 0);
    out.push('[');
    while written < entries {
        let before = out.len();
        if written > 0 {
            out.push(',');
        }
        let start = out.len();
        element(value, nullable, depth + 1, row, out);
        if unique && places.iter().any(|place| out.get(place.clone()) == out.get(start..)) {
            out.truncate(before);
            attempts += 1;
            if attempts == ATTEMPTS || written >= least {
                break;
            }
            continue;
        }
        places.extend(unique.then_some(start..out.len()));
        written += 1;
    }
    out.push(']');
}

/// A map whose keys are the first ones of their type, so that no two are equal.
pub(super) fn map(
    (key, value): (&Value, &Value),
    nullable: bool,
    length: Length,
    depth: usize,
    row: &mut Row<'_>,
    out: &mut String,
) {
    let entries = entries(length, depth, row).min(distinct(&key.kind));
    let (thing, at) = (row.thing, row.at);
    out.push('{');
    for index in 0..entries {
        if index > 0 {
            out.push(',');
        }
        row.thing = index;
        // Towards 1970, so that no day leaves the calendar.
        row.at = at - at.signum() * DAY_MILLIS.saturating_mul(index.cast_signed());
        let start = out.len();
        of_kind(key, depth, row, out);
        if !out.get(start..).is_some_and(|key| key.starts_with('"')) {
            out.insert(start, '"');
            out.push('"');
        }
        (row.thing, row.at) = (thing, at);
        out.push(':');
        element(value, nullable, depth + 1, row, out);
    }
    out.push('}');
}

/// How many keys a type has.
fn distinct(kind: &Kind) -> u64 {
    match kind {
        Kind::Boolean => 2,
        Kind::Words(words) => words.len() as u64,
        Kind::Number(numbers) => u64::try_from(numbers.keys.count()).unwrap_or(u64::MAX),
        Kind::Char => 26,
        Kind::Text(_)
        | Kind::Uuid
        | Kind::Json
        | Kind::Binary
        | Kind::Time { .. }
        | Kind::List { .. }
        | Kind::Map { .. }
        | Kind::Struct(_) => u64::MAX,
    }
}
