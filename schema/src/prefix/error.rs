//! What can be wrong with the text of a prefix, and what to write instead.

use super::{NAMESPACES, WORDS};
use crate::date_pattern::PatternProblem;
use crate::name::nearest;
use std::fmt;

/// A prefix that Firehose refuses whatever else is configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefixError {
    /// Where it goes wrong, in characters from 0.
    pub position: usize,
    /// What is wrong there.
    pub problem: PrefixProblem,
}

/// What is wrong with a prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrefixProblem {
    /// `!{` without `}`.
    Unclosed,
    /// `!{` inside an expression.
    Nested,
    /// An expression without a colon.
    NoColon {
        /// What its braces hold.
        found: String,
    },
    /// A namespace that there is not.
    Namespace {
        /// What stands there.
        found: String,
    },
    /// Nothing behind the colon.
    NoValue {
        /// The namespace.
        namespace: String,
    },
    /// A word that the namespace `firehose` does not have.
    Word {
        /// What stands there.
        found: String,
    },
    /// A date pattern that cannot be used.
    Pattern(PatternProblem),
}

impl PrefixProblem {
    pub(super) fn at(self, position: usize) -> PrefixError {
        PrefixError { position, problem: self }
    }

    /// Stable name of the rule that is broken.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Unclosed | Self::NoColon { .. } => "prefix-expression",
            Self::Nested => "prefix-nesting",
            Self::Namespace { .. } => "prefix-namespace",
            Self::NoValue { .. } | Self::Word { .. } => "prefix-value",
            Self::Pattern(_) => "prefix-date-pattern",
        }
    }

    /// What to write instead.
    pub fn fix(&self) -> String {
        match self {
            Self::Unclosed => "close it with }, or leave the ! out; there is no escape".into(),
            Self::Nested => "close the first expression with } before it".into(),
            Self::NoColon { found } => match found.as_str() {
                word if WORDS.contains(&word) => format!("write !{{firehose:{word}}}"),
                "timestamp" => "write, for example, !{timestamp:yyyy-MM-dd}".into(),
                _ => "write !{namespace:value}, for example !{timestamp:yyyy-MM-dd}".into(),
            },
            Self::Namespace { found } => match nearest(found, NAMESPACES) {
                Some(near) => format!("write {near}"),
                None => format!("write one of {}", NAMESPACES.join(", ")),
            },
            Self::NoValue { namespace } => match namespace.as_str() {
                "timestamp" => "write a date pattern such as yyyy-MM-dd behind the colon".into(),
                "firehose" => format!("write one of {}", WORDS.join(", ")),
                _ => "write the name of the key behind the colon".into(),
            },
            Self::Word { found } => match nearest(found, WORDS) {
                Some(near) => format!("write {near}"),
                None => format!("write one of {}", WORDS.join(", ")),
            },
            Self::Pattern(PatternProblem::UnknownLetter(letter)) => {
                format!("write it outside the expression, or in quotes: '{letter}'")
            }
            Self::Pattern(problem) => problem.fix(),
        }
    }

    /// What Firehose itself says, for those who search for it; `text` is the whole prefix.
    pub(super) fn in_firehose_words(&self, text: &str) -> String {
        match self {
            Self::Unclosed | Self::Nested | Self::NoColon { .. } => {
                format!("Invalid expression usage: {text}.Must be of the form !{{<namespace>:<value>}}")
            }
            Self::Namespace { found } => {
                format!("Namespace to the left of colon ({found}) is an invalid keyword!")
            }
            Self::NoValue { .. } | Self::Word { .. } | Self::Pattern(_) => {
                "Invalid conversion character used in the value of the expression in Prefix".into()
            }
        }
    }
}

impl fmt::Display for PrefixProblem {
    /// What is wrong, without place and fix.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unclosed => write!(f, "`!{{` starts an expression that no `}}` ends"),
            Self::Nested => write!(f, "`!{{` stands inside another expression"),
            Self::NoColon { found } => {
                write!(f, "`!{{{found}}}` is not of the form !{{namespace:value}}")
            }
            Self::Namespace { found } => write!(f, "`{found}` is no namespace"),
            Self::NoValue { namespace } => write!(f, "`!{{{namespace}:}}` has no value"),
            Self::Word { found } => write!(f, "`{found}` is no value of the namespace firehose"),
            Self::Pattern(problem) => problem.fmt(f),
        }
    }
}

impl fmt::Display for PrefixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "character {}: {}: {}", self.position + 1, self.problem, self.problem.fix())
    }
}

impl std::error::Error for PrefixError {}
