//! Values as JSON.

use super::Row;
use super::compile::{Field, Kind, Role, Value};
use super::faults::Fault;
use super::nested::{list, map};
use super::scalar;
use super::spelling;

/// Times a value is made again because it means null where there must be one.
const ATTEMPTS: u32 = 64;

/// A record, as an object.
pub(super) fn object(
    fields: &[Field],
    fault: Option<Fault>,
    depth: usize,
    row: &mut Row<'_>,
    out: &mut String,
) {
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
        if fault == Some(Fault::Missing(index)) {
            continue;
        }
        let absent = field.nullable && !wrong && row.random.happens(row.options.nulls);
        if absent && field.optional && row.random.below(2) == 0 {
            continue;
        }
        if comma {
            out.push(',');
        }
        comma = true;
        out.push_str(&field.lead);
        if wrong {
            out.push_str("{\"is\":\"wrong\"}");
        } else if absent {
            out.push_str("null");
        } else {
            member(field, depth, row, out);
        }
    }
    out.push('}');
}

/// The value of a field that is there.
fn member(field: &Field, depth: usize, row: &mut Row<'_>, out: &mut String) {
    let value = &field.value;
    if value.role == Role::Plain || field.nullable {
        return any(value, depth, row, out);
    }
    let start = out.len();
    of_kind(value, depth, row, out);
    for _ in 0..ATTEMPTS {
        if !value.sentinels.iter().any(|sentinel| *sentinel == out[start..]) {
            break;
        }
        out.truncate(start);
        row.thing = row.thing.saturating_add(1);
        of_kind(value, depth, row, out);
    }
}

/// A value, or a sentinel.
fn any(value: &Value, depth: usize, row: &mut Row<'_>, out: &mut String) {
    if !value.sentinels.is_empty() && row.random.happens(row.options.sentinels) {
        let sentinel = row.random.choose(&value.sentinels);
        return out.push_str(sentinel.map_or("null", String::as_str));
    }
    of_kind(value, depth, row, out);
}

/// An element or map value: it may be null, and is never left out.
pub(super) fn element(value: &Value, nullable: bool, depth: usize, row: &mut Row<'_>, out: &mut String) {
    if nullable && row.random.happens(row.options.nulls) {
        out.push_str("null");
    } else {
        any(value, depth, row, out);
    }
}

/// A value that is no sentinel but by accident.
pub(super) fn of_kind(value: &Value, depth: usize, row: &mut Row<'_>, out: &mut String) {
    let key = (value.role == Role::Key).then_some(row.thing);
    let edge = value.role == Role::Plain && row.options.edges > 0.0 && row.random.happens(row.options.edges);
    let how = scalar::How { key, edge, seed: row.options.seed };
    let random = &mut row.random;
    match &value.kind {
        Kind::Boolean => scalar::boolean(how, random, out),
        Kind::Int { all, usual } => scalar::int(*all, *usual, how, random, out),
        Kind::Float { single, comma } => scalar::float(*single, *comma, how, random, out),
        Kind::Decimal { precision, scale, comma } => {
            scalar::decimal(*precision, *scale, *comma, how, random, out);
        }
        Kind::Text(stem) => scalar::text(stem, how, random, out),
        Kind::Char => scalar::char(how, random, out),
        Kind::Uuid => scalar::uuid(how, random, out),
        Kind::Words(words) => scalar::word(words, how, random, out),
        Kind::Json => scalar::json(how, random, out),
        Kind::Binary => scalar::binary(how, random, out),
        Kind::Date(spellings) => {
            let micros = scalar::moment(row.at, value.role, edge, false, random);
            spelling::write(spellings, micros, random, out);
        }
        Kind::Time { spellings, micros } => {
            let micros = scalar::moment(row.at, value.role, edge, *micros, random);
            spelling::write(spellings, micros, random, out);
        }
        Kind::List { element, nullable, length } => list(element, *nullable, *length, depth, row, out),
        Kind::Map { key, value, nullable } => map(key, value, *nullable, depth, row, out),
        Kind::Struct(fields) => object(fields, None, depth + 1, row, out),
    }
}
