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

/// Documents that were read, and what was no JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Samples {
    pub(super) documents: Vec<Document>,
    sources: Vec<String>,
    pub(super) skipped: Vec<Finding>,
}

/// A document, and where it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) sample: Sample,
    source: Option<usize>,
    line: usize,
}

impl Samples {
    /// The documents of one text.
    pub fn of(text: &str) -> Self {
        let mut samples = Self::default();
        samples.add(text, None);
        samples
    }

    /// Adds the documents of a text: one a line, one behind the other, over many lines, or in lists. What is no JSON
    /// is passed over up to the next line that starts a document; `source` names the text where that is told.
    pub fn add(&mut self, text: &str, source: Option<&str>) {
        let source = source.map(|source| {
            self.sources.push(source.to_owned());
            self.sources.len() - 1
        });
        let mut reader = Reader { text, at: 0 };
        let mut lines = Lines { text, at: 0, line: 1 };
        let mut listed = false;
        loop {
            reader.blank(&[',', '\u{feff}']);
            match reader.peek() {
                Some('[') if !listed => {
                    reader.at += 1;
                    listed = true;
                    continue;
                }
                Some(']') if listed => {
                    reader.at += 1;
                    listed = false;
                    continue;
                }
                None if listed => self.skip(reader.wrong("a comma or `]`"), source),
                Some(_) | None => {}
            }
            if reader.rest().is_empty() {
                return;
            }
            let start = reader.at;
            let line = lines.of(start);
            match reader.value(0) {
                Ok(sample) => self.documents.push(Document { sample, source, line }),
                Err(mut finding) => {
                    if !finding.place.starts_with(&format!("line {line},")) {
                        finding.problem = format!("{}; the record starts in line {line}", finding.problem);
                    }
                    self.skip(finding, source);
                    reader.at = next_document(text, start);
                }
            }
        }
    }

    fn skip(&mut self, mut finding: Finding, source: Option<usize>) {
        if let Some(source) = source.and_then(|source| self.sources.get(source)) {
            finding.place = format!("{source}: {}", finding.place);
        }
        self.skipped.push(finding);
    }

    /// Where a document starts, for people.
    pub(super) fn place(&self, document: &Document) -> String {
        match document.source.and_then(|source| self.sources.get(source)) {
            Some(source) => format!("{source}: line {}", document.line),
            None => format!("line {}", document.line),
        }
    }
}

/// Counts lines, going forward.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn of(&mut self, at: usize) -> usize {
        self.line += self.text.get(self.at..at).unwrap_or_default().matches('\n').count();
        self.at = at;
        self.line
    }
}

/// Where the next document can start after a broken one: a line that opens or ends something, and is indented no
/// more than the broken one was.
fn next_document(text: &str, start: usize) -> usize {
    let before = text.get(..start).unwrap_or_default();
    let column = start - before.rfind('\n').map_or(0, |end| end + 1);
    let mut at = start;
    while let Some(end) = text.get(at..).and_then(|rest| rest.find('\n')) {
        at += end + 1;
        let line = text.get(at..).unwrap_or_default();
        let inner = line.trim_start_matches([' ', '\t']);
        if inner.starts_with(['{', '[', ']']) && line.len() - inner.len() <= column {
            return at;
        }
    }
    text.len()
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

    fn documents(text: &str) -> Vec<Sample> {
        let samples = Samples::of(text);
        assert_eq!(samples.skipped, [], "{text}");
        samples.documents.into_iter().map(|document| document.sample).collect()
    }

    #[test]
    fn documents_in_every_form() {
        let one = Sample::Object(vec![("a".into(), Sample::Number("1".into()))]);
        for text in [
            "{\"a\":1}\n{\"a\":1}",
            "{\"a\":1}{\"a\":1}",
            "\u{feff}[{\"a\":1},\r\n {\"a\":1}]",
            "{\"a\":1},{\n\"a\":1}",
            "[{\"a\":1}]\n[{\"a\":1}]",
        ] {
            assert_eq!(documents(text), [one.clone(), one.clone()], "{text}");
        }
        let text = documents(r#"["a\"\\", "\u00e9"]"#);
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
            ("{\"a\":1\n{\"a\":1}", "line 2, column 1", "the record starts in line 1"),
        ] {
            let skipped = Samples::of(text).skipped;
            let [finding] = skipped.as_slice() else { panic!("{text}: {skipped:?}") };
            assert_eq!(finding.place, place, "{text}");
            assert!(finding.problem.contains(said), "{finding}");
        }
        assert!(!Samples::of(&"[".repeat(100_000)).skipped.is_empty());
    }

    #[test]
    fn what_follows_a_broken_document_is_read() {
        for (text, lines) in [
            ("{\"a\":1}\n{\"a\":}\n{\"a\":2}\n", &[1, 3][..]),
            ("{\"a\":\"x\n{\"a\":2}", &[2]),
            ("{\n  \"a\": {\n  }\n{\n  \"a\": 1\n}", &[4]),
            ("[\n  {\"a\": x},\n  {\"a\": 2}\n]\n{\"a\": 3}", &[3, 5]),
            ("[{\"a\":},\n {\"a\":1}]", &[2]),
            ("[\n {\"a\": {\n  \"b\": }\n }\n]", &[]),
            ("no JSON at all", &[]),
        ] {
            let samples = Samples::of(text);
            let found: Vec<_> = samples.documents.iter().map(|document| document.line).collect();
            assert_eq!((found.as_slice(), samples.skipped.len()), (lines, 1), "{text}: {samples:?}");
        }
        let mut samples = Samples::default();
        samples.add("{}", Some("a.json"));
        samples.add("{]", Some("b.json"));
        assert_eq!(samples.skipped[0].place, "b.json: line 1, column 2");
        assert_eq!(samples.place(&samples.documents[0]), "a.json: line 1");
    }
}
