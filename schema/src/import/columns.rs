//! Columns of the catalog as columns of a table.

use crate::artifacts::glue::{Format, GlueColumn, GlueTable, MAPPING, ignores_case_in};
use crate::finding::{Finding, Findings};
use crate::hive_type::HiveType;
use crate::logical_type::{Element, LogicalType};
use crate::table::Column;
use std::collections::BTreeMap;

/// Parameter by which Glue's crawler remembers the top-level keys of JSON, in their own spelling.
const PATHS: &str = "paths";

/// Columns of the files. JSON keys are the names as they are written, unless the SerDe's parameters say more;
/// parameters that come out of the columns again are taken out of `serde`.
pub(super) fn columns(
    glue: &GlueTable,
    format: Format,
    serde: &mut BTreeMap<String, String>,
    findings: &mut Findings,
) -> Vec<Column> {
    let mut keys = Keys::default();
    if format == Format::Json {
        keys.exact = !ignores_case_in(serde);
        keys.paths =
            serde.get(PATHS).map(|paths| paths.split(',').map(str::to_owned).collect()).unwrap_or_default();
        let mapped = serde.iter().filter_map(|(key, value)| Some((key.strip_prefix(MAPPING)?, value)));
        keys.mapped = mapped.map(|(name, key)| (name.to_owned(), key.clone())).collect();
    }
    let mut columns = Vec::new();
    for from in &glue.columns {
        match column(from, &keys) {
            Ok(column) => columns.push(column),
            Err(finding) => findings.push(finding),
        }
    }
    let mut used = Vec::new();
    for column in &columns {
        names(column, &mut used);
    }
    for name in used {
        serde.remove(&format!("{MAPPING}{name}"));
    }
    columns
}

/// What is known about JSON keys.
#[derive(Default)]
struct Keys {
    mapped: BTreeMap<String, String>,
    paths: Vec<String>,
    /// Whether upper and lower case differ.
    exact: bool,
}

impl Keys {
    /// Key of a column or member that is written like this.
    fn of(&self, written: &str, top: bool) -> String {
        let name = written.to_lowercase();
        if let Some(key) = self.mapped.get(&name) {
            return key.clone();
        }
        if self.exact {
            return name;
        }
        let path = self.paths.iter().find(|path| top && path.eq_ignore_ascii_case(&name));
        path.cloned().unwrap_or_else(|| written.to_owned())
    }
}

fn column(from: &GlueColumn, keys: &Keys) -> Result<Column, Finding> {
    let place = format!("column `{}`", from.name);
    let ty: HiveType = from.ty.parse().map_err(|error: crate::hive_type::HiveTypeError| {
        Finding::new(
            "import-type",
            &place,
            format!("its type `{}` is not described: {error}", from.ty),
            "change the type in the catalog",
        )
    })?;
    if let Some(length) = with_length(&ty) {
        return Err(Finding::new(
            "import-type",
            &place,
            format!("its type has `{length}`, and lakebed has texts without a length only"),
            "change it to string, which reads the same files",
        ));
    }
    Ok(Column {
        key: keys.of(&from.name, true),
        nullable: true,
        comment: from.comment.clone().filter(|comment| !comment.is_empty()),
        ..Column::new(from.name.to_lowercase(), members(ty.to_logical(), keys))
    })
}

/// The first text with a length.
fn with_length(ty: &HiveType) -> Option<String> {
    match ty {
        HiveType::Varchar(_) | HiveType::Char(_) => Some(ty.to_string()),
        HiveType::Array(inner) => with_length(inner),
        HiveType::Map(key, value) => with_length(key).or_else(|| with_length(value)),
        HiveType::Struct(members) => members.iter().find_map(|(_, ty)| with_length(ty)),
        HiveType::Boolean
        | HiveType::TinyInt
        | HiveType::SmallInt
        | HiveType::Int
        | HiveType::BigInt
        | HiveType::Float
        | HiveType::Double
        | HiveType::Decimal { .. }
        | HiveType::String
        | HiveType::Binary
        | HiveType::Date
        | HiveType::Timestamp => None,
    }
}

/// Members in lower case, each with its key.
fn members(ty: LogicalType, keys: &Keys) -> LogicalType {
    let element = |element: Element| Box::new(Element { ty: members(element.ty, keys), ..element });
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other type has no members")]
    match ty {
        LogicalType::List { element: inner, length } => {
            LogicalType::List { element: element(*inner), length }
        }
        LogicalType::Map { key, value } => LogicalType::Map { key, value: element(*value) },
        LogicalType::Struct { columns } => LogicalType::Struct {
            columns: columns
                .into_iter()
                .map(|member| Column {
                    key: keys.of(&member.name, false),
                    name: member.name.to_lowercase(),
                    ty: members(member.ty, keys),
                    ..member
                })
                .collect(),
        },
        other => other,
    }
}

/// Names of a column and of everything in it.
fn names(column: &Column, found: &mut Vec<String>) {
    found.push(column.name.clone());
    let mut ty = &column.ty;
    while let LogicalType::List { element, .. } | LogicalType::Map { value: element, .. } = ty {
        ty = &element.ty;
    }
    if let LogicalType::Struct { columns } = ty {
        columns.iter().for_each(|member| names(member, found));
    }
}
