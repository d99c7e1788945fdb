//! What the fake holds, and which function plays which operation.

use super::error::ApiError;
use super::fault::Fault;
use super::index::Index;
use super::page::{PageRule, Pages, token};
use super::registry::Registry;
use super::{ACCOUNT, Settings};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

/// Everything there is.
#[derive(Clone, Debug)]
pub(super) struct Store {
    pub(super) settings: Settings,
    pub(super) databases: BTreeMap<String, Database>,
    pub(super) registries: BTreeMap<String, Registry>,
    /// Versions of schemas that were ever asked for.
    pub(super) count: u64,
    pages: Pages,
}

/// A database, as answers show it.
#[derive(Clone, Debug)]
pub(super) struct Database {
    pub(super) shown: Value,
    pub(super) tables: BTreeMap<String, Table>,
}

/// A table with all that hangs on it.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Number of the present version.
    pub(super) version: u64,
    /// Kept versions by number, the present one among them, as answers show them.
    pub(super) versions: BTreeMap<u64, Value>,
    /// Partitions by value, as answers show them.
    pub(super) partitions: BTreeMap<Vec<String>, Value>,
    pub(super) indexes: Vec<Index>,
}

/// A call: what was sent, and what is to go wrong inside.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) operation: &'a str,
    pub(super) input: &'a Value,
    pub(super) fault: Option<&'a Fault>,
}

type Answer = Result<Value, ApiError>;

impl Store {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            settings,
            databases: BTreeMap::new(),
            registries: BTreeMap::new(),
            count: 0,
            pages: Pages::default(),
        }
    }

    /// Does what an operation says. Its input was held against the description before.
    pub(super) fn perform(&mut self, request: Request<'_>) -> Answer {
        let catalog = request.input["CatalogId"].as_str();
        if let Some(catalog) = catalog.filter(|catalog| *catalog != ACCOUNT) {
            return Err(ApiError::new(
                "AccessDeniedException",
                format!("Catalog {catalog} is not shared with you"),
            ));
        }
        match request.operation {
            "CreateDatabase" => self.create_database(request),
            "GetDatabase" => self.get_database(request),
            "GetDatabases" => self.get_databases(request),
            "UpdateDatabase" => self.update_database(request),
            "DeleteDatabase" => self.delete_database(request),
            "CreateTable" => self.create_table(request),
            "GetTable" => self.get_table(request),
            "GetTables" => self.get_tables(request),
            "UpdateTable" => self.update_table(request),
            "DeleteTable" => self.delete_table(request),
            "GetTableVersion" => self.get_table_version(request),
            "GetTableVersions" => self.get_table_versions(request),
            "DeleteTableVersion" => self.delete_table_version(request),
            "BatchDeleteTableVersion" => self.batch_delete_table_version(request),
            "CreatePartition" => self.create_partition(request),
            "GetPartition" => self.get_partition(request),
            "GetPartitions" => self.get_partitions(request),
            "UpdatePartition" => self.update_partition(request),
            "DeletePartition" => self.delete_partition(request),
            "BatchCreatePartition" => self.batch_create_partition(request),
            "BatchUpdatePartition" => self.batch_update_partition(request),
            "BatchDeletePartition" => self.batch_delete_partition(request),
            "BatchGetPartition" => self.batch_get_partition(request),
            "CreatePartitionIndex" => self.create_partition_index(request),
            "GetPartitionIndexes" => self.get_partition_indexes(request),
            "DeletePartitionIndex" => self.delete_partition_index(request),
            "CreateRegistry" => self.create_registry(request),
            "GetRegistry" => self.get_registry(request),
            "ListRegistries" => self.list_registries(request),
            "DeleteRegistry" => self.delete_registry(request),
            "CreateSchema" => self.create_schema(request),
            "GetSchema" => self.get_schema(request),
            "ListSchemas" => self.list_schemas(request),
            "UpdateSchema" => self.update_schema(request),
            "DeleteSchema" => self.delete_schema(request),
            "RegisterSchemaVersion" => self.register_schema_version(request),
            "GetSchemaVersion" => self.get_schema_version(request),
            "GetSchemaByDefinition" => self.get_schema_by_definition(request),
            "ListSchemaVersions" => self.list_schema_versions(request),
            "DeleteSchemaVersions" => self.delete_schema_versions(request),
            "CheckSchemaVersionValidity" => self.check_schema_version_validity(request),
            "PutSchemaVersionMetadata" => self.put_schema_version_metadata(request),
            other => {
                Err(ApiError::new("UnknownOperationException", format!("this fake does not play {other}")))
            }
        }
    }

    pub(super) fn database(&mut self, name: &str) -> Result<&mut Database, ApiError> {
        let missing = ApiError::not_found(format!("Database {name} not found."));
        self.databases.get_mut(&name.to_lowercase()).ok_or(missing)
    }

    /// The table that a request names by `DatabaseName` and the member `member`.
    pub(super) fn table(&mut self, request: Request<'_>, member: &str) -> Result<&mut Table, ApiError> {
        let name = text(request.input, member);
        let missing = ApiError::not_found(format!("Table {name} not found."));
        let database = self.database(text(request.input, "DatabaseName"))?;
        database.tables.get_mut(&name.to_lowercase()).ok_or(missing)
    }

    /// The page of a list that a request asks for; `items` are asked for when it begins, and come in the order of
    /// their keys.
    pub(super) fn page(
        &mut self,
        request: Request<'_>,
        list: &str,
        items: impl FnOnce(&mut Self) -> Result<Vec<(String, Value)>, ApiError>,
    ) -> Answer {
        let rule = PageRule { size: self.settings.page_size, empty_first: self.settings.empty_first_page };
        let asked = (request.operation, request.input);
        if token(request.input).is_some() {
            return self.pages.go_on(asked, rule, list);
        }
        let mut items = items(self)?;
        items.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(self.pages.begin(asked, rule, list, items.into_iter().map(|(_, item)| item).collect()))
    }
}

impl Request<'_> {
    /// Refuses members that the real service would act on and the fake does not.
    pub(super) fn without(self, members: &[&str]) -> Result<(), ApiError> {
        match members.iter().find(|member| !self.input[**member].is_null()) {
            None => Ok(()),
            Some(member) => Err(ApiError::invalid(format!("this fake does not play {member}"))),
        }
    }

    /// What is planned to go wrong with the item `i` of a batch.
    pub(super) fn item_fault(self, i: usize) -> Result<(), ApiError> {
        match self.fault {
            Some(Fault::Items { every, error }) if i % (*every).max(1) == 0 => Err(error.clone()),
            _ => Ok(()),
        }
    }
}

/// A text of the input; empty where there is none.
pub(super) fn text<'a>(input: &'a Value, member: &str) -> &'a str {
    input[member].as_str().unwrap_or_default()
}

/// The members of an object that are not null.
pub(super) fn members(value: &Value) -> Map<String, Value> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, v)| !v.is_null())
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect()
}

/// Seconds since 1970, with a fraction, as answers give times.
pub(super) fn now() -> Value {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    // Millisecond precision, as the service's answers have.
    json!(
        f64::from(u32::try_from(since.as_secs()).unwrap_or(u32::MAX))
            + f64::from(since.subsec_millis()) / 1000.0
    )
}

/// A key that puts a list in an order that means nothing.
pub(super) fn scrambled(key: &str) -> String {
    format!("{:016x} {key}", super::page::fold(key))
}
