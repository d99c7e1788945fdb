//! Formats of files that a table can read, with the exact texts of their storage descriptors.

use super::GlueStorage;
use crate::table::Table;

/// The parameter by which Glue calls a format.
pub(crate) const CLASSIFICATION: &str = "classification";

/// What the files of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Parquet.
    Parquet,
    /// One JSON document a line, read by the OpenX SerDe.
    Json,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 2] = [Self::Parquet, Self::Json];

    /// What the files of a table are: Parquet, or JSON when it declares the parameter `classification` = `json`.
    pub fn of(table: &Table) -> Self {
        if table.holds_json() { Self::Json } else { Self::Parquet }
    }

    /// The format that a storage descriptor reads, when it is one of ours. Java names tell: the SerDe, and both
    /// classes that go with it.
    pub fn of_storage(storage: &GlueStorage) -> Option<Self> {
        Self::ALL.into_iter().find(|format| {
            storage.serde_library.as_deref() == Some(format.serde())
                && storage.input_format.as_deref() == Some(format.input_format())
                && storage.output_format.as_deref() == Some(format.output_format())
        })
    }

    /// Java class that reads.
    pub const fn input_format(self) -> &'static str {
        match self {
            Self::Parquet => "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
            Self::Json => "org.apache.hadoop.mapred.TextInputFormat",
        }
    }

    /// Java class that writes.
    pub const fn output_format(self) -> &'static str {
        match self {
            Self::Parquet => "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
            Self::Json => "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        }
    }

    /// Java class of the SerDe.
    pub const fn serde(self) -> &'static str {
        match self {
            Self::Parquet => "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
            Self::Json => "org.openx.data.jsonserde.JsonSerDe",
        }
    }

    /// Value of the table parameter `classification`, which Glue jobs ask for.
    pub const fn classification(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Json => "json",
        }
    }
}
