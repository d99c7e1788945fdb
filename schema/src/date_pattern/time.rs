//! Reading a time in a pattern, as the word `time("…")` does, and writing it.
//!
//! Reading is as in Java, except: `yyyy` and `uuuu` take exactly four digits (Java takes more behind a plus sign), a single
//! letter takes one or two digits (Java any number), a day that its month does not have is refused (Java takes the
//! last one that it has), and so is 24:00 (Java takes midnight of the next day).

use super::{DatePattern, PatternError, PatternItem, PatternProblem, format_field, push};
use crate::civil::Civil;

/// A time as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParsedTime {
    /// Date and time of day, as written.
    pub civil: Civil,
    /// Nanoseconds within the second.
    pub nanos: u32,
    /// Seconds east of UTC, when the pattern has an offset.
    pub offset: Option<i32>,
}

impl ParsedTime {
    /// Seconds since 1970-01-01T00:00:00Z; a time without offset counts as UTC.
    pub fn to_seconds(self) -> i64 {
        self.civil.to_seconds() - i64::from(self.offset.unwrap_or(0))
    }
}

/// Longest offset that Java knows, in seconds.
const MAX_OFFSET: i32 = 18 * 3600;

impl DatePattern {
    /// Whether times can be read in this pattern: letters `yyyy uuuu MM M dd d HH H mm m ss s`, `S` to
    /// `SSSSSSSSS`, offsets `X XX XXX x xx xxx Z`, each part at most once, with at least year, month and day.
    ///
    /// # Errors
    /// The first letter that cannot be read, or the part that is missing.
    pub fn validate_for_time(&self) -> Result<(), PatternError> {
        let mut seen = String::new();
        for (i, (item, position)) in self.items.iter().zip(&self.positions).enumerate() {
            let PatternItem::Field { letter, count } = item else {
                continue;
            };
            let part = match (letter, count) {
                ('y' | 'u', 4) => 'y',
                ('M' | 'd' | 'H' | 'm' | 's', 1 | 2) | ('S', 1..=9) => *letter,
                ('X' | 'x' | 'Z', 1..=3) => 'X',
                _ => {
                    return Err(PatternProblem::NotInTime { letter: *letter, count: *count }.at(*position));
                }
            };
            if seen.contains(part) {
                return Err(PatternProblem::Repeated { letter: *letter }.at(*position));
            }
            seen.push(part);
            let number_follows = matches!(self.items.get(i + 1),
                Some(PatternItem::Field { letter, .. }) if !matches!(letter, 'X' | 'x' | 'Z'));
            if *count == 1 && "MdHms".contains(*letter) && number_follows {
                return Err(PatternProblem::Ambiguous { letter: *letter }.at(*position));
            }
        }
        if seen.contains('m') && !seen.contains('M') {
            let at =
                self.items.iter().position(|item| matches!(item, PatternItem::Field { letter: 'm', .. }));
            return Err(PatternProblem::MinuteForMonth
                .at(at.and_then(|i| self.positions.get(i)).copied().unwrap_or(0)));
        }
        for (part, letters, letter, needed_by) in [
            ("year", "yyyy", 'y', ""),
            ("month", "MM", 'M', ""),
            ("day", "dd", 'd', ""),
            ("hour", "HH", 'H', "msS"),
            ("minute", "mm", 'm', "sS"),
            ("second", "ss", 's', "S"),
        ] {
            let needed = needed_by.is_empty() || needed_by.chars().any(|c| seen.contains(c));
            if needed && !seen.contains(letter) {
                return Err(PatternProblem::Missing { part, letters }.at(0));
            }
        }
        Ok(())
    }

    /// Whether times in this pattern are digits alone, perhaps behind a sign, so that they look like epoch numbers.
    ///
    /// ```
    /// use lakebed_schema::date_pattern::DatePattern;
    ///
    /// assert!(DatePattern::parse("yyyyMMdd").unwrap().is_digits());
    /// assert!(!DatePattern::parse("yyyyMMdd'T'HHmm").unwrap().is_digits());
    /// assert!(!DatePattern::parse("yyyyMMddX").unwrap().is_digits());
    /// ```
    pub fn is_digits(&self) -> bool {
        self.items.iter().enumerate().all(|(i, item)| match item {
            PatternItem::Field { letter, .. } => !matches!(letter, 'X' | 'x' | 'Z'),
            PatternItem::Literal(text) => {
                let text = if i == 0 { text.strip_prefix(['+', '-']).unwrap_or(text) } else { text };
                text.bytes().all(|b| b.is_ascii_digit())
            }
        })
    }

    /// Reads a time: all of `text`, or nothing. The pattern must have passed
    /// [`validate_for_time`](DatePattern::validate_for_time); parts that it lacks are zero.
    pub fn parse_time(&self, text: &[u8]) -> Option<ParsedTime> {
        let mut civil = Civil { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
        let (mut nanos, mut offset) = (0, None);
        let mut rest = text;
        for item in &self.items {
            let (letter, count) = match item {
                PatternItem::Literal(literal) => {
                    rest = rest.strip_prefix(literal.as_bytes())?;
                    continue;
                }
                PatternItem::Field { letter, count } => (*letter, *count),
            };
            match letter {
                'y' | 'u' => {
                    civil.year = i64::from(digits(&mut rest, 4, 4)?);
                    if letter == 'y' && civil.year == 0 {
                        return None;
                    }
                }
                'M' => civil.month = two_digits(&mut rest, count)?,
                'd' => civil.day = two_digits(&mut rest, count)?,
                'H' => civil.hour = two_digits(&mut rest, count)?,
                'm' => civil.minute = two_digits(&mut rest, count)?,
                's' => civil.second = two_digits(&mut rest, count)?,
                'S' => {
                    let missing = u32::try_from(9_usize.checked_sub(count)?).ok()?;
                    nanos = digits(&mut rest, count, count)? * 10_u32.pow(missing);
                }
                'X' | 'x' | 'Z' => offset = Some(read_offset(&mut rest, letter, count)?),
                _ => return None,
            }
        }
        (rest.is_empty() && civil.is_valid()).then_some(ParsedTime { civil, nanos, offset })
    }

    /// Appends a time as [`parse_time`](DatePattern::parse_time) reads it: fractions cut to the digits of the
    /// pattern, no offset taken for zero, parts that the pattern lacks left out. The pattern must have passed
    /// [`validate_for_time`](DatePattern::validate_for_time), and the year have four digits.
    ///
    /// ```
    /// use lakebed_schema::date_pattern::DatePattern;
    ///
    /// let pattern = DatePattern::parse("d/M/yyyy HH:mm:ss.SSS XXX").unwrap();
    /// let text = "23/11/2026 08:15:00.250 +01:00";
    /// let mut written = String::new();
    /// pattern.format_time(&mut written, &pattern.parse_time(text.as_bytes()).unwrap());
    /// assert_eq!(written, text);
    /// ```
    pub fn format_time(&self, out: &mut String, time: &ParsedTime) {
        for item in &self.items {
            match item {
                PatternItem::Literal(text) => out.push_str(text),
                PatternItem::Field { letter: 'S', count } => {
                    out.extend(format!("{:09}", time.nanos).chars().take(*count));
                }
                PatternItem::Field { letter: letter @ ('X' | 'x' | 'Z'), count } => {
                    write_offset(out, *letter, *count, time.offset.unwrap_or(0));
                }
                PatternItem::Field { letter, count } => format_field(out, *letter, *count, &time.civil),
            }
        }
    }
}

/// A number of `min` to `max` digits, as many as there are.
fn digits(rest: &mut &[u8], min: usize, max: usize) -> Option<u32> {
    let len = rest.iter().take(max).take_while(|b| b.is_ascii_digit()).count();
    if len < min {
        return None;
    }
    let (number, after) = rest.split_at(len);
    *rest = after;
    Some(number.iter().fold(0, |n, digit| n * 10 + u32::from(digit - b'0')))
}

fn two_digits(rest: &mut &[u8], count: usize) -> Option<u8> {
    u8::try_from(digits(rest, count, 2)?).ok()
}

/// `Z` (for `X`), or a sign, two digits of hours and two of minutes, with a colon for three letters; `X` and `x` may
/// leave the minutes out.
fn read_offset(rest: &mut &[u8], letter: char, count: usize) -> Option<i32> {
    let (first, after) = rest.split_first()?;
    let sign = match (first, letter) {
        (b'Z', 'X') => {
            *rest = after;
            return Some(0);
        }
        (b'+', _) => 1,
        (b'-', _) => -1,
        _ => return None,
    };
    *rest = after;
    let hours = digits(rest, 2, 2)?;
    let minutes = match (letter, count) {
        ('X' | 'x', 1) if !rest.first().is_some_and(u8::is_ascii_digit) => 0,
        ('X' | 'x', 3) => {
            *rest = rest.strip_prefix(b":")?;
            digits(rest, 2, 2)?
        }
        _ => digits(rest, 2, 2)?,
    };
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    (minutes < 60 && seconds <= MAX_OFFSET).then_some(sign * seconds)
}

/// The inverse of [`read_offset`]; seconds are dropped.
fn write_offset(out: &mut String, letter: char, count: usize, offset: i32) {
    if letter == 'X' && offset == 0 {
        return out.push('Z');
    }
    let minutes = offset.unsigned_abs() / 60;
    let (sign, hours, minutes) = (if offset < 0 { '-' } else { '+' }, minutes / 60, minutes % 60);
    match (letter, count) {
        ('X' | 'x', 1) if minutes == 0 => push(out, format_args!("{sign}{hours:02}")),
        ('X' | 'x', 3) => push(out, format_args!("{sign}{hours:02}:{minutes:02}")),
        _ => push(out, format_args!("{sign}{hours:02}{minutes:02}")),
    }
}
