//! Drives a run: inputs to segments, segments to batches, batches to files, files into the lake.

use crate::error::Error;
use crate::report::Report;
use lakebed_schema::Table;
use std::path::PathBuf;

/// What to convert, and how.
#[derive(Clone, Debug)]
pub struct ConvertOptions {
    /// Files and folders; a folder means every file below it whose name does not start with `.` or `_`.
    pub inputs: Vec<PathBuf>,
    /// Folder of the lake.
    pub lake: PathBuf,
    /// Worker threads, at least 1. The result is the same for any number.
    pub threads: usize,
    /// Decode and count, write nothing.
    pub dry_run: bool,
    /// Convert inputs again that an earlier run has stored, and remove what that run wrote.
    pub force: bool,
    /// Stop without writing when more records than this are refused.
    pub max_rejects: Option<MaxRejects>,
    /// Bounds on single documents.
    pub limits: Limits,
    /// Bytes of a segment, the unit of work; the result depends on it only in how row groups fall.
    pub segment_bytes: u64,
}

/// How many rejects a run tolerates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MaxRejects {
    /// A number of records.
    Count(u64),
    /// A share of the records read, 0 to 100.
    Percent(f64),
}

/// Bounds on single documents; what exceeds them is a reject, never a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Deepest nesting of objects and arrays.
    pub depth: usize,
    /// Longest document in bytes.
    pub document_bytes: usize,
}

impl Default for Limits {
    /// 128 levels; 32 MiB, the longest row that Athena reads.
    fn default() -> Self {
        Self { depth: 128, document_bytes: 32 << 20 }
    }
}

impl ConvertOptions {
    /// Options with the defaults: one thread, everything written, nothing forced, any number of rejects.
    pub fn new(inputs: Vec<PathBuf>, lake: PathBuf) -> Self {
        Self {
            inputs,
            lake,
            threads: 1,
            dry_run: false,
            force: false,
            max_rejects: None,
            limits: Limits::default(),
            segment_bytes: 8 << 20,
        }
    }
}

/// Hears how a run goes; called from the threads of the run.
pub trait Progress: Sync {
    /// Stored bytes of all inputs, known before the work begins.
    fn total(&self, bytes: u64) {
        let _ = bytes;
    }
    /// Some more stored bytes were worked on.
    fn advance(&self, bytes: u64) {
        let _ = bytes;
    }
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {}

/// Converts inputs into the lake.
///
/// Bad records end up in the report and the reject file. An input that cannot be read to its end is left out whole
/// and reported as [`Failed`](crate::report::InputStatus::Failed); the others go on.
///
/// # Errors
/// A missing input, a lake that cannot be written or is held by another run, more rejects than allowed. Then
/// nothing is published.
pub fn convert(table: &Table, options: &ConvertOptions, progress: &dyn Progress) -> Result<Report, Error> {
    let _ = (table, options, progress);
    Err(Error::new(crate::error::ErrorKind::Internal, "conversion is not built yet"))
}
