//! What a document must become, from `serde_json` and the declared rules alone.
//!
//! Only values of a column's own JSON type are predicted in full; whether a coercion holds is not. A document that has
//! one is a row or one reject, never both and never neither.

use super::document::{self, Document, Reading};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int16Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use lakebed_schema::{Column, Element, LogicalType, Table};

/// What becomes of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A row; the value of each declared column that is predicted.
    Row(Vec<(&'static str, Stored)>),
    /// One reject.
    Reject,
    /// A row or one reject.
    Either,
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Stored {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    /// JSON text that reads as this.
    Json(Document),
    List(Vec<Stored>),
    Map(Vec<(String, Stored)>),
    Struct(Vec<(&'static str, Stored)>),
}

/// A column of the table under test.
enum Kind {
    Bool,
    Int(i128, i128),
    Float,
    Text,
    Json,
    List(&'static Kind),
    Map(&'static Kind),
    Struct(&'static [(&'static str, Kind)]),
    /// A type with a text form of its own.
    Other,
}

const INT32: Kind = Kind::Int(i32::MIN as i128, i32::MAX as i128);
const INT64: Kind = Kind::Int(i64::MIN as i128, i64::MAX as i128);

/// The columns, in order, every one of which may be null.
const COLUMNS: &[(&str, Kind)] = &[
    ("id", INT64),
    ("b", Kind::Bool),
    ("u", Kind::Int(0, 255)),
    ("f", Kind::Float),
    ("s", Kind::Text),
    ("j", Kind::Json),
    ("l", Kind::List(&INT32)),
    ("ll", Kind::List(&Kind::List(&Kind::Text))),
    ("m", Kind::Map(&INT64)),
    ("r", Kind::Struct(&[("x", INT32), ("y", Kind::List(&Kind::Bool)), ("s", Kind::Text)])),
    ("d", Kind::Other),
    ("t", Kind::Other),
    ("e", Kind::Other),
    ("bin", Kind::Other),
    ("g", Kind::Other),
    ("c", Kind::Other),
    ("w", Kind::Other),
    ("day", Kind::Other),
];

/// The table whose rows are predicted.
pub fn table() -> Table {
    let column =
        |(name, kind): &(&str, Kind)| Column { nullable: true, ..Column::new(*name, ty(name, kind)) };
    Table::new("t", COLUMNS.iter().map(column).collect())
}

fn ty(name: &str, kind: &Kind) -> LogicalType {
    let element = |kind| Box::new(Element { ty: ty("", kind), nullable: true });
    match kind {
        Kind::Bool => LogicalType::Boolean,
        Kind::Int(0, _) => LogicalType::UInt8,
        Kind::Int(_, max) if *max == i128::from(i32::MAX) => LogicalType::Int32,
        Kind::Int(..) => LogicalType::Int64,
        Kind::Float => LogicalType::Float64,
        Kind::Text => LogicalType::String,
        Kind::Json => LogicalType::Json,
        Kind::List(kind) => LogicalType::List { element: element(kind), length: None },
        Kind::Map(kind) => LogicalType::Map { key: Box::new(LogicalType::String), value: element(kind) },
        Kind::Struct(members) => {
            let member =
                |(name, kind): &(&str, Kind)| Column { nullable: true, ..Column::new(*name, ty(name, kind)) };
            LogicalType::Struct { columns: members.iter().map(member).collect() }
        }
        Kind::Other => match name {
            "d" => LogicalType::Decimal { precision: 12, scale: 3 },
            "t" => LogicalType::Timestamp {
                unit: lakebed_schema::TimeUnit::Millis,
                instant: true,
                offset: false,
            },
            "e" => LogicalType::Enum(vec![lakebed_schema::EnumWord {
                word: "north".into(),
                aliases: vec!["n".into()],
            }]),
            "bin" => LogicalType::Binary,
            "g" => LogicalType::Uuid,
            "c" => LogicalType::Char,
            "w" => LogicalType::Float32,
            _ => LogicalType::Date,
        },
    }
}

/// What must become of one document, given as bytes without white space around them.
pub fn outcome(bytes: &[u8], depth: usize, number_digits: usize) -> Outcome {
    match document::read(bytes) {
        Reading::Sound(document) => of(&document, bytes, depth, number_digits),
        Reading::Beyond => Outcome::Either,
        Reading::Broken => Outcome::Reject,
    }
}

fn of(document: &Document, bytes: &[u8], depth: usize, number_digits: usize) -> Outcome {
    let Document::Object(members) = document else {
        return Outcome::Reject;
    };
    if document.depth() > depth {
        return Outcome::Reject;
    }
    let numeral = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
    if bytes.chunk_by(|one, other| numeral(one) == numeral(other)).any(|run| run.len() > number_digits) {
        return Outcome::Either;
    }
    match record(members, COLUMNS) {
        Ok(Some(values)) => Outcome::Row(values),
        Ok(None) => Outcome::Either,
        Err(Refused) => Outcome::Reject,
    }
}

/// A document that no coercion helps.
struct Refused;

/// The values of a record; nothing when a coercion decides.
fn record(
    members: &[(String, Document)],
    columns: &'static [(&'static str, Kind)],
) -> Result<Option<Vec<(&'static str, Stored)>>, Refused> {
    let mut values: Vec<(&'static str, Stored)> =
        columns.iter().map(|(name, _)| (*name, Stored::Null)).collect();
    let mut seen = vec![false; columns.len()];
    let mut sure = true;
    for (key, document) in members {
        let exact = columns.iter().position(|(name, _)| name == key);
        let lower = key.to_lowercase();
        let Some(index) = exact.or_else(|| columns.iter().position(|(name, _)| *name == lower)) else {
            continue;
        };
        if std::mem::replace(&mut seen[index], true) {
            return Err(Refused);
        }
        match value(document, &columns[index].1)? {
            Some(value) => values[index].1 = value,
            None => sure = false,
        }
    }
    Ok(sure.then_some(values))
}

fn value(document: &Document, kind: &'static Kind) -> Result<Option<Stored>, Refused> {
    Ok(Some(match (kind, document) {
        (_, Document::Null) => Stored::Null,
        (Kind::Bool, Document::Bool(value)) => Stored::Bool(*value),
        (Kind::Int(min, max), Document::Int(value)) => {
            if !(min..=max).contains(&value) {
                return Err(Refused);
            }
            Stored::Int(*value)
        }
        #[allow(clippy::cast_precision_loss, reason = "rounded once, as a number with a point is")]
        (Kind::Float, Document::Int(value)) => Stored::Float(*value as f64),
        (Kind::Float, Document::Float(value)) => Stored::Float(*value),
        (Kind::Text, Document::Text(text)) => Stored::Text(text.clone()),
        (Kind::Json, document) => Stored::Json(document.clone()),
        (Kind::List(kind), Document::List(documents)) => {
            let mut values = Vec::new();
            let mut sure = true;
            for document in documents {
                match value(document, kind)? {
                    Some(value) => values.push(value),
                    None => sure = false,
                }
            }
            return Ok(sure.then_some(Stored::List(values)));
        }
        (Kind::Map(kind), Document::Object(members)) => {
            let mut entries: Vec<(String, Stored)> = Vec::new();
            let mut sure = true;
            let mut keys: Vec<&str> = Vec::new();
            for (key, document) in members {
                if keys.contains(&key.as_str()) {
                    return Err(Refused);
                }
                keys.push(key);
                match value(document, kind)? {
                    Some(value) => entries.push((key.clone(), value)),
                    None => sure = false,
                }
            }
            return Ok(sure.then_some(Stored::Map(entries)));
        }
        (Kind::Struct(columns), Document::Object(members)) => {
            return Ok(record(members, columns)?.map(Stored::Struct));
        }
        // Nothing makes these of a list or an object.
        (Kind::Bool | Kind::Int(..) | Kind::Float, Document::List(_) | Document::Object(_)) => {
            return Err(Refused);
        }
        (
            Kind::Bool
            | Kind::Int(..)
            | Kind::Float
            | Kind::Text
            | Kind::List(_)
            | Kind::Map(_)
            | Kind::Struct(_)
            | Kind::Other,
            _,
        ) => return Ok(None),
    }))
}

/// The row that was stored, as far as it is predicted.
///
/// # Panics
/// When a predicted value is not the one that was stored.
pub fn compare(rows: &RecordBatch, row: usize, expected: &[(&'static str, Stored)], input: &[u8]) {
    for (name, expected) in expected {
        let Some((_, kind)) = COLUMNS.iter().find(|(column, _)| column == name) else { continue };
        let column = rows.column_by_name(name).unwrap_or_else(|| panic!("no column {name}"));
        let found = stored(column, row, kind);
        assert!(
            same(&found, expected),
            "column {name} holds {found:?}, expected {expected:?}, of {:?}",
            String::from_utf8_lossy(input)
        );
    }
}

/// Floating-point numbers bit by bit, so that minus zero is itself.
fn same(one: &Stored, other: &Stored) -> bool {
    match (one, other) {
        (Stored::Float(one), Stored::Float(other)) => one.to_bits() == other.to_bits(),
        (one, other) => one == other,
    }
}

fn stored(array: &ArrayRef, row: usize, kind: &'static Kind) -> Stored {
    if array.is_null(row) {
        return Stored::Null;
    }
    match kind {
        Kind::Bool => Stored::Bool(array.as_boolean().value(row)),
        Kind::Int(0, _) => Stored::Int(array.as_primitive::<Int16Type>().value(row).into()),
        Kind::Int(_, max) if *max == i128::from(i32::MAX) => {
            Stored::Int(array.as_primitive::<Int32Type>().value(row).into())
        }
        Kind::Int(..) => Stored::Int(array.as_primitive::<Int64Type>().value(row).into()),
        Kind::Float => Stored::Float(array.as_primitive::<Float64Type>().value(row)),
        Kind::Text => Stored::Text(array.as_string::<i32>().value(row).to_owned()),
        Kind::Json => {
            let text = array.as_string::<i32>().value(row);
            match document::read(text.as_bytes()) {
                Reading::Sound(document) => Stored::Json(document),
                Reading::Beyond | Reading::Broken => panic!("stored text that is no JSON: {text}"),
            }
        }
        Kind::List(kind) => {
            let list = array.as_list::<i32>().value(row);
            Stored::List((0..list.len()).map(|at| stored(&list, at, kind)).collect())
        }
        Kind::Map(kind) => {
            let entries = array.as_map().value(row);
            let keys = entries.column(0).as_string::<i32>();
            let entry = |at| (keys.value(at).to_owned(), stored(entries.column(1), at, kind));
            Stored::Map((0..entries.len()).map(entry).collect())
        }
        Kind::Struct(members) => {
            let columns = array.as_struct().columns();
            let member = |((name, kind), column): (&'static (&'static str, Kind), &ArrayRef)| {
                (*name, stored(column, row, kind))
            };
            Stored::Struct(members.iter().zip(columns).map(member).collect())
        }
        // Not predicted, so never asked for but as a null.
        Kind::Other => Stored::Text(String::new()),
    }
}
