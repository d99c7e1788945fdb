//! A table of the folder: its files, its version.

use super::FolderCatalog;
use super::document::{self, Durability};
use super::lock;
use super::name::file_name;
use crate::catalog::rules::{self, Call};
use crate::catalog::{CatalogError, CatalogErrorKind, IndexState, PartitionIndex, StoredTable, TableName};
use lakebed_schema::Findings;
use lakebed_schema::artifacts::glue::{GluePartition, GlueTable};
use lakebed_schema::json::Json;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Digits of the hash of a table.
const HASH: usize = 32;
/// Digits of that hash which stand in a version that is not recorded.
const MARK: usize = 8;
/// The rule by which a table is more than columns over files.
const UNSUPPORTED: &str = "import-unsupported";

/// The folder of a table.
pub(super) struct Entry<'a> {
    call: &'a Call,
    catalog: &'a FolderCatalog,
    folder: PathBuf,
    /// Name of the folder.
    folder_name: String,
}

/// A table as it stands there now.
pub(super) struct Present {
    pub(super) table: GlueTable,
    pub(super) obstacles: Vec<String>,
    /// The number of its version.
    pub(super) number: u64,
    /// The version as callers see it.
    pub(super) version: String,
    updated: Option<String>,
}

impl Present {
    pub(super) fn stored(self, database: &str) -> StoredTable {
        StoredTable {
            database: database.to_owned(),
            table: self.table,
            version: self.version,
            updated: self.updated,
            created_by: None,
            obstacles: self.obstacles,
        }
    }
}

/// What the version file says.
struct Recorded {
    number: u64,
    updated: Option<String>,
    content: String,
}

impl<'a> Entry<'a> {
    pub(super) fn new(call: &'a Call, catalog: &'a FolderCatalog, name: &TableName) -> Self {
        Self::in_folder(call, catalog, &file_name(&[&name.database]), file_name(&[&name.table]))
    }

    /// The table in that folder of the database's.
    pub(super) fn in_folder(
        call: &'a Call,
        catalog: &'a FolderCatalog,
        database: &str,
        folder_name: String,
    ) -> Self {
        Self { call, catalog, folder: catalog.folder.join(database).join(&folder_name), folder_name }
    }

    /// Whether there is a table, be it one that cannot be read.
    pub(super) fn exists(&self) -> bool {
        self.table_file().exists()
    }

    /// The table as it is now; none when there is none.
    pub(super) fn present(&self) -> Result<Option<Present>, CatalogError> {
        let Some((present, settled)) = self.look()? else { return Ok(None) };
        if settled {
            return Ok(Some(present));
        }
        // Somebody may be between the table and its version.
        let _lock = lock::shared(self.call, &self.catalog.folder)?;
        Ok(self.look()?.map(|(present, _)| present))
    }

    /// The same, for who holds the lock.
    pub(super) fn present_locked(&self) -> Result<Option<Present>, CatalogError> {
        Ok(self.look()?.map(|(present, _)| present))
    }

    /// The table, and whether it is the one that the version file was written for.
    fn look(&self) -> Result<Option<(Present, bool)>, CatalogError> {
        let file = self.table_file();
        let Some(value) = document::read(self.call, &file)? else { return Ok(None) };
        let (table, obstacles) = self.table(&file, value)?;
        let content = content(&table);
        let recorded = self.recorded()?;
        if let Some(recorded) = recorded.as_ref().filter(|recorded| recorded.content == content) {
            let (number, updated) = (recorded.number, recorded.updated.clone());
            let present = Present { table, obstacles, number, version: number.to_string(), updated };
            return Ok(Some((present, true)));
        }
        let kept = self.kept_numbers()?.last().copied();
        let last = recorded.map(|recorded| recorded.number).max(kept);
        let number = last.map_or(0, |last| last.saturating_add(1));
        let version = format!("{number}-{}", content.get(..MARK).unwrap_or(&content));
        Ok(Some((Present { table, obstacles, number, version, updated: None }, false)))
    }

    fn table(&self, file: &Path, mut value: Value) -> Result<(GlueTable, Vec<String>), CatalogError> {
        let (table, mut obstacles) = match GlueTable::from_json(&value) {
            Ok(table) => (table, Vec::new()),
            Err(found) => {
                let (obstacles, broken): (Vec<_>, Vec<_>) =
                    found.0.into_iter().partition(|finding| finding.rule == UNSUPPORTED);
                if !broken.is_empty() {
                    return Err(self.unreadable(file, &Findings(broken).to_string()));
                }
                for finding in &obstacles {
                    take_out(&mut value, finding.place.rsplit('.').next().unwrap_or_default());
                }
                let table = GlueTable::from_json(&value)
                    .map_err(|found| self.unreadable(file, &found.to_string()))?;
                let sentence =
                    |finding: lakebed_schema::Finding| format!("`{}` {}.", finding.place, finding.problem);
                (table, obstacles.into_iter().map(sentence).collect())
            }
        };
        let table = rules::kept_table(table);
        let right = file_name(&[&table.name]);
        if right != self.folder_name {
            let problem =
                format!("the table is called `{}`, and its folder `{}`", table.name, self.folder_name);
            return Err(self
                .unreadable(file, &problem)
                .with_hint(format!("call the folder `{right}`, or correct the name")));
        }
        obstacles.extend(rules::obstacles(&table));
        Ok((table, obstacles))
    }

    fn recorded(&self) -> Result<Option<Recorded>, CatalogError> {
        let file = self.folder.join("version.json");
        let Some(value) = document::read(self.call, &file)? else { return Ok(None) };
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        let number = text("VersionId").and_then(|number| number.parse().ok());
        let Some((number, content)) = number.zip(text("Content")) else {
            let problem = "expected an object with the texts `VersionId`, a whole number, and `Content`";
            return Err(self
                .unreadable(&file, problem)
                .with_hint("restore the file, or remove it: the table gets a new version then"));
        };
        let updated = text("UpdateTime").map(str::to_owned);
        Ok(Some(Recorded { number, updated, content: content.to_owned() }))
    }

    /// Puts a table in the place of the present one, for who holds the lock. The version comes last: a table without
    /// its version counts as changed by somebody, which it is.
    pub(super) fn put(&self, table: &GlueTable, number: u64) -> Result<(), CatalogError> {
        document::write(self.call, &self.table_file(), &table.to_json(), self.catalog.durability)?;
        let version = Json::object([
            ("VersionId", Json::from(number.to_string())),
            ("UpdateTime", Json::from(rules::now())),
            ("Content", Json::from(content(table))),
        ]);
        document::write(self.call, &self.folder.join("version.json"), &version, self.catalog.durability)
    }

    /// Removes what belongs to the table, and the folder if nothing else is in it. The table itself goes first:
    /// what a killed call leaves of the rest belongs to nothing.
    pub(super) fn clear(&self) -> Result<bool, CatalogError> {
        let existed = document::remove(self.call, &self.table_file())?;
        for file in ["version.json", "indexes.json", ".lakebed.tmp"] {
            document::remove(self.call, &self.folder.join(file))?;
        }
        for folder in ["versions", "partitions"].map(|name| self.folder.join(name)) {
            for name in document::names(self.call, &folder, ".json")? {
                document::remove(self.call, &folder.join(format!("{name}.json")))?;
            }
            document::remove(self.call, &folder.join(".lakebed.tmp"))?;
            // Files of others keep their folder.
            let _ = fs::remove_dir(&folder);
        }
        let _ = fs::remove_dir(&self.folder);
        Ok(existed)
    }

    /// Numbers of the versions before the recorded one that are kept, in order.
    fn kept_numbers(&self) -> Result<Vec<u64>, CatalogError> {
        let names = document::names(self.call, &self.folder.join("versions"), ".json")?;
        let mut numbers: Vec<u64> = names.iter().filter_map(|name| name.parse().ok()).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Versions before the present one that are kept, oldest first.
    pub(super) fn kept(&self, database: &str, present: u64) -> Result<Vec<StoredTable>, CatalogError> {
        let numbers = self.kept_numbers()?.into_iter().filter(|number| *number < present);
        // Somebody may have removed one since.
        numbers.filter_map(|number| self.kept_one(database, number).transpose()).collect()
    }

    /// A version that is kept; none when it is not.
    pub(super) fn kept_one(&self, database: &str, number: u64) -> Result<Option<StoredTable>, CatalogError> {
        let file = self.version_file(number);
        let Some(value) = document::read(self.call, &file)? else { return Ok(None) };
        let updated = value.get("Table").and_then(|table| table.get("UpdateTime"));
        let updated = updated.and_then(Value::as_str).map(str::to_owned);
        let (table, obstacles) = self.table(&file, value)?;
        let version = number.to_string();
        Ok(Some(Present { table, obstacles, number, version, updated }.stored(database)))
    }

    /// Keeps a version, in the form of an answer of `aws glue get-table-version`.
    pub(super) fn keep(&self, present: &Present) -> Result<(), CatalogError> {
        let mut table = present.table.to_json();
        if let Some(updated) = &present.updated {
            table.set("UpdateTime", updated);
        }
        let number = Json::from(present.number.to_string());
        let json = Json::object([("VersionId", number), ("Table", table)]);
        document::write(self.call, &self.version_file(present.number), &json, self.catalog.durability)
    }

    /// Removes a version that is kept; false when it is not.
    pub(super) fn forget(&self, number: u64) -> Result<bool, CatalogError> {
        document::remove(self.call, &self.version_file(number))
    }

    /// Every partition, by value.
    pub(super) fn partitions(&self) -> Result<Vec<GluePartition>, CatalogError> {
        let mut partitions = Vec::new();
        for name in document::names(self.call, &self.folder.join("partitions"), ".json")? {
            partitions.extend(self.read_partition(&name)?);
        }
        partitions.sort_by(|one, other| one.values.cmp(&other.values));
        Ok(partitions)
    }

    /// A partition; none when it is not there.
    pub(super) fn partition(&self, values: &[String]) -> Result<Option<GluePartition>, CatalogError> {
        self.read_partition(&file_name(values))
    }

    fn read_partition(&self, name: &str) -> Result<Option<GluePartition>, CatalogError> {
        let file = self.folder.join("partitions").join(format!("{name}.json"));
        let Some(value) = document::read(self.call, &file)? else { return Ok(None) };
        let partition = value.get("Partition").unwrap_or(&value);
        let partition = GluePartition::from_json(partition)
            .map_err(|found| self.unreadable(&file, &found.to_string()))?;
        let right = file_name(&partition.values);
        if right != name {
            let problem = format!("the name of the file does not fit the values {:?}", partition.values);
            return Err(self
                .unreadable(&file, &problem)
                .with_hint(format!("call the file `{right}.json`, or correct its values")));
        }
        Ok(Some(rules::kept_partition(partition)))
    }

    pub(super) fn has_partition(&self, values: &[String]) -> bool {
        self.partition_file(values).exists()
    }

    pub(super) fn put_partition(&self, partition: &GluePartition) -> Result<(), CatalogError> {
        let file = self.partition_file(&partition.values);
        document::write(self.call, &file, &partition.to_json(), Durability::Written)
    }

    /// Removes a partition; false when it was not there.
    pub(super) fn remove_partition(&self, values: &[String]) -> Result<bool, CatalogError> {
        document::remove(self.call, &self.partition_file(values))
    }

    pub(super) fn indexes(&self) -> Result<Vec<PartitionIndex>, CatalogError> {
        let file = self.indexes_file();
        let Some(value) = document::read(self.call, &file)? else { return Ok(Vec::new()) };
        let index = |value: &Value| {
            let name = value.get("IndexName")?.as_str()?.to_owned();
            let keys = value.get("Keys")?.as_array()?;
            let keys = keys.iter().map(|key| Some(key.as_str()?.to_lowercase())).collect::<Option<_>>()?;
            Some(PartitionIndex { name, keys, state: IndexState::Active })
        };
        let indexes = value.as_array().and_then(|list| list.iter().map(index).collect());
        indexes.ok_or_else(|| {
            self.unreadable(
                &file,
                "expected a list of objects with `IndexName`, a text, and `Keys`, a list of texts",
            )
        })
    }

    pub(super) fn put_indexes(&self, indexes: &[PartitionIndex]) -> Result<(), CatalogError> {
        if indexes.is_empty() {
            return document::remove(self.call, &self.indexes_file()).map(|_| ());
        }
        let json = Json::list(indexes.iter().map(|index| {
            Json::object([("IndexName", Json::from(&index.name)), ("Keys", Json::list(&index.keys))])
        }));
        document::write(self.call, &self.indexes_file(), &json, self.catalog.durability)
    }

    fn unreadable(&self, file: &Path, problem: &str) -> CatalogError {
        self.call
            .error(CatalogErrorKind::Unreadable, format!("{}: {problem}", file.display()))
            .with_hint("correct the file or restore it from version control, then run the command again")
    }

    fn table_file(&self) -> PathBuf {
        self.folder.join("table.json")
    }

    fn version_file(&self, number: u64) -> PathBuf {
        self.folder.join("versions").join(format!("{number}.json"))
    }

    fn partition_file(&self, values: &[String]) -> PathBuf {
        self.folder.join("partitions").join(format!("{}.json", file_name(values)))
    }

    fn indexes_file(&self) -> PathBuf {
        self.folder.join("indexes.json")
    }
}

/// The hash of a table, whatever the white space and the order in its file.
fn content(table: &GlueTable) -> String {
    let hash = blake3::hash(table.to_json().to_text().as_bytes()).to_hex();
    hash.chars().take(HASH).collect()
}

/// Takes a member out of every object, however deep, but for parameters.
fn take_out(value: &mut Value, key: &str) {
    match value {
        Value::Object(members) => {
            members.remove(key);
            let parts = members.iter_mut().filter(|(name, _)| *name != "Parameters");
            parts.for_each(|(_, value)| take_out(value, key));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| take_out(value, key)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
