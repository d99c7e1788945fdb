//! A local file to an object: in one request, or in parts, of which two are in memory at a time.

use super::action::Action;
use super::client::Client;
use crate::store::{Location, StoreError, StoreErrorKind};
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::multipart::{MultipartStore, PartId};
use object_store::path::Path as Key;
use object_store::{ObjectMeta, ObjectStoreExt, PutPayload};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Bytes of a part; files up to this size are one request.
pub(super) const PART: u64 = 8 << 20;
/// Most parts that S3 takes.
const MOST_PARTS: u64 = 10_000;
/// Parts under way at the same time.
const AHEAD: usize = 2;
/// Uploads that are begun before giving up on one whose end nobody can tell.
const UPLOADS: usize = 3;

/// A file on its way.
pub(super) struct Upload {
    pub(super) client: Client,
    pub(super) file: PathBuf,
    pub(super) bytes: u64,
    pub(super) path: Key,
    pub(super) at: Location,
}

/// How an upload ended.
enum End {
    Done,
    /// Nobody can tell: the parts are gone, and what is there may be from before.
    Unclear(StoreError),
}

impl Upload {
    pub(super) async fn run(self) -> Result<(), StoreError> {
        let before = self.head().await?.and_then(|meta| meta.e_tag);
        let mut attempt = 1;
        loop {
            match self.once(before.as_deref()).await? {
                End::Done => return Ok(()),
                End::Unclear(_) if attempt < UPLOADS => attempt += 1,
                End::Unclear(error) => return Err(error),
            }
        }
    }

    /// One upload from begin to end. One that fails is aborted.
    async fn once(&self, before: Option<&str>) -> Result<End, StoreError> {
        let inner = self.client.inner();
        let id = {
            let (inner, path) = (self.client.inner(), self.path.clone());
            let begin = async move { inner.create_multipart(&path).await };
            self.client.call(Action::Upload, self.at.clone(), begin).await?
        };
        let ended = match self.parts(&id).await {
            Ok(parts) => self.complete(&id, parts, before).await,
            Err(e) => Err(e),
        };
        if !matches!(ended, Ok(End::Done)) {
            // What cannot be aborted now is listed among the unfinished uploads.
            let abort = async { inner.abort_multipart(&self.path, &id).await };
            let _ = self.client.call(Action::Abort, self.at.clone(), abort).await;
        }
        ended
    }

    async fn parts(&self, id: &String) -> Result<Vec<PartId>, StoreError> {
        let size = part_bytes(self.bytes);
        let parts = (0..self.bytes.div_ceil(size)).map(|number| async move {
            let start = number * size;
            let bytes = read_part(&self.file, start, size.min(self.bytes - start))
                .map_err(|e| StoreError::of_io(self.file.as_path(), e))?;
            let index = usize::try_from(number).unwrap_or(usize::MAX);
            let inner = self.client.inner();
            let put = async { inner.put_part(&self.path, id, index, PutPayload::from(bytes)).await };
            self.client.call(Action::Upload, self.at.clone(), put).await
        });
        stream::iter(parts).buffered(AHEAD).try_collect().await
    }

    /// Makes an object of the parts. An answer that was lost is looked for: a second request finds no upload.
    async fn complete(
        &self,
        id: &String,
        parts: Vec<PartId>,
        before: Option<&str>,
    ) -> Result<End, StoreError> {
        let count = parts.len();
        let inner = self.client.inner();
        let complete = async { inner.complete_multipart(&self.path, id, parts).await };
        let (result, seen) = self.client.look(Action::Upload, self.at.clone(), complete).await;
        let Err(error) = result else { return Ok(End::Done) };
        let gone = seen.answer.as_ref().is_some_and(|answer| answer.code == "NoSuchUpload");
        if !gone && error.kind != StoreErrorKind::Unavailable {
            return Err(error);
        }
        let there = self.head().await?;
        let done = there.is_some_and(|there| {
            let e_tag = there.e_tag.as_deref();
            there.size == self.bytes
                // The ETag of a multipart upload ends in the number of its parts, where the store has such ETags.
                && e_tag.is_none_or(|tag| {
                    let tag = tag.trim_matches('"');
                    tag.rsplit_once('-').is_none_or(|(_, parts)| parts.parse() == Ok(count))
                })
                && e_tag.is_some_and(|tag| before != Some(tag))
        });
        if done { Ok(End::Done) } else { Ok(End::Unclear(error)) }
    }

    async fn head(&self) -> Result<Option<ObjectMeta>, StoreError> {
        let inner = self.client.inner();
        let head = async { inner.head(&self.path).await };
        match self.client.call(Action::Head, self.at.clone(), head).await {
            Ok(meta) => Ok(Some(meta)),
            Err(e) if e.kind == StoreErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }
}

/// Bytes of each part but the last.
fn part_bytes(bytes: u64) -> u64 {
    let least = bytes.div_ceil(MOST_PARTS);
    // In whole MiB, so that sizes are the same for files of nearly the same size.
    PART.max(least.div_ceil(1 << 20) << 20)
}

fn read_part(file: &Path, start: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut source = File::open(file)?;
    source.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    source.take(length).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|got| got == length) {
        return Ok(bytes);
    }
    Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file became shorter while it was uploaded"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_size_fits_the_number_of_parts() {
        for bytes in [1, PART, PART + 1, PART * MOST_PARTS, PART * MOST_PARTS + 1, 5 << 40] {
            let part = part_bytes(bytes);
            assert!(part >= PART && bytes.div_ceil(part) <= MOST_PARTS, "{bytes}");
        }
        assert_eq!(part_bytes(PART * MOST_PARTS), PART);
    }

    #[test]
    fn a_part_of_a_file_that_shrank_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("f");
        std::fs::write(&file, b"0123456789").unwrap();
        assert_eq!(read_part(&file, 4, 3).unwrap(), b"456");
        assert_eq!(read_part(&file, 8, 3).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
