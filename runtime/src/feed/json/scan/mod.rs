//! The fast path: records that look like those before them are read without a tokenizer.
//!
//! Records of one producer differ in their values, not in their form. So the bytes between the values are learnt from
//! the first records (`{"id": `, `, "speed": `), and compared as they are; values are read in place, by the kind of
//! their column. A key that was not expected is looked up, and prediction goes on behind it. Whatever is more than
//! that (escapes in keys, an odd value, a fault of any kind) is left to the general decoder, which is also what says
//! what a record means: this path may only give what that one would.

mod ints;
mod literal;
mod names;
mod place;
mod program;
mod record;
mod shape;
#[cfg(test)]
mod sparse_tests;
mod stage;
mod swar;
#[cfg(test)]
mod tests;
mod value;

use super::record::Scratch;
use crate::batch::{Batch, Stats};
use crate::convert::Limits;
use crate::plan::Plan;
use program::Program;
use record::{Fixed, Scan, State};
use shape::{Misses, Shape};
use stage::{ROWS, Stage};
use value::LastTime;

/// Reads records that look like those before.
#[derive(Debug)]
pub(super) struct Scanner<'p> {
    program: Program<'p>,
    shapes: Vec<Shape>,
    state: State,
    limits: Limits,
    /// Place and length of each staged row, and what was stored less exactly before it.
    places: Vec<(usize, usize, Stats)>,
    /// Whether rows are staged that are in no column yet.
    is_staging: bool,
    /// Rows that are staged at once: few after one that was not taken, since those behind it are read again.
    most: usize,
    /// Records to pass over before the next try, and how many that was last.
    rest: u32,
    pause: u32,
}

/// Characters of a number that are read without a look at their limit.
const LONGEST_NUMBER: usize = 64;
/// Rows that are staged after one that its batch did not take.
const FEW: usize = 16;
/// Longest pause, in records, after records that could not be scanned.
const LONGEST_PAUSE: u32 = 64;

impl<'p> Scanner<'p> {
    /// Nothing when records of the table cannot be scanned.
    pub(super) fn new(plan: &'p Plan, limits: Limits) -> Option<Self> {
        let program = Program::new(plan)?;
        if program.depth > limits.depth || limits.number_digits < LONGEST_NUMBER {
            return None;
        }
        let columns = plan.nodes.len();
        let state = State {
            stage: Stage::new(&program),
            times: vec![LastTime::default(); columns],
            lessons: Vec::new(),
            missed: Vec::new(),
            scratch: Scratch::default(),
            side: plan.columns(),
        };
        let shapes = std::iter::repeat_with(Shape::default).take(columns).collect();
        Some(Self {
            program,
            shapes,
            state,
            limits,
            places: Vec::new(),
            is_staging: false,
            most: ROWS,
            rest: 0,
            pause: 0,
        })
    }

    /// Starts over, whatever a panic has left half done; what was learnt is kept.
    pub(super) fn restart(&mut self) {
        if std::mem::take(&mut self.is_staging) {
            self.places.clear();
            self.state.lessons.clear();
            self.state.missed.clear();
            self.state.stage = Stage::new(&self.program);
        }
    }

    /// Commits the records from `at` on, until one cannot be scanned, the block ends or the batch is full; gives the
    /// place behind the last one.
    pub(super) fn scan(&mut self, block: &[u8], at: usize, base_offset: u64, batch: &mut Batch) -> usize {
        if self.rest > 0 {
            self.rest -= 1;
            return at;
        }
        let mut done = at;
        let mut scanned = false;
        while !batch.is_full() {
            let (end, went_on) = self.stage_rows(block, done, batch);
            scanned |= end > done;
            done = end;
            if let Some(odd) = self.commit_rows(base_offset, batch) {
                return odd;
            }
            if !went_on {
                break;
            }
        }
        self.pause = if scanned { 0 } else { (self.pause * 2 + 1).min(LONGEST_PAUSE) };
        self.rest = self.pause / 2;
        done
    }

    /// Stages rows from `at` on; gives the place behind the last one, and whether the next one may be scanned too.
    fn stage_rows(&mut self, block: &[u8], at: usize, batch: &mut Batch) -> (usize, bool) {
        let most = self.most.min(batch.rows_left());
        self.is_staging = true;
        self.state.stage.begin(&self.program, &mut batch.columns);
        let mut at = at;
        while self.places.len() < most {
            let mut start = at;
            while let Some(b' ' | b'\n' | b'\r' | b'\t') = block.get(start) {
                start += 1;
            }
            if block.get(start) != Some(&b'{') {
                return (at, false);
            }
            let stats = batch.stats;
            let fixed = Fixed { block, program: &self.program, shapes: &self.shapes, limits: self.limits };
            let (columns, stats_so_far) = (&mut batch.columns, &mut batch.stats);
            let mut scan = Scan { fixed, state: &mut self.state, columns, stats: stats_so_far };
            match scan.object(0, start) {
                Some(end) if end - start <= self.limits.document_bytes => {
                    self.places.push((start, end - start, stats));
                    at = end;
                    self.learn();
                }
                Some(_) | None => {
                    // The record's own push is taken back too, when it is too long.
                    let rows = self.places.len();
                    self.state.stage.truncate(&self.program, &mut batch.columns, 0, rows);
                    batch.stats = stats;
                    self.state.lessons.clear();
                    self.state.missed.clear();
                    return (at, false);
                }
            }
        }
        (at, true)
    }

    #[inline(always)]
    fn learn(&mut self) {
        if self.state.lessons.is_empty() && self.state.missed.is_empty() {
            return;
        }
        self.learn_now();
    }

    #[inline(never)]
    fn learn_now(&mut self) {
        for (id, misses) in self.state.missed.drain(..) {
            if let Some(shape) = self.shapes.get_mut(id) {
                shape.count(0, misses);
            }
        }
        for lesson in self.state.lessons.drain(..) {
            let members = &self.program.plan.record(lesson.record).members;
            if let Some(shape) = self.shapes.get_mut(lesson.record) {
                shape.learn(&lesson, |id| members.binary_search(&id).ok());
            }
        }
    }

    /// Puts the staged rows into the columns and commits them. Gives the place of the first that the batch does not
    /// take: the general decoder is to read it, or the batch is full.
    fn commit_rows(&mut self, base_offset: u64, batch: &mut Batch) -> Option<usize> {
        let rows = self.places.len();
        for shape in &mut self.shapes {
            shape.count(u32::try_from(rows).unwrap_or(u32::MAX), Misses::default());
        }
        self.state.stage.flush(&self.program, &mut batch.columns);
        self.is_staging = false;
        let plan = self.program.plan;
        for (start, len, stats) in self.places.drain(..) {
            // A batch may be full before it has as many rows as it takes: the others are for the next one.
            let is_full = batch.is_full();
            if is_full || batch.commit(plan, base_offset + start as u64, len as u64).is_err() {
                batch.columns.rollback();
                batch.stats = stats;
                if !is_full {
                    self.most = FEW;
                }
                return Some(start);
            }
        }
        self.most = (self.most * 2).min(ROWS);
        None
    }
}
