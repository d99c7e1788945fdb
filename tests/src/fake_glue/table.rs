//! Tables.

use super::check::stored_table;
use super::error::ApiError;
use super::index::Index;
use super::store::{Request, Store, Table, now, scrambled, text};
use super::{ACCOUNT, NEW_MEMBER};
use serde_json::{Value, json};
use std::collections::BTreeMap;

type Answer = Result<Value, ApiError>;

impl Store {
    pub(super) fn create_table(&mut self, request: Request<'_>) -> Answer {
        request.without(&["TransactionId", "OpenTableFormatInput", "Name"])?;
        let reads = self.settings.index_reads;
        let database_name = text(request.input, "DatabaseName").to_lowercase();
        let database = self.database(&database_name)?;
        let input = stored_table(&request.input["TableInput"])?;
        let name = text(&input, "Name").to_owned();
        if database.tables.contains_key(&name) {
            return Err(ApiError::exists("Table already exists."));
        }
        let mut indexes = Vec::new();
        for index in request.input["PartitionIndexes"].as_array().into_iter().flatten() {
            let index = Index::new(index, &input, &indexes, reads)?;
            indexes.push(index);
        }
        let shown = shown(input, &database_name, 0, &now());
        let versions = BTreeMap::from([(0, shown)]);
        database.tables.insert(name, Table { version: 0, versions, partitions: BTreeMap::new(), indexes });
        Ok(json!({}))
    }

    pub(super) fn get_table(&mut self, request: Request<'_>) -> Answer {
        request.without(&["TransactionId", "QueryAsOfTime", "IncludeStatusDetails"])?;
        Ok(json!({ "Table": self.table(request, "Name")?.shown() }))
    }

    pub(super) fn get_tables(&mut self, request: Request<'_>) -> Answer {
        let unplayed =
            ["Expression", "TransactionId", "QueryAsOfTime", "IncludeStatusDetails", "AttributesToGet"];
        request.without(&unplayed)?;
        self.page(request, "TableList", |store| {
            let database = store.database(text(request.input, "DatabaseName"))?;
            let all: Vec<_> = database
                .tables
                .iter()
                .map(|(name, table)| (scrambled(name), table.shown().clone()))
                .collect();
            Ok(all)
        })
    }

    pub(super) fn update_table(&mut self, request: Request<'_>) -> Answer {
        request.without(&[
            "Name",
            "TransactionId",
            "ViewUpdateAction",
            "Force",
            "UpdateOpenTableFormatInput",
        ])?;
        let most = self.settings.most_versions;
        let database = text(request.input, "DatabaseName").to_lowercase();
        let input = stored_table(&request.input["TableInput"])?;
        let name = text(&input, "Name").to_owned();
        let missing = ApiError::not_found(format!("Table {name} not found."));
        let table = self.database(&database)?.tables.get_mut(&name).ok_or(missing)?;

        if let Some(expected) = request.input["VersionId"].as_str()
            && expected != table.version.to_string()
        {
            let message = "Update table failed due to concurrent modifications.";
            return Err(ApiError::new("ConcurrentModificationException", message));
        }
        let keys = |table: &Value| -> Vec<(String, String)> {
            let keys = table["PartitionKeys"].as_array().into_iter().flatten();
            keys.map(|key| (text(key, "Name").to_owned(), text(key, "Type").to_owned())).collect()
        };
        if !table.indexes.is_empty() && keys(&input) != keys(table.shown()) {
            return Err(ApiError::invalid(
                "Partition keys cannot be changed while the table has a partition index",
            ));
        }
        let skips = request.input["SkipArchive"] == json!(true);
        if !skips && table.versions.len() >= most {
            return Err(ApiError::new(
                "ResourceNumberLimitExceededException",
                format!("Number of TABLE_VERSION resources exceeds the account limit {most}"),
            ));
        }
        let shown = shown(input, &database, table.version + 1, &table.shown()["CreateTime"]);
        if skips {
            table.versions.remove(&table.version);
        }
        table.version += 1;
        table.versions.insert(table.version, shown);
        Ok(json!({}))
    }

    pub(super) fn delete_table(&mut self, request: Request<'_>) -> Answer {
        request.without(&["TransactionId"])?;
        self.table(request, "Name")?;
        let name = text(request.input, "Name").to_lowercase();
        self.database(text(request.input, "DatabaseName"))?.tables.remove(&name);
        Ok(json!({}))
    }
}

impl Table {
    /// The present version, as answers show it.
    pub(super) fn shown(&self) -> &Value {
        &self.versions[&self.version]
    }
}

/// What answers show besides what was sent.
fn shown(mut table: Value, database: &str, version: u64, created: &Value) -> Value {
    table["DatabaseName"] = json!(database);
    table["CreateTime"] = created.clone();
    table["UpdateTime"] = now();
    table["CreatedBy"] = json!(format!("arn:aws:sts::{ACCOUNT}:assumed-role/deploy/ci"));
    table["IsRegisteredWithLakeFormation"] = json!(false);
    table["CatalogId"] = json!(ACCOUNT);
    table["VersionId"] = json!(version.to_string());
    table["IsMultiDialectView"] = json!(false);
    table["IsMaterializedView"] = json!(false);
    table[NEW_MEMBER] = json!(["something"]);
    table
}
