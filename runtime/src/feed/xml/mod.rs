//! XML into columns: each element of one name is a record, wherever it stands in the document.
//!
//! Names match without regard to namespace prefixes unless the table writes one. Entities that a document declares
//! itself are never expanded. A broken record ends at its end tag, or where the next record starts, whichever comes
//! first.

mod frame;
mod scan;
mod tree;
mod walk;

#[cfg(test)]
mod tests;

use crate::batch::Batch;
use crate::convert::Limits;
use crate::fault::{Fault, FaultKind, Step};
use crate::feed::cells::Cells;
use crate::feed::skipped::Skipped;
use crate::feed::trace::{Trace, Tracer, Untraced};
use crate::plan::Plan;
use crate::reject::{RAW_BYTES, Reject, Rejects};
use frame::{Broken, Frame, Framer};
use scan::{Name, Scan, Token};
use tree::Tree;
use walk::{Scratch, Walk};

/// Decodes blocks of XML. A block may end anywhere: what it does not hold whole is not consumed, and the caller gives
/// it again with more behind it.
#[derive(Debug)]
pub struct XmlDecoder<'p> {
    plan: &'p Plan,
    limits: Limits,
    tree: Tree,
    scratch: Scratch,
    framer: Framer,
    /// What stands between records.
    scan: Scan,
    /// Open elements around the records.
    depth: u64,
    roots: Vec<String>,
    found_records: bool,
    skipping: Option<Skipping>,
}

/// What is being passed over.
#[derive(Debug)]
struct Skipping {
    skipped: Skipped,
    scan: Scan,
    until: Until,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    /// The end of a broken record with so many open elements of the record's name.
    Record(u64),
    /// The start of another document.
    Document,
}

/// Root elements that are remembered.
const MAX_ROOTS: usize = 4;

impl<'p> XmlDecoder<'p> {
    /// A decoder at the start of an input, whose records are the elements of that name.
    pub fn new(plan: &'p Plan, record_element: &str, limits: Limits) -> Self {
        let tree = Tree::new(plan);
        let record = Name::new(record_element);
        let nested = tree.mentions(&record);
        Self {
            plan,
            limits,
            tree,
            scratch: Scratch::default(),
            framer: Framer::new(record, nested, limits),
            scan: Scan::lenient(limits.document_bytes),
            depth: 0,
            roots: Vec::new(),
            found_records: false,
            skipping: None,
        }
    }

    /// Names of the root elements seen, the first few of them.
    pub fn roots(&self) -> &[String] {
        &self.roots
    }

    /// Whether any element was a record, be it a sound one.
    pub fn found_records(&self) -> bool {
        self.found_records
    }

    /// Says so when no record was found, with the root elements that were.
    pub(crate) fn note(&self) -> Option<String> {
        let record = self.framer.record.as_str();
        (!self.found_records).then(|| match self.roots.as_slice() {
            [] => format!("no <{record}> element: the document has no elements"),
            roots => format!("no <{record}> element: the root is <{}>", roots.join(">, <")),
        })
    }

    /// Place of the fault in the record that is being passed over, if there is one.
    pub(crate) fn open_fault(&self) -> Option<u64> {
        self.skipping.as_ref().map(|skipping| skipping.skipped.fault_offset())
    }

    /// Whether the input could end or be cut here: no record is open, nothing is being skipped.
    pub fn is_between_records(&self) -> bool {
        self.skipping.is_none() && self.scan.is_in_text()
    }

    /// Decodes records from a block that starts at `base_offset` of the decoded input, until the block ends or the
    /// batch is full. `last` tells that nothing follows the block.
    ///
    /// Returns how many bytes are done with: their records are in the batch or among the rejects.
    pub fn decode(
        &mut self,
        block: &[u8],
        base_offset: u64,
        last: bool,
        batch: &mut Batch,
        rejects: &mut Rejects,
    ) -> usize {
        let mut at = 0;
        if base_offset == 0 && self.skipping.is_none() {
            if block.len() < 4 && !last {
                return 0;
            }
            if is_utf_16(block) {
                self.refuse_document(0, 0, "UTF-16");
            }
        }
        if self.skipping.is_some() {
            at = self.skip(block, 0, 0, last, rejects);
        }
        while self.skipping.is_none() && !batch.is_full() && !rejects.are_many() {
            match self.scan.next(block, at, last, Some(&self.framer.record)) {
                Token::Exhausted(end) => return end,
                Token::Junk { end, .. } => at = end,
                Token::End { end, .. } => {
                    self.depth = self.depth.saturating_sub(1);
                    at = end;
                }
                Token::Declaration { at: tag, end } => {
                    self.depth = 0;
                    at = end;
                    if let Some(encoding) = foreign_encoding(block.get(tag..end).unwrap_or_default()) {
                        self.refuse_document(base_offset, tag, &encoding);
                        at = self.skip(block, tag, end, last, rejects);
                    }
                }
                Token::Start { name, empty, at: tag, end } => {
                    self.note_root(name);
                    if !self.framer.record.matches(name) {
                        self.depth += u64::from(!empty);
                        at = end;
                        continue;
                    }
                    match self.framer.frame(block, tag, last) {
                        Frame::Incomplete => return tag,
                        Frame::Whole(end) => {
                            self.row(
                                block.get(tag..end).unwrap_or_default(),
                                base_offset + tag as u64,
                                batch,
                                rejects,
                            );
                            at = end;
                        }
                        Frame::Broken(broken) => {
                            at = self.give_up(broken, block, tag, base_offset, last, rejects)
                        }
                    }
                    self.found_records = true;
                }
            }
        }
        at
    }

    fn note_root(&mut self, name: &[u8]) {
        if self.depth == 0 && self.roots.len() < MAX_ROOTS {
            let name = String::from_utf8_lossy(name).into_owned();
            if !self.roots.contains(&name) {
                self.roots.push(name);
            }
        }
    }

    /// Reads a record whose end is known, and commits it or rejects it.
    fn row(&mut self, record: &[u8], offset: u64, batch: &mut Batch, rejects: &mut Rejects) {
        let stats = batch.stats;
        let result = self.read(record, batch, &mut Untraced);
        let result = result.and_then(|()| {
            batch.commit(self.plan, offset, record.len() as u64).map_err(|mut fault| {
                fault.at = record.len().saturating_sub(1);
                fault
            })
        });
        if let Err(fault) = result {
            batch.columns.rollback();
            batch.stats = stats;
            let fault_offset = offset + fault.at as u64;
            let mut reject = Reject::new(self.plan, *fault, offset, record.len() as u64, fault_offset);
            reject.raw = (record.len() <= RAW_BYTES).then(|| record.to_vec());
            rejects.list.push(reject);
        }
    }

    /// Reads one record, noting every value and every fault, as [`JsonDecoder::trace`](super::json::JsonDecoder) does.
    pub(crate) fn trace(&mut self, record: &[u8], batch: &mut Batch, trace: &mut Tracer) -> Step {
        self.read(record, batch, trace)
    }

    fn read(&mut self, record: &[u8], batch: &mut Batch, trace: &mut impl Trace) -> Step {
        let text = std::str::from_utf8(record).map_err(|e| {
            let at = e.valid_up_to();
            let byte = record.get(at).copied().unwrap_or_default();
            Fault::new(FaultKind::Syntax, at, "UTF-8", format!("byte 0x{byte:02x}"))
        })?;
        let is_control = |b: &u8| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r');
        if let Some((at, byte)) = record.iter().enumerate().find(|(_, byte)| is_control(byte)) {
            let found = format!("byte 0x{byte:02x}");
            return Err(Fault::new(FaultKind::Syntax, at, "a character that XML allows", found));
        }
        let cells = Cells { plan: self.plan, columns: &mut batch.columns, stats: &mut batch.stats };
        let (tree, scratch) = (&self.tree, &mut self.scratch);
        Walk { cells, tree, scratch, trace, place: 0..0 }.record(text)
    }

    /// Starts to pass over a broken record; gives the place behind what was scanned.
    fn give_up(
        &mut self,
        broken: Broken,
        block: &[u8],
        start: usize,
        base_offset: u64,
        last: bool,
        rejects: &mut Rejects,
    ) -> usize {
        let Broken { fault, scan, resume, level } = broken;
        let fault_offset = base_offset + fault.at as u64;
        let skipped = Skipped::new(*fault, base_offset + start as u64, fault_offset);
        self.skipping = Some(Skipping { skipped, scan, until: Until::Record(level) });
        self.skip(block, start, resume, last, rejects)
    }

    /// Starts to pass over a document that is not UTF-8, and says so.
    fn refuse_document(&mut self, base_offset: u64, at: usize, encoding: &str) {
        let start = base_offset + at as u64;
        let found = format!("a document in {encoding}");
        let fault = Fault::new(FaultKind::Syntax, at, "UTF-8", found);
        let scan = Scan::lenient(self.limits.document_bytes);
        self.skipping =
            Some(Skipping { skipped: Skipped::new(*fault, start, start), scan, until: Until::Document });
    }

    /// Goes on passing over: bytes from `from` on belong to what is skipped, the scan stands at `at`. Gives the place
    /// behind what was scanned. The reject is made when its end is known.
    fn skip(&mut self, block: &[u8], from: usize, at: usize, last: bool, rejects: &mut Rejects) -> usize {
        let Some(mut skipping) = self.skipping.take() else {
            return from;
        };
        match self.find_end(&mut skipping, block, at, last) {
            Ok(end) => {
                skipping.skipped.extend(block.get(from..end).unwrap_or_default());
                rejects.list.push(skipping.skipped.into_reject(self.plan));
                end
            }
            Err(scanned) => {
                let scanned = scanned.max(from);
                skipping.skipped.extend(block.get(from..scanned).unwrap_or_default());
                self.skipping = Some(skipping);
                scanned
            }
        }
    }

    /// The end of what is skipped, or how far the block was scanned in vain.
    fn find_end(
        &self,
        skipping: &mut Skipping,
        block: &[u8],
        from: usize,
        last: bool,
    ) -> Result<usize, usize> {
        let mut at = from;
        let Framer { record, nested, .. } = &self.framer;
        let stop = Some(record).filter(|_| !nested && skipping.until != Until::Document);
        loop {
            if skipping.until == Until::Record(0) {
                return Ok(at);
            }
            let token = skipping.scan.next(block, at, last, stop);
            match (token, &mut skipping.until) {
                (Token::Exhausted(_), _) if last => return Ok(block.len()),
                (Token::Exhausted(end), _) => return Err(end),
                (Token::Declaration { at: tag, .. }, _) => return Ok(tag),
                (Token::Junk { end, .. }, _)
                | (Token::Start { end, .. } | Token::End { end, .. }, Until::Document) => at = end,
                (Token::Start { name, empty, at: tag, end }, Until::Record(level)) => {
                    if record.matches(name) {
                        if !nested {
                            return Ok(tag);
                        }
                        *level += u64::from(!empty);
                    }
                    at = end;
                }
                (Token::End { name, at: tag, end }, Until::Record(level)) => {
                    if record.matches(name) {
                        *level -= 1;
                    } else if self.depth == 1 && self.roots.last().is_some_and(|root| root.as_bytes() == name)
                    {
                        return Ok(tag);
                    }
                    at = end;
                }
            }
        }
    }
}

/// Whether the first bytes of an input are those of UTF-16.
fn is_utf_16(block: &[u8]) -> bool {
    matches!(block, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'<', 0, ..] | [0, b'<', ..])
}

/// The encoding that `<?xml …?>` declares, if bytes of it may not be read as UTF-8.
fn foreign_encoding(declaration: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(declaration);
    let (_, rest) = text.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let mut rest = rest.chars();
    let quote = rest.next().filter(|c| matches!(c, '"' | '\''))?;
    let name = rest.as_str().split(quote).next()?;
    let known = ["utf-8", "utf8", "us-ascii", "ascii"].iter().any(|known| name.eq_ignore_ascii_case(known));
    (!known).then(|| name.chars().take(40).collect())
}
