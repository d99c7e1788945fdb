//! Reading Hive type text.

use super::HiveType;
use crate::validate::MAX_DEPTH;
use std::fmt;
use std::str::FromStr;

/// Text that is no Hive type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HiveTypeError {
    /// Where it goes wrong, in bytes from 0.
    pub position: usize,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for HiveTypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.position + 1, self.message)
    }
}

impl std::error::Error for HiveTypeError {}

impl FromStr for HiveType {
    type Err = HiveTypeError;

    /// ```
    /// use lakebed_schema::hive_type::HiveType;
    ///
    /// let ty: HiveType = "STRUCT<a: int, b: array<string>>".parse().unwrap();
    /// assert_eq!(ty.to_string(), "struct<a:int,b:array<string>>");
    /// ```
    fn from_str(text: &str) -> Result<Self, HiveTypeError> {
        let mut parser = Parser { text, at: 0 };
        let ty = parser.hive_type(1)?;
        if parser.peek().is_some() {
            return Err(parser.expected("the end"));
        }
        Ok(ty)
    }
}

/// Words that stand for types elsewhere, and what Hive calls them.
const FOREIGN: [(&str, &str); 9] = [
    ("integer", "int"),
    ("long", "bigint"),
    ("real", "float"),
    ("text", "string"),
    ("bool", "boolean"),
    ("numeric", "decimal"),
    ("uuid", "string"),
    ("json", "string"),
    ("set", "array"),
];

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    /// The next character that is no space.
    fn peek(&mut self) -> Option<char> {
        let rest = self.rest();
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        trimmed.chars().next()
    }

    /// What was not read yet.
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn error(&self, message: impl Into<String>) -> HiveTypeError {
        HiveTypeError { position: self.at, message: message.into() }
    }

    fn expected(&mut self, expected: &str) -> HiveTypeError {
        match self.peek() {
            Some(c) => self.error(format!("expected {expected}, found `{c}`")),
            None => self.error(format!("expected {expected}, found the end")),
        }
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    fn need(&mut self, c: char) -> Result<(), HiveTypeError> {
        if self.eat(c) { Ok(()) } else { Err(self.expected(&format!("`{c}`"))) }
    }

    /// Characters up to one that the grammar uses.
    fn word(&mut self, expected: &str) -> Result<&'a str, HiveTypeError> {
        self.peek();
        let word = self.rest().split(|c: char| c.is_whitespace() || "<>(),:".contains(c)).next();
        let Some(word) = word.filter(|word| !word.is_empty()) else {
            return Err(self.expected(expected));
        };
        self.at += word.len();
        Ok(word)
    }

    fn number<T: FromStr>(&mut self) -> Result<T, HiveTypeError> {
        self.peek();
        let start = self.at;
        let word = self.word("a number")?;
        word.parse().map_err(|_| HiveTypeError {
            position: start,
            message: format!("`{word}` is no number that fits"),
        })
    }

    fn hive_type(&mut self, depth: usize) -> Result<HiveType, HiveTypeError> {
        self.peek();
        let start = self.at;
        if depth > MAX_DEPTH {
            return Err(self.error(format!("types are nested deeper than {MAX_DEPTH}")));
        }
        let word = self.word("a type")?.to_ascii_lowercase();
        Ok(match word.as_str() {
            "boolean" => HiveType::Boolean,
            "tinyint" => HiveType::TinyInt,
            "smallint" => HiveType::SmallInt,
            "int" => HiveType::Int,
            "bigint" => HiveType::BigInt,
            "float" => HiveType::Float,
            "double" => HiveType::Double,
            "decimal" => self.decimal(start)?,
            "string" => HiveType::String,
            "varchar" => HiveType::Varchar(self.length()?),
            "char" => HiveType::Char(self.length()?),
            "binary" => HiveType::Binary,
            "date" => HiveType::Date,
            "timestamp" => HiveType::Timestamp,
            "array" => {
                self.need('<')?;
                let inner = self.hive_type(depth + 1)?;
                self.need('>')?;
                HiveType::Array(Box::new(inner))
            }
            "map" => self.map(depth)?,
            "struct" => HiveType::Struct(self.members(depth)?),
            _ => {
                let message = match FOREIGN.iter().find(|(foreign, _)| *foreign == word) {
                    Some((_, hive)) => format!("`{word}` is no Hive type: write {hive}"),
                    None => format!("`{word}` is no Hive type"),
                };
                return Err(HiveTypeError { position: start, message });
            }
        })
    }

    /// `(p,s)`, `(p)` or nothing: Hive's defaults are 10 digits, none after the point.
    fn decimal(&mut self, start: usize) -> Result<HiveType, HiveTypeError> {
        let (mut precision, mut scale) = (10, 0);
        if self.eat('(') {
            precision = self.number()?;
            if self.eat(',') {
                scale = self.number()?;
            }
            self.need(')')?;
        }
        if !(1..=38).contains(&precision) || scale > precision {
            let message =
                format!("there is no decimal({precision},{scale}): 1 to 38 digits, no more after the point");
            return Err(HiveTypeError { position: start, message });
        }
        Ok(HiveType::Decimal { precision, scale })
    }

    /// `(n)`
    fn length<T: FromStr + PartialEq + From<u8>>(&mut self) -> Result<T, HiveTypeError> {
        self.need('(')?;
        let start = self.at;
        let length: T = self.number()?;
        if length == T::from(0) {
            return Err(HiveTypeError { position: start, message: "a length is at least 1".into() });
        }
        self.need(')')?;
        Ok(length)
    }

    fn map(&mut self, depth: usize) -> Result<HiveType, HiveTypeError> {
        self.need('<')?;
        self.peek();
        let start = self.at;
        let key = self.hive_type(depth + 1)?;
        if !key.is_primitive() {
            return Err(HiveTypeError {
                position: start,
                message: format!("{key} cannot be the key of a map"),
            });
        }
        self.need(',')?;
        let value = self.hive_type(depth + 1)?;
        self.need('>')?;
        Ok(HiveType::Map(Box::new(key), Box::new(value)))
    }

    fn members(&mut self, depth: usize) -> Result<Vec<(String, HiveType)>, HiveTypeError> {
        self.need('<')?;
        let mut members: Vec<(String, HiveType)> = Vec::new();
        loop {
            self.peek();
            let start = self.at;
            let name = self.word("a name")?.trim_matches('`').to_owned();
            if members.iter().any(|(other, _)| other.eq_ignore_ascii_case(&name)) {
                let message =
                    format!("the member `{name}` is there twice; upper and lower case are the same");
                return Err(HiveTypeError { position: start, message });
            }
            self.need(':')?;
            members.push((name, self.hive_type(depth + 1)?));
            if !self.eat(',') {
                self.need('>')?;
                return Ok(members);
            }
        }
    }
}
