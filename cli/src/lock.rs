//! One writer at a time in a folder, among threads and processes.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Name of the file that is locked. It stays; what holds it is the open file, so that the lock of a killed process
/// is gone with it.
const LOCK: &str = ".lakebed.lock";
/// What does not belong into version control, here and in the folders below.
const IGNORED: &str = ".lakebed.lock\n.*.tmp\n";
/// How long a lock is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The right to write, until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    /// Closing it gives the lock back.
    _file: File,
}

/// Why there is no lock.
#[derive(Debug)]
pub(crate) enum LockError {
    /// Somebody has held it all the time.
    Busy,
    /// The folder, or a file in it, cannot be written.
    Unwritable(io::Error),
    /// The file cannot be locked.
    Unlockable(PathBuf, io::Error),
}

/// Waits for the right to write into the folder; makes it if need be.
pub(crate) fn exclusive(folder: &Path, patience: Duration) -> Result<Lock, LockError> {
    let file = folder.join(LOCK);
    let open = || {
        fs::create_dir_all(folder)?;
        let ignore = folder.join(".gitignore");
        if !file.exists() && !ignore.exists() {
            fs::write(ignore, IGNORED)?;
        }
        File::options().create(true).append(true).open(&file)
    };
    let file = open().map_err(LockError::Unwritable)?;
    wait(folder, &file, patience, File::try_lock)?;
    Ok(Lock { _file: file })
}

/// Waits until nobody writes; none when nobody could, since nobody ever has.
pub(crate) fn shared(folder: &Path, patience: Duration) -> Result<Option<Lock>, LockError> {
    let Ok(file) = File::open(folder.join(LOCK)) else { return Ok(None) };
    wait(folder, &file, patience, File::try_lock_shared)?;
    Ok(Some(Lock { _file: file }))
}

fn wait(
    folder: &Path,
    file: &File,
    patience: Duration,
    try_lock: impl Fn(&File) -> Result<(), TryLockError>,
) -> Result<(), LockError> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        match try_lock(file) {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if start.elapsed() < patience => {
                sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(20));
            }
            Err(TryLockError::WouldBlock) => return Err(LockError::Busy),
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(TryLockError::Error(error)) => {
                return Err(LockError::Unlockable(folder.join(LOCK), error));
            }
        }
    }
}

/// What to say of a folder that somebody else holds, and what to do.
pub(crate) fn busy(folder: &Path) -> (String, &'static str) {
    let seconds = PATIENCE.as_secs();
    (
        format!("another process has been writing to {} for {seconds} seconds", folder.display()),
        "wait until it has ended, or end it if it hangs, then run the command again",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_not_waited_for_without_end_and_is_not_committed() {
        let folder = tempfile::tempdir().expect("a folder");
        let held = exclusive(folder.path(), PATIENCE).expect("a lock");
        let short = Duration::from_millis(5);
        assert!(matches!(exclusive(folder.path(), short), Err(LockError::Busy)));
        assert!(matches!(shared(folder.path(), short), Err(LockError::Busy)));
        drop(held);
        exclusive(folder.path(), short).expect("a lock");
        let ignored = fs::read_to_string(folder.path().join(".gitignore")).expect("a file");
        assert!(ignored.lines().any(|line| line == LOCK), "not anchored, for folders below: {ignored}");
    }
}
