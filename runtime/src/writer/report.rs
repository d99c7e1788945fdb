//! What a writer did.

use crate::report::Counts;
use serde::Serialize;

/// What a writer did so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct WriterReport {
    /// Records that were acknowledged.
    pub appended: u64,
    /// Their bytes as JSON.
    pub appended_bytes: u64,
    /// Records that the table refused.
    pub refused: u64,
    /// Syncs of the disk; many records may share one.
    pub syncs: u64,
    /// Segments that were stored, those of earlier processes included.
    pub segments: u64,
    /// Records by what became of them in the lake, those of earlier processes included.
    pub stored: Counts,
    /// Times that the lake could not be written.
    pub failures: u64,
    /// Segments that wait, the one that is being written included.
    pub waiting_segments: u64,
    /// Their bytes.
    pub waiting_bytes: u64,
    /// Segments that nobody can read; they are in the folder `refused` of the spool.
    pub refused_segments: u64,
    /// The last failure of the lake, while it lasts.
    pub error: Option<String>,
}
