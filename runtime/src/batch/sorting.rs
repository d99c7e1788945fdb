//! Which rows of a batch stay in place, and which are set aside.

use crate::columns::Columns;
use crate::plan::Plan;

/// Rows on their way into files. Those of the partition that the first row has stay where they are; those of others, as
/// long as they are few, are set aside.
#[derive(Debug)]
pub(super) struct Sorting {
    pub(super) home: Option<u32>,
    /// Rows of others among those in place, and their partitions.
    pub(super) strangers: Vec<usize>,
    pub(super) stranger_parts: Vec<u32>,
    pub(super) aside: Columns,
    /// Partitions of the rows set aside.
    pub(super) aside_parts: Vec<u32>,
    /// How many strangers came last of one partition, with none for the home among them.
    pub(super) row_of: usize,
    /// Whether rows of others are many: then all stay, and `parts` has the partition of each.
    pub(super) is_mixed: bool,
    pub(super) parts: Vec<u32>,
}

/// Rows of others before the batch counts as mixed, beside one for so many that are not.
const ASIDE: usize = 64;
pub(super) const ASIDE_SHARE: usize = 8;
/// Rows after which strangers are set aside: those behind them, which move up, are still in the cache.
const SETTLE: usize = 1024;
/// Rows of one partition in a row, which are no strangers but a new home: the batch ends before it counts as mixed.
const NEW_HOME: usize = 128;
/// Rows after which a batch of one partition is full.
pub(super) const ENOUGH: usize = 8192;
/// Bytes after which it is: more is given back to the system between two batches and costs as much as new memory.
const ENOUGH_BYTES: usize = 4 << 20;

impl Sorting {
    pub(super) fn new(plan: &Plan) -> Self {
        Self {
            home: None,
            strangers: Vec::new(),
            stranger_parts: Vec::new(),
            aside: plan.columns(),
            aside_parts: Vec::new(),
            row_of: 0,
            is_mixed: false,
            parts: Vec::new(),
        }
    }

    pub(super) fn clear(&mut self) {
        self.home = None;
        self.strangers.clear();
        self.stranger_parts.clear();
        self.aside.truncate(0);
        self.aside_parts.clear();
        self.row_of = 0;
        self.parts.clear();
    }

    #[inline]
    pub(super) fn commit(&mut self, columns: &mut Columns, partition: u32) {
        let row = columns.rows();
        columns.commit();
        if self.is_mixed {
            self.parts.push(partition);
        } else if *self.home.get_or_insert(partition) == partition {
            self.row_of = 0;
        } else {
            self.commit_stranger(row, partition);
        }
        if self.strangers.first().is_some_and(|first| row - first >= SETTLE) {
            self.settle(columns);
        }
    }

    #[cold]
    fn commit_stranger(&mut self, row: usize, partition: u32) {
        self.row_of = if self.stranger_parts.last() == Some(&partition) { self.row_of + 1 } else { 1 };
        self.strangers.push(row);
        self.stranger_parts.push(partition);
        if self.row_of == NEW_HOME && self.takes_over(row, partition) {
            return;
        }
        let all = self.strangers.len() + self.aside.rows();
        // Those that came last may be the first of a new home.
        if all - self.row_of.min(NEW_HOME) > ASIDE + row / ASIDE_SHARE {
            self.is_mixed = true;
            self.parts.resize(row + 1, self.home.unwrap_or_default());
            for (row, part) in self.strangers.drain(..).zip(self.stranger_parts.drain(..)) {
                if let Some(slot) = self.parts.get_mut(row) {
                    *slot = part;
                }
            }
        }
    }

    /// Makes a partition the home whose rows are all that came but for a few: the first row was a late one.
    fn takes_over(&mut self, row: usize, partition: u32) -> bool {
        let others = row + 1 - self.strangers.len();
        let is_one = self.stranger_parts.iter().all(|part| *part == partition);
        let Some(home) = self.home.filter(|_| is_one && self.aside.is_empty() && others < NEW_HOME) else {
            return false;
        };
        let mut strangers = self.strangers.drain(..).peekable();
        let others: Vec<usize> = (0..=row).filter(|row| strangers.next_if_eq(row).is_none()).collect();
        drop(strangers);
        self.stranger_parts.clear();
        self.stranger_parts.resize(others.len(), home);
        self.strangers = others;
        self.home = Some(partition);
        self.row_of = 0;
        true
    }

    /// Sets strangers aside.
    #[cold]
    pub(super) fn settle(&mut self, columns: &mut Columns) {
        columns.move_rows(&self.strangers, &mut self.aside);
        self.strangers.clear();
        self.aside_parts.append(&mut self.stranger_parts);
    }

    /// Whether the batch is large enough: its columns are still in the cache when they are written. Many partitions
    /// share a larger one, since each has few rows of it. It ends sooner when another partition has all rows that come.
    pub(super) fn is_settled(&self, columns: &Columns) -> bool {
        let has_moved = self.row_of >= NEW_HOME;
        let enough = if has_moved { ENOUGH / 16 } else { ENOUGH };
        !self.is_mixed && (columns.rows() >= enough || columns.bytes() >= ENOUGH_BYTES)
    }
}
