//! Snappy in its three wrappings. Raw Snappy has no wrapping and no end, so nothing can tell it from noise.

pub(super) mod framed;
pub(super) mod hadoop;
pub(super) mod xerial;

use super::Stored;
use snap::raw::{Decoder, decompress_len};
use std::io;

/// Longest decoded block. Writers use 32 to 256 KiB by default; a block is held whole.
pub(super) const MAX_BLOCK: u64 = 16 << 20;

/// Longest compressed chunk: a block that does not shrink, and what Snappy adds to it.
pub(super) const MAX_CHUNK: u64 = 32 + MAX_BLOCK + MAX_BLOCK / 6;

/// Most bytes that one byte of Snappy stands for: a copy of 64 bytes takes three.
const MAX_RATIO: u64 = 22;

/// One decoded block, given out in pieces.
#[derive(Default)]
struct Block {
    packed: Vec<u8>,
    text: Vec<u8>,
    given: usize,
}

impl Block {
    /// Gives out what is left; 0 when a new chunk is needed.
    fn give(&mut self, buf: &mut [u8]) -> usize {
        let rest = self.text.get(self.given..).unwrap_or_default();
        let len = rest.len().min(buf.len());
        for (to, from) in buf.iter_mut().zip(rest) {
            *to = *from;
        }
        self.given += len;
        len
    }

    /// Reads and decodes one chunk of `len` stored bytes; gives the length of its text, at most `max`.
    fn load(&mut self, stored: &mut Stored, len: u64, max: u64, name: &str) -> io::Result<u64> {
        self.text.clear();
        self.given = 0;
        if len == 0 || len > MAX_CHUNK {
            return Err(stored.wrong(name, &format!("a chunk of 1 to {MAX_CHUNK} bytes, not of {len}")));
        }
        stored.fill(&mut self.packed, len, name, "a chunk")?;
        let declared =
            decompress_len(&self.packed).map_err(|e| stored.damaged(name, "a chunk's length", e.into()))?;
        let limit = max.min(len.saturating_mul(MAX_RATIO));
        if declared as u64 > limit {
            let expected = format!("a chunk that unpacks to at most {limit} bytes, not to {declared}");
            return Err(stored.wrong(name, &expected));
        }
        self.text.resize(declared, 0);
        let done = Decoder::new().decompress(&self.packed, &mut self.text);
        done.map_err(|e| stored.damaged(name, "a sound chunk", e.into()))?;
        Ok(declared as u64)
    }
}
