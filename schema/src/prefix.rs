//! S3 prefixes of Firehose: `data/dt=!{timestamp:yyyy-MM-dd}/`.
//!
//! A prefix is text and expressions `!{namespace:value}`. There is no escape: `!{` always starts an expression, and the
//! first `}` ends it. [`Prefix::parse`] reads one, [`check`] applies AWS's rules and looks for what is legal and a
//! mistake, or nearly always one, and `Prefix::evaluate` (feature `calendar`) gives the text that Firehose would make of it.

mod check;
mod doubts;
mod error;
#[cfg(feature = "calendar")]
mod evaluate;
mod file_extension;
mod query;
mod refusals;
#[cfg(test)]
mod tests;
mod time_zone;

use crate::date_pattern::JavaPattern;
use std::fmt;

pub use check::{PrefixFinding, PrefixSettings, Severity, check};
pub use error::{PrefixError, PrefixProblem};
#[cfg(feature = "calendar")]
pub use evaluate::{Delivery, EvaluateError, EvaluateProblem};
pub use query::{QueryError, QueryProblem, query_keys};

/// A parsed prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix {
    text: String,
    parts: Vec<PrefixPart>,
}

/// A part of a prefix, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefixPart {
    /// Where it starts, in characters from 0: for an expression, its `!`.
    pub position: usize,
    /// Where its value starts: for an expression, behind the colon.
    pub value_position: usize,
    /// What it is.
    pub kind: PartKind,
}

/// What a part of a prefix is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// Text that stands for itself.
    Literal(String),
    /// `!{timestamp:PATTERN}`: when the oldest record of the object arrived.
    Timestamp(JavaPattern),
    /// `!{firehose:random-string}`: eleven characters, other ones each time.
    RandomString,
    /// `!{firehose:error-output-type}`: the kind of failure.
    ErrorOutputType,
    /// `!{partitionKeyFromQuery:KEY}`: a key of the jq query.
    QueryKey(String),
    /// `!{partitionKeyFromLambda:KEY}`: a key of the Lambda function.
    LambdaKey(String),
}

/// Namespaces of expressions.
const NAMESPACES: [&str; 4] = ["timestamp", "firehose", "partitionKeyFromQuery", "partitionKeyFromLambda"];
/// Values of the namespace `firehose`.
const WORDS: [&str; 2] = ["random-string", "error-output-type"];

impl Prefix {
    /// Reads a prefix.
    ///
    /// ```
    /// use lakebed_schema::prefix::Prefix;
    ///
    /// let text = "data/dt=!{timestamp:yyyy-MM-dd}/";
    /// assert_eq!(Prefix::parse(text).unwrap().to_string(), text);
    ///
    /// let error = Prefix::parse("data/!{timestamp:dt=yyyy}/").unwrap_err();
    /// assert_eq!((error.position, error.problem.fix().as_str()), (18, "write it outside the expression, or in quotes: 't'"));
    /// ```
    ///
    /// # Errors
    /// The first expression that Firehose would refuse: where it goes wrong, what is wrong, what to write instead.
    pub fn parse(text: &str) -> Result<Self, PrefixError> {
        let chars: Vec<char> = text.chars().collect();
        let mut parts = Vec::new();
        let mut at = 0;
        while at < chars.len() {
            if opens(&chars, at) {
                let (part, end) = expression(&chars, at)?;
                parts.push(part);
                at = end;
                continue;
            }
            let end = (at..chars.len()).find(|i| opens(&chars, *i)).unwrap_or(chars.len());
            let kind = PartKind::Literal(chars.iter().take(end).skip(at).collect());
            parts.push(PrefixPart { position: at, value_position: at, kind });
            at = end;
        }
        Ok(Self { text: text.to_owned(), parts })
    }

    /// Its parts in order.
    pub fn parts(&self) -> &[PrefixPart] {
        &self.parts
    }

    /// Whether it holds any expression.
    pub fn has_expressions(&self) -> bool {
        self.parts.iter().any(|part| !matches!(part.kind, PartKind::Literal(_)))
    }

    /// Names of the keys that it takes from the jq query, in order.
    pub fn query_keys(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match &part.kind {
            PartKind::QueryKey(key) => Some(key.as_str()),
            PartKind::Literal(_)
            | PartKind::Timestamp(_)
            | PartKind::RandomString
            | PartKind::ErrorOutputType
            | PartKind::LambdaKey(_) => None,
        })
    }

    /// Names of the keys that it takes from the Lambda function, in order.
    pub fn lambda_keys(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match &part.kind {
            PartKind::LambdaKey(key) => Some(key.as_str()),
            PartKind::Literal(_)
            | PartKind::Timestamp(_)
            | PartKind::RandomString
            | PartKind::ErrorOutputType
            | PartKind::QueryKey(_) => None,
        })
    }

    /// The text before the first expression: where every object is, whatever the expressions give.
    pub fn literal_start(&self) -> &str {
        match self.parts.first() {
            Some(PrefixPart { kind: PartKind::Literal(text), .. }) => text,
            _ => "",
        }
    }

    /// The folder of [`literal_start`](Prefix::literal_start): empty, or up to its last `/`.
    pub fn literal_folder(&self) -> &str {
        let start = self.literal_start();
        start.trim_end_matches(|c| c != '/')
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::str::FromStr for Prefix {
    type Err = PrefixError;

    fn from_str(text: &str) -> Result<Self, PrefixError> {
        Self::parse(text)
    }
}

fn opens(chars: &[char], at: usize) -> bool {
    matches!(chars.get(at..), Some(['!', '{', ..]))
}

/// The expression that starts there, and where it ends.
fn expression(chars: &[char], start: usize) -> Result<(PrefixPart, usize), PrefixError> {
    let inside = start + 2;
    let close = chars.iter().skip(inside).position(|c| *c == '}').map(|len| inside + len);
    if let Some(inner) = (inside..close.unwrap_or(chars.len())).find(|at| opens(chars, *at)) {
        return Err(PrefixProblem::Nested.at(inner));
    }
    let Some(close) = close else {
        return Err(PrefixProblem::Unclosed.at(start));
    };
    let Some(colon) = chars.iter().take(close).skip(inside).position(|c| *c == ':').map(|len| inside + len)
    else {
        return Err(
            PrefixProblem::NoColon { found: chars.iter().take(close).skip(inside).collect() }.at(start)
        );
    };
    let namespace: String = chars.iter().take(colon).skip(inside).collect();
    let value: String = chars.iter().take(close).skip(colon + 1).collect();
    if !NAMESPACES.contains(&namespace.as_str()) {
        return Err(PrefixProblem::Namespace { found: namespace }.at(inside));
    }
    if value.is_empty() {
        return Err(PrefixProblem::NoValue { namespace }.at(close));
    }
    let kind = match namespace.as_str() {
        "timestamp" => PartKind::Timestamp(
            JavaPattern::parse(&value)
                .map_err(|error| PrefixProblem::Pattern(error.problem).at(colon + 1 + error.position))?,
        ),
        "partitionKeyFromQuery" => PartKind::QueryKey(value),
        "partitionKeyFromLambda" => PartKind::LambdaKey(value),
        _ => match value.as_str() {
            "random-string" => PartKind::RandomString,
            "error-output-type" => PartKind::ErrorOutputType,
            _ => return Err(PrefixProblem::Word { found: value }.at(colon + 1)),
        },
    };
    Ok((PrefixPart { position: start, value_position: colon + 1, kind }, close + 1))
}
