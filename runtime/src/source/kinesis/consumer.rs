//! From a stream of Kinesis into a lake, each record once.

use super::chunk::{Held, Strays};
use super::spool::Spool;
use super::store::{Job, Stored, store};
use super::{Position, ReadCounts, ReadOptions, ShardRead, Shards, StreamReader};
use crate::convert::ConvertOptions;
use crate::error::{Error, ErrorKind};
use crate::journal::read_journal;
use crate::report::{Counts, Report};
use crate::store::StoreError;
use lakebed_schema::Table;
use std::collections::{BTreeSet, VecDeque};
use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{Instant, sleep, sleep_until};

/// Where to begin with a stream of which nothing is in the lake yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// With the oldest records that it still has.
    #[default]
    TrimHorizon,
    /// With records that come from the first [`open`](KinesisConsumer::open) on, by the clock of this machine. That
    /// instant is noted beside the waiting files, so that a reader that is started again leaves out nothing.
    Latest,
    /// With records that came at this time or later, in milliseconds since 1970.
    At(i64),
}

/// What to read, and where to.
#[derive(Clone, Debug)]
pub struct ConsumerOptions {
    /// Name or ARN of the stream. The journal knows it by this text: one that is written in another way is another
    /// stream, and is read from its start.
    pub stream: String,
    /// Where to begin.
    pub start: Start,
    /// A folder of this machine, on a disk that survives, for this reader alone: records wait in it until they are in
    /// the lake.
    pub spool: PathBuf,
    /// The lake, and how records become rows. What is said of inputs, `force` and `dry_run` does not count.
    pub convert: ConvertOptions,
    /// Bytes of text after which records are stored; they are held in memory until then, and nothing is unpacked beyond
    /// the record that reaches it. 64 MiB.
    pub roll_bytes: usize,
    /// Time after which records are stored, however few there are. 60 seconds.
    pub roll_age: Duration,
    /// Bytes of waiting files above which no more is read, while the lake cannot be written. 1 GiB.
    pub spool_bytes: u64,
    /// What becomes of user records in aggregated records of the wrong shard.
    pub strays: Strays,
    /// How shards are read.
    pub read: ReadOptions,
}

impl ConsumerOptions {
    /// Options with the defaults; the lake is that of `convert`.
    pub fn new(stream: impl Into<String>, spool: impl Into<PathBuf>, convert: ConvertOptions) -> Self {
        Self {
            stream: stream.into(),
            start: Start::default(),
            spool: spool.into(),
            convert,
            roll_bytes: 64 << 20,
            roll_age: Duration::from_secs(60),
            spool_bytes: 1 << 30,
            strays: Strays::default(),
            read: ReadOptions::default(),
        }
    }
}

/// What a reader did since it was opened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsumerReport {
    /// What was read of the stream.
    pub read: ReadCounts,
    /// User records among it.
    pub user_records: u64,
    /// User records that were dropped as [`Strays::Drop`] says.
    pub strays: u64,
    /// What became of those that were stored, and of those that waited from before. Not all that was read needs to be
    /// stored yet.
    pub stored: Counts,
    /// Runs that stored them.
    pub runs: u64,
    /// Runs that failed and were made again.
    pub failed_runs: u64,
    /// Files that could not be converted, nor by another run later. They are kept where this says, and nothing reads them again.
    pub put_aside: Vec<PathBuf>,
    /// How far the reader is behind the newest record of the stream, as soon as that is known.
    pub behind: Option<Duration>,
}

/// What a step did.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// User records that were read.
    pub user_records: u64,
    /// The run, when records were stored.
    pub run: Option<Report>,
    /// Whether all shards are closed, and all their records are in the lake.
    pub is_finished: bool,
}

/// Reads a stream into a table, each record once, whatever happens to the process.
///
/// What was read is written to a file in the spool, whose name holds shard and sequence numbers; the file is converted
/// like any other input, and the journal of the table, which knows inputs by their names, is the checkpoint. A reader
/// that is opened again reads on behind the last record that is in the journal or in the spool. So nothing is lost or
/// doubled by a crash at any instant, as long as the spool survives with its machine; where it does not, the records in
/// it are read from the stream again.
///
/// One reader at a time reads a stream into a table: there is no sharing of shards between machines.
///
/// An aggregated record counts as one: its user records are stored together. User records are JSON, in any compression
/// that `convert` reads.
///
/// # Examples
/// ```
/// # use futures_util::future::{BoxFuture, ready};
/// # use lakebed::source::kinesis::{Fetched, Position, ReadError, SequenceNumber, Shard, Shards, StreamRecord};
/// # /// A stream of one closed shard with one record.
/// # struct MyStream;
/// # impl Shards for MyStream {
/// #     fn list_shards(&self) -> BoxFuture<'_, Result<Vec<Shard>, ReadError>> {
/// #         Box::pin(ready(Ok(vec![Shard { id: "shardId-000000000000".into(), ..Shard::default() }])))
/// #     }
/// #     fn iterator<'a>(&'a self, _: &'a str, _: &'a Position) -> BoxFuture<'a, Result<String, ReadError>> {
/// #         Box::pin(ready(Ok("first".into())))
/// #     }
/// #     fn records<'a>(&'a self, _: &'a str, _: u32) -> BoxFuture<'a, Result<Fetched, ReadError>> {
/// #         let record = StreamRecord {
/// #             sequence: SequenceNumber::new("17").expect("digits"),
/// #             partition_key: "7".into(),
/// #             data: "{\"n\":7}".into(),
/// #             arrival_ms: 1_795_421_730_000,
/// #         };
/// #         Box::pin(ready(Ok(Fetched { records: vec![record], next: None, behind: None })))
/// #     }
/// # }
/// use lakebed::source::kinesis::{ConsumerOptions, KinesisConsumer};
/// use lakebed::{Column, ConvertOptions, LogicalType, Table};
/// use std::{path::PathBuf, sync::Arc};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// let table = Table::new("event", vec![Column::new("n", LogicalType::Int64)]);
/// let convert = ConvertOptions::new(Vec::<PathBuf>::new(), folder.join("lake"));
/// let options = ConsumerOptions::new("events", folder.join("spool"), convert);
/// // On AWS, `MyStream` is `KinesisShards`, behind the feature `aws`.
/// let consumer = KinesisConsumer::open(Arc::new(MyStream), table, options).await?;
/// // Until all shards have ended, or until told otherwise.
/// let report = consumer.run(std::future::pending()).await?;
/// assert_eq!((report.stored.read, report.stored.written), (1, 1));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct KinesisConsumer {
    reader: StreamReader,
    options: ConsumerOptions,
    table: Arc<Table>,
    spool: Spool,
    /// What was read and is not unpacked.
    packed: VecDeque<ShardRead>,
    held: Held,
    /// When the oldest record of those held came here.
    held_since: Option<Instant>,
    /// Work that is under way, also when nobody waits for it any more.
    work: Option<JoinHandle<Stored>>,
    waiting: usize,
    waiting_bytes: u64,
    /// Files that one run could not convert.
    suspects: BTreeSet<String>,
    /// Failed runs in a row, and when the next one may be.
    failures: u32,
    retry_at: Instant,
    /// The thread that stored records has ended before its work: what it had is read again by another reader only.
    is_dead: bool,
    report: ConsumerReport,
}

impl KinesisConsumer {
    /// Takes the spool, and finds out where to read on.
    ///
    /// # Errors
    /// A spool that cannot be written or is in use, a lake whose journal cannot be read.
    pub async fn open(
        shards: Arc<dyn Shards>,
        table: Table,
        options: ConsumerOptions,
    ) -> Result<Self, Error> {
        let mut options = options;
        let convert = &mut options.convert;
        (convert.force, convert.dry_run) = (false, false);
        convert.inputs.clear();
        convert.streams.clear();
        options.roll_bytes = options.roll_bytes.max(1);
        let (table, asked) = (Arc::new(table), options.clone());
        let its_table = Arc::clone(&table);
        let found =
            spawn_blocking(move || find(&its_table, &asked)).await.map_err(|e| dead().with_source(e))??;
        let reader = StreamReader::new(shards, found.start, found.positions, options.read);
        Ok(Self {
            reader,
            options,
            table,
            spool: found.spool,
            packed: VecDeque::new(),
            held: Held::default(),
            held_since: None,
            work: None,
            waiting: found.waiting,
            waiting_bytes: found.waiting_bytes,
            suspects: BTreeSet::new(),
            failures: 0,
            retry_at: Instant::now(),
            is_dead: false,
            report: ConsumerReport::default(),
        })
    }

    /// Waits until there is something to do, and does it: reads some shards once, or stores what was read.
    ///
    /// Dropping the future loses nothing: the next call goes on.
    ///
    /// # Errors
    /// What does not pass by itself, in the stream or in the lake. What was read stays, and another call tries again.
    pub async fn step(&mut self) -> Result<Step, Error> {
        let mut step = Step { run: self.settle().await?, ..Step::default() };
        if self.must_store() {
            step.run = self.store().await?.or(step.run);
        } else if self.waiting_bytes >= self.options.spool_bytes {
            // Nothing more is read before the lake takes some of it.
            sleep_until(self.retry_at).await;
        } else {
            sleep(self.wait()).await;
            step.user_records = self.read().await?;
        }
        step.is_finished = self.reader.is_finished() && self.is_empty();
        Ok(step)
    }

    /// Reads and stores until that future is there, or all shards of the stream have ended; then stores what is left.
    ///
    /// # Errors
    /// As [`step`](Self::step); a lake that cannot be written at the end. Whatever was read and is not in the lake is
    /// read again by the next reader.
    pub async fn run(mut self, until: impl Future<Output = ()>) -> Result<ConsumerReport, Error> {
        let mut until = pin!(until);
        loop {
            tokio::select! {
                biased;
                () = &mut until => return self.close().await,
                step = self.step() => {
                    if step?.is_finished {
                        return self.close().await;
                    }
                }
            }
        }
    }

    /// Stores everything that was read, at once.
    ///
    /// # Errors
    /// The lake cannot be written. What was read stays, and another call tries again.
    pub async fn flush(&mut self) -> Result<(), Error> {
        self.settle().await?;
        while !self.is_empty() {
            self.unpack();
            if !self.suspects.is_empty() {
                sleep_until(self.retry_at).await;
            }
            self.start_work();
            let failed = self.report.failed_runs;
            let work = self.finish_work().await?;
            match work.result {
                Ok(run) => drop(self.count(run)),
                Err(error) => {
                    self.report.failed_runs = failed + 1;
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Stores everything that was read, and ends.
    ///
    /// # Errors
    /// The lake cannot be written. Whatever is not in it is stored by the next reader.
    pub async fn close(mut self) -> Result<ConsumerReport, Error> {
        self.flush().await?;
        Ok(self.report())
    }

    /// What was done so far.
    pub fn report(&self) -> ConsumerReport {
        let (read, behind) = (self.reader.counts(), self.reader.behind());
        ConsumerReport { read, behind, ..self.report.clone() }
    }

    /// Whether nothing was read that is not in the lake.
    fn is_empty(&self) -> bool {
        self.packed.is_empty() && self.held.is_empty() && self.waiting == 0 && self.work.is_none()
    }

    /// How long there is nothing to do.
    fn wait(&self) -> Duration {
        if !self.packed.is_empty() && self.held.bytes() < self.options.roll_bytes {
            return Duration::ZERO;
        }
        // Before that nothing is stored, however old it is.
        let roll = self.roll_at().map(|at| at.max(self.retry_at));
        let again = (self.waiting > 0).then_some(self.retry_at);
        let store = [roll, again].into_iter().flatten().min();
        let store = store.map(|at| at.saturating_duration_since(Instant::now()));
        store.map_or(self.reader.wait(), |wait| wait.min(self.reader.wait()))
    }

    /// When held records are to be stored at the latest.
    fn roll_at(&self) -> Option<Instant> {
        self.held_since.map(|since| since + self.options.roll_age)
    }

    fn must_store(&self) -> bool {
        let now = Instant::now();
        if now < self.retry_at {
            return false;
        }
        let is_due =
            self.held.bytes() >= self.options.roll_bytes || self.roll_at().is_some_and(|at| at <= now);
        // Files wait from before, or the last records of the stream do.
        is_due
            || self.waiting > 0
            || (self.reader.is_finished() && self.packed.is_empty() && !self.held.is_empty())
    }

    async fn read(&mut self) -> Result<u64, Error> {
        if self.held.bytes() >= self.options.roll_bytes {
            // They cannot be stored now; there is no room for more.
            sleep_until(self.retry_at).await;
            return Ok(0);
        }
        if self.packed.is_empty() {
            self.packed.extend(self.reader.poll().await?);
        }
        let before = self.report.user_records;
        self.unpack();
        if let Some(behind) = self.reader.behind() {
            metrics::gauge!("lakebed_kinesis_behind_seconds").set(behind.as_secs_f64());
        }
        Ok(self.report.user_records - before)
    }

    /// Unpacks what was read, as far as there is room for its text.
    fn unpack(&mut self) {
        while self.held.bytes() < self.options.roll_bytes
            && let Some(read) = self.packed.front_mut()
        {
            let taken = self.held.add(read, self.options.strays, self.options.roll_bytes);
            if read.records.is_empty() {
                self.packed.pop_front();
            }
            self.report.user_records += taken.user_records;
            self.report.strays += taken.strays;
            metrics::counter!("lakebed_kinesis_records_total").increment(taken.records);
            metrics::counter!("lakebed_kinesis_user_records_total").increment(taken.user_records);
        }
        if !self.held.is_empty() {
            self.held_since.get_or_insert_with(Instant::now);
        }
    }

    async fn store(&mut self) -> Result<Option<Report>, Error> {
        self.start_work();
        self.settle().await
    }

    /// Hands what is held to a thread. It ends its work whatever becomes of this.
    fn start_work(&mut self) {
        if self.work.is_some() {
            return;
        }
        self.held_since = None;
        let job = Job {
            spool: self.spool.clone(),
            table: Arc::clone(&self.table),
            convert: self.options.convert.clone(),
            chunks: self.held.take(),
            suspects: self.suspects.clone(),
        };
        self.work = Some(spawn_blocking(move || store(job)));
    }

    /// Waits for the work under way.
    async fn finish_work(&mut self) -> Result<Stored, Error> {
        let Some(work) = &mut self.work else {
            if self.is_dead {
                return Err(dead());
            }
            return Ok(Stored {
                waiting: Some((self.waiting, self.waiting_bytes)),
                suspects: self.suspects.clone(),
                unwritten: Vec::new(),
                put_aside: Vec::new(),
                result: Ok(None),
            });
        };
        let done = work.await;
        // No await from here on.
        self.work = None;
        self.is_dead = done.is_err();
        let mut stored = done.map_err(|e| dead().with_source(e))?;
        self.held.put_back(std::mem::take(&mut stored.unwritten));
        if !self.held.is_empty() {
            self.held_since.get_or_insert_with(Instant::now);
        }
        // What cannot be listed may be there.
        (self.waiting, self.waiting_bytes) =
            stored.waiting.unwrap_or((self.waiting.max(1), self.waiting_bytes));
        if stored.suspects.difference(&self.suspects).next().is_some() {
            self.retry_at = Instant::now() + super::pace::after_failure(&self.options.read, 1);
        }
        self.suspects = std::mem::take(&mut stored.suspects);
        for path in &stored.put_aside {
            tracing::error!(path = %path.display(), "a file of the spool cannot be converted and was put aside");
        }
        self.report.put_aside.append(&mut stored.put_aside);
        Ok(stored)
    }

    /// Waits for the work under way, and sees whether it failed for good.
    async fn settle(&mut self) -> Result<Option<Report>, Error> {
        match self.finish_work().await?.result {
            Ok(run) => Ok(self.count(run)),
            Err(error) => {
                self.report.failed_runs += 1;
                self.failures = self.failures.saturating_add(1);
                self.retry_at =
                    Instant::now() + super::pace::after_failure(&self.options.read, self.failures);
                metrics::counter!("lakebed_kinesis_failed_runs_total").increment(1);
                if !error.retryable() {
                    return Err(error);
                }
                tracing::warn!(%error, "records cannot be stored now; trying again");
                Ok(None)
            }
        }
    }

    fn count(&mut self, run: Option<Report>) -> Option<Report> {
        let run = run?;
        self.failures = 0;
        self.report.runs += 1;
        self.report.stored.add(run.total);
        metrics::counter!("lakebed_kinesis_rows_total").increment(run.total.written);
        tracing::debug!(
            run = run.run,
            rows = run.total.written,
            rejected = run.total.rejected,
            "records stored"
        );
        Some(run)
    }
}

/// What there is of a stream when its reader is opened.
struct Found {
    spool: Spool,
    start: Position,
    positions: std::collections::BTreeMap<String, super::SequenceNumber>,
    waiting: usize,
    waiting_bytes: u64,
}

fn find(table: &Table, options: &ConsumerOptions) -> Result<Found, Error> {
    let spool = Spool::open(&options.spool, &options.stream)?;
    let lake = options.convert.stores.open(&options.convert.lake).map_err(StoreError::output)?;
    let (runs, _) = read_journal(lake.as_ref(), &table.name)?;
    let positions = spool.positions(&runs)?;
    let start = match options.start {
        Start::TrimHorizon => Position::TrimHorizon,
        Start::At(ms) => Position::At(ms),
        Start::Latest => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
            spool.start_at(i64::try_from(now).unwrap_or(i64::MAX))?
        }
    };
    let waiting = spool.waiting()?;
    Ok(Found {
        start,
        positions,
        waiting: waiting.len(),
        waiting_bytes: waiting.iter().map(|file| file.bytes).sum(),
        spool,
    })
}

/// A thread that ended by a panic, or with the runtime.
fn dead() -> Error {
    let message = "the thread that stores records has ended before its work; open the reader again: nothing is lost, it \
                   reads on behind what is stored";
    Error::new(ErrorKind::Internal, message)
}
