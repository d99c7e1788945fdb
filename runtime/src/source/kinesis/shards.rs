//! The calls of Kinesis that a reader needs, so that tests can play it.

use super::SequenceNumber;
use crate::error::{Error, ErrorKind};
use crate::kpl::{Deaggregated, UserRecord, deaggregate};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use std::fmt;
use std::time::Duration;

/// A stream of Kinesis, as its reader sees it.
///
/// Each call is one request, which is not made again inside. Dropping a future changes nothing.
pub trait Shards: Send + Sync {
    /// All shards that the stream still has records of, open or closed, with those they came from.
    fn list_shards(&self) -> BoxFuture<'_, Result<Vec<Shard>, ReadError>>;

    /// A place to read a shard from. It is good for five minutes, also more than once.
    fn iterator<'a>(
        &'a self,
        shard: &'a str,
        position: &'a Position,
    ) -> BoxFuture<'a, Result<String, ReadError>>;

    /// Up to `limit` records from that place on, and the next place.
    fn records<'a>(&'a self, iterator: &'a str, limit: u32) -> BoxFuture<'a, Result<Fetched, ReadError>>;
}

/// A part of a stream. Its records have one order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shard {
    /// Its name, such as `shardId-000000000000`.
    pub id: String,
    /// The shards it was split or merged from, whether they are still there or not.
    pub parents: Vec<String>,
    /// First and last hash key that it takes; nothing where that is unknown.
    pub hash_keys: Option<(u128, u128)>,
}

/// From where on a shard is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Position {
    /// From its oldest record.
    TrimHorizon,
    /// From the first record that came at this time or later, in milliseconds since 1970.
    At(i64),
    /// Behind this record.
    After(SequenceNumber),
}

/// What one read of a shard gave.
#[derive(Clone, Debug, Default)]
pub struct Fetched {
    /// Records in their order; none does not mean that the shard has no more.
    pub records: Vec<StreamRecord>,
    /// Where to read on; nothing at the end of a shard that is closed.
    pub next: Option<String>,
    /// How far the records are behind the newest one.
    pub behind: Option<Duration>,
}

/// A record as it lies in the stream; it may be an aggregated one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamRecord {
    /// Its number within the shard.
    pub sequence: SequenceNumber,
    /// Its partition key; empty when it was put without one.
    pub partition_key: String,
    /// Its data.
    pub data: Bytes,
    /// Milliseconds since 1970 at which it came into the stream, about.
    pub arrival_ms: i64,
}

/// A user record of a stream: one that was put as it is, or one within an aggregated record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbered<'a> {
    /// Number of the record of the stream.
    pub sequence: &'a SequenceNumber,
    /// Number within the aggregated record, from 0; nothing of a record that is none.
    pub subsequence: Option<u64>,
    /// The record with its own keys.
    pub record: UserRecord<'a>,
}

impl StreamRecord {
    /// The user records in it, in their order, at least one.
    pub fn user_records(&self) -> Vec<Numbered<'_>> {
        let numbered = |subsequence, record| Numbered { sequence: &self.sequence, subsequence, record };
        match deaggregate(&self.data) {
            Deaggregated::Plain(data) => vec![numbered(None, UserRecord::new(&self.partition_key, data))],
            Deaggregated::Aggregated(records) => {
                let numbers = (0..).map(Some);
                numbers.zip(records).map(|(number, record)| numbered(number, record)).collect()
            }
        }
    }
}

/// Why Kinesis gave no answer.
#[derive(Debug)]
pub struct ReadError {
    /// What to do about it.
    pub kind: ReadErrorKind,
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What a reader does when Kinesis gives no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadErrorKind {
    /// Read more slowly: the shard's throughput, or the rate of calls, is used up.
    Throttled,
    /// Ask for a new iterator.
    ExpiredIterator,
    /// Try again later: no connection, no answer in time, a failure within Kinesis.
    Transient,
    /// There is no such stream or shard.
    NotFound,
    /// It stays as it is until somebody changes something: no permission, a wrong argument, a key that is disabled.
    Permanent,
}

impl ReadError {
    /// A failure without a cause below it.
    pub fn new(kind: ReadErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// As a failure of the whole work on this stream or shard.
    pub(super) fn of(self, what: &str) -> Error {
        let transient = match self.kind {
            ReadErrorKind::Throttled | ReadErrorKind::ExpiredIterator | ReadErrorKind::Transient => true,
            ReadErrorKind::NotFound | ReadErrorKind::Permanent => false,
        };
        let message = format!("{what} cannot be read: {}", self.message);
        let error = Error::new(ErrorKind::Input, message).with_transient(transient);
        match self.source {
            Some(source) => error.with_source(source),
            None => error,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
