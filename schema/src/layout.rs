//! The layout language: `region={region}/dt={yyyy-MM-dd}/hour={HH}`.
//!
//! A layout is a Hive path: segments `column=value`, joined by `/`. A value is text and at least one `{…}`. The name
//! of the source column in braces is its value; anything else in braces is a [date pattern](DatePattern), for the
//! source's time or for the time of arrival. What a layout makes matches `[A-Za-z0-9._-]`, so no path needs
//! escapes.

mod error;

#[cfg(test)]
mod tests;

use crate::date_pattern::{DatePattern, PatternItem, PatternProblem, is_path_char};
use crate::name::{check_name, nearest};
use std::fmt;

pub use error::{LayoutError, LayoutProblem};

/// A parsed layout: the Hive path of a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// As written.
    pub text: String,
    /// One segment for each partition column.
    pub segments: Vec<Segment>,
}

/// `column=…`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Partition column.
    pub column: String,
    /// What its value is made of.
    pub parts: Vec<Part>,
}

/// A part of a partition value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text that stands for itself.
    Literal(String),
    /// The source's time, formatted.
    Date(DatePattern),
    /// The source's value as text.
    Value,
}

/// The finest part of time in a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Granularity {
    /// No time at all: values only.
    Value,
    /// A folder for each year.
    Year,
    /// A folder for each month.
    Month,
    /// A folder for each day.
    Day,
    /// A folder for each hour.
    Hour,
    /// A folder for each minute.
    Minute,
}

impl Layout {
    /// Reads a layout whose values come from the column `by`, or from the time of arrival.
    ///
    /// ```
    /// use lakebed_schema::layout::{Granularity, Layout};
    ///
    /// let layout = Layout::parse("dt={yyyy-MM-dd}/hour={HH}", Some("observed_at")).unwrap();
    /// assert_eq!(layout.columns().collect::<Vec<_>>(), ["dt", "hour"]);
    /// assert_eq!(layout.granularity(), Granularity::Hour);
    ///
    /// let error = Layout::parse("dt={YYYY-MM-dd}", None).unwrap_err();
    /// assert_eq!(error.position, 4);
    /// assert_eq!(error.problem.fix(), "write yyyy");
    /// ```
    ///
    /// # Errors
    /// The first mistake: where it stands, what it is, what to write instead.
    pub fn parse(text: &str, by: Option<&str>) -> Result<Self, LayoutError> {
        let chars: Vec<char> = text.chars().collect();
        let end = chars.len() - usize::from(chars.last() == Some(&'/'));
        if end == 0 {
            return Err(LayoutProblem::Empty.at(0));
        }
        let mut parser = Parser {
            chars: chars.get(..end).unwrap_or_default(),
            by,
            segments: Vec::new(),
            hour_before: false,
        };
        let mut start = 0;
        for slash in parser.slashes().chain([end]) {
            parser.segment(start, slash)?;
            start = slash + 1;
        }
        Ok(Self { text: text.to_owned(), segments: parser.segments })
    }

    /// Names of the partition columns, in path order.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().map(|segment| segment.column.as_str())
    }

    /// The finest part of time that the path tells apart.
    pub fn granularity(&self) -> Granularity {
        let letters = self.date_patterns().flat_map(DatePattern::fields).map(|(letter, _)| match letter {
            'm' => Granularity::Minute,
            'H' => Granularity::Hour,
            'd' => Granularity::Day,
            'M' => Granularity::Month,
            _ => Granularity::Year,
        });
        letters.max().unwrap_or(Granularity::Value)
    }

    /// Its date patterns in order.
    pub fn date_patterns(&self) -> impl Iterator<Item = &DatePattern> {
        self.segments.iter().flat_map(|segment| &segment.parts).filter_map(|part| match part {
            Part::Date(pattern) => Some(pattern),
            Part::Literal(_) | Part::Value => None,
        })
    }

    /// Whether a part of the path is the source's value as text.
    pub fn has_value(&self) -> bool {
        self.segments.iter().any(|segment| segment.parts.contains(&Part::Value))
    }
}

impl Segment {
    /// Whether the value is the source's value and nothing else, so that it can be read back from the path.
    pub fn is_plain_value(&self) -> bool {
        self.parts == [Part::Value]
    }
}

/// The value of a segment as a layout writes it, the source's value as `{value}`.
pub(crate) fn shown(parts: &[Part]) -> String {
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Literal(literal) => text.push_str(literal),
            Part::Date(pattern) => {
                text.push('{');
                for item in &pattern.items {
                    match item {
                        PatternItem::Literal(literal) => text.push_str(literal),
                        PatternItem::Field { letter, count } => {
                            text.extend(std::iter::repeat_n(letter, *count));
                        }
                    }
                }
                text.push('}');
            }
            Part::Value => text.push_str("{value}"),
        }
    }
    text
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

struct Parser<'a> {
    chars: &'a [char],
    by: Option<&'a str>,
    segments: Vec<Segment>,
    /// Whether `HH` stood in an earlier pattern, so that `mm` is meant as the minute.
    hour_before: bool,
}

impl Parser<'_> {
    /// Places of the slashes outside braces.
    fn slashes(&self) -> std::vec::IntoIter<usize> {
        let mut inside = false;
        let mut slashes = Vec::new();
        for (at, c) in self.chars.iter().enumerate() {
            match c {
                '{' => inside = true,
                '}' => inside = false,
                '/' if !inside => slashes.push(at),
                _ => {}
            }
        }
        slashes.into_iter()
    }

    /// `column=value`
    fn segment(&mut self, start: usize, end: usize) -> Result<(), LayoutError> {
        let segment = self.chars.get(start..end).unwrap_or_default();
        if segment.is_empty() {
            return Err(
                if start == 0 { LayoutProblem::LeadingSlash } else { LayoutProblem::EmptySegment }.at(start)
            );
        }
        let Some(equals) = segment.iter().take_while(|c| **c != '{').position(|c| *c == '=') else {
            return Err(LayoutProblem::NotHive { segment: segment.iter().collect() }.at(start));
        };
        let column: String = segment.iter().take(equals).collect();
        if let Err(error) = check_name(&column) {
            return Err(LayoutProblem::Name(error).at(start));
        }
        if self.segments.iter().any(|earlier| earlier.column == column) {
            return Err(LayoutProblem::RepeatedColumn(column).at(start));
        }
        let parts = self.value(start + equals + 1, end)?;
        if parts.iter().all(|part| matches!(part, Part::Literal(_))) {
            return Err(LayoutProblem::Constant { column }.at(start + equals + 1));
        }
        self.segments.push(Segment { column, parts });
        Ok(())
    }

    /// Text and braces.
    fn value(&mut self, start: usize, end: usize) -> Result<Vec<Part>, LayoutError> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut at = start;
        while let Some(&c) = self.chars.get(at).filter(|_| at < end) {
            match c {
                '{' => {
                    let inside = self.chars.get(at + 1..end).unwrap_or_default();
                    let Some(len) = inside.iter().position(|c| *c == '}') else {
                        return Err(LayoutProblem::OpenBrace.at(at));
                    };
                    if !text.is_empty() {
                        parts.push(Part::Literal(std::mem::take(&mut text)));
                    }
                    parts.push(self.braces(at + 1, at + 1 + len)?);
                    at += len + 2;
                }
                c if is_path_char(c) => {
                    text.push(c);
                    at += 1;
                }
                c => return Err(LayoutProblem::Character(c).at(at)),
            }
        }
        if !text.is_empty() {
            parts.push(Part::Literal(text));
        }
        Ok(parts)
    }

    /// What stands between braces.
    fn braces(&mut self, start: usize, end: usize) -> Result<Part, LayoutError> {
        let inside: String = self.chars.iter().take(end).skip(start).collect();
        if self.by == Some(inside.as_str()) {
            return Ok(Part::Value);
        }
        let pattern = DatePattern::parse(&inside).map_err(|error| match (self.by, &error.problem) {
            (Some(by), PatternProblem::UnknownLetter(_)) if check_name(&inside).is_ok() => {
                let near = nearest(&inside, [by]).is_some();
                LayoutProblem::NotTheSource { found: inside.clone(), by: by.to_owned(), near }.at(start)
            }
            _ => LayoutProblem::Pattern(error.problem).at(start + error.position),
        })?;
        pattern
            .validate_for_layout(self.hour_before)
            .map_err(|error| LayoutProblem::Pattern(error.problem).at(start + error.position))?;
        self.hour_before |= pattern.fields().any(|(letter, _)| letter == 'H');
        Ok(Part::Date(pattern))
    }
}
