//! JSON documents one behind the other, with numbers as they are written.

use crate::finding::Finding;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sample {
    /// `null`
    Null,
    /// A truth value.
    Bool,
    /// A number, as it is written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// Members in order.
    Object(Vec<(String, Self)>),
}

/// How deep values may be nested.
const MAX_DEPTH: usize = 128;

/// Reads documents: one a line, one behind the other, over many lines, or in lists.
///
/// # Errors
/// The first place that is no JSON, with line and column.
pub fn parse(text: &str) -> Result<Vec<Sample>, Finding> {
    let mut reader = Reader { text, at: 0 };
    let mut samples = Vec::new();
    loop {
        reader.blank(&[',', '\u{feff}']);
        if reader.rest().is_empty() {
            return Ok(samples);
        }
        let value = reader.value(0)?;
        if let Sample::List(values) = value {
            samples.extend(values);
        } else {
            samples.push(value);
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Passes over white space, and over these.
    fn blank(&mut self, also: &[char]) {
        while let Some(c) = self.peek().filter(|c| matches!(c, ' ' | '\t' | '\n' | '\r') || also.contains(c))
        {
            self.at += c.len_utf8();
        }
    }

    fn wrong(&self, expected: &str) -> Finding {
        let before = self.text.get(..self.at).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let found = self.peek().map_or_else(|| "the end".to_owned(), |c| format!("`{}`", c.escape_debug()));
        Finding::new(
            "import-samples-json",
            format!("line {line}, column {column}"),
            format!("is no JSON: expected {expected}, found {found}"),
            "correct the sample, or leave the broken record out",
        )
    }

    fn expect(&mut self, text: &str, expected: &str) -> Result<(), Finding> {
        if !self.rest().starts_with(text) {
            return Err(self.wrong(expected));
        }
        self.at += text.len();
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Sample, Finding> {
        if depth > MAX_DEPTH {
            return Err(self.wrong("fewer values one in the other"));
        }
        self.blank(&[]);
        match self.peek() {
            Some('{') => self.object(depth),
            Some('[') => self.list(depth),
            Some('"') => Ok(Sample::Text(self.string()?)),
            Some('t') => self.expect("true", "true").map(|()| Sample::Bool),
            Some('f') => self.expect("false", "false").map(|()| Sample::Bool),
            Some('n') => self.expect("null", "null").map(|()| Sample::Null),
            Some('-' | '0'..='9') => self.number(),
            _ => Err(self.wrong("a value")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Sample, Finding> {
        self.at += 1;
        let mut members = Vec::new();
        self.blank(&[]);
        if self.peek() == Some('}') {
            self.at += 1;
            return Ok(Sample::Object(members));
        }
        loop {
            self.blank(&[]);
            if self.peek() != Some('"') {
                return Err(self.wrong("a key in quotes"));
            }
            let key = self.string()?;
            self.blank(&[]);
            self.expect(":", "a colon")?;
            members.push((key, self.value(depth + 1)?));
            self.blank(&[]);
            match self.peek() {
                Some(',') => self.at += 1,
                Some('}') => {
                    self.at += 1;
                    return Ok(Sample::Object(members));
                }
                _ => return Err(self.wrong("a comma or `}`")),
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Sample, Finding> {
        self.at += 1;
        let mut values = Vec::new();
        self.blank(&[]);
        if self.peek() == Some(']') {
            self.at += 1;
            return Ok(Sample::List(values));
        }
        loop {
            values.push(self.value(depth + 1)?);
            self.blank(&[]);
            match self.peek() {
                Some(',') => self.at += 1,
                Some(']') => {
                    self.at += 1;
                    return Ok(Sample::List(values));
                }
                _ => return Err(self.wrong("a comma or `]`")),
            }
        }
    }

    /// A text, read by the library that knows its escapes.
    fn string(&mut self) -> Result<String, Finding> {
        let mut escaped = false;
        let end = self.rest().char_indices().skip(1).find(|(_, c)| {
            let ends = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        let Some((end, _)) = end else { return Err(self.wrong("a text that ends in quotes")) };
        let text = self.rest().get(..=end).unwrap_or_default();
        match serde_json::from_str(text) {
            Ok(text) => {
                self.at += end + 1;
                Ok(text)
            }
            Err(_) => Err(self.wrong("a text of JSON, its escapes and control characters included")),
        }
    }

    fn number(&mut self) -> Result<Sample, Finding> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let len = self.rest().find(|c| !is_part(c)).unwrap_or(self.rest().len());
        let text = self.rest().get(..len).unwrap_or_default();
        if !is_number(text) {
            return Err(self.wrong("a number of JSON"));
        }
        let number = Sample::Number(text.to_owned());
        self.at += len;
        Ok(number)
    }
}

/// The grammar of numbers.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_in_every_form() {
        let one = Sample::Object(vec![("a".into(), Sample::Number("1".into()))]);
        for text in [
            "{\"a\":1}\n{\"a\":1}",
            "{\"a\":1}{\"a\":1}",
            "\u{feff}[{\"a\":1},\r\n {\"a\":1}]",
            "{\"a\":1},{\n\"a\":1}",
        ] {
            assert_eq!(parse(text), Ok(vec![one.clone(), one.clone()]), "{text}");
        }
        let text = parse(r#"["a\"\\", "\u00e9"]"#).unwrap();
        assert_eq!(text, [Sample::Text("a\"\\".into()), Sample::Text("é".into())]);
    }

    #[test]
    fn what_is_no_json_is_named_with_its_place() {
        for (text, place, said) in [
            ("{\"a\":1}\n{\"a\":}", "line 2, column 6", "a value"),
            ("{\"a\" 1}", "line 1, column 6", "a colon"),
            ("{\"a\":01}", "line 1, column 6", "a number"),
            ("{\"a\":\"x", "line 1, column 6", "ends in quotes"),
            ("{a:1}", "line 1, column 2", "a key in quotes"),
            ("[1", "line 1, column 3", "a comma or `]`"),
            ("tru", "line 1, column 1", "true"),
        ] {
            let finding = parse(text).unwrap_err();
            assert_eq!(finding.place, place, "{text}");
            assert!(finding.problem.contains(said), "{finding}");
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
