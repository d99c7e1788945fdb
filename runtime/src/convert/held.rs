//! Rows held in memory, and how much memory that is.

use arrow_array::RecordBatch;
use std::cell::Cell;
use std::rc::Rc;

/// Bytes for each field of a batch beside its arrays: the handles of their buffers, and what the allocator adds to each.
/// It is what many small batches weigh most. Measured: 20,000 batches of one row weighed some 160 bytes more a field.
const ALLOCATIONS: usize = 192;

/// Bytes held, counted by what is held.
#[derive(Clone, Debug, Default)]
pub(super) struct HeldBytes(Rc<Cell<usize>>);

impl HeldBytes {
    pub(super) fn get(&self) -> usize {
        self.0.get()
    }

    /// Takes a batch in; it counts until the last piece of it is gone.
    pub(super) fn hold(&self, batch: RecordBatch) -> Rc<Held> {
        let bytes = batch.get_array_memory_size() + ALLOCATIONS * batch.schema().flattened_fields().len();
        self.0.set(self.0.get() + bytes);
        Rc::new(Held { batch, bytes, total: self.clone() })
    }
}

/// A batch in memory.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) batch: RecordBatch,
    bytes: usize,
    total: HeldBytes,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.total.0.set(self.total.0.get().saturating_sub(self.bytes));
    }
}

/// Some rows of a batch in memory.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) held: Rc<Held>,
    start: u32,
    len: u32,
}

impl Piece {
    /// `len` rows from `start` on. A batch holds fewer than 2^32 rows.
    pub(super) fn new(held: &Rc<Held>, start: usize, len: usize) -> Self {
        let short = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Self { held: Rc::clone(held), start: short(start), len: short(len) }
    }

    pub(super) fn start(&self) -> usize {
        self.start as usize
    }

    pub(super) fn rows(&self) -> usize {
        self.len as usize
    }

    /// The first rows, and the others.
    pub(super) fn split(self, rows: usize) -> (Self, Self) {
        let rows = rows.min(self.rows());
        let first = Self::new(&self.held, self.start(), rows);
        let others = Self::new(&self.held, self.start() + rows, self.rows() - rows);
        (first, others)
    }

    /// Its rows as a batch, without a copy.
    pub(super) fn to_batch(&self) -> RecordBatch {
        if self.rows() == self.held.batch.num_rows() {
            return self.held.batch.clone();
        }
        self.held.batch.slice(self.start(), self.rows())
    }
}
