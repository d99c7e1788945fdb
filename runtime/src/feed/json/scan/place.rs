//! One value at its place: into the stage where it is read here, by the general decoder otherwise.

use super::super::lex::Lexer;
use super::super::record::RecordReader;
use super::program::Op;
use super::record::{Fixed, Scan, white_space};
use super::shape::Int;
use super::value;
use crate::columns::ColumnId;
use crate::feed::cells::Cells;
use crate::feed::trace::Untraced;

impl Scan<'_, '_> {
    /// The value at `at`, into an integer column that has so many values.
    #[inline(always)]
    pub(super) fn int(&mut self, int: &Int, slot: usize, at: usize) -> Option<usize> {
        let column = self.state.stage.column_mut(int.id);
        if !column.catch_up(slot) {
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
    pub(super) fn value(&mut self, id: ColumnId, at: usize) -> Option<usize> {
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
            Op::Float64 => value::float64_at(block, at).map(|(value, end)| {
                self.state.stage.column_mut(id).push(value.to_bits());
                end
            }),
            Op::Float32 => value::float32_at(block, at).map(|(value, end)| {
                self.state.stage.column_mut(id).push(value.to_bits().into());
                end
            }),
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
}
