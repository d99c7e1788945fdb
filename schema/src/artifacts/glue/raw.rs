//! The table of records as they came: JSON, untouched, every scalar a text, so that no query fails over a record.

use super::generate::{SERDE_PREFIX, build};
use super::mapping::{CASE_INSENSITIVE, members};
use super::{Format, GlueTable};
use crate::finding::Findings;
use crate::logical_type::{Element, LogicalType};
use crate::name::check_name;
use crate::table::{Column, Table};
use crate::target::Target;

/// The SerDe's switch for lines that are no JSON.
const IGNORE_MALFORMED: &str = "ignore.malformed.json";

impl GlueTable {
    /// The table over the records as they came, `TABLE_raw` in the lake; none unless the stream keeps them
    /// (`stream.backup`) or delivers them like that (`stream.convert = false`). Its partitions are
    /// [those of the target](Target::raw_partitions).
    ///
    /// Every scalar is `string`: the SerDe gives any JSON value as text, so a number where a truth value was
    /// promised costs no query. Lists, maps and records keep their shape. Keys are compared in lower case, and a
    /// line that is no JSON is a row of nulls (`ignore.malformed.json`), where the SerDe's own default fails every
    /// query that touches its object.
    ///
    /// # Errors
    /// Those of [`GlueTable::of`].
    pub fn raw(table: &Table, target: &Target) -> Result<Option<Self>, Findings> {
        let Some((partitioned, target)) = raw_source(table, target) else { return Ok(None) };
        build(&raw_table(&partitioned), &partitioned, Format::Json, &target).map(Some)
    }
}

/// What the partitions of raw records come from: the table with those partitions, and the settings that hold for them.
/// None unless the stream keeps such records.
pub(crate) fn raw_source(table: &Table, target: &Target) -> Option<(Table, Target)> {
    if !target.delivers_raw(table) && !target.stream.backup {
        return None;
    }
    let partitioned = Table { partitions: target.raw_partitions(table), ..table.clone() };
    let mut settings = target.clone();
    settings.locations.clear();
    // They name keys of the table itself.
    settings.partition_indexes.clear();
    if !target.delivers_raw(table) {
        // Values listed for columns of the table itself say nothing about the time of arrival.
        settings.projection.columns.clear();
        // A backup knows no time zone of its own.
        settings.stream.time_zone = None;
    }
    Some((partitioned, settings))
}

/// What the records look like before anything is decoded. No column has the name of a partition column.
fn raw_table(table: &Table) -> Table {
    let names = names(table);
    let column = |(column, (name, _)): (&Column, &(String, String))| Column {
        key: column.key.clone(),
        nullable: true,
        comment: column.comment.clone(),
        ..Column::new(
            name.clone(),
            if fits(&names, &column.ty) { raw_type(&column.ty) } else { LogicalType::String },
        )
    };
    let columns = table.columns.iter().zip(&names).map(column).collect();
    let mut raw = Table::new(Target::raw_table_name(table), columns);
    raw.comment = Some(format!("Records of {} as they came, one JSON document a line.", table.name));
    for (key, value) in [(CASE_INSENSITIVE, "TRUE"), (IGNORE_MALFORMED, "TRUE")] {
        raw.parameters.insert(format!("{SERDE_PREFIX}{key}"), value.to_owned());
    }
    raw
}

pub(super) fn notes(table: &Table) -> Vec<String> {
    let mut notes = vec![
        "A line that is no JSON is a row of nulls here: count rows where every column is null.".to_owned(),
    ];
    if !table.records.is_empty() {
        notes.push(format!(
            "Records inside a document (under {}) are not found here: only those that are a line of their own.",
            table.records.join(", ")
        ));
    }
    notes
}

/// Names of the raw columns with their keys in lower case: the table's names, unless a partition column has them.
fn names(table: &Table) -> Vec<(String, String)> {
    let is_partition = |name: &str| table.partition_columns().any(|column| column == name);
    let name = |column: &Column| {
        if !is_partition(&column.name) {
            return column.name.clone();
        }
        let mut name = format!("record_{}", column.name);
        while table.column(&name).is_some() || is_partition(&name) {
            name.push('_');
        }
        name
    };
    table.columns.iter().map(|column| (name(column), column.key.to_lowercase())).collect()
}

/// Whether every member inside can be named by its key. The SerDe maps by name alone, so a member must neither need
/// a mapping nor have the name of a column that has one; the whole column is then the text of its JSON.
fn fits(names: &[(String, String)], ty: &LogicalType) -> bool {
    members(ty).iter().all(|member| {
        let key = member.key.to_lowercase();
        let mapped = names.iter().any(|(name, column_key)| *name == key && *column_key != key);
        check_name(&key).is_ok() && !mapped && fits(names, &member.ty)
    })
}

fn raw_type(ty: &LogicalType) -> LogicalType {
    let element = |element: &Element| Box::new(Element { ty: raw_type(&element.ty), nullable: true });
    match ty {
        LogicalType::List { element: inner, .. } => {
            LogicalType::List { element: element(inner), length: None }
        }
        LogicalType::Map { value, .. } => {
            LogicalType::Map { key: Box::new(LogicalType::String), value: element(value) }
        }
        LogicalType::Struct { columns } => LogicalType::Struct {
            columns: columns
                .iter()
                .map(|member| {
                    let name = member.key.to_lowercase();
                    Column { nullable: true, ..Column::new(name, raw_type(&member.ty)) }
                })
                .collect(),
        },
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
        | LogicalType::Timestamp { .. } => LogicalType::String,
    }
}
