//! What to say about an input that cannot be read on, where the cause alone does not say what to do.

use crate::store::{StoreError, StoreErrorKind};
use std::io;

/// What happened and what to do, when it is known from the cause.
pub(crate) fn trouble(e: &io::Error) -> Option<&'static str> {
    let inner = e.get_ref()?;
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(inner);
    while let Some(error) = next {
        if let Some(StoreErrorKind::Changed) = error.downcast_ref::<StoreError>().map(|error| error.kind) {
            return Some("has changed while it was read; run the same command again");
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Location;

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
