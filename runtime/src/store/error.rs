//! Why a store did not do what it was asked for.

use super::Location;
use crate::error::{Error, ErrorKind};
use std::fmt;
use std::io;

/// A failure of a store: kind, place, what was tried, and the cause below.
#[derive(Debug)]
pub struct StoreError {
    /// Kind of failure.
    pub kind: StoreErrorKind,
    /// File or object.
    pub at: Location,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Kind of failure of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// There is no such file, object, folder or bucket.
    NotFound,
    /// Permission is missing.
    Denied,
    /// The disk is full, or a quota is.
    Full,
    /// The file system is read-only.
    ReadOnly,
    /// Something stands where a folder is needed.
    NotAFolder,
    /// The object has changed since it was listed.
    Changed,
    /// The service does not answer, or answers that it is too busy; retries were made before.
    Unavailable,
    /// Who asks is not known to the service: credentials are missing, wrong or expired.
    Credentials,
    /// This build, or this store, cannot do that.
    Unsupported,
    /// Anything else.
    Other,
}

impl StoreErrorKind {
    /// Words in front of the place, for what was tried: `read` or `write`.
    fn words(self, tried: &str) -> String {
        match self {
            Self::NotFound => "there is no file or folder".to_owned(),
            Self::Denied => format!("no permission to {tried}"),
            Self::Full => "the disk is full at".to_owned(),
            Self::ReadOnly => "the file system is read-only at".to_owned(),
            Self::NotAFolder => "a file stands where a folder is needed, on the way to".to_owned(),
            Self::Changed => "it has changed while it was read:".to_owned(),
            Self::Unavailable => format!("the store does not answer, cannot {tried}"),
            Self::Credentials => format!("the store does not know who asks, cannot {tried}"),
            Self::Unsupported | Self::Other => format!("cannot {tried}"),
        }
    }
}

impl StoreError {
    /// A failure of that kind.
    pub fn new(kind: StoreErrorKind, at: Location) -> Self {
        Self { kind, at, source: None }
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// A failure of the operating system.
    pub(crate) fn of_io(at: impl Into<Location>, e: io::Error) -> Self {
        #[allow(
            clippy::wildcard_enum_match_arm,
            reason = "the operating system has many kinds of error, and adds more"
        )]
        let kind = match e.kind() {
            io::ErrorKind::NotFound => StoreErrorKind::NotFound,
            io::ErrorKind::PermissionDenied => StoreErrorKind::Denied,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreErrorKind::Full,
            io::ErrorKind::ReadOnlyFilesystem => StoreErrorKind::ReadOnly,
            io::ErrorKind::NotADirectory => StoreErrorKind::NotAFolder,
            _ => StoreErrorKind::Other,
        };
        Self::new(kind, at.into()).with_source(e)
    }

    /// As the failure of an input.
    pub fn input(self) -> Error {
        self.into_error(ErrorKind::Input, "read")
    }

    /// As the failure of a lake.
    pub fn output(self) -> Error {
        self.into_error(ErrorKind::Output, "write")
    }

    /// As the failure of a lake that is only looked at.
    pub fn read_output(self) -> Error {
        self.into_error(ErrorKind::Output, "read")
    }

    fn into_error(self, kind: ErrorKind, tried: &str) -> Error {
        let error = Error::new(kind, format!("{} {}", self.kind.words(tried), self.at));
        match self.source {
            Some(source) => error.with_source(source),
            None => error,
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.words("use"), self.at)
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<StoreError> for io::Error {
    fn from(error: StoreError) -> Self {
        let kind = match error.kind {
            StoreErrorKind::NotFound => io::ErrorKind::NotFound,
            StoreErrorKind::Denied | StoreErrorKind::Credentials => io::ErrorKind::PermissionDenied,
            StoreErrorKind::Full => io::ErrorKind::StorageFull,
            StoreErrorKind::ReadOnly => io::ErrorKind::ReadOnlyFilesystem,
            StoreErrorKind::NotAFolder => io::ErrorKind::NotADirectory,
            StoreErrorKind::Unsupported => io::ErrorKind::Unsupported,
            StoreErrorKind::Changed | StoreErrorKind::Unavailable | StoreErrorKind::Other => {
                io::ErrorKind::Other
            }
        };
        io::Error::new(kind, error)
    }
}
