//! `TableInput` as the API takes it.

use super::{GlueColumn, GluePartition, GlueStorage, GlueTable};
use crate::json::Json;
use std::collections::BTreeMap;

impl GlueTable {
    /// The `TableInput` of `aws glue create-table --table-input` and `update-table`.
    ///
    /// Partition keys are there even when there are none: Athena fails on tables without that member.
    pub fn to_json(&self) -> Json {
        let mut json = Json::object([("Name", Json::from(&self.name))]);
        if let Some(description) = &self.description {
            json.set("Description", description);
        }
        for (key, text) in [
            ("Owner", &self.owner),
            ("LastAccessTime", &self.last_access_time),
            ("LastAnalyzedTime", &self.last_analyzed_time),
        ] {
            if let Some(text) = text {
                json.set(key, text);
            }
        }
        if self.retention != 0 {
            json.set("Retention", self.retention);
        }
        json.set("StorageDescriptor", self.storage.to_json(&self.columns));
        json.set("PartitionKeys", columns(&self.partition_keys));
        for (key, text) in [
            ("ViewOriginalText", &self.view_original_text),
            ("ViewExpandedText", &self.view_expanded_text),
            ("TableType", &self.table_type),
        ] {
            if let Some(text) = text {
                json.set(key, text);
            }
        }
        json.set("Parameters", texts(&self.parameters));
        json
    }
}

impl GluePartition {
    /// The `PartitionInput` of `aws glue create-partition --partition-input`.
    pub fn to_json(&self) -> Json {
        let mut json = Json::object([("Values", Json::list(&self.values))]);
        for (key, text) in
            [("LastAccessTime", &self.last_access_time), ("LastAnalyzedTime", &self.last_analyzed_time)]
        {
            if let Some(text) = text {
                json.set(key, text);
            }
        }
        json.set("StorageDescriptor", self.storage.to_json(&self.columns));
        json.set("Parameters", texts(&self.parameters));
        json
    }
}

impl GlueStorage {
    /// The `StorageDescriptor` over these columns.
    fn to_json(&self, of: &[GlueColumn]) -> Json {
        let storage = self;
        let mut json = Json::object([("Columns", columns(of))]);
        for (key, text) in [
            ("Location", &storage.location),
            ("InputFormat", &storage.input_format),
            ("OutputFormat", &storage.output_format),
        ] {
            if let Some(text) = text {
                json.set(key, text);
            }
        }
        json.set("Compressed", storage.compressed);
        // What Athena itself stores for a table without buckets.
        json.set(
            "NumberOfBuckets",
            if storage.number_of_buckets > 0 { storage.number_of_buckets } else { -1 },
        );
        let mut serde = Json::Object(Vec::new());
        for (key, text) in [("Name", &storage.serde_name), ("SerializationLibrary", &storage.serde_library)] {
            if let Some(text) = text {
                serde.set(key, text);
            }
        }
        serde.set("Parameters", texts(&storage.serde_parameters));
        json.set("SerdeInfo", serde);
        if !storage.bucket_columns.is_empty() {
            json.set("BucketColumns", Json::list(&storage.bucket_columns));
        }
        if !storage.sort_columns.is_empty() {
            let sort = storage.sort_columns.iter().map(|sort| {
                Json::object([("Column", Json::from(&sort.column)), ("SortOrder", Json::Int(sort.order))])
            });
            json.set("SortColumns", Json::list(sort));
        }
        if !storage.parameters.is_empty() {
            json.set("Parameters", texts(&storage.parameters));
        }
        if let Some(skewed) = &storage.skewed {
            json.set("SkewedInfo", skewed.clone());
        }
        json.set("StoredAsSubDirectories", storage.stored_as_sub_directories);
        json
    }
}

fn columns(columns: &[GlueColumn]) -> Json {
    Json::list(columns.iter().map(|column| {
        let mut json = Json::object([("Name", Json::from(&column.name)), ("Type", Json::from(&column.ty))]);
        if let Some(comment) = &column.comment {
            json.set("Comment", comment);
        }
        if !column.parameters.is_empty() {
            json.set("Parameters", texts(&column.parameters));
        }
        json
    }))
}

fn texts(parameters: &BTreeMap<String, String>) -> Json {
    Json::object(parameters.iter().map(|(key, value)| (key, Json::from(value))))
}
