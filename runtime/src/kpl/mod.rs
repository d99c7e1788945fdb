//! Several records in one of Kinesis: the aggregated records of the Kinesis Producer Library (KPL), both ways.
//!
//! An aggregated record is the bytes `F3 89 9A C2`, a protobuf message with the user records and their keys, and the MD5
//! of that message. Kinesis bills and limits whole records, so many small ones travel cheaper in one. Firehose and the
//! Kinesis Client Library (KCL) take them apart by themselves; what reads a stream in another way calls
//! [`deaggregate`], a Lambda function for a stream of Kinesis too.
//!
//! The format is that of <https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md>.
//!
//! # Examples
//! ```
//! use lakebed::kpl::{Aggregator, UserRecord, deaggregate};
//!
//! let mut aggregator = Aggregator::default();
//! for line in ["{\"n\":1}\n", "{\"n\":2}\n"] {
//!     // Nothing is full yet, so nothing comes out.
//!     assert!(aggregator.add(UserRecord::new("sensor-7", line.as_bytes()))?.is_none());
//! }
//! let record = aggregator.finish().expect("two records wait");
//! assert_eq!((record.records, record.partition_key.as_str()), (2, "sensor-7"));
//!
//! let back: Vec<&[u8]> = deaggregate(&record.data).data().collect();
//! assert_eq!(back, [b"{\"n\":1}\n", b"{\"n\":2}\n"]);
//! # Ok::<(), lakebed::kpl::AggregateError>(())
//! ```

mod aggregate;
mod deaggregate;
mod wire;

#[cfg(test)]
mod tests;

pub use aggregate::{AggregateError, Aggregated, Aggregator, DEFAULT_AGGREGATE_BYTES, MAX_AGGREGATE_BYTES};
pub use deaggregate::{Deaggregated, deaggregate};

use md5::{Digest, Md5};

/// What an aggregated record begins with.
pub const MAGIC: [u8; 4] = [0xF3, 0x89, 0x9A, 0xC2];

/// Bytes of the checksum at its end.
const CHECKSUM: usize = 16;

/// Numbers of the fields in the protobuf messages.
mod field {
    /// `AggregatedRecord.partition_key_table`.
    pub(super) const KEYS: u64 = 1;
    /// `AggregatedRecord.explicit_hash_key_table`.
    pub(super) const HASH_KEYS: u64 = 2;
    /// `AggregatedRecord.records`.
    pub(super) const RECORDS: u64 = 3;
    /// `Record.partition_key_index`.
    pub(super) const KEY: u64 = 1;
    /// `Record.explicit_hash_key_index`.
    pub(super) const HASH_KEY: u64 = 2;
    /// `Record.data`.
    pub(super) const DATA: u64 = 3;
    /// `Record.tags`.
    pub(super) const TAGS: u64 = 4;
    /// `Tag.key`.
    pub(super) const TAG_KEY: u64 = 1;
}

/// One record of a user within an aggregated one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserRecord<'a> {
    /// Its partition key.
    pub partition_key: &'a str,
    /// The hash that was asked for in place of the key's own, as decimal digits.
    pub explicit_hash_key: Option<&'a str>,
    /// Its data.
    pub data: &'a [u8],
}

impl<'a> UserRecord<'a> {
    /// A record without an explicit hash key.
    pub fn new(partition_key: &'a str, data: &'a [u8]) -> Self {
        Self { partition_key, explicit_hash_key: None, data }
    }

    /// Where Kinesis would put the record by itself: the explicit hash key, or else the MD5 of the partition key, most
    /// significant byte first. A shard takes a range of these. An explicit hash key that is no number below 2^128 counts
    /// for nothing.
    pub fn hash_key(&self) -> u128 {
        let explicit = self.explicit_hash_key.and_then(hash_key);
        explicit.unwrap_or_else(|| u128::from_be_bytes(Md5::digest(self.partition_key).into()))
    }
}

/// An explicit hash key as a number: decimal digits alone, below 2^128.
fn hash_key(text: &str) -> Option<u128> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}
