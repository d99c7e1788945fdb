//! From user records to aggregated ones.

use super::wire::{put_bytes, put_header, put_number, size_of_bytes, size_of_number};
use super::{CHECKSUM, Deaggregated, MAGIC, UserRecord, deaggregate, field, hash_key};
use md5::{Digest, Md5};
use std::collections::HashMap;
use std::fmt;

/// Bytes of an aggregated record where nothing else is asked for: the `AggregationMaxSize` of the KPL,
/// <https://github.com/awslabs/amazon-kinesis-producer/blob/master/java/amazon-kinesis-producer-sample/default_config.properties>.
pub const DEFAULT_AGGREGATE_BYTES: usize = 51_200;

/// Most bytes of an aggregated record with its partition key: what a stream takes unless its largest record was raised,
/// <https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html>.
pub const MAX_AGGREGATE_BYTES: usize = 1 << 20;

/// Longest partition key in characters,
/// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecordsRequestEntry.html>.
const MAX_KEY_CHARS: usize = 256;

/// Collects user records into aggregated ones.
///
/// The key of its first record is that of the whole record, and decides on the shard for all of them. A reader that
/// follows the KCL drops user records whose own key belongs to another shard, so that a stream with such readers wants
/// an aggregator for each shard, fed by [`UserRecord::hash_key`], or one for each key. Our own
/// reader and Firehose keep every record.
///
/// Order is kept. The same records give the same bytes, those that the KPL writes.
#[derive(Clone, Debug)]
pub struct Aggregator {
    limit: usize,
    keys: KeyTable,
    hash_keys: KeyTable,
    /// The `records` fields, written.
    body: Vec<u8>,
    records: usize,
    /// Where the data of the first record begins and ends in `body`.
    first: (usize, usize),
    has_first_hash_key: bool,
}

/// A record to be put into a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aggregated {
    /// Its data: an aggregated record, or the data of one user record alone.
    pub data: Vec<u8>,
    /// Its partition key.
    pub partition_key: String,
    /// Its explicit hash key.
    pub explicit_hash_key: Option<String>,
    /// User records in it.
    pub records: usize,
}

/// A user record that cannot be aggregated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AggregateError {
    /// It is longer than a record may be, even alone.
    TooLong {
        /// Bytes it would take.
        bytes: usize,
        /// Bytes that are allowed.
        limit: usize,
    },
    /// Its partition key has no characters or more than 256.
    PartitionKey {
        /// Characters of the key.
        chars: usize,
    },
    /// Its explicit hash key is no decimal number below 2^128.
    HashKey(String),
}

impl fmt::Display for AggregateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes, limit } => write!(
                f,
                "the record takes {bytes} bytes with its partition key, and a record may have {limit}: raise the limit of \
                 the aggregator and the largest record of the stream, or split the record"
            ),
            Self::PartitionKey { chars } => write!(
                f,
                "the partition key has {chars} characters; Kinesis takes 1 to {MAX_KEY_CHARS}: shorten it, or hash it"
            ),
            Self::HashKey(text) => write!(
                f,
                "the explicit hash key `{}` is no decimal number below 2^128: leave it out, or give a number",
                crate::fault::shorten(text.as_bytes())
            ),
        }
    }
}

impl std::error::Error for AggregateError {}

impl Default for Aggregator {
    /// One that fills records of [`DEFAULT_AGGREGATE_BYTES`].
    fn default() -> Self {
        Self::new(DEFAULT_AGGREGATE_BYTES)
    }
}

impl Aggregator {
    /// One whose records, with their outer partition key, are no longer than so many bytes. A user record that exceeds
    /// them alone is still taken, up to [`MAX_AGGREGATE_BYTES`] or the limit, whichever is more: it goes as it is.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            keys: KeyTable::default(),
            hash_keys: KeyTable::default(),
            body: Vec::new(),
            records: 0,
            first: (0, 0),
            has_first_hash_key: false,
        }
    }

    /// Adds a record. When it does not fit in with those that wait, they come out, and it is the first of the next.
    ///
    /// # Errors
    /// A key that Kinesis refuses, a record that is too long for any. What waits stays as it is.
    pub fn add(&mut self, record: UserRecord<'_>) -> Result<Option<Aggregated>, AggregateError> {
        check(&record, self.limit.max(MAX_AGGREGATE_BYTES))?;
        let full =
            if self.records > 0 && self.size_with(&record) > self.limit { self.finish() } else { None };
        self.push(&record);
        Ok(full)
    }

    /// What waits, as one record; nothing when nothing does. A single user record stays plain, unless its data would be
    /// taken for an aggregated one.
    pub fn finish(&mut self) -> Option<Aggregated> {
        let (partition_key, records) = (self.keys.list.first()?.clone(), self.records);
        let explicit_hash_key = self.hash_keys.list.first().filter(|_| self.has_first_hash_key).cloned();
        let data = match self.single() {
            Some(data) => data,
            None => self.write(),
        };
        let limit = self.limit;
        *self = Self::new(limit);
        Some(Aggregated { data, partition_key, explicit_hash_key, records })
    }

    /// User records that wait.
    pub fn len(&self) -> usize {
        self.records
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// Bytes of what waits as an aggregated record, with its outer partition key.
    pub fn size(&self) -> usize {
        let outer = self.keys.list.first().map_or(0, String::len);
        MAGIC.len() + self.keys.bytes + self.hash_keys.bytes + self.body.len() + CHECKSUM + outer
    }

    /// [`size`](Self::size) when the record were there too.
    pub fn size_with(&self, record: &UserRecord<'_>) -> usize {
        let outer = if self.records == 0 { record.partition_key.len() } else { 0 };
        let keys = self.keys.growth(record.partition_key);
        let hash_keys = record.explicit_hash_key.map_or(0, |key| self.hash_keys.growth(key));
        let inner = size_of_record(self.indices(record), record.data.len());
        self.size() + outer + keys + hash_keys + size_of_bytes(inner)
    }

    /// Where the keys of a record stand in their tables, or would.
    fn indices(&self, record: &UserRecord<'_>) -> (u64, Option<u64>) {
        let hash_key = record.explicit_hash_key.map(|key| self.hash_keys.index(key));
        (self.keys.index(record.partition_key), hash_key)
    }

    fn push(&mut self, record: &UserRecord<'_>) {
        let indices = self.indices(record);
        self.keys.insert(record.partition_key);
        if let Some(key) = record.explicit_hash_key {
            self.hash_keys.insert(key);
        }
        put_header(&mut self.body, field::RECORDS, size_of_record(indices, record.data.len()));
        put_number(&mut self.body, field::KEY, indices.0);
        if let Some(index) = indices.1 {
            put_number(&mut self.body, field::HASH_KEY, index);
        }
        put_bytes(&mut self.body, field::DATA, record.data);
        if self.records == 0 {
            self.first = (self.body.len() - record.data.len(), self.body.len());
            self.has_first_hash_key = record.explicit_hash_key.is_some();
        }
        self.records += 1;
    }

    /// The data of the only record, where they can go as they are.
    fn single(&self) -> Option<Vec<u8>> {
        let data = self.body.get(self.first.0..self.first.1).filter(|_| self.records == 1)?;
        matches!(deaggregate(data), Deaggregated::Plain(_)).then(|| data.to_vec())
    }

    fn write(&self) -> Vec<u8> {
        let mut data = Vec::with_capacity(self.size());
        data.extend_from_slice(&MAGIC);
        self.keys.list.iter().for_each(|key| put_bytes(&mut data, field::KEYS, key.as_bytes()));
        self.hash_keys.list.iter().for_each(|key| put_bytes(&mut data, field::HASH_KEYS, key.as_bytes()));
        data.extend_from_slice(&self.body);
        let checksum = Md5::digest(data.get(MAGIC.len()..).unwrap_or_default());
        data.extend_from_slice(&checksum);
        data
    }
}

/// Whether Kinesis would take the record.
fn check(record: &UserRecord<'_>, limit: usize) -> Result<(), AggregateError> {
    let chars = record.partition_key.chars().count();
    if chars == 0 || chars > MAX_KEY_CHARS {
        return Err(AggregateError::PartitionKey { chars });
    }
    if let Some(key) = record.explicit_hash_key.filter(|key| hash_key(key).is_none()) {
        return Err(AggregateError::HashKey(key.to_owned()));
    }
    let bytes = record.partition_key.len() + record.data.len();
    if bytes > limit { Err(AggregateError::TooLong { bytes, limit }) } else { Ok(()) }
}

fn size_of_record((key, hash_key): (u64, Option<u64>), data: usize) -> usize {
    size_of_number(key) + hash_key.map_or(0, size_of_number) + size_of_bytes(data)
}

/// Keys in the order of their first use, each once.
#[derive(Clone, Debug, Default)]
struct KeyTable {
    list: Vec<String>,
    places: HashMap<String, u64>,
    /// Bytes of the fields that hold them.
    bytes: usize,
}

impl KeyTable {
    /// Where the key stands, or would.
    fn index(&self, key: &str) -> u64 {
        self.places.get(key).copied().unwrap_or(self.list.len() as u64)
    }

    /// Bytes that the table would grow by.
    fn growth(&self, key: &str) -> usize {
        if self.places.contains_key(key) { 0 } else { size_of_bytes(key.len()) }
    }

    fn insert(&mut self, key: &str) {
        if self.places.contains_key(key) {
            return;
        }
        self.bytes += size_of_bytes(key.len());
        self.places.insert(key.to_owned(), self.list.len() as u64);
        self.list.push(key.to_owned());
    }
}
