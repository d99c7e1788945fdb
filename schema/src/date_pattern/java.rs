//! The whole pattern language of Java's `DateTimeFormatter`, as S3 prefixes of Firehose take it.
//!
//! Firehose's documentation names the letters of Java 8. The letters that it was measured to refuse when they stand
//! alone (`C I J P R T U V b f i j l o p r t`) are exactly those that OpenJDK 17 refuses, so the rules here are those of
//! OpenJDK 17: also `B`, `g` and `v` are letters, and how often a letter may stand in a row is checked as there.

use super::{PatternError, PatternProblem, quoted};

/// Letters of OpenJDK 17.
const LETTERS: &str = "GuyDMLdgQqYwWEecFaBKhkHmsSAnNVvzOXxZp";

/// Most digits of a number, hence the longest run of its letter.
const MAX_DIGITS: usize = 19;

/// A pattern with all that Java takes: any letter, padding, optional sections.
///
/// ```
/// use lakebed_schema::date_pattern::JavaPattern;
///
/// assert!(JavaPattern::parse("yyyy[-MM]").is_ok());
/// assert_eq!(
///     JavaPattern::parse("dt=yyyy").unwrap_err().to_string(),
///     "character 2: `t` is no letter of date patterns: put text in quotes, 't', or, in a layout, outside the braces"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JavaPattern {
    /// Its items in order.
    pub items: Vec<JavaItem>,
}

/// An item and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JavaItem {
    /// Where it starts in the pattern, in characters from 0; for quoted text, behind the quote.
    pub position: usize,
    /// What it is.
    pub token: JavaToken,
}

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JavaToken {
    /// Text that stands for itself.
    Literal(String),
    /// `count` times the letter `letter`.
    Field {
        /// Pattern letter.
        letter: char,
        /// How often it stands there.
        count: usize,
    },
    /// `p` before a field: spaces in front, up to that many characters.
    Pad {
        /// Characters.
        width: usize,
    },
    /// `[`
    OpenSection,
    /// `]`
    CloseSection,
}

impl JavaPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What Java refuses when the pattern is made: reserved characters, unknown letters, letters that stand too often
    /// or not often enough in a row, a quote or a section without its pair, padding of nothing. And an empty pattern.
    pub fn parse(pattern: &str) -> Result<Self, PatternError> {
        let chars: Vec<char> = pattern.chars().collect();
        if chars.is_empty() {
            return Err(PatternProblem::Empty.at(0));
        }
        let mut items = Vec::new();
        let (mut at, mut depth) = (0, 0_usize);
        while let Some(&c) = chars.get(at) {
            let (token, position, end) = match c {
                '\'' => {
                    let (text, start, end) = quoted(&chars, at)?;
                    (JavaToken::Literal(text), start, end)
                }
                c @ ('{' | '}' | '#') => return Err(PatternProblem::Reserved(c).at(at)),
                '[' => {
                    depth += 1;
                    (JavaToken::OpenSection, at, at + 1)
                }
                ']' => {
                    depth = depth.checked_sub(1).ok_or_else(|| PatternProblem::UnopenedSection.at(at))?;
                    (JavaToken::CloseSection, at, at + 1)
                }
                letter if letter.is_ascii_alphabetic() => {
                    let end = run_end(&chars, at);
                    check_run(letter, end - at, &chars, end).map_err(|problem| problem.at(at))?;
                    let token = match letter {
                        'p' => JavaToken::Pad { width: end - at },
                        _ => JavaToken::Field { letter, count: end - at },
                    };
                    (token, at, end)
                }
                _ => {
                    let end = chars
                        .iter()
                        .skip(at)
                        .position(|c| c.is_ascii_alphabetic() || "'{}#[]".contains(*c))
                        .map_or(chars.len(), |len| at + len);
                    (JavaToken::Literal(chars.iter().take(end).skip(at).collect()), at, end)
                }
            };
            items.push(JavaItem { position, token });
            at = end;
        }
        Ok(Self { items })
    }

    /// Pattern letters in order: where each stands, the letter, its count.
    pub fn fields(&self) -> impl Iterator<Item = (usize, char, usize)> {
        self.items.iter().filter_map(|item| match item.token {
            JavaToken::Field { letter, count } => Some((item.position, letter, count)),
            JavaToken::Literal(_)
            | JavaToken::Pad { .. }
            | JavaToken::OpenSection
            | JavaToken::CloseSection => None,
        })
    }
}

fn run_end(chars: &[char], at: usize) -> usize {
    at + chars.iter().skip(at).take_while(|c| Some(*c) == chars.get(at)).count()
}

/// Whether Java takes a letter that often; `end` is where its run ends.
fn check_run(letter: char, count: usize, chars: &[char], end: usize) -> Result<(), PatternProblem> {
    let allowed = match letter {
        _ if !LETTERS.contains(letter) => return Err(PatternProblem::UnknownLetter(letter)),
        'p' if chars.get(end).is_some_and(char::is_ascii_alphabetic) => true,
        'p' => return Err(PatternProblem::PadsNothing),
        'G' | 'M' | 'L' | 'E' | 'e' | 'Q' | 'q' | 'X' | 'x' | 'Z' => count <= 5,
        'c' => count <= 5 && count != 2,
        'd' | 'H' | 'h' | 'k' | 'K' | 'm' | 's' | 'w' => count <= 2,
        'D' => count <= 3,
        'W' | 'F' | 'a' => count == 1,
        'S' => count <= 9,
        'V' => count == 2,
        'z' => count <= 4,
        'O' | 'v' => matches!(count, 1 | 4),
        'B' => matches!(count, 1 | 4 | 5),
        'Y' => true,
        _ => count <= MAX_DIGITS,
    };
    if allowed { Ok(()) } else { Err(PatternProblem::Count { letter, count }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(letter: char, count: usize) -> JavaToken {
        JavaToken::Field { letter, count }
    }

    #[test]
    fn sections_padding_and_quotes() {
        let pattern = JavaPattern::parse("yyyy[-pppM]'d''t'é").unwrap();
        let (positions, tokens): (Vec<_>, Vec<_>) =
            pattern.items.into_iter().map(|item| (item.position, item.token)).unzip();
        let literal = |text: &str| JavaToken::Literal(text.into());
        assert_eq!(
            tokens,
            [
                field('y', 4),
                JavaToken::OpenSection,
                literal("-"),
                JavaToken::Pad { width: 3 },
                field('M', 1),
                JavaToken::CloseSection,
                literal("d't"),
                literal("é"),
            ]
        );
        assert_eq!(positions, [0, 4, 5, 6, 9, 10, 12, 17]);
    }

    #[test]
    fn where_it_goes_wrong() {
        for (pattern, position, fix) in [
            ("", 0, "write a date pattern such as yyyy-MM-dd"),
            ("yyyy]", 4, "leave it out"),
            ("[yyyy]]", 6, "leave it out"),
            ("yyyy pp-M", 5, "put the letters to pad behind it, or leave it out"),
            ("yyyy-MMMMMM", 5, "write MM"),
            ("dddd", 0, "write dd"),
            ("V", 0, "write VV"),
            ("YYYY-OO", 5, "write O"),
            ("SSSSSSSSSS", 0, "write SSS"),
            ("yyyy#", 4, "leave it out"),
            ("yyyy'T", 4, "close it, or write '' for a quote itself"),
            ("yyyy/bbb", 5, "put text in quotes, 'b', or, in a layout, outside the braces"),
        ] {
            let error = JavaPattern::parse(pattern).unwrap_err();
            assert_eq!((error.position, error.problem.fix().as_str()), (position, fix), "{pattern}");
        }
    }

    /// Measured on AWS in us-east-1 on 2026-09-10 (badmintoncryer/cdk-preflight): each letter alone.
    #[test]
    fn letters_that_firehose_refuses() {
        let letters = ('A'..='Z').chain('a'..='z');
        let refused: String = letters.filter(|c| JavaPattern::parse(&c.to_string()).is_err()).collect();
        assert_eq!(refused, "CIJPRTUVbfijloprt");
    }
}
