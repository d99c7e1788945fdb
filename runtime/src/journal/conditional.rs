//! Small objects that are changed only by who knows what they were.

use crate::error::{Error, ErrorKind};
use crate::store::{Content, Put, Store, StoreError, When};

/// What became of a change.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Changed {
    /// It is as written; the next change needs this.
    Done(Content),
    /// Something else is there, or nothing: that is left as it is.
    Refused(Option<Content>),
}

/// Writes `bytes` where there still is what `before` says, or nothing when it says nothing. The bytes must be unlike
/// those that any other writer writes there.
///
/// On a store without conditions this only looks before and after, and two writers within that instant may both be
/// told that it is done.
pub(crate) fn change(
    store: &dyn Store,
    key: &str,
    before: Option<&Content>,
    bytes: &[u8],
) -> Result<Changed, Error> {
    let failed = StoreError::output;
    let put = if store.has_conditions() {
        let when = before.cloned().map_or(When::Absent, When::Unchanged);
        store.put(key, bytes, when).map_err(failed)?
    } else {
        let there = store.read(key).map_err(failed)?;
        if there.as_ref().map(|there| &there.bytes) == before.map(|before| &before.bytes) {
            store.put(key, bytes, When::Always).map_err(failed)?
        } else {
            Put::Refused
        }
    };
    let there = store.read(key).map_err(failed)?;
    match (put, there) {
        // Refused and yet there: the answer to an earlier attempt at this very put was lost.
        (Put::Done | Put::Refused, Some(there)) if there.bytes == bytes => Ok(Changed::Done(there)),
        (Put::Done | Put::Refused, there) => Ok(Changed::Refused(there)),
    }
}

/// The object was changed by somebody who must not.
pub(crate) fn changed_by_others(store: &dyn Store, key: &str) -> Error {
    let message = format!("{} was changed while this run held the table", store.location(key));
    Error::new(ErrorKind::Locked, message)
}
