//! The AWS Glue Data Catalog.
//!
//! Types of the SDK stay inside of this folder.
//!
//! The SDK repeats a call whose answer was lost. A write that was done and whose answer was lost is refused the second
//! time, by the version it names or because the thing is there already: [`CatalogErrorKind::Conflict`] and
//! [`CatalogErrorKind::AlreadyExists`] can therefore be an own success, and whoever gets one reads again.

mod batch;
mod call;
mod client;
mod convert;
mod error;
mod page;
mod registry;
mod seen;

pub use client::GlueOptions;
pub use registry::GlueRegistry;

use super::{
    Archive, Catalog, CatalogError, CatalogErrorKind, GlueDatabase, ItemFault, PartitionIndex, StoredTable,
    TableName,
};
use call::Call;
use client::Connection;
use convert::Unfit;
use lakebed_schema::artifacts::glue::{GluePartition, GlueTable};

/// The Glue Data Catalog of an account and region.
///
/// Calls block the thread; inside of an asynchronous runtime they are refused.
pub struct GlueCatalog {
    connection: Connection,
}

impl GlueCatalog {
    /// Opens the catalog: reads the SDK's settings, and asks nothing of the catalog yet.
    ///
    /// # Errors
    /// No region is set.
    pub fn open(options: GlueOptions) -> Result<Self, CatalogError> {
        Ok(Self { connection: Connection::open(options)? })
    }
}

impl std::fmt::Debug for GlueCatalog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("GlueCatalog").field(self.connection.service()).finish()
    }
}

/// None where something is not there.
fn found<T>(result: Result<T, CatalogError>) -> Result<Option<T>, CatalogError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == CatalogErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A value that cannot be sent.
fn unfit(call: &Call) -> impl Fn(Unfit) -> CatalogError {
    |Unfit(text)| call.error(CatalogErrorKind::Invalid, text)
}

/// A value that came and cannot be read.
fn unreadable(call: &Call) -> impl Fn(Unfit) -> CatalogError {
    |Unfit(text)| call.error(CatalogErrorKind::Unreadable, text)
}

/// An answer without what was asked for.
fn empty(call: &Call) -> CatalogError {
    call.error(CatalogErrorKind::Unreadable, "the answer of Glue is empty")
}

/// Versions are decimal numbers, and `10` is newer than `9`.
fn by_version(table: &StoredTable) -> (std::cmp::Reverse<u64>, std::cmp::Reverse<String>) {
    (std::cmp::Reverse(table.version.parse().unwrap_or(0)), std::cmp::Reverse(table.version.clone()))
}

impl Catalog for GlueCatalog {
    fn shown(&self) -> String {
        let service = self.connection.service();
        match &service.account {
            Some(account) => format!("Glue in {} of account {account}", service.region),
            None => format!("Glue in {}", service.region),
        }
    }

    /// Region, the account when it is set, and the address when it is not that of the service.
    fn identity(&self) -> String {
        let service = self.connection.service();
        let endpoint = self.connection.endpoint().map(lakebed::store::without_user_info);
        let mut parts = vec!["glue", service.region.as_str()];
        parts.extend(service.account.as_deref());
        parts.extend(endpoint.as_deref());
        parts.join(" ")
    }

    fn database(&self, name: &str) -> Result<Option<GlueDatabase>, CatalogError> {
        let call = Call::of_database("GetDatabase", name);
        let request = self.connection.client().get_database().set_catalog_id(self.connection.catalog_id());
        let Some(answer) = found(self.connection.run(&call, request.name(name.to_lowercase()).send()))?
        else {
            return Ok(None);
        };
        answer.database().map(convert::database).map(Some).ok_or_else(|| empty(&call))
    }

    fn databases(&self) -> Result<Vec<GlueDatabase>, CatalogError> {
        let call = Call::of_databases("GetDatabases");
        let mut all = page::all(&self.connection, &call, async |next| {
            let request =
                self.connection.client().get_databases().set_catalog_id(self.connection.catalog_id());
            let page = request.set_next_token(next).send().await?;
            Ok((page.database_list, page.next_token))
        })?;
        all.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(all.iter().map(convert::database).collect())
    }

    fn create_database(&self, database: &GlueDatabase) -> Result<(), CatalogError> {
        let call = Call::of_database("CreateDatabase", &database.name);
        let input = convert::database_input(database).map_err(unfit(&call))?;
        let request = self.connection.client().create_database().set_catalog_id(self.connection.catalog_id());
        self.connection.run(&call, request.database_input(input).send()).map(|_| ())
    }

    fn table(&self, name: &TableName) -> Result<Option<StoredTable>, CatalogError> {
        let call = Call::of_table("GetTable", name);
        let request = self.connection.client().get_table().set_catalog_id(self.connection.catalog_id());
        let request = request.database_name(&name.database).name(&name.table);
        let Some(answer) = found(self.connection.run(&call, request.send()))? else { return Ok(None) };
        let table = answer.table().ok_or_else(|| empty(&call))?;
        Ok(Some(convert::stored(table, &name.database)))
    }

    fn tables(&self, database: &str) -> Result<Vec<StoredTable>, CatalogError> {
        let call = Call::of_tables("GetTables", database);
        let all = page::all(&self.connection, &call, async |next| {
            let request = self.connection.client().get_tables().set_catalog_id(self.connection.catalog_id());
            let request = request.database_name(database.to_lowercase());
            let page = request.set_next_token(next).send().await?;
            Ok((page.table_list.unwrap_or_default(), page.next_token))
        })?;
        let mut all: Vec<_> = all.iter().map(|table| convert::stored(table, database)).collect();
        all.sort_by(|one, other| one.table.name.cmp(&other.table.name));
        Ok(all)
    }

    fn create_table(&self, database: &str, table: &GlueTable) -> Result<(), CatalogError> {
        let call = Call::of_table("CreateTable", &TableName::new(database, &table.name));
        let input = convert::table_input(table).map_err(unfit(&call))?;
        let request = self.connection.client().create_table().set_catalog_id(self.connection.catalog_id());
        let request = request.database_name(database.to_lowercase()).table_input(input);
        self.connection.run(&call, request.send()).map(|_| ())
    }

    fn update_table(
        &self,
        database: &str,
        table: &GlueTable,
        expected: &str,
        archive: Archive,
    ) -> Result<(), CatalogError> {
        let call = Call::of_table("UpdateTable", &TableName::new(database, &table.name));
        if expected.is_empty() {
            // Without a version Glue would take it as "whatever is there".
            let message = "there is no version to update: read the table first";
            return Err(call.error(CatalogErrorKind::Invalid, message));
        }
        let input = convert::table_input(table).map_err(unfit(&call))?;
        let request = self.connection.client().update_table().set_catalog_id(self.connection.catalog_id());
        let request = request
            .database_name(database.to_lowercase())
            .table_input(input)
            .version_id(expected)
            .skip_archive(archive == Archive::Skip);
        self.connection.run(&call, request.send()).map(|_| ())
    }

    fn delete_table(&self, name: &TableName) -> Result<(), CatalogError> {
        let call = Call::of_table("DeleteTable", name);
        let request = self.connection.client().delete_table().set_catalog_id(self.connection.catalog_id());
        self.connection.run(&call, request.database_name(&name.database).name(&name.table).send()).map(|_| ())
    }

    fn table_versions(&self, name: &TableName) -> Result<Vec<StoredTable>, CatalogError> {
        let call = Call::of_table("GetTableVersions", name);
        let all = page::all(&self.connection, &call, async |next| {
            let request = self.connection.client().get_table_versions();
            let request = request.set_catalog_id(self.connection.catalog_id());
            let request = request.database_name(&name.database).table_name(&name.table);
            let page = request.set_next_token(next).send().await?;
            Ok((page.table_versions.unwrap_or_default(), page.next_token))
        })?;
        let version = |version| convert::version(version, &name.database).ok_or_else(|| empty(&call));
        let mut all = all.iter().map(version).collect::<Result<Vec<_>, _>>()?;
        all.sort_by_key(by_version);
        Ok(all)
    }

    fn table_version(&self, name: &TableName, version: &str) -> Result<Option<StoredTable>, CatalogError> {
        let call = Call::of_table("GetTableVersion", name);
        let request = self.connection.client().get_table_version();
        let request = request.set_catalog_id(self.connection.catalog_id());
        let request = request.database_name(&name.database).table_name(&name.table).version_id(version);
        let Some(answer) = found(self.connection.run(&call, request.send()))? else { return Ok(None) };
        let version = answer.table_version().and_then(|found| convert::version(found, &name.database));
        version.map(Some).ok_or_else(|| empty(&call))
    }

    fn delete_table_versions(
        &self,
        name: &TableName,
        versions: &[String],
    ) -> Result<Vec<ItemFault>, CatalogError> {
        batch::delete_versions(&self.connection, name, versions)
    }

    fn partitions(&self, name: &TableName) -> Result<Vec<GluePartition>, CatalogError> {
        let call = Call::of_table("GetPartitions", name);
        let all = page::all(&self.connection, &call, async |next| {
            let request = self.connection.client().get_partitions();
            let request = request.set_catalog_id(self.connection.catalog_id());
            let request = request.database_name(&name.database).table_name(&name.table);
            let page = request.set_next_token(next).send().await?;
            Ok((page.partitions.unwrap_or_default(), page.next_token))
        })?;
        let read = all.iter().map(|partition| convert::partition(partition).map_err(unreadable(&call)));
        let mut all = read.collect::<Result<Vec<_>, _>>()?;
        all.sort_by(|one, other| one.values.cmp(&other.values));
        Ok(all)
    }

    fn partitions_of(
        &self,
        name: &TableName,
        values: &[Vec<String>],
    ) -> Result<Vec<GluePartition>, CatalogError> {
        batch::get(&self.connection, name, values)
    }

    fn create_partitions(
        &self,
        name: &TableName,
        partitions: &[GluePartition],
    ) -> Result<Vec<ItemFault>, CatalogError> {
        batch::create(&self.connection, name, partitions)
    }

    fn update_partitions(
        &self,
        name: &TableName,
        partitions: &[GluePartition],
    ) -> Result<Vec<ItemFault>, CatalogError> {
        batch::update(&self.connection, name, partitions)
    }

    fn delete_partitions(
        &self,
        name: &TableName,
        values: &[Vec<String>],
    ) -> Result<Vec<ItemFault>, CatalogError> {
        batch::delete(&self.connection, name, values)
    }

    fn partition_indexes(&self, name: &TableName) -> Result<Vec<PartitionIndex>, CatalogError> {
        let call = Call::of_table("GetPartitionIndexes", name);
        let all = page::all(&self.connection, &call, async |next| {
            let request = self.connection.client().get_partition_indexes();
            let request = request.set_catalog_id(self.connection.catalog_id());
            let request = request.database_name(&name.database).table_name(&name.table);
            let page = request.set_next_token(next).send().await?;
            Ok((page.partition_index_descriptor_list.unwrap_or_default(), page.next_token))
        })?;
        all.iter().map(|index| convert::index(index).map_err(unreadable(&call))).collect()
    }

    fn create_partition_index(&self, name: &TableName, index: &PartitionIndex) -> Result<(), CatalogError> {
        let call = Call::of_table("CreatePartitionIndex", name);
        let input = convert::index_input(index).map_err(unfit(&call))?;
        let request = self.connection.client().create_partition_index();
        let request = request.set_catalog_id(self.connection.catalog_id());
        let request = request.database_name(&name.database).table_name(&name.table).partition_index(input);
        self.connection.run(&call, request.send()).map(|_| ())
    }

    fn delete_partition_index(&self, name: &TableName, index: &str) -> Result<(), CatalogError> {
        let call = Call::of_table("DeletePartitionIndex", name);
        let request = self.connection.client().delete_partition_index();
        let request = request.set_catalog_id(self.connection.catalog_id());
        let request = request.database_name(&name.database).table_name(&name.table).index_name(index);
        self.connection.run(&call, request.send()).map(|_| ())
    }
}

#[cfg(test)]
mod tests;
