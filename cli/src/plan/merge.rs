//! The table that is sent: the one that is there, with what lakebed owns of it replaced.

use super::owned::{OWNED, Owned, is_always_ours};
use super::types::{keep_foreign, merge as merge_types, normal_type, parse};
use lakebed_schema::artifacts::glue::{GlueColumn, GlueTable};
use std::collections::BTreeMap;

/// Puts the wanted table into the actual one. What is neither wanted nor owned stays, and so does every member that
/// lakebed never sets. The note of what is owned is left as it is.
pub(super) fn merge(wanted: &GlueTable, actual: &GlueTable, owned: &Owned) -> GlueTable {
    let mut table = actual.clone();
    table.name.clone_from(&wanted.name);
    table.description = text(&wanted.description, &actual.description, owned.description());
    table.columns = columns(&wanted.columns, &actual.columns, owned);
    table.partition_keys = wanted
        .partition_keys
        .iter()
        .map(|key| column(key, find(&actual.partition_keys, key), owned))
        .collect();
    table.table_type.clone_from(&wanted.table_type);
    table.parameters = parameters(&wanted.parameters, &actual.parameters, |key| {
        key != OWNED && (is_always_ours(key) || owned.parameter(key))
    });
    let (storage, from) = (&mut table.storage, &wanted.storage);
    storage.location.clone_from(&from.location);
    storage.input_format.clone_from(&from.input_format);
    storage.output_format.clone_from(&from.output_format);
    storage.serde_library.clone_from(&from.serde_library);
    storage.serde_parameters = parameters(&from.serde_parameters, &actual.storage.serde_parameters, |key| {
        owned.serde_parameter(key)
    });
    table
}

/// Columns in the wanted order, with foreign ones behind those that they stand behind now.
fn columns(wanted: &[GlueColumn], actual: &[GlueColumn], owned: &Owned) -> Vec<GlueColumn> {
    let lower = |column: &GlueColumn| GlueColumn { name: column.name.to_lowercase(), ..column.clone() };
    let actual: Vec<_> = actual.iter().map(lower).collect();
    let ours = wanted.iter().map(|wanted| column(wanted, find(&actual, wanted), owned)).collect();
    let is_foreign = |name: &str| {
        owned.column(name).is_none() && !wanted.iter().any(|column| column.name.to_lowercase() == name)
    };
    keep_foreign(ours, &actual, |column| &column.name, is_foreign)
}

fn find<'a>(columns: &'a [GlueColumn], wanted: &GlueColumn) -> Option<&'a GlueColumn> {
    columns.iter().find(|column| column.name.to_lowercase() == wanted.name.to_lowercase())
}

/// A wanted column in the place of the one that is there.
fn column(wanted: &GlueColumn, actual: Option<&GlueColumn>, owned: &Owned) -> GlueColumn {
    let name = wanted.name.to_lowercase();
    let Some(actual) = actual else { return GlueColumn { name, ..wanted.clone() } };
    GlueColumn {
        ty: type_text(wanted, actual, owned.column(&name)),
        comment: text(&wanted.comment, &actual.comment, owned.comment(&name)),
        parameters: actual.parameters.clone(),
        name,
    }
}

fn type_text(wanted: &GlueColumn, actual: &GlueColumn, owned: Option<&str>) -> String {
    let merged = match (parse(&wanted.ty), parse(&actual.ty)) {
        (Some(wanted), Some(actual)) => {
            merge_types(&wanted, &actual, owned.and_then(parse).as_ref()).to_string()
        }
        _ => wanted.ty.clone(),
    };
    // What means the same stays as it was written.
    if normal_type(&merged) == normal_type(&actual.ty) { actual.ty.clone() } else { merged }
}

/// A wanted text; where none is wanted, the one that is there, unless it is ours.
fn text(wanted: &Option<String>, actual: &Option<String>, is_ours: bool) -> Option<String> {
    match wanted.as_deref().filter(|text| !text.is_empty()) {
        Some(text) => Some(text.to_owned()),
        None if is_ours => None,
        None => actual.clone(),
    }
}

fn parameters(
    wanted: &BTreeMap<String, String>,
    actual: &BTreeMap<String, String>,
    is_ours: impl Fn(&str) -> bool,
) -> BTreeMap<String, String> {
    let foreign = actual.iter().filter(|(key, _)| !is_ours(key));
    foreign.chain(wanted).map(|(key, value)| (key.clone(), value.clone())).collect()
}
