//! What catalogs give and take besides tables and partitions.

use super::{CatalogError, CatalogErrorKind};
use lakebed_schema::artifacts::glue::GlueTable;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A table's full name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TableName {
    /// Its database.
    pub database: String,
    /// Its own name.
    pub table: String,
}

impl TableName {
    /// The name, in lower case as catalogs keep it.
    pub fn new(database: &str, table: &str) -> Self {
        Self { database: database.to_lowercase(), table: table.to_lowercase() }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.database, self.table)
    }
}

/// A database of the catalog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GlueDatabase {
    /// Name.
    pub name: String,
    /// What it holds.
    pub description: Option<String>,
    /// Where tables without a location of their own stand.
    pub location: Option<String>,
    /// Parameters.
    pub parameters: BTreeMap<String, String>,
}

impl GlueDatabase {
    /// A database with nothing but a name, in lower case.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_lowercase(), ..Self::default() }
    }
}

/// A table as a catalog holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredTable {
    /// Its database.
    pub database: String,
    /// The table, with everything that an update has to send back.
    pub table: GlueTable,
    /// The version that an update names: digits in Glue, not always in a folder. Versions have no order but that of
    /// [`table_versions`](super::Catalog::table_versions).
    pub version: String,
    /// When this version was made, as RFC 3339 in UTC, where the catalog says so.
    pub updated: Option<String>,
    /// Who made the table, where the catalog says so.
    pub created_by: Option<String>,
    /// Why lakebed must not update the table, one sentence each: it is more than columns over files, and an update
    /// would lose that. "It is a link to a table of another catalog."
    pub obstacles: Vec<String>,
}

/// Whether an update keeps the version that it replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Archive {
    /// It is kept: `rollback` can return to it.
    Keep,
    /// It is not kept (`SkipArchive`).
    Skip,
}

/// What went wrong for one item of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemFault {
    /// Values of the partition; for versions, the version.
    pub item: Vec<String>,
    /// What it is.
    pub kind: CatalogErrorKind,
    /// The catalog's own words.
    pub message: String,
}

impl ItemFault {
    /// The first fault that is about none of these items: whatever went wrong there, it is not known for which.
    pub(crate) fn of_no_item(faults: &[Self], is_item: impl Fn(&[String]) -> bool) -> Option<&Self> {
        faults.iter().find(|fault| !is_item(&fault.item))
    }

    /// Such a fault as an error of the whole call.
    pub(crate) fn of_call(&self, operation: &'static str, subject: impl Into<String>) -> CatalogError {
        let message =
            format!("something in the batch failed, and the catalog does not say what: {}", self.message);
        CatalogError::new(self.kind, operation, subject, message)
            .with_hint("run the same command again: it looks first at what was done")
    }
}

/// An index over partition keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartitionIndex {
    /// Its name.
    pub name: String,
    /// Keys, in order.
    pub keys: Vec<String>,
    /// How far it is; wanted ones are [`IndexState::Active`].
    pub state: IndexState,
}

/// How far an index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexState {
    /// Being built.
    Creating,
    /// In use.
    Active,
    /// Being removed.
    Deleting,
    /// Could not be built.
    Failed,
}
