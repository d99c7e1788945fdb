//! Asking a catalog and a target for the two sides of a plan.

use super::projection::is_enabled;
use super::{Actual, Wanted};
use crate::catalog::{Catalog, CatalogError, GlueDatabase, IndexState, PartitionIndex, TableName};
use lakebed_schema::artifacts::glue::{GlueTable, partition_indexes};
use lakebed_schema::{Findings, Table, Target};

impl Wanted {
    /// What the catalog should hold for a table: the table itself, and `TABLE_raw` where its stream keeps records as
    /// they came.
    ///
    /// # Errors
    /// Those of [`GlueTable::of`] and [`GlueTable::raw`], and a database that nothing names.
    pub fn of(table: &Table, target: &Target) -> Result<Vec<Self>, Findings> {
        let mut findings = Findings::default();
        let database = findings.take(target.database(table).map(GlueDatabase::new));
        let of = findings.take(GlueTable::of(table, target));
        let raw = findings.take(GlueTable::raw(table, target)).flatten();
        let (Some(database), Some(of)) = (database, of) else { return Err(findings) };
        // What is wrong with them is among the findings of the table already.
        let indexes = partition_indexes(table, target).unwrap_or_default().into_iter().map(index).collect();
        findings.or(|| {
            let raw = raw.map(|table| (table, Vec::new()));
            [Some((of, indexes)), raw]
                .into_iter()
                .flatten()
                .map(|(table, indexes)| Self { database: database.clone(), table, indexes, adopt: false })
                .collect()
        })
    }

    /// The name of the table.
    pub fn name(&self) -> TableName {
        TableName::new(&self.database.name, &self.table.name)
    }
}

/// The index over these keys, with their names for its own.
fn index(keys: Vec<String>) -> PartitionIndex {
    PartitionIndex { name: keys.join("_"), keys, state: IndexState::Active }
}

/// What a catalog holds for a wanted table.
///
/// Registered partitions are listed only when the wanted table or the one that is there is partitioned and has no
/// projection: there may be very many. Indexes are listed when some are wanted, and the other tables of the database
/// when the table is not there, to see whether one of them stands in its place.
///
/// # Errors
/// Those of the catalog.
pub fn read(catalog: &dyn Catalog, wanted: &Wanted) -> Result<Actual, CatalogError> {
    read_with(catalog, wanted, true)
}

/// Like [`read`]; without `list_partitions` no partition is listed, whatever the table is.
///
/// # Errors
/// Those of the catalog.
pub fn read_with(
    catalog: &dyn Catalog,
    wanted: &Wanted,
    list_partitions: bool,
) -> Result<Actual, CatalogError> {
    let name = wanted.name();
    let mut actual = Actual { database: catalog.database(&name.database)?, ..Actual::default() };
    if actual.database.is_none() {
        return Ok(actual);
    }
    actual.table = catalog.table(&name)?;
    let Some(stored) = &actual.table else {
        let location = place(&wanted.table);
        let others = catalog.tables(&name.database)?.into_iter();
        actual.same_location = others
            .filter(|other| location.is_some() && place(&other.table) == location)
            .map(|other| other.table.name)
            .collect();
        return Ok(actual);
    };
    let registers = |table: &GlueTable| !table.partition_keys.is_empty() && !is_enabled(table);
    if list_partitions && (registers(&wanted.table) || registers(&stored.table)) {
        actual.partitions = Some(catalog.partitions(&name)?);
    }
    if !wanted.indexes.is_empty() {
        actual.indexes = catalog.partition_indexes(&name)?;
    }
    Ok(actual)
}

/// The location without slashes at its end.
fn place(table: &GlueTable) -> Option<&str> {
    table.storage.location.as_deref().map(|location| location.trim_end_matches('/'))
}
