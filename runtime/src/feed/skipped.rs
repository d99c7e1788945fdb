//! A broken document that is being passed over: what its reject will hold once its end is known.

use crate::fault::Fault;
use crate::plan::Plan;
use crate::reject::{RAW_BYTES, Reject};

/// Bytes passed over so far, in any number of blocks.
#[derive(Debug)]
pub(crate) struct Skipped {
    fault: Fault,
    fault_offset: u64,
    start: u64,
    /// The bytes themselves, as long as they are few enough for a reject to carry.
    raw: Vec<u8>,
    /// Bytes so far, and those of them before trailing white space.
    len: u64,
    trimmed: u64,
}

impl Skipped {
    /// A document that starts at `start` of the decoded input and whose fault is at `fault_offset`.
    pub(crate) fn new(fault: Fault, start: u64, fault_offset: u64) -> Self {
        Self { fault, fault_offset, start, raw: Vec::new(), len: 0, trimmed: 0 }
    }

    /// Byte of the fault in the decoded input.
    pub(crate) fn fault_offset(&self) -> u64 {
        self.fault_offset
    }

    /// Some more bytes belong to the document.
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        let before = self.len;
        self.len += bytes.len() as u64;
        let is_text = |b: &u8| !matches!(b, b' ' | b'\t' | b'\r' | b'\n');
        if let Some(at) = bytes.iter().rposition(is_text) {
            self.trimmed = before + at as u64 + 1;
        }
        let room = (RAW_BYTES + 1).saturating_sub(self.raw.len());
        self.raw.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    /// The reject of the whole.
    pub(crate) fn into_reject(mut self, plan: &Plan) -> Reject {
        let mut reject = Reject::new(plan, self.fault, self.start, self.trimmed, self.fault_offset);
        reject.raw = usize::try_from(self.trimmed).ok().filter(|&len| len <= RAW_BYTES).map(|len| {
            self.raw.truncate(len);
            self.raw
        });
        reject
    }
}
