//! The folder of a write-ahead spool: the segment that is being written, and those that wait for the lake.
//!
//! `open/` holds the one that is being written, `sealed/` those that are whole, `refused/` what nobody can read. A
//! segment is lines of JSON. What stands behind its last whole line was never acknowledged, and is cut off when the
//! folder is opened again. `lock` is held by the process that writes.

use super::device::{Device, System};
use crate::error::Error;
use crate::store::StoreError;
use crate::waiting::{object_name, take_folder};
use std::collections::hash_map::RandomState;
use std::fs::{self, File};
use std::hash::BuildHasher;
use std::io::{self, Read};
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
    device: Box<dyn Device>,
}

/// The segment that is being written.
struct Segment {
    name: String,
    file: File,
    /// Bytes that are durable.
    bytes: u64,
    rows: u64,
    /// Whether something stands behind them that nobody was told to be safe, and that could not be cut off.
    is_torn: bool,
}

impl Segments {
    /// Takes a folder, and seals what an earlier process was writing.
    pub(super) fn open(folder: &Path, table: &str, lake: &str) -> Result<Self, Error> {
        Self::open_on(Box::new(System), folder, table, lake)
    }

    pub(super) fn open_on(
        device: Box<dyn Device>,
        folder: &Path,
        table: &str,
        lake: &str,
    ) -> Result<Self, Error> {
        let (folder, lock) = take_folder(folder, table, lake)?;
        for name in [OPEN, SEALED] {
            let made = fs::create_dir_all(folder.join(name)).and_then(|()| device.sync_folder(&folder));
            made.map_err(|e| StoreError::of_io(folder.as_path(), e).output())?;
        }
        let segments = Self { folder, current: None, made: 0, lock: Arc::new(lock), device };
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

    /// Appends lines: they are durable when this returns, or it is undone as soon as the disk lets it.
    pub(super) fn append(&mut self, lines: &[u8], rows: u64) -> io::Result<()> {
        self.mend()?;
        let mut segment = match self.current.take() {
            Some(segment) => segment,
            None => self.begin()?,
        };
        let written = self.device.append(&mut segment.file, lines);
        match written {
            Ok(()) => {
                segment.bytes += lines.len() as u64;
                segment.rows += rows;
            }
            // What nobody was told to be safe goes. Where that fails too, nothing is written or sealed before it has
            // worked; the next process would keep its whole lines.
            Err(_) => segment.is_torn = self.device.cut(&segment.file, segment.bytes).is_err(),
        }
        self.current = Some(segment);
        written
    }

    /// Cuts off what a failed append left behind.
    fn mend(&mut self) -> io::Result<()> {
        if let Some(segment) = self.current.as_mut().filter(|segment| segment.is_torn) {
            self.device.cut(&segment.file, segment.bytes)?;
            segment.is_torn = false;
        }
        Ok(())
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
        self.device.sync_folder(&folder)?;
        Ok(Segment { name, file, bytes: 0, rows: 0, is_torn: false })
    }

    /// Ends the segment that is being written; true when there was one with records.
    pub(super) fn seal(&mut self) -> io::Result<bool> {
        if self.current().0 == 0 {
            return Ok(false);
        }
        self.mend()?;
        let Some(segment) = self.current.take() else { return Ok(false) };
        let sealed = self.seal_file(&segment.name);
        if sealed.is_err() {
            self.current = Some(segment);
        }
        sealed.map(|()| true)
    }

    /// Moves a segment to those that wait: from then on it belongs to whoever stores them.
    fn seal_file(&self, name: &str) -> io::Result<()> {
        let (open, sealed) = (self.folder.join(OPEN), self.folder.join(SEALED));
        fs::rename(open.join(name), sealed.join(name))?;
        // Its records are durable in either place, and the next process seals what it finds in the first one again.
        let synced = self.device.sync_folder(&sealed).and_then(|()| self.device.sync_folder(&open));
        if let Err(error) = synced {
            tracing::warn!(folder = %self.folder.display(), %error, "the folders of a spool cannot be synced");
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::writer::device::Failing;

    fn names(folder: &Path, name: &str) -> Vec<Vec<u8>> {
        let entries = fs::read_dir(folder.join(name)).expect("a folder").flatten();
        entries.map(|entry| fs::read(entry.path()).expect("a file")).collect()
    }

    #[test]
    fn a_segment_that_was_moved_is_sealed_whatever_its_folder_says() {
        let folder = tempfile::tempdir().expect("a folder");
        let failing = Failing::default();
        let device = Box::new(failing.clone());
        let mut segments = Segments::open_on(device, folder.path(), "t", "lake").expect("a folder");
        segments.append(b"1\n", 1).expect("a segment");
        failing.set(&["sync_folder"]);
        assert!(segments.seal().expect("it was moved"));
        assert_eq!(segments.current(), (0, 0), "what is appended now goes elsewhere");
        failing.set(&[]);
        segments.append(b"2\n", 1).expect("a segment");
        assert_eq!(
            (names(folder.path(), SEALED), names(folder.path(), OPEN)),
            (vec![b"1\n".to_vec()], vec![b"2\n".to_vec()])
        );
        assert!(segments.seal().expect("a seal"));
    }

    #[test]
    fn what_could_not_be_undone_is_cut_off_before_anything_else_happens() {
        let folder = tempfile::tempdir().expect("a folder");
        let failing = Failing::default();
        let device = Box::new(failing.clone());
        let mut segments = Segments::open_on(device, folder.path(), "t", "lake").expect("a folder");
        segments.append(b"1\n", 1).expect("a segment");
        failing.set(&["sync", "cut"]);
        segments.append(b"2\n", 1).expect_err("no sync");
        assert_eq!(names(folder.path(), OPEN), [b"1\n2\n"], "the lines are there, and nobody was told so");
        assert_eq!(segments.current(), (1, 2), "the first is not forgotten");
        segments.seal().expect_err("the second would be stored");
        segments.append(b"3\n", 1).expect_err("no cut");
        failing.set(&[]);
        segments.append(b"3\n", 1).expect("a segment");
        assert!(segments.seal().expect("a seal"));
        assert_eq!(
            (names(folder.path(), SEALED), names(folder.path(), OPEN).len()),
            (vec![b"1\n3\n".to_vec()], 0)
        );
    }
}
