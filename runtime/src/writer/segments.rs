//! The folder of a write-ahead spool: the segment that is being written, and those that wait for the lake.
//!
//! `open/` holds the one that is being written, `sealed/` those that are whole, `refused/` what nobody can read. A
//! segment is lines of JSON. What stands behind its last whole line was never acknowledged, and is cut off when the
//! folder is opened again. `lock` is held by the process that writes.

use crate::error::Error;
use crate::store::StoreError;
use crate::waiting::{object_name, take_folder};
use std::collections::hash_map::RandomState;
use std::fs::{self, File};
use std::hash::BuildHasher;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

const OPEN: &str = "open";
const SEALED: &str = "sealed";
pub(super) const REFUSED: &str = "refused";

/// The folder, held by this process alone.
pub(super) struct Segments {
    folder: PathBuf,
    current: Option<Segment>,
    made: u64,
    /// Closing it gives the folder back.
    lock: Arc<File>,
}

/// The segment that is being written.
struct Segment {
    name: String,
    file: File,
    /// Bytes that are durable.
    bytes: u64,
    rows: u64,
}

impl Segments {
    /// Takes a folder, and seals what an earlier process was writing.
    pub(super) fn open(folder: &Path, table: &str, lake: &str) -> Result<Self, Error> {
        let (folder, lock) = take_folder(folder, table, lake)?;
        for name in [OPEN, SEALED] {
            let made = fs::create_dir_all(folder.join(name)).and_then(|()| sync_folder(&folder));
            made.map_err(|e| StoreError::of_io(folder.as_path(), e).output())?;
        }
        let segments = Self { folder, current: None, made: 0, lock: Arc::new(lock) };
        segments.recover().map_err(|e| StoreError::of_io(segments.folder.as_path(), e).output())?;
        Ok(segments)
    }

    pub(super) fn sealed_folder(&self) -> PathBuf {
        self.folder.join(SEALED)
    }

    /// What keeps the folder ours.
    pub(super) fn lock(&self) -> Arc<File> {
        Arc::clone(&self.lock)
    }

    /// Segments that wait, and their bytes; the one that is being written left out.
    pub(super) fn waiting(&self) -> io::Result<(u64, u64)> {
        let mut sum = (0, 0);
        for entry in fs::read_dir(self.sealed_folder())? {
            sum = (sum.0 + 1, sum.1 + entry?.metadata()?.len());
        }
        Ok(sum)
    }

    /// Durable rows and bytes of the segment that is being written.
    pub(super) fn current(&self) -> (u64, u64) {
        self.current.as_ref().map_or((0, 0), |segment| (segment.rows, segment.bytes))
    }

    /// Appends lines: they are durable when this returns, or it is undone as far as the disk lets it.
    pub(super) fn append(&mut self, lines: &[u8], rows: u64) -> io::Result<()> {
        let mut segment = match self.current.take() {
            Some(segment) => segment,
            None => self.begin()?,
        };
        let written = segment.file.write_all(lines).and_then(|()| segment.file.sync_data());
        match written {
            Ok(()) => {
                segment.bytes += lines.len() as u64;
                segment.rows += rows;
                self.current = Some(segment);
                Ok(())
            }
            Err(error) => {
                // What nobody was told to be safe goes. Where that fails too, the segment is left for the next process,
                // which keeps its whole lines; this one goes on in another.
                let undone = segment.file.set_len(segment.bytes).and_then(|()| segment.file.sync_all());
                if undone.is_ok() {
                    self.current = Some(segment);
                }
                Err(error)
            }
        }
    }

    fn begin(&mut self) -> io::Result<Segment> {
        self.made += 1;
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now_ms = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        // Equal segments are other records: the journal knows each by its name.
        let chance = |n: u8| RandomState::new().hash_one((n, self.made, since, std::process::id()));
        let uuid = (u128::from(chance(0)) << 64 | u128::from(chance(1))).to_le_bytes();
        let name = object_name("writer", now_ms, uuid, ".ndjson");
        let folder = self.folder.join(OPEN);
        let file = File::options().create_new(true).append(true).open(folder.join(&name))?;
        sync_folder(&folder)?;
        Ok(Segment { name, file, bytes: 0, rows: 0 })
    }

    /// Ends the segment that is being written; true when there was one with records.
    pub(super) fn seal(&mut self) -> io::Result<bool> {
        let Some(segment) = self.current.take() else { return Ok(false) };
        let sealed = self.seal_file(&segment.name);
        if sealed.is_err() {
            self.current = Some(segment);
        }
        sealed.map(|()| true)
    }

    fn seal_file(&self, name: &str) -> io::Result<()> {
        let (open, sealed) = (self.folder.join(OPEN), self.folder.join(SEALED));
        fs::rename(open.join(name), sealed.join(name))?;
        sync_folder(&sealed)?;
        sync_folder(&open)
    }

    /// Seals what an earlier process was writing, without what it never acknowledged.
    fn recover(&self) -> io::Result<()> {
        let folder = self.folder.join(OPEN);
        let mut names = Vec::new();
        for entry in fs::read_dir(&folder)? {
            names.push(entry?.file_name());
        }
        names.sort();
        for name in names {
            let path = folder.join(&name);
            let mut file = File::options().read(true).write(true).open(&path)?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            let whole = whole_lines(&bytes);
            if whole == 0 {
                fs::remove_file(&path)?;
                continue;
            }
            if whole < bytes.len() {
                file.set_len(whole as u64)?;
            }
            file.sync_all()?;
            self.seal_file(&name.to_string_lossy())?;
        }
        Ok(())
    }
}

/// Bytes of the whole lines at the start. A machine that lost its power may have left zeros where lines were written and
/// not synced.
fn whole_lines(bytes: &[u8]) -> usize {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    memchr::memrchr(b'\n', bytes.get(..end).unwrap_or(bytes)).map_or(0, |at| at + 1)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
