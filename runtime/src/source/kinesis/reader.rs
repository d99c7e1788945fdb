//! Reads a stream: which shard, from where, when.

use super::lineage::ready;
use super::pace::{MAX_RECORDS, after_failure, after_read, gap};
use super::{Fetched, Position, ReadError, ReadErrorKind, SequenceNumber, Shard, Shards, StreamRecord};
use crate::error::Error;
use futures_util::future::join_all;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// How a stream is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// Most records of one read, 1 to 10,000.
    pub records: u32,
    /// Shards that are read at the same time. Each may give 10 MiB, which are held in memory.
    pub at_once: usize,
    /// Pause between two reads of a shard of which everything was read.
    pub poll: Duration,
    /// Shortest pause between two reads of any shard. Kinesis allows five reads a second, to all its readers together.
    pub gap: Duration,
    /// How often the shards are listed, beside when one of them ends.
    pub list: Duration,
    /// Longest pause after the first failure; it doubles with each that follows.
    pub backoff: Duration,
    /// Longest pause after any failure.
    pub max_backoff: Duration,
    /// How long a call may take.
    pub timeout: Duration,
}

impl Default for ReadOptions {
    /// All records a read may give, four shards at once, every second, no more often than each 200 ms; shards listed each
    /// minute; 1 to 30 seconds after failures; 30 seconds for a call.
    fn default() -> Self {
        Self {
            records: MAX_RECORDS,
            at_once: 4,
            poll: Duration::from_secs(1),
            gap: gap(),
            list: Duration::from_secs(60),
            backoff: Duration::from_secs(1),
            max_backoff: Duration::from_secs(30),
            timeout: Duration::from_secs(30),
        }
    }
}

/// What one read of a shard gave.
#[derive(Clone, Debug)]
pub struct ShardRead {
    /// The shard.
    pub shard: Shard,
    /// Its next records, in their order.
    pub records: Vec<StreamRecord>,
}

/// What a reader did so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadCounts {
    /// Reads that were answered.
    pub reads: u64,
    /// Records of the stream.
    pub records: u64,
    /// Bytes of their data.
    pub bytes: u64,
    /// Calls that were refused because of too many.
    pub throttled: u64,
    /// Iterators that were too old.
    pub expired: u64,
    /// Calls that failed otherwise, and were made again.
    pub failed: u64,
}

/// Reads the shards of a stream, children after their parents, without keeping anything: who stores the records tells
/// where to begin the next time.
///
/// # Examples
/// ```no_run
/// # use lakebed::source::kinesis::{Position, ReadOptions, Shards, StreamReader};
/// # use std::{collections::BTreeMap, sync::Arc};
/// # async fn run(shards: Arc<dyn Shards>) -> Result<(), lakebed::Error> {
/// let start = BTreeMap::new();
/// let mut reader = StreamReader::new(shards, Position::TrimHorizon, start, ReadOptions::default());
/// loop {
///     tokio::time::sleep(reader.wait()).await;
///     for read in reader.poll().await? {
///         for user_record in read.records.iter().flat_map(|record| record.user_records()) {
///             // user_record.record.data
///         }
///     }
/// }
/// # }
/// ```
pub struct StreamReader {
    shards: Arc<dyn Shards>,
    options: ReadOptions,
    start: Position,
    positions: BTreeMap<String, SequenceNumber>,
    listed: Vec<Shard>,
    next_list: Instant,
    list_failures: u32,
    /// Whether the list is younger than the end of every shard: if not, children may be missing in it.
    has_listed: bool,
    open: BTreeMap<String, Open>,
    finished: BTreeSet<String>,
    counts: ReadCounts,
    failure: Option<Error>,
}

/// A shard under way.
#[derive(Clone, Debug)]
struct Open {
    shard: Shard,
    position: Position,
    iterator: Option<String>,
    next: Instant,
    failures: u32,
    /// How far it is behind, once that is known.
    behind: Option<Duration>,
}

/// What became of a call.
struct Answer {
    id: String,
    iterator: Option<String>,
    result: Result<Fetched, ReadError>,
}

/// A shard that is not there for so many calls in a row, and still listed, is none of ours.
const NOT_FOUND: u32 = 3;

impl StreamReader {
    /// A reader that begins each shard behind its last record in `positions`, and those that have none there at `start`.
    pub fn new(
        shards: Arc<dyn Shards>,
        start: Position,
        positions: BTreeMap<String, SequenceNumber>,
        options: ReadOptions,
    ) -> Self {
        let options = ReadOptions {
            records: options.records.clamp(1, MAX_RECORDS),
            at_once: options.at_once.max(1),
            ..options
        };
        Self {
            shards,
            options,
            start,
            positions,
            listed: Vec::new(),
            next_list: Instant::now(),
            list_failures: 0,
            has_listed: false,
            open: BTreeMap::new(),
            finished: BTreeSet::new(),
            counts: ReadCounts::default(),
            failure: None,
        }
    }

    /// Reads every shard whose time has come, some of them at once. Gives what has come, which may be nothing.
    ///
    /// Dropping the future loses nothing: the same records are read again. Throttling and what may pass by itself is
    /// waited for, and counted.
    ///
    /// # Errors
    /// What does not pass by itself. The other shards go on when this is called again.
    pub async fn poll(&mut self) -> Result<Vec<ShardRead>, Error> {
        if let Some(error) = self.failure.take() {
            return Err(error);
        }
        self.list().await?;
        let now = Instant::now();
        let mut due: Vec<(&String, &Open)> = self.open.iter().filter(|(_, open)| open.next <= now).collect();
        due.sort_by_key(|(_, open)| open.next);
        due.truncate(self.options.at_once);
        let calls = due.into_iter().map(|(id, open)| self.read(id, open));
        let answers = join_all(calls).await;
        // No await from here on: either all of this has happened, or nothing.
        let mut reads = Vec::new();
        for answer in answers {
            reads.extend(self.take(answer));
        }
        match self.failure.take() {
            Some(error) if reads.is_empty() => Err(error),
            failure => {
                self.failure = failure;
                Ok(reads)
            }
        }
    }

    /// How long there is nothing to do.
    pub fn wait(&self) -> Duration {
        let next = self.open.values().map(|open| open.next).chain([self.next_list]).min();
        next.map_or(Duration::ZERO, |next| next.saturating_duration_since(Instant::now()))
    }

    /// How far the shard that is furthest behind is behind its newest record; nothing while that is not known of all.
    pub fn behind(&self) -> Option<Duration> {
        let is_open = |id: &str| self.open.contains_key(id);
        if !self.has_listed || !ready(&self.listed, is_open, &self.finished).is_empty() {
            return None;
        }
        let mut behind = self.open.values().map(|open| open.behind);
        behind.try_fold(Duration::ZERO, |most, next| Some(most.max(next?)))
    }

    /// Shards that are being read.
    pub fn open_shards(&self) -> usize {
        self.open.len()
    }

    /// Whether every shard is closed, and has been read to its end. Each end is followed by a look for its children.
    pub fn is_finished(&self) -> bool {
        self.has_listed
            && !self.listed.is_empty()
            && self.open.is_empty()
            && self.listed.iter().all(|shard| self.finished.contains(&shard.id))
    }

    /// What it did so far.
    pub fn counts(&self) -> ReadCounts {
        self.counts
    }

    /// Lists the shards when it is time to, and opens those that may be read.
    async fn list(&mut self) -> Result<(), Error> {
        if self.next_list > Instant::now() {
            return Ok(());
        }
        let answer = timeout(self.options.timeout, self.shards.list_shards()).await;
        match answer.unwrap_or_else(|_| Err(too_slow(self.options.timeout))) {
            Ok(shards) => {
                self.listed = shards;
                self.has_listed = true;
                self.list_failures = 0;
                self.next_list = Instant::now() + self.options.list;
                self.begin();
                Ok(())
            }
            Err(error) => {
                self.list_failures = self.list_failures.saturating_add(1);
                self.next_list = Instant::now() + after_failure(&self.options, self.list_failures);
                match error.kind {
                    ReadErrorKind::Throttled => self.counts.throttled += 1,
                    ReadErrorKind::Transient | ReadErrorKind::ExpiredIterator => {
                        tracing::warn!(%error, "the shards of the stream cannot be listed; trying again");
                        self.counts.failed += 1;
                    }
                    ReadErrorKind::NotFound | ReadErrorKind::Permanent => return Err(error.of("the stream")),
                }
                Ok(())
            }
        }
    }

    /// Opens every shard whose parents are finished.
    fn begin(&mut self) {
        let ready = ready(&self.listed, |id| self.open.contains_key(id), &self.finished);
        let open = |shard: &Shard| {
            let position = match self.positions.get(&shard.id) {
                Some(last) => Position::After(last.clone()),
                None => self.start.clone(),
            };
            let shard = shard.clone();
            let next = Instant::now();
            let open = Open { shard, position, iterator: None, next, failures: 0, behind: None };
            (open.shard.id.clone(), open)
        };
        let ready: Vec<(String, Open)> = ready.into_iter().map(open).collect();
        self.open.extend(ready);
    }

    async fn read(&self, id: &str, open: &Open) -> Answer {
        let mut iterator = open.iterator.clone();
        let call = async {
            let place = match &iterator {
                Some(place) => place.clone(),
                None => {
                    let place = self.shards.iterator(id, &open.position).await?;
                    iterator.insert(place).clone()
                }
            };
            self.shards.records(&place, self.options.records).await
        };
        let result = timeout(self.options.timeout, call).await;
        let result = result.unwrap_or_else(|_| Err(too_slow(self.options.timeout)));
        Answer { id: id.to_owned(), iterator, result }
    }

    /// Takes an answer in.
    fn take(&mut self, answer: Answer) -> Option<ShardRead> {
        let open = self.open.get_mut(&answer.id)?;
        let now = Instant::now();
        open.iterator = answer.iterator;
        let mut fetched = match answer.result {
            Ok(fetched) => fetched,
            Err(error) => {
                self.failed(&answer.id, error);
                return None;
            }
        };
        open.failures = 0;
        if let Position::After(last) = &open.position {
            // An iterator at a time or at the horizon may have been asked for before they were read.
            fetched.records.retain(|record| record.sequence > *last);
        }
        if let Some(last) = fetched.records.last() {
            open.position = Position::After(last.sequence.clone());
            self.positions.insert(answer.id.clone(), last.sequence.clone());
        }
        let bytes = fetched.records.iter().map(|record| record.data.len() as u64).sum();
        self.counts.reads += 1;
        self.counts.records += fetched.records.len() as u64;
        self.counts.bytes += bytes;
        open.behind = fetched.behind.or(open.behind);
        let is_at_tip = fetched.records.is_empty() && fetched.behind.is_none_or(|behind| behind.is_zero());
        open.next = now + after_read(&self.options, bytes, is_at_tip);
        open.iterator = fetched.next;
        let shard = open.shard.clone();
        if open.iterator.is_none() {
            self.open.remove(&answer.id);
            self.finished.insert(answer.id);
            // Its children are there by now, and may not be in the list.
            (self.has_listed, self.next_list) = (false, now);
            self.begin();
        }
        (!fetched.records.is_empty()).then_some(ShardRead { shard, records: fetched.records })
    }

    fn failed(&mut self, id: &str, error: ReadError) {
        let Some(open) = self.open.get_mut(id) else { return };
        open.failures = open.failures.saturating_add(1);
        open.next = Instant::now() + after_failure(&self.options, open.failures);
        match error.kind {
            ReadErrorKind::Throttled => self.counts.throttled += 1,
            ReadErrorKind::ExpiredIterator => {
                self.counts.expired += 1;
                open.iterator = None;
                open.next = Instant::now() + self.options.gap;
            }
            ReadErrorKind::Transient => {
                tracing::warn!(shard = id, %error, "a shard cannot be read; trying again");
                self.counts.failed += 1;
            }
            ReadErrorKind::NotFound => {
                self.counts.failed += 1;
                open.iterator = None;
                self.next_list = Instant::now();
                if !self.listed.iter().any(|shard| shard.id == id) {
                    // All its records have grown too old while it was read.
                    self.open.remove(id);
                    self.finished.insert(id.to_owned());
                    self.has_listed = false;
                } else if open.failures >= NOT_FOUND {
                    self.failure = Some(error.of(&format!("shard {id}")));
                }
            }
            ReadErrorKind::Permanent => self.failure = Some(error.of(&format!("shard {id}"))),
        }
    }
}

impl std::fmt::Debug for StreamReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = f.debug_struct("StreamReader");
        out.field("start", &self.start).field("open", &self.open).field("finished", &self.finished);
        out.field("counts", &self.counts).finish_non_exhaustive()
    }
}

fn too_slow(time: Duration) -> ReadError {
    ReadError::new(ReadErrorKind::Transient, format!("no answer within {} s", time.as_secs_f64()))
}
