//! One writer at a time, among threads and processes.

use super::document;
use crate::catalog::rules::Call;
use crate::catalog::{CatalogError, CatalogErrorKind};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Name of the file that is locked. It stays; what holds it is the open file, so that the lock of a killed process
/// is gone with it.
const LOCK: &str = ".lakebed.lock";
/// What does not belong into version control.
const IGNORED: &str = "/.lakebed.lock\n.*.tmp\n";
/// How long a lock is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// The right to write, until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    /// Closing it gives the lock back.
    _file: File,
}

/// Waits for the right to write into the catalog; makes its folder if need be.
pub(super) fn exclusive(call: &Call, folder: &Path) -> Result<Lock, CatalogError> {
    let file = folder.join(LOCK);
    let open = || {
        fs::create_dir_all(folder)?;
        let ignore = folder.join(".gitignore");
        if !file.exists() && !ignore.exists() {
            fs::write(ignore, IGNORED)?;
        }
        File::options().create(true).append(true).open(&file)
    };
    let file = open().map_err(|error| document::cannot("write", call, folder, error))?;
    wait(call, folder, &file, File::try_lock)?;
    Ok(Lock { _file: file })
}

/// Waits until nobody writes; none when nobody could, since nobody ever has.
pub(super) fn shared(call: &Call, folder: &Path) -> Result<Option<Lock>, CatalogError> {
    let Ok(file) = File::open(folder.join(LOCK)) else { return Ok(None) };
    wait(call, folder, &file, File::try_lock_shared)?;
    Ok(Some(Lock { _file: file }))
}

fn wait(
    call: &Call,
    folder: &Path,
    file: &File,
    try_lock: impl Fn(&File) -> Result<(), TryLockError>,
) -> Result<(), CatalogError> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        match try_lock(file) {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => {
                sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(20));
            }
            Err(TryLockError::WouldBlock) => {
                let message = format!(
                    "another process has been writing to {} for {} seconds",
                    folder.display(),
                    PATIENCE.as_secs()
                );
                return Err(call.error(CatalogErrorKind::Unavailable, message).with_hint(
                    "wait until it has ended, or end it if it hangs, then run the command again",
                ));
            }
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(TryLockError::Error(error)) => {
                return Err(document::cannot("lock", call, &folder.join(LOCK), error)
                    .with_hint("put the catalog on a disk that has file locks"));
            }
        }
    }
}
