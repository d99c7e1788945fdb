//! A catalog in memory.

use super::rules::{self, Call};
use super::{
    Archive, Catalog, CatalogError, GlueDatabase, ItemFault, MAX_CREATE, MAX_DELETE, MAX_DELETE_VERSIONS,
    MAX_GET, MAX_UPDATE, PartitionIndex, StoredTable, TableName,
};
use lakebed_schema::artifacts::glue::{GluePartition, GlueTable};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A catalog that lives as long as the value: for tests, and for trying things.
///
/// ```
/// use lakebed_cli::catalog::{Archive, Catalog, GlueDatabase, MemoryCatalog, TableName};
/// use lakebed_schema::artifacts::glue::GlueTable;
///
/// let catalog = MemoryCatalog::new();
/// catalog.create_database(&GlueDatabase::new("traffic"))?;
/// let table = GlueTable { name: "measurement".into(), ..GlueTable::default() };
/// catalog.create_table("traffic", &table)?;
/// catalog.update_table("traffic", &table, "0", Archive::Keep)?;
/// let stored = catalog.table(&TableName::new("traffic", "measurement"))?.expect("it was made");
/// assert_eq!(stored.version, "1");
/// # Ok::<(), lakebed_cli::catalog::CatalogError>(())
/// ```
#[derive(Debug, Default)]
pub struct MemoryCatalog {
    databases: Mutex<BTreeMap<String, Database>>,
}

#[derive(Debug)]
struct Database {
    database: GlueDatabase,
    tables: BTreeMap<String, Entry>,
}

#[derive(Debug)]
struct Entry {
    /// The number of the present version.
    version: u64,
    /// Versions that are kept, the present one among them.
    versions: BTreeMap<u64, Version>,
    partitions: BTreeMap<Vec<String>, GluePartition>,
    indexes: Vec<PartitionIndex>,
}

#[derive(Debug)]
struct Version {
    table: GlueTable,
    updated: String,
}

impl Version {
    fn new(table: GlueTable) -> Self {
        Self { table, updated: rules::now() }
    }

    fn stored(&self, database: &str, version: u64) -> StoredTable {
        StoredTable {
            database: database.to_owned(),
            table: self.table.clone(),
            version: version.to_string(),
            updated: Some(self.updated.clone()),
            created_by: None,
            obstacles: rules::obstacles(&self.table),
        }
    }
}

impl Entry {
    fn present(&self) -> Option<&Version> {
        self.versions.get(&self.version)
    }

    fn table(&self) -> GlueTable {
        self.present().map(|version| version.table.clone()).unwrap_or_default()
    }
}

type Databases = BTreeMap<String, Database>;

impl MemoryCatalog {
    /// A catalog with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, Databases> {
        // Nothing panics between two changes that belong together.
        self.databases.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with a table that must exist.
    fn with<T>(
        &self,
        call: &Call,
        name: &TableName,
        act: impl FnOnce(&mut Entry) -> Result<T, CatalogError>,
    ) -> Result<T, CatalogError> {
        let mut databases = self.lock();
        let entry =
            databases.get_mut(&name.database).and_then(|database| database.tables.get_mut(&name.table));
        act(entry.ok_or_else(|| call.no_table(name))?)
    }
}

impl Catalog for MemoryCatalog {
    fn shown(&self) -> String {
        "memory".to_owned()
    }

    fn database(&self, name: &str) -> Result<Option<GlueDatabase>, CatalogError> {
        Ok(self.lock().get(&name.to_lowercase()).map(|found| found.database.clone()))
    }

    fn databases(&self) -> Result<Vec<GlueDatabase>, CatalogError> {
        Ok(self.lock().values().map(|found| found.database.clone()).collect())
    }

    fn create_database(&self, database: &GlueDatabase) -> Result<(), CatalogError> {
        let call = Call::on_database("CreateDatabase", &database.name);
        let database = call.database(database)?;
        let mut databases = self.lock();
        if databases.contains_key(&database.name) {
            return Err(call.exists());
        }
        databases.insert(database.name.clone(), Database { database, tables: BTreeMap::new() });
        Ok(())
    }

    fn table(&self, name: &TableName) -> Result<Option<StoredTable>, CatalogError> {
        let name = rules::lowered(name);
        let databases = self.lock();
        let entry = databases.get(&name.database).and_then(|found| found.tables.get(&name.table));
        Ok(entry.and_then(|entry| Some(entry.present()?.stored(&name.database, entry.version))))
    }

    fn tables(&self, database: &str) -> Result<Vec<StoredTable>, CatalogError> {
        let call = Call::on_database("GetTables", database);
        let database = database.to_lowercase();
        let databases = self.lock();
        let found = databases.get(&database).ok_or_else(|| call.no_database(&database))?;
        let stored = |entry: &Entry| Some(entry.present()?.stored(&database, entry.version));
        Ok(found.tables.values().filter_map(stored).collect())
    }

    fn create_table(&self, database: &str, table: &GlueTable) -> Result<(), CatalogError> {
        let call = Call::on_table("CreateTable", &TableName::new(database, &table.name));
        let table = call.table(table)?;
        let mut databases = self.lock();
        let found = databases.get_mut(&database.to_lowercase()).ok_or_else(|| call.no_database(database))?;
        if found.tables.contains_key(&table.name) {
            return Err(call.exists());
        }
        let entry =
            Entry { version: 0, versions: BTreeMap::new(), partitions: BTreeMap::new(), indexes: Vec::new() };
        let entry = found.tables.entry(table.name.clone()).or_insert(entry);
        entry.versions.insert(0, Version::new(table));
        Ok(())
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
        self.with(&call, &name, |entry| {
            call.expect(expected, &entry.version.to_string())?;
            call.keys_free(&entry.table(), &table, &entry.indexes)?;
            if archive == Archive::Skip {
                entry.versions.remove(&entry.version);
            }
            entry.version += 1;
            entry.versions.insert(entry.version, Version::new(table));
            Ok(())
        })
    }

    fn delete_table(&self, name: &TableName) -> Result<(), CatalogError> {
        let name = rules::lowered(name);
        let call = Call::on_table("DeleteTable", &name);
        let mut databases = self.lock();
        let removed = databases.get_mut(&name.database).and_then(|found| found.tables.remove(&name.table));
        removed.map(|_| ()).ok_or_else(|| call.no_table(&name))
    }

    fn table_versions(&self, name: &TableName) -> Result<Vec<StoredTable>, CatalogError> {
        let name = rules::lowered(name);
        self.with(&Call::on_table("GetTableVersions", &name), &name, |entry| {
            let stored = |(number, version): (&u64, &Version)| version.stored(&name.database, *number);
            Ok(entry.versions.iter().rev().map(stored).collect())
        })
    }

    fn table_version(&self, name: &TableName, version: &str) -> Result<Option<StoredTable>, CatalogError> {
        let name = rules::lowered(name);
        let databases = self.lock();
        let entry = databases.get(&name.database).and_then(|found| found.tables.get(&name.table));
        let mut versions = entry.iter().flat_map(|entry| &entry.versions);
        let found = versions.find(|(number, _)| number.to_string() == version);
        Ok(found.map(|(number, found)| found.stored(&name.database, *number)))
    }

    fn delete_table_versions(
        &self,
        name: &TableName,
        versions: &[String],
    ) -> Result<Vec<ItemFault>, CatalogError> {
        let name = rules::lowered(name);
        let call = Call::on_table("BatchDeleteTableVersion", &name);
        call.at_most(MAX_DELETE_VERSIONS, versions.len())?;
        self.with(&call, &name, |entry| {
            let present = entry.version.to_string();
            let mut faults = Vec::new();
            for version in versions {
                let number = entry.versions.keys().copied().find(|kept| kept.to_string() == *version);
                match number.filter(|_| *version != present) {
                    Some(number) => drop(entry.versions.remove(&number)),
                    None => faults.push(rules::version_fault(version, &present)),
                }
            }
            Ok(faults)
        })
    }

    fn partitions(&self, name: &TableName) -> Result<Vec<GluePartition>, CatalogError> {
        let name = rules::lowered(name);
        self.with(&Call::on_table("GetPartitions", &name), &name, |entry| {
            Ok(entry.partitions.values().cloned().collect())
        })
    }

    fn partitions_of(
        &self,
        name: &TableName,
        values: &[Vec<String>],
    ) -> Result<Vec<GluePartition>, CatalogError> {
        let name = rules::lowered(name);
        let call = Call::on_table("BatchGetPartition", &name);
        call.at_most(MAX_GET, values.len())?;
        self.with(&call, &name, |entry| {
            let wanted: BTreeSet<_> = values.iter().collect();
            Ok(wanted.into_iter().filter_map(|values| entry.partitions.get(values).cloned()).collect())
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
        self.with(&call, &name, |entry| {
            let mut faults = Vec::new();
            for partition in call.partitions(&entry.table(), partitions)? {
                if entry.partitions.contains_key(&partition.values) {
                    faults.push(rules::partition_exists(&partition.values));
                } else {
                    entry.partitions.insert(partition.values.clone(), partition);
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
        self.with(&call, &name, |entry| {
            let mut faults = Vec::new();
            for partition in call.partitions(&entry.table(), partitions)? {
                match entry.partitions.get_mut(&partition.values) {
                    Some(old) => *old = partition,
                    None => faults.push(rules::no_partition(&partition.values)),
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
        self.with(&call, &name, |entry| {
            let gone = values.iter().filter(|values| entry.partitions.remove(*values).is_none());
            Ok(gone.map(|values| rules::no_partition(values)).collect())
        })
    }

    fn partition_indexes(&self, name: &TableName) -> Result<Vec<PartitionIndex>, CatalogError> {
        let name = rules::lowered(name);
        self.with(&Call::on_table("GetPartitionIndexes", &name), &name, |entry| Ok(entry.indexes.clone()))
    }

    fn create_partition_index(&self, name: &TableName, index: &PartitionIndex) -> Result<(), CatalogError> {
        let name = rules::lowered(name);
        let call = Call::on_table("CreatePartitionIndex", &name);
        self.with(&call, &name, |entry| {
            let index = call.index(&entry.table(), &entry.indexes, index)?;
            entry.indexes.push(index);
            Ok(())
        })
    }

    fn delete_partition_index(&self, name: &TableName, index: &str) -> Result<(), CatalogError> {
        let name = rules::lowered(name);
        let call = Call::on_table("DeletePartitionIndex", &name);
        self.with(&call, &name, |entry| {
            let at = entry.indexes.iter().position(|found| found.name == index);
            entry.indexes.remove(at.ok_or_else(|| call.no_index(index))?);
            Ok(())
        })
    }
}
