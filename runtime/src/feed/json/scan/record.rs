//! One object: its keys predicted, its values read in place.

use super::super::lex::Lexer;
use super::super::record::Scratch;
use super::super::wrapper;
use super::ints::{self, Ready};
use super::literal::{Literal, REACH};
use super::names;
use super::program::Program;
use super::shape::{Int, Lesson, Member, Misses, Predicted, Shape};
use super::stage::Stage;
use super::value::{self, LastTime};
use crate::batch::Stats;
use crate::columns::{ColumnId, Columns};
use crate::convert::Limits;
use crate::plan::StructPlan;

/// What does not change while rows are staged.
#[derive(Clone, Copy)]
pub(super) struct Fixed<'a, 'p> {
    pub(super) block: &'a [u8],
    pub(super) program: &'a Program<'p>,
    pub(super) shapes: &'a [Shape],
    pub(super) limits: Limits,
}

/// What values go into.
#[derive(Debug)]
pub(super) struct State {
    pub(super) stage: Stage,
    pub(super) times: Vec<LastTime>,
    /// What the object under way teaches.
    pub(super) lessons: Vec<Lesson>,
    /// Objects that missed the order of their record type.
    pub(super) missed: Vec<(ColumnId, Misses)>,
    pub(super) scratch: Scratch,
    /// Columns of one slot, for values that the general decoder reads.
    pub(super) side: Columns,
}

/// One record under way. Whatever cannot be scanned gives nothing: the general decoder then reads the whole document.
pub(super) struct Scan<'a, 'p> {
    pub(super) fixed: Fixed<'a, 'p>,
    pub(super) state: &'a mut State,
    pub(super) columns: &'a mut Columns,
    pub(super) stats: &'a mut Stats,
}

/// What stands between two values.
enum Next {
    /// The key of a member; the place of its value, and of the member among those of the record.
    Member(usize, ColumnId),
    /// A key that the table does not declare.
    Undeclared(usize, u64),
    /// The end of the object.
    End(usize),
}

/// Steps that are tried before the key is looked up: keys that a record leaves out.
const AHEAD: usize = 3;
/// How often it is learnt anew whether the numbers of a key stand in quotes: some come both ways.
const MOST_TURNS: u8 = 8;
/// Lessons of one document that are kept until its end; a list may hold millions of objects.
const MOST_LESSONS: usize = 1024;

impl<'a> Scan<'a, '_> {
    /// The object at `at`, as a value of that record column; gives the place behind it.
    pub(super) fn object(&mut self, id: ColumnId, at: usize) -> Option<usize> {
        let Fixed { block, program, shapes, .. } = self.fixed;
        let shape = shapes.get(id)?;
        let record = program.plan.record(id);
        let slot = self.state.stage.len(id);
        let start = at;
        let mut at = at;
        let mut index = 0;
        let mut filled = 0;
        // The last member, when it is not the one of the step before `index`.
        let mut looked_up: Option<Member> = None;
        let mut misses = Misses::default();
        if let (Some((literal, step)), Some(window)) = (&shape.first, window(block, at))
            && let Some(first) = shape.steps.get(*step)
            && literal.begins(window)
        {
            at = self.predicted(id, first, slot, at + literal.len())?;
            filled += usize::from(first.is_declared());
            index = step + 1;
        }
        'keys: loop {
            let ahead = shape.ready.get(index..).unwrap_or_default();
            if looked_up.is_none() && ahead.first().is_some_and(Ready::is_some) {
                let stretch = ints::read(block, at, ahead, slot, self.state.stage.columns_mut());
                at = stretch.at;
                filled += stretch.members;
                index += stretch.steps;
            }
            if block.get(at) == Some(&b'}') && at > start {
                at += 1;
                break;
            }
            if let Some(window) = window(block, at) {
                for ahead in 0..AHEAD {
                    let Some(step) = shape.steps.get(index + ahead) else { break };
                    if step.literal.begins(window) {
                        at = self.predicted(id, step, slot, at + step.literal.len())?;
                        filled += usize::from(step.is_declared());
                        looked_up = None;
                        index += ahead + 1;
                        continue 'keys;
                    }
                }
            }
            let is_first = at == start;
            let from = at;
            let member = match self.next(id, record, at, is_first)? {
                Next::End(end) => {
                    at = end;
                    break;
                }
                Next::Member(value, member) => {
                    if !self.state.stage.column_mut(member).catch_up(slot) {
                        return None;
                    }
                    at = value;
                    Member::Column(member)
                }
                Next::Undeclared(value, hash) => {
                    at = value;
                    Member::Undeclared(hash)
                }
            };
            let known = match member {
                Member::Column(member) => {
                    record.members.binary_search(&member).ok().and_then(|place| shape.step_of(place))
                }
                Member::Undeclared(_) => shape.steps.iter().position(|step| step.member == member),
            };
            // New keys, and some that are left out, tell nothing against the order.
            match known {
                Some(step) if step < index => misses.backward = 1,
                Some(step) if step >= index + AHEAD => misses.far = 1,
                Some(_) | None => {}
            }
            let before = index.checked_sub(1).and_then(|before| shape.steps.get(before));
            let after = looked_up.or(before.map(|step| step.member)).filter(|_| !is_first);
            self.note(id, from, at, member, after, is_first, known);
            match member {
                Member::Column(member) => {
                    at = self.value(member, at)?;
                    filled += 1;
                    index = known.map_or(index, |step| step + 1);
                }
                Member::Undeclared(_) => {
                    at = self.skip(id, at)?;
                    index = known.map_or(index, |step| index.max(step + 1));
                }
            }
            looked_up = Some(member);
        }
        if misses != Misses::default() && self.state.missed.len() < MOST_LESSONS {
            self.state.missed.push((id, misses));
        }
        self.close(id, record, slot, filled)?;
        Some(at)
    }

    /// The value of a key that was expected, in an object of which so many came before.
    #[inline(always)]
    fn predicted(&mut self, id: ColumnId, step: &Predicted, slot: usize, at: usize) -> Option<usize> {
        if let Some(int) = &step.int {
            if step.turns < MOST_TURNS {
                self.turn(id, step, int, at);
            }
            return self.int(int, slot, at);
        }
        match step.member {
            Member::Column(member) => {
                self.state.stage.column_mut(member).catch_up(slot).then_some(())?;
                self.value(member, at)
            }
            Member::Undeclared(_) => self.skip(id, at),
        }
    }

    /// Remembers that numbers stand in quotes, or no longer do.
    fn turn(&mut self, id: ColumnId, step: &Predicted, int: &Int, at: usize) {
        let in_quotes = match self.fixed.block.get(at) {
            Some(b'"') if int.quoted => true,
            Some(b'0'..=b'9' | b'-') => false,
            Some(_) | None => return,
        };
        if in_quotes != int.in_quotes && self.state.lessons.len() < MOST_LESSONS {
            let step =
                Predicted { int: Some(Int { in_quotes, ..*int }), turns: step.turns + 1, ..step.clone() };
            self.state.lessons.push(Lesson { record: id, after: None, is_first: false, step });
        }
    }

    /// Remembers a key that was not expected, unless what is known of it would be the same.
    #[inline(never)]
    #[allow(clippy::too_many_arguments, reason = "all that is known of one key")]
    fn note(
        &mut self,
        id: ColumnId,
        from: usize,
        to: usize,
        member: Member,
        after: Option<Member>,
        is_first: bool,
        known: Option<usize>,
    ) {
        let Fixed { block, program, shapes, .. } = self.fixed;
        let Some(shape) = shapes.get(id).filter(|_| self.state.lessons.len() < MOST_LESSONS) else { return };
        if let (Some(step), Some(window)) = (known, window(block, from)) {
            let has_been = if is_first {
                // One first key is remembered; another one is looked up.
                shape.first.is_some()
            } else {
                shape.steps.get(step).is_some_and(|step| step.literal.begins(window))
            };
            if has_been {
                return;
            }
        }
        let Some(literal) = block.get(from..to).and_then(Literal::new) else { return };
        let int = match member {
            Member::Column(member) => program.int(member),
            Member::Undeclared(_) => None,
        };
        let int = int.map(|int| Int { in_quotes: int.quoted && block.get(to) == Some(&b'"'), ..int });
        let step = Predicted { literal, member, int, turns: 0 };
        self.state.lessons.push(Lesson { record: id, after, is_first, step });
    }

    /// Closes a record: nulls for what it leaves out, and where the partner held a sentinel.
    #[inline(always)]
    fn close(&mut self, id: ColumnId, record: &StructPlan, slot: usize, filled: usize) -> Option<()> {
        let program = self.fixed.program;
        if filled < record.members.len() {
            self.fill(id, record, slot, filled)?;
        }
        for &(member, source) in &record.null_with {
            if self.state.stage.is_sentinel(source, slot) {
                self.state.stage.make_null(program, self.columns, member, slot);
            }
        }
        self.state.stage.column_mut(id).push(0);
        Some(())
    }

    #[inline(never)]
    fn fill(&mut self, id: ColumnId, record: &StructPlan, slot: usize, filled: usize) -> Option<()> {
        let program = self.fixed.program;
        let some_key = program.plan.nodes.get(id).is_some_and(|node| node.reading.some_key);
        if filled == 0 && some_key {
            return None;
        }
        if record.required.iter().any(|&member| self.state.stage.len(member) <= slot) {
            return None;
        }
        for &member in program.direct(id) {
            if self.state.stage.len(member) == slot {
                self.state.stage.push_null(program, self.columns, member);
            }
        }
        Some(())
    }

    /// What comes behind a value, or behind the opening brace when it is the first.
    #[inline(never)]
    fn next(&self, id: ColumnId, record: &StructPlan, at: usize, is_first: bool) -> Option<Next> {
        let block = self.fixed.block;
        let at = white_space(block, at);
        match (*block.get(at)?, is_first) {
            (b'{', true) | (b',', false) => {}
            (b'}', false) => return Some(Next::End(at + 1)),
            _ => return None,
        }
        let quote = white_space(block, at + 1);
        if is_first && *block.get(quote)? == b'}' {
            return Some(Next::End(quote + 1));
        }
        let (key, end) = value::plain_text(block, quote)?;
        let colon = white_space(block, end);
        if *block.get(colon)? != b':' {
            return None;
        }
        let value = white_space(block, colon + 1);
        block.get(value)?;
        let named = self.fixed.program.names(id).find(key);
        if let Some(member) = named.or_else(|| record.keys.find(key, usize::MAX)) {
            return Some(Next::Member(value, member));
        }
        let is_wrapper = id == 0 && wrapper::begins(&self.fixed.program.plan.records, key);
        if is_wrapper || record.keys.attributes(key).is_some() {
            return None;
        }
        Some(Next::Undeclared(value, names::hash(key)))
    }

    /// Passes over the value of a key that the table does not declare.
    fn skip(&mut self, id: ColumnId, at: usize) -> Option<usize> {
        let Fixed { block, program, limits, .. } = self.fixed;
        if let Some((_, end)) = value::plain_text(block, at) {
            return Some(end);
        }
        if let Some((_, end)) = value::int(block, at, false) {
            return Some(end);
        }
        let mut lexer = Lexer::new(block, false, limits);
        lexer.at = at;
        // As the general decoder counts it: the depth of the object that the key stands in.
        let skipped = lexer.skip(program.depth_of(id) + 1).ok()?;
        std::str::from_utf8(skipped).ok()?;
        Some(lexer.at)
    }
}

/// The place of the next byte that is no white space.
#[inline(always)]
pub(super) fn white_space(block: &[u8], at: usize) -> usize {
    let mut at = at;
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = block.get(at) {
        at += 1;
    }
    at
}

/// The bytes that a literal is compared with.
#[inline(always)]
fn window(block: &[u8], at: usize) -> Option<&[u8; REACH]> {
    block.get(at..)?.first_chunk()
}
