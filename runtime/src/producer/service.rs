//! The service that takes records: its limits, its one call, and how that fails.

use super::entry::Entry;
use futures_util::future::BoxFuture;
use std::fmt;

/// What a stream takes, and the one call that gives it records.
///
/// An implementation makes one attempt a call: when and what to send again is the producer's part.
pub trait Service: fmt::Debug + Send + Sync {
    /// Name of the stream for messages and metrics, such as `firehose:measurements`.
    fn name(&self) -> &str;

    /// What a call may hold.
    fn limits(&self) -> ServiceLimits;

    /// Gives records to the stream, in this order. The results align with the entries.
    ///
    /// # Errors
    /// The call failed as a whole.
    fn put<'a>(&'a self, entries: &'a [Entry]) -> BoxFuture<'a, Result<Vec<EntryResult>, CallError>>;
}

/// What a service takes in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceLimits {
    /// Records in a call.
    pub records: usize,
    /// Bytes in a call: data, and keys where the service has them.
    pub bytes: usize,
    /// Bytes of a record: data, and its key where the service has them.
    pub record_bytes: usize,
    /// Whether records have keys.
    pub key: KeyRule,
}

/// What a service wants of partition keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRule {
    /// It knows none; a key is for the producer alone.
    None,
    /// Each record has one, of 1 to so many characters.
    Required {
        /// Most characters of a key.
        chars: usize,
    },
}

impl ServiceLimits {
    /// Bytes of an entry as the service counts them.
    pub fn weigh(&self, entry: &Entry) -> usize {
        match self.key {
            KeyRule::None => entry.data.len(),
            KeyRule::Required { .. } => entry.bytes(),
        }
    }
}

/// What became of one entry of a call that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryResult {
    /// The stream has it.
    Delivered,
    /// The stream does not have it; it may be sent again.
    Failed {
        /// Whether the stream was only too busy for it.
        throttled: bool,
        /// The service's code, such as `ProvisionedThroughputExceededException`.
        code: String,
        /// The service's words.
        message: String,
    },
}

/// A call that failed as a whole.
#[derive(Debug)]
pub struct CallError {
    /// What it means for the entries.
    pub kind: CallErrorKind,
    /// The service's code, or the client's word for what happened.
    pub code: String,
    /// What was said.
    pub message: String,
    /// The error below it.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What a failed call means for its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallErrorKind {
    /// The service was too busy; nothing was written.
    Throttled,
    /// Nothing was written, and the next attempt may succeed: no connection, a service that is not available.
    Transient,
    /// The answer was lost or is no answer: all, some or none of it may be written.
    MaybeWritten,
    /// The service refuses what is in the call: no attempt with the same entries can succeed.
    Invalid,
    /// Nothing can be sent until someone acts: no such stream, no access, no credentials.
    Denied,
}

impl CallError {
    /// A failure without an error below it.
    pub fn new(kind: CallErrorKind, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind, code: code.into(), message: message.into(), source: None }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for CallError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
