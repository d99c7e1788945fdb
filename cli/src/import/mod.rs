//! What `import` reads: what a source is, and the tables in it.

pub(crate) mod detect;
pub(crate) mod folders;
pub(crate) mod inputs;
pub(crate) mod parquet;
pub(crate) mod target;

use lakebed_schema::import::Imported;
use lakebed_schema::import::rust::Guess;
use lakebed_schema::import::samples::Inferred;
use lakebed_schema::{Finding, Table, Target};

/// A table that was found, and where it stands.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) table: Table,
    pub(crate) target: Target,
    pub(crate) guesses: Vec<Guess>,
    pub(crate) notes: Vec<String>,
    /// Records that were left out.
    pub(crate) skipped: Vec<Finding>,
}

impl From<Inferred> for Found {
    fn from(found: Inferred) -> Self {
        Self {
            table: found.table,
            target: Target::default(),
            guesses: found.guesses,
            notes: found.notes,
            skipped: found.skipped,
        }
    }
}

impl From<Imported> for Found {
    fn from(found: Imported) -> Self {
        Self {
            table: found.table,
            target: found.target,
            guesses: found.guesses,
            notes: found.notes,
            skipped: Vec::new(),
        }
    }
}
