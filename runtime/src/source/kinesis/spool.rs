//! The folder in which records wait until they are in the lake.

use super::chunk::Chunk;
use super::{Position, SequenceNumber};
use crate::convert::ChunkName;
use crate::error::{Error, ErrorKind};
use crate::journal::RunRecord;
use crate::store::{LocalStore, Store, StoreError, When};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A folder of one reader of one stream. It is held as long as a clone of this is there.
#[derive(Clone, Debug)]
pub(super) struct Spool {
    store: Arc<LocalStore>,
    folder: PathBuf,
    /// What file names say of the stream.
    stream: Arc<str>,
    _lock: Arc<File>,
}

/// A file that waits.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    chunk: ChunkName,
}

impl Spool {
    /// Takes the folder, which is created where there is none.
    ///
    /// # Errors
    /// Another reader has it, or it cannot be written.
    pub(super) fn open(folder: &Path, stream: &str) -> Result<Self, Error> {
        let failed = |e| StoreError::of_io(folder.to_owned(), e).output();
        fs::create_dir_all(folder).map_err(failed)?;
        let folder = fs::canonicalize(folder).map_err(failed)?;
        let lock = File::create(folder.join("lock")).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let message = format!(
                    "{} is in use by another reader of a stream: end it, or give this one a folder of its own",
                    folder.display()
                );
                return Err(Error::new(ErrorKind::Locked, message));
            }
            Err(TryLockError::Error(e)) => return Err(failed(e)),
        }
        let store = Arc::new(LocalStore::new(folder.clone()));
        let spool = Self { store, folder, stream: name_of(stream).into(), _lock: Arc::new(lock) };
        spool.clear()?;
        Ok(spool)
    }

    /// Removes what was being written when an earlier reader was killed.
    fn clear(&self) -> Result<(), Error> {
        let aside = |name: &&String| {
            let is_ours = name.contains("kinesis~") || name.contains("start~");
            name.starts_with('.') && name.ends_with(".tmp") && is_ours
        };
        let names = self.store.names("").map_err(StoreError::output)?;
        names.iter().filter(aside).try_for_each(|name| self.store.delete(name)).map_err(StoreError::output)
    }

    /// Writes a chunk, durable when this returns.
    pub(super) fn write(&self, chunk: &Chunk) -> Result<(), Error> {
        let name = chunk.name(&self.stream);
        self.store.put(&name, &chunk.text, When::Always).map(drop).map_err(StoreError::output)
    }

    /// What waits, in the order of the names.
    pub(super) fn waiting(&self) -> Result<Vec<Waiting>, Error> {
        let names = self.store.names("").map_err(StoreError::output)?;
        let mut waiting = Vec::new();
        for name in names {
            let Some(chunk) = ChunkName::parse(&name).filter(|chunk| *chunk.stream == *self.stream) else {
                continue;
            };
            let meta = self.store.head(&name).map_err(StoreError::output)?;
            let bytes = meta.map_or(0, |meta| meta.bytes);
            waiting.push(Waiting { path: self.folder.join(&name), name, bytes, chunk });
        }
        Ok(waiting)
    }

    /// Removes a file that is in the lake. That need not be durable: the journal knows it.
    pub(super) fn remove(&self, file: &Waiting) -> Result<(), Error> {
        self.store.delete(&file.name).map_err(StoreError::output)
    }

    /// Puts a file aside that cannot be converted, and says where.
    pub(super) fn put_aside(&self, file: &Waiting) -> Result<PathBuf, Error> {
        let aside = self.folder.join(format!("{}.failed", file.name));
        fs::rename(&file.path, &aside).map_err(|e| StoreError::of_io(file.path.clone(), e).output())?;
        Ok(aside)
    }

    /// The last record of each shard that is in the lake, or waits here. What waits and is in the lake is removed.
    pub(super) fn positions(&self, runs: &[RunRecord]) -> Result<BTreeMap<String, SequenceNumber>, Error> {
        let names =
            runs.iter().flat_map(|run| run.inputs.keys()).filter_map(|key| key.rsplit(['/', '\\']).next());
        let stored: BTreeSet<&str> = names.filter(|name| ChunkName::parse(name).is_some()).collect();
        let mut positions = BTreeMap::new();
        let mut reach = |chunk: &ChunkName| {
            if let Some(last) = SequenceNumber::new(&chunk.last).filter(|_| *chunk.stream == *self.stream) {
                let position = positions.entry(chunk.shard.clone()).or_insert_with(|| last.clone());
                if *position < last {
                    *position = last;
                }
            }
        };
        stored.iter().filter_map(|name| ChunkName::parse(name)).for_each(|chunk| reach(&chunk));
        for file in self.waiting()? {
            reach(&file.chunk);
            if stored.contains(file.name.as_str()) {
                self.remove(&file)?;
            }
        }
        Ok(positions)
    }

    /// The time that was noted when this stream was read first, and is noted now if it was not.
    pub(super) fn start_at(&self, now_ms: i64) -> Result<Position, Error> {
        let name = format!("start~{}", self.stream);
        if let Some(content) = self.store.read(&name).map_err(StoreError::output)? {
            let text = String::from_utf8_lossy(&content.bytes);
            return text.trim().parse().map(Position::At).map_err(|e| {
                let path = self.folder.join(&name);
                let message = format!(
                    "{} should hold the time from which the stream is read, in milliseconds since 1970, and holds `{}`: \
                     write the time into it, or remove it to begin at the records of today",
                    path.display(),
                    crate::fault::shorten(&content.bytes)
                );
                Error::new(ErrorKind::Input, message).with_source(e)
            });
        }
        let text = format!("{now_ms}\n");
        self.store.put(&name, text.as_bytes(), When::Always).map_err(StoreError::output)?;
        Ok(Position::At(now_ms))
    }
}

/// Characters of the stream's name that file names show.
const SHOWN: usize = 40;

/// What file names say of a stream: its name, and a hash of the whole text, which may be an ARN.
fn name_of(stream: &str) -> String {
    let name = stream.rsplit(['/', ':']).next().unwrap_or_default();
    let shown: String =
        name.chars().filter(|c| c.is_ascii_alphanumeric() || "_.-".contains(*c)).take(SHOWN).collect();
    let hash = blake3::hash(stream.as_bytes()).to_hex();
    format!("{shown}.{}", hash.get(..16).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_of_the_same_name_elsewhere_are_others() {
        let here = name_of("arn:aws:kinesis:eu-west-1:123456789012:stream/events");
        let there = name_of("arn:aws:kinesis:eu-west-2:123456789012:stream/events");
        assert!(here.starts_with("events.") && there.starts_with("events.") && here != there);
        assert!(name_of(&"é~/x".repeat(100)).starts_with("x."));
    }

    #[test]
    fn one_reader_has_the_folder_and_the_first_start_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("spool");
        let spool = Spool::open(&path, "events").unwrap();
        let error = Spool::open(&path, "events").unwrap_err();
        assert!(error.kind() == ErrorKind::Locked && error.retryable(), "{error}");
        assert_eq!(spool.start_at(17).unwrap(), Position::At(17));
        fs::write(path.join(".kinesis~x~s~1~2~3.ndjson.1-1.tmp"), "half").unwrap();
        drop(spool);
        let spool = Spool::open(&path, "events").unwrap();
        assert_eq!(spool.start_at(99).unwrap(), Position::At(17));
        assert_eq!(spool.store.names("").unwrap(), ["lock".to_owned(), format!("start~{}", spool.stream)]);
        fs::write(path.join(format!("start~{}", spool.stream)), "soon").unwrap();
        assert!(spool.start_at(99).unwrap_err().to_string().contains("holds `soon`"));
    }
}
