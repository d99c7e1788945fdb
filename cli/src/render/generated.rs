//! What `generate` made, for people.

use super::refusals::refusals;
use super::{BAD, BOLD, DIM, GOOD, WARN, counted, paint, plain, shortened};
use crate::diff::Change;
use crate::generated::{FileReport, Mode, Report, State};
use serde_json::Value;
use std::fmt::Write as _;

/// Differences of one file that are shown; `--json` has them all.
const SHOWN: usize = 5;
const LONGEST_VALUE: usize = 120;

/// `+ ~ = -` for the files, then why others were not made, then the sum. `again` says how to write the files of a check.
pub(crate) fn generated(report: &Report, again: &str, program: &str) -> String {
    let mut text: String = report.files.iter().map(|found| file(found, report.mode)).collect();
    let no_target = report.target.is_none().then_some(program);
    text.push_str(&refusals(&report.findings, no_target));
    text.push_str(&super::together(&report.together));
    text.push_str(&sum(report));
    if report.mode == Mode::Check && report.files.iter().any(|file| file.state != State::Unchanged) {
        let left = report.files.iter().any(|file| file.state == State::LeftOver);
        let delete = if left { ", delete what is left over" } else { "" };
        let _ = writeln!(text, "  {} {again}{delete}, and commit", paint(BOLD, "what to do:"));
    }
    text
}

fn file(found: &FileReport, mode: Mode) -> String {
    let check = mode == Mode::Check;
    let (sign, style, word) = match (found.state, mode) {
        (State::Unchanged, _) => ("=", DIM, if check { "in step" } else { "unchanged" }),
        (State::Missing, Mode::Check) => ("+", BAD, "missing"),
        (State::Missing, Mode::DryRun) => ("+", GOOD, "would be created"),
        (State::Missing, Mode::Written | Mode::Printed) => ("+", GOOD, "created"),
        (State::Changed, Mode::Check) => ("~", BAD, "differs"),
        (State::Changed, Mode::DryRun) => ("~", WARN, "would be changed"),
        (State::Changed, Mode::Written | Mode::Printed) => ("~", WARN, "changed"),
        (State::LeftOver, _) => {
            ("-", if check { BAD } else { WARN }, "left over: nothing generates it any more")
        }
    };
    let mut text = format!("{} {}  {word}\n", paint(style, sign), plain(&found.file));
    text.extend(found.changes.iter().take(SHOWN).map(change));
    if found.changes.len() > SHOWN {
        let more = counted((found.changes.len() - SHOWN) as u64, "more difference");
        let _ = writeln!(text, "    and {more}; --json lists them all");
    }
    text
}

fn change(change: &Change) -> String {
    let path = if change.path.is_empty() { "the document" } else { &change.path };
    let path = paint(DIM, &plain(path));
    let shown = |value: &Value| plain(&shortened(&value.to_string(), LONGEST_VALUE));
    match (&change.old, &change.new) {
        (None, None) => format!("    {path}\n"),
        (None, Some(new)) => format!("    {path}\n      {} {}\n", paint(GOOD, "+"), shown(new)),
        (Some(old), None) => format!("    {path}\n      {} {}\n", paint(BAD, "-"), shown(old)),
        (Some(old), Some(new)) => {
            let (minus, plus) = (paint(BAD, "-"), paint(GOOD, "+"));
            format!("    {path}\n      {minus} {}\n      {plus} {}\n", shown(old), shown(new))
        }
    }
}

fn sum(report: &Report) -> String {
    let count = |is: State| report.files.iter().filter(|file| file.state == is).count() as u64;
    let (created, changed) = (count(State::Missing), count(State::Changed));
    let (unchanged, left) = (count(State::Unchanged), count(State::LeftOver));
    let mut parts = match report.mode {
        Mode::Check => {
            let mut parts = vec![format!("{} in step", counted(unchanged, "file"))];
            let more = [(created, "missing"), (changed, "different")];
            parts.extend(
                more.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")),
            );
            parts
        }
        Mode::DryRun => vec![
            format!("{} would be written", counted(created + changed, "file")),
            format!("{unchanged} unchanged"),
        ],
        Mode::Written | Mode::Printed => {
            vec![format!("{} written", counted(created + changed, "file")), format!("{unchanged} unchanged")]
        }
    };
    if left > 0 {
        parts.push(format!("{left} left over"));
    }
    let mut text = parts.join(", ");
    if !report.findings.is_empty() {
        let mut distinct: Vec<(&str, &str)> =
            report.findings.iter().map(|finding| (finding.artifact, finding.table.as_str())).collect();
        distinct.dedup();
        distinct.sort_unstable();
        distinct.dedup();
        let findings = counted(report.findings.len() as u64, "finding");
        let _ = write!(text, "; {} not made, {findings}", distinct.len());
    }
    let heading = match (report.mode, report.ok) {
        (Mode::Check, true) => format!("{}: ", paint(GOOD, "In step")),
        (Mode::Check, false) => format!("{}: ", paint(BAD, "Not in step")),
        (Mode::DryRun, _) => format!("{}: ", paint(BOLD, "Dry run, nothing was written")),
        (Mode::Written | Mode::Printed, _) => String::new(),
    };
    format!("{heading}{text}\n")
}

/// What users of the files should know, each note once.
pub(crate) fn notes(files: &[FileReport]) -> String {
    let mut notes: Vec<(&str, Vec<&str>)> = Vec::new();
    for file in files {
        for note in &file.notes {
            match notes.iter_mut().find(|(other, _)| other == note) {
                Some((_, files)) => files.push(&file.file),
                None => notes.push((note, vec![&file.file])),
            }
        }
    }
    notes
        .into_iter()
        .map(|(note, files)| {
            format!("{} {}: {}\n", paint(BOLD, "note:"), plain(&files.join(", ")), plain(note))
        })
        .collect()
}

/// A slip that changes nothing.
pub(crate) fn warning(text: &str) -> String {
    format!("{} {}\n", paint(WARN, "warning:"), plain(text))
}

/// What is good to know.
pub(crate) fn note(text: &str) -> String {
    format!("{} {}\n", paint(BOLD, "note:"), plain(text))
}
