//! A catalog that fails on request, around one that does not.

use lakebed_cli::catalog::{
    Archive, Catalog, CatalogError, CatalogErrorKind, GlueDatabase, ItemFault, PartitionIndex, StoredTable,
    TableName,
};
use lakebed_schema::artifacts::glue::{GluePartition, GlueTable};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// When a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The call is not carried out.
    Before,
    /// The call is carried out, and the answer is lost.
    After,
}

/// A fault to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Number of the call among all calls, from 0.
    pub call: usize,
    /// When it fails.
    pub moment: Moment,
    /// How.
    pub kind: CatalogErrorKind,
}

type Intrusion = Box<dyn Fn(usize, &'static str) + Send + Sync>;
type ItemFaults = Box<dyn Fn(usize, &[String]) -> Option<ItemFault> + Send + Sync>;

/// A catalog around another. It counts the calls, and fails those that it was told to.
pub struct FaultyCatalog<'a> {
    inner: &'a dyn Catalog,
    faults: Vec<Fault>,
    calls: Mutex<Vec<&'static str>>,
    before: Option<Intrusion>,
    items: Option<ItemFaults>,
}

impl<'a> FaultyCatalog<'a> {
    /// A catalog that fails at these calls.
    pub fn new(inner: &'a dyn Catalog, faults: &[Fault]) -> Self {
        Self { inner, faults: faults.to_vec(), calls: Mutex::default(), before: None, items: None }
    }

    /// Does something right before each call, of which it is told number and operation: what others do meanwhile.
    #[must_use]
    pub fn before_each(mut self, intrusion: impl Fn(usize, &'static str) + Send + Sync + 'static) -> Self {
        self.before = Some(Box::new(intrusion));
        self
    }

    /// Fails single partitions of batches that create or update: told the number of the call and the values, it says what goes wrong.
    #[must_use]
    pub fn failing_items(
        mut self,
        faults: impl Fn(usize, &[String]) -> Option<ItemFault> + Send + Sync + 'static,
    ) -> Self {
        self.items = Some(Box::new(faults));
        self
    }

    fn list(&self) -> MutexGuard<'_, Vec<&'static str>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every call so far, by operation.
    pub fn calls(&self) -> Vec<&'static str> {
        self.list().clone()
    }

    /// What goes wrong for single partitions of the next call, and the others.
    fn without_failing(&self, partitions: &[GluePartition]) -> (Vec<ItemFault>, Vec<GluePartition>) {
        let number = self.list().len();
        let (mut faults, mut others) = (Vec::new(), Vec::new());
        for partition in partitions {
            match self.items.as_ref().and_then(|items| items(number, &partition.values)) {
                Some(fault) => faults.push(fault),
                None => others.push(partition.clone()),
            }
        }
        (faults, others)
    }

    fn call<T>(
        &self,
        operation: &'static str,
        run: impl FnOnce(&dyn Catalog) -> Result<T, CatalogError>,
    ) -> Result<T, CatalogError> {
        let number = {
            let mut calls = self.list();
            calls.push(operation);
            calls.len() - 1
        };
        if let Some(before) = &self.before {
            before(number, operation);
        }
        let fault = self.faults.iter().find(|fault| fault.call == number);
        let error = |fault: &Fault| {
            let message = format!("planted at call {number}, {:?}", fault.moment);
            CatalogError::new(fault.kind, operation, "something", message)
        };
        match fault {
            Some(fault) if fault.moment == Moment::Before => Err(error(fault)),
            Some(fault) => run(self.inner).and_then(|_| Err(error(fault))),
            None => run(self.inner),
        }
    }
}

impl Catalog for FaultyCatalog<'_> {
    fn shown(&self) -> String {
        self.inner.shown()
    }

    fn identity(&self) -> String {
        self.inner.identity()
    }

    fn database(&self, name: &str) -> Result<Option<GlueDatabase>, CatalogError> {
        self.call("GetDatabase", |inner| inner.database(name))
    }

    fn databases(&self) -> Result<Vec<GlueDatabase>, CatalogError> {
        self.call("GetDatabases", |inner| inner.databases())
    }

    fn create_database(&self, database: &GlueDatabase) -> Result<(), CatalogError> {
        self.call("CreateDatabase", |inner| inner.create_database(database))
    }

    fn table(&self, name: &TableName) -> Result<Option<StoredTable>, CatalogError> {
        self.call("GetTable", |inner| inner.table(name))
    }

    fn tables(&self, database: &str) -> Result<Vec<StoredTable>, CatalogError> {
        self.call("GetTables", |inner| inner.tables(database))
    }

    fn create_table(&self, database: &str, table: &GlueTable) -> Result<(), CatalogError> {
        self.call("CreateTable", |inner| inner.create_table(database, table))
    }

    fn update_table(
        &self,
        database: &str,
        table: &GlueTable,
        expected: &str,
        archive: Archive,
    ) -> Result<(), CatalogError> {
        self.call("UpdateTable", |inner| inner.update_table(database, table, expected, archive))
    }

    fn delete_table(&self, name: &TableName) -> Result<(), CatalogError> {
        self.call("DeleteTable", |inner| inner.delete_table(name))
    }

    fn table_versions(&self, name: &TableName) -> Result<Vec<StoredTable>, CatalogError> {
        self.call("GetTableVersions", |inner| inner.table_versions(name))
    }

    fn table_version(&self, name: &TableName, version: &str) -> Result<Option<StoredTable>, CatalogError> {
        self.call("GetTableVersion", |inner| inner.table_version(name, version))
    }

    fn delete_table_versions(
        &self,
        name: &TableName,
        versions: &[String],
    ) -> Result<Vec<ItemFault>, CatalogError> {
        self.call("BatchDeleteTableVersion", |inner| inner.delete_table_versions(name, versions))
    }

    fn partitions(&self, name: &TableName) -> Result<Vec<GluePartition>, CatalogError> {
        self.call("GetPartitions", |inner| inner.partitions(name))
    }

    fn partitions_of(
        &self,
        name: &TableName,
        values: &[Vec<String>],
    ) -> Result<Vec<GluePartition>, CatalogError> {
        self.call("BatchGetPartition", |inner| inner.partitions_of(name, values))
    }

    fn create_partitions(
        &self,
        name: &TableName,
        partitions: &[GluePartition],
    ) -> Result<Vec<ItemFault>, CatalogError> {
        let (mut faults, others) = self.without_failing(partitions);
        self.call("BatchCreatePartition", |inner| {
            if !others.is_empty() {
                faults.extend(inner.create_partitions(name, &others)?);
            }
            Ok(faults)
        })
    }

    fn update_partitions(
        &self,
        name: &TableName,
        partitions: &[GluePartition],
    ) -> Result<Vec<ItemFault>, CatalogError> {
        let (mut faults, others) = self.without_failing(partitions);
        self.call("BatchUpdatePartition", |inner| {
            if !others.is_empty() {
                faults.extend(inner.update_partitions(name, &others)?);
            }
            Ok(faults)
        })
    }

    fn delete_partitions(
        &self,
        name: &TableName,
        values: &[Vec<String>],
    ) -> Result<Vec<ItemFault>, CatalogError> {
        self.call("BatchDeletePartition", |inner| inner.delete_partitions(name, values))
    }

    fn partition_indexes(&self, name: &TableName) -> Result<Vec<PartitionIndex>, CatalogError> {
        self.call("GetPartitionIndexes", |inner| inner.partition_indexes(name))
    }

    fn create_partition_index(&self, name: &TableName, index: &PartitionIndex) -> Result<(), CatalogError> {
        self.call("CreatePartitionIndex", |inner| inner.create_partition_index(name, index))
    }

    fn delete_partition_index(&self, name: &TableName, index: &str) -> Result<(), CatalogError> {
        self.call("DeletePartitionIndex", |inner| inner.delete_partition_index(name, index))
    }
}
