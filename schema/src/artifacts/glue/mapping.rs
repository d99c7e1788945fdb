//! Parameters of the OpenX SerDe that say which JSON key a column is read from.
//!
//! The SerDe knows mappings by name only: `mapping.speed` holds for the column `speed` and for every member `speed`
//! of a nested record. By default it compares keys in lower case, so a key that differs from the name only in case
//! needs no mapping, and one that does is written in lower case. With `case.insensitive` = `FALSE`, declared as
//! `serde.case.insensitive`, keys stand as they are.

use super::Format;
use crate::finding::{Finding, Findings};
use crate::logical_type::LogicalType;
use crate::table::{Column, Rules, Table};
use std::collections::BTreeMap;

/// The SerDe's switch.
pub(crate) const CASE_INSENSITIVE: &str = "case.insensitive";
/// What the keys of mappings begin with.
pub(crate) const MAPPING: &str = "mapping.";

/// Whether keys are compared in lower case, by the parameters of the SerDe.
pub(crate) fn ignores_case_in(serde: &BTreeMap<String, String>) -> bool {
    !serde.get(CASE_INSENSITIVE).is_some_and(|value| value.eq_ignore_ascii_case("false"))
}

/// The mappings of a table; `declared` are the parameters that it declares for the SerDe.
///
/// # Errors
/// One name that stands for two keys.
pub(super) fn of(
    table: &Table,
    declared: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Findings> {
    let mut findings = Findings::default();
    let mut names = BTreeMap::new();
    for column in table.file_columns() {
        collect(column, &column.name, ignores_case_in(declared), &mut names, &mut findings);
    }
    findings.or(|| {
        let mapped = names.into_iter().filter(|(name, (key, _))| name != key);
        mapped.map(|(name, (key, _))| (format!("{MAPPING}{name}"), key)).collect()
    })
}

/// Names of a column and of everything in it, each with its key and the path where it was first seen.
fn collect(
    column: &Column,
    path: &str,
    ignores_case: bool,
    names: &mut BTreeMap<String, (String, String)>,
    findings: &mut Findings,
) {
    let key = if ignores_case { column.key.to_lowercase() } else { column.key.clone() };
    match names.get(&column.name) {
        None => {
            names.insert(column.name.clone(), (key, path.to_owned()));
        }
        Some((other, _)) if *other == key => {}
        Some((other, first)) => findings.push(Finding::new(
            "openx-mapping",
            format!("column `{path}`"),
            format!(
                "is read from the key `{key}`, and `{first}` from `{other}`; the OpenX SerDe maps each name to one key, in nested records too"
            ),
            "give one of them another name, or store the table as Parquet",
        )),
    }
    for member in members(&column.ty) {
        collect(member, &format!("{path}.{}", member.name), ignores_case, names, findings);
    }
}

/// Members of the records that a type holds, one level down.
pub(super) fn members(ty: &LogicalType) -> &[Column] {
    let mut ty = ty;
    while let LogicalType::List { element, .. } | LogicalType::Map { value: element, .. } = ty {
        ty = &element.ty;
    }
    match ty {
        LogicalType::Struct { columns } => columns,
        LogicalType::Boolean
        | LogicalType::Int8
        | LogicalType::Int16
        | LogicalType::Int32
        | LogicalType::Int64
        | LogicalType::UInt8
        | LogicalType::UInt16
        | LogicalType::UInt32
        | LogicalType::Float32
        | LogicalType::Float64
        | LogicalType::Decimal { .. }
        | LogicalType::String
        | LogicalType::Char
        | LogicalType::Uuid
        | LogicalType::Enum(_)
        | LogicalType::Json
        | LogicalType::Binary
        | LogicalType::Date
        | LogicalType::Timestamp { .. }
        | LogicalType::List { .. }
        | LogicalType::Map { .. } => &[],
    }
}

/// What readers of the table should know when its files are JSON.
pub(super) fn notes(table: &Table) -> Vec<String> {
    let mut notes = Vec::new();
    if Format::of(table) == Format::Parquet {
        return notes;
    }
    let named = |fits: &dyn Fn(&Column) -> bool| {
        let names: Vec<_> = table
            .file_columns()
            .filter(|column| fits(column))
            .map(|column| format!("`{}`", column.name))
            .collect();
        names.join(", ")
    };
    let ruled =
        named(&|column| column.rules != Rules { time: column.rules.time.clone(), ..Rules::default() });
    if !ruled.is_empty() {
        notes.push(format!(
            "The table reads JSON as it was delivered: the decode rules of {ruled} are not applied."
        ));
    }
    let times = named(&|column| matches!(column.ty, LogicalType::Timestamp { .. }));
    if !times.is_empty() {
        notes.push(format!(
            "Athena reads times in JSON only as `yyyy-MM-dd HH:mm:ss.SSS`: {times} must be delivered that way."
        ));
    }
    notes
}
