//! The schema of files against the table.

use super::report::{DifferenceKind, SchemaDifference};
use arrow_schema::{DataType, Field, Fields, Schema};
use lakebed_schema::artifacts::arrow::arrow_type;
use lakebed_schema::{Column, LogicalType, Table};
use std::collections::BTreeMap;

/// Differences of all files so far.
#[derive(Debug, Default)]
pub(super) struct Differences {
    found: BTreeMap<Difference, (u64, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Difference {
    column: String,
    kind: DifferenceKind,
    expected: Option<String>,
    found: Option<String>,
    finding: bool,
}

impl Differences {
    pub(super) fn add(&mut self, table: &Table, schema: &Schema, file: &str) {
        let mut found = Vec::new();
        let columns: Vec<&Column> = table.file_columns().collect();
        compare_columns("", &columns, schema.fields(), &mut found);
        for difference in found {
            self.found.entry(difference).or_insert_with(|| (0, file.to_owned())).0 += 1;
        }
    }

    /// Findings first, then by column.
    pub(super) fn finish(self) -> Vec<SchemaDifference> {
        let difference = |(difference, (files, example)): (Difference, (u64, String))| {
            let Difference { column, kind, expected, found, finding } = difference;
            SchemaDifference { column, kind, expected, found, files, example, finding }
        };
        let mut all: Vec<SchemaDifference> = self.found.into_iter().map(difference).collect();
        all.sort_by_key(|difference| !difference.finding);
        all
    }
}

fn compare_columns(prefix: &str, expected: &[&Column], found: &Fields, out: &mut Vec<Difference>) {
    let path = |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
    for column in expected {
        match found.iter().find(|field| *field.name() == column.name) {
            Some(field) => compare(path(&column.name), &column.ty, field, out),
            None => out.push(Difference {
                column: path(&column.name),
                kind: DifferenceKind::Missing,
                expected: Some(arrow_type(&column.ty).to_string()),
                found: None,
                // A column added to the table later is not in older files, and readers give null.
                finding: !column.nullable && !column.default,
            }),
        }
    }
    for field in found.iter().filter(|field| expected.iter().all(|column| column.name != *field.name())) {
        out.push(Difference {
            column: path(field.name()),
            kind: DifferenceKind::Extra,
            expected: None,
            found: Some(field.data_type().to_string()),
            finding: true,
        });
    }
}

fn compare(path: String, expected: &LogicalType, found: &Field, out: &mut Vec<Difference>) {
    if !found.is_nullable() {
        out.push(Difference {
            column: path.clone(),
            kind: DifferenceKind::Nullability,
            expected: Some("nulls allowed".to_owned()),
            found: Some("no nulls allowed".to_owned()),
            finding: false,
        });
    }
    #[allow(
        clippy::wildcard_enum_match_arm,
        reason = "all that is no pair of nested types is compared whole"
    )]
    match (expected, found.data_type()) {
        (LogicalType::Struct { columns }, DataType::Struct(fields)) => {
            compare_columns(&path, &columns.iter().collect::<Vec<_>>(), fields, out);
        }
        (LogicalType::List { element, .. }, DataType::List(field) | DataType::LargeList(field)) => {
            compare(format!("{path}[]"), &element.ty, field, out);
        }
        (LogicalType::Map { key, value }, DataType::Map(entries, _)) => match entries.data_type() {
            DataType::Struct(fields) if let [its_key, its_value] = fields.as_ref() => {
                if *its_key.data_type() != arrow_type(key) {
                    out.push(other_type(format!("{path} key"), key, its_key.data_type()));
                }
                compare(format!("{path}{{}}"), &value.ty, its_value, out);
            }
            _ => out.push(other_type(path, expected, found.data_type())),
        },
        (expected, found) if arrow_type(expected) != *found => out.push(other_type(path, expected, found)),
        _ => {}
    }
}

fn other_type(column: String, expected: &LogicalType, found: &DataType) -> Difference {
    Difference {
        column,
        kind: DifferenceKind::Type,
        expected: Some(arrow_type(expected).to_string()),
        found: Some(found.to_string()),
        finding: true,
    }
}
