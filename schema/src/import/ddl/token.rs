//! Words, names, texts and signs of a statement, each with its place.

use crate::finding::Finding;
use std::fmt;

/// A piece of the statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A word without quotes: a keyword, a name or a number.
    Word(String),
    /// A name in backticks.
    Name(String),
    /// A text in quotes, without its escapes.
    Text(String),
    /// Any other character.
    Sign(char),
    /// Nothing more.
    End,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(text) | Self::Name(text) => write!(f, "`{text}`"),
            Self::Text(text) => write!(f, "the text '{text}'"),
            Self::Sign(sign) => write!(f, "`{sign}`"),
            Self::End => f.write_str("the end"),
        }
    }
}

/// Where something starts, in lines and characters from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    line: usize,
    column: usize,
}

impl Place {
    /// The first character of a text.
    pub(super) const START: Self = Self { line: 1, column: 1 };

    /// A mistake here.
    pub(super) fn wrong(self, problem: impl Into<String>, fix: &str) -> Finding {
        let place = format!("line {}, column {}", self.line, self.column);
        Finding::new("ddl-syntax", place, problem, fix)
    }
}

/// Splits a statement.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Place)>, Finding> {
    let mut scanner = Scanner { chars: text.chars().collect(), at: 0, place: Place::START };
    let mut tokens = Vec::new();
    loop {
        scanner.skip_blanks()?;
        let place = scanner.place;
        let token = match scanner.peek() {
            None => Token::End,
            Some('`') => Token::Name(scanner.name(place)?),
            Some(quote @ ('\'' | '"')) => Token::Text(unescape(&scanner.quoted(quote, place)?)),
            Some(c) if is_word(c) => Token::Word(scanner.while_(is_word)),
            Some(c) => {
                scanner.next();
                Token::Sign(c)
            }
        };
        let done = token == Token::End;
        tokens.push((token, place));
        if done {
            return Ok(tokens);
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

struct Scanner {
    chars: Vec<char>,
    at: usize,
    place: Place,
}

impl Scanner {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn starts_with(&self, two: [char; 2]) -> bool {
        self.chars.get(self.at..).is_some_and(|rest| rest.starts_with(&two))
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        if c == '\n' {
            self.place = Place { line: self.place.line + 1, column: 1 };
        } else {
            self.place.column += 1;
        }
        Some(c)
    }

    fn while_(&mut self, fits: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        while let Some(c) = self.peek().filter(|c| fits(*c)) {
            text.push(c);
            self.next();
        }
        text
    }

    /// White space, `-- …` and `/* … */`.
    fn skip_blanks(&mut self) -> Result<(), Finding> {
        loop {
            self.while_(|c| c.is_whitespace() || c == '\u{feff}');
            if self.starts_with(['-', '-']) {
                self.while_(|c| c != '\n');
            } else if self.starts_with(['/', '*']) {
                let start = self.place;
                while !self.starts_with(['*', '/']) {
                    if self.next().is_none() {
                        return Err(start.wrong("this comment does not end", "write */"));
                    }
                }
                self.next();
                self.next();
            } else {
                return Ok(());
            }
        }
    }

    /// A name in backticks; two of them stand for one.
    fn name(&mut self, start: Place) -> Result<String, Finding> {
        self.next();
        let mut name = String::new();
        loop {
            match self.next() {
                None => return Err(start.wrong("this name does not end", "write the second backtick")),
                Some('`') if self.peek() == Some('`') => {
                    self.next();
                    name.push('`');
                }
                Some('`') => return Ok(name),
                Some(c) => name.push(c),
            }
        }
    }

    /// What stands between quotes, escapes included.
    fn quoted(&mut self, quote: char, start: Place) -> Result<String, Finding> {
        self.next();
        let mut text = String::new();
        loop {
            match self.next() {
                Some(c) if c == quote => return Ok(text),
                Some('\\') => {
                    text.push('\\');
                    text.extend(self.next());
                }
                Some(c) => text.push(c),
                None => return Err(start.wrong("this text does not end", "write the second quote")),
            }
        }
    }
}

/// A text without Hive's escapes. As in Hive, `\%` and `\_` keep their backslash and any other character loses it.
///
/// ```
/// use lakebed_schema::import::ddl::unescape;
///
/// assert_eq!(unescape(r#"\"a\\b\"\n\u0041\101\s\%"#), "\"a\\b\"\nAAs\\%");
/// ```
pub fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        if let Some((c, behind)) = code(after) {
            out.push(c);
            rest = behind;
            continue;
        }
        let mut behind = after.chars();
        let Some(c) = behind.next() else {
            out.push('\\');
            rest = "";
            break;
        };
        rest = behind.as_str();
        match c {
            '0' => out.push('\0'),
            'b' => out.push('\u{8}'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'Z' => out.push('\u{1a}'),
            '%' | '_' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out.push_str(rest);
    out
}

/// A character by its number, `u` and four hexadecimal digits or three octal ones, and what stands behind.
fn code(text: &str) -> Option<(char, &str)> {
    let ((digits, behind), radix) = match text.strip_prefix('u') {
        Some(digits) => (digits.split_at_checked(4)?, 16),
        None => (text.split_at_checked(3).filter(|(digits, _)| digits.starts_with(['0', '1']))?, 8),
    };
    let fits = digits.bytes().all(|digit| char::from(digit).is_digit(radix));
    Some((char::from_u32(u32::from_str_radix(digits, radix).ok().filter(|_| fits)?)?, behind))
}
