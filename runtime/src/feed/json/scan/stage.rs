//! Scanned values on their way into columns: a few hundred rows, each value in one machine word.
//!
//! A row is staged value by value; when it cannot be scanned to its end it is taken back, and the rows before it go
//! into the columns. Columns that rows leave out stay behind; they catch up, with nulls, when a value comes or the rows
//! go on: so a row costs what it holds, not what its table could hold.

use super::program::{Op, Program};
use crate::columns::{Bulk, BulkValues, ColumnId, Columns};

/// Rows that are staged at most: their values stay near the core, in its first or second cache.
pub(super) const ROWS: usize = 256;
/// Room of a column. No power of two, or the places where columns grow would share few lines of that cache.
const ROOM: usize = ROWS + 40;

/// Values of one column.
#[derive(Debug, Default)]
#[repr(align(64))]
pub(super) struct Staged {
    /// Integers, bits of floating-point numbers, truth values; ends of texts in `data`, ends of lists among their
    /// elements; nothing of interest for records and for columns that are read by the general decoder. Behind the
    /// first `len` of them is room for more.
    room: Vec<u64>,
    len: usize,
    /// The bytes of the column itself, lent while rows are staged: texts are copied once.
    data: Vec<u8>,
    /// One bit for each value, set where it is null; shorter when no null follows.
    nulls: Vec<u64>,
    null_count: usize,
    /// One past the slot that held a sentinel last.
    sentinel: usize,
    /// What was there before the first staged row: values of a column read by the general decoder, bytes of texts.
    base: usize,
    /// Whether values are ends of lists.
    is_list: bool,
}

impl Staged {
    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    fn values(&self) -> &[u64] {
        self.room.get(..self.len).unwrap_or_default()
    }

    #[inline(always)]
    pub(super) fn push(&mut self, value: u64) {
        match self.room.get_mut(self.len) {
            Some(free) => *free = value,
            None => self.push_and_grow(value),
        }
        self.len += 1;
    }

    #[cold]
    fn push_and_grow(&mut self, value: u64) {
        self.room.push(value);
        self.room.resize(self.room.len() * 2, 0);
    }

    /// Pushes a value as the one of that slot; tells whether the slot was free, and there is room.
    #[inline(always)]
    pub(super) fn put(&mut self, slot: usize, value: u64) -> bool {
        if !self.catch_up(slot) {
            return false;
        }
        match self.room.get_mut(slot) {
            Some(free) => *free = value,
            None => return false,
        }
        self.len = slot + 1;
        true
    }

    /// Makes that slot the next one, with nulls for those before it that were left out; false when it has a value.
    #[inline(always)]
    pub(super) fn catch_up(&mut self, slot: usize) -> bool {
        self.len == slot || self.fill_up(slot)
    }

    #[inline(never)]
    fn fill_up(&mut self, slot: usize) -> bool {
        let Some(count) = slot.checked_sub(self.len) else { return false };
        if self.room.len() < slot {
            self.room.resize(slot.max(self.room.len() * 2), 0);
        }
        let value = if self.is_list { self.end() } else { self.data.len() as u64 };
        if let Some(free) = self.room.get_mut(self.len..slot) {
            free.fill(value);
        }
        self.nulls.resize(self.nulls.len().max(slot.div_ceil(64)), 0);
        let (first, last) = (self.len / 64, slot / 64);
        for (word, bits) in self.nulls.iter_mut().enumerate().take(last + 1).skip(first) {
            let from = if word == first { u64::MAX << (self.len % 64) } else { u64::MAX };
            let to = if word == last { !(u64::MAX << (slot % 64)) } else { u64::MAX };
            *bits |= from & to;
        }
        self.null_count += count;
        self.len = slot;
        true
    }

    #[inline(always)]
    pub(super) fn push_text(&mut self, text: &[u8]) {
        self.data.extend_from_slice(text);
        self.push(self.data.len() as u64);
    }

    pub(super) fn push_null(&mut self) {
        self.fill_up(self.len + 1);
    }

    pub(super) fn mark_sentinel(&mut self) {
        self.sentinel = self.len + 1;
    }

    fn is_null(&self, at: usize) -> bool {
        self.nulls.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 == 1)
    }

    fn truncate(&mut self, len: usize) {
        for at in len..self.len {
            if self.is_null(at) {
                self.null_count -= 1;
                if let Some(bits) = self.nulls.get_mut(at / 64) {
                    *bits &= !(1 << (at % 64));
                }
            }
        }
        self.len = self.len.min(len);
        if self.sentinel > len {
            self.sentinel = 0;
        }
    }

    fn end(&self) -> u64 {
        self.values().last().copied().unwrap_or_default()
    }

    fn clear(&mut self) {
        self.len = 0;
        self.nulls.clear();
        self.null_count = 0;
        self.sentinel = 0;
    }
}

/// Staged rows.
#[derive(Debug)]
pub(super) struct Stage {
    columns: Vec<Staged>,
}

impl Stage {
    pub(super) fn new(program: &Program<'_>) -> Self {
        let column = |id| {
            let is_list = matches!(program.op(id), Op::List { .. });
            Staged { room: vec![0; ROOM], is_list, ..Staged::default() }
        };
        Self { columns: program.ids().map(column).collect() }
    }

    #[inline(always)]
    #[allow(clippy::indexing_slicing, reason = "ids come from the plan; every value goes through here")]
    pub(super) fn column(&self, id: ColumnId) -> &Staged {
        &self.columns[id]
    }

    #[inline(always)]
    #[allow(clippy::indexing_slicing, reason = "as in `column`")]
    pub(super) fn column_mut(&mut self, id: ColumnId) -> &mut Staged {
        &mut self.columns[id]
    }

    #[inline(always)]
    pub(super) fn columns_mut(&mut self) -> &mut [Staged] {
        &mut self.columns
    }

    #[inline(always)]
    pub(super) fn len(&self, id: ColumnId) -> usize {
        self.column(id).len()
    }

    /// Fills what earlier rows left out, and remembers where columns end. Until [`flush`](Self::flush) the columns have
    /// no bytes of texts.
    pub(super) fn begin(&mut self, program: &Program<'_>, columns: &mut Columns) {
        for id in program.ids() {
            // From the top down, since what a record left out may be a record itself.
            columns.pad(id);
            let staged = self.column_mut(id);
            if let Op::Direct = program.op(id) {
                staged.base = columns.len(id);
            } else if program.op(id).has_bytes() {
                columns.swap_bytes(id, &mut staged.data);
                staged.base = staged.data.len();
            }
        }
    }

    /// Pushes a null, and nulls for those members below it that cannot catch up by themselves.
    pub(super) fn push_null(&mut self, program: &Program<'_>, columns: &mut Columns, id: ColumnId) {
        if let Op::Direct = program.op(id) {
            columns.push_null(id);
            return self.column_mut(id).push(0);
        }
        for &member in program.direct(id) {
            self.push_null(program, columns, member);
        }
        self.column_mut(id).push_null();
    }

    /// Keeps so many values of a column, and what belongs to them below it. Columns that lag are left as they are.
    pub(super) fn truncate(
        &mut self,
        program: &Program<'_>,
        columns: &mut Columns,
        id: ColumnId,
        len: usize,
    ) {
        if self.len(id) > len {
            self.column_mut(id).truncate(len);
        }
        match program.op(id) {
            Op::Struct => {
                for &member in &program.plan.record(id).members {
                    self.truncate(program, columns, member, len);
                }
            }
            Op::List { .. } => {
                let elements = usize::try_from(self.column(id).end()).unwrap_or(usize::MAX);
                self.truncate(program, columns, id + 1, elements);
            }
            Op::Direct => columns.cut(id, self.column(id).base + len),
            Op::Text(_) | Op::Enum(_) | Op::Copied => {
                let column = self.column_mut(id);
                // Where values are no ends, there are no bytes.
                let end = column
                    .values()
                    .last()
                    .map_or(column.base, |&end| usize::try_from(end).unwrap_or(usize::MAX));
                column.data.truncate(end);
            }
            Op::Int(_) | Op::Float64 | Op::Float32 | Op::Bool | Op::Time { .. } | Op::Below => {}
        }
    }

    /// Replaces the value in the last slot by a null; one that was left out is a null already.
    pub(super) fn make_null(
        &mut self,
        program: &Program<'_>,
        columns: &mut Columns,
        id: ColumnId,
        slot: usize,
    ) {
        if self.len(id) > slot {
            self.truncate(program, columns, id, slot);
            self.push_null(program, columns, id);
        }
    }

    /// Whether the value in a slot was a sentinel.
    pub(super) fn is_sentinel(&self, id: ColumnId, slot: usize) -> bool {
        self.column(id).sentinel == slot + 1
    }

    /// Puts all staged rows behind the committed ones.
    pub(super) fn flush(&mut self, program: &Program<'_>, columns: &mut Columns) {
        // From the top down, since a record that was left out may hold records.
        for id in program.ids().skip(1) {
            if let Some(parent) = program.parent(id) {
                let rows = self.len(parent);
                self.column_mut(id).catch_up(rows);
            }
        }
        // Children before their parents, which tell where they should end.
        for id in program.ids().skip(1).rev() {
            let staged = self.column_mut(id);
            if program.op(id).has_bytes() {
                columns.swap_bytes(id, &mut staged.data);
            }
            let values = match program.op(id) {
                Op::Int(_) | Op::Time { .. } => BulkValues::Ints(staged.values()),
                Op::Float64 => BulkValues::Float64(staged.values()),
                Op::Float32 => BulkValues::Float32(staged.values()),
                Op::Bool => BulkValues::Bools(staged.values()),
                Op::Text(_) | Op::Enum(_) => BulkValues::Texts(staged.values()),
                Op::Copied => columns.bulk_of(id, staged.values()),
                Op::List { .. } => BulkValues::Lists(staged.values()),
                Op::Struct => BulkValues::Records(staged.len()),
                Op::Direct | Op::Below => {
                    staged.clear();
                    continue;
                }
            };
            columns.append(id, &Bulk { values, nulls: &staged.nulls, null_count: staged.null_count });
            staged.clear();
        }
        self.column_mut(0).clear();
    }
}
