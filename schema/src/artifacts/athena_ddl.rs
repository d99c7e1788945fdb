//! The table as SQL for Athena: `CREATE EXTERNAL TABLE` and what belongs to it.
//!
//! Tables are printed from their [`GlueTable`], so that SQL and API input say the same. Every name stands in
//! backticks, members of nested records included: Athena's list of reserved words is long and grows. Format and SerDe
//! are written as Java classes, the form in which Athena prints tables itself, because `STORED AS PARQUET` has no
//! place for parameters of the SerDe.
//!
//! The comment of the table becomes a `COMMENT`, which Athena stores as table parameter `comment`; through the Glue
//! API it is the description.

mod create;
mod latest;
mod partitions;
mod text;

#[cfg(test)]
mod tests;

use super::glue::{GlueTable, raw_source};
use super::{Artifact, Part, Rendered};
use crate::finding::{Finding, Findings};
use crate::table::Table;
use crate::target::Target;

pub use create::create_table;

/// Longest statement that Athena takes, in bytes.
pub const MAX_QUERY_BYTES: usize = 262_144;

const TABLE: Part = Part { name: "table", suffix: "athena.sql", about: "CREATE EXTERNAL TABLE" };
const PARTITIONS: Part = Part {
    name: "partitions",
    suffix: "athena-partitions.sql",
    about: "ALTER TABLE … ADD PARTITION with example values, for tables without projection",
};
const LATEST: Part = Part {
    name: "latest",
    suffix: "athena-latest.sql",
    about: "view TABLE_latest: the newest record of each key",
};
const RAW: Part = Part {
    name: "raw",
    suffix: "athena-raw.sql",
    about: "CREATE EXTERNAL TABLE of TABLE_raw, the records as they came, where the stream keeps them",
};
const RAW_PARTITIONS: Part = Part {
    name: "raw-partitions",
    suffix: "athena-raw-partitions.sql",
    about: "ALTER TABLE … ADD PARTITION of TABLE_raw with example values, without projection",
};

/// Statements for Athena.
#[derive(Clone, Copy, Debug)]
pub struct AthenaDdl;

impl Artifact for AthenaDdl {
    fn name(&self) -> &'static str {
        "athena-ddl"
    }

    fn about(&self) -> &'static str {
        "SQL for Athena: the table, its partitions, a view of the newest records"
    }

    fn parts(&self) -> &'static [Part] {
        &[TABLE, PARTITIONS, LATEST, RAW, RAW_PARTITIONS]
    }

    fn render(&self, part: &Part, table: &Table, target: &Target) -> Result<Option<Rendered>, Findings> {
        let database = target.database(table)?;
        let rendered = if *part == PARTITIONS {
            partitions::add_partition(&GlueTable::of(table, target)?, table, target, database)
        } else if *part == LATEST {
            latest::view(table, database)
        } else if *part == RAW {
            match GlueTable::raw(table, target)? {
                Some(glue) => Some(Rendered::text(create_table(database, &glue)?)),
                None => None,
            }
        } else if *part == RAW_PARTITIONS {
            match (GlueTable::raw(table, target)?, raw_source(table, target)) {
                (Some(glue), Some((partitioned, settings))) => {
                    partitions::add_partition(&glue, &partitioned, &settings, database)
                }
                _ => None,
            }
        } else {
            Some(Rendered::text(create_table(database, &GlueTable::of(table, target)?)?))
        };
        if let Some(rendered) = &rendered {
            check_length(part, rendered.content.to_text().len())?;
        }
        Ok(rendered)
    }
}

fn check_length(part: &Part, bytes: usize) -> Result<(), Finding> {
    if bytes <= MAX_QUERY_BYTES {
        return Ok(());
    }
    Err(Finding::new(
        "athena-query-length",
        part.name,
        format!("the statement has {bytes} bytes, and Athena takes {MAX_QUERY_BYTES}"),
        "create the table through the Glue API: generate glue",
    ))
}
