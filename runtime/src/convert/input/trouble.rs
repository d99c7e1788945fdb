//! What to say about an input that cannot be read on, where the cause alone does not say what to do.

use crate::store::{Location, StoreError, StoreErrorKind};
use std::io;

/// What happened and what to do, when it is known from the cause.
pub(crate) fn trouble(e: &io::Error) -> Option<&'static str> {
    let inner = e.get_ref()?;
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(inner);
    while let Some(error) = next {
        let of_store = error.downcast_ref::<StoreError>();
        if of_store.is_some_and(|error| error.kind == StoreErrorKind::Changed) {
            return Some("has changed while it was read; run the same command again");
        }
        // The one thing that a store of S3 cannot do for a reader.
        if of_store.is_some_and(|error| {
            error.kind == StoreErrorKind::Unsupported && matches!(error.at, Location::S3 { .. })
        }) {
            return Some(
                "has a key that cannot be asked for, with an empty part, `.` or `..`: copy the object to another key, \
                 then run the same command again",
            );
        }
        // What S3 answers for storage classes that must be restored; no kind of error of its own.
        if error.to_string().contains("InvalidObjectState") {
            return Some(
                "is archived (Glacier or Deep Archive) and cannot be read as it is: restore it first \
                 (`aws s3api restore-object`), then run the same command again",
            );
        }
        next = error.source();
    }
    None
}

/// The store's own failure in a failure to read, also below a reader that takes a wrapping off.
pub(crate) fn of_store(e: &io::Error) -> Option<&StoreError> {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(e);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<StoreError>() {
            return Some(error);
        }
        // The source of such an error is that of what it holds.
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_failure_of_a_store_is_found_within_others() {
        let at = || Location::from_s3_uri("s3://b/k").unwrap();
        let busy = || io::Error::from(StoreError::new(StoreErrorKind::Unavailable, at()));
        let wrapped = io::Error::new(io::ErrorKind::InvalidData, busy());
        for error in [busy(), wrapped] {
            let found = of_store(&error).unwrap();
            assert!(found.retryable() && found.first_step().is_some_and(|step| step.contains("network")));
        }
        assert!(of_store(&io::Error::other("else")).is_none());
    }

    #[test]
    fn known_troubles_say_what_to_do() {
        let at = || Location::from_s3_uri("s3://b/k").unwrap();
        let changed = StoreError::new(StoreErrorKind::Changed, at());
        assert!(trouble(&changed.into()).is_some_and(|said| said.contains("changed")));
        let archived = StoreError::new(StoreErrorKind::Denied, at())
            .with_source("403 Forbidden: <Error><Code>InvalidObjectState</Code></Error>");
        assert!(trouble(&archived.into()).is_some_and(|said| said.contains("restore")));
        assert_eq!(trouble(&io::Error::other("else")), None);
        assert_eq!(trouble(&io::ErrorKind::NotFound.into()), None);
    }
}
