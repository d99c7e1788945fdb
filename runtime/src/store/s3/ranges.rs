//! An object, read in ranges: each is a request of its own, so that a broken connection costs one range.

use super::action::Action;
use super::client::Client;
use super::wait::Pending;
use crate::store::{Location, StoreError, StoreErrorKind, Version};
use object_store::path::Path as Key;
use object_store::{GetOptions, ObjectStore};
use std::collections::VecDeque;
use std::io::{self, Cursor, Read};

/// Bytes of the first range: enough to tell what an object is.
const FIRST: u64 = 64 << 10;
/// How much larger each range is than the one before it.
const GROWTH: u64 = 8;

/// Ranges that come at the same time, once it is clear that the rest is read: one connection to S3 is slower than the
/// decoder by far. Together with the one that is read they hold twice `largest`.
const AT_ONCE: usize = 7;

/// A range on its way.
type Coming = Pending<Result<Vec<u8>, StoreError>>;

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
    /// Bytes of the largest range.
    largest: u64,
    block: Cursor<Vec<u8>>,
    /// What was asked for, in order.
    coming: VecDeque<Coming>,
    /// How many ranges are asked for before they are wanted.
    ahead: usize,
}

impl Ranges {
    /// Reads bytes from the first to before the second, and holds no more than so many.
    pub(super) fn new(
        client: Client,
        path: Key,
        at: Location,
        version: Version,
        range: (u64, u64),
        most_held: u64,
    ) -> Self {
        let (next, end) = range;
        let block = Cursor::new(Vec::new());
        let largest = (most_held / (AT_ONCE as u64 + 1)).max(FIRST);
        let (coming, ahead) = (VecDeque::new(), 0);
        Self { client, path, at, version, next, end, size: FIRST, largest, block, coming, ahead }
    }

    /// Asks for the next range, when there is one.
    fn ask(&mut self) -> io::Result<Option<Coming>> {
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
        self.size = (self.size * GROWTH).min(self.largest);
        Ok(Some(pending))
    }
}

impl Read for Ranges {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.block.read(buf)?;
        if got > 0 || buf.is_empty() {
            return Ok(got);
        }
        let coming = match self.coming.pop_front() {
            Some(coming) => Some(coming),
            None => self.ask()?,
        };
        let Some(coming) = coming else { return Ok(0) };
        // The block that was read is let go before the next one is there.
        self.block = Cursor::new(Vec::new());
        self.block = Cursor::new(coming.wait()??);
        // Who reads on past the first range reads the rest.
        while self.coming.len() < self.ahead
            && let Some(coming) = self.ask()?
        {
            self.coming.push_back(coming);
        }
        self.ahead = AT_ONCE;
        self.block.read(buf)
    }
}
