//! Names around the delivery stream.

use super::Target;
use super::lake::missing;
use crate::finding::Finding;
use crate::table::Table;

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
}
