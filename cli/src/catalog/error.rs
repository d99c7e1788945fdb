//! What a catalog answers when it cannot.

use std::error::Error;
use std::fmt;

/// What went wrong, by what the caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CatalogErrorKind {
    /// Database, table, partition or version is not there.
    NotFound,
    /// It is there already.
    AlreadyExists,
    /// Somebody changed it since it was read.
    Conflict,
    /// Too many calls.
    Throttled,
    /// The service failed, or did not answer in time.
    Unavailable,
    /// No connection to it.
    Network,
    /// There are no credentials, or they have expired or are not accepted.
    Credentials,
    /// The credentials may not do this.
    Denied,
    /// The service does not take the input.
    Invalid,
    /// A quota is used up.
    Limit,
    /// What the catalog holds cannot be read, or is nothing that lakebed may change.
    Unreadable,
    /// Anything else.
    Other,
}

impl CatalogErrorKind {
    /// Whether the same call can do better later.
    pub fn is_retryable(self) -> bool {
        matches!(self, Self::Throttled | Self::Unavailable | Self::Network)
    }
}

/// A call that failed: what it was, about what, why, and what it would need.
#[derive(Debug)]
pub struct CatalogError(Box<Parts>);

#[derive(Debug)]
struct Parts {
    kind: CatalogErrorKind,
    operation: &'static str,
    subject: String,
    message: String,
    permission: Option<String>,
    hint: Option<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl CatalogError {
    /// An error of the call `operation` (as the Glue API spells it) about `subject` ("table `a.b`").
    pub fn new(
        kind: CatalogErrorKind,
        operation: &'static str,
        subject: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self(Box::new(Parts {
            kind,
            operation,
            subject: subject.into(),
            message: message.into(),
            permission: None,
            hint: None,
            source: None,
        }))
    }

    /// Adds the permission that the call needs: "glue:GetTable on arn:…".
    #[must_use]
    pub fn with_permission(mut self, permission: impl Into<String>) -> Self {
        self.0.permission = Some(permission.into());
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Adds the error below.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> CatalogErrorKind {
        self.0.kind
    }

    /// The call, as the Glue API spells it.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// What the call was about.
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// Why, in the catalog's words.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The permission that is missing, when one is.
    pub fn permission(&self) -> Option<&str> {
        self.0.permission.as_deref()
    }

    /// What to do next, when the catalog knows better than its kind tells.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// Whether the same call can do better later.
    pub fn is_retryable(&self) -> bool {
        self.0.kind.is_retryable()
    }
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}: {}", self.0.operation, self.0.subject, self.0.message)
    }
}

impl Error for CatalogError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}
