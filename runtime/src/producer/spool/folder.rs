//! What else is in the folder of a spool, and what was found there.

use super::segment::at;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// What was in the folder when it was opened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recovery {
    /// Records that nobody was done with.
    pub records: u64,
    /// A number above all those in the spool.
    pub next_seq: u64,
    /// Whether the process before closed the spool: if not, it may have been done with records without a note of it.
    pub was_closed: bool,
    /// What is broken.
    pub damage: Vec<Damage>,
}

/// Bytes of a spool that are no records. They are kept in a file of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// What it is.
    pub kind: DamageKind,
    /// The segment.
    pub file: PathBuf,
    /// Where the bytes began in it.
    pub offset: u64,
    /// How many there were.
    pub bytes: u64,
    /// The file that has them now.
    pub kept: PathBuf,
}

/// Kind of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DamageKind {
    /// The end of a segment that was being written when its process ended: no record that was taken.
    TornTail,
    /// Something else changed the file, or the disk lost part of it: records may be missing.
    Broken,
    /// The file does not begin as segments do.
    NoSpool,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            DamageKind::TornTail => "a write that its process did not finish",
            DamageKind::Broken => "bytes that are no record: some may be lost",
            DamageKind::NoSpool => "a file that is no part of a spool",
        };
        let (file, kept) = (self.file.display(), self.kept.display());
        write!(f, "{file}, byte {}: {what} ({} bytes, kept in {kept})", self.offset, self.bytes)
    }
}

/// Name of the file that tells that a spool was closed.
pub(super) const CLOSED: &str = "closed";
/// Name of the file that its process locks.
const LOCK: &str = "lock";

pub(super) fn lock(folder: &Path) -> io::Result<File> {
    let path = folder.join(LOCK);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(at(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let said = format!("{}: another process uses this spool", folder.display());
            Err(io::Error::new(io::ErrorKind::WouldBlock, said))
        }
        Err(TryLockError::Error(error)) => Err(at(&path)(error)),
    }
}

/// Files by the number of their segment.
type Files = BTreeMap<u64, PathBuf>;

/// Segments in a folder, and the notes of what is done in them.
pub(super) fn files(folder: &Path) -> io::Result<(Files, Files)> {
    let (mut segments, mut notes) = (Files::new(), Files::new());
    for file in fs::read_dir(folder).map_err(at(folder))? {
        let path = file.map_err(at(folder))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.split_once('.'));
        if let Some((number, ending)) = name
            && let Ok(number) = number.parse()
        {
            match ending {
                "spool" => segments.insert(number, path),
                "done" => notes.insert(number, path),
                _ => None,
            };
        }
    }
    Ok((segments, notes))
}

/// Makes new names in a folder outlive a loss of power.
pub(in super::super) fn sync_folder(folder: &Path) -> io::Result<()> {
    // A folder cannot be opened as a file everywhere.
    if cfg!(unix) { sync(&File::open(folder)?) } else { Ok(()) }
}

/// Makes what is in a file outlive a loss of power.
pub(super) fn sync(file: &File) -> io::Result<()> {
    #[cfg(test)]
    fault::sync()?;
    file.sync_data()
}

/// A disk that fails, for the thread that asks for it.
#[cfg(test)]
pub(super) mod fault {
    use std::cell::Cell;
    use std::io;

    thread_local! {
        /// Syncs that succeed before all others fail.
        static SYNCS: Cell<Option<u32>> = const { Cell::new(None) };
    }

    /// Has syncs fail after so many; none with nothing.
    pub(in super::super) fn fail_syncs(after: Option<u32>) {
        SYNCS.set(after);
    }

    pub(super) fn sync() -> io::Result<()> {
        match SYNCS.get() {
            Some(0) => Err(io::Error::other("the disk fails")),
            left => {
                SYNCS.set(left.map(|left| left - 1));
                Ok(())
            }
        }
    }
}
