//! The lease of a folder: a locked file, free as soon as its process has ended, and beside it who holds it.

use super::super::holder::Holder;
use super::record::LeaseRecord;
use super::{LEASE, Taken};
use crate::error::Error;
use crate::journal::Access;
use crate::store::{Store, StoreError, When};
use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How often a lock that is waited for is tried.
const POLL: Duration = Duration::from_millis(50);
/// How long the holder of a lock may take to write who it is.
const INTRODUCTION: Duration = Duration::from_millis(200);

#[derive(Debug)]
pub(super) struct Lock {
    store: Arc<dyn Store>,
    key: String,
    record: Mutex<LeaseRecord>,
    /// Closing it gives the lock back.
    _file: File,
}

impl Lock {
    /// Takes the lock of `folder`, which is below the store at `path`.
    pub(super) fn take(
        store: &Arc<dyn Store>,
        path: &Path,
        folder: &str,
        access: &Access,
    ) -> Result<Result<Self, Taken>, Error> {
        let state = path.join(folder);
        let lock = state.join("lock");
        fs::create_dir_all(&state).map_err(|e| StoreError::of_io(state.as_path(), e).output())?;
        let failed = |e| StoreError::of_io(lock.as_path(), e).output();
        let file = File::options().create(true).write(true).truncate(false).open(&lock).map_err(failed)?;
        let key = format!("{folder}{LEASE}");
        let began = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if began.elapsed() < access.wait => {
                    sleep(POLL.min(access.wait.saturating_sub(began.elapsed())));
                }
                Err(TryLockError::WouldBlock) => return Ok(Err(Taken { by: holder(store.as_ref(), &key)? })),
                Err(TryLockError::Error(e)) => return Err(failed(e)),
            }
        }
        let record = LeaseRecord::new(Holder::this_process(&access.user, &access.command), None);
        let lock = Self { store: Arc::clone(store), key, record: Mutex::new(record), _file: file };
        lock.tell()?;
        Ok(Ok(lock))
    }

    pub(super) fn id(&self) -> String {
        self.record.lock().unwrap_or_else(PoisonError::into_inner).id.clone()
    }

    pub(super) fn set_run(&self, run: &str) -> Result<(), Error> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner).run = Some(run.to_owned());
        self.tell()
    }

    fn tell(&self) -> Result<(), Error> {
        let record = self.record.lock().unwrap_or_else(PoisonError::into_inner).write();
        self.store.put(&self.key, &record, When::Always).map(|_| ()).map_err(StoreError::output)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // One that stays is written over by the next holder.
        let _ = self.store.delete(&self.key);
    }
}

/// Who holds the lock, as far as it has said so.
fn holder(store: &dyn Store, key: &str) -> Result<Option<LeaseRecord>, Error> {
    let began = Instant::now();
    loop {
        let content = store.read(key).map_err(StoreError::output)?;
        let record = content.as_ref().and_then(LeaseRecord::read);
        // What a killed process left speaks of nobody.
        let alive = record.filter(|record| !record.holder.has_ended());
        if alive.is_some() || began.elapsed() > INTRODUCTION {
            return Ok(alive);
        }
        sleep(POLL);
    }
}
