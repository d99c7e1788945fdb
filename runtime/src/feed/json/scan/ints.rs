//! Members that are read most often: integers of a few digits, one behind the other, as they were predicted.
//!
//! A loop of its own, so that little is alive in it and one field waits for the one before it as short as can be: where
//! the digits begin follows from what was learnt, not from what is read.

use super::literal::REACH;
use super::shape::{Member, Predicted};
use super::stage::Staged;
use super::swar::{Digits, Few, POWERS};

/// How far a stretch of integers went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Steps that were taken, those of keys that the object leaves out among them.
    pub(super) steps: usize,
    /// Members that were read.
    pub(super) members: usize,
    /// The place behind the last of them.
    pub(super) at: usize,
}

/// A predicted integer, laid out for the loop: the bytes up to its first digit, and what it may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ready {
    /// The bytes in front of the digits: so many from the start on, and as many up to the end, which may overlap. Of
    /// fewer than sixteen bytes those, and in `tail` the bits of them that count.
    head: [u8; 32],
    tail: [u8; 32],
    min: i64,
    span: u64,
    sentinel: i64,
    column: u32,
    width: Width,
    tail_at: u8,
    /// Where the digits begin.
    start: u8,
    /// Bytes of the member that are no digits.
    around: u8,
    in_quotes: bool,
    nullable: bool,
}

/// Bytes that are compared at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    Masked,
    Sixteen,
    ThirtyTwo,
}

/// The longest text in front of digits that the loop compares: the second word of a long number begins eight bytes
/// further on.
const LONGEST: usize = OFFSETS - 8;
/// Offsets are cut to these bits, so that no access within what is looked at needs a check of its own.
const OFFSETS: usize = 63;

impl Ready {
    /// What is not read in the loop: no integer, or behind a long key. One that would begin with a zero byte, and with
    /// its digits, so that none is found.
    const NONE: Self = Self {
        head: [0; 32],
        tail: [0xff; 32],
        min: 0,
        span: 0,
        sentinel: 0,
        column: 0,
        width: Width::Masked,
        tail_at: 0,
        start: 0,
        around: 0,
        in_quotes: false,
        nullable: false,
    };

    /// A step as the loop reads it.
    pub(super) fn of(step: &Predicted) -> Self {
        Self::new(step).unwrap_or(Self::NONE)
    }

    /// Whether it is read in the loop.
    #[inline(always)]
    pub(super) fn is_some(&self) -> bool {
        self.start > 0
    }

    fn new(step: &Predicted) -> Option<Self> {
        let (int, Member::Column(_)) = (step.int?, step.member) else { return None };
        let mut bytes = step.literal.bytes();
        if int.in_quotes {
            bytes.push(b'"');
        }
        let width = match bytes.len() {
            0..16 => Width::Masked,
            16..32 => Width::Sixteen,
            32..=LONGEST => Width::ThirtyTwo,
            _ => return None,
        };
        let mut ready = Self {
            tail: [0; 32],
            min: int.min,
            span: int.span,
            sentinel: int.sentinel,
            column: u32::try_from(int.id).ok()?,
            width,
            start: u8::try_from(bytes.len()).ok()?,
            around: u8::try_from(bytes.len() + usize::from(int.in_quotes)).ok()?,
            in_quotes: int.in_quotes,
            nullable: int.nullable,
            ..Self::NONE
        };
        let compared = match width {
            Width::Masked => bytes.len(),
            Width::Sixteen => 16,
            Width::ThirtyTwo => 32,
        };
        let tail_at = bytes.len() - compared;
        ready.head.get_mut(..compared)?.copy_from_slice(bytes.get(..compared)?);
        let tail = ready.tail.get_mut(..compared)?;
        if width == Width::Masked {
            tail.fill(0xff);
        } else {
            tail.copy_from_slice(bytes.get(tail_at..)?);
        }
        ready.tail_at = u8::try_from(tail_at).ok()?;
        Some(ready)
    }

    /// The length of the member when its value is `null`, and may be.
    fn null(&self, ahead: &[u8; REACH]) -> Option<usize> {
        let start = usize::from(self.start).checked_sub(usize::from(self.in_quotes))?;
        if !self.nullable || ahead.get(start..start + 4)? != b"null" {
            return None;
        }
        let mut window = *ahead;
        if self.in_quotes {
            *window.get_mut(start)? = b'"';
        }
        self.begins(&window).then_some(start + 4)
    }

    /// Whether bytes begin with what stands in front of the digits.
    #[inline(always)]
    fn begins(&self, ahead: &[u8; REACH]) -> bool {
        let (head, tail) = (&self.head, &self.tail);
        match self.width {
            Width::ThirtyTwo => (part::<32>(ahead, 0) == head) & (part::<32>(ahead, self.tail_at) == tail),
            Width::Sixteen => {
                let [head, tail] = [part::<16>(head, 0), part(tail, 0)];
                (part::<16>(ahead, 0) == head) & (part::<16>(ahead, self.tail_at) == tail)
            }
            Width::Masked => {
                let [found, head, mask] = [part(ahead, 0), part(head, 0), part(tail, 0)].map(number);
                (found ^ head) & mask == 0
            }
        }
    }
}

/// Reads the members of an object as long as they are the predicted integers, as values of that slot. Whatever is
/// otherwise is not read, for others to say what it is.
#[inline(never)]
pub(super) fn read(block: &[u8], at: usize, ahead: &[Ready], slot: usize, columns: &mut [Staged]) -> Stretch {
    let (mut steps, mut members, mut at) = (0, 0, at);
    while let Some(ready) = ahead.get(steps) {
        if let Some(end) = one(block, at, ready, slot, columns) {
            (steps, members, at) = (steps + 1, members + 1, end);
            continue;
        }
        if !ready.is_some() || block.get(at) == Some(&b'}') {
            break;
        }
        let Some(odd) = odd(block, at, ahead.get(steps..).unwrap_or_default(), slot, columns) else { break };
        (steps, members, at) = (steps + odd.steps, members + odd.members, odd.at);
    }
    Stretch { steps, members, at }
}

/// Keys that are passed over at once when an object leaves them out.
const AHEAD: usize = 3;

/// Takes a null, or passes over keys that the object leaves out, if it is one of them.
#[inline(never)]
fn odd(block: &[u8], at: usize, ahead: &[Ready], slot: usize, columns: &mut [Staged]) -> Option<Stretch> {
    let window = block.get(at..)?.first_chunk::<REACH>()?;
    for (left_out, ready) in ahead.iter().take(AHEAD + 1).enumerate() {
        if let Some(length) = ready.null(window) {
            let column = columns.get_mut(ready.column as usize)?;
            if !column.catch_up(slot) {
                return None;
            }
            column.push_null();
            return Some(Stretch { steps: left_out + 1, members: 1, at: at + length });
        }
        if left_out > 0 && ready.is_some() && ready.begins(window) {
            return Some(Stretch { steps: left_out, members: 0, at });
        }
    }
    None
}

/// One member, if it is an integer as predicted; gives the place behind it.
#[inline(always)]
fn one(block: &[u8], at: usize, ready: &Ready, slot: usize, columns: &mut [Staged]) -> Option<usize> {
    let ahead = block.get(at..)?.first_chunk::<REACH>()?;
    if !ready.begins(ahead) {
        return None;
    }
    let four = u32::from_le_bytes(*part(ahead, ready.start));
    let run = Few::of(four);
    let (value, count, end) = match run.count {
        1..=3 => (run.value().into(), run.count, (four >> (8 * run.count)).to_le_bytes()[0]),
        0 => return None,
        _ => more(ahead, ready.start)?,
    };
    if ready.in_quotes {
        if end != b'"' {
            return None;
        }
    } else {
        // A zero and one more digit; whatever else its second byte may be ends no number.
        let has_leading_zero = four & 0xf0ff == 0x3030;
        if has_leading_zero || (end != b',' && end != b'}') {
            return None;
        }
    }
    let number = value.cast_signed();
    if number == ready.sentinel || number.wrapping_sub(ready.min).cast_unsigned() > ready.span {
        return None;
    }
    if !columns.get_mut(ready.column as usize)?.put(slot, value) {
        return None;
    }
    Some(at + usize::from(ready.around) + count)
}

/// A number of at least 4 and at most 15 digits, how many, and the byte behind them.
#[inline(always)]
fn more(ahead: &[u8; REACH], start: u8) -> Option<(u64, usize, u8)> {
    let word = u64::from_le_bytes(*part(ahead, start));
    let run = Digits::of(word);
    if run.count == 8 {
        return long(ahead, start);
    }
    Some((run.some(), run.count, (word >> (8 * run.count)).to_le_bytes()[0]))
}

/// A number of 8 to 15 digits, how many, and the byte behind them.
#[inline(never)]
fn long(ahead: &[u8; REACH], start: u8) -> Option<(u64, usize, u8)> {
    let [first, next] = [start, start + 8].map(|at| u64::from_le_bytes(*part(ahead, at)));
    let (first, run) = (Digits::of(first), Digits::of(next));
    // The last byte of the two words is what ends the number.
    if run.count == 8 {
        return None;
    }
    let value = first.value() * POWERS.get(run.count)? + run.value();
    Some((value, 8 + run.count, (next >> (8 * run.count)).to_le_bytes()[0]))
}

/// Bytes from a place on; within reach, since places are at most [`OFFSETS`].
#[inline(always)]
fn part<const N: usize>(bytes: &[u8], at: u8) -> &[u8; N] {
    let at = usize::from(at) & OFFSETS;
    bytes.get(at..).and_then(<[u8]>::first_chunk::<N>).unwrap_or(&[0; N])
}

#[inline(always)]
fn number(bytes: &[u8; 16]) -> u128 {
    u128::from_le_bytes(*bytes)
}

#[cfg(test)]
mod tests {
    use super::super::literal::{Literal, WINDOW};
    use super::super::shape::Int;
    use super::*;

    #[test]
    fn what_stands_in_front_of_digits_is_compared_to_its_last_byte_and_no_further() {
        for len in 1..=WINDOW {
            for in_quotes in [false, true] {
                let mut bytes: Vec<u8> = (0..len).map(|n| b'a' + (n % 23) as u8).collect();
                let literal = Literal::new(&bytes).unwrap();
                let int =
                    Int { id: 1, quoted: true, in_quotes, min: 0, span: 9, sentinel: -1, nullable: true };
                let ready =
                    Ready::of(&Predicted { literal, member: Member::Column(1), int: Some(int), turns: 0 });
                if in_quotes {
                    bytes.push(b'"');
                }
                assert_eq!(ready.is_some(), bytes.len() <= LONGEST, "{len} {in_quotes}");
                if !ready.is_some() {
                    continue;
                }
                let mut ahead = [b'?'; REACH];
                ahead[..bytes.len()].copy_from_slice(&bytes);
                assert!(ready.begins(&ahead), "{len} {in_quotes}");
                assert_eq!(ready.null(&ahead), None);
                let mut null = ahead;
                null[len..len + 4].copy_from_slice(b"null");
                assert_eq!(ready.null(&null), Some(len + 4));
                null[len - 1] ^= 1;
                assert_eq!(ready.null(&null), None);
                for wrong in 0..bytes.len() {
                    let mut ahead = ahead;
                    ahead[wrong] ^= 1;
                    assert!(!ready.begins(&ahead), "{len} {in_quotes} {wrong}");
                }
            }
        }
        assert!(!Ready::NONE.is_some());
        assert_eq!(Ready::NONE.null(&[0; REACH]), None);
    }
}
