//! Files of this machine, read again whenever they have changed.

use super::{Document, Fetched, Source, SourceError};
use crate::convert::list_files;
use crate::store::Location;
use crate::unpack::unpack;
use bytes::Bytes;
use futures_util::future::{BoxFuture, ready};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A file, all files below a folder, or those that a pattern matches.
///
/// Each is a document of its own, given once and again when its size or time has changed. Files must appear whole:
/// who writes them renames them into place. Names that start with `.` or `_` are passed over.
#[derive(Debug)]
pub struct FileSource {
    path: PathBuf,
    max_bytes: u64,
    /// Files that are safe, as they were.
    known: BTreeMap<PathBuf, Seen>,
    given: Option<(PathBuf, Seen)>,
}

/// What tells that a file has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl FileSource {
    /// What is at a path, or matches a pattern such as `in/*.json`. `max_bytes` is the longest document, after
    /// decompression.
    pub fn new(path: impl Into<PathBuf>, max_bytes: u64) -> Self {
        Self { path: path.into(), max_bytes, known: BTreeMap::new(), given: None }
    }

    fn look(&mut self) -> Result<Fetched, SourceError> {
        let wrong = |path: &Path, e: std::io::Error| {
            SourceError::permanent(format!("cannot read {}", path.display())).with_source(e)
        };
        let files = list_files(&Location::Local(self.path.clone()))
            .map_err(|e| SourceError::permanent(e.to_string()).with_source(e))?;
        let mut changed = Vec::new();
        for path in &files {
            let metadata = match fs::metadata(path) {
                // One that went away meanwhile has nothing to give.
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
                other => other.map_err(|e| wrong(path, e))?,
            };
            let seen = Seen { bytes: metadata.len(), modified: metadata.modified().ok() };
            if self.known.get(path) != Some(&seen) {
                changed.push((path, seen));
            }
        }
        // What is gone need not be remembered.
        if self.known.len() > files.len() {
            let files: std::collections::BTreeSet<&PathBuf> = files.iter().collect();
            self.known.retain(|path, _| files.contains(path));
        }
        let has_more = changed.len() > 1;
        let Some((path, seen)) = changed.first().copied() else { return Ok(Fetched::Unchanged) };
        if seen.bytes > self.max_bytes {
            let most = self.max_bytes;
            let message = format!("{} has {} bytes, more than {most}", path.display(), seen.bytes);
            return Err(SourceError::permanent(message));
        }
        let bytes = fs::read(path).map_err(|e| wrong(path, e))?;
        let bytes = if bytes.is_empty() {
            bytes
        } else {
            unpack(bytes, self.max_bytes).map_err(|e| wrong(path, e))?
        };
        self.given = Some((path.clone(), seen));
        Ok(Fetched::Document(Document {
            bytes: Bytes::from(bytes),
            identity: path.display().to_string(),
            has_more,
            ..Document::default()
        }))
    }
}

impl Source for FileSource {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn fetch(&mut self) -> BoxFuture<'_, Result<Fetched, SourceError>> {
        let fetched = self.look();
        Box::pin(ready(fetched))
    }

    fn stored(&mut self) -> BoxFuture<'_, Result<(), SourceError>> {
        if let Some((path, seen)) = self.given.take() {
            self.known.insert(path, seen);
        }
        Box::pin(ready(Ok(())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    fn fetched(source: &mut FileSource) -> Option<(String, Vec<u8>, bool)> {
        match source.fetch().now_or_never().expect("an answer at once").expect("files that can be read") {
            Fetched::Document(document) => {
                Some((document.identity, document.bytes.to_vec(), document.has_more))
            }
            Fetched::Unchanged => None,
            Fetched::Ended => panic!("files do not end"),
        }
    }

    fn store(source: &mut FileSource) {
        source.stored().now_or_never().expect("an answer at once").expect("a note");
    }

    #[test]
    fn files_are_given_once_and_again_when_they_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let mut source = FileSource::new(folder.path(), 100);
        assert_eq!(fetched(&mut source), None);
        for (name, text) in [("b.json", "{}"), ("a.json", "[]"), ("_c.json", "1")] {
            fs::write(path(name), text).expect("a file");
        }
        let first = Some((path("a.json").display().to_string(), b"[]".to_vec(), true));
        assert_eq!(fetched(&mut source), first);
        // It was not stored, so it is given again.
        assert_eq!(fetched(&mut source), first);
        store(&mut source);
        let second = Some((path("b.json").display().to_string(), b"{}".to_vec(), false));
        assert_eq!(fetched(&mut source), second);
        store(&mut source);
        assert_eq!(fetched(&mut source), None);
        fs::write(path("a.json"), "[1]").expect("a file");
        assert_eq!(fetched(&mut source).map(|(_, bytes, _)| bytes), Some(b"[1]".to_vec()));
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = folder.path().join("none.json");
        let mut source = FileSource::new(&missing, 100);
        let error = source.fetch().now_or_never().expect("an answer").expect_err("no file");
        assert!(error.full().contains("none.json"), "{}", error.full());
        fs::write(&missing, [b' '; 101]).expect("a file");
        let error = source.fetch().now_or_never().expect("an answer").expect_err("a long file");
        assert!(error.full().contains("101 bytes, more than 100"), "{}", error.full());
    }
}
