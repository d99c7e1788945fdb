//! What a compaction did, partition by partition.

use crate::report::RejectGroup;
use serde::Serialize;
use std::fmt;

/// Report of one compaction; `--json` prints it as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CompactReport {
    /// Table name.
    pub table: String,
    /// The lake.
    pub lake: String,
    /// True when nothing was changed on request.
    pub dry_run: bool,
    /// Partitions that were looked at, by path.
    pub partitions: Vec<PartitionCompaction>,
    /// Partitions that an earlier compaction had left half-way, and that were brought to their end.
    pub resumed: Vec<String>,
    /// Files that had come into folders which nobody reads any more, and that were brought to where readers look.
    pub carried_files: u64,
    /// Files of earlier compactions that were removed because their time of grace is over.
    pub removed_files: u64,
    /// JSON files whose rows stand in Parquet, and that stay since nobody asked for their removal.
    pub kept_files: u64,
    /// Files of earlier compactions that are still there for readers who began before the switch.
    pub waiting_files: u64,
    /// What happened when the table was taken.
    pub notes: Vec<String>,
    /// Wall time in milliseconds.
    pub elapsed_ms: u64,
}

/// One partition.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PartitionCompaction {
    /// Path below the table's folder, such as `dt=2026-11-23/hour=00/`; empty for a table without partitions.
    pub path: String,
    /// What became of it.
    pub status: CompactStatus,
    /// Why nothing was merged.
    pub reason: Option<String>,
    /// The file that cannot be merged.
    pub refusal: Option<Refusal>,
    /// Name of the run.
    pub run: Option<String>,
    /// Files merged.
    pub files_in: u64,
    /// Their rows.
    pub rows_in: u64,
    /// Their bytes.
    pub bytes_in: u64,
    /// Files written, below the lake.
    pub files: Vec<String>,
    /// Their rows; `rows_in = rows_out + dropped + rejected`.
    pub rows_out: u64,
    /// Their bytes.
    pub bytes_out: u64,
    /// Rows left out because another one has the same key and is later.
    pub dropped: u64,
    /// Records of JSON that are none of the table.
    pub rejected: u64,
    /// Those records by reason, most frequent first.
    pub rejects: Vec<RejectGroup>,
    /// Where those records are, below the lake.
    pub reject_files: Vec<String>,
    /// Where dropped rows are kept, below the lake, when that was asked for.
    pub dropped_file: Option<String>,
    /// How the rows are sorted.
    pub sort: Sorting,
    /// Times that were finer than the column's unit and were floored, on request.
    pub floored_times: u64,
    /// Time in which readers may have seen rows twice, in milliseconds: from before the first new file to after the
    /// last old one. None where readers were switched at once.
    pub overlap_ms: Option<u64>,
    /// The folder that readers look into now, below the lake, where it has changed.
    pub live_folder: Option<String>,
}

/// What became of a partition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CompactStatus {
    /// There is nothing to merge.
    #[default]
    NothingToDo,
    /// Records may still come for it.
    NotClosed,
    /// It would be merged; nothing was done.
    Planned,
    /// Its files are merged.
    Merged,
    /// Its files are merged, and readers look at the new ones.
    Switched,
    /// It stays as it is, for a reason that somebody must look at.
    Refused,
}

/// How rows are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sorting {
    /// The table declares no order: by file name, then as they stood.
    #[default]
    AsTheyStood,
    /// Over all files that were written for the partition.
    Partition,
    /// Within each row group: the partition did not fit into memory.
    RowGroups,
}

/// Why a file cannot be merged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Below the lake.
    pub file: String,
    /// Column, when it is about one.
    pub column: Option<String>,
    /// What the table has.
    pub expected: String,
    /// What the file has.
    pub found: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(column) = self.column.as_ref().filter(|column| !column.is_empty()) {
            write!(f, ", column `{column}`")?;
        }
        write!(f, ": expected {}, found {}", self.expected, self.found)
    }
}

impl PartitionCompaction {
    pub(super) fn of(path: &str, status: CompactStatus, reason: impl Into<String>) -> Self {
        Self { path: path.to_owned(), status, reason: Some(reason.into()), ..Self::default() }
    }
}
