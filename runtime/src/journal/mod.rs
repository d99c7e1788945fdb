//! Making a run visible, all of it or nothing, and remembering what was stored.
//!
//! Below `LAKE/_lakebed/TABLE/`: `lock` is held while a run is under way, `tmp/` holds files under way, `intents/`
//! says what a run is about to publish, `runs/` what it has. A run that was cut short left an intent without its
//! run; the next one removes what it had published by then.

pub mod compaction;
mod record;
mod scratch;

pub use record::{InputRecord, RUN_VERSION, RunKind, RunRecord};
pub(crate) use scratch::Scratch;

use crate::error::{Error, ErrorKind};
use crate::store::{Store, StoreError, When};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The journal of one table, held by this run alone.
#[derive(Debug)]
pub(crate) struct Journal {
    lake: Arc<dyn Store>,
    /// `_lakebed/TABLE/`.
    folder: String,
    scratch: Scratch,
    _lock: Option<File>,
}

impl Journal {
    /// Takes the table's lease, and removes what a run cut short has left.
    pub(crate) fn open(lake: &Arc<dyn Store>, table: &str) -> Result<Self, Error> {
        let folder = folder(table);
        let local = lake.root().as_path().map(Path::to_owned);
        if let Some(path) = local.as_deref().filter(|path| path.exists() && !path.is_dir()) {
            let message = format!("the lake {} is a file; it must be a folder", path.display());
            return Err(Error::new(ErrorKind::Output, message));
        }
        let lock = local.map(|path| lock(&path.join(&folder), table, &path)).transpose()?;
        let scratch = Scratch::open(lake.as_ref(), table)?;
        let journal = Self { lake: Arc::clone(lake), folder, scratch, _lock: lock };
        journal.recover()?;
        Ok(journal)
    }

    /// Folder of this machine for files under way, empty.
    pub(crate) fn scratch(&self) -> &Path {
        self.scratch.path()
    }

    fn recover(&self) -> Result<(), Error> {
        let runs = self.runs()?;
        for intent in records(self.lake.as_ref(), &self.folder, "intents", StoreError::output)? {
            if runs.iter().any(|run| run.run == intent.run && run.outputs == intent.outputs) {
                self.remove_replaced(&intent)?;
                self.remove_files(&intent.removes, std::slice::from_ref(&intent))?;
            } else {
                self.remove_files(&intent.outputs, &runs)?;
            }
            self.remove_record("intents", &intent.run)?;
        }
        Ok(())
    }

    /// All committed runs.
    pub(crate) fn runs(&self) -> Result<Vec<RunRecord>, Error> {
        records(self.lake.as_ref(), &self.folder, "runs", StoreError::output)
    }

    /// Publishes files: `moves` are paths under way and where they go below the lake.
    pub(crate) fn publish(&self, record: &RunRecord, moves: &[(PathBuf, String)]) -> Result<(), Error> {
        self.write_record("intents", record)?;
        for (from, to) in moves {
            self.lake.publish(from, to).map_err(StoreError::output)?;
        }
        self.write_record("runs", record)?;
        self.remove_replaced(record)?;
        self.remove_files(&record.removes, std::slice::from_ref(record))?;
        self.remove_record("intents", &record.run)
    }

    /// Changes the record of a committed run.
    pub(crate) fn amend(&self, run: &str, change: &dyn Fn(&mut RunRecord)) -> Result<(), Error> {
        let found = self.runs()?.into_iter().find(|record| record.run == run);
        let Some(mut record) = found else {
            return Err(Error::new(ErrorKind::Output, format!("the journal has lost run {run}")));
        };
        change(&mut record);
        self.write_record("runs", &record)
    }

    /// Removes the files of replaced runs that the new one has not written again.
    fn remove_replaced(&self, record: &RunRecord) -> Result<(), Error> {
        for old in self.runs()? {
            if old.run != record.run && record.replaces.contains(&old.run) {
                self.remove_files(&old.outputs, std::slice::from_ref(record))?;
                self.remove_record("runs", &old.run)?;
            }
        }
        Ok(())
    }

    /// Removes files that none of the runs to keep has as an output.
    fn remove_files(&self, files: &[String], keep: &[RunRecord]) -> Result<(), Error> {
        for file in files.iter().filter(|file| !keep.iter().any(|run| run.outputs.contains(file))) {
            self.lake.delete(file).map_err(StoreError::output)?;
        }
        Ok(())
    }

    fn write_record(&self, kind: &str, record: &RunRecord) -> Result<(), Error> {
        let key = format!("{}{kind}/{}.json", self.folder, record.run);
        self.lake.put(&key, &record.write(), When::Always).map(|_| ()).map_err(StoreError::output)
    }

    fn remove_record(&self, kind: &str, run: &str) -> Result<(), Error> {
        self.lake.delete(&format!("{}{kind}/{run}.json", self.folder)).map_err(StoreError::output)
    }
}

/// `_lakebed/TABLE/`, below the lake.
pub(crate) fn folder(table: &str) -> String {
    format!("_lakebed/{table}/")
}

fn lock(folder: &Path, table: &str, lake: &Path) -> Result<File, Error> {
    let path = folder.join("lock");
    let cannot_write = |e| StoreError::of_io(path.clone(), e).output();
    fs::create_dir_all(folder).map_err(|e| StoreError::of_io(folder, e).output())?;
    let lock = File::create(&path).map_err(cannot_write)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            let message = format!("another run is writing table `{table}` of the lake {}", lake.display());
            Err(Error::new(ErrorKind::Locked, message))
        }
        Err(TryLockError::Error(e)) => Err(cannot_write(e)),
    }
}

/// All records of a kind, in the order of their names.
fn records(
    lake: &dyn Store,
    folder: &str,
    kind: &str,
    failed: fn(StoreError) -> Error,
) -> Result<Vec<RunRecord>, Error> {
    let prefix = format!("{folder}{kind}/");
    let mut records = Vec::new();
    for name in lake.names(&prefix).map_err(failed)?.iter().filter(|name| name.ends_with(".json")) {
        let key = format!("{prefix}{name}");
        // One that went away in between was a run that is recovered or replaced.
        if let Some(content) = lake.read(&key).map_err(failed)? {
            records.push(RunRecord::read(&content, &lake.location(&key))?);
        }
    }
    Ok(records)
}

/// What the journal of a table says: its runs, and how many are under way or were cut short. Nothing is locked or
/// changed; a table without a journal has no runs.
pub(crate) fn read_journal(lake: &dyn Store, table: &str) -> Result<(Vec<RunRecord>, usize), Error> {
    let folder = folder(table);
    // Intents first: a run that is published in between is then counted once, as a run.
    let intents = records(lake, &folder, "intents", StoreError::input)?;
    let runs = records(lake, &folder, "runs", StoreError::input)?;
    let open = intents.iter().filter(|intent| !runs.iter().any(|run| run.run == intent.run)).count();
    Ok((runs, open))
}
