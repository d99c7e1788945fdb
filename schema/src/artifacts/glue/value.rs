//! The plain value, and the form in which two of them are compared.

use crate::hive_type::HiveType;
use crate::json::Json;
use std::collections::BTreeMap;

/// A table of the catalog. Its owner, its times and its versions are the catalog's business and not part of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GlueTable {
    /// Name.
    pub name: String,
    /// What the table holds.
    pub description: Option<String>,
    /// Columns of the files, in order.
    pub columns: Vec<GlueColumn>,
    /// Partition keys, in path order.
    pub partition_keys: Vec<GlueColumn>,
    /// Parameters of the table.
    pub parameters: BTreeMap<String, String>,
    /// Where and how the files are.
    pub storage: GlueStorage,
    /// `EXTERNAL_TABLE`, `VIRTUAL_VIEW` and others.
    pub table_type: Option<String>,
    /// Retention as the catalog stores it; no engine acts on it.
    pub retention: i64,
    /// Text of a view as written.
    pub view_original_text: Option<String>,
    /// Text of a view with all names resolved.
    pub view_expanded_text: Option<String>,
    /// Who owns the table, as somebody once wrote it; an update has to send it back.
    pub owner: Option<String>,
    /// Time of the last access as the catalog was told, in its own spelling; an update has to send it back.
    pub last_access_time: Option<String>,
    /// Time of the last statistics, in the catalog's spelling; an update has to send it back.
    pub last_analyzed_time: Option<String>,
}

/// A column or partition key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GlueColumn {
    /// Name.
    pub name: String,
    /// Hive type text.
    pub ty: String,
    /// Comment.
    pub comment: Option<String>,
    /// Parameters; partition keys cannot have any.
    pub parameters: BTreeMap<String, String>,
}

/// The storage descriptor, but for its columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GlueStorage {
    /// LOCATION.
    pub location: Option<String>,
    /// Java class that reads.
    pub input_format: Option<String>,
    /// Java class that writes.
    pub output_format: Option<String>,
    /// Whether the files are said to be compressed; no engine acts on it.
    pub compressed: bool,
    /// Number of buckets; none or negative where there are no buckets.
    pub number_of_buckets: i64,
    /// Label of the SerDe; no engine acts on it.
    pub serde_name: Option<String>,
    /// Java class of the SerDe.
    pub serde_library: Option<String>,
    /// Parameters of the SerDe.
    pub serde_parameters: BTreeMap<String, String>,
    /// Columns that rows are put into buckets by.
    pub bucket_columns: Vec<String>,
    /// Order within a bucket.
    pub sort_columns: Vec<GlueSort>,
    /// Skewed columns and values, as the catalog writes them, when there are any.
    pub skewed: Option<Json>,
    /// Parameters of the storage descriptor.
    pub parameters: BTreeMap<String, String>,
    /// Whether skewed values stand in folders of their own.
    pub stored_as_sub_directories: bool,
}

/// A sort column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlueSort {
    /// Its name.
    pub column: String,
    /// 1 ascending, 0 descending.
    pub order: i64,
}

/// A registered partition. It has a storage descriptor of its own, which stays behind when the table's changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GluePartition {
    /// A value for each partition key, in their order.
    pub values: Vec<String>,
    /// Columns of its files.
    pub columns: Vec<GlueColumn>,
    /// Where and how its files are.
    pub storage: GlueStorage,
    /// Parameters of the partition.
    pub parameters: BTreeMap<String, String>,
    /// Time of the last access as the catalog was told, in its own spelling.
    pub last_access_time: Option<String>,
    /// Time of the last statistics, in the catalog's spelling.
    pub last_analyzed_time: Option<String>,
}

/// Hive's older name for a class, and the class it puts in its place.
const OLD_TEXT_OUTPUT: (&str, &str) = (
    "org.apache.hadoop.hive.ql.io.IgnoreKeyTextOutputFormat",
    "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
);
/// Time of the last DDL statement, which Hive and Athena write among the parameters.
const LAST_DDL: &str = "transient_lastDdlTime";

impl GlueTable {
    /// The form in which tables are compared. What it changes means the same to every reader:
    ///
    /// - names of table, columns and struct members are lower case, types have no white space, and `decimal` says its
    ///   digits;
    /// - an empty comment or description is none, and no table type is `EXTERNAL_TABLE`;
    /// - a number of buckets below 1 is 0;
    /// - the SerDe parameter `serialization.format` = `1` is the default and left out, and so is the SerDe's label;
    /// - `IgnoreKeyTextOutputFormat` is the older name of `HiveIgnoreKeyTextOutputFormat`;
    /// - `transient_lastDdlTime` is a time stamp and left out; so are the owner and the times of last use.
    #[must_use]
    pub fn normal(&self) -> Self {
        let mut table = self.clone();
        table.name = table.name.to_lowercase();
        for column in table.columns.iter_mut().chain(&mut table.partition_keys) {
            column.name = column.name.to_lowercase();
            column.ty = normal_type(&column.ty);
            column.comment = column.comment.take().filter(|comment| !comment.is_empty());
        }
        table.description = table.description.filter(|text| !text.is_empty());
        table.table_type.get_or_insert_with(|| "EXTERNAL_TABLE".to_owned());
        table.parameters.remove(LAST_DDL);
        table.owner = None;
        table.last_access_time = None;
        table.last_analyzed_time = None;
        let storage = &mut table.storage;
        storage.serde_name = None;
        storage.number_of_buckets = storage.number_of_buckets.max(0);
        if storage.serde_parameters.get("serialization.format").is_some_and(|format| format == "1") {
            storage.serde_parameters.remove("serialization.format");
        }
        if storage.output_format.as_deref() == Some(OLD_TEXT_OUTPUT.0) {
            storage.output_format = Some(OLD_TEXT_OUTPUT.1.to_owned());
        }
        table
    }
}

/// Type text in lower case and without white space; a type that is no Hive type only loses those two.
pub(crate) fn normal_type(text: &str) -> String {
    let plain: String = text.to_lowercase();
    match plain.parse::<HiveType>() {
        Ok(ty) => ty.to_string(),
        Err(_) => plain.split_whitespace().collect(),
    }
}
