//! JSON documents into columns: newline-delimited, glued, pretty-printed, or in a top-level array.

mod lex;
mod record;
mod resync;

use crate::batch::Batch;
use crate::convert::Limits;
use crate::fault::{Fault, FaultKind, Step};
use crate::feed::cells::Cells;
use crate::plan::Plan;
use crate::reject::{RAW_BYTES, Reject, Rejects};
use lex::Lexer;
use record::{RecordReader, Scratch};
use resync::Resync;

/// Decodes blocks of JSON. A block may end anywhere: what it does not hold whole is not consumed, and the caller
/// gives it again with more behind it.
#[derive(Debug)]
pub struct JsonDecoder<'p> {
    plan: &'p Plan,
    limits: Limits,
    scratch: Scratch,
    array: Array,
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
    start: u64,
    fault: Fault,
    fault_offset: u64,
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

impl<'p> JsonDecoder<'p> {
    /// A decoder at the start of an input or segment.
    pub fn new(plan: &'p Plan, limits: Limits) -> Self {
        Self { plan, limits, scratch: Scratch::default(), array: Array::Outside, skipping: None }
    }

    /// Whether the input could end or be cut here: no document is open, no array, nothing is being skipped.
    pub fn is_between_records(&self) -> bool {
        self.array == Array::Outside && self.skipping.is_none()
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
            at = self.skip(block, 0, base_offset, last, rejects);
        } else if base_offset == 0 {
            if block.len() < BYTE_ORDER_MARK.len() && !last && BYTE_ORDER_MARK.starts_with(block) {
                return 0;
            }
            at = if block.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        }
        let mut lexer = Lexer::new(block, last, self.limits);
        // Where bytes stop being UTF-8; records beyond are checked one by one.
        let valid_to = std::str::from_utf8(block).map_or_else(|e| e.valid_up_to(), |_| block.len());
        while self.skipping.is_none() && !batch.is_full() {
            lexer.at = at;
            lexer.white_space();
            at = lexer.at;
            let Some(&byte) = block.get(at) else {
                break;
            };
            if self.punctuation(byte) {
                at += 1;
                continue;
            }
            let start = at;
            let result = self.document(byte, &mut lexer, valid_to, base_offset, batch);
            match result {
                Ok(end) => {
                    at = end;
                    self.element_done();
                }
                Err(fault) => {
                    batch.columns.rollback();
                    let held = block.len() - start;
                    match fault.kind {
                        FaultKind::Incomplete if held <= self.limits.document_bytes => break,
                        FaultKind::Incomplete => {
                            let fault = self.too_long(held);
                            self.give_up(*fault, held, start, base_offset);
                        }
                        _ => {
                            let read = fault.at.saturating_sub(start);
                            self.give_up(*fault, read, start, base_offset);
                        }
                    }
                    at = self.skip(block, start, base_offset, last, rejects);
                }
            }
        }
        at
    }

    fn too_long(&self, held: usize) -> Box<Fault> {
        let expected = format!("a document of at most {} bytes", self.limits.document_bytes);
        Fault::new(FaultKind::TooLong, 0, expected, format!("one of at least {held} bytes"))
    }

    /// Takes brackets and commas of a top-level array.
    fn punctuation(&mut self, byte: u8) -> bool {
        self.array = match (byte, self.array) {
            (b'[', Array::Outside) => Array::Opened,
            (b']', Array::Opened | Array::AfterElement) => Array::Outside,
            (b',', Array::AfterElement) => Array::AfterComma,
            _ => return false,
        };
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
        lexer: &mut Lexer<'_>,
        valid_to: usize,
        base_offset: u64,
        batch: &mut Batch,
    ) -> Step<usize> {
        let start = lexer.at;
        if self.array == Array::AfterElement {
            return Err(lexer.syntax(start, "`,` or `]` after an element"));
        }
        if byte != b'{' {
            lexer.skip(usize::from(self.array != Array::Outside))?;
            let mut fault = lexer.syntax(start, "an object");
            // The value itself is sound, so what follows it is a document of its own.
            fault.at = lexer.at.saturating_sub(1);
            return Err(fault);
        }
        let cells = Cells { plan: self.plan, columns: &mut batch.columns, stats: &mut batch.stats };
        let mut reader = RecordReader { cells, lexer, scratch: &mut self.scratch };
        reader.object(0, 1)?;
        let end = lexer.at;
        let document = &lexer.block[start..end];
        if end > valid_to
            && let Err(e) = std::str::from_utf8(document)
        {
            let place = start + e.valid_up_to();
            let byte = lexer.block.get(place).copied().unwrap_or_default();
            return Err(Fault::new(FaultKind::Syntax, place, "UTF-8", format!("byte 0x{byte:02x}")));
        }
        if document.len() > self.limits.document_bytes {
            return Err(self.too_long(document.len()));
        }
        batch.commit(self.plan, base_offset + start as u64, document.len() as u64).map_err(|mut fault| {
            fault.at = end - 1;
            fault
        })?;
        Ok(end)
    }

    /// Starts to pass over a document whose first `read` bytes were read before the fault.
    fn give_up(&mut self, fault: Fault, read: usize, start: usize, base_offset: u64) {
        let start = base_offset + start as u64;
        self.skipping = Some(Skipping {
            scan: Resync::new(read as u64, self.array != Array::Outside),
            start,
            fault_offset: start + read as u64,
            fault,
        });
    }

    /// Passes over a broken document; gives the place behind what was scanned. The reject is made when its end is
    /// known.
    fn skip(
        &mut self,
        block: &[u8],
        from: usize,
        base_offset: u64,
        last: bool,
        rejects: &mut Rejects,
    ) -> usize {
        let Some(mut skipping) = self.skipping.take() else {
            return from;
        };
        let end = match skipping.scan.scan(&block[from..]) {
            Some(len) => from + len,
            None if last => block.len(),
            None => {
                self.skipping = Some(skipping);
                return block.len();
            }
        };
        let held = skipping.start >= base_offset;
        let start = usize::try_from(skipping.start.saturating_sub(base_offset)).unwrap_or(0);
        let raw = if held { block[start..end].trim_ascii_end() } else { &block[..0] };
        let len = if held { raw.len() as u64 } else { base_offset + end as u64 - skipping.start };
        let mut reject = Reject::new(self.plan, skipping.fault, skipping.start, len, skipping.fault_offset);
        reject.raw = (held && raw.len() <= RAW_BYTES).then(|| raw.to_vec());
        rejects.list.push(reject);
        self.element_done();
        end
    }
}
