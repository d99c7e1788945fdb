//! The keys of a `MetadataExtractionQuery`: a jq object, `{"day": (.t|strftime("%F")), region}`.

use std::fmt;

/// A query whose keys cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// Where it goes wrong, in characters from 0.
    pub position: usize,
    /// What is wrong there.
    pub problem: QueryProblem,
}

/// Why the keys of a query cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryProblem {
    /// It does not start with `{`.
    NotAnObject,
    /// It goes on behind the object.
    MoreBehind,
    /// A key that is computed, or is no key.
    Key,
    /// A bracket or a quote without its pair.
    Unclosed,
}

/// Names of the keys of a query, in order, each once.
///
/// ```
/// use lakebed_schema::prefix::query_keys;
///
/// let query = r#"{customer_id: .customer_id, "year": .event_timestamp|strftime("%Y")}"#;
/// assert_eq!(query_keys(query).unwrap(), ["customer_id", "year"]);
/// ```
///
/// # Errors
/// The query is not one object whose keys are written out. jq may take it; whether Firehose does is not known.
pub fn query_keys(query: &str) -> Result<Vec<String>, QueryError> {
    let mut reader = Reader { chars: query.chars().collect(), at: 0 };
    reader.skip_space();
    if reader.peek() != Some('{') {
        return Err(reader.error(QueryProblem::NotAnObject));
    }
    reader.at += 1;
    let mut keys: Vec<String> = Vec::new();
    reader.skip_space();
    while reader.peek() != Some('}') {
        let key = reader.key()?;
        if !keys.contains(&key) {
            keys.push(key);
        }
        reader.skip_space();
        if reader.peek() == Some(':') {
            reader.at += 1;
            reader.value()?;
        }
        match reader.peek() {
            Some(',') => reader.at += 1,
            Some('}') => break,
            Some(_) => return Err(reader.error(QueryProblem::Key)),
            None => return Err(reader.error(QueryProblem::Unclosed)),
        }
        reader.skip_space();
    }
    reader.at += 1;
    reader.skip_space();
    if reader.peek().is_some() {
        return Err(reader.error(QueryProblem::MoreBehind));
    }
    Ok(keys)
}

struct Reader {
    chars: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn error(&self, problem: QueryProblem) -> QueryError {
        QueryError { position: self.at, problem }
    }

    /// Spaces, line ends, comments.
    fn skip_space(&mut self) {
        while let Some(c) = self.peek() {
            match c {
                '#' => self.skip_comment(),
                c if c.is_whitespace() => self.at += 1,
                _ => return,
            }
        }
    }

    fn skip_comment(&mut self) {
        while self.peek().is_some_and(|c| c != '\n') {
            self.at += 1;
        }
    }

    /// A name, a variable, or a text without interpolation.
    fn key(&mut self) -> Result<String, QueryError> {
        let start = self.at;
        match self.peek() {
            Some('"') => {
                self.text()?;
                let quoted: String = self.chars.iter().take(self.at).skip(start).collect();
                if let Some(key) = unquoted(&quoted) {
                    return Ok(key);
                }
            }
            Some(c) if c.is_ascii_alphabetic() || matches!(c, '_' | '$') => {
                self.at += 1;
                while self.peek().is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') {
                    self.at += 1;
                }
                let name: String =
                    self.chars.iter().take(self.at).skip(start).filter(|c| **c != '$').collect();
                if !name.is_empty() {
                    return Ok(name);
                }
            }
            Some(_) | None => {}
        }
        self.at = start;
        Err(self.error(QueryProblem::Key))
    }

    /// A value: up to the comma or brace that ends it, whatever is in brackets or quotes.
    fn value(&mut self) -> Result<(), QueryError> {
        let mut open = Vec::new();
        while let Some(c) = self.peek() {
            match c {
                ',' | '}' if open.is_empty() => return Ok(()),
                '"' => {
                    self.text()?;
                    continue;
                }
                '#' => {
                    self.skip_comment();
                    continue;
                }
                '(' => open.push(')'),
                '[' => open.push(']'),
                '{' => open.push('}'),
                ')' | ']' | '}' if open.pop() != Some(c) => return Err(self.error(QueryProblem::Unclosed)),
                _ => {}
            }
            self.at += 1;
        }
        Err(self.error(QueryProblem::Unclosed))
    }

    /// A text in quotes; `\( … )` holds any value.
    fn text(&mut self) -> Result<(), QueryError> {
        let start = self.at;
        self.at += 1;
        // Brackets that are open in each interpolation that is open. No recursion: the text comes from outside.
        let mut depths: Vec<usize> = Vec::new();
        let mut inside = true;
        while let Some(c) = self.peek() {
            match (c, inside) {
                ('\\', true) if self.chars.get(self.at + 1) == Some(&'(') => {
                    depths.push(0);
                    inside = false;
                    self.at += 1;
                }
                ('\\', true) => self.at += 1,
                ('"', true) => {
                    if depths.is_empty() {
                        self.at += 1;
                        return Ok(());
                    }
                    inside = false;
                }
                ('"', false) => inside = true,
                ('(', false) => depths.iter_mut().last().into_iter().for_each(|depth| *depth += 1),
                (')', false) => match depths.last_mut() {
                    Some(0) => {
                        depths.pop();
                        inside = true;
                    }
                    Some(depth) => *depth -= 1,
                    None => {}
                },
                _ => {}
            }
            self.at += 1;
        }
        self.at = start;
        Err(self.error(QueryProblem::Unclosed))
    }
}

/// The key that a quoted text names; nothing for interpolation and for escapes, which no prefix needs.
fn unquoted(text: &str) -> Option<String> {
    let text = text.strip_prefix('"')?.strip_suffix('"')?;
    (!text.contains('\\')).then(|| text.to_owned())
}

impl fmt::Display for QueryProblem {
    /// What is wrong, without the place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAnObject => "the query is not a jq object, {key: value, …}",
            Self::MoreBehind => "the query goes on behind its object",
            Self::Key => "this is not a key that is written out",
            Self::Unclosed => "a bracket or a quote has no pair",
        })
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "character {}: {}", self.position + 1, self.problem)
    }
}

impl std::error::Error for QueryError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_of_an_object() {
        for (query, keys) in [
            ("{a:.a}", &["a"][..]),
            ("{}", &[]),
            (" { a , \"b-c\" : .x , $d } ", &["a", "b-c", "d"]),
            ("{a: (.t[0:4], {x: 1, y: [2, 3]}), b: \"},\\\"\"}", &["a", "b"]),
            ("{a: \"\\(.x, {y: \"z)\"})}\", b: .b}", &["a", "b"]),
            ("{a: .t|strftime(\"%Y\"), a: 2}", &["a"]),
            ("{a: .a, # a comment with }, in it\n b: .b}", &["a", "b"]),
            ("{if: .x}", &["if"]),
        ] {
            assert_eq!(
                query_keys(query).as_deref(),
                Ok(&*keys.iter().map(|k| k.to_string()).collect::<Vec<_>>()),
                "{query}"
            );
        }
    }

    #[test]
    fn keys_that_cannot_be_told() {
        for (query, message) in [
            ("", "character 1: the query is not a jq object, {key: value, …}"),
            (".a", "character 1: the query is not a jq object, {key: value, …}"),
            ("{a:.a} + {b:.b}", "character 8: the query goes on behind its object"),
            ("{(.k): .v}", "character 2: this is not a key that is written out"),
            ("{\"\\(.k)\": .v}", "character 2: this is not a key that is written out"),
            ("{user-id: .u}", "character 6: this is not a key that is written out"),
            ("{1a: .u}", "character 2: this is not a key that is written out"),
            ("{a: .u", "character 7: a bracket or a quote has no pair"),
            ("{a: \"u}", "character 5: a bracket or a quote has no pair"),
            ("{a: (.u]}", "character 8: a bracket or a quote has no pair"),
        ] {
            assert_eq!(
                query_keys(query).map_err(|error| error.to_string()),
                Err(message.to_owned()),
                "{query}"
            );
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(query in "[{}()\\[\\]\"\\\\:,#a .$\n]{0,40}", any in ".{0,40}") {
            let _ = query_keys(&query);
            let _ = query_keys(&any);
        }
    }
}
