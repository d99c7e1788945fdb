//! Registered partitions of a table, and the folders of its lake.
//!
//! A table without partition projection has only the partitions that are registered: files in another folder are
//! never read, without any error. [`compare`] is pure and tells what is missing and what is left over; [`sync`]
//! registers what is missing, within the limits of the API.

mod compare;
mod switch;
mod sync;

#[cfg(test)]
mod tests;

pub use compare::{Comparison, Elsewhere, compare};
pub use lakebed::inspect::{PartitionFolder, PartitionFolders};
pub use switch::CatalogReaders;
pub use sync::{Failed, Removed, SyncOptions, SyncReport, sync};

use lakebed_schema::artifacts::glue::{GluePartition, GlueTable};

/// Whether Athena computes the partitions of a table, so that registered ones mean nothing to it.
pub fn is_projected(table: &GlueTable) -> bool {
    table.parameters.get("projection.enabled").is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
}

/// The partition of a folder, with the table's columns and format as they are now.
pub fn partition_of(table: &GlueTable, folder: &PartitionFolder) -> GluePartition {
    let mut storage = table.storage.clone();
    storage.location = Some(location(table, &folder.path));
    GluePartition {
        values: folder.values.clone(),
        columns: table.columns.clone(),
        storage,
        ..GluePartition::default()
    }
}

/// Where a folder of the table is, as the catalog says it.
fn location(table: &GlueTable, path: &str) -> String {
    format!("{}/{path}", table.storage.location.as_deref().unwrap_or_default().trim_end_matches('/'))
}
