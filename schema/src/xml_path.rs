//! Where a value stands in an XML record: `@unieke_id`, `rekendata/onrustigheid`, `meetdata[@klasse_id='2']/@telling`.
//!
//! Steps go down from the record's element; `[@name='value']` picks the child with that attribute; a last `@name` is
//! an attribute, otherwise the value is the text of the last element.

use std::fmt;
use std::str::FromStr;

/// A parsed path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct XmlPath {
    /// Elements to go down, from the record's element on; none when an attribute of the record itself is meant.
    pub steps: Vec<XmlStep>,
    /// Attribute of the last element; without it the value is that element's text.
    pub attribute: Option<String>,
}

/// One element on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlStep {
    /// Element name.
    pub element: String,
    /// Attribute that the element must have.
    pub condition: Option<XmlCondition>,
}

/// `[@attribute='value']`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlCondition {
    /// Attribute name.
    pub attribute: String,
    /// The value it must have.
    pub value: String,
}

/// A path that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlPathError {
    /// Where it goes wrong, in characters from 0.
    pub position: usize,
    /// What should stand there.
    pub expected: &'static str,
    /// What stands there; nothing at the end of the path.
    pub found: Option<char>,
}

impl fmt::Display for XmlPathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "character {}: expected {}, found ", self.position + 1, self.expected)?;
        match self.found {
            Some(c) => write!(f, "`{c}`"),
            None => write!(f, "the end"),
        }
    }
}

impl std::error::Error for XmlPathError {}

impl FromStr for XmlPath {
    type Err = XmlPathError;

    /// ```
    /// use lakebed_schema::xml_path::XmlPath;
    ///
    /// let path: XmlPath = "meetdata[@klasse_id='2']/@telling".parse().unwrap();
    /// assert_eq!(path.steps[0].element, "meetdata");
    /// assert_eq!(path.attribute.as_deref(), Some("telling"));
    /// ```
    fn from_str(text: &str) -> Result<Self, XmlPathError> {
        let mut parser = Parser { chars: text.chars().collect(), at: 0 };
        let mut path = Self::default();
        loop {
            if parser.eat('@') {
                path.attribute = Some(parser.name()?);
                return if parser.at == parser.chars.len() {
                    Ok(path)
                } else {
                    Err(parser.expected("the end"))
                };
            }
            path.steps.push(parser.step()?);
            if parser.at == parser.chars.len() {
                return Ok(path);
            }
            if !parser.eat('/') {
                return Err(parser.expected("`/`"));
            }
        }
    }
}

impl fmt::Display for XmlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.steps.iter().enumerate() {
            write!(f, "{}{}", if i == 0 { "" } else { "/" }, step.element)?;
            if let Some(XmlCondition { attribute, value }) = &step.condition {
                let quote = if value.contains('\'') { '"' } else { '\'' };
                write!(f, "[@{attribute}={quote}{value}{quote}]")?;
            }
        }
        match &self.attribute {
            Some(attribute) => write!(f, "{}@{attribute}", if self.steps.is_empty() { "" } else { "/" }),
            None => Ok(()),
        }
    }
}

/// Whether a text can name an XML element or attribute.
pub fn is_xml_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(starts_name) && chars.all(continues_name)
}

fn starts_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn continues_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':')
}

struct Parser {
    chars: Vec<char>,
    at: usize,
}

impl Parser {
    fn expected(&self, expected: &'static str) -> XmlPathError {
        XmlPathError { position: self.at, expected, found: self.chars.get(self.at).copied() }
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.chars.get(self.at) == Some(&c);
        self.at += usize::from(found);
        found
    }

    fn need(&mut self, c: char, expected: &'static str) -> Result<(), XmlPathError> {
        if self.eat(c) { Ok(()) } else { Err(self.expected(expected)) }
    }

    fn name(&mut self) -> Result<String, XmlPathError> {
        if !self.chars.get(self.at).is_some_and(|c| starts_name(*c)) {
            return Err(self.expected("a name"));
        }
        let name: String = self.chars.iter().skip(self.at).take_while(|c| continues_name(**c)).collect();
        self.at += name.chars().count();
        Ok(name)
    }

    fn step(&mut self) -> Result<XmlStep, XmlPathError> {
        let element = self.name()?;
        if !self.eat('[') {
            return Ok(XmlStep { element, condition: None });
        }
        self.need('@', "`@` and an attribute")?;
        let attribute = self.name()?;
        self.need('=', "`=`")?;
        let quote = if self.eat('"') {
            '"'
        } else {
            self.need('\'', "a value in quotes")?;
            '\''
        };
        let value: String = self.chars.iter().skip(self.at).take_while(|c| **c != quote).collect();
        self.at += value.chars().count();
        self.need(quote, "the closing quote")?;
        self.need(']', "`]`")?;
        Ok(XmlStep { element, condition: Some(XmlCondition { attribute, value }) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths() {
        for text in ["@a", "a", "a/b/@c", "a[@k='v']/b", "a[@k=\"it's\"]/@b", "ns:a.b-c/_d"] {
            assert_eq!(text.parse::<XmlPath>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn mistakes() {
        for (text, message) in [
            ("", "character 1: expected a name, found the end"),
            ("/a", "character 1: expected a name, found `/`"),
            ("a/", "character 3: expected a name, found the end"),
            ("@a/b", "character 3: expected the end, found `/`"),
            ("a b", "character 2: expected `/`, found ` `"),
            ("a[k='v']", "character 3: expected `@` and an attribute, found `k`"),
            ("a[@k=v]", "character 6: expected a value in quotes, found `v`"),
            ("a[@k='v]", "character 9: expected the closing quote, found the end"),
            ("a[@k='v'", "character 9: expected `]`, found the end"),
        ] {
            assert_eq!(text.parse::<XmlPath>().unwrap_err().to_string(), message, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_prints_the_same(text in "[ab]{1,2}(\\[@c='[x/\\]]{0,2}'\\])?(/[ab]){0,2}(/@d)?") {
            prop_assert_eq!(text.parse::<XmlPath>().unwrap().to_string(), text);
        }
    }
}
