//! A plan as a tree of what is written where.

use super::Reader;
use super::text::DOUBLE_DIGITS;
use super::times::{DayForm, TimeForm};
use crate::columns::ColumnId;
use crate::plan::{Kind, Plan, StructPlan};

/// A column, and how its values are written.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) id: ColumnId,
    /// For messages.
    pub(super) path: String,
    pub(super) shape: Shape,
}

#[derive(Clone, Debug)]
pub(super) enum Shape {
    Boolean,
    Int,
    Float32,
    Float64,
    /// Digits after the point, and whether long numbers stand in quotes.
    Decimal {
        scale: u8,
        quotes: bool,
    },
    Text,
    /// JSON text that is JSON.
    Raw,
    Binary,
    Date(DayForm),
    Time(TimeForm),
    List(Box<Value>),
    Map {
        key: Box<Value>,
        value: Box<Value>,
        /// Whether keys are stored in lower case.
        lower: bool,
    },
    Record(Vec<Member>),
}

/// A member of a record.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// `"key":`.
    pub(super) head: Vec<u8>,
    /// The same of a second key, under which it is written too.
    pub(super) again: Option<Vec<u8>>,
    /// Whether null must be said.
    pub(super) says_null: bool,
    pub(super) value: Value,
}

/// The record itself.
pub(super) fn record(plan: &Plan, reader: Reader) -> Value {
    value(plan, 0, reader)
}

fn value(plan: &Plan, id: ColumnId, reader: Reader) -> Value {
    let boxed = |id| Box::new(value(plan, id, reader));
    let Some(node) = plan.nodes.get(id) else {
        return Value { id, path: String::new(), shape: Shape::Text };
    };
    let for_firehose = reader == Reader::Firehose;
    let shape = match &node.kind {
        Kind::Boolean => Shape::Boolean,
        Kind::Int { .. } => Shape::Int,
        Kind::Float32 => Shape::Float32,
        Kind::Float64 => Shape::Float64,
        Kind::Decimal { scale, .. } => Shape::Decimal { scale: *scale, quotes: for_firehose },
        Kind::Json if !for_firehose => Shape::Raw,
        Kind::String | Kind::Char | Kind::Uuid | Kind::Enum(_) | Kind::Json => Shape::Text,
        Kind::Binary => Shape::Binary,
        Kind::Date(plan) => Shape::Date(DayForm::new(plan.as_ref().filter(|_| !for_firehose))),
        Kind::Time { plan, unit } => {
            Shape::Time(TimeForm::new(*unit, plan.is_instant, Some(plan).filter(|_| !for_firehose)))
        }
        Kind::List { .. } => Shape::List(boxed(id + 1)),
        Kind::Map => Shape::Map { key: boxed(id + 1), value: boxed(id + 2), lower: for_firehose },
        Kind::Struct(record) => Shape::Record(members(plan, id, record, reader)),
    };
    Value { id, path: node.path.clone(), shape }
}

fn members(plan: &Plan, id: ColumnId, record: &StructPlan, reader: Reader) -> Vec<Member> {
    let mut members = Vec::new();
    for (member, name, key) in plan.names(record) {
        let lower = key.to_lowercase();
        // Key mappings reach the columns of the table and nothing below them.
        let by_name = id != 0 && reader == Reader::Firehose && lower != name;
        let mut again = None;
        if by_name {
            // The key is written too, unless another member would be found there, or the name does for both.
            let taken = plan.names(record).any(|(_, other, _)| other == lower);
            again = (record.keys.find_lower(name).is_none() && !taken).then(|| head(&key));
        }
        members.push(Member {
            head: head(if by_name { name } else { &key }),
            again,
            says_null: record.required.contains(&member),
            value: value(plan, member, reader),
        });
    }
    members
}

/// Whether the table's own rules make the same rows of canonical records as Firehose does.
pub(crate) fn reads_back(plan: &Plan) -> bool {
    plan.nodes.iter().enumerate().all(|(id, node)| match &node.kind {
        Kind::Json => false,
        Kind::Date(None) => true,
        Kind::Date(Some(time)) => time.parse_text(b"1970-01-01").is_some(),
        Kind::Time { plan, unit } => TimeForm::new(*unit, plan.is_instant, Some(plan)).is_plain(),
        // Long ones are texts, and those have commas there.
        Kind::Decimal { precision, .. } => !node.decimal_comma || usize::from(*precision) <= DOUBLE_DIGITS,
        Kind::Struct(record) => {
            let written = members(plan, id, record, Reader::Firehose);
            plan.names(record).zip(written).all(|((id, name, key), member)| {
                let by_key = member.again.is_some() || member.head == head(&key);
                by_key || record.keys.find_lower(name) == Some(id)
            })
        }
        Kind::Boolean | Kind::Int { .. } | Kind::Float32 | Kind::Float64 | Kind::String | Kind::Char => true,
        Kind::Uuid | Kind::Enum(_) | Kind::Binary | Kind::List { .. } | Kind::Map => true,
    })
}

fn head(key: &str) -> Vec<u8> {
    let mut head = Vec::with_capacity(key.len() + 3);
    super::text::push_text(key.as_bytes(), &mut head);
    head.push(b':');
    head
}
