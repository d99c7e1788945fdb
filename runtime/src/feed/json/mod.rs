//! JSON documents into columns: newline-delimited, glued, pretty-printed, or in a top-level array.

mod lex;
mod record;
mod resync;
mod scan;
#[cfg(test)]
mod tests;
mod wrapper;

use crate::batch::Batch;
use crate::convert::Limits;
use crate::fault::{Fault, FaultKind, Step};
use crate::feed::cells::Cells;
use crate::feed::skipped::Skipped;
use crate::feed::trace::{Trace, Tracer, Untraced};
use crate::plan::Plan;
use crate::reject::Rejects;
use lex::Lexer;
use record::{RecordReader, Scratch};
use resync::Resync;
use scan::Scanner;
use std::ops::Range;

/// Decodes blocks of JSON. A block may end anywhere: what it does not hold whole is not consumed, and the caller
/// gives it again with more behind it.
#[derive(Debug)]
pub struct JsonDecoder<'p> {
    plan: &'p Plan,
    limits: Limits,
    /// Reads records that look like those before, where the table's can be read so.
    scanner: Option<Scanner<'p>>,
    scratch: Scratch,
    array: Array,
    /// Whether a document ended, so that a comma may follow: the elements of an array without its brackets.
    separable: bool,
    /// Last byte that was done with.
    previous: u8,
    skipping: Option<Skipping>,
}

/// Where in a top-level array the input stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Array {
    Outside,
    /// An element or the end comes next.
    Opened,
    /// A comma or the end comes next.
    AfterElement,
    /// An element comes next.
    AfterComma,
}

/// A broken document whose end was not seen yet.
#[derive(Debug)]
struct Skipping {
    scan: Resync,
    skipped: Skipped,
}

/// Where a document with a fault ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    At(usize),
    BeyondTheBlock,
    /// Its syntax is broken.
    Unknown,
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

impl<'p> JsonDecoder<'p> {
    /// A decoder at the start of an input or segment.
    pub fn new(plan: &'p Plan, limits: Limits) -> Self {
        Self { scanner: Scanner::new(plan, limits), ..Self::general(plan, limits) }
    }

    /// The same without the fast path: what says what a document means, for comparison.
    #[doc(hidden)]
    pub fn general(plan: &'p Plan, limits: Limits) -> Self {
        Self {
            plan,
            limits,
            scanner: None,
            scratch: Scratch::default(),
            array: Array::Outside,
            separable: false,
            previous: b'\n',
            skipping: None,
        }
    }

    /// Starts over, for another input.
    pub(crate) fn restart(&mut self) {
        self.array = Array::Outside;
        self.separable = false;
        self.previous = b'\n';
        self.skipping = None;
        if let Some(scanner) = &mut self.scanner {
            scanner.restart();
        }
    }

    /// Whether the input could end or be cut here: no document is open, no array, nothing is being skipped.
    pub fn is_between_records(&self) -> bool {
        self.array == Array::Outside && self.skipping.is_none()
    }

    /// Place of the fault in the document that is being passed over, if there is one.
    pub(crate) fn open_fault(&self) -> Option<u64> {
        self.skipping.as_ref().map(|skipping| skipping.skipped.fault_offset())
    }

    /// What is odd about an input that is now at its end.
    pub(crate) fn note(&self) -> Option<String> {
        let is_open = self.array != Array::Outside;
        is_open.then(|| "the top-level array is not closed: the input may be cut off".to_owned())
    }

    /// Decodes documents from a block that starts at `base_offset` of the decoded input, until the block ends or the
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
        if self.skipping.is_some() {
            at = self.skip(block, 0, last, rejects);
        }
        let mut lexer = Lexer::new(block, last, self.limits);
        while self.skipping.is_none() && !batch.is_full() && !rejects.are_many() {
            if let (Array::Outside, Some(scanner)) = (self.array, &mut self.scanner) {
                let end = scanner.scan(block, at, base_offset, batch);
                if end > at {
                    at = end;
                    self.separable = true;
                    continue;
                }
            }
            lexer.block = block;
            lexer.at = at;
            lexer.white_space();
            at = lexer.at;
            let Some(&byte) = block.get(at) else {
                break;
            };
            // Files with marks of their own that were joined have them anywhere between documents.
            let rest = block.get(at..).unwrap_or_default();
            let mark = rest.get(..BYTE_ORDER_MARK.len()).unwrap_or(rest);
            if mark == BYTE_ORDER_MARK {
                at += mark.len();
                continue;
            }
            if !last && BYTE_ORDER_MARK.starts_with(mark) {
                break;
            }
            if self.punctuation(byte) {
                at += 1;
                continue;
            }
            let start = at;
            if self.is_stray(byte) {
                let found = format!("`{}`", char::from(byte));
                let fault = Fault::new(FaultKind::Syntax, start, "an element", found);
                self.give_up(*fault, 0, start, base_offset);
                at = self.finish(block, start, start + 1, rejects);
                continue;
            }
            // A document is seen as far as it may go and one byte more, so that what comes of it does not depend on
            // where the block ends.
            let limit = self.limits.document_bytes;
            lexer.block = block.get(..start.saturating_add(limit).saturating_add(1)).unwrap_or(block);
            lexer.last = last && lexer.block.len() == block.len();
            let starts_line =
                start.checked_sub(1).map_or(Some(&self.previous), |before| block.get(before)) == Some(&b'\n');
            let stats = batch.stats;
            match self.document(byte, starts_line, &mut lexer, base_offset, batch) {
                Ok(end) => {
                    at = end;
                    self.element_done();
                    self.separable = true;
                }
                Err(mut fault) => {
                    self.separable = false;
                    batch.columns.rollback();
                    batch.stats = stats;
                    if std::mem::take(&mut self.scratch.wrapper) {
                        lexer.at = start;
                        match wrapper::find(&mut lexer, &self.plan.records) {
                            Ok(found) => {
                                at = found.end;
                                for record in found.records {
                                    self.wrapped(record, &mut lexer, base_offset, batch, rejects);
                                }
                                self.element_done();
                                continue;
                            }
                            Err(inner) => fault = inner,
                        }
                    }
                    let seen = lexer.block.len() - start;
                    match fault.kind {
                        FaultKind::Incomplete if seen <= limit => break,
                        FaultKind::Incomplete | FaultKind::TooLong => {
                            let fault = self.too_long();
                            self.give_up(*fault, limit, start, base_offset);
                        }
                        FaultKind::Syntax
                        | FaultKind::Value
                        | FaultKind::DuplicateKey
                        | FaultKind::Missing
                        | FaultKind::Partition
                        | FaultKind::Unprojected
                        | FaultKind::OtherPartition
                        | FaultKind::Late
                        | FaultKind::Early
                        | FaultKind::TooDeep
                        | FaultKind::BeforeLambda
                        | FaultKind::AfterLambda => {
                            let end = self.end_of_document(&mut lexer, start);
                            if end == End::BeyondTheBlock && seen <= limit {
                                break;
                            }
                            let read = fault.at.saturating_sub(start);
                            self.give_up(*fault, read, start, base_offset);
                            if let End::At(end) = end {
                                self.element_done();
                                self.separable = true;
                                at = self.finish(block, start, end, rejects);
                                continue;
                            }
                        }
                    }
                    at = self.skip(block, start, last, rejects);
                }
            }
        }
        if let Some(&previous) = at.checked_sub(1).and_then(|before| block.get(before)) {
            self.previous = previous;
        }
        at
    }

    /// Reads a record that stands inside a document, and commits it or rejects it alone.
    fn wrapped(
        &mut self,
        record: Range<usize>,
        lexer: &mut Lexer<'_>,
        base_offset: u64,
        batch: &mut Batch,
        rejects: &mut Rejects,
    ) {
        lexer.at = record.start;
        let stats = batch.stats;
        let byte = lexer.block.get(record.start).copied().unwrap_or_default();
        if let Err(fault) = self.document(byte, true, lexer, base_offset, batch) {
            batch.columns.rollback();
            batch.stats = stats;
            self.scratch.wrapper = false;
            let read = fault.at.saturating_sub(record.start);
            self.give_up(*fault, read, record.start, base_offset);
            self.finish(lexer.block, record.start, record.end, rejects);
        }
    }

    /// Where a document with a fault in its values ends: as long as its syntax is sound that is certain, wherever
    /// braces and line ends stand in it.
    fn end_of_document(&self, lexer: &mut Lexer<'_>, start: usize) -> End {
        lexer.at = start;
        // A number that is too long ends somewhere all the same.
        lexer.limits.number_digits = usize::MAX;
        let skipped = lexer.skip(usize::from(self.array != Array::Outside)).map(|_| ());
        lexer.limits = self.limits;
        match skipped {
            Ok(()) => End::At(lexer.at),
            Err(fault) if fault.kind == FaultKind::Incomplete => End::BeyondTheBlock,
            Err(_) => End::Unknown,
        }
    }

    fn too_long(&self) -> Box<Fault> {
        let expected = format!("a document of at most {} bytes", self.limits.document_bytes);
        Fault::new(FaultKind::TooLong, 0, expected, "a longer one")
    }

    /// Takes brackets and commas of a top-level array.
    fn punctuation(&mut self, byte: u8) -> bool {
        self.array = match (byte, self.array) {
            // Firehose takes documents glued together, but no array of them.
            (b'[', Array::Outside) if self.plan.deserializer.is_none() => Array::Opened,
            (b']', Array::Opened | Array::AfterElement) => Array::Outside,
            (b',', Array::AfterElement) => Array::AfterComma,
            _ => return false,
        };
        true
    }

    /// Takes a comma or bracket that stands where an element should, or a comma behind a document that is in no array;
    /// it is a reject of its own, so that the document behind it is none.
    fn is_stray(&mut self, byte: u8) -> bool {
        match (byte, self.array) {
            (b',', Array::Outside) if self.separable => self.separable = false,
            (b',', Array::Opened | Array::AfterComma) => self.array = Array::AfterComma,
            (b']', Array::AfterComma) => self.array = Array::Outside,
            _ => return false,
        }
        true
    }

    fn element_done(&mut self) {
        if self.array != Array::Outside {
            self.array = Array::AfterElement;
        }
    }

    /// Reads one document and commits it; gives the place behind it.
    fn document(
        &mut self,
        byte: u8,
        starts_line: bool,
        lexer: &mut Lexer<'_>,
        base_offset: u64,
        batch: &mut Batch,
    ) -> Step<usize> {
        let start = lexer.at;
        // A `{` that starts a line is a record even so: the array may be a line of garbage that began with `[`.
        if self.array == Array::AfterElement && !(byte == b'{' && starts_line) {
            return Err(lexer.syntax(start, "`,` or `]` after an element"));
        }
        if byte != b'{' {
            lexer.skip(usize::from(self.array != Array::Outside))?;
            let mut fault = lexer.syntax(start, "an object");
            // The value itself is sound, so what follows it is a document of its own.
            fault.at = lexer.at.saturating_sub(1);
            return Err(fault);
        }
        self.object(lexer, batch, &mut Untraced)?;
        let end = lexer.at;
        batch.commit(self.plan, base_offset + start as u64, (end - start) as u64).map_err(|mut fault| {
            fault.at = end - 1;
            fault
        })?;
        Ok(end)
    }

    /// Reads the object that comes next into the row under way.
    fn object(&mut self, lexer: &mut Lexer<'_>, batch: &mut Batch, trace: &mut impl Trace) -> Step {
        let start = lexer.at;
        let cells = Cells { plan: self.plan, columns: &mut batch.columns, stats: &mut batch.stats };
        let mut reader = RecordReader { cells, lexer, scratch: &mut self.scratch, trace };
        reader.object(0, 1)?;
        let end = lexer.at;
        let document = lexer.block.get(start..end).unwrap_or_default();
        if document.len() > self.limits.document_bytes {
            return Err(self.too_long());
        }
        if let Err(e) = std::str::from_utf8(document) {
            let place = start + e.valid_up_to();
            let byte = lexer.block.get(place).copied().unwrap_or_default();
            return Err(Fault::new(FaultKind::Syntax, place, "UTF-8", format!("byte 0x{byte:02x}")));
        }
        Ok(())
    }

    /// Reads one record, an object and nothing else, noting every value and every fault. Leaves the row under way
    /// with a null for each bad value. An error is the fault behind which nothing can be read.
    pub(crate) fn trace(&mut self, record: &[u8], batch: &mut Batch, trace: &mut Tracer) -> Step {
        let mut lexer = Lexer::new(record, true, self.limits);
        if lexer.peek("an object")? != b'{' {
            return Err(lexer.syntax(lexer.at, "an object"));
        }
        self.object(&mut lexer, batch, trace)
    }

    /// Starts to pass over a document whose first `read` bytes were read before the fault.
    fn give_up(&mut self, fault: Fault, read: usize, start: usize, base_offset: u64) {
        let start = base_offset + start as u64;
        self.skipping = Some(Skipping {
            scan: Resync::new(read as u64, fault.kind == FaultKind::Syntax, self.array != Array::Outside),
            skipped: Skipped::new(fault, start, start + read as u64),
        });
    }

    /// Passes over a broken document; gives the place behind what was scanned. The reject is made when its end is
    /// known.
    fn skip(&mut self, block: &[u8], from: usize, last: bool, rejects: &mut Rejects) -> usize {
        let rest = block.get(from..).unwrap_or_default();
        let found = self.skipping.as_mut().and_then(|skipping| skipping.scan.scan(rest));
        if found.is_none() && !last {
            if let Some(skipping) = &mut self.skipping {
                skipping.skipped.extend(rest);
            }
            return block.len();
        }
        let end = found.map_or(block.len(), |len| from + len);
        self.element_done();
        self.finish(block, from, end, rejects)
    }

    /// Ends what is being passed over.
    fn finish(&mut self, block: &[u8], from: usize, end: usize, rejects: &mut Rejects) -> usize {
        if let Some(Skipping { mut skipped, .. }) = self.skipping.take() {
            skipped.extend(block.get(from..end).unwrap_or_default());
            rejects.list.push(skipped.into_reject(self.plan));
        }
        end
    }
}
