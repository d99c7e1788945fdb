//! One line for each column: what stands on the wire, which rule took it, what is stored.

use super::is_json;
use super::source::Source;
use super::trace::Traced;
use crate::columns::ColumnId;
use crate::decimal::parse_decimal;
use crate::fault::shorten;
use crate::plan::{Kind, Node, Plan};
use lakebed_schema::firehose_class::{ColumnClass, FirehoseClass, RuleClass};
use lakebed_schema::{Column, LogicalType, Table};
use serde::Serialize;
use serde_json::Value;

/// How one column came about.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Field {
    /// Its path: `speed`, `rekendata.unrest`.
    pub column: String,
    /// JSON key.
    pub key: String,
    /// What stands in the record, shortened; nothing when the record has no such key.
    pub wire: Option<String>,
    /// What was made of it.
    pub rule: String,
    /// What is stored; times as text. Null where there is a fault.
    pub stored: Value,
    /// Whether the value is at fault.
    pub faulty: bool,
    /// The most harmful class of the column's rules against Firehose.
    pub class: FirehoseClass,
    /// Its rules that are not equal to Firehose's, the most harmful first.
    pub unequal: Vec<RuleClass>,
}

struct Fields<'a> {
    plan: &'a Plan,
    source: &'a Source,
    traced: &'a Traced,
    classes: &'a [ColumnClass],
    out: Vec<Field>,
}

pub(super) fn fields(
    table: &Table,
    plan: &Plan,
    source: &Source,
    traced: &Traced,
    classes: &[ColumnClass],
) -> Vec<Field> {
    let mut fields = Fields { plan, source, traced, classes, out: Vec::new() };
    let stored: Vec<&Value> = traced.stored.iter().collect();
    fields.members(&table.columns, 0, "", &stored);
    fields.out
}

impl Fields<'_> {
    fn members(&mut self, columns: &[Column], record: ColumnId, prefix: &str, stored: &[&Value]) {
        let members = &self.plan.record(record).members;
        for ((column, &id), &stored) in columns.iter().zip(members).zip(stored) {
            let path = format!("{prefix}{}", column.name);
            if let (LogicalType::Struct { columns: inner }, Value::Object(values)) = (&column.ty, stored) {
                let null = Value::Null;
                let stored: Vec<&Value> =
                    inner.iter().map(|member| values.get(&member.name).unwrap_or(&null)).collect();
                self.members(inner, id, &format!("{path}."), &stored);
            } else {
                self.field(column, id, path, stored);
            }
        }
    }

    fn field(&mut self, column: &Column, id: ColumnId, path: String, stored: &Value) {
        let wire = self.traced.wire(id).and_then(|place| self.source.record().get(place));
        let node = self.plan.nodes.get(id);
        let faulty = self.traced.is_faulty(id);
        let json = is_json(self.source);
        let rule = match (node, wire) {
            _ if faulty => "refused".to_owned(),
            (_, None) => "absent".to_owned(),
            (Some(node), Some(wire)) => rule(column, node, wire, stored, json),
            (None, Some(_)) => String::new(),
        };
        let below = |class: &&ColumnClass| {
            let rest = class.path.strip_prefix(path.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '{', ' ', '.']))
        };
        let mut unequal: Vec<RuleClass> =
            self.classes.iter().filter(below).flat_map(|class| class.unequal()).cloned().collect();
        unequal.sort_by_key(|rule| std::cmp::Reverse(rule.class));
        self.out.push(Field {
            column: path,
            key: column.key.clone(),
            wire: wire.map(shorten),
            rule,
            stored: stored.clone(),
            faulty,
            class: unequal.first().map_or(FirehoseClass::Equal, |rule| rule.class),
            unequal,
        });
    }
}

/// What was made of a value that was accepted.
fn rule(column: &Column, node: &Node, wire: &[u8], stored: &Value, json: bool) -> String {
    let quoted = wire.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    let is_number =
        matches!(node.kind, Kind::Int { .. } | Kind::Float32 | Kind::Float64 | Kind::Decimal { .. });
    if wire == b"null" && json {
        return "null".to_owned();
    }
    if stored.is_null() {
        let by_itself = !node.sentinels.is_empty();
        return match &column.rules.null_with {
            Some(source) if !by_itself => format!("null with {source}"),
            Some(source) => format!("null_if, or null with {source}"),
            None if by_itself => "null_if: means null".to_owned(),
            None => "empty: null".to_owned(),
        };
    }
    if !json {
        return "text of the element or attribute".to_owned();
    }
    let text = quoted.unwrap_or(wire);
    match (&node.kind, quoted) {
        (Kind::Decimal { precision, scale }, _)
            if parse_decimal(text, *precision, *scale).is_some_and(|scaled| scaled.rounded) =>
        {
            format!("rounded half-up to {scale} digits")
        }
        (_, Some(text)) if is_number && node.decimal_comma && text.contains(&b',') => {
            "decimal comma".to_owned()
        }
        (_, Some(_)) if is_number => "number in quotes".to_owned(),
        (Kind::Boolean, Some(_)) => "truth value in quotes".to_owned(),
        (Kind::Time { plan, .. } | Kind::Date(Some(plan)), Some(text)) => plan.spelling(text),
        (Kind::Time { .. } | Kind::Date(Some(_)), None) => "epoch number".to_owned(),
        (Kind::String, None) if wire.starts_with(b"{") || wire.starts_with(b"[") => "JSON text".to_owned(),
        (Kind::String, None) => "number or truth value as text".to_owned(),
        (Kind::List { .. }, _) if !wire.starts_with(b"[") => "lone value as a list of one".to_owned(),
        (Kind::Enum(_) | Kind::Uuid, Some(text)) if stored.as_str().map(str::as_bytes) != Some(text) => {
            "stored in its own spelling".to_owned()
        }
        _ => "as it is".to_owned(),
    }
}
