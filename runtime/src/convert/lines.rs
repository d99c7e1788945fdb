//! Lines and columns of faults, the same wherever blocks and segments end.

use crate::reject::Reject;

/// Lines passed so far, from the start of a segment.
#[derive(Debug)]
pub(crate) struct Lines {
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

impl Lines {
    /// At the start of a segment, which is that of a line too.
    pub(crate) fn new(start: u64) -> Self {
        Self { ends: 0, start, open: None }
    }

    /// Line ends so far.
    pub(crate) fn ends(&self) -> u64 {
        self.ends
    }

    /// Tells the rejects of a block, which starts at `base`, their lines and columns.
    pub(crate) fn place(&self, rejects: &mut [Reject], block: &[u8], base: u64) {
        for reject in rejects {
            let open = self.open.filter(|open| open.offset == reject.fault_offset);
            if let Some(place) = open.or_else(|| self.find(reject.fault_offset, block, base)) {
                reject.line = place.line;
                reject.line_column = place.column;
            }
        }
    }

    /// Remembers the place of the fault of a document that goes on beyond the block.
    pub(crate) fn keep(&mut self, fault_offset: Option<u64>, block: &[u8], base: u64) {
        let offset = fault_offset.filter(|&offset| self.open.is_none_or(|open| open.offset != offset));
        self.open = match (fault_offset, offset) {
            (None, _) => None,
            (Some(_), None) => self.open,
            (Some(_), Some(offset)) => self.find(offset, block, base),
        };
    }

    /// Passes over bytes that were done with.
    pub(crate) fn pass(&mut self, bytes: &[u8], base: u64) {
        self.ends += memchr::memchr_iter(b'\n', bytes).count() as u64;
        if let Some(newline) = memchr::memrchr(b'\n', bytes) {
            self.start = base + newline as u64 + 1;
        }
    }

    fn find(&self, offset: u64, block: &[u8], base: u64) -> Option<Place> {
        let at = usize::try_from(offset.checked_sub(base)?).ok()?;
        let before = block.get(..at).unwrap_or(block);
        let start = memchr::memrchr(b'\n', before).map_or(self.start, |newline| base + newline as u64 + 1);
        let line = self.ends + memchr::memchr_iter(b'\n', before).count() as u64 + 1;
        Some(Place { offset, line, column: base + before.len() as u64 - start + 1 })
    }
}
