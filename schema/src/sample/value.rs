//! Values as JSON.

use super::Row;
use super::compile::{Field, Kind, Role, Value};
use super::faults::Fault;
use super::nested::{list, map};
use super::random::Random;
use super::scalar;
use super::spelling;

/// Times a value is made again because it means null.
const ATTEMPTS: u32 = 64;

/// A record, as an object.
pub(super) fn object(
    fields: &[Field],
    fault: Option<Fault>,
    depth: usize,
    row: &mut Row<'_>,
    out: &mut String,
) {
    // Where each value stands, and whether it is a sentinel; only canonical records look back.
    let mut written = Vec::new();
    out.push('{');
    let mut comma = false;
    if fault == Some(Fault::Repeated)
        && let Some(first) = fields.first()
    {
        out.push_str(&first.lead);
        out.push_str("null");
        comma = true;
    }
    for (index, field) in fields.iter().enumerate() {
        let wrong = fault == Some(Fault::Wrong(index));
        let absent = field.nullable && !wrong && row.random.happens(row.options.nulls);
        let left_out = absent && field.optional && row.random.below(2) == 0;
        let mut sentinel = false;
        let start = if left_out || fault == Some(Fault::Missing(index)) {
            out.len()
        } else {
            if comma {
                out.push(',');
            }
            comma = true;
            out.push_str(&field.lead);
            let start = out.len();
            if wrong {
                out.push_str("{\"is\":\"wrong\"}");
            } else if absent {
                out.push_str("null");
            } else {
                sentinel = apart(row, |row| member(&field.value, depth, row, out));
            }
            start
        };
        if row.options.canonical {
            written.push((start..out.len(), sentinel));
        }
    }
    for (index, (place, _)) in written.iter().enumerate().rev() {
        let follows =
            fields.get(index).and_then(|field| field.null_with).and_then(|source| written.get(source));
        if follows.is_some_and(|(_, sentinel)| *sentinel) && !place.is_empty() {
            out.replace_range(place.clone(), "null");
        }
    }
    out.push('}');
}

/// Writes a value from numbers of its own: whatever it takes of them, the next value is the same.
fn apart<T>(row: &mut Row<'_>, write: impl FnOnce(&mut Row<'_>) -> T) -> T {
    let own = Random::new(row.random.next(), 0);
    let rest = std::mem::replace(&mut row.random, own);
    let written = write(row);
    row.random = rest;
    written
}

/// The value of a field that is there; true when it means null.
fn member(value: &Value, depth: usize, row: &mut Row<'_>, out: &mut String) -> bool {
    if value.takes_sentinels { any(value, depth, row, out) } else { no_sentinel(value, depth, row, out) }
}

/// A value, or a sentinel; true for the second.
fn any(value: &Value, depth: usize, row: &mut Row<'_>, out: &mut String) -> bool {
    if value.sentinels.is_empty() || !row.random.happens(row.options.sentinels) {
        return no_sentinel(value, depth, row, out);
    }
    let sentinel = row.random.choose(&value.sentinels).filter(|_| !row.options.canonical);
    out.push_str(sentinel.map_or("null", String::as_str));
    true
}

/// A value that is none of the sentinels; true when it is one all the same, because there is hardly any other.
fn no_sentinel(value: &Value, depth: usize, row: &mut Row<'_>, out: &mut String) -> bool {
    let (start, thing) = (out.len(), row.thing);
    of_kind(value, depth, row, out);
    let mut attempts = 0;
    while out.get(start..).is_some_and(|text| value.is_sentinel(text)) && attempts < ATTEMPTS {
        attempts += 1;
        row.thing = row.thing.saturating_add(1);
        out.truncate(start);
        of_kind(value, depth, row, out);
    }
    row.thing = thing;
    let is_null = attempts == ATTEMPTS && out.get(start..).is_some_and(|text| value.is_sentinel(text));
    if is_null && row.options.canonical {
        out.truncate(start);
        out.push_str("null");
    }
    is_null
}

/// An element or map value: it may be null, and is never left out.
pub(super) fn element(value: &Value, nullable: bool, depth: usize, row: &mut Row<'_>, out: &mut String) {
    if nullable && row.random.happens(row.options.nulls) {
        out.push_str("null");
    } else {
        apart(row, |row| any(value, depth, row, out));
    }
}

/// A value that is no sentinel but by accident.
pub(super) fn of_kind(value: &Value, depth: usize, row: &mut Row<'_>, out: &mut String) {
    let key = (value.role == Role::Key).then_some(row.thing);
    let edge = value.role == Role::Plain && row.options.edges > 0.0 && row.random.happens(row.options.edges);
    let how = scalar::How { key, edge, seed: row.options.seed, canonical: row.options.canonical };
    let random = &mut row.random;
    match &value.kind {
        Kind::Boolean => scalar::boolean(how, random, out),
        Kind::Number(numbers) => scalar::number(numbers, how, random, out),
        Kind::Text(texts) => scalar::text(texts, how, random, out),
        Kind::Char => scalar::char(how, random, out),
        Kind::Uuid => scalar::uuid(how, random, out),
        Kind::Words(words) => scalar::word(words, how, random, out),
        Kind::Json => scalar::json(how, random, out),
        Kind::Binary => scalar::binary(how, random, out),
        Kind::Time { spellings, canonical, micros } => {
            let moment = scalar::moment(row.at, value.role, edge, *micros, random);
            let canonical = how.canonical.then_some(canonical);
            spelling::write(spellings, canonical, moment, random, out);
        }
        Kind::List { element, nullable, length, unique } => {
            list(element, *nullable, *length, *unique, depth, row, out);
        }
        Kind::Map { key, value, nullable, length } => {
            map((key, value), *nullable, *length, depth, row, out);
        }
        Kind::Struct(fields) => object(fields, None, depth + 1, row, out),
    }
}
