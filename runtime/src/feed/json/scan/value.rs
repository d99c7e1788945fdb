//! Values read in place, column by column. What they do not read, the general decoder does.

use super::stage::Staged;
use super::swar::{digits, special, word};
use crate::time::{Moment, TimePlan};
use lakebed_schema::TimeUnit;

/// Whether a byte ends a number: what may follow a value.
#[inline(always)]
pub(super) fn ends_number(byte: u8) -> bool {
    matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t')
}

/// An integer of at most 18 digits, in quotes or without; gives it and the place behind.
#[inline(always)]
pub(super) fn int(block: &[u8], at: usize, quoted: bool) -> Option<(i64, usize)> {
    let first = word(block, at)?;
    let mut start = at;
    let in_quotes = first.to_le_bytes()[0] == b'"';
    let mut bytes = first;
    if in_quotes {
        if !quoted {
            return None;
        }
        start += 1;
        bytes = word(block, start)?;
    }
    let negative = bytes.to_le_bytes()[0] == b'-';
    if negative {
        start += 1;
        bytes = word(block, start)?;
    }
    let leading_zero = bytes.to_le_bytes()[0] == b'0';
    let (mut count, mut value) = digits(bytes);
    if count == 8 {
        let (more, rest) = digits(word(block, start + 8)?);
        value = value * *POWERS.get(more)? + rest;
        count += more;
        if more == 8 {
            let (more, rest) = digits(word(block, start + 16)?);
            if more > 2 {
                return None;
            }
            value = value * *POWERS.get(more)? + rest;
            count += more;
        }
    }
    if count == 0 {
        return None;
    }
    let end = start + count;
    let next = *block.get(end)?;
    let value = i64::try_from(value).ok()?;
    let value = if negative { -value } else { value };
    if in_quotes {
        (next == b'"').then_some((value, end + 1))
    } else {
        (ends_number(next) && !(leading_zero && count > 1)).then_some((value, end))
    }
}

const POWERS: [u64; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// A decimal number as its digits and how many of them stand behind the point: no exponent, at most 19 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Digits {
    pub(super) negative: bool,
    pub(super) mantissa: u64,
    pub(super) behind: usize,
    pub(super) end: usize,
}

/// Most digits that surely fit a word.
const MAX_DIGITS: usize = 19;

/// A bare number without an exponent.
#[inline(always)]
pub(super) fn plain_number(block: &[u8], at: usize) -> Option<Digits> {
    let negative = *block.get(at)? == b'-';
    let start = at + usize::from(negative);
    let (whole, mut mantissa) = long_digits(block, start, 0)?;
    if whole == 0 || (whole > 1 && block.get(start) == Some(&b'0')) {
        return None;
    }
    let mut end = start + whole;
    let mut behind = 0;
    if block.get(end) == Some(&b'.') {
        (behind, mantissa) = long_digits(block, end + 1, mantissa)?;
        if behind == 0 {
            return None;
        }
        end += 1 + behind;
    }
    if whole + behind > MAX_DIGITS || !ends_number(*block.get(end)?) {
        return None;
    }
    Some(Digits { negative, mantissa, behind, end })
}

/// Digits behind those of a number so far.
#[inline(always)]
fn long_digits(block: &[u8], start: usize, sum: u64) -> Option<(usize, u64)> {
    let (mut at, mut sum) = (start, sum);
    loop {
        let (count, value) = digits(word(block, at)?);
        sum = sum.wrapping_mul(*POWERS.get(count)?).wrapping_add(value);
        at += count;
        if count < 8 {
            return Some((at - start, sum));
        }
        if at - start > 2 * MAX_DIGITS {
            return None;
        }
    }
}

/// A double that is exactly the number, if that takes one division of exact numbers.
#[inline(always)]
#[allow(clippy::cast_precision_loss, reason = "the mantissa was seen to be exact")]
pub(super) fn float64(number: Digits) -> Option<f64> {
    let power = *FLOAT_POWERS.get(number.behind)?;
    if number.mantissa > 1 << 53 {
        return None;
    }
    let value = number.mantissa as f64 / power;
    Some(if number.negative { -value } else { value })
}

/// As [`float64`], at single precision.
#[inline(always)]
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "both were seen to be exact")]
pub(super) fn float32(number: Digits) -> Option<f32> {
    if number.mantissa > 1 << 24 || number.behind > 10 {
        return None;
    }
    let value = number.mantissa as f32 / *FLOAT_POWERS.get(number.behind)? as f32;
    Some(if number.negative { -value } else { value })
}

const FLOAT_POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// The bytes between the quotes of a string without escapes, and the place behind it.
#[inline(always)]
pub(super) fn plain_text(block: &[u8], at: usize) -> Option<(&[u8], usize)> {
    if *block.get(at)? != b'"' {
        return None;
    }
    let start = at + 1;
    let mut end = start;
    // Most texts are short.
    for _ in 0..4 {
        let place = special(word(block, end)?);
        end += place;
        if place < 8 {
            if *block.get(end)? == b'"' {
                return Some((block.get(start..end)?, end + 1));
            }
            break;
        }
    }
    long_text(block, start, end)
}

/// As [`plain_text`], for one that is long or no ASCII, of which the bytes before `from` were seen to be plain.
#[inline(never)]
fn long_text(block: &[u8], start: usize, from: usize) -> Option<(&[u8], usize)> {
    let rest = block.get(from..)?;
    let len = memchr::memchr2(b'"', b'\\', rest)?;
    if *rest.get(len)? != b'"' {
        return None;
    }
    let text = block.get(start..from + len)?;
    let has_control = text.iter().fold(false, |any, byte| any | (*byte < 0x20));
    if has_control || std::str::from_utf8(text).is_err() {
        return None;
    }
    Some((text, from + len + 1))
}

/// A time that came before, whose seconds alone may differ: `2026-11-23T08:15:` and what stands behind the seconds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LastTime {
    before: [u8; 17],
    behind: [u8; 6],
    behind_len: usize,
    /// Seconds since 1970 at the start of the minute.
    minute: i64,
}

impl LastTime {
    /// The time of a text that differs from the last one in its seconds only.
    #[inline(always)]
    fn read(&self, text: &[u8]) -> Option<i64> {
        let (before, rest) = text.split_first_chunk::<17>()?;
        let (seconds, behind) = rest.split_first_chunk::<2>()?;
        if *before != self.before || self.behind.get(..self.behind_len)? != behind || self.behind_len == 0 {
            return None;
        }
        Some(self.minute + i64::from(two_digits(*seconds)?))
    }

    /// Remembers a text that was read as a time.
    fn note(&mut self, text: &[u8], moment: Moment) {
        let Some((before, rest)) = text.split_first_chunk::<17>() else { return };
        let Some((seconds, behind)) = rest.split_first_chunk::<2>() else { return };
        let Some(seconds) = two_digits(*seconds) else { return };
        let zone = matches!(behind, [b'Z' | b'z'] | [b'+' | b'-', ..]);
        let Some(own) = self.behind.get_mut(..behind.len()) else { return };
        if moment.nanos != 0 || !zone {
            return;
        }
        own.copy_from_slice(behind);
        self.before = *before;
        self.behind_len = behind.len();
        self.minute = moment.seconds - i64::from(seconds);
    }
}

fn two_digits([tens, ones]: [u8; 2]) -> Option<u8> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 6 && ones < 10).then_some(tens * 10 + ones)
}

/// A time from a string or a whole number, in the units of its column; tells whether it was floored.
#[inline(always)]
pub(super) fn time(
    block: &[u8],
    at: usize,
    plan: &TimePlan,
    unit: TimeUnit,
    last: &mut LastTime,
) -> Option<(i64, bool, usize)> {
    if *block.get(at)? != b'"' {
        let (number, end) = int(block, at, false)?;
        let (value, floored) = plan.parse_number(number)?.to_unit(unit)?;
        return Some((value, floored, end));
    }
    let (text, end) = plain_text(block, at)?;
    let moment = match last.read(text) {
        Some(seconds) => Moment { seconds, nanos: 0 },
        None => {
            if !plan.is_iso(text) {
                return None;
            }
            let moment = plan.parse_text(text)?;
            last.note(text, moment);
            moment
        }
    };
    let (value, floored) = moment.to_unit(unit)?;
    Some((value, floored, end))
}

/// The word of an enum, by one of its spellings.
pub(super) fn enum_word<'w>(words: &'w [(Vec<u8>, String)], text: &[u8]) -> Option<&'w [u8]> {
    words.iter().find(|(spelling, _)| spelling == text).map(|(_, word)| word.as_bytes())
}

/// `true` or `false`.
#[inline(always)]
pub(super) fn truth(block: &[u8], at: usize, column: &mut Staged) -> Option<usize> {
    let bytes = word(block, at)?;
    if bytes & 0xffff_ffff == u64::from(u32::from_le_bytes(*b"true")) {
        column.push(1);
        return Some(at + 4);
    }
    if bytes & 0xff_ffff_ffff == u64::from_le_bytes(*b"false\0\0\0") {
        column.push(0);
        return Some(at + 5);
    }
    None
}
