//! Why a record was not appended.

use crate::canonical::EncodeError;
use crate::reject::Reject;
use std::fmt;
use std::io;
use std::sync::Arc;

/// Why a record was not appended.
#[derive(Clone, Debug)]
pub enum AppendError {
    /// The table refuses it. It is not stored, and never will be as it is.
    Refused(Refusal),
    /// The spool could not be written. The record may be stored or not.
    Spool(Arc<io::Error>),
    /// The writer was closed. The record is not stored.
    Closed,
}

/// Why a table refuses a record.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// A typed record that has a value which its column cannot hold.
    Record(EncodeError),
    /// JSON that is no record of the table, with the place of the fault.
    Json(Box<Reject>),
    /// JSON that is not one record: how many were found.
    NotOne(usize),
}

impl fmt::Display for AppendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Spool(error) => write!(f, "the spool cannot be written: {error}"),
            Self::Closed => f.write_str("the writer is closed"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record(error) => error.fmt(f),
            Self::Json(reject) => f.write_str(&reject.message()),
            Self::NotOne(found) => write!(f, "expected one record, found {found}"),
        }
    }
}

impl std::error::Error for Refusal {}

impl std::error::Error for AppendError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused(Refusal::Record(error)) => Some(error),
            Self::Spool(error) => Some(error.as_ref()),
            Self::Refused(Refusal::Json(_) | Refusal::NotOne(_)) | Self::Closed => None,
        }
    }
}
