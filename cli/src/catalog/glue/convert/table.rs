//! Databases and tables.

use super::storage::{from_columns, from_storage, to_columns, to_storage};
use super::time::{text, time};
use super::{Unfit, from_map, obstacle, short, to_map};
use crate::catalog::{GlueDatabase, StoredTable};
use aws_sdk_glue::types;
use lakebed_schema::artifacts::glue::GlueTable;

/// The input of a table, every member of it.
pub(crate) fn table_input(table: &GlueTable) -> Result<types::TableInput, Unfit> {
    let optional =
        |place, value: &Option<String>| value.as_deref().map(|value| time(place, value)).transpose();
    types::TableInput::builder()
        .name(table.name.to_lowercase())
        .set_description(table.description.clone())
        .set_owner(table.owner.clone())
        .set_last_access_time(optional("LastAccessTime", &table.last_access_time)?)
        .set_last_analyzed_time(optional("LastAnalyzedTime", &table.last_analyzed_time)?)
        .retention(short("Retention", table.retention)?)
        .storage_descriptor(to_storage(&table.storage, &table.columns)?)
        // There even when there are none: Athena fails on tables without that member.
        .set_partition_keys(Some(to_columns(&table.partition_keys)?))
        .set_view_original_text(table.view_original_text.clone())
        .set_view_expanded_text(table.view_expanded_text.clone())
        .set_table_type(table.table_type.clone())
        .set_parameters(Some(to_map(&table.parameters)))
        .build()
        .map_err(|error| Unfit(error.to_string()))
}

fn table(table: &types::Table) -> GlueTable {
    let storage = table.storage_descriptor.as_ref();
    GlueTable {
        name: table.name.clone(),
        description: table.description.clone(),
        columns: from_columns(storage.and_then(|storage| storage.columns.as_ref())),
        partition_keys: from_columns(table.partition_keys.as_ref()),
        parameters: from_map(table.parameters.as_ref()),
        storage: from_storage(storage),
        table_type: table.table_type.clone(),
        retention: table.retention.into(),
        view_original_text: table.view_original_text.clone(),
        view_expanded_text: table.view_expanded_text.clone(),
        owner: table.owner.clone(),
        last_access_time: table.last_access_time.as_ref().map(text),
        last_analyzed_time: table.last_analyzed_time.as_ref().map(text),
    }
}

/// A table as the service answers it, of the database that was asked for.
pub(crate) fn stored(from: &types::Table, database: &str) -> StoredTable {
    StoredTable {
        database: database.to_lowercase(),
        table: table(from),
        version: from.version_id.clone().unwrap_or_default(),
        updated: from.update_time.as_ref().map(text),
        created_by: from.created_by.clone(),
        obstacles: obstacle::obstacles(from),
    }
}

pub(crate) fn database_input(database: &GlueDatabase) -> Result<types::DatabaseInput, Unfit> {
    types::DatabaseInput::builder()
        .name(database.name.to_lowercase())
        .set_description(database.description.clone())
        .set_location_uri(database.location.clone())
        .set_parameters((!database.parameters.is_empty()).then(|| to_map(&database.parameters)))
        .build()
        .map_err(|error| Unfit(error.to_string()))
}

pub(crate) fn database(from: &types::Database) -> GlueDatabase {
    GlueDatabase {
        name: from.name.clone(),
        description: from.description.clone(),
        location: from.location_uri.clone(),
        parameters: from_map(from.parameters.as_ref()),
    }
}

/// A version as the service answers it; none when there is no table in it.
pub(crate) fn version(from: &types::TableVersion, database: &str) -> Option<StoredTable> {
    let mut table = from.table.clone()?;
    if from.version_id.is_some() {
        table.version_id.clone_from(&from.version_id);
    }
    Some(stored(&table, database))
}
