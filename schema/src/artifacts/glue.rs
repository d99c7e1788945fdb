//! The table as the Glue Data Catalog stores it.
//!
//! [`GlueTable`] is a plain value: what the catalog would hold, or what it holds. [`GlueTable::of`] makes it from a
//! table, [`GlueTable::from_json`] reads it from whatever AWS or a template says, [`GlueTable::to_json`] writes the
//! `TableInput` that `aws glue create-table --table-input` takes. Two of them are compared in their
//! [normal form](GlueTable::normal).
//!
//! What is generated, and why:
//!
//! - Columns are those of the file. Columns that partitions take out of it are partition keys only; a name in both
//!   places makes the table unreadable. All partition keys are `string`, and carry no parameters: Glue refuses those.
//! - `projection.*` stands in the parameters of the *table*. In those of the storage descriptor, where many look for
//!   it, Athena ignores it without a word.
//! - Sort columns are left out. Hive means by them the order within buckets, and there are no buckets here; the
//!   order of rows stands in the Parquet files themselves.
//! - There is no marker of ours among the parameters; only `apply` leaves one, [`OWNED`]. Those that the table declares are written beside the
//!   generated ones; a declared key `serde.X` becomes the parameter `X` of the SerDe. A declared parameter that
//!   says something else than the generated one of that key is a finding.
//! - A table that declares the parameter `classification` = `json` reads JSON with the OpenX SerDe instead of
//!   Parquet. lakebed writes no such files: it is for tables that others fill.

mod format;
mod generate;
mod indexes;
mod limits;
mod mapping;
mod raw;
mod read;
mod text;
mod value;
mod write;

#[cfg(test)]
mod tests;

use super::{Artifact, Part, Rendered};
use crate::finding::Findings;
use crate::json::Json;
use crate::table::Table;
use crate::target::Target;

pub(crate) use format::CLASSIFICATION;
pub use format::Format;
pub(crate) use generate::{SERDE_PREFIX, arrival_comment, codec, key_comment, segments};
pub use indexes::partition_indexes;
pub(crate) use mapping::{MAPPING, ignores_case_in};
pub(crate) use read::database as database_of;
pub use text::{description, one_line};
pub use value::{GlueColumn, GluePartition, GlueSort, GlueStorage, GlueTable};

/// Parameter in which `apply` notes what lakebed put into a table. It is nothing that a table declares: no artifact
/// has it, and an import leaves it out.
pub const OWNED: &str = "lakebed.owned";
/// Longest comment of a column, as the catalog counts.
pub const MAX_COMMENT: usize = 255;
/// Longest description of a table or database.
pub const MAX_DESCRIPTION: usize = 2048;
/// Bytes of a table's metadata, before compression, from which on the service's limit of about 1 MB (compressed)
/// comes into sight.
const LARGE_METADATA: usize = 1_000_000;

const DATABASE: Part =
    Part { name: "database", suffix: "glue-database.json", about: "DatabaseInput of the database" };
const TABLE: Part = Part { name: "table", suffix: "glue.json", about: "TableInput of the table" };
const RAW: Part = Part {
    name: "raw",
    suffix: "glue-raw.json",
    about: "TableInput of TABLE_raw, the records as they came, where the stream keeps them",
};

/// Input of the Glue API: `aws glue create-database --database-input`, `aws glue create-table --table-input`.
#[derive(Clone, Copy, Debug)]
pub struct Glue;

impl Artifact for Glue {
    fn name(&self) -> &'static str {
        "glue"
    }

    fn about(&self) -> &'static str {
        "database and tables of the Glue Data Catalog, as its API takes them"
    }

    fn parts(&self) -> &'static [Part] {
        &[TABLE, DATABASE, RAW]
    }

    fn render(&self, part: &Part, table: &Table, target: &Target) -> Result<Option<Rendered>, Findings> {
        if *part == DATABASE {
            let name = target.database(table)?;
            return Ok(Some(Rendered::json(Json::object([("Name", Json::from(name))]))));
        }
        let (glue, mut notes) = if *part == RAW {
            match GlueTable::raw(table, target)? {
                Some(glue) => (glue, raw::notes(table)),
                None => return Ok(None),
            }
        } else {
            let glue = GlueTable::of(table, target)?;
            let mut notes = mapping::notes(table);
            notes.extend(crate::projection::notes(table, target)?);
            (glue, notes)
        };
        let json = glue.to_json();
        let bytes = serde_json::to_string(&json).unwrap_or_default().len();
        if bytes > LARGE_METADATA {
            notes.push(format!(
                "The description of the table has {bytes} bytes; Glue refuses more than about 1 MB of it, compressed."
            ));
        }
        Ok(Some(Rendered { notes, ..Rendered::json(json) }))
    }
}
