//! The end of a file or object, read in one go: it holds the footer.

use crate::store::{Meta, Store};
use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};
use std::io::{self, Read};

/// Bytes of the end that are read at once; a footer is rarely longer.
const TAIL: u64 = 64 << 10;

/// A file or object of which the end is at hand.
pub(super) struct Object<'a> {
    store: &'a dyn Store,
    meta: &'a Meta,
    /// Where the end at hand begins.
    from: u64,
    tail: Bytes,
}

impl<'a> Object<'a> {
    pub(super) fn open(store: &'a dyn Store, meta: &'a Meta) -> io::Result<Self> {
        let from = meta.bytes.saturating_sub(TAIL);
        let tail = read(store, meta, from, meta.bytes - from)?;
        Ok(Self { store, meta, from, tail })
    }

    /// The first bytes, where they cost nothing: of a local file, or of one that is at hand as a whole.
    pub(super) fn first(&self, count: u64) -> io::Result<Option<Bytes>> {
        if self.from == 0 {
            return Ok(self.at_hand(0, count));
        }
        if self.store.root().as_path().is_none() {
            return Ok(None);
        }
        read(self.store, self.meta, 0, count).map(Some)
    }

    /// The last bytes; fewer where there are no more.
    pub(super) fn last(&self, count: u64) -> Bytes {
        let start = self.meta.bytes.saturating_sub(count);
        self.at_hand(start, self.meta.bytes - start).unwrap_or_default()
    }

    fn at_hand(&self, start: u64, len: u64) -> Option<Bytes> {
        let start = usize::try_from(start.checked_sub(self.from)?).ok()?;
        let end = start.checked_add(usize::try_from(len).ok()?)?;
        (end <= self.tail.len()).then(|| self.tail.slice(start..end))
    }
}

fn read(store: &dyn Store, meta: &Meta, start: u64, len: u64) -> io::Result<Bytes> {
    let mut bytes = Vec::new();
    if len > 0 {
        store.open(meta, start)?.take(len).read_to_end(&mut bytes)?;
    }
    if bytes.len() as u64 != len {
        let message = format!("{} bytes from byte {start} on, where {len} should be", bytes.len());
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, message));
    }
    Ok(bytes.into())
}

impl Length for Object<'_> {
    fn len(&self) -> u64 {
        self.meta.bytes
    }
}

impl ChunkReader for Object<'_> {
    type T = Box<dyn Read + Send>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        let failed = |e: io::Error| ParquetError::External(Box::new(e));
        self.store.open(self.meta, start).map_err(|e| failed(e.into()))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        match self.at_hand(start, length as u64) {
            Some(bytes) => Ok(bytes),
            None => read(self.store, self.meta, start, length as u64)
                .map_err(|e| ParquetError::External(Box::new(e))),
        }
    }
}
