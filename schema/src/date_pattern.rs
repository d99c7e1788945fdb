//! The Java `DateTimeFormatter` pattern language, as far as layouts and times need it.
//!
//! [`DatePattern::parse`] takes any pattern that Java 8 takes, optional sections (`[` `]`) excepted. What may be
//! *used* depends on the place: [`validate_for_layout`](DatePattern::validate_for_layout) for paths,
//! [`validate_for_time`](DatePattern::validate_for_time) for reading times. [`JavaPattern`] is the whole language, for S3
//! prefixes.

mod error;
mod java;
mod time;
#[cfg(feature = "calendar")]
mod weeks;
#[cfg(feature = "calendar")]
mod zoned;

#[cfg(test)]
mod tests;

use crate::civil::Civil;
use std::fmt::Write as _;

pub use error::{PatternError, PatternProblem};
pub use java::{JavaItem, JavaPattern, JavaToken};
pub use time::ParsedTime;
#[cfg(feature = "calendar")]
pub use zoned::{FormatError, FormatProblem, Zone, ZonedTime};

/// Letters of Java 8's `DateTimeFormatter`.
const LETTERS: &str = "GuyDMLdQqYwWEecFaKhkHmsSAnNVzOXxZp";

/// A parsed pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatePattern {
    /// Its items in order.
    pub items: Vec<PatternItem>,
    /// For each item, where it starts in the pattern, in characters; for quoted text, behind the quote.
    positions: Vec<usize>,
}

/// A run of one pattern letter, or literal text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternItem {
    /// Text that stands for itself.
    Literal(String),
    /// `count` times the letter `letter`.
    Field {
        /// Pattern letter.
        letter: char,
        /// How often it stands there.
        count: usize,
    },
}

impl DatePattern {
    /// Reads a pattern.
    ///
    /// ```
    /// use lakebed_schema::{civil::Civil, date_pattern::DatePattern};
    ///
    /// let pattern = DatePattern::parse("yyyy-MM-dd'T'HH").unwrap();
    /// let mut text = String::new();
    /// pattern.format(&mut text, &Civil::from_seconds(1_795_392_000));
    /// assert_eq!(text, "2026-11-23T00");
    /// ```
    ///
    /// # Errors
    /// Reserved characters, letters that Java does not know, a quote without its pair, nothing at all.
    pub fn parse(pattern: &str) -> Result<Self, PatternError> {
        let chars: Vec<char> = pattern.chars().collect();
        if chars.is_empty() {
            return Err(PatternProblem::Empty.at(0));
        }
        let (mut items, mut positions) = (Vec::new(), Vec::new());
        let mut at = 0;
        while let Some(&c) = chars.get(at) {
            let (item, start, end) = match c {
                '\'' => {
                    let (text, start, end) = quoted(&chars, at)?;
                    (PatternItem::Literal(text), start, end)
                }
                letter if letter.is_ascii_alphabetic() => {
                    if !LETTERS.contains(letter) {
                        return Err(PatternProblem::UnknownLetter(letter).at(at));
                    }
                    let count = chars.iter().skip(at).take_while(|c| **c == letter).count();
                    (PatternItem::Field { letter, count }, at, at + count)
                }
                _ => unquoted(&chars, at)?,
            };
            items.push(item);
            positions.push(start);
            at = end;
        }
        Ok(Self { items, positions })
    }

    /// Whether the pattern can stand in a layout: `yyyy` or `uuuu`, `MM`, `dd`, `HH`, `mm`, and text that needs no
    /// escape in a path. `hour_before` tells whether `HH` stands earlier in the layout; without it `mm` is taken
    /// for a slip for `MM`.
    ///
    /// # Errors
    /// The first item that cannot, with the letter to write instead.
    pub fn validate_for_layout(&self, hour_before: bool) -> Result<(), PatternError> {
        let mut hour_before = hour_before;
        for (item, position) in self.items.iter().zip(&self.positions) {
            match item {
                PatternItem::Literal(text) => {
                    if let Some((i, c)) = text.chars().enumerate().find(|(_, c)| !is_path_char(*c)) {
                        return Err(PatternProblem::NotInPath(c).at(position + i));
                    }
                }
                PatternItem::Field { letter, count } => {
                    layout_field(*letter, *count, hour_before).map_err(|problem| problem.at(*position))?;
                    hour_before |= *letter == 'H';
                }
            }
        }
        Ok(())
    }

    /// Appends a time in this pattern. Numbers come out for the letters `y u M d H m s` (and zeros for `S`), padded
    /// as Java pads them; any other letter, and `MMM`, stands for itself: no validated pattern has one.
    pub fn format(&self, out: &mut String, civil: &Civil) {
        for item in &self.items {
            match item {
                PatternItem::Literal(text) => out.push_str(text),
                PatternItem::Field { letter, count } => format_field(out, *letter, *count, civil),
            }
        }
    }

    /// Pattern letters in order, each with its count.
    pub fn fields(&self) -> impl Iterator<Item = (char, usize)> {
        self.items.iter().filter_map(|item| match item {
            PatternItem::Field { letter, count } => Some((*letter, *count)),
            PatternItem::Literal(_) => None,
        })
    }
}

/// Whether a character can stand in a partition value without escapes.
pub(crate) fn is_path_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

/// Quoted text, or the quote that two quotes make: the text, where it starts, and where the next item does.
fn quoted(chars: &[char], open: usize) -> Result<(String, usize, usize), PatternError> {
    let mut text = String::new();
    let mut at = open + 1;
    loop {
        match chars.get(at) {
            None => return Err(PatternProblem::UnpairedQuote.at(open)),
            Some('\'') if chars.get(at + 1) == Some(&'\'') => {
                text.push('\'');
                at += 2;
            }
            Some('\'') => break,
            Some(c) => {
                text.push(*c);
                at += 1;
            }
        }
    }
    if text.is_empty() {
        text.push('\'');
    }
    Ok((text, open + 1, at + 1))
}

/// Characters that are no letters, up to the next letter or quote.
fn unquoted(chars: &[char], start: usize) -> Result<(PatternItem, usize, usize), PatternError> {
    let mut text = String::new();
    for (i, c) in chars.iter().skip(start).enumerate() {
        match c {
            '{' | '}' | '#' => return Err(PatternProblem::Reserved(*c).at(start + i)),
            '[' | ']' => return Err(PatternProblem::OptionalSection(*c).at(start + i)),
            '\'' => break,
            c if c.is_ascii_alphabetic() => break,
            c => text.push(*c),
        }
    }
    let end = start + text.chars().count();
    Ok((PatternItem::Literal(text), start, end))
}

/// Whether a letter can stand in a layout.
pub(crate) fn layout_field(letter: char, count: usize, hour_before: bool) -> Result<(), PatternProblem> {
    Err(match (letter, count) {
        ('m', 2) if !hour_before => PatternProblem::MinuteForMonth,
        ('y' | 'u', 4) | ('M' | 'd' | 'H' | 'm', 2) => return Ok(()),
        ('Y', _) => PatternProblem::WeekYear { count },
        ('D', _) => PatternProblem::DayOfYear { count },
        ('h' | 'K' | 'k', _) => PatternProblem::HalfDayHour { letter, count },
        ('y' | 'u', _) => PatternProblem::YearWidth { letter, count },
        ('M', 3..) | ('L', _) => PatternProblem::MonthName { letter, count },
        ('M' | 'd' | 'H' | 'm', _) => PatternProblem::Width { letter, count },
        ('s' | 'S' | 'A' | 'n' | 'N', _) => PatternProblem::TooFine { letter, count },
        _ => PatternProblem::NotInLayout { letter, count },
    })
}

fn format_field(out: &mut String, letter: char, count: usize, civil: &Civil) {
    let number = match letter {
        'y' | 'u' => return format_year(out, letter, count, civil.year),
        'M' if count <= 2 => civil.month,
        'd' => civil.day,
        'H' => civil.hour,
        'm' => civil.minute,
        's' => civil.second,
        'S' => 0,
        _ => return out.extend(std::iter::repeat_n(letter, count)),
    };
    if number < 10 {
        out.extend(std::iter::repeat_n('0', count.saturating_sub(1)));
    } else {
        out.extend(std::iter::repeat_n('0', count.saturating_sub(2)));
    }
    push(out, format_args!("{number}"));
}

/// A year as Java prints it: `y` is the year of its era, two letters are its last two digits, and a year with more
/// digits than letters gets a plus sign from four letters on.
fn format_year(out: &mut String, letter: char, count: usize, year: i64) {
    let year = if letter == 'y' && year <= 0 { 1 - year } else { year };
    let digits = year.unsigned_abs();
    if count == 2 {
        return push(out, format_args!("{:02}", digits % 100));
    }
    if year < 0 {
        out.push('-');
    } else if count >= 4 && digits.checked_ilog10().is_some_and(|log| log as usize >= count) {
        out.push('+');
    }
    push(out, format_args!("{digits:0count$}"));
}

/// Writing to a `String` cannot fail.
fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}
