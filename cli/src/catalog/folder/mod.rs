//! A catalog that is a folder of Glue JSON.

mod database;
mod document;
mod entry;
mod lock;
mod name;

#[cfg(test)]
mod tests;

use super::rules::{self, Call};
use super::{
    Archive, Catalog, CatalogError, CatalogErrorKind, GlueDatabase, ItemFault, MAX_CREATE, MAX_DELETE,
    MAX_DELETE_VERSIONS, MAX_GET, MAX_UPDATE, PartitionIndex, StoredTable, TableName,
};
use document::Durability;
use entry::Entry;
use lakebed_schema::artifacts::glue::{GluePartition, GlueTable};
use name::file_name;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// A folder of Glue JSON, for people to read, commit and compare.
///
/// ```text
/// catalog/traffic/database.json                       DatabaseInput
/// catalog/traffic/measurement/table.json              TableInput
/// catalog/traffic/measurement/version.json            version, its time, the hash of the table it was given to
/// catalog/traffic/measurement/versions/3.json         a version that was replaced, as `get-table-version` shows it
/// catalog/traffic/measurement/partitions/2024-01-31,07.json   PartitionInput; the name is made of the values
/// catalog/traffic/measurement/indexes.json            partition indexes
/// ```
///
/// Files may be edited by hand. Answers of `aws glue get-table`, `get-database` and `get-partition` are read as well.
/// A table whose content is not the one its version was given to has a version that nobody recorded, `5-1c92ab03`:
/// an update that was made for version 4 is refused, as it must be, and the next update records version 6. The same
/// holds for a table without a version file. White space and the order of members are no content. What is not of
/// these files is left alone.
///
/// Writers, also those of other processes, take turns by a lock on `.lakebed.lock`, which the system drops when a
/// process ends, in whatever way. Files are renamed into place, so readers need no lock. A killed update leaves the
/// old table, or the new one with an unrecorded version. Databases, tables and versions are flushed to the disk;
/// partitions are not, for speed: after a power cut the last ones may be missing or empty.
#[derive(Clone, Debug)]
pub struct FolderCatalog {
    folder: PathBuf,
    shown: String,
    durability: Durability,
}

impl FolderCatalog {
    /// The catalog in that folder, which is made when something is first written into it.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        let shown = folder.display().to_string();
        Self { folder, shown, durability: Durability::Synced }
    }

    /// The same catalog without flushing: quick, and after a power cut files may be empty. For catalogs that can be
    /// made again.
    #[must_use]
    pub fn unflushed(mut self) -> Self {
        self.durability = Durability::Written;
        self
    }

    /// The same catalog, by the name that its user knows it by.
    #[must_use]
    pub fn with_shown(mut self, shown: impl Into<String>) -> Self {
        self.shown = shown.into();
        self
    }

    fn entry<'a>(&'a self, call: &'a Call, name: &TableName) -> Entry<'a> {
        Entry::new(call, self, name)
    }

    /// Does something with a table that must exist, without a lock.
    fn read<T>(
        &self,
        call: &Call,
        name: &TableName,
        act: impl FnOnce(&Entry<'_>) -> Result<T, CatalogError>,
    ) -> Result<T, CatalogError> {
        let entry = self.entry(call, name);
        if !self.has_database(call, &name.database)? || !entry.exists() {
            return Err(call.no_table(name));
        }
        act(&entry)
    }

    /// Changes a table that must exist, under the lock.
    fn write<T>(
        &self,
        call: &Call,
        name: &TableName,
        act: impl FnOnce(&Entry<'_>, entry::Present) -> Result<T, CatalogError>,
    ) -> Result<T, CatalogError> {
        // A folder that is not there holds nothing to change, and is not made.
        if !self.has_database(call, &name.database)? {
            return Err(call.no_table(name));
        }
        let _lock = lock::exclusive(call, &self.folder)?;
        let entry = self.entry(call, name);
        let present = entry.present_locked()?.ok_or_else(|| call.no_table(name))?;
        act(&entry, present)
    }

    fn has_database(&self, call: &Call, database: &str) -> Result<bool, CatalogError> {
        Ok(database::read(call, &self.folder, &file_name(&[database]))?.is_some())
    }
}

/// A path without links, as far as it exists.
fn canonical(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut missing = Vec::new();
    let mut above = absolute.as_path();
    loop {
        if let Ok(found) = above.canonicalize() {
            return missing.into_iter().rev().fold(found, |path, name| match name {
                Component::ParentDir => path.parent().map_or_else(|| path.clone(), Path::to_owned),
                other @ (Component::Prefix(_)
                | Component::RootDir
                | Component::CurDir
                | Component::Normal(_)) => path.join(other),
            });
        }
        let (Some(parent), Some(last)) = (above.parent(), above.components().next_back()) else {
            return absolute;
        };
        missing.push(last);
        above = parent;
    }
}

/// The number of a recorded version; none of any other text, such as `+1` or `01`.
fn number_of(version: &str) -> Option<u64> {
    version.parse().ok().filter(|number: &u64| number.to_string() == version)
}

impl Catalog for FolderCatalog {
    fn shown(&self) -> String {
        format!("the folder {}", self.shown)
    }

    /// The path of the folder, without links; where it does not exist yet, from the first folder above that does.
    fn identity(&self) -> String {
        canonical(&self.folder).display().to_string()
    }

    fn database(&self, name: &str) -> Result<Option<GlueDatabase>, CatalogError> {
        let call = Call::on_database("GetDatabase", name);
        database::read(&call, &self.folder, &file_name(&[name.to_lowercase()]))
    }

    fn databases(&self) -> Result<Vec<GlueDatabase>, CatalogError> {
        let call = Call::on_catalog("GetDatabases", self.shown());
        let mut databases = Vec::new();
        for folder in document::names(&call, &self.folder, "")? {
            databases.extend(database::read(&call, &self.folder, &folder)?);
        }
        databases.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(databases)
    }

    fn create_database(&self, database: &GlueDatabase) -> Result<(), CatalogError> {
        let call = Call::on_database("CreateDatabase", &database.name);
        let database = call.database(database)?;
        let _lock = lock::exclusive(&call, &self.folder)?;
        if self.has_database(&call, &database.name)? {
            return Err(call.exists());
        }
        database::write(&call, self, &database)
    }

    fn table(&self, name: &TableName) -> Result<Option<StoredTable>, CatalogError> {
        let name = rules::lowered(name);
        let call = Call::on_table("GetTable", &name);
        if !self.has_database(&call, &name.database)? {
            return Ok(None);
        }
        let present = self.entry(&call, &name).present()?;
        Ok(present.map(|present| present.stored(&name.database)))
    }

    fn tables(&self, database: &str) -> Result<Vec<StoredTable>, CatalogError> {
        let call = Call::on_database("GetTables", database);
        let database = database.to_lowercase();
        let folder = file_name(&[&database]);
        if !self.has_database(&call, &database)? {
            return Err(call.no_database(&database));
        }
        let mut tables = Vec::new();
        for name in document::names(&call, &self.folder.join(&folder), "")? {
            let present = Entry::in_folder(&call, self, &folder, name).present()?;
            tables.extend(present.map(|present| present.stored(&database)));
        }
        tables.sort_by(|one, other| one.table.name.cmp(&other.table.name));
        Ok(tables)
    }

    fn create_table(&self, database: &str, table: &GlueTable) -> Result<(), CatalogError> {
        let name = TableName::new(database, &table.name);
        let call = Call::on_table("CreateTable", &name);
        let table = call.table(table)?;
        if !self.has_database(&call, &name.database)? {
            return Err(call.no_database(database));
        }
        let _lock = lock::exclusive(&call, &self.folder)?;
        let entry = self.entry(&call, &name);
        if entry.exists() {
            return Err(call.exists());
        }
        // What a killed removal has left is none of the new table's.
        entry.clear()?;
        entry.put(&table, 0)
    }

    fn update_table(
        &self,
        database: &str,
        table: &GlueTable,
        expected: &str,
        archive: Archive,
    ) -> Result<(), CatalogError> {
        let name = TableName::new(database, &table.name);
        let call = Call::on_table("UpdateTable", &name);
        let table = call.table(table)?;
        self.write(&call, &name, |entry, present| {
            call.expect(expected, &present.version)?;
            if !present.obstacles.is_empty() {
                let message =
                    format!("an update would lose what the table is\n{}", present.obstacles.join("\n"));
                return Err(call.error(CatalogErrorKind::Unreadable, message));
            }
            call.keys_free(&present.table, &table, &entry.indexes()?)?;
            match archive {
                Archive::Keep => entry.keep(&present)?,
                // A killed update may have kept it.
                Archive::Skip => drop(entry.forget(present.number)?),
            }
            entry.put(&table, present.number.saturating_add(1))
        })
    }

    fn delete_table(&self, name: &TableName) -> Result<(), CatalogError> {
        let name = rules::lowered(name);
        let call = Call::on_table("DeleteTable", &name);
        if !self.has_database(&call, &name.database)? {
            return Err(call.no_table(&name));
        }
        let _lock = lock::exclusive(&call, &self.folder)?;
        // Whether it can be read does not matter.
        if self.entry(&call, &name).clear()? { Ok(()) } else { Err(call.no_table(&name)) }
    }

    fn table_versions(&self, name: &TableName) -> Result<Vec<StoredTable>, CatalogError> {
        let name = rules::lowered(name);
        let call = Call::on_table("GetTableVersions", &name);
        self.read(&call, &name, |entry| {
            let present = entry.present()?.ok_or_else(|| call.no_table(&name))?;
            let mut versions = entry.kept(&name.database, present.number)?;
            versions.push(present.stored(&name.database));
            versions.reverse();
            Ok(versions)
        })
    }

    fn table_version(&self, name: &TableName, version: &str) -> Result<Option<StoredTable>, CatalogError> {
        let name = rules::lowered(name);
        let call = Call::on_table("GetTableVersion", &name);
        let entry = self.entry(&call, &name);
        let present = if self.has_database(&call, &name.database)? { entry.present()? } else { None };
        let Some(present) = present else { return Ok(None) };
        if present.version == version {
            return Ok(Some(present.stored(&name.database)));
        }
        match number_of(version).filter(|number| *number < present.number) {
            Some(number) => entry.kept_one(&name.database, number),
            None => Ok(None),
        }
    }

    fn delete_table_versions(
        &self,
        name: &TableName,
        versions: &[String],
    ) -> Result<Vec<ItemFault>, CatalogError> {
        let name = rules::lowered(name);
        let call = Call::on_table("BatchDeleteTableVersion", &name);
        call.at_most(MAX_DELETE_VERSIONS, versions.len())?;
        self.write(&call, &name, |entry, present| {
            let mut faults = Vec::new();
            for version in versions {
                let removed = match number_of(version).filter(|number| *number < present.number) {
                    Some(number) => entry.forget(number)?,
                    None => false,
                };
                if !removed {
                    faults.push(rules::version_fault(version, &present.version));
                }
            }
            Ok(faults)
        })
    }

    fn partitions(&self, name: &TableName) -> Result<Vec<GluePartition>, CatalogError> {
        let name = rules::lowered(name);
        self.read(&Call::on_table("GetPartitions", &name), &name, |entry| entry.partitions())
    }

    fn partitions_of(
        &self,
        name: &TableName,
        values: &[Vec<String>],
    ) -> Result<Vec<GluePartition>, CatalogError> {
        let name = rules::lowered(name);
        let call = Call::on_table("BatchGetPartition", &name);
        call.at_most(MAX_GET, values.len())?;
        self.read(&call, &name, |entry| {
            let wanted: BTreeSet<_> = values.iter().collect();
            let mut found = Vec::new();
            for values in wanted {
                found.extend(entry.partition(values)?);
            }
            Ok(found)
        })
    }

    fn create_partitions(
        &self,
        name: &TableName,
        partitions: &[GluePartition],
    ) -> Result<Vec<ItemFault>, CatalogError> {
        let name = rules::lowered(name);
        let call = Call::on_table("BatchCreatePartition", &name);
        call.at_most(MAX_CREATE, partitions.len())?;
        self.write(&call, &name, |entry, present| {
            let mut faults = Vec::new();
            for partition in call.partitions(&present.table, partitions)? {
                if entry.has_partition(&partition.values) {
                    faults.push(rules::partition_exists(&partition.values));
                } else {
                    entry.put_partition(&partition)?;
                }
            }
            Ok(faults)
        })
    }

    fn update_partitions(
        &self,
        name: &TableName,
        partitions: &[GluePartition],
    ) -> Result<Vec<ItemFault>, CatalogError> {
        let name = rules::lowered(name);
        let call = Call::on_table("BatchUpdatePartition", &name);
        call.at_most(MAX_UPDATE, partitions.len())?;
        self.write(&call, &name, |entry, present| {
            let mut faults = Vec::new();
            for partition in call.partitions(&present.table, partitions)? {
                if entry.has_partition(&partition.values) {
                    entry.put_partition(&partition)?;
                } else {
                    faults.push(rules::no_partition(&partition.values));
                }
            }
            Ok(faults)
        })
    }

    fn delete_partitions(
        &self,
        name: &TableName,
        values: &[Vec<String>],
    ) -> Result<Vec<ItemFault>, CatalogError> {
        let name = rules::lowered(name);
        let call = Call::on_table("BatchDeletePartition", &name);
        call.at_most(MAX_DELETE, values.len())?;
        self.write(&call, &name, |entry, _| {
            let mut faults = Vec::new();
            for values in values {
                if !entry.remove_partition(values)? {
                    faults.push(rules::no_partition(values));
                }
            }
            Ok(faults)
        })
    }

    fn partition_indexes(&self, name: &TableName) -> Result<Vec<PartitionIndex>, CatalogError> {
        let name = rules::lowered(name);
        self.read(&Call::on_table("GetPartitionIndexes", &name), &name, |entry| entry.indexes())
    }

    fn create_partition_index(&self, name: &TableName, index: &PartitionIndex) -> Result<(), CatalogError> {
        let name = rules::lowered(name);
        let call = Call::on_table("CreatePartitionIndex", &name);
        self.write(&call, &name, |entry, present| {
            let mut indexes = entry.indexes()?;
            let index = call.index(&present.table, &indexes, index)?;
            indexes.push(index);
            entry.put_indexes(&indexes)
        })
    }

    fn delete_partition_index(&self, name: &TableName, index: &str) -> Result<(), CatalogError> {
        let name = rules::lowered(name);
        let call = Call::on_table("DeletePartitionIndex", &name);
        self.write(&call, &name, |entry, _| {
            let mut indexes = entry.indexes()?;
            let at = indexes.iter().position(|found| found.name == index);
            indexes.remove(at.ok_or_else(|| call.no_index(index))?);
            entry.put_indexes(&indexes)
        })
    }
}
