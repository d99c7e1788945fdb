//! Formatting a time of a zone as Java does it, every letter of it.
//!
//! Names come out in English, as Java has them for `en` and `en-US`. Where the text depends on data that only Java has
//! (names of time zones, parts of the day), or on how a country counts weeks, there is no answer but an error.

mod field;
mod offset;
#[cfg(test)]
mod tests;

use super::{JavaPattern, JavaToken};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, Zoned};
use std::fmt;

/// A time zone of the IANA database, from the copy inside the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone, String);

impl Zone {
    /// The zone of that name, spelled exactly as in the database; nothing when there is none.
    pub fn named(name: &str) -> Option<Self> {
        if name == "UTC" {
            return Some(Self::utc());
        }
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        // The database does not mind upper and lower case; Java does.
        (zone.iana_name() == Some(name)).then(|| Self(zone, name.to_owned()))
    }

    /// UTC.
    pub fn utc() -> Self {
        Self(TimeZone::UTC, "UTC".to_owned())
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.1
    }
}

/// An instant as the clocks of a zone show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZonedTime {
    time: Zoned,
    zone: String,
}

impl ZonedTime {
    /// The instant that many seconds and nanoseconds after 1970-01-01T00:00:00Z; nothing outside the years -9999 to 9999.
    pub fn new(seconds: i64, nanos: u32, zone: &Zone) -> Option<Self> {
        let nanos = i32::try_from(nanos).ok().filter(|nanos| *nanos < 1_000_000_000)?;
        let instant = Timestamp::new(seconds, nanos).ok()?;
        Some(Self { time: instant.to_zoned(zone.0.clone()), zone: zone.1.clone() })
    }
}

/// A time that a pattern cannot show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError {
    /// Where it goes wrong in the pattern, in characters from 0.
    pub position: usize,
    /// What is wrong there.
    pub problem: FormatProblem,
}

/// Why a time cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatProblem {
    /// A text that depends on a language.
    Language {
        /// The letter.
        letter: char,
        /// How often it stands there.
        count: usize,
    },
    /// A number that depends on how weeks are counted.
    Weeks {
        /// The letter.
        letter: char,
        /// How often it stands there.
        count: usize,
        /// With weeks from Sunday, the first one with one day or more.
        american: String,
        /// With weeks from Monday, the first one with four days or more.
        iso: String,
    },
    /// Padding for a text that is longer; Java throws.
    Padding {
        /// The text.
        text: String,
        /// Characters that it may have.
        width: usize,
    },
}

impl JavaPattern {
    /// The time in this pattern, as Java prints it in English.
    ///
    /// ```
    /// use lakebed_schema::date_pattern::{JavaPattern, Zone, ZonedTime};
    ///
    /// let time = ZonedTime::new(1_783_939_327, 0, &Zone::named("Europe/Madrid").unwrap()).unwrap();
    /// let pattern = JavaPattern::parse("yyyy/MM/dd/HH XXX").unwrap();
    /// assert_eq!(pattern.format(&time).unwrap(), "2026/07/13/12 +02:00");
    /// ```
    ///
    /// # Errors
    /// The first letter whose text cannot be known: where it stands, and why.
    pub fn format(&self, time: &ZonedTime) -> Result<String, FormatError> {
        let mut out = String::new();
        let mut pad = None;
        for item in &self.items {
            match &item.token {
                JavaToken::Literal(text) => out.push_str(text),
                JavaToken::Pad { width } => pad = Some(*width),
                // Every field of a time is there, so Java prints every section.
                JavaToken::OpenSection | JavaToken::CloseSection => {}
                JavaToken::Field { letter, count } => {
                    let at = |problem| FormatError { position: item.position, problem };
                    let text = field::text(*letter, *count, time).map_err(at)?;
                    if let Some(width) = pad.take() {
                        let len = text.chars().count();
                        if len > width {
                            return Err(at(FormatProblem::Padding { text, width }));
                        }
                        out.extend(std::iter::repeat_n(' ', width - len));
                    }
                    out.push_str(&text);
                }
            }
        }
        Ok(out)
    }
}

impl FormatProblem {
    /// What to do about it.
    pub fn fix(&self) -> String {
        match self {
            Self::Language { letter: 'M' | 'L', .. } => "write MM".into(),
            Self::Language { letter: 'z' | 'v', .. } => {
                "write xx or XXX for the offset, or leave it out".into()
            }
            Self::Language { .. } => "leave it out".into(),
            Self::Weeks { letter: 'Y', .. } => "write yyyy".into(),
            Self::Weeks { .. } => "use yyyy, MM and dd".into(),
            Self::Padding { .. } => "leave the padding out".into(),
        }
    }
}

impl fmt::Display for FormatProblem {
    /// What is wrong, without place and fix.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let run = |letter: &char, count: &usize| String::from_iter(std::iter::repeat_n(*letter, *count));
        match self {
            Self::Language { letter, count } => {
                write!(f, "the text of {} depends on a language and its data", run(letter, count))
            }
            Self::Weeks { letter, count, american, iso } => write!(
                f,
                "{} depends on how weeks are counted, which Firehose does not tell: {american} with American weeks, \
                 {iso} with those of ISO 8601",
                run(letter, count)
            ),
            Self::Padding { text, width } => {
                write!(f, "`{text}` is longer than the {width} characters it is padded to")
            }
        }
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "character {}: {}: {}", self.position + 1, self.problem, self.problem.fix())
    }
}

impl std::error::Error for FormatError {}
