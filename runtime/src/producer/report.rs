//! What a producer did.

use super::entry::Entry;
use super::spool::Damage;
use std::fmt;

/// What a producer did, exactly: `accepted + recovered = delivered + spooled + undeliverable + undelivered`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProducerReport {
    /// Records that `send` took.
    pub accepted: u64,
    /// Records that an earlier process left in the spool.
    pub recovered: u64,
    /// Records that `send` refused.
    pub refused: u64,
    /// Records that the stream has.
    pub delivered: u64,
    /// Records that are in the spool now, for the next process.
    pub spooled: u64,
    /// Records that the service refuses for good; with a spool they are in its file `undeliverable.ndjson`.
    pub undeliverable: u64,
    /// Records that were not delivered, and that no spool could take; they are in `returned`.
    pub undelivered: u64,
    /// Records that may stand twice in the stream: so often was one sent again whose answer was lost. Records of a spool
    /// that was not closed are all counted.
    pub possible_duplicates: u64,
    /// Times that a record was sent again.
    pub retries: u64,
    /// Times that a record was not taken since the stream was too busy.
    pub throttled: u64,
    /// Calls that were made.
    pub calls: u64,
    /// Calls that failed as a whole, throttled ones included.
    pub failed_calls: u64,
    /// Bytes of the records that were delivered.
    pub delivered_bytes: u64,
    /// Times that a record was written to the spool.
    pub spool_writes: u64,
    /// Most records in memory at a time.
    pub peak_records: usize,
    /// Most bytes in memory at a time.
    pub peak_bytes: usize,
    /// The last thing that the service or the disk said, when something failed.
    pub last_error: Option<String>,
    /// What was broken in the spool when it was opened.
    pub damage: Vec<Damage>,
    /// The records that are counted in `undelivered`, and those in `undeliverable` that nobody took, oldest first.
    pub returned: Vec<Returned>,
}

/// A record that was not delivered.
#[derive(Clone, Debug, PartialEq)]
pub struct Returned {
    /// The record.
    pub entry: Entry,
    /// Attempts that were made.
    pub attempts: u32,
    /// Why the last one failed; empty when none was made.
    pub reason: String,
    /// Whether the service refuses it for good.
    pub is_undeliverable: bool,
}

impl ProducerReport {
    /// Whether each record that was taken has exactly one end.
    pub fn is_balanced(&self) -> bool {
        self.accepted + self.recovered
            == self.delivered + self.spooled + self.undeliverable + self.undelivered
    }

    /// Whether the stream has every record.
    pub fn is_complete(&self) -> bool {
        self.accepted + self.recovered == self.delivered
    }
}

impl fmt::Display for ProducerReport {
    /// One line, for a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} accepted", self.accepted)?;
        for (count, what) in [
            (self.recovered, "recovered"),
            (self.refused, "refused"),
            (self.delivered, "delivered"),
            (self.spooled, "in the spool"),
            (self.undeliverable, "undeliverable"),
            (self.undelivered, "undelivered"),
            (self.possible_duplicates, "possibly twice"),
            (self.retries, "sent again"),
            (self.throttled, "throttled"),
        ] {
            if count > 0 || what == "delivered" {
                write!(f, ", {count} {what}")?;
            }
        }
        write!(f, "; {} calls, {} failed", self.calls, self.failed_calls)?;
        match &self.last_error {
            Some(error) => write!(f, "; last error: {error}"),
            None => Ok(()),
        }
    }
}
