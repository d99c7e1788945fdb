//! One object: its keys predicted, its values read in place.

use super::super::lex::Lexer;
use super::super::record::{RecordReader, Scratch};
use super::super::wrapper;
use super::ints;
use super::names;
use super::program::{Op, Program};
use super::shape::{Int, Lesson, Literal, Member, Predicted, REACH, Shape};
use super::stage::Stage;
use super::value::{self, LastTime};
use crate::batch::Stats;
use crate::columns::{ColumnId, Columns};
use crate::convert::Limits;
use crate::feed::cells::Cells;
use crate::feed::trace::Untraced;
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
    /// Objects with keys that were not predicted.
    pub(super) missed: Vec<ColumnId>,
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
        let mut was_missed = false;
        if let (Some((literal, step)), Some(window)) = (&shape.first, window(block, at))
            && let Some(first) = shape.steps.get(*step)
            && literal.begins(window)
        {
            at = self.predicted(id, first, slot, at + literal.len())?;
            filled += usize::from(first.is_declared());
            index = step + 1;
        }
        'keys: loop {
            let ahead = shape.steps.get(index..).unwrap_or_default();
            if ahead.first().is_some_and(|step| step.int.is_some()) {
                let stretch = ints::read(block, at, ahead, slot, &mut self.state.stage);
                if stretch.members > 0 {
                    at = stretch.at;
                    filled += stretch.members;
                    index += stretch.members;
                    looked_up = None;
                }
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
                    if self.state.stage.len(member) != slot {
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
            was_missed = true;
            let known = match member {
                Member::Column(member) => {
                    record.members.binary_search(&member).ok().and_then(|place| shape.step_of(place))
                }
                Member::Undeclared(_) => None,
            };
            let before = index.checked_sub(1).and_then(|before| shape.steps.get(before));
            let after = looked_up.or(before.map(|step| step.member)).filter(|_| !is_first);
            self.note(id, from, at, member, after, is_first, known);
            match member {
                Member::Column(member) => {
                    at = self.value(member, at)?;
                    filled += 1;
                    index = known.map_or(index, |step| step + 1);
                }
                Member::Undeclared(_) => at = self.skip(id, at)?,
            }
            looked_up = Some(member);
        }
        if was_missed && self.state.missed.len() < MOST_LESSONS {
            self.state.missed.push(id);
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
            Member::Column(member) if self.state.stage.len(member) != slot => None,
            Member::Column(member) => self.value(member, at),
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
                self.state.stage.make_null(program, self.columns, member);
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
        if record.required.iter().any(|&member| self.state.stage.len(member) == slot) {
            return None;
        }
        for &member in &record.members {
            if self.state.stage.len(member) == slot {
                self.state.stage.push_null(program, self.columns, member);
            }
        }
        Some(())
    }

    /// The value at `at`, into an integer column that has so many values.
    #[inline(always)]
    fn int(&mut self, int: &Int, slot: usize, at: usize) -> Option<usize> {
        let column = self.state.stage.column_mut(int.id);
        if column.len() != slot {
            return None;
        }
        let Some((value, end)) = value::int(self.fixed.block, at, int.quoted) else {
            return self.unusual(int.id, at);
        };
        if value == int.sentinel {
            return self.sentinel(int.id, end);
        }
        if value.wrapping_sub(int.min).cast_unsigned() > int.span {
            return None;
        }
        column.push(value.cast_unsigned());
        Some(end)
    }

    /// The value at `at`, into a column.
    #[inline(never)]
    fn value(&mut self, id: ColumnId, at: usize) -> Option<usize> {
        let Fixed { block, program, .. } = self.fixed;
        let read = match program.op(id) {
            Op::Int(int) => {
                let slot = self.state.stage.len(id);
                return self.int(int, slot, at);
            }
            Op::Text(sentinels) => {
                let Some((text, end)) = value::plain_text(block, at) else {
                    return self.unusual(id, at);
                };
                if sentinels.iter().any(|sentinel| sentinel.as_bytes() == text) {
                    return self.sentinel(id, end);
                }
                self.state.stage.column_mut(id).push_text(text);
                Some(end)
            }
            Op::Time { plan, unit } => {
                let last = self.state.times.get_mut(id)?;
                let Some((value, floored, end)) = value::time(block, at, plan, *unit, last) else {
                    return self.unusual(id, at);
                };
                self.stats.floored_times += u64::from(floored);
                self.state.stage.column_mut(id).push(value.cast_unsigned());
                Some(end)
            }
            Op::Float64 => {
                match value::plain_number(block, at).and_then(|n| Some((value::float64(n)?, n.end))) {
                    Some((value, end)) => {
                        self.state.stage.column_mut(id).push(value.to_bits());
                        Some(end)
                    }
                    None => value::written_number(block, at).and_then(|(text, end)| {
                        let value = text.parse::<f64>().ok().filter(|value| value.is_finite())?;
                        self.state.stage.column_mut(id).push(value.to_bits());
                        Some(end)
                    }),
                }
            }
            Op::Float32 => {
                match value::plain_number(block, at).and_then(|n| Some((value::float32(n)?, n.end))) {
                    Some((value, end)) => {
                        self.state.stage.column_mut(id).push(value.to_bits().into());
                        Some(end)
                    }
                    None => value::written_number(block, at).and_then(|(text, end)| {
                        let value = text.parse::<f32>().ok().filter(|value| value.is_finite())?;
                        self.state.stage.column_mut(id).push(value.to_bits().into());
                        Some(end)
                    }),
                }
            }
            Op::Bool => value::truth(block, at, self.state.stage.column_mut(id)),
            Op::Enum(words) => value::plain_text(block, at).and_then(|(text, end)| {
                self.state.stage.column_mut(id).push_text(value::enum_word(words, text)?);
                Some(end)
            }),
            Op::Struct if block.get(at) == Some(&b'{') => return self.object(id, at),
            Op::List { length } if block.get(at) == Some(&b'[') => return self.list(id, *length, at),
            Op::Copied | Op::Direct | Op::Struct | Op::List { .. } | Op::Below => None,
        };
        match read {
            Some(end) => Some(end),
            None => self.unusual(id, at),
        }
    }

    /// A value that means null.
    #[inline(never)]
    fn sentinel(&mut self, id: ColumnId, end: usize) -> Option<usize> {
        self.state.stage.column_mut(id).mark_sentinel();
        self.state.stage.push_null(self.fixed.program, self.columns, id);
        Some(end)
    }

    /// A null, or a value that the general decoder reads.
    #[inline(never)]
    fn unusual(&mut self, id: ColumnId, at: usize) -> Option<usize> {
        let Fixed { block, program, limits, .. } = self.fixed;
        let node = program.plan.nodes.get(id)?;
        if block.get(at..at + 4) == Some(b"null") {
            if !node.nullable {
                return None;
            }
            self.state.stage.push_null(program, self.columns, id);
            return Some(at + 4);
        }
        let is_direct = match program.op(id) {
            Op::Struct | Op::List { .. } | Op::Below => return None,
            Op::Direct => true,
            Op::Int(_)
            | Op::Float64
            | Op::Float32
            | Op::Bool
            | Op::Text(_)
            | Op::Enum(_)
            | Op::Time { .. }
            | Op::Copied => false,
        };
        let plan = program.plan;
        let columns = if is_direct { &mut *self.columns } else { &mut self.state.side };
        // What the general decoder marked in a row of its own is none of this one's.
        columns.take_sentinel(id);
        let mut lexer = Lexer::new(block, false, limits);
        lexer.at = at;
        let cells = Cells { plan, columns, stats: self.stats };
        let scratch = &mut self.state.scratch;
        let mut reader = RecordReader { cells, lexer: &mut lexer, scratch, trace: &mut Untraced };
        let read = reader.value(id, program.depth_of(id));
        let end = lexer.at;
        if read.is_err() || std::str::from_utf8(block.get(at..end)?).is_err() {
            // What was pushed below a column that is read directly is taken back with the row.
            self.state.side.cut(id, 0);
            self.state.side.take_sentinel(id);
            return None;
        }
        if is_direct {
            if self.columns.take_sentinel(id) {
                self.state.stage.column_mut(id).mark_sentinel();
            }
            self.state.stage.column_mut(id).push(0);
            return Some(end);
        }
        let staged = self.state.stage.column_mut(id);
        if self.state.side.take_sentinel(id) {
            staged.mark_sentinel();
        }
        if self.state.side.is_null(id, 0) {
            self.state.stage.push_null(program, self.columns, id);
        } else if let Some(word) = self.state.side.word(id, 0) {
            staged.push(word);
        } else if let Some(text) = self.state.side.text(id, 0) {
            staged.push_text(text);
        }
        self.state.side.cut(id, 0);
        Some(end)
    }

    fn list(&mut self, id: ColumnId, length: Option<u64>, at: usize) -> Option<usize> {
        let block = self.fixed.block;
        let first = self.state.stage.len(id + 1);
        let mut at = white_space(block, at + 1);
        if *block.get(at)? != b']' {
            loop {
                at = self.value(id + 1, at)?;
                if *block.get(at)? != b',' {
                    at = white_space(block, at);
                }
                match *block.get(at)? {
                    b',' => at += 1,
                    b']' => break,
                    _ => return None,
                }
                if *block.get(at)? == b' ' {
                    at += 1;
                }
                at = white_space(block, at);
            }
        }
        let end = self.state.stage.len(id + 1);
        if length.is_some_and(|length| length != (end - first) as u64) {
            return None;
        }
        self.state.stage.column_mut(id).push(end as u64);
        Some(at + 1)
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
fn white_space(block: &[u8], at: usize) -> usize {
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
