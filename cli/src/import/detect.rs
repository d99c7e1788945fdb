//! What a source is, told by its content.

use lakebed_schema::import::json_schema::{is_schema, read};

/// Kinds of sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// A table of the Glue Data Catalog: TableInput, the answer of get-table, AWS::Glue::Table
    Glue,
    /// CREATE EXTERNAL TABLE of Athena or Hive
    Ddl,
    /// A JSON Schema of one record, draft-07 or 2020-12
    JsonSchema,
    /// A Parquet file
    Parquet,
    /// Records as JSON, in any form that `convert` reads
    Samples,
    /// A contract file of lakebed
    Contract,
}

impl Kind {
    /// What people call it.
    pub(crate) fn shown(self) -> &'static str {
        match self {
            Self::Glue => "a table of Glue",
            Self::Ddl => "a CREATE TABLE statement",
            Self::JsonSchema => "a JSON Schema",
            Self::Parquet => "a Parquet file",
            Self::Samples => "sample records",
            Self::Contract => "a contract",
        }
    }

    /// What the text of a source is. Everything that is JSON and nothing else is taken for records.
    pub(crate) fn of_text(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        if !text.starts_with(['{', '[']) {
            return Self::Ddl;
        }
        let Ok(json) = read(text) else { return Self::Samples };
        let has = |key: &str| json.get(key).is_some();
        let inner = |key: &str| json.get(key).is_some_and(|json| json.get("StorageDescriptor").is_some());
        if has("lakebed_contract") {
            Self::Contract
        } else if has("StorageDescriptor")
            || ["Table", "TableInput"].iter().any(|key| inner(key))
            || json.get("Properties").is_some_and(|json| json.get("TableInput").is_some())
        {
            Self::Glue
        } else if is_schema(&json) {
            Self::JsonSchema
        } else {
            Self::Samples
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells() {
        for (text, kind) in [
            ("-- a comment\nCREATE EXTERNAL TABLE t (a int)", Kind::Ddl),
            ("{\"Name\": \"t\", \"StorageDescriptor\": {}}", Kind::Glue),
            ("{\"Table\": {\"StorageDescriptor\": {}}}", Kind::Glue),
            ("{\"Properties\": {\"TableInput\": {\"StorageDescriptor\": {}}}}", Kind::Glue),
            ("{\"lakebed_contract\": 1}", Kind::Contract),
            ("{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"}", Kind::JsonSchema),
            ("{\"type\": \"object\", \"properties\": {}}", Kind::JsonSchema),
            ("{\"a\": 1}\n{\"a\": 2}", Kind::Samples),
            ("[{\"type\": \"object\"}]", Kind::Samples),
        ] {
            assert_eq!(Kind::of_text(text), kind, "{text}");
        }
    }
}
