//! Lines and columns of faults, the same wherever blocks and segments end.
//!
//! Line ends are counted only where a fault needs them: to count those of all bytes costs a tenth of a conversion. What
//! was passed uncounted is read again for the first fault, from files of this machine; of other inputs all are counted.

use super::input::Input;
use crate::reject::Reject;
use std::io::{self, Read};

/// Lines passed so far, from the start of a segment.
#[derive(Debug)]
pub(crate) struct Lines<'a> {
    input: &'a Input,
    first: u64,
    /// Whether `ends` has those of all bytes passed.
    counts: bool,
    ends: u64,
    /// Offset of the line under way.
    start: u64,
    /// A fault whose document is still being passed over.
    open: Option<Place>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    offset: u64,
    line: u64,
    column: u64,
}

/// Whether an input can be read again, any part of it.
pub(crate) fn can_count_later(input: &Input) -> bool {
    input.is_seekable() && input.location.as_path().is_some()
}

/// Line ends in a stretch of an input.
pub(crate) fn count_in(input: &Input, from: u64, to: u64) -> io::Result<u64> {
    let mut reader = input.open_stretch(from, to)?.take(to.saturating_sub(from));
    let mut block = vec![0; 64 << 10];
    let mut ends = 0;
    loop {
        match reader.read(&mut block) {
            Ok(0) => return Ok(ends),
            Ok(len) => ends += count(block.get(..len).unwrap_or_default()),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

fn count(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

impl<'a> Lines<'a> {
    /// At the start of a segment, which is that of a line too.
    pub(crate) fn new(input: &'a Input, start: u64, counts: bool) -> Self {
        Self { input, first: start, counts: counts || !can_count_later(input), ends: 0, start, open: None }
    }

    /// Line ends so far, if they were counted.
    pub(crate) fn ends(&self) -> Option<u64> {
        self.counts.then_some(self.ends)
    }

    /// Counts from here on, and what came before `base`.
    fn catch_up(&mut self, base: u64) -> io::Result<()> {
        if !self.counts {
            self.ends = count_in(self.input, self.first, base)?;
            self.counts = true;
        }
        Ok(())
    }

    /// Tells the rejects of a block, which starts at `base`, their lines and columns.
    pub(crate) fn place(&mut self, rejects: &mut [Reject], block: &[u8], base: u64) -> io::Result<()> {
        self.catch_up(base)?;
        for reject in rejects {
            let open = self.open.filter(|open| open.offset == reject.fault_offset);
            if let Some(place) = open.or_else(|| self.find(reject.fault_offset, block, base)) {
                reject.line = place.line;
                reject.line_column = place.column;
            }
        }
        Ok(())
    }

    /// Remembers the place of the fault of a document that goes on beyond the block.
    pub(crate) fn keep(&mut self, fault_offset: Option<u64>, block: &[u8], base: u64) -> io::Result<()> {
        if fault_offset.is_some() {
            self.catch_up(base)?;
        }
        let offset = fault_offset.filter(|&offset| self.open.is_none_or(|open| open.offset != offset));
        self.open = match (fault_offset, offset) {
            (None, _) => None,
            (Some(_), None) => self.open,
            (Some(_), Some(offset)) => self.find(offset, block, base),
        };
        Ok(())
    }

    /// Passes over bytes that were done with.
    pub(crate) fn pass(&mut self, bytes: &[u8], base: u64) {
        if self.counts {
            self.ends += count(bytes);
        }
        if let Some(newline) = memchr::memrchr(b'\n', bytes) {
            self.start = base + newline as u64 + 1;
        }
    }

    fn find(&self, offset: u64, block: &[u8], base: u64) -> Option<Place> {
        let at = usize::try_from(offset.checked_sub(base)?).ok()?;
        let before = block.get(..at).unwrap_or(block);
        let start = memchr::memrchr(b'\n', before).map_or(self.start, |newline| base + newline as u64 + 1);
        let line = self.ends + count(before) + 1;
        Some(Place { offset, line, column: base + before.len() as u64 - start + 1 })
    }
}
