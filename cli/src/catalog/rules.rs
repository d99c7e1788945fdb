//! What catalogs without a service behind them refuse, as the Glue API would, and the form in which they keep things.

use super::{
    CatalogError, CatalogErrorKind, GlueDatabase, IndexState, ItemFault, MAX_INDEXES, PartitionIndex,
    TableName,
};
use chrono::{DateTime, SecondsFormat, Utc};
use lakebed_schema::artifacts::glue::{GlueColumn, GluePartition, GlueStorage, GlueTable, MAX_DESCRIPTION};
use lakebed_schema::hive_type::HiveType;
use std::time::SystemTime;

/// Longest name of a database or index.
const MAX_NAME: usize = 255;
/// Longest location of a database.
const MAX_LOCATION: usize = 1024;
/// Longest value of a partition key.
const MAX_VALUE: usize = 1024;

/// A call that is going on: what its errors are about.
pub(super) struct Call {
    operation: &'static str,
    subject: String,
}

impl Call {
    pub(super) fn on_database(operation: &'static str, database: &str) -> Self {
        Self { operation, subject: format!("database `{}`", database.to_lowercase()) }
    }

    pub(super) fn on_catalog(operation: &'static str, catalog: String) -> Self {
        Self { operation, subject: catalog }
    }

    pub(super) fn on_table(operation: &'static str, name: &TableName) -> Self {
        Self { operation, subject: format!("table `{name}`") }
    }

    pub(super) fn error(&self, kind: CatalogErrorKind, message: impl Into<String>) -> CatalogError {
        CatalogError::new(kind, self.operation, &self.subject, message)
    }

    pub(super) fn no_database(&self, database: &str) -> CatalogError {
        self.error(CatalogErrorKind::NotFound, format!("there is no database `{}`", database.to_lowercase()))
    }

    pub(super) fn no_table(&self, name: &TableName) -> CatalogError {
        self.error(CatalogErrorKind::NotFound, format!("there is no table `{name}`"))
    }

    pub(super) fn exists(&self) -> CatalogError {
        self.error(CatalogErrorKind::AlreadyExists, "it exists already")
    }

    fn invalid(&self, message: impl Into<String>) -> CatalogError {
        self.error(CatalogErrorKind::Invalid, message)
    }

    /// Refuses a batch that is larger than the API takes.
    pub(super) fn at_most(&self, max: usize, found: usize) -> Result<(), CatalogError> {
        if found > max {
            return Err(self.invalid(format!("{found} items in one call, and it takes at most {max}")));
        }
        Ok(())
    }

    /// Refuses an update that was made for another version.
    pub(super) fn expect(&self, expected: &str, found: &str) -> Result<(), CatalogError> {
        if expected != found {
            let message =
                format!("the update was made for version {expected}, and the table has version {found}");
            return Err(self.error(CatalogErrorKind::Conflict, message));
        }
        Ok(())
    }

    /// The database as it is kept, if it may be.
    pub(super) fn database(&self, database: &GlueDatabase) -> Result<GlueDatabase, CatalogError> {
        self.name("database", &database.name)?;
        let length = |text: &Option<String>| text.as_deref().map_or(0, length);
        if length(&database.description) > MAX_DESCRIPTION {
            return Err(self.invalid(format!("its description has more than {MAX_DESCRIPTION} characters")));
        }
        if database.location.as_deref() == Some("") || length(&database.location) > MAX_LOCATION {
            return Err(self.invalid(format!("its location has 1 to {MAX_LOCATION} characters")));
        }
        Ok(GlueDatabase { name: database.name.to_lowercase(), ..database.clone() })
    }

    /// The table as it is kept, if it may be.
    pub(super) fn table(&self, table: &GlueTable) -> Result<GlueTable, CatalogError> {
        table.check().map_err(|found| self.invalid(found.to_string()))?;
        Ok(kept_table(table.clone()))
    }

    /// Refuses new partition keys under an index: they are frozen from its making on.
    pub(super) fn keys_free(
        &self,
        old: &GlueTable,
        new: &GlueTable,
        indexes: &[PartitionIndex],
    ) -> Result<(), CatalogError> {
        let keys = |table: &GlueTable| -> Vec<(String, String)> {
            table.partition_keys.iter().map(|key| (key.name.clone(), key.ty.clone())).collect()
        };
        match indexes.first() {
            Some(index) if keys(old) != keys(new) => Err(self.invalid(format!(
                "names, types and order of the partition keys cannot change while there is the partition index `{}`",
                index.name
            ))),
            Some(_) | None => Ok(()),
        }
    }

    /// Refuses values that cannot be those of a partition of the table.
    fn values(&self, keys: &[GlueColumn], values: &[String]) -> Result<(), CatalogError> {
        if values.len() != keys.len() {
            let message = format!(
                "the partition {values:?} has {} values, and the table has {} partition keys",
                values.len(),
                keys.len()
            );
            return Err(self.invalid(message));
        }
        for (key, value) in keys.iter().zip(values) {
            let found = length(value);
            if found == 0 || found > MAX_VALUE {
                let message = format!(
                    "the value of `{}` in a partition has {found} characters, and values have 1 to {MAX_VALUE}",
                    key.name
                );
                return Err(self.invalid(message));
            }
        }
        Ok(())
    }

    /// The partition as it is kept, if it may be.
    fn partition(
        &self,
        keys: &[GlueColumn],
        partition: &GluePartition,
    ) -> Result<GluePartition, CatalogError> {
        self.values(keys, &partition.values)?;
        // Its descriptor has the limits of a table's.
        let limits = GlueTable {
            name: "partition".to_owned(),
            columns: partition.columns.clone(),
            storage: partition.storage.clone(),
            parameters: partition.parameters.clone(),
            ..GlueTable::default()
        };
        limits.check().map_err(|found| {
            self.invalid(format!("the partition {:?} is not valid\n{found}", partition.values))
        })?;
        Ok(kept_partition(partition.clone()))
    }

    /// Every partition of a batch as it is kept; the batch is refused when one may not be.
    pub(super) fn partitions(
        &self,
        table: &GlueTable,
        partitions: &[GluePartition],
    ) -> Result<Vec<GluePartition>, CatalogError> {
        partitions.iter().map(|partition| self.partition(&table.partition_keys, partition)).collect()
    }

    /// The index as it is kept, if it may be added to those that are there.
    pub(super) fn index(
        &self,
        table: &GlueTable,
        indexes: &[PartitionIndex],
        index: &PartitionIndex,
    ) -> Result<PartitionIndex, CatalogError> {
        self.name("partition index", &index.name)?;
        if indexes.iter().any(|other| other.name == index.name) {
            return Err(self.error(
                CatalogErrorKind::AlreadyExists,
                format!("the partition index `{}` exists already", index.name),
            ));
        }
        if indexes.len() >= MAX_INDEXES {
            return Err(self.error(
                CatalogErrorKind::Limit,
                format!("the table has {MAX_INDEXES} partition indexes, and there cannot be more"),
            ));
        }
        if index.keys.is_empty() {
            return Err(self.invalid(format!("the partition index `{}` has no keys", index.name)));
        }
        let keys: Vec<String> = index.keys.iter().map(|key| key.to_lowercase()).collect();
        for (i, key) in keys.iter().enumerate() {
            let Some(column) = table.partition_keys.iter().find(|column| column.name == *key) else {
                return Err(self.invalid(format!("`{key}` is no partition key of the table")));
            };
            if keys.iter().take(i).any(|before| before == key) {
                return Err(self.invalid(format!("the partition index `{}` names `{key}` twice", index.name)));
            }
            if !indexable(&column.ty) {
                return Err(self.invalid(format!(
                    "the partition key `{key}` is {}, and indexes are over string and whole numbers",
                    column.ty
                )));
            }
        }
        Ok(PartitionIndex { keys, state: IndexState::Active, ..index.clone() })
    }

    /// That an index to remove is not there.
    pub(super) fn no_index(&self, index: &str) -> CatalogError {
        self.error(CatalogErrorKind::NotFound, format!("the table has no partition index `{index}`"))
    }

    fn name(&self, what: &str, name: &str) -> Result<(), CatalogError> {
        let found = length(name);
        if found == 0 || found > MAX_NAME || name.contains(['\n', '\r']) {
            return Err(self.invalid(format!(
                "the name of a {what} has 1 to {MAX_NAME} characters on one line, and this one has {found}"
            )));
        }
        Ok(())
    }
}

pub(super) fn lowered(name: &TableName) -> TableName {
    TableName::new(&name.database, &name.table)
}

/// A table in the form in which it is kept.
pub(super) fn kept_table(mut table: GlueTable) -> GlueTable {
    table.name = table.name.to_lowercase();
    lower(&mut table.columns);
    lower(&mut table.partition_keys);
    no_buckets(&mut table.storage);
    table
}

/// Why a table must not be updated, as far as it can be seen in what is kept of it.
pub(super) fn obstacles(table: &GlueTable) -> Vec<String> {
    let format = table.parameters.get("table_type");
    let iceberg = format.filter(|format| format.eq_ignore_ascii_case("ICEBERG"));
    let sentence = |_| "It is an Iceberg table: its metadata stand in files of their own.".to_owned();
    iceberg.map(sentence).into_iter().collect()
}

/// A partition in the form in which it is kept.
pub(super) fn kept_partition(mut partition: GluePartition) -> GluePartition {
    lower(&mut partition.columns);
    no_buckets(&mut partition.storage);
    partition
}

/// A partition that cannot be made, since it is there.
pub(super) fn partition_exists(values: &[String]) -> ItemFault {
    ItemFault {
        item: values.to_vec(),
        kind: CatalogErrorKind::AlreadyExists,
        message: "the partition exists already".to_owned(),
    }
}

/// A partition that cannot be changed or removed, since it is not there.
pub(super) fn no_partition(values: &[String]) -> ItemFault {
    ItemFault {
        item: values.to_vec(),
        kind: CatalogErrorKind::NotFound,
        message: "there is no such partition".to_owned(),
    }
}

/// What stands in the way of removing a version.
pub(super) fn version_fault(version: &str, present: &str) -> ItemFault {
    let (kind, message) = if version == present {
        (CatalogErrorKind::Invalid, "the present version cannot be removed")
    } else {
        (CatalogErrorKind::NotFound, "there is no such version")
    };
    ItemFault { item: vec![version.to_owned()], kind, message: message.to_owned() }
}

/// The time, as RFC 3339 in UTC.
pub(super) fn now() -> String {
    DateTime::<Utc>::from(SystemTime::now()).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// As the service counts: UTF-16 units.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The catalog folds the names of columns, but not those inside a type.
fn lower(columns: &mut [GlueColumn]) {
    for column in columns {
        column.name = column.name.to_lowercase();
    }
}

/// No buckets are written as Athena writes them.
fn no_buckets(storage: &mut GlueStorage) {
    if storage.number_of_buckets < 1 {
        storage.number_of_buckets = -1;
    }
}

fn indexable(ty: &str) -> bool {
    matches!(
        ty.parse::<HiveType>(),
        Ok(HiveType::String | HiveType::TinyInt | HiveType::SmallInt | HiveType::Int | HiveType::BigInt)
    )
}
