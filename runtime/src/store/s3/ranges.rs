//! An object, read in ranges: each is a request of its own, so that a broken connection costs one range.

use super::action::Action;
use super::client::Client;
use super::wait::Pending;
use crate::store::{Location, StoreError, StoreErrorKind, Version};
use object_store::path::Path as Key;
use object_store::{GetOptions, ObjectStore};
use std::io::{self, Cursor, Read};

/// Bytes of the first range: enough to tell what an object is.
const FIRST: u64 = 64 << 10;
/// Bytes of the largest range. A reader holds two at most: one that is read, one that comes.
const LARGEST: u64 = 8 << 20;
/// How much larger each range is than the one before it.
const GROWTH: u64 = 8;

/// Reads an object from a position to its end.
#[derive(Debug)]
pub(super) struct Ranges {
    client: Client,
    path: Key,
    at: Location,
    version: Version,
    /// Where the next range starts that nobody asked for yet.
    next: u64,
    end: u64,
    size: u64,
    block: Cursor<Vec<u8>>,
    coming: Option<Pending<Result<Vec<u8>, StoreError>>>,
    /// Whether the one after the next range is asked for before it is wanted.
    ahead: bool,
}

impl Ranges {
    pub(super) fn new(client: Client, path: Key, at: Location, version: Version, range: (u64, u64)) -> Self {
        let (next, end) = range;
        let block = Cursor::new(Vec::new());
        Self { client, path, at, version, next, end, size: FIRST, block, coming: None, ahead: false }
    }

    /// Asks for the next range, when there is one.
    fn ask(&mut self) -> io::Result<Option<Pending<Result<Vec<u8>, StoreError>>>> {
        if self.next >= self.end {
            return Ok(None);
        }
        let (start, end) = (self.next, self.end.min(self.next.saturating_add(self.size)));
        let mut options = GetOptions { range: Some((start..end).into()), ..GetOptions::default() };
        if !self.version.0.is_empty() {
            options.if_match = Some(self.version.0.clone());
        }
        let (client, path, at) = (self.client.clone(), self.path.clone(), self.at.clone());
        let pending = super::wait::start(async move {
            let inner = client.inner();
            let bytes =
                client
                    .call(Action::Get, at.clone(), async move {
                        inner.get_opts(&path, options).await?.bytes().await
                    })
                    .await?;
            let (asked, got) = (end - start, bytes.len());
            if u64::try_from(got).is_ok_and(|got| got == asked) {
                return Ok(Vec::from(bytes));
            }
            let said = format!("{got} bytes came where {asked} from byte {start} on were asked for");
            Err(StoreError::new(StoreErrorKind::Other, at).with_source(said))
        })?;
        self.next = end;
        self.size = (self.size * GROWTH).min(LARGEST);
        Ok(Some(pending))
    }
}

impl Read for Ranges {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.block.read(buf)?;
        if got > 0 || buf.is_empty() {
            return Ok(got);
        }
        let coming = match self.coming.take() {
            Some(coming) => Some(coming),
            None => self.ask()?,
        };
        let Some(coming) = coming else { return Ok(0) };
        // The block that was read is let go before the next one is there.
        self.block = Cursor::new(Vec::new());
        self.block = Cursor::new(coming.wait()??);
        // Who reads on past the first range reads the rest.
        if self.ahead {
            self.coming = self.ask()?;
        }
        self.ahead = true;
        self.block.read(buf)
    }
}
