//! What can be wrong with a pattern, and what to write instead.

use std::fmt;

/// A pattern that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// Where it goes wrong, in characters from 0.
    pub position: usize,
    /// What is wrong there.
    pub problem: PatternProblem,
}

/// What is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternProblem {
    /// Nothing is there.
    Empty,
    /// `{`, `}` or `#`, which Java keeps for later.
    Reserved(char),
    /// `[` or `]`.
    OptionalSection(char),
    /// A letter that Java does not know.
    UnknownLetter(char),
    /// A quote that is never closed.
    UnpairedQuote,
    /// `YYYY`.
    WeekYear {
        /// How often the letter stands there.
        count: usize,
    },
    /// `DD` or `DDD`.
    DayOfYear {
        /// How often the letter stands there.
        count: usize,
    },
    /// `hh`, `KK` or `kk`.
    HalfDayHour {
        /// The letter.
        letter: char,
        /// How often it stands there.
        count: usize,
    },
    /// `mm` where no hour came before.
    MinuteForMonth,
    /// A year that is not four digits wide.
    YearWidth {
        /// `y` or `u`.
        letter: char,
        /// How often it stands there.
        count: usize,
    },
    /// A month as text, such as `MMM`.
    MonthName {
        /// `M` or `L`.
        letter: char,
        /// How often it stands there.
        count: usize,
    },
    /// A number that is not two digits wide.
    Width {
        /// The letter.
        letter: char,
        /// How often it stands there.
        count: usize,
    },
    /// A letter finer than a minute, in a layout.
    TooFine {
        /// The letter.
        letter: char,
        /// How often it stands there.
        count: usize,
    },
    /// Any other letter, in a layout.
    NotInLayout {
        /// The letter.
        letter: char,
        /// How often it stands there.
        count: usize,
    },
    /// A literal character that a partition value cannot hold.
    NotInPath(char),
    /// A letter that reading times does not know.
    NotInTime {
        /// The letter.
        letter: char,
        /// How often it stands there.
        count: usize,
    },
    /// A time pattern without a part that every time needs.
    Missing {
        /// `year`, `month`, `day`, `hour`, `minute` or `second`.
        part: &'static str,
        /// The letters for it.
        letters: &'static str,
    },
    /// A part that stands twice in a time pattern.
    Repeated {
        /// The letter of the second one.
        letter: char,
    },
    /// A number of one or two digits directly before another number.
    Ambiguous {
        /// Its letter.
        letter: char,
    },
    /// A letter that Java does not take that often in a row.
    Count {
        /// The letter.
        letter: char,
        /// How often it stands there.
        count: usize,
    },
    /// `]` without `[`.
    UnopenedSection,
    /// `p` without letters behind it.
    PadsNothing,
}

impl PatternProblem {
    pub(super) fn at(self, position: usize) -> PatternError {
        PatternError { position, problem: self }
    }

    /// What to write instead.
    pub fn fix(&self) -> String {
        match self {
            Self::Empty => "write a date pattern such as yyyy-MM-dd".into(),
            Self::Reserved(_) | Self::OptionalSection(_) => "leave it out".into(),
            Self::UnknownLetter(letter) => {
                format!("put text in quotes, '{letter}', or, in a layout, outside the braces")
            }
            Self::UnpairedQuote => "close it, or write '' for a quote itself".into(),
            Self::WeekYear { .. } | Self::YearWidth { letter: 'y', .. } => "write yyyy".into(),
            Self::YearWidth { .. } => "write uuuu".into(),
            Self::DayOfYear { .. } => "write dd".into(),
            Self::HalfDayHour { .. } => "write HH".into(),
            Self::MinuteForMonth | Self::MonthName { .. } => "write MM".into(),
            Self::Width { letter, .. } => format!("write {letter}{letter}"),
            Self::TooFine { .. } => "end the layout at the minute, mm, or before".into(),
            Self::NotInLayout { .. } => "use yyyy, MM, dd, HH and mm only".into(),
            Self::NotInPath('/') => "make it two segments, as in year={yyyy}/month={MM}".into(),
            Self::NotInPath(_) => "use a-z, A-Z, 0-9, dot, underscore and hyphen only".into(),
            Self::NotInTime { letter: 'h' | 'K' | 'k' | 'a', .. } => {
                "write HH for the hour of 0 to 23".into()
            }
            Self::NotInTime { letter: 'Y', .. } => "write yyyy".into(),
            Self::NotInTime { letter: 'D', .. } => "write dd".into(),
            Self::NotInTime { letter: 'M', .. } => "months are read as numbers: write MM".into(),
            Self::NotInTime { letter: 'y', .. } => "write yyyy".into(),
            Self::NotInTime { letter: 'u', .. } => "write uuuu".into(),
            Self::NotInTime { letter: 'z' | 'V' | 'v' | 'O' | 'Z', .. } => {
                "offsets are read as numbers: write XXX, XX, X, xxx, xx, x or Z".into()
            }
            Self::NotInTime { .. } => {
                "use yyyy, MM or M, dd or d, HH or H, mm or m, ss or s, S to SSSSSSSSS, and an offset".into()
            }
            Self::Missing { letters, .. } => format!("add {letters}"),
            Self::Repeated { .. } => "leave it out".into(),
            Self::Ambiguous { letter } => format!("write {letter}{letter}, or put text between them"),
            Self::Count { letter, .. } => format!("write {}", usual(*letter)),
            Self::UnopenedSection => "leave it out".into(),
            Self::PadsNothing => "put the letters to pad behind it, or leave it out".into(),
        }
    }
}

/// The usual way to write a letter.
fn usual(letter: char) -> String {
    let count = match letter {
        'y' | 'u' | 'Y' => 4,
        'M' | 'L' | 'd' | 'D' | 'H' | 'h' | 'k' | 'K' | 'm' | 's' | 'w' | 'V' => 2,
        'S' | 'E' | 'e' | 'c' => 3,
        _ => 1,
    };
    run(letter, count)
}

fn run(letter: char, count: usize) -> String {
    std::iter::repeat_n(letter, count).collect()
}

impl fmt::Display for PatternProblem {
    /// What is wrong, without place and fix.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the pattern is empty"),
            Self::Reserved(c) => write!(f, "`{c}` is reserved in date patterns"),
            Self::OptionalSection(c) => write!(f, "`{c}`: optional sections are not supported"),
            Self::UnknownLetter(letter) => write!(f, "`{letter}` is no letter of date patterns"),
            Self::UnpairedQuote => write!(f, "this quote is never closed"),
            Self::WeekYear { count } => {
                write!(f, "{} is the week year, which is wrong around New Year", run('Y', *count))
            }
            Self::DayOfYear { count } => write!(f, "{} is the day of the year", run('D', *count)),
            Self::HalfDayHour { letter: 'k', count } => {
                write!(f, "{} is the hour of 1 to 24", run('k', *count))
            }
            Self::HalfDayHour { letter, count } => {
                write!(f, "{} is the hour of half a day", run(*letter, *count))
            }
            Self::MinuteForMonth => write!(f, "mm is the minute, and no hour comes before it"),
            Self::YearWidth { letter, count } => {
                write!(f, "{} does not give every year four digits", run(*letter, *count))
            }
            Self::MonthName { letter, count } => {
                write!(f, "{} is the month as text, which depends on a language", run(*letter, *count))
            }
            Self::Width { letter, count: 1 } => {
                write!(f, "{letter} drops the leading zero, so paths would not sort")
            }
            Self::Width { letter, count } => {
                write!(f, "{} is wider than the value", run(*letter, *count))
            }
            Self::TooFine { letter, count } => {
                write!(f, "{} is finer than a minute, and would make a folder a file", run(*letter, *count))
            }
            Self::NotInLayout { letter, count } => write!(
                f,
                "{} has no place in a layout: it depends on a language, a zone or a week rule",
                run(*letter, *count)
            ),
            Self::NotInPath(c) => write!(f, "`{c}` cannot stand in a partition value"),
            Self::NotInTime { letter, count } => {
                write!(f, "{} cannot be read", run(*letter, *count))
            }
            Self::Missing { part, .. } => write!(f, "the pattern has no {part}"),
            Self::Repeated { letter } => {
                write!(f, "`{letter}` gives a part of the time a second time")
            }
            Self::Ambiguous { letter } => {
                write!(f, "{letter} has one or two digits and a number follows, so its end cannot be told")
            }
            Self::Count { letter, count } => {
                let times = if *count == 1 { "once".to_owned() } else { format!("{count} times in a row") };
                write!(f, "`{letter}` cannot stand {times}")
            }
            Self::UnopenedSection => write!(f, "`]` closes a section that no `[` opens"),
            Self::PadsNothing => write!(f, "`p` pads the letters behind it, and there are none"),
        }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "character {}: {}: {}", self.position + 1, self.problem, self.problem.fix())
    }
}

impl std::error::Error for PatternError {}
