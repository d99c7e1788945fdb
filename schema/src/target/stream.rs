//! Names around the delivery stream.

use super::Target;
use super::lake::missing;
use crate::finding::Finding;
use crate::layout::Layout;
use crate::table::{Partition, PartitionBy, Table};

impl Target {
    /// Name of the delivery stream: as set, or the table's.
    pub fn stream_name<'a>(&'a self, table: &'a Table) -> &'a str {
        self.stream.name.as_deref().unwrap_or(&table.name)
    }

    /// ARN of the stream's role.
    ///
    /// # Errors
    /// It is not set.
    pub fn role(&self) -> Result<&str, Finding> {
        self.stream.role.as_deref().ok_or_else(|| missing("stream.role"))
    }

    /// Log group of the stream: as set, or `/aws/kinesisfirehose/STREAM`.
    pub fn log_group(&self, table: &Table) -> String {
        self.stream
            .log_group
            .clone()
            .unwrap_or_else(|| format!("/aws/kinesisfirehose/{}", self.stream_name(table)))
    }

    /// Name of the table that holds the records as they came: `TABLE_raw`, in the lake like any other.
    pub fn raw_table_name(table: &Table) -> String {
        format!("{}_raw", table.name)
    }

    /// Whether the stream converts records to Parquet: unless the target says no, or the table holds JSON itself.
    pub fn converts(&self, table: &Table) -> bool {
        self.stream.convert && !table.holds_json()
    }

    /// Whether the stream delivers records as JSON beside the table, which holds Parquet.
    pub fn delivers_raw(&self, table: &Table) -> bool {
        !self.stream.convert && !table.holds_json()
    }

    /// What the keys of raw records begin with: `PREFIX/TABLE_raw/`.
    ///
    /// # Errors
    /// Those of [`lake`](Target::lake).
    pub fn raw_prefix(&self, table: &Table) -> Result<String, Finding> {
        Ok(self.lake()?.path(&format!("{}/", Self::raw_table_name(table))))
    }

    /// What the keys of raw records that could not be written begin with: `PREFIX/_errors/TABLE_raw/`.
    ///
    /// # Errors
    /// Those of [`lake`](Target::lake).
    pub fn raw_error_prefix(&self, table: &Table) -> Result<String, Finding> {
        Ok(self.lake()?.path(&format!("_errors/{}/", Self::raw_table_name(table))))
    }

    /// Partitions of the table of raw records. Records that are delivered as JSON lie there in the table's own layout;
    /// a backup lies there by its hour of arrival, since backups know no partition keys.
    pub fn raw_partitions(&self, table: &Table) -> Vec<Partition> {
        if self.delivers_raw(table) {
            return table.partitions.clone();
        }
        let layout = Layout::parse(ARRIVAL_LAYOUT, None);
        layout.map(|layout| Partition { by: PartitionBy::Arrival, layout, null: None }).into_iter().collect()
    }
}

/// Layout of a backup.
const ARRIVAL_LAYOUT: &str = "dt={yyyy-MM-dd}/hour={HH}";
