//! Members that are read most often: integers of a few digits, one behind the other, as they were predicted.
//!
//! A loop of its own, so that little is alive in it and one field waits for the one before it as short as can be: where
//! the digits begin follows from what was learnt, not from what is read.

use super::shape::{Predicted, REACH};
use super::stage::Stage;
use super::swar::{Digits, POWERS};

/// How far a stretch of integers went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Members that were read.
    pub(super) members: usize,
    /// The place behind the last of them.
    pub(super) at: usize,
}

/// Reads the members of an object as long as they are the predicted integers, into columns that have so many values.
/// Whatever is otherwise is left as it was, for others to say what it is.
#[inline(never)]
pub(super) fn read(block: &[u8], at: usize, steps: &[Predicted], slot: usize, stage: &mut Stage) -> Stretch {
    let mut rest = block.get(at..).unwrap_or_default();
    let mut left = steps.iter();
    loop {
        let before = left.as_slice().len();
        let Some(length) = left.next().and_then(|step| one(rest, step, slot, stage)) else {
            return Stretch { members: steps.len() - before, at: block.len() - rest.len() };
        };
        rest = rest.get(length..).unwrap_or_default();
    }
}

/// One member, if it is an integer as predicted; gives its length.
#[inline(always)]
fn one(rest: &[u8], step: &Predicted, slot: usize, stage: &mut Stage) -> Option<usize> {
    let int = step.int.as_ref()?;
    let ahead = rest.first_chunk::<REACH>()?;
    if !step.literal.begins(ahead) {
        return None;
    }
    let quote = usize::from(int.in_quotes);
    let start = step.literal.len() + quote;
    let [word, next] = words(ahead.get(start..)?)?;
    let run = Digits::of(word);
    let (value, count, end) = match run.count {
        1..=4 => (u64::from(run.short()), run.count, behind(word, run.count)),
        5..=7 => (run.value(), run.count, behind(word, run.count)),
        8 => {
            let more = Digits::of(next);
            // Of at most 15 digits; the last byte is what ends them.
            if more.count == 8 {
                return None;
            }
            (run.value() * POWERS.get(more.count)? + more.value(), 8 + more.count, behind(next, more.count))
        }
        _ => return None,
    };
    if int.in_quotes {
        if end != b'"' || ahead.get(start - 1) != Some(&b'"') {
            return None;
        }
    } else if (end != b',' && end != b'}') || (word & 0xff == u64::from(b'0') && count > 1) {
        return None;
    }
    let value = value.cast_signed();
    if value == int.sentinel || value.wrapping_sub(int.min).cast_unsigned() > int.span {
        return None;
    }
    let column = stage.column_mut(int.id);
    if column.len() != slot {
        return None;
    }
    column.push(value.cast_unsigned());
    Some(start + count + quote)
}

/// The two words at the start of bytes.
#[inline(always)]
fn words(bytes: &[u8]) -> Option<[u64; 2]> {
    let [word, next] = bytes.first_chunk::<16>()?.as_chunks::<8>().0 else { return None };
    Some([u64::from_le_bytes(*word), u64::from_le_bytes(*next)])
}

/// The byte behind so many digits of a word.
#[inline(always)]
fn behind(word: u64, count: usize) -> u8 {
    (word >> (8 * count)).to_le_bytes()[0]
}
