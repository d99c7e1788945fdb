//! Documents on disk on their way to the target: what was fetched stays here until it is delivered.
//!
//! `waiting/` holds a file for each document, compressed with zstd. Its name has the form of Firehose's object names,
//! `ingest-1-2026-11-26-08-15-00-UUID.zst`: so a conversion knows when it arrived, and the UUID is the hash of the
//! document as it was fetched. `documents` holds the hashes of documents seen so far, `points` what was stored last of
//! each point, where that is asked for; `refused/` what could not be read at all. `lock` is held by whoever uses the
//! folder.

use super::known::{DocumentHash, Known};
use crate::error::Error;
use crate::store::{LocalStore, Store, StoreError, When};
use crate::waiting::{hash_in, object_name, take_folder};
use std::fs::File;
use std::path::{Path, PathBuf};

const WAITING: &str = "waiting/";
const REFUSED: &str = "refused/";
pub(super) const POINTS: &str = "points";

/// A document that waits to be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpooledDocument {
    /// Name of its file.
    pub name: String,
    /// Its file, compressed with zstd.
    pub path: PathBuf,
    /// Bytes of the file.
    pub bytes: u64,
}

/// The folder, held by this process alone.
#[derive(Debug)]
pub(super) struct Spool {
    folder: PathBuf,
    store: LocalStore,
    known: Known,
    waiting: Vec<SpooledDocument>,
    /// Closing it gives the folder back.
    _lock: File,
}

impl Spool {
    /// Takes a folder, and looks at what waits in it.
    pub(super) fn open(folder: &Path, table: &str, to: &str) -> Result<Self, Error> {
        let (folder, lock) = take_folder(folder, table, to)?;
        let failed = |e| StoreError::of_io(folder.as_path(), e).output();
        let store = LocalStore::new(folder.clone());
        for left in store.unfinished("").map_err(StoreError::output)? {
            store.abandon(&left).map_err(StoreError::output)?;
        }
        let known = Known::open(&folder.join("documents")).map_err(failed)?;
        let metas = store.list(WAITING).map_err(StoreError::output)?;
        let waiting = metas
            .into_iter()
            .map(|meta| SpooledDocument {
                name: meta.key.trim_start_matches(WAITING).to_owned(),
                path: folder.join(&meta.key),
                bytes: meta.bytes,
            })
            .filter(|document| !document.name.starts_with('.'))
            .collect();
        Ok(Self { folder, store, known, waiting, _lock: lock })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn store(&self) -> &LocalStore {
        &self.store
    }

    /// Oldest first.
    pub(super) fn waiting(&self) -> &[SpooledDocument] {
        &self.waiting
    }

    pub(super) fn waiting_bytes(&self) -> u64 {
        self.waiting.iter().map(|document| document.bytes).sum()
    }

    pub(super) fn knows(&self, hash: &DocumentHash) -> bool {
        self.known.contains(hash)
    }

    /// Remembers that a document was seen.
    pub(super) fn remember(&mut self, hash: DocumentHash) -> Result<(), Error> {
        self.known.add(hash).map_err(|e| StoreError::of_io(self.folder.as_path(), e).output())
    }

    /// Documents that wait and are not remembered: whoever kept them was killed before he came to that.
    pub(super) fn unremembered(&self) -> Vec<(DocumentHash, SpooledDocument)> {
        let hash = |document: &SpooledDocument| Some((hash_in(&document.name)?, document.clone()));
        self.waiting.iter().filter_map(hash).filter(|(hash, _)| !self.known.contains(hash)).collect()
    }

    /// Keeps a document: it is durable when this returns.
    pub(super) fn keep(&mut self, hash: DocumentHash, text: &[u8], arrival_ms: i64) -> Result<(), Error> {
        let name = object_name("ingest", arrival_ms, hash, ".zst");
        let key = format!("{WAITING}{name}");
        let packed = zstd::encode_all(text, LEVEL)
            .map_err(|e| StoreError::of_io(self.folder.join(&key), e).output())?;
        self.store.put(&key, &packed, When::Always).map_err(StoreError::output)?;
        let path = self.folder.join(&key);
        self.waiting.push(SpooledDocument { name, path, bytes: packed.len() as u64 });
        // As they are found in the folder.
        self.waiting.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(())
    }

    /// Removes documents that were delivered.
    pub(super) fn remove(&mut self, names: &[String]) -> Result<(), Error> {
        for name in names {
            self.store.delete(&format!("{WAITING}{name}")).map_err(StoreError::output)?;
            self.waiting.retain(|document| document.name != *name);
        }
        Ok(())
    }

    /// Sets a document aside that nobody can read, with the reason beside it.
    pub(super) fn refuse(&mut self, name: &str, reason: &str) -> Result<(), Error> {
        let (from, to) = (self.folder.join(WAITING).join(name), format!("{REFUSED}{name}"));
        self.store
            .put(&format!("{to}.reason.txt"), reason.as_bytes(), When::Always)
            .map_err(StoreError::output)?;
        self.store.publish(&from, &to).map_err(StoreError::output)?;
        self.waiting.retain(|document| document.name != name);
        Ok(())
    }
}

/// Fast, and still a tenth of most feeds.
const LEVEL: i32 = 1;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use std::fs;

    const NOON: i64 = 1_795_421_730_000;

    #[test]
    fn documents_wait_until_they_are_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let open = || Spool::open(folder.path(), "t", "lake");
        let mut spool = open().expect("a folder");
        spool.keep([2; 16], b"{}", NOON + 1000).expect("a document");
        spool.keep([1; 16], b"[]", NOON).expect("a document");
        spool.remember([2; 16]).expect("a note");
        assert_eq!(open().err().map(|e| e.kind()), Some(ErrorKind::Locked));
        drop(spool);
        let mut spool = open().expect("a folder");
        let names: Vec<String> = spool.waiting().iter().map(|document| document.name.clone()).collect();
        assert_eq!((names.len(), spool.knows(&[2; 16])), (2, true));
        assert!(names[0].contains("08-15-30-01010101"), "the oldest first: {names:?}");
        assert_eq!(spool.unremembered().into_iter().map(|(hash, _)| hash).collect::<Vec<_>>(), [[1; 16]]);
        spool.remove(&names[..1]).expect("a removal");
        spool.refuse(&names[1], "no JSON").expect("a place for it");
        assert_eq!((spool.waiting().len(), spool.waiting_bytes()), (0, 0));
        drop(spool);
        assert_eq!(open().expect("a folder").waiting().len(), 0);
        let reason = folder.path().join(REFUSED).join(format!("{}.reason.txt", names[1]));
        assert_eq!(fs::read_to_string(reason).expect("a reason"), "no JSON");
        let other = Spool::open(folder.path(), "t", "other").err().map(|e| e.to_string());
        assert!(other.is_some_and(|said| said.contains("for lake, not of table `t` for other")));
    }
}
