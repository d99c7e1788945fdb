//! Bytes that grow without being moved: what is written stays where it is.
//!
//! A vector of tens of megabytes that doubles is copied into memory that was never touched before, which costs more
//! than what is written.

use bytes::{Buf, Bytes};
use std::io::{self, Read, Write};
use std::vec;

/// Bytes in parts, each as large as all before it, up to a limit.
#[derive(Debug, Default)]
pub(super) struct Rope {
    parts: Vec<Vec<u8>>,
    len: usize,
}

const SMALLEST_PART: usize = 256;
const LARGEST_PART: usize = 256 << 10;

impl Rope {
    /// The parts, in order.
    pub(super) fn into_parts(self) -> Vec<Bytes> {
        self.parts.into_iter().map(Bytes::from).collect()
    }
}

impl Write for Rope {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let is_full = self.parts.last().is_none_or(|part| part.len() == part.capacity());
        if is_full && !bytes.is_empty() {
            let room = self.len.clamp(SMALLEST_PART, LARGEST_PART).max(bytes.len().min(LARGEST_PART));
            self.parts.push(Vec::with_capacity(room));
        }
        let Some(part) = self.parts.last_mut() else { return Ok(0) };
        let here = bytes.len().min(part.capacity() - part.len());
        part.extend_from_slice(bytes.get(..here).unwrap_or_default());
        self.len += here;
        Ok(here)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads parts one behind the other.
#[derive(Debug)]
pub(in crate::encode) struct PartsReader {
    parts: vec::IntoIter<Bytes>,
    part: Bytes,
}

impl PartsReader {
    /// The parts from a place on; nothing when they end before it.
    pub(super) fn new(parts: &[Bytes], start: usize) -> Option<Self> {
        let mut left = start;
        let mut parts = Vec::from(parts).into_iter();
        let mut part = Bytes::new();
        while left > part.len() {
            left -= part.len();
            part = parts.next()?;
        }
        part.advance(left);
        Some(Self { parts, part })
    }
}

impl Read for PartsReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.part.is_empty() {
            let Some(next) = self.parts.next() else { return Ok(0) };
            self.part = next;
        }
        let here = out.len().min(self.part.len());
        self.part.copy_to_slice(out.get_mut(..here).unwrap_or_default());
        Ok(here)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_comes_back_from_any_place() {
        let all: Vec<u8> = (0..700_000_u32).map(|n| (n % 251) as u8).collect();
        let mut rope = Rope::default();
        let mut rest = all.as_slice();
        for size in [0, 1, 300, 5, 70_000, 300_000, 0, 9].into_iter().cycle() {
            let (here, behind) = rest.split_at(size.min(rest.len()));
            rope.write_all(here).unwrap();
            rest = behind;
            if rest.is_empty() {
                break;
            }
        }
        assert!(rope.parts.iter().all(|part| part.capacity() <= LARGEST_PART + 64));
        let parts = rope.into_parts();
        for start in [0, 1, 255, 256, 257, 70_300, 699_999, 700_000] {
            let mut read = Vec::new();
            PartsReader::new(&parts, start).unwrap().read_to_end(&mut read).unwrap();
            assert!(read == all[start..], "from {start}");
        }
        assert!(PartsReader::new(&parts, 700_001).is_none());
        assert!(PartsReader::new(&[], 0).is_some());
    }
}
