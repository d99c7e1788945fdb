//! Failures of a run. A bad record is not one of them: it is a reject.

use std::fmt;

/// What went wrong, where, and whether trying again can help.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
    transient: bool,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Kind of failure; it decides heading, hints and exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The caller asked for something that cannot be.
    Usage,
    /// An input is missing, unreadable or damaged.
    Input,
    /// An input that is in the lake has other content now.
    Changed,
    /// The lake cannot be written.
    Output,
    /// Another run holds the lake.
    Locked,
    /// The table is not valid.
    Table,
    /// More records were refused than the caller allows; nothing was published.
    TooManyRejects,
    /// A defect of lakebed itself.
    Internal,
}

impl Error {
    /// A failure without a cause below it.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, transient: false, source: None }
    }

    /// The same failure in other words.
    #[must_use]
    pub(crate) fn with_message(mut self, message: String) -> Self {
        self.message = message;
        self
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Says what to do first, where the kind alone does not tell.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says that the cause may pass by itself.
    #[must_use]
    pub fn with_transient(mut self, transient: bool) -> Self {
        self.transient = transient;
        self
    }

    /// What to do first: words to be followed by "then run the same again".
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Its kind.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The message, and those of all causes that say more.
    pub fn full(&self) -> String {
        let mut text = self.message.clone();
        let mut next = std::error::Error::source(self);
        while let Some(cause) = next {
            let said = cause.to_string();
            if !text.contains(&said) {
                text = format!("{text}: {said}");
            }
            next = cause.source();
        }
        text
    }

    /// Whether the same call may succeed later without any change.
    pub fn retryable(&self) -> bool {
        self.transient || self.kind == ErrorKind::Locked
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
