//! Why a record was not taken.

use crate::canonical::{CanonicalError, EncodeError};
use crate::reject::Reject;
use std::fmt;
use std::io;

/// Why [`send`](super::Producer::send) did not take a record. The producer keeps nothing of it.
#[derive(Debug)]
pub enum SendError {
    /// It has no bytes.
    Empty,
    /// It is longer than the service takes.
    TooLarge {
        /// Bytes of the record, its key with it where the service counts it.
        bytes: usize,
        /// Bytes that the service takes.
        limit: usize,
    },
    /// Records of this stream need a key.
    NoKey,
    /// The key is empty or too long.
    BadKey {
        /// Characters of the key.
        chars: usize,
        /// Characters that the service takes.
        limit: usize,
    },
    /// It does not end with a newline, by which readers part the lines that are packed into one record.
    NoNewline,
    /// The table refuses it.
    Refused(Box<Reject>),
    /// A value of it has no JSON that the stream would store as it is.
    NotCanonical(CanonicalError),
    /// There is no room, and the options say not to wait for it.
    Full {
        /// Whether it is the disk spool that is full.
        spool: bool,
    },
    /// Too many records are held that the service refuses for good: take them out first.
    Clogged {
        /// How many.
        records: usize,
    },
    /// The disk spool could not be written.
    Spool(io::Error),
    /// The producer is closed.
    Closed,
}

impl SendError {
    /// A short name for metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge { .. } => "too-large",
            Self::NoKey => "no-key",
            Self::BadKey { .. } => "bad-key",
            Self::NoNewline => "no-newline",
            Self::Refused(_) => "refused",
            Self::NotCanonical(_) => "not-canonical",
            Self::Full { .. } => "full",
            Self::Clogged { .. } => "clogged",
            Self::Spool(_) => "spool",
            Self::Closed => "closed",
        }
    }

    /// Whether the same record may be taken later.
    pub fn retryable(&self) -> bool {
        matches!(self, Self::Full { .. } | Self::Clogged { .. } | Self::Spool(_))
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the record has no bytes; the stream takes 1 and more"),
            Self::TooLarge { bytes, limit } => {
                write!(f, "the record has {bytes} bytes, its key with it; the stream takes {limit}")
            }
            Self::NoKey => f.write_str("the record has no partition key, and the stream needs one"),
            Self::BadKey { chars, limit } => {
                write!(f, "the partition key has {chars} characters; the stream takes 1 to {limit}")
            }
            Self::NoNewline => {
                f.write_str("the record does not end with a newline, which records that are packed must")
            }
            Self::Refused(reject) => write!(f, "the table refuses the record: {}", reject.message()),
            Self::NotCanonical(error) => error.fmt(f),
            Self::Full { spool: true } => f.write_str(
                "the disk spool is full: the service takes nothing, or undeliverable.ndjson fills it",
            ),
            Self::Full { spool: false } => f.write_str("the queue is full: the service takes too little"),
            Self::Clogged { records } => write!(
                f,
                "{records} records are held that the service refuses for good; take them with take_undeliverable"
            ),
            Self::Spool(_) => f.write_str("the disk spool cannot be written"),
            Self::Closed => f.write_str("the producer is closed"),
        }
    }
}

impl std::error::Error for SendError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Spool(error) => Some(error),
            Self::Empty
            | Self::TooLarge { .. }
            | Self::NoKey
            | Self::BadKey { .. }
            | Self::NoNewline
            | Self::Refused(_)
            | Self::NotCanonical(_)
            | Self::Full { .. }
            | Self::Clogged { .. }
            | Self::Closed => None,
        }
    }
}

impl From<EncodeError> for SendError {
    fn from(error: EncodeError) -> Self {
        match error {
            EncodeError::Refused(reject) => Self::Refused(reject),
            EncodeError::NotCanonical(error) => Self::NotCanonical(error),
        }
    }
}
