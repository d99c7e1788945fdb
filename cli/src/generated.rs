//! What is generated from tables and their target, and how it relates to the files of a folder. No artifact is
//! named here: everything walks the list of them.

pub(crate) mod folder;
pub(crate) mod make;
pub(crate) mod together;

pub(crate) use folder::{FileReport, State};
pub(crate) use make::{Choice, Made, make};

use crate::target::Settings;
use serde::Serialize;

/// What `generate` or `check` has to tell.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// What was done with the files.
    pub(crate) mode: Mode,
    /// Whether everything was made, and for a check whether it is what the folder holds.
    pub(crate) ok: bool,
    /// The folder.
    pub(crate) out: Option<String>,
    /// The file of the target.
    pub(crate) target: Option<String>,
    /// The environment that was chosen.
    pub(crate) env: Option<String>,
    pub(crate) files: Vec<FileReport>,
    pub(crate) findings: Vec<FindingReport>,
    /// What the tables take from each other.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) together: Vec<FindingReport>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mode {
    /// Files were written.
    Written,
    /// Files would be written.
    DryRun,
    /// Files were compared.
    Check,
    /// Texts are in the report itself.
    Printed,
}

/// Why an artifact cannot be made for a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct FindingReport {
    pub(crate) artifact: &'static str,
    pub(crate) table: String,
    pub(crate) rule: &'static str,
    pub(crate) place: String,
    pub(crate) problem: String,
    pub(crate) fix: String,
    /// Where the setting stands that the place names.
    pub(crate) set_at: Option<String>,
}

impl Report {
    pub(crate) fn new(
        mode: Mode,
        out: Option<String>,
        settings: &Settings,
        files: Vec<FileReport>,
        made: Made,
    ) -> Self {
        let in_step = files.iter().all(|file| file.state == State::Unchanged);
        Self {
            mode,
            ok: made.findings.is_empty() && made.together.is_empty() && (mode != Mode::Check || in_step),
            out,
            target: settings.file().map(str::to_owned),
            env: settings.env().map(str::to_owned),
            files,
            findings: made.findings,
            together: made.together,
        }
    }
}
