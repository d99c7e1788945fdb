//! Values read in place, column by column. What they do not read, the general decoder does.

use super::LONGEST_NUMBER;
use super::literal::Pattern;
use super::stage::Staged;
use super::swar::{POWERS, digits, special, word};
use crate::time::{Moment, TimePlan};
use lakebed_schema::TimeUnit;

/// Whether a byte ends a number: what may follow a value.
#[inline(always)]
pub(super) fn ends_number(byte: u8) -> bool {
    matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t')
}

/// An integer, in quotes or without; gives it and the place behind. Of at most 19 digits.
#[inline(always)]
pub(super) fn int(block: &[u8], at: usize, quoted: bool) -> Option<(i64, usize)> {
    // Both words are loaded before it is known which one counts, so that nothing waits for the quote.
    let [first, rest @ ..] = block.get(at..)?.first_chunk::<9>()?;
    let in_quotes = *first == b'"';
    let word = if in_quotes {
        u64::from_le_bytes(*rest)
    } else {
        u64::from_le_bytes(*block.get(at..)?.first_chunk::<8>()?)
    };
    let (count, value) = digits(word);
    // What ends so few digits is in the word too.
    if count == 0 || count == 8 {
        return long_int(block, at, quoted);
    }
    let end = (word >> (8 * count)).to_le_bytes()[0];
    let value = value.cast_signed();
    if in_quotes {
        return (end == b'"' && quoted).then_some((value, at + count + 2));
    }
    let has_leading_zero = count > 1 && word & 0xff == u64::from(b'0');
    (ends_number(end) && !has_leading_zero).then_some((value, at + count))
}

#[inline(never)]
fn long_int(block: &[u8], at: usize, quoted: bool) -> Option<(i64, usize)> {
    let in_quotes = *block.get(at)? == b'"';
    let sign = at + usize::from(in_quotes);
    let negative = *block.get(sign)? == b'-';
    let start = sign + usize::from(negative);
    let (count, value) = long_digits(block, start, 0)?;
    if count == 0 || count > MAX_DIGITS || (in_quotes && !quoted) {
        return None;
    }
    let end = start + count;
    let next = *block.get(end)?;
    // So many digits fit a word, but not always one with a sign.
    let value = i64::try_from(value).ok()?;
    let value = if negative { -value } else { value };
    if in_quotes {
        return (next == b'"').then_some((value, end + 1));
    }
    let has_leading_zero = count > 1 && *block.get(start)? == b'0';
    (ends_number(next) && !has_leading_zero).then_some((value, end))
}

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
fn float64(number: Digits) -> Option<f64> {
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
fn float32(number: Digits) -> Option<f32> {
    if number.mantissa > 1 << 24 || number.behind > 10 {
        return None;
    }
    let value = number.mantissa as f32 / *FLOAT_POWERS.get(number.behind)? as f32;
    Some(if number.negative { -value } else { value })
}

/// A double, however it is written, and the place behind it.
#[inline(always)]
pub(super) fn float64_at(block: &[u8], at: usize) -> Option<(f64, usize)> {
    plain_number(block, at).and_then(|number| Some((float64(number)?, number.end))).or_else(|| {
        let (text, end) = written_number(block, at)?;
        Some((text.parse().ok().filter(|value: &f64| value.is_finite())?, end))
    })
}

/// As [`float64_at`], at single precision.
#[inline(always)]
pub(super) fn float32_at(block: &[u8], at: usize) -> Option<(f32, usize)> {
    plain_number(block, at).and_then(|number| Some((float32(number)?, number.end))).or_else(|| {
        let (text, end) = written_number(block, at)?;
        Some((text.parse().ok().filter(|value: &f32| value.is_finite())?, end))
    })
}

/// The text of a number with a point or an exponent, for a parser that takes any, and the place behind it.
#[inline(never)]
fn written_number(block: &[u8], at: usize) -> Option<(&str, usize)> {
    let rest = block.get(at..)?;
    let rest = rest.get(..LONGEST_NUMBER).unwrap_or(rest);
    let digits = |from: usize| rest.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let start = usize::from(*rest.first()? == b'-');
    let whole = digits(start);
    if whole == 0 || (whole > 1 && rest.get(start) == Some(&b'0')) {
        return None;
    }
    let mut end = start + whole;
    let mut is_integer = true;
    if *rest.get(end)? == b'.' {
        let behind = digits(end + 1);
        end += 1 + behind;
        if behind == 0 {
            return None;
        }
        is_integer = false;
    }
    if matches!(*rest.get(end)?, b'e' | b'E') {
        let sign = usize::from(matches!(*rest.get(end + 1)?, b'+' | b'-'));
        let exponent = digits(end + 1 + sign);
        end += 1 + sign + exponent;
        if exponent == 0 {
            return None;
        }
        is_integer = false;
    }
    if is_integer || !ends_number(*rest.get(end)?) {
        return None;
    }
    Some((std::str::from_utf8(rest.get(..end)?).ok()?, at + end))
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
    for _ in 0..8 {
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
    if has_control || simdutf8::basic::from_utf8(text).is_err() {
        return None;
    }
    Some((text, from + len + 1))
}

/// A time that came before, whose seconds alone may differ: `"2026-11-23T08:15:` and what stands behind the seconds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LastTime {
    pattern: Pattern,
    /// Bytes with both quotes; 0 when none came before.
    len: usize,
    /// Seconds since 1970 at the start of the minute.
    minute: i64,
}

/// Where the seconds stand in it.
const SECONDS: usize = 18;

impl LastTime {
    /// The time of a text that differs from the last one in its seconds only, in seconds since 1970, and the place
    /// behind it.
    #[inline(always)]
    fn read(&self, block: &[u8], at: usize) -> Option<(i64, usize)> {
        let bytes = block.get(at..)?.first_chunk::<32>()?;
        if self.len == 0 || !self.pattern.fits(bytes) {
            return None;
        }
        let [tens, ones] = [bytes.get(SECONDS)?, bytes.get(SECONDS + 1)?].map(|byte| byte.wrapping_sub(b'0'));
        (tens < 6 && ones < 10).then(|| (self.minute + i64::from(tens * 10 + ones), at + self.len))
    }

    /// Remembers a text, with its quotes, that was read as a time.
    fn note(&mut self, quoted: &[u8], moment: Moment) {
        let [Some(tens), Some(ones)] = [SECONDS, SECONDS + 1].map(|at| quoted.get(at)) else { return };
        let behind = quoted.get(SECONDS + 2..).unwrap_or_default();
        let has_zone = matches!(behind, [b'Z' | b'z', b'"'] | [b'+' | b'-', ..]);
        if !has_zone || quoted.len() > 32 || moment.nanos != 0 {
            return;
        }
        let is_second = |at: usize| at == SECONDS || at == SECONDS + 1;
        self.pattern = Pattern::new(quoted.iter().enumerate().map(|(at, &byte)| (byte, !is_second(at))));
        self.len = quoted.len();
        let seconds = i64::from(tens.wrapping_sub(b'0')) * 10 + i64::from(ones.wrapping_sub(b'0'));
        self.minute = moment.seconds - seconds;
    }
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
    if let Some((seconds, end)) = last.read(block, at) {
        let per_second = match unit {
            TimeUnit::Millis => 1_000,
            TimeUnit::Micros => 1_000_000,
        };
        return Some((seconds * per_second, false, end));
    }
    if *block.get(at)? != b'"' {
        let (number, end) = int(block, at, false)?;
        let (value, floored) = plan.parse_number(number)?.to_unit(unit)?;
        return Some((value, floored, end));
    }
    other_time(block, at, plan, unit, last)
}

#[inline(never)]
fn other_time(
    block: &[u8],
    at: usize,
    plan: &TimePlan,
    unit: TimeUnit,
    last: &mut LastTime,
) -> Option<(i64, bool, usize)> {
    let (text, end) = plain_text(block, at)?;
    if !plan.is_iso(text) {
        return None;
    }
    let moment = plan.parse_text(text)?;
    last.note(block.get(at..end)?, moment);
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
