//! Catalogs of tables: the AWS Glue Data Catalog, and what stands in for it.
//!
//! [`Catalog`] is what `plan`, `apply` and `drift` need of one. There is one in memory, one
//! that is a folder of Glue JSON, and Glue itself behind the feature `aws`. Each behaves as
//! the Glue API does where that can be seen: names are lower case, an update names the version it was made for, batch
//! calls have a limit and answer for each item.

mod error;
mod folder;
#[cfg(feature = "aws")]
mod glue;
mod memory;
pub(crate) mod open;
mod rules;
mod value;

pub use error::{CatalogError, CatalogErrorKind};
pub use folder::FolderCatalog;
#[cfg(feature = "aws")]
pub use glue::{GlueCatalog, GlueOptions, GlueRegistry};
pub use memory::MemoryCatalog;
pub use value::{Archive, GlueDatabase, IndexState, ItemFault, PartitionIndex, StoredTable, TableName};

use lakebed_schema::artifacts::glue::{GluePartition, GlueTable};

/// Most partitions of one [`Catalog::create_partitions`] (`BatchCreatePartition`).
pub const MAX_CREATE: usize = 100;
/// Most partitions of one [`Catalog::update_partitions`] (`BatchUpdatePartition`).
pub const MAX_UPDATE: usize = 100;
/// Most partitions of one [`Catalog::delete_partitions`] (`BatchDeletePartition`).
pub const MAX_DELETE: usize = 25;
/// Most partitions of one [`Catalog::partitions_of`] (`BatchGetPartition`).
pub const MAX_GET: usize = 1000;
/// Most versions of one [`Catalog::delete_table_versions`] (`BatchDeleteTableVersion`).
pub const MAX_DELETE_VERSIONS: usize = 100;
/// Most partition indexes of a table.
pub const MAX_INDEXES: usize = 3;

/// What lakebed asks of a catalog.
///
/// Names are compared and stored in lower case. Lists come whole: an implementation turns every page. Batch calls
/// take at most the number of items that is stated, refuse more as [`CatalogErrorKind::Invalid`], and return what
/// went wrong for single items; everything else of the batch was done.
///
/// Implementations retry what is worth retrying by themselves; an error that is still
/// [retryable](CatalogError::is_retryable) was retried in vain.
pub trait Catalog: Send + Sync {
    /// How to call it in messages: "the folder catalog/", "Glue in eu-west-1".
    fn shown(&self) -> String;

    /// Which catalog it is, wherever it is called from: two names of one catalog have the same identity.
    fn identity(&self) -> String {
        self.shown()
    }

    /// A database (`GetDatabase`); none when it does not exist.
    fn database(&self, name: &str) -> Result<Option<GlueDatabase>, CatalogError>;

    /// Every database, by name (`GetDatabases`).
    fn databases(&self) -> Result<Vec<GlueDatabase>, CatalogError>;

    /// Makes a database (`CreateDatabase`).
    fn create_database(&self, database: &GlueDatabase) -> Result<(), CatalogError>;

    /// A table as it is now (`GetTable`); none when it or its database does not exist.
    fn table(&self, name: &TableName) -> Result<Option<StoredTable>, CatalogError>;

    /// Every table of a database, by name (`GetTables`).
    fn tables(&self, database: &str) -> Result<Vec<StoredTable>, CatalogError>;

    /// Makes a table (`CreateTable`); it must not exist, its database must.
    fn create_table(&self, database: &str, table: &GlueTable) -> Result<(), CatalogError>;

    /// Puts a table in the place of the one that has the version `expected` (`UpdateTable`).
    ///
    /// # Errors
    /// [`CatalogErrorKind::Conflict`] when the table has another version by now; nothing is changed then.
    fn update_table(
        &self,
        database: &str,
        table: &GlueTable,
        expected: &str,
        archive: Archive,
    ) -> Result<(), CatalogError>;

    /// Removes a table with its partitions and versions (`DeleteTable`).
    fn delete_table(&self, name: &TableName) -> Result<(), CatalogError>;

    /// Every version that is kept, newest first, the present one among them (`GetTableVersions`).
    fn table_versions(&self, name: &TableName) -> Result<Vec<StoredTable>, CatalogError>;

    /// One version (`GetTableVersion`); none when it is not kept.
    fn table_version(&self, name: &TableName, version: &str) -> Result<Option<StoredTable>, CatalogError>;

    /// Removes at most [`MAX_DELETE_VERSIONS`] versions (`BatchDeleteTableVersion`).
    fn delete_table_versions(
        &self,
        name: &TableName,
        versions: &[String],
    ) -> Result<Vec<ItemFault>, CatalogError>;

    /// Every registered partition, by value (`GetPartitions`).
    fn partitions(&self, name: &TableName) -> Result<Vec<GluePartition>, CatalogError>;

    /// Those of at most [`MAX_GET`] partitions that exist (`BatchGetPartition`), in no order.
    fn partitions_of(
        &self,
        name: &TableName,
        values: &[Vec<String>],
    ) -> Result<Vec<GluePartition>, CatalogError>;

    /// Registers at most [`MAX_CREATE`] partitions (`BatchCreatePartition`).
    fn create_partitions(
        &self,
        name: &TableName,
        partitions: &[GluePartition],
    ) -> Result<Vec<ItemFault>, CatalogError>;

    /// Replaces at most [`MAX_UPDATE`] partitions, each known by its values (`BatchUpdatePartition`).
    fn update_partitions(
        &self,
        name: &TableName,
        partitions: &[GluePartition],
    ) -> Result<Vec<ItemFault>, CatalogError>;

    /// Removes at most [`MAX_DELETE`] partitions (`BatchDeletePartition`); their files stay.
    fn delete_partitions(
        &self,
        name: &TableName,
        values: &[Vec<String>],
    ) -> Result<Vec<ItemFault>, CatalogError>;

    /// The partition indexes of a table (`GetPartitionIndexes`).
    fn partition_indexes(&self, name: &TableName) -> Result<Vec<PartitionIndex>, CatalogError>;

    /// Asks for a partition index (`CreatePartitionIndex`); Glue builds it in the background.
    fn create_partition_index(&self, name: &TableName, index: &PartitionIndex) -> Result<(), CatalogError>;

    /// Removes a partition index (`DeletePartitionIndex`).
    fn delete_partition_index(&self, name: &TableName, index: &str) -> Result<(), CatalogError>;
}
