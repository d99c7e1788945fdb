//! Why a contract cannot be read.

use super::CONTRACT_VERSION;
use crate::name::nearest;
use crate::problem::Problems;
use std::fmt;

/// Why a contract cannot be read.
#[derive(Clone, Debug, PartialEq)]
pub enum ContractError {
    /// No JSON, or a value of the wrong kind.
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1, in bytes.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// A member, a type or another word that this version does not know.
    Unknown {
        /// Line, from 1.
        line: usize,
        /// Column of its opening quote, from 1, in bytes.
        column: usize,
        /// `member` or `word`.
        what: &'static str,
        /// The name as written.
        name: String,
        /// What could stand there.
        expected: Vec<String>,
    },
    /// There is no member `lakebed_contract`.
    NoVersion,
    /// `lakebed_contract` is not a positive whole number.
    BadVersion,
    /// Written by a newer lakebed.
    Newer {
        /// Its version.
        version: u64,
    },
    /// The table breaks rules.
    Invalid(Problems),
}

impl ContractError {
    /// serde tells names of unknown members in its message only, in a form it has kept since 1.0.
    pub(super) fn from_json(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let text = error.to_string();
        let message = text.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&text);
        for (prefix, what) in [("unknown field `", "member"), ("unknown variant `", "word")] {
            if let Some((name, rest)) = message.strip_prefix(prefix).and_then(|rest| rest.split_once('`')) {
                let expected = rest.split('`').skip(1).step_by(2).map(str::to_owned).collect();
                // serde_json stops at the closing quote.
                let column = column.saturating_sub(name.len() + 1).max(1);
                return Self::Unknown { line, column, what, name: name.to_owned(), expected };
            }
        }
        Self::Json { line, column, message: message.to_owned() }
    }
}

impl fmt::Display for ContractError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json { line, column, message } => write!(f, "line {line}, column {column}: {message}"),
            Self::Unknown { line, column, what, name, expected } => {
                write!(f, "line {line}, column {column}: `{name}` is no {what} of a contract here")?;
                match nearest(name, expected.iter().map(String::as_str)) {
                    Some(near) => write!(f, ": write `{near}`"),
                    None if expected.is_empty() => write!(f, ": leave it out"),
                    None => write!(f, ": use one of `{}`", expected.join("`, `")),
                }
            }
            Self::NoVersion => {
                write!(
                    f,
                    "this is not a contract: it has no member `lakebed_contract`; lakebed export writes contracts"
                )
            }
            Self::BadVersion => write!(f, "`lakebed_contract` must be a version, 1 to {CONTRACT_VERSION}"),
            Self::Newer { version } => write!(
                f,
                "this contract is version {version}; this lakebed reads up to {CONTRACT_VERSION}: update lakebed"
            ),
            Self::Invalid(problems) => problems.fmt(f),
        }
    }
}

impl std::error::Error for ContractError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Invalid(problems) => Some(problems),
            Self::Json { .. }
            | Self::Unknown { .. }
            | Self::NoVersion
            | Self::BadVersion
            | Self::Newer { .. } => None,
        }
    }
}
