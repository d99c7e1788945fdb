//! The bytes of an input on their way to a decoder: read once, hashed on the way, looked through for cuts.

use super::content::{Hashed, HashedSoFar, STRETCH, Stretches};
use super::input::Input;
use crate::framing::Unwrapped;
use std::io::{self, Read};

/// Bytes read at once: so few that they are still in the cache when they are decoded.
pub(super) const BLOCK: usize = 256 << 10;

/// Bytes that were read and are not done with. A thread has one, whatever it works on.
#[derive(Debug, Default)]
pub(super) struct Block {
    bytes: Vec<u8>,
    from: usize,
    to: usize,
}

impl Block {
    pub(super) fn rest(&self) -> &[u8] {
        self.bytes.get(self.from..self.to).unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.to - self.from
    }

    /// Does away with the first bytes.
    pub(super) fn consume(&mut self, bytes: usize) {
        self.from = (self.from + bytes).min(self.to);
    }

    /// Starts over. The room that a long document needed is given back.
    pub(super) fn clear(&mut self) {
        (self.from, self.to) = (0, 0);
        if self.bytes.len() > 4 * BLOCK {
            self.bytes = Vec::new();
        }
    }

    /// Reads up to `want` bytes more; fewer only at the end. Only what is left is moved, and nothing is filled twice.
    fn read(&mut self, reader: &mut dyn Read, want: usize) -> io::Result<usize> {
        self.bytes.copy_within(self.from..self.to, 0);
        (self.from, self.to) = (0, self.to - self.from);
        let before = self.to;
        let end = before.saturating_add(want);
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        while let Some(room) = self.bytes.get_mut(self.to..end).filter(|room| !room.is_empty()) {
            match reader.read(room) {
                Ok(0) => break,
                Ok(len) => self.to = (self.to + len).min(end),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(self.to - before)
    }
}

/// The decoded bytes of an input from some place on.
pub(super) struct Source<'a> {
    input: &'a Input,
    pub(super) reader: Box<dyn Unwrapped>,
    pub(super) at: u64,
    /// Where the reader ends that is open now.
    end: u64,
    hashing: Hashing,
}

enum Hashing {
    /// It is known already.
    Known,
    AsRead(Box<Stretches>),
    /// What is stored is not what is decoded.
    AsStored(HashedSoFar),
}

/// Bytes beyond a segment in which most records have ended.
const BEYOND: u64 = 64 << 10;

/// Whether the hash of an input can be made while its segments are decoded.
pub(super) fn can_hash(input: &Input, segments: u64, segment_bytes: u64) -> bool {
    input.hash.is_empty() && (segments == 1 || segment_bytes.is_multiple_of(STRETCH))
}

impl<'a> Source<'a> {
    /// Opens an input at `start`, where a stretch of its hash begins. Who reads it will hardly want what comes after
    /// `end`.
    pub(super) fn open(input: &'a Input, start: u64, end: u64) -> io::Result<Self> {
        let known = !input.hash.is_empty();
        if input.is_seekable() {
            let hashing = if known { Hashing::Known } else { Hashing::AsRead(Box::default()) };
            let end = if input.location.as_path().is_some() { u64::MAX } else { end.saturating_add(BEYOND) };
            let reader = Box::new(input.open_stretch(start.min(input.bytes), end)?);
            return Ok(Self { input, reader, at: start, end, hashing });
        }
        if known {
            return Ok(Self { input, reader: input.open()?, at: 0, end: u64::MAX, hashing: Hashing::Known });
        }
        let (stored, so_far) = Hashed::new(input.store.open(&input.meta, 0)?);
        let reader = input.unwrap(Box::new(stored))?;
        Ok(Self { input, reader, at: 0, end: u64::MAX, hashing: Hashing::AsStored(so_far) })
    }

    /// Adds up to `want` bytes to a block; fewer only at the end.
    pub(super) fn fill(&mut self, block: &mut Block, want: usize) -> io::Result<usize> {
        let mut got = 0;
        while got < want {
            if self.at >= self.end && self.at < self.input.bytes {
                self.end = self.at.saturating_add(want as u64).saturating_add(BEYOND);
                self.reader = Box::new(self.input.open_stretch(self.at, self.end)?);
            }
            let here =
                usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX).min(want - got);
            let len = block.read(&mut self.reader, here)?;
            if let Hashing::AsRead(stretches) = &mut self.hashing {
                stretches.update(block.rest().get(block.len() - len..).unwrap_or_default());
            }
            self.at += len as u64;
            got += len;
            if len < here || here == 0 {
                break;
            }
        }
        Ok(got)
    }

    /// The hashes of the stored bytes that were read: those of the first `bytes`, or all of them when the input is at
    /// its end.
    pub(super) fn stretches(self, bytes: Option<u64>) -> io::Result<Vec<u128>> {
        let Self { input, hashing, .. } = self;
        match (hashing, bytes) {
            (Hashing::Known, _) => Ok(Vec::new()),
            (Hashing::AsRead(stretches), Some(bytes)) => Ok(stretches.before(bytes)),
            (Hashing::AsRead(stretches), None) => Ok(stretches.all()),
            (Hashing::AsStored(so_far), _) => {
                so_far.finish(|at| input.store.open(&input.meta, at).map_err(Into::into))
            }
        }
    }
}

/// Where the first line begins that starts with `{`, in bytes of which `previous` comes before the first.
pub(super) fn find_cut(previous: u8, bytes: &[u8]) -> Option<usize> {
    if previous == b'\n' && bytes.first() == Some(&b'{') {
        return Some(0);
    }
    let newline = memchr::memchr_iter(b'\n', bytes).find(|&at| bytes.get(at + 1) == Some(&b'{'));
    newline.map(|newline| newline + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_keeps_what_is_left_and_reads_on() {
        let text: Vec<u8> = (0..=255).collect();
        let mut reader = text.as_slice();
        let mut block = Block::default();
        let mut seen = Vec::new();
        for (want, take) in [(10, 7), (1, 0), (100, 60), (30, 74), (200, 140)] {
            block.read(&mut reader, want).unwrap();
            seen.extend_from_slice(&block.rest()[..take.min(block.len())]);
            block.consume(take);
        }
        seen.extend_from_slice(block.rest());
        assert_eq!(seen, text);
        assert_eq!(block.read(&mut reader, 1).unwrap(), 0);
    }

    #[test]
    fn cuts_are_line_starts_with_a_brace() {
        assert_eq!(find_cut(b'\n', b"{"), Some(0));
        assert_eq!(find_cut(b' ', b"{\n {\n\n{}"), Some(6));
        assert_eq!(find_cut(b' ', b"{}\n"), None);
        assert_eq!(find_cut(b' ', b""), None);
    }
}
