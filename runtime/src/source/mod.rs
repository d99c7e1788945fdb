//! Where documents come from: addresses that are polled, files, lines that arrive.
//!
//! A [`Source`] is asked again and again. It gives a document, or says that there is none that was not there before.
//! What it has given counts as taken only after [`Source::stored`]: a document that could not be kept is given again.

pub mod feeds;
mod file;
mod http;
pub mod kinesis;
mod lines;

pub use file::FileSource;
pub use http::{HttpOptions, HttpSource};
pub use lines::LineSource;

use crate::error::{Error, ErrorKind};
use bytes::Bytes;
use futures_util::future::{BoxFuture, ready};
use std::fmt;
use std::time::Duration;

/// Something that is asked for documents.
pub trait Source: Send {
    /// How people call it, without passwords.
    fn name(&self) -> String;

    /// Asks once. Dropping the future loses nothing: what it would have given is given by the next call.
    ///
    /// # Errors
    /// No answer, or one that is no document; [`SourceError::is_transient`] tells whether to ask again soon.
    fn fetch(&mut self) -> BoxFuture<'_, Result<Fetched, SourceError>>;

    /// Told that it will not be asked again: gives what it has taken from elsewhere already, and would be lost. Most
    /// have nothing.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
    fn rest(&mut self) -> BoxFuture<'_, Result<Fetched, SourceError>> {
        Box::pin(ready(Ok(Fetched::Ended)))
    }

    /// The last document that was given is safe: it need not be given again.
    ///
    /// # Errors
    /// The source could not note it, and may give the document again.
    fn stored(&mut self) -> BoxFuture<'_, Result<(), SourceError>> {
        Box::pin(ready(Ok(())))
    }
}

/// What a source says when it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// There is nothing that was not there before.
    Unchanged,
    /// A document.
    Document(Document),
    /// Nothing will come any more.
    Ended,
}

/// A document: any number of records, as JSON or XML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Its text; compressions are taken off.
    pub bytes: Bytes,
    /// What it is known by, for people: an address, a path.
    pub identity: String,
    /// Milliseconds since 1970 at which it arrived, where the source knows better than the clock.
    pub arrival_ms: Option<i64>,
    /// Whether equal bytes are other records, as those of a stream; else they are the same document once more.
    pub is_stream: bool,
    /// Whether its identity is a place with documents of its own, as a path: the same bytes in another place are another
    /// document.
    pub is_place: bool,
    /// Whether there may be another document at once.
    pub has_more: bool,
}

/// Why a source gave nothing.
#[derive(Debug)]
pub struct SourceError {
    message: String,
    transient: bool,
    is_end: bool,
    is_of_document: bool,
    retry_after: Option<Duration>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl SourceError {
    /// What stays as it is until somebody changes something.
    pub fn permanent(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            transient: false,
            is_end: false,
            is_of_document: false,
            retry_after: None,
            source: None,
        }
    }

    /// What may pass by itself.
    pub fn transient(message: impl Into<String>) -> Self {
        Self { transient: true, ..Self::permanent(message) }
    }

    /// Says that one document cannot be read, and that the others can: the source will not give it again.
    #[must_use]
    pub fn of_document(mut self) -> Self {
        self.is_of_document = true;
        self
    }

    /// Says that nothing will come any more.
    #[must_use]
    pub fn at_the_end(mut self) -> Self {
        self.is_end = true;
        self
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Says when the source wants to be asked again.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait;
        self
    }

    /// Whether asking again soon can help.
    pub fn is_transient(&self) -> bool {
        self.transient
    }

    /// Whether it is about one document, and the next can be asked for.
    pub fn is_of_document(&self) -> bool {
        self.is_of_document
    }

    /// Whether nothing will come any more.
    pub fn is_end(&self) -> bool {
        self.is_end
    }

    /// How long the source wants to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
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
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SourceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<SourceError> for Error {
    fn from(error: SourceError) -> Self {
        Error::new(ErrorKind::Input, error.full()).with_transient(error.transient)
    }
}
