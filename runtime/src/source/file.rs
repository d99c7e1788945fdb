//! Files of this machine, read again whenever they have changed.

use super::{Document, Fetched, Source, SourceError};
use crate::convert::list_files;
use crate::store::Location;
use crate::unpack::unpack;
use bytes::Bytes;
use futures_util::future::{BoxFuture, ready};
use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A file, all files below a folder, or those that a pattern matches.
///
/// Each is a document of its own, given once and again when its size or time has changed. Files must appear whole:
/// who writes them renames them into place. Names that start with `.` or `_` are passed over. One that is damaged or too
/// long is told once, until it changes; one that cannot be opened is told, and tried again at the next listing.
#[derive(Debug)]
pub struct FileSource {
    path: PathBuf,
    max_bytes: u64,
    /// Files that are safe or damaged, as they were.
    known: BTreeMap<PathBuf, Seen>,
    /// Files of the last listing that have changed and are not safe yet.
    changed: VecDeque<PathBuf>,
    /// The first of them, when it was given.
    given: Option<Seen>,
    /// Why some of the last listing could not be opened.
    unread: Option<SourceError>,
}

/// What tells that a file has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Seen {
    fn of(metadata: &Metadata) -> Self {
        Self { bytes: metadata.len(), modified: metadata.modified().ok() }
    }
}

/// Why a file gives no document.
enum Unread {
    /// It went away meanwhile.
    Gone,
    /// It cannot be opened, or not read to its end.
    Failed(SourceError),
    /// What is in it is no document.
    Damaged(Seen, SourceError),
}

impl FileSource {
    /// What is at a path, or matches a pattern such as `in/*.json`. `max_bytes` is the longest document, after
    /// decompression.
    pub fn new(path: impl Into<PathBuf>, max_bytes: u64) -> Self {
        Self {
            path: path.into(),
            max_bytes,
            known: BTreeMap::new(),
            changed: VecDeque::new(),
            given: None,
            unread: None,
        }
    }

    async fn look(&mut self) -> Result<Fetched, SourceError> {
        if self.changed.is_empty() {
            if let Some(error) = self.unread.take() {
                return Err(error);
            }
            let path = self.path.clone();
            let listed = apart(move || list(path)).await?;
            // What is gone need not be remembered.
            let known = std::mem::take(&mut self.known);
            self.known = known.into_iter().filter(|(path, _)| listed.contains_key(path)).collect();
            let changed = listed.into_iter().filter(|(path, seen)| self.known.get(path) != Some(seen));
            self.changed = changed.map(|(path, _)| path).collect();
        }
        while let Some(path) = self.changed.front().cloned() {
            let (wanted, most) = (path.clone(), self.max_bytes);
            match apart(move || Ok(read(&wanted, most))).await? {
                Ok((seen, bytes)) => {
                    self.given = Some(seen);
                    return Ok(Fetched::Document(Document {
                        bytes,
                        identity: path.display().to_string(),
                        is_place: true,
                        has_more: self.changed.len() > 1 || self.unread.is_some(),
                        ..Document::default()
                    }));
                }
                Err(unread) => {
                    self.changed.pop_front();
                    match unread {
                        Unread::Gone => {}
                        Unread::Failed(error) => {
                            self.unread.get_or_insert(error);
                        }
                        Unread::Damaged(seen, error) => {
                            self.known.insert(path, seen);
                            return Err(error.of_document());
                        }
                    }
                }
            }
        }
        self.unread.take().map_or(Ok(Fetched::Unchanged), Err)
    }
}

/// Works on the disk, where nobody else has to wait for it.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SourceError> + Send + 'static,
) -> Result<T, SourceError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| SourceError::transient("reading broke off").with_source(e))?
}

fn list(path: PathBuf) -> Result<BTreeMap<PathBuf, Seen>, SourceError> {
    let files = list_files(&Location::Local(path))
        .map_err(|e| SourceError::permanent(e.to_string()).with_source(e))?;
    let mut listed = BTreeMap::new();
    for path in files {
        match fs::metadata(&path) {
            // One that went away meanwhile has nothing to give.
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(wrong(&path, e)),
            Ok(metadata) => {
                listed.insert(path, Seen::of(&metadata));
            }
        }
    }
    Ok(listed)
}

fn read(path: &Path, most: u64) -> Result<(Seen, Bytes), Unread> {
    let failed = |e: io::Error| Unread::Failed(wrong(path, e));
    let mut file = match File::open(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Err(Unread::Gone),
        other => other.map_err(failed)?,
    };
    let seen = Seen::of(&file.metadata().map_err(failed)?);
    if seen.bytes > most {
        let message = format!("{} has {} bytes, more than {most}", path.display(), seen.bytes);
        return Err(Unread::Damaged(seen, SourceError::permanent(message)));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(failed)?;
    if !bytes.is_empty() {
        bytes = unpack(bytes, most).map_err(|e| Unread::Damaged(seen, wrong(path, e)))?;
    }
    Ok((seen, Bytes::from(bytes)))
}

fn wrong(path: &Path, e: io::Error) -> SourceError {
    SourceError::permanent(format!("cannot read {}", path.display())).with_source(e)
}

impl Source for FileSource {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn fetch(&mut self) -> BoxFuture<'_, Result<Fetched, SourceError>> {
        Box::pin(self.look())
    }

    fn stored(&mut self) -> BoxFuture<'_, Result<(), SourceError>> {
        if let Some(seen) = self.given.take()
            && let Some(path) = self.changed.pop_front()
        {
            self.known.insert(path, seen);
        }
        Box::pin(ready(Ok(())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn fetched(source: &mut FileSource) -> Option<(String, Vec<u8>, bool)> {
        match source.fetch().await.expect("files that can be read") {
            Fetched::Document(document) => {
                Some((document.identity, document.bytes.to_vec(), document.has_more))
            }
            Fetched::Unchanged => None,
            Fetched::Ended => panic!("files do not end"),
        }
    }

    async fn store(source: &mut FileSource) {
        source.stored().await.expect("a note");
    }

    #[tokio::test]
    async fn files_are_given_once_and_again_when_they_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let mut source = FileSource::new(folder.path(), 100);
        assert_eq!(fetched(&mut source).await, None);
        for (name, text) in [("b.json", "{}"), ("a.json", "[]"), ("_c.json", "1")] {
            fs::write(path(name), text).expect("a file");
        }
        let first = Some((path("a.json").display().to_string(), b"[]".to_vec(), true));
        assert_eq!(fetched(&mut source).await, first);
        // It was not stored, so it is given again.
        assert_eq!(fetched(&mut source).await, first);
        store(&mut source).await;
        let second = Some((path("b.json").display().to_string(), b"{}".to_vec(), false));
        assert_eq!(fetched(&mut source).await, second);
        store(&mut source).await;
        assert_eq!(fetched(&mut source).await, None);
        fs::write(path("a.json"), "[1]").expect("a file");
        assert_eq!(fetched(&mut source).await.map(|(_, bytes, _)| bytes), Some(b"[1]".to_vec()));
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = folder.path().join("none.json");
        let mut source = FileSource::new(&missing, 100);
        let error = source.fetch().await.expect_err("no file");
        assert!(error.full().contains("none.json"), "{}", error.full());
        fs::write(&missing, [b' '; 101]).expect("a file");
        let error = source.fetch().await.expect_err("a long file");
        assert!(error.full().contains("101 bytes, more than 100"), "{}", error.full());
    }

    #[tokio::test]
    async fn one_that_is_damaged_holds_up_no_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let packed = zstd::encode_all(&b"{\"n\":1}"[..], 1).expect("a document");
        fs::write(path("a.json.zst"), &packed[..packed.len() - 3]).expect("a file");
        fs::write(path("b.json"), "[1]").expect("a file");
        let mut source = FileSource::new(folder.path(), 100);
        let error = source.fetch().await.expect_err("it is damaged");
        assert!(error.is_of_document() && error.full().contains("a.json.zst"), "{}", error.full());
        assert_eq!(fetched(&mut source).await.map(|(_, bytes, _)| bytes), Some(b"[1]".to_vec()));
        store(&mut source).await;
        // It is told once, and again when it has changed.
        assert_eq!(fetched(&mut source).await, None);
        fs::write(path("a.json.zst"), packed).expect("a file");
        assert_eq!(fetched(&mut source).await.map(|(_, bytes, _)| bytes), Some(b"{\"n\":1}".to_vec()));
    }
}
