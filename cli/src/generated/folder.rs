//! Generated files and the folder they are committed in.

use super::make::{Made, Output, in_format};
use crate::diff::{self, Change};
use crate::error::CliError;
use crate::files::{self, Written};
use crate::target::Folder;
use crate::target::list::Format;
use lakebed_schema::artifacts::ARTIFACTS;
use serde::Serialize;
use std::io;
use std::path::Path;

/// A generated file, or one that is left over.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FileReport {
    /// The artifact; none when the file is left over.
    pub(crate) artifact: Option<&'static str>,
    pub(crate) part: Option<&'static str>,
    pub(crate) table: String,
    /// Name in the folder.
    pub(crate) file: String,
    pub(crate) state: State,
    /// From the committed file to what is generated.
    pub(crate) changes: Vec<Change>,
    pub(crate) notes: Vec<String>,
    /// The text, when it goes nowhere else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    Unchanged,
    /// Not there so far.
    Missing,
    /// Its content differs.
    Changed,
    /// Nothing generates it any more.
    LeftOver,
}

/// Which files of a folder are looked at for what is left over.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    /// Tables; all when none.
    pub(crate) tables: Option<Vec<String>>,
    /// Artifacts; all when empty.
    pub(crate) artifacts: Vec<String>,
}

/// Writes what was made, unless it is there already.
pub(crate) fn write(
    made: &Made,
    folder: &Folder,
    scope: &Scope,
    dry_run: bool,
) -> Result<Vec<FileReport>, CliError> {
    let mut reports = Vec::new();
    for output in &made.outputs {
        let file = folder.path.join(&output.file);
        let written =
            if dry_run { files::compare(&file, &output.text) } else { files::write(&file, &output.text) };
        let written = written.map_err(|error| {
            CliError::failed("cannot write a file", format!("{}/{}", folder.shown, output.file))
                .cause(&error)
                .hint("check that the folder can be written; this file is as it was before")
        })?;
        let state = match written {
            Written::Created => State::Missing,
            Written::Changed => State::Changed,
            Written::Unchanged => State::Unchanged,
        };
        reports.push(report(output, state, Vec::new()));
    }
    reports.extend(left_over(made, folder, scope)?);
    Ok(reports)
}

/// Compares what was made with what is there: JSON by content, YAML without comments and blank lines, other text line
/// by line.
pub(crate) fn check(made: &Made, folder: &Folder, scope: &Scope) -> Result<Vec<FileReport>, CliError> {
    let mut reports = Vec::new();
    for output in &made.outputs {
        let (state, changes) = match std::fs::read_to_string(folder.path.join(&output.file)) {
            Ok(old) => {
                let changes = differences(&output.file, &old, &output.text);
                (if changes.is_empty() { State::Unchanged } else { State::Changed }, changes)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => (State::Missing, Vec::new()),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                let path = "the file is no UTF-8 text".to_owned();
                (State::Changed, vec![Change { path, old: None, new: None }])
            }
            Err(error) => {
                return Err(CliError::failed(
                    "cannot read a generated file",
                    format!("{}/{}", folder.shown, output.file),
                )
                .cause(&error));
            }
        };
        reports.push(report(output, state, changes));
    }
    reports.extend(left_over(made, folder, scope)?);
    Ok(reports)
}

/// What was made, with its text.
pub(crate) fn printed(made: &Made) -> Vec<FileReport> {
    made.outputs
        .iter()
        .map(|output| FileReport {
            content: Some(output.text.clone()),
            ..report(output, State::Unchanged, Vec::new())
        })
        .collect()
}

fn report(output: &Output, state: State, changes: Vec<Change>) -> FileReport {
    FileReport {
        artifact: Some(output.artifact),
        part: Some(output.part),
        table: output.table.clone(),
        file: output.file.clone(),
        state,
        changes,
        notes: output.notes.clone(),
        content: None,
    }
}

fn differences(file: &str, old: &str, new: &str) -> Vec<Change> {
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    if file.ends_with(".json")
        && let (Some(old), Some(new)) = (json(old), json(new))
    {
        return diff::values(&old, &new);
    }
    if file.ends_with(".yaml") {
        let counts = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        return diff::lines(old.lines().filter(counts), new.lines().filter(counts));
    }
    diff::lines(old.lines(), new.lines())
}

/// Files that are named like generated ones and that nothing generates any more.
fn left_over(made: &Made, folder: &Folder, scope: &Scope) -> Result<Vec<FileReport>, CliError> {
    let unreadable = |error: io::Error| {
        CliError::failed("cannot read the folder of generated files", folder.shown.clone()).cause(&error)
    };
    let mut left = Vec::new();
    for file in names(&folder.path).map_err(unreadable)? {
        let Some((table, suffix)) = file.split_once('.') else { continue };
        let is_ours = ARTIFACTS
            .iter()
            .filter(|artifact| {
                scope.artifacts.is_empty() || scope.artifacts.iter().any(|name| name == artifact.name())
            })
            .flat_map(|artifact| artifact.parts())
            .any(|part| suffix == part.suffix || suffix == in_format(part.suffix, Format::Yaml));
        let in_scope = scope.tables.as_ref().is_none_or(|tables| tables.iter().any(|name| name == table));
        let expected = made.outputs.iter().any(|output| output.file == file) || made.refused.contains(&file);
        if is_ours && in_scope && !expected {
            left.push(FileReport {
                artifact: None,
                part: None,
                table: table.to_owned(),
                state: State::LeftOver,
                changes: Vec::new(),
                notes: Vec::new(),
                content: None,
                file,
            });
        }
    }
    Ok(left)
}

/// Names of the files of a folder, sorted; none when it does not exist.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        if let Ok(name) = entry?.file_name().into_string() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
