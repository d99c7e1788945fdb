//! One writer of the catalog at a time.

use super::document;
use crate::catalog::rules::Call;
use crate::catalog::{CatalogError, CatalogErrorKind};
use crate::lock::{self, Lock, LockError, PATIENCE};
use std::path::Path;

/// Waits for the right to write into the catalog; makes its folder if need be.
pub(super) fn exclusive(call: &Call, folder: &Path) -> Result<Lock, CatalogError> {
    lock::exclusive(folder, PATIENCE).map_err(|error| refused(call, folder, error))
}

/// Waits until nobody writes; none when nobody could, since nobody ever has.
pub(super) fn shared(call: &Call, folder: &Path) -> Result<Option<Lock>, CatalogError> {
    lock::shared(folder, PATIENCE).map_err(|error| refused(call, folder, error))
}

fn refused(call: &Call, folder: &Path, error: LockError) -> CatalogError {
    match error {
        LockError::Busy => {
            let (message, hint) = lock::busy(folder);
            call.error(CatalogErrorKind::Unavailable, message).with_hint(hint)
        }
        LockError::Unwritable(error) => document::cannot("write", call, folder, error),
        LockError::Unlockable(file, error) => document::cannot("lock", call, &file, error)
            .with_hint("put the catalog on a disk that has file locks"),
    }
}
