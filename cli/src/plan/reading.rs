//! How engines find the columns of a table in its files.

use lakebed_schema::artifacts::glue::GlueStorage;

/// How a column is found in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Parquet, by name.
    ParquetByName,
    /// By position: Parquet or ORC that is set to it, CSV and whatever else has no names.
    ByPosition,
    /// ORC that is set to names.
    OrcByName,
    /// JSON, by key.
    Json,
}

/// The SerDe parameter that makes Athena look for Parquet columns by position.
pub(super) const PARQUET_BY_POSITION: &str = "parquet.column.index.access";
/// The same for ORC, where it is the default.
pub(super) const ORC_BY_POSITION: &str = "orc.column.index.access";

impl Access {
    /// How files of this storage descriptor are read.
    pub(super) fn of(storage: &GlueStorage) -> Self {
        let serde = storage.serde_library.as_deref().unwrap_or_default().to_lowercase();
        let says = |key: &str, value: &str| {
            storage.serde_parameters.get(key).is_some_and(|found| found.trim().eq_ignore_ascii_case(value))
        };
        if serde.contains("parquet") {
            return if says(PARQUET_BY_POSITION, "true") { Self::ByPosition } else { Self::ParquetByName };
        }
        if serde.contains("json") {
            return Self::Json;
        }
        if serde.contains("orc") && says(ORC_BY_POSITION, "false") {
            return Self::OrcByName;
        }
        Self::ByPosition
    }

    /// Whether Athena compares the columns of a registered partition with those of the table by position.
    pub(super) fn compares_partitions_by_position(self) -> bool {
        matches!(self, Self::ByPosition | Self::Json)
    }
}

/// Where engines get the partitions of a table from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Partitioning {
    /// There are none.
    None,
    /// Athena computes them.
    Projected,
    /// They stand in the catalog, each with columns and a place of its own.
    Registered,
}

/// All that decides how safe a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// How the files that exist are read.
    pub(super) access: Access,
    /// How their partitions are known.
    pub(super) partitioning: Partitioning,
    /// Whether partitions are registered, and nobody listed them: none of them will follow the table.
    pub(super) stay_behind: bool,
}

impl Reading {
    /// Whether partitions that stay behind are read wrongly when columns or members change their places.
    pub(super) fn shifts(self, what: &str) -> bool {
        self.stay_behind && (what != "column" || self.access.compares_partitions_by_position())
    }
}
