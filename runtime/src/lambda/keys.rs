//! Partition keys as the generated stream's prefix names them.

use super::response::PartitionKeys;
use lakebed_schema::{PartitionBy, Table};

/// Which parts of a path are keys: those that come from the record. Firehose knows the time of arrival itself.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    columns: Vec<String>,
}

impl Keys {
    pub(super) fn new(table: &Table) -> Self {
        let from_record = table.partitions.iter().filter(|partition| partition.by != PartitionBy::Arrival);
        Self {
            columns: from_record
                .flat_map(|partition| partition.layout.columns())
                .map(str::to_owned)
                .collect(),
        }
    }

    /// The keys that a path holds, such as `dt=2026-11-23/hour=08/`; nothing for a table whose records have none.
    pub(super) fn of(&self, path: &str) -> Option<PartitionKeys> {
        if self.columns.is_empty() {
            return None;
        }
        let folders = path.split('/').filter_map(|folder| folder.split_once('='));
        let ours = folders.filter(|(column, _)| self.columns.iter().any(|own| own == column));
        Some(ours.map(|(column, value)| (column.to_owned(), value.to_owned())).collect())
    }
}
