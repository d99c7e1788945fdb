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
    /// Late and early records grouped like rejects; none without an accepted window of event time.
    pub out_of_window: Vec<RejectGroup>,
    /// The accepted window of event time, such as `-7d..+1h`, when there is one.
    pub accept_event_time: Option<String>,
    /// What was found below folders and prefixes and is no input.
    pub passed_over: PassedOver,
    /// What people should know about the run, one sentence each: an arrival time that is only guessed, a lease taken
    /// over, an earlier run's leftovers removed.
    pub notes: Vec<String>,
    /// Partitions written, by path.
    pub partitions: Vec<PartitionReport>,
    /// Rejects as NDJSON, below the lake's folder, by reason and day of arrival:
    /// `_errors/TABLE/malformed-data/dt=2026-11-23/RUN.ndjson`.
    pub reject_files: Vec<String>,
    /// What a replay found in the error objects that it read; nothing for other runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replay: Option<ReplayCounts>,
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
    /// Where the time went; nothing for rows that were in memory already.
    pub stages: Stages,
}

/// Stages of a run, through which its bytes and rows go one after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Stages {
    /// Stored bytes read, decompressed and hashed.
    pub read: Stage,
    /// Text to columns: its bytes, and the records stored.
    pub decode: Stage,
    /// Columns to Parquet, spilling among it: the bytes of the files, and their rows.
    pub encode: Stage,
    /// Files and their record into the lake.
    pub publish: Stage,
}

/// What went through a stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Stage {
    /// Bytes; see [`Stages`] for which.
    pub bytes: u64,
    /// Rows.
    pub rows: u64,
    /// Wall time in seconds, summed over the threads at work.
    pub seconds: f64,
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

/// Error objects that a replay read. What counts as a record is in [`Counts`]: each record in an object, and each
/// object that is broken itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReplayCounts {
    /// Error objects found, the broken ones among them.
    pub objects: u64,
    /// Those that carry no data.
    pub empty: u64,
    /// What is no error object, or carries data that cannot be unpacked; each is a reject.
    pub broken: u64,
    /// Those that Firehose wrote, or another program.
    pub foreign: u64,
}

impl ReplayCounts {
    /// Adds another count to this one.
    pub fn add(&mut self, other: ReplayCounts) {
        self.objects += other.objects;
        self.empty += other.empty;
        self.broken += other.broken;
        self.foreign += other.foreign;
    }
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

    /// What came since then.
    pub(crate) fn since(self, before: Counts) -> Counts {
        Counts {
            read: self.read.saturating_sub(before.read),
            written: self.written.saturating_sub(before.written),
            rejected: self.rejected.saturating_sub(before.rejected),
            late: self.late.saturating_sub(before.late),
            early: self.early.saturating_sub(before.early),
            skipped: self.skipped.saturating_sub(before.skipped),
        }
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
    /// When it arrived; nothing for rows that were in memory already.
    pub arrival: Option<Arrival>,
}

/// When an input arrived. Tables partitioned by arrival take their paths from it, and the accepted window of event time
/// is relative to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Arrival {
    /// Seconds since 1970; in JSON a text such as `2026-11-23T08:15:30Z`. Nothing when each record has its own.
    #[serde(serialize_with = "as_text")]
    pub time: Option<i64>,
    /// How it is known.
    pub source: ArrivalSource,
}

/// How the arrival of an input is known, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ArrivalSource {
    /// Each of its records says it, as in an error object.
    Records,
    /// It stands in the object's name: Firehose wrote it there, or our own reader of a stream.
    ObjectName,
    /// The time at which the file or object was written last.
    ObjectTime,
    /// The time at which it was read, as for a stream.
    Clock,
}

impl ArrivalSource {
    /// In words, to stand behind `from`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Records => "the records themselves",
            Self::ObjectName => "the object names",
            Self::ObjectTime => "the times at which files or objects were last written",
            Self::Clock => "the clock",
        }
    }
}

fn as_text<S: serde::Serializer>(time: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => serializer.collect_str(&crate::window::Utc { millis: time.saturating_mul(1000) }),
        None => serializer.serialize_none(),
    }
}

/// What was found below folders and prefixes and is no input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PassedOver {
    /// Files and folders that start with `.` or `_`, each folder counted once.
    pub hidden: u64,
    /// Parquet and ORC files: those of a table.
    pub table_files: u64,
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
