//! How two tables, two documents or two texts differ. Tables are compared by the contract text of both, so that no
//! field can be forgotten.

use crate::error::CliError;
use lakebed_schema::Table;
use serde::Serialize;
use serde_json::{Map, Value};

/// One difference.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Change {
    /// Where: `columns.car_speed.type`, `line 7`.
    pub(crate) path: String,
    /// What the file has; nothing when it lacks this.
    pub(crate) old: Option<Value>,
    /// What it should have; nothing when it should lack this.
    pub(crate) new: Option<Value>,
}

/// What turns `old` into `new`; empty when they are equal.
pub(crate) fn changes(old: &Table, new: &Table) -> Result<Vec<Change>, CliError> {
    if old == new {
        return Ok(Vec::new());
    }
    let mut changes = Vec::new();
    compare("", Some(&value(old)?), Some(&value(new)?), &mut changes);
    if changes.is_empty() {
        let message = format!(
            "table `{}` differs from its contract in a way the contract text does not show",
            new.name
        );
        return Err(CliError::failed("a defect of lakebed", message).hint("please report it"));
    }
    Ok(changes)
}

/// What turns one document into another; empty when they are equal. The order of members does not count.
pub(crate) fn values(old: &Value, new: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    compare("", Some(old), Some(new), &mut changes);
    changes
}

/// What turns one text into another: its lines between the first and the last that differ.
pub(crate) fn lines<'a>(
    old: impl Iterator<Item = &'a str>,
    new: impl Iterator<Item = &'a str>,
) -> Vec<Change> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.collect(), new.collect());
    let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let (mut old, mut new): (Vec<&str>, Vec<&str>) =
        (old.into_iter().skip(same).collect(), new.into_iter().skip(same).collect());
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    old.truncate(old.len() - tail);
    new.truncate(new.len() - tail);
    (0..old.len().max(new.len()))
        .map(|at| {
            let side = |lines: &[&str]| lines.get(at).map(|line| Value::from(*line));
            Change { path: format!("line {}", same + at + 1), old: side(&old), new: side(&new) }
        })
        .collect()
}

fn value(table: &Table) -> Result<Value, CliError> {
    serde_json::from_str(&table.to_contract()).map_err(|error| {
        CliError::failed("a defect of lakebed", format!("the contract of `{}` is no JSON", table.name))
            .cause(&error)
    })
}

fn compare(path: &str, old: Option<&Value>, new: Option<&Value>, changes: &mut Vec<Change>) {
    if old == new {
        return;
    }
    match (old, new) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => members(path, old, new, changes),
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            if let (Some(old), Some(new)) = (by_name(old), by_name(new)) {
                named(path, &old, &new, changes);
            } else if old.len() == new.len() && old.iter().chain(new).all(Value::is_object) {
                for (at, (old, new)) in old.iter().zip(new).enumerate() {
                    compare(&join(path, &at.to_string()), Some(old), Some(new), changes);
                }
            } else {
                changes.push(change(
                    path,
                    Some(&Value::Array(old.clone())),
                    Some(&Value::Array(new.clone())),
                ));
            }
        }
        _ => changes.push(change(path, old, new)),
    }
}

/// Members of both, those of `old` first.
fn members(path: &str, old: &Map<String, Value>, new: &Map<String, Value>, changes: &mut Vec<Change>) {
    let added = new.keys().filter(|key| !old.contains_key(*key));
    for key in old.keys().chain(added) {
        compare(&join(path, key), old.get(key), new.get(key), changes);
    }
}

/// Lists whose entries have names are matched by name; their order counts as one value.
fn named(path: &str, old: &[(&str, &Value)], new: &[(&str, &Value)], changes: &mut Vec<Change>) {
    let find = |list: &[(&str, &Value)], name: &str| list.iter().position(|(other, _)| *other == name);
    for (name, value) in old {
        let counterpart = find(new, name).and_then(|at| new.get(at)).map(|(_, value)| *value);
        compare(&join(path, name), Some(value), counterpart, changes);
    }
    for (name, value) in new.iter().filter(|(name, _)| find(old, name).is_none()) {
        compare(&join(path, name), None, Some(value), changes);
    }
    let common = |list: &[(&str, &Value)], other: &[(&str, &Value)]| -> Vec<String> {
        list.iter()
            .filter(|(name, _)| find(other, name).is_some())
            .map(|(name, _)| (*name).to_owned())
            .collect()
    };
    let (before, after) = (common(old, new), common(new, old));
    if before != after {
        changes.push(change(&format!("{path} (order)"), Some(&before.into()), Some(&after.into())));
    }
}

fn by_name(list: &[Value]) -> Option<Vec<(&str, &Value)>> {
    let named = list
        .iter()
        .map(|value| Some((value.get("name").or_else(|| value.get("Name"))?.as_str()?, value)))
        .collect::<Option<Vec<_>>>()?;
    let unique =
        named.iter().enumerate().all(|(at, (name, _))| named.iter().take(at).all(|(other, _)| other != name));
    unique.then_some(named)
}

fn change(path: &str, old: Option<&Value>, new: Option<&Value>) -> Change {
    Change { path: path.to_owned(), old: old.cloned(), new: new.cloned() }
}

fn join(path: &str, member: &str) -> String {
    if path.is_empty() { member.to_owned() } else { format!("{path}.{member}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::samples::TRAFFIC;

    fn paths(change: impl FnOnce(&mut Table)) -> Vec<String> {
        let old = Table::try_from(&TRAFFIC).expect("the sample is valid");
        let mut new = old.clone();
        change(&mut new);
        let changes = changes(&old, &new).expect("the text shows every difference");
        changes
            .iter()
            .map(|change| {
                let sign = match (&change.old, &change.new) {
                    (None, _) => '+',
                    (_, None) => '-',
                    _ => '~',
                };
                format!("{sign} {}", change.path)
            })
            .collect()
    }

    #[test]
    fn equal_tables_have_no_difference() {
        assert!(paths(|_| ()).is_empty());
    }

    #[test]
    fn each_field_is_named() {
        assert_eq!(paths(|table| table.columns[2].nullable = false).len(), 1);
        assert_eq!(paths(|table| table.columns[2].key = "v".into()), ["~ columns.speed.key"]);
        assert_eq!(paths(|table| drop(table.columns.remove(2))), ["- columns.speed"]);
        assert_eq!(paths(|table| table.columns[2].name = "v".into()), ["- columns.speed", "+ columns.v"]);
        assert_eq!(paths(|table| table.columns.swap(0, 2)), ["~ columns (order)"]);
        assert_eq!(
            paths(|table| table.columns[2].ty = lakebed_schema::LogicalType::Int64),
            ["~ columns.speed.type"]
        );
    }
}
