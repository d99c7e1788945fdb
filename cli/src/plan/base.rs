//! The state that a plan was made for.

use crate::catalog::StoredTable;
use lakebed_schema::artifacts::glue::GlueTable;

/// The state that a plan was made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// The table did not exist.
    Absent,
    /// It had this version.
    Version {
        /// The version, as an update names it.
        version: String,
        /// The [`content`] of the table: one that was removed and made again can have the same version.
        content: String,
    },
}

impl Base {
    /// The state of a table that is there.
    pub fn of(stored: &StoredTable) -> Self {
        Self::Version { version: stored.version.clone(), content: content(&stored.table) }
    }

    /// Whether that is the state of the table still.
    pub fn is(&self, present: Option<&StoredTable>) -> bool {
        match (self, present) {
            (Self::Absent, None) => true,
            (Self::Version { version, content: then }, Some(stored)) => {
                *version == stored.version && *then == content(&stored.table)
            }
            (Self::Absent, Some(_)) | (Self::Version { .. }, None) => false,
        }
    }
}

/// The BLAKE3 hash of a table in its [normal form](GlueTable::normal), in hexadecimal digits.
pub fn content(table: &GlueTable) -> String {
    blake3::hash(table.normal().to_json().to_text().as_bytes()).to_hex().to_string()
}
