//! Stores that do not answer: the first input has waited for its store as long as it is worth it, the others need not.

use super::input::{Input, of_store};
use crate::error::{Error, ErrorKind};
use crate::store::Location;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, PoisonError};

/// Buckets that did not answer in this run, with what was said then.
#[derive(Debug, Default)]
pub(crate) struct Outages(Mutex<BTreeMap<String, String>>);

impl Outages {
    /// Remembers a failure to read an input, when it was its store's.
    pub(crate) fn note(&self, input: &Input, e: &io::Error) {
        if let Location::S3 { bucket, .. } = &input.location
            && let Some(error) = of_store(e)
            && error.retryable()
        {
            let cause =
                std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            known.entry(bucket.clone()).or_insert(cause);
        }
    }

    /// The failure of an input whose store is known not to answer.
    pub(crate) fn of(&self, input: &Input) -> Option<Error> {
        let Location::S3 { bucket, .. } = &input.location else { return None };
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let cause = known.get(bucket)?.clone();
        let message = format!("{} was not read: its bucket did not answer for another input", input.name());
        Some(Error::new(ErrorKind::Input, message).with_source(cause).with_transient(true))
    }
}
