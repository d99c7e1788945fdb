//! Making a run visible, all of it or nothing, and remembering what was stored.
//!
//! Below `LAKE/_lakebed/TABLE/`: `lock` is held while a run is under way, `tmp/` holds files under way, `intents/`
//! says what a run is about to publish, `runs/` what it has. A run that was cut short left an intent without its
//! run; the next one removes what it had published by then.

use crate::error::{Error, ErrorKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The record of one run, as an intent and as a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunRecord {
    /// Version of this format.
    pub(crate) lakebed_run: u32,
    pub(crate) run: String,
    pub(crate) table: String,
    /// Inputs by absolute path.
    pub(crate) inputs: BTreeMap<String, InputRecord>,
    /// Files, below the lake's folder.
    pub(crate) outputs: Vec<String>,
    /// Runs whose inputs this one stores again.
    pub(crate) replaces: Vec<String>,
}

/// What is remembered of an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct InputRecord {
    pub(crate) hash: String,
    pub(crate) read: u64,
    pub(crate) written: u64,
    pub(crate) rejected: u64,
    /// Bytes as stored; not in records of the first versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bytes: Option<u64>,
    /// Bytes after decompression; not in records of the first versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) decoded_bytes: Option<u64>,
    /// `json` or `xml`, and its compression; not in records of the first versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) format: Option<String>,
}

/// Version of [`RunRecord`].
pub(crate) const RUN_VERSION: u32 = 1;

/// The state folder of one table, locked.
#[derive(Debug)]
pub(crate) struct TableState {
    lake: PathBuf,
    folder: PathBuf,
    _lock: File,
}

impl TableState {
    /// Locks the table's state folder, creating it, and removes what a run cut short has left.
    pub(crate) fn open(lake: &Path, table: &str) -> Result<Self, Error> {
        if lake.exists() && !lake.is_dir() {
            let message = format!("the lake {} is a file; it must be a folder", lake.display());
            return Err(Error::new(ErrorKind::Output, message));
        }
        let folder = lake.join("_lakebed").join(table);
        for part in ["runs", "intents", "tmp"] {
            let path = folder.join(part);
            fs::create_dir_all(&path).map_err(|e| cannot_write(&path, e))?;
        }
        let path = folder.join("lock");
        let lock = File::create(&path).map_err(|e| cannot_write(&path, e))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let message =
                    format!("another run is writing table `{table}` of the lake {}", lake.display());
                return Err(Error::new(ErrorKind::Locked, message));
            }
            Err(TryLockError::Error(e)) => return Err(cannot_write(&path, e)),
        }
        let state = Self { lake: lake.to_owned(), folder, _lock: lock };
        state.recover()?;
        Ok(state)
    }

    /// Folder for files under way, empty.
    pub(crate) fn tmp(&self) -> PathBuf {
        self.folder.join("tmp")
    }

    fn recover(&self) -> Result<(), Error> {
        let tmp = self.tmp();
        fs::remove_dir_all(&tmp)
            .and_then(|()| fs::create_dir_all(&tmp))
            .map_err(|e| cannot_write(&tmp, e))?;
        let runs = self.runs()?;
        for intent in self.records("intents")? {
            if runs.iter().any(|run| run.run == intent.run && run.outputs == intent.outputs) {
                self.remove_replaced(&intent)?;
            } else {
                self.remove_files(&intent.outputs, &runs)?;
            }
            self.remove_record("intents", &intent.run)?;
        }
        Ok(())
    }

    /// All committed runs.
    pub(crate) fn runs(&self) -> Result<Vec<RunRecord>, Error> {
        self.records("runs")
    }

    /// Publishes files: `moves` are paths under way and where they go below the lake.
    pub(crate) fn publish(&self, record: &RunRecord, moves: &[(PathBuf, String)]) -> Result<(), Error> {
        self.write_record("intents", record)?;
        for (from, to) in moves {
            let to = self.lake.join(to);
            let folder = to.parent().unwrap_or(&self.lake);
            fs::create_dir_all(folder)
                .and_then(|()| fs::rename(from, &to))
                .and_then(|()| sync_folder(folder))
                .map_err(|e| cannot_write(&to, e))?;
        }
        self.write_record("runs", record)?;
        self.remove_replaced(record)?;
        self.remove_record("intents", &record.run)
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
            let path = self.lake.join(file);
            match fs::remove_file(&path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(cannot_write(&path, e)),
                _ => {}
            }
        }
        Ok(())
    }

    fn records(&self, kind: &str) -> Result<Vec<RunRecord>, Error> {
        let folder = self.folder.join(kind);
        records_in(&folder, cannot_write)
    }

    /// Writes a record aside and moves it into place.
    fn write_record(&self, kind: &str, record: &RunRecord) -> Result<(), Error> {
        let folder = self.folder.join(kind);
        let aside = folder.join(format!("{}.tmp", record.run));
        let path = folder.join(format!("{}.json", record.run));
        let write = || {
            let mut file = File::create(&aside)?;
            serde_json::to_writer_pretty(&mut file, record)?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            fs::rename(&aside, &path)?;
            sync_folder(&folder)
        };
        write().map_err(|e| cannot_write(&path, e))
    }

    fn remove_record(&self, kind: &str, run: &str) -> Result<(), Error> {
        let path = self.folder.join(kind).join(format!("{run}.json"));
        match fs::remove_file(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(cannot_write(&path, e)),
            _ => Ok(()),
        }
    }
}

/// All records of a folder, in the order of their names.
fn records_in(folder: &Path, failed: fn(&Path, io::Error) -> Error) -> Result<Vec<RunRecord>, Error> {
    let mut records = Vec::new();
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(|e| failed(folder, e))? {
        paths.push(entry.map_err(|e| failed(folder, e))?.path());
    }
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "json")) {
        let text = fs::read(path).map_err(|e| failed(path, e))?;
        let record: RunRecord = serde_json::from_slice(&text).map_err(|e| {
            Error::new(ErrorKind::Output, format!("{} is no run record of lakebed", path.display()))
                .with_source(e)
        })?;
        if record.lakebed_run > RUN_VERSION {
            let message = format!(
                "{} is a run record of version {}; this lakebed reads up to {RUN_VERSION}: update lakebed",
                path.display(),
                record.lakebed_run
            );
            return Err(Error::new(ErrorKind::Output, message));
        }
        records.push(record);
    }
    Ok(records)
}

/// What the journal of a table says: its runs, and how many are under way or were cut short. Nothing is locked or
/// changed; a table without a journal has no runs.
pub(crate) fn read_journal(lake: &Path, table: &str) -> Result<(Vec<RunRecord>, usize), Error> {
    let folder = lake.join("_lakebed").join(table);
    let read = |kind: &str| {
        let folder = folder.join(kind);
        if folder.is_dir() { records_in(&folder, super::input::cannot_read) } else { Ok(Vec::new()) }
    };
    // Intents first: a run that is published in between is then counted once, as a run.
    let intents = read("intents")?;
    let runs = read("runs")?;
    let open = intents.iter().filter(|intent| !runs.iter().any(|run| run.run == intent.run)).count();
    Ok((runs, open))
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

pub(crate) fn cannot_write(path: &Path, e: io::Error) -> Error {
    #[allow(
        clippy::wildcard_enum_match_arm,
        reason = "the operating system has many kinds of error, and adds more"
    )]
    let what = match e.kind() {
        io::ErrorKind::PermissionDenied => "no permission to write",
        io::ErrorKind::StorageFull => "the disk is full at",
        io::ErrorKind::NotADirectory => "a file stands where a folder is needed, on the way to",
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only at",
        _ => "cannot write",
    };
    Error::new(ErrorKind::Output, format!("{what} {}", path.display())).with_source(e)
}
