//! What Firehose makes of a prefix.

use super::refusals::MAX_EVALUATED;
use super::{PartKind, Prefix};
use crate::date_pattern::{FormatProblem, JavaPattern, ZonedTime};
use std::collections::BTreeMap;
use std::fmt;

/// What Firehose knows when it writes an object.
pub struct Delivery<'a> {
    /// When the oldest record of the object arrived, on the clocks of the stream's time zone. UTC where the stream has
    /// no zone of its own; the pattern letters `VV` then print `UTC`.
    pub time: ZonedTime,
    /// Values of the partition keys, whoever computed them.
    pub keys: &'a BTreeMap<String, String>,
    /// Gives a new random string, of eleven characters, for each place that asks for one.
    pub random: &'a mut dyn FnMut() -> String,
}

/// A prefix that comes to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluateError {
    /// Where in the prefix, in characters from 0.
    pub position: usize,
    /// What is wrong there.
    pub problem: EvaluateProblem,
}

/// Why a prefix comes to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvaluateProblem {
    /// A partition key without a value.
    NoKey(String),
    /// A partition key whose value is empty: Firehose sends the record to the errors.
    EmptyKey(String),
    /// The kind of failure, in the prefix of data.
    ErrorType,
    /// A partition key, in the prefix of errors.
    KeyInErrors(String),
    /// A time that cannot be shown.
    Time(FormatProblem),
    /// More characters than Firehose takes.
    TooLong {
        /// Characters that it came to.
        len: usize,
    },
}

impl Prefix {
    /// The text that objects get in front of their names.
    ///
    /// Firehose appends `yyyy/MM/dd/HH/` when the prefix holds **no expression at all**, and puts no slash before it.
    /// That is what was measured on AWS; the documentation says that the hour is appended when there is no *timestamp*
    /// expression.
    ///
    /// ```
    /// use lakebed_schema::date_pattern::{Zone, ZonedTime};
    /// use lakebed_schema::prefix::{Delivery, Prefix};
    /// use std::collections::BTreeMap;
    ///
    /// let time = ZonedTime::new(1_783_939_327, 0, &Zone::utc()).unwrap();
    /// let mut delivery = Delivery { time, keys: &BTreeMap::new(), random: &mut || "046b6c7f-0b".into() };
    /// let mut text = |prefix| Prefix::parse(prefix).unwrap().evaluate(&mut delivery).unwrap();
    /// assert_eq!(text("data/dt=!{timestamp:yyyy-MM-dd}/"), "data/dt=2026-07-13/");
    /// assert_eq!(text("legacy"), "legacy2026/07/13/10/");
    /// ```
    ///
    /// # Errors
    /// The first expression that has no text, or more than 512 characters.
    pub fn evaluate(&self, delivery: &mut Delivery<'_>) -> Result<String, EvaluateError> {
        let mut text = self.put_together(delivery, None)?;
        if !self.has_expressions()
            && let Ok(hour) =
                JavaPattern::parse("yyyy/MM/dd/HH/").map(|pattern| pattern.format(&delivery.time))
        {
            let at = self.text.chars().count();
            text.push_str(&hour.map_err(|error| EvaluateError {
                position: at,
                problem: EvaluateProblem::Time(error.problem),
            })?);
        }
        short_enough(text)
    }

    /// The text that objects of failed records get in front of their names: the prefix is an `ErrorOutputPrefix`, and
    /// nothing is appended.
    ///
    /// # Errors
    /// Those of [`evaluate`](Prefix::evaluate).
    pub fn evaluate_errors(
        &self,
        error_output_type: &str,
        delivery: &mut Delivery<'_>,
    ) -> Result<String, EvaluateError> {
        short_enough(self.put_together(delivery, Some(error_output_type))?)
    }

    fn put_together(
        &self,
        delivery: &mut Delivery<'_>,
        error_type: Option<&str>,
    ) -> Result<String, EvaluateError> {
        let mut out = String::new();
        for part in &self.parts {
            let at = |problem| EvaluateError { position: part.value_position, problem };
            match &part.kind {
                PartKind::Literal(text) => out.push_str(text),
                PartKind::Timestamp(pattern) => {
                    out.push_str(&pattern.format(&delivery.time).map_err(|error| EvaluateError {
                        position: part.value_position + error.position,
                        problem: EvaluateProblem::Time(error.problem),
                    })?);
                }
                PartKind::RandomString => out.push_str(&(delivery.random)()),
                PartKind::ErrorOutputType => {
                    out.push_str(error_type.ok_or_else(|| at(EvaluateProblem::ErrorType))?);
                }
                PartKind::QueryKey(key) | PartKind::LambdaKey(key) => {
                    if error_type.is_some() {
                        return Err(at(EvaluateProblem::KeyInErrors(key.clone())));
                    }
                    match delivery.keys.get(key).map(String::as_str) {
                        None => return Err(at(EvaluateProblem::NoKey(key.clone()))),
                        Some("") => return Err(at(EvaluateProblem::EmptyKey(key.clone()))),
                        Some(value) => out.push_str(value),
                    }
                }
            }
        }
        Ok(out)
    }
}

fn short_enough(text: String) -> Result<String, EvaluateError> {
    let len = text.chars().count();
    if len > MAX_EVALUATED {
        return Err(EvaluateError { position: 0, problem: EvaluateProblem::TooLong { len } });
    }
    Ok(text)
}

impl EvaluateProblem {
    /// What to do about it.
    pub fn fix(&self) -> String {
        match self {
            Self::NoKey(_) => "give it a value".into(),
            Self::EmptyKey(_) => {
                "let the query or function give another text, such as \"unknown\", for what is empty".into()
            }
            Self::ErrorType => "it belongs in ErrorOutputPrefix".into(),
            Self::KeyInErrors(_) => "leave it out of ErrorOutputPrefix".into(),
            Self::Time(problem) => problem.fix(),
            Self::TooLong { .. } => "make the prefix or its keys shorter".into(),
        }
    }
}

impl fmt::Display for EvaluateProblem {
    /// What is wrong, without place and fix.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKey(key) => write!(f, "the partition key `{key}` has no value"),
            Self::EmptyKey(key) => write!(
                f,
                "the value of the partition key `{key}` is empty (reported of Firehose: partitionKeys values must not be \
                 null or empty)"
            ),
            Self::ErrorType => write!(f, "records that did not fail have no kind of failure"),
            Self::KeyInErrors(key) => {
                write!(f, "records that failed have no partition keys, and `{key}` is one")
            }
            Self::Time(problem) => problem.fmt(f),
            Self::TooLong { len } => write!(
                f,
                "it comes to {len} characters (Firehose: Length of evaluated prefix cannot be greater than {MAX_EVALUATED})"
            ),
        }
    }
}

impl fmt::Display for EvaluateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "character {}: {}: {}", self.position + 1, self.problem, self.problem.fix())
    }
}

impl std::error::Error for EvaluateError {}
