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
    permission: Option<String>,
    hint: Option<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Kind of failure of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// There is no such file, object or folder.
    NotFound,
    /// There is no such bucket.
    NoBucket,
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
    /// The bucket is in another region, or no region is set.
    WrongRegion,
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
            Self::NoBucket => format!("there is no such bucket, cannot {tried}"),
            Self::Denied => format!("no permission to {tried}"),
            Self::Full => "the disk is full at".to_owned(),
            Self::ReadOnly => "the file system is read-only at".to_owned(),
            Self::NotAFolder => "a file stands where a folder is needed, on the way to".to_owned(),
            Self::Changed => "it has changed while it was read:".to_owned(),
            Self::Unavailable => format!("the store does not answer, cannot {tried}"),
            Self::Credentials => format!("the store does not know who asks, cannot {tried}"),
            Self::WrongRegion => format!("the bucket is not in the region that is set, cannot {tried}"),
            Self::Unsupported | Self::Other => format!("cannot {tried}"),
        }
    }

    /// What to do first, where the folder or bucket does not say it better.
    fn step(self, s3: bool) -> Option<&'static str> {
        match self {
            Self::NoBucket => Some("check the bucket's name and account (lakebed creates no buckets)"),
            Self::Denied if s3 => Some("ask who runs the bucket for the permission"),
            Self::Denied => Some("check the permissions of the file and of the folders above it"),
            Self::Full if s3 => Some("make room in the store"),
            Self::Full => Some("make room on the disk"),
            Self::ReadOnly => Some("choose a place that can be written"),
            Self::NotAFolder => Some("move the file away, or choose another place"),
            Self::Changed => Some("do not write to an input while it is read"),
            Self::Unavailable => Some("check the network, the region and the address of the service"),
            Self::Credentials => Some("get new AWS credentials"),
            Self::WrongRegion => Some("set AWS_REGION to the region of the bucket"),
            Self::NotFound if s3 => Some("check the address"),
            Self::NotFound => Some("check the path"),
            Self::Unsupported | Self::Other => None,
        }
    }
}

impl StoreError {
    /// A failure of that kind.
    pub fn new(kind: StoreErrorKind, at: Location) -> Self {
        Self { kind, at, permission: None, hint: None, source: None }
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Names the permission that is missing, with its ARN.
    #[must_use]
    pub fn with_permission(mut self, permission: impl Into<String>) -> Self {
        self.permission = Some(permission.into());
        self
    }

    /// Says what to do first.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The permission that is missing, such as `s3:GetObject on arn:aws:s3:::bucket/key`.
    pub fn permission(&self) -> Option<&str> {
        self.permission.as_deref()
    }

    /// Whether the same call may succeed later without any change.
    pub fn retryable(&self) -> bool {
        self.kind == StoreErrorKind::Unavailable
    }

    /// A failure of the operating system.
    pub(crate) fn of_io(at: impl Into<Location>, e: io::Error) -> Self {
        // A reader of a store gives the store's own failure.
        if e.get_ref().is_some_and(|inner| inner.is::<Self>()) {
            match e.into_inner().map(|inner| inner.downcast::<Self>()) {
                Some(Ok(error)) => return *error,
                Some(Err(other)) => return Self::new(StoreErrorKind::Other, at.into()).with_source(other),
                None => return Self::new(StoreErrorKind::Other, at.into()),
            }
        }
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
        let s3 = matches!(self.at, Location::S3 { .. });
        let transient = self.retryable();
        let mut error = Error::new(kind, self.text(tried)).with_transient(transient);
        if let Some(hint) = self.hint.as_deref().or_else(|| self.kind.step(s3)) {
            error = error.with_hint(hint);
        }
        match self.source {
            Some(source) => error.with_source(source),
            None => error,
        }
    }

    fn text(&self, tried: &str) -> String {
        let text = match (self.kind, &self.at) {
            (StoreErrorKind::NotFound, Location::S3 { .. }) => format!("there is no object {}", self.at),
            (StoreErrorKind::Full, Location::S3 { .. }) => format!("the store is full at {}", self.at),
            (kind, at) => format!("{} {at}", kind.words(tried)),
        };
        match &self.permission {
            Some(permission) => format!("{text}\nit needs the permission {permission}"),
            None => text,
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text("use"))
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
            StoreErrorKind::NotFound | StoreErrorKind::NoBucket => io::ErrorKind::NotFound,
            StoreErrorKind::Denied | StoreErrorKind::Credentials => io::ErrorKind::PermissionDenied,
            StoreErrorKind::Full => io::ErrorKind::StorageFull,
            StoreErrorKind::ReadOnly => io::ErrorKind::ReadOnlyFilesystem,
            StoreErrorKind::NotAFolder => io::ErrorKind::NotADirectory,
            // Not `Unsupported`, which readers of compressed input use for their own.
            StoreErrorKind::Unsupported
            | StoreErrorKind::Changed
            | StoreErrorKind::Unavailable
            | StoreErrorKind::WrongRegion
            | StoreErrorKind::Other => io::ErrorKind::Other,
        };
        io::Error::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error as _;

    #[test]
    fn what_a_reader_wrapped_is_the_same_failure() {
        let at = Location::from_s3_uri("s3://b/k").unwrap();
        let wrapped = io::Error::from(StoreError::new(StoreErrorKind::Unavailable, at).with_source("slow"));
        let error = StoreError::of_io(std::path::Path::new("elsewhere"), wrapped);
        assert_eq!((error.kind, error.at.to_string()), (StoreErrorKind::Unavailable, "s3://b/k".to_owned()));
        let error = error.input();
        assert!(error.retryable());
        assert_eq!(error.source().unwrap().to_string(), "slow");
    }

    #[test]
    fn a_missing_permission_is_named() {
        let at = Location::from_s3_uri("s3://b/k").unwrap();
        let error =
            StoreError::new(StoreErrorKind::Denied, at).with_permission("s3:GetObject on arn:aws:s3:::b/k");
        assert_eq!(
            error.input().to_string(),
            "no permission to read s3://b/k\nit needs the permission s3:GetObject on arn:aws:s3:::b/k"
        );
    }
}
