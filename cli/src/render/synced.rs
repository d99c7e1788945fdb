//! What became of partitions, for people.

use super::{BAD, BOLD, DIM, GOOD, WARN, counted, paint, plain, thousands};
use crate::commands::partitions::{Report, Synced, TableReport};
use crate::partitions::SyncReport;
use lakebed::inspect::report::Misplaced;
use lakebed_schema::artifacts::glue::GluePartition;
use std::fmt::Write as _;

/// Partitions of a kind that are shown; `--json` has them all.
const SHOWN: usize = 10;

/// Each table with what was done, `+` added and `-` removed, and the sum.
pub(crate) fn synced(report: &Report, program: &str) -> String {
    let mut text: String = report.tables.iter().map(|table| one(table, report.dry_run, program)).collect();
    if report.dry_run {
        let _ =
            writeln!(text, "{}: nothing was changed in {}", paint(BOLD, "Dry run"), plain(&report.catalog));
    }
    text
}

fn one(table: &TableReport, dry_run: bool, program: &str) -> String {
    let name = paint(BOLD, &plain(&table.table));
    match &table.outcome {
        Synced::NothingToDo { reason } => format!("{} {name}: nothing to do: {reason}\n", paint(DIM, "=")),
        Synced::Failed { error } => format!("{} {name}: not tried\n{error}", paint(BAD, "!")),
        Synced::Done { report, ignored, error } => {
            let mut text = done(&name, report, ignored, dry_run, program);
            if let Some(error) = error {
                text.push_str(error);
                let _ = writeln!(
                    text,
                    "  not tried: {}; run the same command again, it goes on where it stopped",
                    counted(report.left, "partition")
                );
            }
            text
        }
    }
}

fn done(name: &str, report: &SyncReport, ignored: &[Misplaced], dry_run: bool, program: &str) -> String {
    let will = if dry_run { "would be " } else { "" };
    let mut parts = vec![
        format!("{} {will}added", counted(report.added.len() as u64, "partition")),
        format!("{} present", thousands(report.present)),
    ];
    for (count, what) in [
        (report.pruned.len(), format!("{will}pruned")),
        (report.gone.len(), "without files".to_owned()),
        (report.elsewhere.len(), "elsewhere".to_owned()),
        (report.failed.len(), "failed".to_owned()),
        (ignored.len(), "folders ignored".to_owned()),
    ] {
        if count > 0 {
            parts.push(format!("{} {what}", thousands(count as u64)));
        }
    }
    let mut text = format!("{name}: {}\n", parts.join(", "));
    list(
        &mut text,
        report.added.iter().map(|values| format!("{} {}", paint(GOOD, "+"), plain(&values.join("/")))),
    );
    list(
        &mut text,
        report.pruned.iter().map(|gone| {
            format!("{} {}  {}", paint(BAD, "-"), plain(&gone.values.join("/")), plain(&gone.location))
        }),
    );
    list(
        &mut text,
        report.gone.iter().map(|gone| {
            format!(
                "{} {}: no file in {}",
                paint(WARN, "?"),
                plain(&gone.values.join("/")),
                plain(&gone.location)
            )
        }),
    );
    if !report.gone.is_empty() {
        let _ = writeln!(text, "    `{program} partitions sync --prune` removes what has no files");
    }
    list(
        &mut text,
        report.elsewhere.iter().map(|other| {
            let folder = match &other.unread {
                Some(folder) => format!(", and nobody reads its folder {}", plain(folder)),
                None => String::new(),
            };
            let values = plain(&other.values.join("/"));
            format!("{} {values}: is read from {}{folder}", paint(WARN, "!"), plain(&other.location))
        }),
    );
    list(
        &mut text,
        report.failed.iter().map(|failed| {
            let values = plain(&failed.values.join("/"));
            format!("{} {values}: {} says: {}", paint(BAD, "!"), failed.operation, plain(&failed.message))
        }),
    );
    list(
        &mut text,
        ignored.iter().map(|folder| {
            let path = if folder.path.is_empty() { "the table's own folder" } else { &folder.path };
            let files = counted(folder.files, "file");
            format!("{} {} ({files}): {}", paint(WARN, "!"), plain(path), plain(&folder.problem))
        }),
    );
    text
}

fn list(text: &mut String, lines: impl ExactSizeIterator<Item = String>) {
    let more = lines.len().saturating_sub(SHOWN);
    for line in lines.take(SHOWN) {
        let _ = writeln!(text, "  {line}");
    }
    if more > 0 {
        let _ = writeln!(text, "  and {} more; --json lists them all", thousands(more as u64));
    }
}

/// What is about to be removed.
pub(crate) fn to_prune(table: &str, gone: &[GluePartition]) -> String {
    let mut text = format!(
        "{}: {} without files\n",
        paint(BOLD, &plain(table)),
        counted(gone.len() as u64, "registered partition")
    );
    list(
        &mut text,
        gone.iter().map(|partition| {
            let location = partition.storage.location.as_deref().unwrap_or_default();
            format!("{} {}  {}", paint(BAD, "-"), plain(&partition.values.join("/")), plain(location))
        }),
    );
    text
}
