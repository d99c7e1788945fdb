//! What a command says when it cannot go on: heading, message, causes, what to do next.

use crate::catalog::{CatalogError, CatalogErrorKind};
use crate::render::{BAD, BOLD, paint, plain};
use lakebed::ErrorKind;
use std::fmt::Write as _;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done, or nothing to do.
    Done,
    /// It ran, and found something the caller asked to be told about.
    Findings,
    /// It failed, or was asked for something that cannot be.
    Failed,
}

impl Outcome {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Failed => 2,
        }
    }
}

/// A failure as the reader of a terminal needs it.
#[derive(Debug)]
pub(crate) struct CliError {
    heading: &'static str,
    message: String,
    causes: Vec<String>,
    hint: Option<String>,
    outcome: Outcome,
}

impl CliError {
    pub(crate) fn failed(heading: &'static str, message: impl Into<String>) -> Self {
        Self { heading, message: message.into(), causes: Vec::new(), hint: None, outcome: Outcome::Failed }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::failed("wrong usage", message)
    }

    /// For what the design promises and this version does not have.
    pub(crate) fn not_built(what: &str) -> Self {
        Self::failed("not built yet", format!("{what} is not built yet"))
    }

    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds an error and everything below it.
    #[must_use]
    pub(crate) fn cause(mut self, error: &dyn std::error::Error) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            self.causes.push(error.to_string());
            next = error.source();
        }
        self
    }

    pub(crate) fn outcome(&self) -> Outcome {
        self.outcome
    }

    pub(crate) fn render(&self) -> String {
        let mut text = format!("{} {}\n", paint(BAD, "error:"), paint(BOLD, self.heading));
        for line in self.message.lines() {
            let _ = writeln!(text, "  {}", plain(line));
        }
        for line in self.causes.iter().flat_map(|cause| cause.lines()) {
            let _ = writeln!(text, "  because: {}", plain(line));
        }
        if let Some(hint) = &self.hint {
            let _ = writeln!(text, "  {} {hint}", paint(BOLD, "what to do:"));
        }
        text
    }
}

impl From<lakebed::Error> for CliError {
    fn from(error: lakebed::Error) -> Self {
        let (heading, hint, outcome) = match error.kind() {
            ErrorKind::Usage => {
                ("wrong usage", "see the help of the command: `lakebed COMMAND --help`", Outcome::Failed)
            }
            ErrorKind::Input => (
                "cannot read an input",
                "check the path and its permissions; nothing was written, so the same command can run again",
                Outcome::Failed,
            ),
            ErrorKind::Changed => (
                "an input has changed",
                "give new records a file of their own; to replace what the lake holds of this one, add --force. \
                 Nothing was written",
                Outcome::Failed,
            ),
            ErrorKind::Output => (
                "cannot write the lake",
                "check that the place given with --to can be written and has room, then run the same command again: \
                 what was half done is cleaned up",
                Outcome::Failed,
            ),
            ErrorKind::Locked => (
                "the lake is busy",
                "wait until the other run has ended, then run the same command again; or let it wait, with --wait 10m",
                Outcome::Failed,
            ),
            ErrorKind::Table => (
                "the table is not valid",
                "correct the struct or the contract file, then run the same command again",
                Outcome::Failed,
            ),
            ErrorKind::TooManyRejects => (
                "too many rejects",
                "run the same command with --dry-run and without --max-rejects to see every reason",
                Outcome::Findings,
            ),
            ErrorKind::Internal => (
                "a defect of lakebed",
                "nothing was written; please report this message together with the command",
                Outcome::Failed,
            ),
        };
        let again = "then run the same command again";
        let hint = match (error.hint(), error.kind()) {
            (None, _) => hint.to_owned(),
            (Some(first), ErrorKind::Output) => {
                format!("{first}, {again}: what was half done is cleaned up")
            }
            (Some(first), _) => format!("{first}, {again}"),
        };
        let mut failure = Self::failed(heading, error.to_string()).hint(hint);
        failure.outcome = outcome;
        match std::error::Error::source(&error) {
            Some(source) => failure.cause(source),
            None => failure,
        }
    }
}

/// What to do first about an error of a catalog, before the command is run again.
pub(crate) fn first_step(kind: CatalogErrorKind) -> &'static str {
    match kind {
        CatalogErrorKind::NotFound => "check the names of database, table and version",
        CatalogErrorKind::AlreadyExists | CatalogErrorKind::Conflict => {
            "somebody was faster: look at what `lakebed plan` shows now"
        }
        CatalogErrorKind::Throttled | CatalogErrorKind::Unavailable => "wait a minute",
        CatalogErrorKind::Network => "check the network, the region and the proxy",
        CatalogErrorKind::Credentials => "get new AWS credentials",
        CatalogErrorKind::Denied => "ask who runs the catalog for the permission",
        CatalogErrorKind::Invalid => "correct the table or its target",
        CatalogErrorKind::Limit => "make room or have the limit raised",
        CatalogErrorKind::Unreadable => "correct what it names",
        CatalogErrorKind::Other => "look at the reasons above",
    }
}

/// What stands for a call in errors from before the first one.
const OPENING: &str = "opening";

impl From<CatalogError> for CliError {
    fn from(error: CatalogError) -> Self {
        let heading = match error.kind() {
            CatalogErrorKind::NotFound => "the catalog does not have it",
            CatalogErrorKind::AlreadyExists => "the catalog has it already",
            CatalogErrorKind::Conflict => "the catalog has changed",
            CatalogErrorKind::Throttled => "the catalog takes no more calls",
            CatalogErrorKind::Unavailable => "the catalog does not answer",
            CatalogErrorKind::Network => "no connection to the catalog",
            CatalogErrorKind::Credentials => "the catalog does not know who asks",
            CatalogErrorKind::Denied => "the catalog does not allow it",
            CatalogErrorKind::Invalid if error.operation() == OPENING => "the catalog cannot be opened",
            CatalogErrorKind::Invalid => "the catalog does not take it",
            CatalogErrorKind::Limit => "a limit of the catalog is reached",
            CatalogErrorKind::Unreadable => "the catalog cannot be read",
            CatalogErrorKind::Other => "the catalog failed",
        };
        let usual = format!("{}, then run the same command again", first_step(error.kind()));
        let mut message = error.to_string();
        if let Some(permission) = error.permission() {
            let _ = write!(message, "\nit needs the permission {permission}");
        }
        let failure = Self::failed(heading, message).hint(error.hint().unwrap_or(&usual));
        match std::error::Error::source(&error) {
            Some(source) => failure.cause(source),
            None => failure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(error: &CliError) -> String {
        anstream::adapter::strip_str(&error.render()).to_string()
    }

    #[test]
    fn a_runtime_error_becomes_heading_message_causes_and_hint() {
        let below = std::io::Error::other("disk full");
        let error = CliError::from(lakebed::Error::new(ErrorKind::Output, "lake/t/x.tmp").with_source(below));
        insta::assert_snapshot!(shown(&error), @"
        error: cannot write the lake
          lake/t/x.tmp
          because: disk full
          what to do: check that the place given with --to can be written and has room, then run the same command again: what was half done is cleaned up
        ");
        assert_eq!(error.outcome(), Outcome::Failed);
    }

    #[test]
    fn a_catalog_error_names_permission_and_next_step() {
        let error = CatalogError::new(CatalogErrorKind::Denied, "GetTable", "table `a.b`", "not authorized")
            .with_permission("glue:GetTable on arn:aws:glue:eu-west-1:123456789012:table/a/b")
            .with_source(std::io::Error::other("status 400"));
        insta::assert_snapshot!(shown(&CliError::from(error)), @"
        error: the catalog does not allow it
          GetTable of table `a.b`: not authorized
          it needs the permission glue:GetTable on arn:aws:glue:eu-west-1:123456789012:table/a/b
          because: status 400
          what to do: ask who runs the catalog for the permission, then run the same command again
        ");
        let error =
            CatalogError::new(CatalogErrorKind::Conflict, "UpdateTable", "table `a.b`", "it has version 4");
        insta::assert_snapshot!(shown(&CliError::from(error.with_hint("plan again"))), @"
        error: the catalog has changed
          UpdateTable of table `a.b`: it has version 4
          what to do: plan again
        ");
    }

    #[test]
    fn too_many_rejects_are_findings() {
        let error =
            CliError::from(lakebed::Error::new(ErrorKind::TooManyRejects, "12 of 40 records were refused"));
        assert_eq!(error.outcome().code(), 1);
    }

    #[test]
    fn a_file_name_cannot_write_to_the_terminal() {
        let error = CliError::usage("no such file: a\u{1b}[2Jb");
        assert!(shown(&error).contains(r"a\u{1b}[2Jb"), "{}", shown(&error));
    }
}
