//! Tables that exist already: from the catalog or from SQL into a [`Table`] and a [`Target`].
//!
//! An import loses nothing: what it gives is generated again and compared with what was read, in the
//! [normal form](GlueTable::normal). Generating may add what the original leaves to defaults (`classification`,
//! `parquet.compression`, comments of partition keys without one); each addition is a note. Whatever else would come
//! out differently is a finding that names the missing feature.

pub mod ddl;
pub mod json_schema;
pub mod rust;
pub mod samples;

mod columns;
mod compare;
mod partitions;
mod table;

#[cfg(test)]
mod tests;

use crate::artifacts::glue::{Format, GlueTable, database_of};
use crate::finding::Findings;
use crate::table::Table;
use crate::target::Target;
use rust::Guess;

pub use ddl::CreateTable;

/// An existing table, described.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The table. Every column may be null, since catalogs know nothing else, and JSON keys are the names.
    pub table: Table,
    /// Where it stands: its location, database and projection.
    pub target: Target,
    /// What its files are.
    pub format: Format,
    /// What to know about it, one sentence each: guesses, and what generating it adds.
    pub notes: Vec<String>,
    /// The guesses among the notes, each with its column.
    pub guesses: Vec<Guess>,
}

/// Imports a `TableInput`, the `Properties` of an `AWS::Glue::Table`, or the answer of `aws glue get-table`.
///
/// # Errors
/// What is no such JSON, and each feature of the table that lakebed does not describe.
pub fn from_json(value: &serde_json::Value) -> Result<Imported, Findings> {
    from_glue(&GlueTable::from_json(value)?, database_of(value))
}

/// Imports `CREATE EXTERNAL TABLE` of Athena or Hive.
///
/// ```
/// use lakebed_schema::import::from_ddl;
///
/// let ddl = "CREATE EXTERNAL TABLE mobility.traffic (speed INT COMMENT 'km/h') PARTITIONED BY (dt string)
///     STORED AS PARQUET LOCATION 's3://my-lake/traffic/'";
/// let imported = from_ddl(ddl).unwrap();
/// assert_eq!(imported.table.columns[0].comment.as_deref(), Some("km/h"));
/// assert_eq!(imported.target.lake.as_deref(), Some("s3://my-lake"));
/// ```
///
/// # Errors
/// What is no such statement, with line and column, and each feature of the table that lakebed does not describe.
pub fn from_ddl(text: &str) -> Result<Imported, Findings> {
    let ddl = ddl::parse(text)?;
    from_glue(&ddl.to_glue(), ddl.database.as_deref())
}

/// Imports a table of the catalog.
///
/// # Errors
/// Each feature of the table that lakebed does not describe.
pub fn from_glue(glue: &GlueTable, database: Option<&str>) -> Result<Imported, Findings> {
    table::import(glue, database)
}
