//! What a run did: exact counts, per input and in total.

use serde::Serialize;

/// Report of one run; `--json` prints it as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// Name of the run: a hash of table and inputs.
    pub run: String,
    /// Table name.
    pub table: String,
    /// The lake's folder.
    pub lake: String,
    /// True when nothing was written on request.
    pub dry_run: bool,
    /// Counts over all inputs.
    pub total: Counts,
    /// Each input, in the order given (folders expanded, sorted by name).
    pub inputs: Vec<InputReport>,
    /// Rejects grouped by reason, most frequent first.
    pub rejects: Vec<RejectGroup>,
    /// Partitions written, by path.
    pub partitions: Vec<PartitionReport>,
    /// Rejects as NDJSON, below the lake's folder; none when nothing was rejected.
    pub reject_file: Option<String>,
    /// Bytes of the inputs as stored.
    pub input_bytes: u64,
    /// Bytes of the inputs after decompression.
    pub decoded_bytes: u64,
    /// Bytes of the Parquet files.
    pub parquet_bytes: u64,
    /// Times that were finer than the column's unit and were floored.
    pub floored_times: u64,
    /// Decimals that were finer than the column's scale and were rounded half-up.
    pub rounded_decimals: u64,
    /// Bytes that did not fit in memory and were written to the scratch folder, to be read again.
    pub spilled_bytes: u64,
    /// Partitions of which rows were spilled.
    pub spilled_partitions: u64,
    /// Row groups that ended before their declared size because so much does not fit in memory.
    pub small_row_groups: u64,
    /// Most bytes that the process held in memory at any time, all its other work included; none where that is
    /// unknown. A run leaves it empty, since only the program knows what else it did.
    pub peak_memory_bytes: Option<u64>,
    /// Wall time in milliseconds.
    pub elapsed_ms: u64,
}

/// Records by what became of them. `read = written + rejected + late + early + skipped`, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Records found.
    pub read: u64,
    /// Records stored.
    pub written: u64,
    /// Records refused, kept whole in the reject file.
    pub rejected: u64,
    /// Records before the accepted window of event time.
    pub late: u64,
    /// Records after it.
    pub early: u64,
    /// Records left out on request.
    pub skipped: u64,
}

impl Counts {
    /// Adds another count to this one.
    pub fn add(&mut self, other: Counts) {
        self.read += other.read;
        self.written += other.written;
        self.rejected += other.rejected;
        self.late += other.late;
        self.early += other.early;
        self.skipped += other.skipped;
    }

    /// Whether every record read is accounted for.
    pub fn balances(&self) -> bool {
        self.read == self.written + self.rejected + self.late + self.early + self.skipped
    }
}

/// One input.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct InputReport {
    /// Path as given or found.
    pub path: String,
    /// What became of the input as a whole.
    pub status: InputStatus,
    /// `json` or `xml`, and its compression, such as `json+gzip`.
    pub format: String,
    /// Bytes as stored.
    pub bytes: u64,
    /// Bytes after decompression.
    pub decoded_bytes: u64,
    /// Its records.
    #[serde(flatten)]
    pub counts: Counts,
    /// Why it failed or was left out.
    pub message: Option<String>,
}

/// What became of an input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InputStatus {
    /// Its records are accounted for.
    #[default]
    Done,
    /// An earlier run has stored it already; nothing of it was read.
    AlreadyInLake,
    /// It could not be read to its end; nothing of it was stored.
    Failed,
}

/// Rejects with one reason.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RejectGroup {
    /// Code in Firehose's words, such as `DataFormatConversion.MalformedData`.
    pub code: String,
    /// Column, when the fault is in one.
    pub column: Option<String>,
    /// What was expected.
    pub expected: String,
    /// How many.
    pub count: u64,
    /// Message of the first of them.
    pub example: String,
    /// Where the first of them stands: `path:line:column` of the decoded input.
    pub at: String,
}

/// One partition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PartitionReport {
    /// Path below the table's folder, such as `dt=2026-11-23/hour=00/`; empty for a table without partitions.
    pub path: String,
    /// Rows written by this run.
    pub rows: u64,
    /// Bytes of Parquet written by this run.
    pub bytes: u64,
    /// Files written by this run, below the lake's folder.
    pub files: Vec<String>,
}
