//! Where a record ends: every start tag meets its end tag, or the place and kind of the first fault.

use super::scan::{Name, Scan, Token};
use crate::convert::Limits;
use crate::fault::{Fault, FaultKind, shorten};

/// What a look for the end of a record gives.
#[derive(Debug)]
pub(super) enum Frame {
    /// One past its end tag.
    Whole(usize),
    /// The block ends within it.
    Incomplete,
    Broken(Broken),
}

/// A record that has no proper end.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) fault: Box<Fault>,
    /// The scan that goes on after the fault, and from where.
    pub(super) scan: Scan,
    pub(super) resume: usize,
    /// Elements of the record's own name that are open there.
    pub(super) level: u64,
}

/// Finds the ends of records.
#[derive(Debug)]
pub(super) struct Framer {
    pub(super) record: Name,
    /// Whether the table reads elements of the record's own name inside a record.
    pub(super) nested: bool,
    limits: Limits,
    /// Start and end of the names of the open elements.
    open: Vec<(usize, usize)>,
}

/// A start tag of the record's own name inside a record is either part of it or shows that the record was cut off.
/// It is part of it when the record's end tag comes within so many bytes.
const LOOKAHEAD: usize = 16 << 10;

impl Framer {
    pub(super) fn new(record: Name, nested: bool, limits: Limits) -> Self {
        Self { record, nested, limits, open: Vec::new() }
    }

    /// Looks for the end of the record that starts at `start`. What is found does not depend on where the block ends.
    pub(super) fn frame(&mut self, block: &[u8], start: usize, last: bool) -> Frame {
        let longest = start.saturating_add(self.limits.document_bytes).saturating_add(1);
        let view = block.get(..longest).unwrap_or(block);
        let cut = view.len() - start > self.limits.document_bytes;
        let last = last && view.len() == block.len();
        // Within the view a tag may be as long as it likes.
        let mut scan = Scan::strict(usize::MAX);
        let mut again: Option<usize> = None;
        let mut at = start;
        self.open.clear();
        loop {
            let before = scan;
            let token = scan.next(view, at, last, None);
            let fault = match token {
                Token::Exhausted(_) if !last && !cut => return Frame::Incomplete,
                Token::Exhausted(end) => {
                    let resume = end.max(start + 1);
                    return self.broken(view, self.end_fault(view, start, last), scan, resume, again);
                }
                Token::Start { name, empty, at: tag, end } => {
                    at = end;
                    if tag != start && self.record.matches(name) && !self.nested {
                        again.get_or_insert(tag);
                    }
                    let depth = self.open.len() + 1;
                    if !empty {
                        self.open.push((tag + 1, tag + 1 + name.len()));
                    } else if self.open.is_empty() {
                        return self.whole(at, start);
                    }
                    if depth <= self.limits.depth {
                        None
                    } else {
                        let expected = format!("at most {} levels of nesting", self.limits.depth);
                        Some(Fault::new(FaultKind::TooDeep, tag, expected, "another level"))
                    }
                }
                Token::End { name, at: tag, end } => {
                    at = end;
                    let open = self.open.last().map(|&(from, to)| view.get(from..to).unwrap_or_default());
                    if open == Some(name) {
                        self.open.pop();
                        if self.open.is_empty() {
                            return self.whole(at, start);
                        }
                        None
                    } else {
                        let found = format!("`</{}>`", shorten(name));
                        Some(Fault::new(FaultKind::Syntax, tag, self.end_tag(view), found))
                    }
                }
                Token::Declaration { at: tag, .. } => Some(Fault::new(
                    FaultKind::Syntax,
                    tag,
                    self.end_tag(view),
                    "the start of another document",
                )),
                Token::Junk { at: tag, end } => {
                    at = end;
                    let found =
                        format!("`{}`", shorten(view.get(tag..end.min(tag + 20)).unwrap_or_default()));
                    Some(Fault::new(FaultKind::Syntax, tag, "a tag, comment or text", found))
                }
            };
            let too_far = again.is_some_and(|tag| at - tag > LOOKAHEAD);
            if fault.is_some() || too_far {
                let fault = fault.unwrap_or_else(|| self.too_long(start));
                // The scan takes the token at the fault again, but never the record's own start tag.
                let resume = if fault.at > start { fault.at } else { at };
                return self.broken(view, fault, before, resume, again);
            }
        }
    }

    fn whole(&self, end: usize, start: usize) -> Frame {
        if end - start > self.limits.document_bytes {
            let resume = end;
            let scan = Scan::strict(self.limits.document_bytes);
            return Frame::Broken(Broken { fault: self.too_long(start), scan, resume, level: 0 });
        }
        Frame::Whole(end)
    }

    fn end_fault(&self, view: &[u8], start: usize, last: bool) -> Box<Fault> {
        if last {
            Fault::new(FaultKind::Syntax, view.len(), self.end_tag(view), "the end of the input")
        } else {
            self.too_long(start)
        }
    }

    fn too_long(&self, start: usize) -> Box<Fault> {
        let limit = self.limits.document_bytes;
        let expected = format!("a record of at most {limit} bytes");
        Fault::new(FaultKind::TooLong, start + limit, expected, "a longer one")
    }

    fn end_tag(&self, view: &[u8]) -> String {
        match self.open.last() {
            Some(&(from, to)) => format!("`</{}>`", shorten(view.get(from..to).unwrap_or_default())),
            None => format!("a whole `<{}>` tag", self.record.as_str()),
        }
    }

    /// A record with a fault; one that was cut off ends where the next one starts.
    fn broken(
        &self,
        view: &[u8],
        fault: Box<Fault>,
        scan: Scan,
        resume: usize,
        again: Option<usize>,
    ) -> Frame {
        let limit = self.limits.document_bytes;
        let Some(tag) = again else {
            let own = self
                .open
                .iter()
                .filter(|&&(from, to)| self.record.matches(view.get(from..to).unwrap_or_default()))
                .count();
            let level = if self.nested { own.max(1) as u64 } else { 1 };
            return Frame::Broken(Broken { fault, scan: scan.with_limit(limit), resume, level });
        };
        let name = self.record.as_str();
        let fault = Fault::new(FaultKind::Syntax, tag, format!("`</{name}>`"), format!("another `<{name}>`"));
        Frame::Broken(Broken { fault, scan: Scan::strict(limit), resume: tag, level: 1 })
    }
}
