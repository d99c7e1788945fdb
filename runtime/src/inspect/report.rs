//! What an inspection tells; `--json` prints it as it is.

use serde::Serialize;
use std::collections::BTreeMap;

/// One table of a lake, or one folder of Parquet files, told from the footers of its files.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TableReport {
    /// Table name; none for a folder that is no table of a lake.
    pub table: Option<String>,
    /// The folder.
    pub folder: String,
    /// Whether a table was there to compare with.
    pub compared: bool,
    /// Rows of all files that could be read.
    pub rows: u64,
    /// Parquet files.
    pub files: u64,
    /// Bytes of the Parquet files.
    pub bytes: u64,
    /// Hidden files (`.` or `_` in front), which readers pass over.
    pub hidden: u64,
    /// Partitions in the order of their paths.
    pub partitions: Vec<PartitionSummary>,
    /// Rows by time, when the partitions tell one.
    pub timeline: Option<Timeline>,
    /// Row groups.
    pub row_groups: RowGroups,
    /// Whether the files say that their rows are sorted.
    pub sort: SortSummary,
    /// Codecs, and the files that use each; of a file that mixes several, all, joined by `+`.
    pub codecs: BTreeMap<String, u64>,
    /// Codec that the table declares.
    pub declared_codec: Option<String>,
    /// Programs that wrote the files.
    pub created_by: BTreeMap<String, u64>,
    /// Where files and table differ.
    pub schema: Vec<SchemaDifference>,
    /// Files that are no Parquet, or damaged.
    pub broken: Vec<BrokenFile>,
    /// Folders that do not fit the table's layout.
    pub misplaced: Vec<Misplaced>,
    /// What the journal of the table says; none when there is no journal.
    pub journal: Option<Journal>,
    /// What the sizes of the files call for.
    pub sizes: Sizes,
    /// The largest partition, when it is many times larger than most.
    pub skew: Option<Skew>,
}

impl TableReport {
    /// Whether something is wrong: a file that cannot be read or is missing, a schema that does not fit, a folder
    /// that is no partition of the table. Small files and skew are advice, not faults.
    pub fn has_findings(&self) -> bool {
        let journal = self.journal.as_ref().is_some_and(Journal::has_findings);
        let schema = self.schema.iter().any(|difference| difference.finding);
        journal || schema || !self.broken.is_empty() || !self.misplaced.is_empty()
    }
}

/// One partition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PartitionSummary {
    /// Path below the table's folder, such as `dt=2026-11-23/hour=00/`; empty for files outside any partition.
    pub path: String,
    /// Rows.
    pub rows: u64,
    /// Parquet files.
    pub files: u64,
    /// Bytes of the Parquet files.
    pub bytes: u64,
}

/// Rows by the finest unit of time that the partitions tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Timeline {
    /// `minute`, `hour`, `day`, `month` or `year`.
    pub unit: &'static str,
    /// Whether the time is the one of arrival.
    pub arrival: bool,
    /// Moments with files, in order.
    pub points: Vec<TimePoint>,
    /// Rows in partitions that tell no time, such as `__HIVE_DEFAULT_PARTITION__`.
    pub rows_without_time: u64,
}

/// One moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TimePoint {
    /// When it begins, in UTC, as far as the unit goes: `2026-11-23T00` for an hour.
    pub at: String,
    /// The same in seconds since 1970.
    pub seconds: i64,
    /// Rows of all partitions at that moment.
    pub rows: u64,
}

/// Row groups of all files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RowGroups {
    /// How many.
    pub count: u64,
    /// Their rows.
    pub rows: Spread,
    /// Their bytes as stored.
    pub bytes: Spread,
    /// Bytes of all of them before compression, encoded as they are.
    pub uncompressed_bytes: u64,
}

/// Smallest, middle and largest of some numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// Smallest.
    pub min: u64,
    /// The one in the middle; of two, the smaller.
    pub median: u64,
    /// Largest.
    pub max: u64,
}

impl Spread {
    pub(super) fn of(mut numbers: Vec<u64>) -> Self {
        numbers.sort_unstable();
        let middle = numbers.len().saturating_sub(1) / 2;
        let at = |index: usize| numbers.get(index).copied().unwrap_or_default();
        Self { min: at(0), median: at(middle), max: at(numbers.len().saturating_sub(1)) }
    }
}

/// Whether the files say that their rows are sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SortSummary {
    /// Order that the table declares, such as `point_id, observed_at desc`.
    pub declared: Option<String>,
    /// Files whose row groups all name an order.
    pub files_sorted: u64,
    /// Files of which none or only some do.
    pub files_unsorted: u64,
    /// Orders that files name, with the files of each.
    pub orders: BTreeMap<String, u64>,
}

/// A column in which files and table differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SchemaDifference {
    /// Column, as a path such as `items.element.qty`.
    pub column: String,
    /// How.
    pub kind: DifferenceKind,
    /// What the table says.
    pub expected: Option<String>,
    /// What the files say.
    pub found: Option<String>,
    /// Files with this difference.
    pub files: u64,
    /// One of them.
    pub example: String,
    /// Whether a reader of the table is in trouble. A column that may be null and is not in an older file is not.
    pub finding: bool,
}

/// How a column of the files differs from the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    /// The table has it, the files do not.
    Missing,
    /// The files have it, the table does not.
    Extra,
    /// The type is another.
    Type,
    /// The files do not allow null, the table does.
    Nullability,
}

/// A file that is no Parquet, or damaged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BrokenFile {
    /// Path below the table's folder.
    pub path: String,
    /// Its bytes.
    pub bytes: u64,
    /// What is wrong with it.
    pub problem: String,
}

/// A folder that does not fit the table's layout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Misplaced {
    /// Path below the table's folder.
    pub path: String,
    /// Why it does not fit.
    pub problem: String,
    /// Parquet files in it.
    pub files: u64,
}

/// What the journal of the table says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Journal {
    /// Committed runs.
    pub runs: u64,
    /// Runs under way, or cut short and not yet cleaned up.
    pub open: u64,
    /// Why it could not be read.
    pub unreadable: Option<String>,
    /// Rows that the runs have written.
    pub rows: u64,
    /// Rows in the files that runs have written, when all are there and readable.
    pub rows_in_files: Option<u64>,
    /// Files of runs that are not there.
    pub missing_files: Vec<String>,
    /// Parquet files that no run has written.
    pub other_files: u64,
    /// What the inputs of the runs were made of, such as `json` or `xml`.
    pub formats: Vec<String>,
    /// Bytes of the inputs after decompression; none when the journal does not say it of each.
    pub decoded_bytes: Option<u64>,
    /// Bytes of the inputs as stored; none when the journal does not say it of each.
    pub stored_bytes: Option<u64>,
    /// Bytes of the Parquet files that came of them.
    pub parquet_bytes: u64,
}

impl Journal {
    fn has_findings(&self) -> bool {
        let rows_differ = self.rows_in_files.is_some_and(|rows| rows != self.rows);
        rows_differ || self.unreadable.is_some() || !self.missing_files.is_empty()
    }
}

/// What the sizes of the files call for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sizes {
    /// Bytes of a file on average.
    pub average_bytes: u64,
    /// Most files in one partition.
    pub most_files: u64,
    /// Verdict.
    pub verdict: SizeVerdict,
    /// Partitions with more files than they need.
    pub partitions_to_merge: u64,
    /// Files that merging them would leave in the whole table.
    pub files_after_merging: u64,
}

/// What the sizes of the files call for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SizeVerdict {
    /// Nothing.
    #[default]
    Fine,
    /// The files are small because the partitions hold little; merging would not change that.
    LittleData,
    /// Partitions hold many small files.
    ManySmallFiles,
}

/// A partition many times larger than most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skew {
    /// Its path.
    pub path: String,
    /// Its rows.
    pub rows: u64,
    /// Rows of the partition in the middle.
    pub median_rows: u64,
}
