//! The journal of a table against the files that are there.

use super::report::Journal;
use crate::journal::compaction::{Compaction, generations, superseded};
use crate::journal::{RunRecord, read_journal};
use crate::store::Store;
use std::collections::{BTreeMap, BTreeSet};

/// Rows and bytes of the files that could be read, by path below the table's folder, and the names of those that
/// could not.
#[derive(Debug, Default)]
pub(super) struct Present {
    pub(super) readable: BTreeMap<String, (u64, u64)>,
    pub(super) broken: BTreeSet<String>,
}

/// What the journal says; none when the table has none.
pub(super) fn journal(lake: &dyn Store, table: &str, present: &Present) -> Option<Journal> {
    let (runs, open) = match read_journal(lake, table) {
        Ok((runs, 0)) if runs.is_empty() => return None,
        Ok(journal) => journal,
        Err(error) => {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
            let unreadable = Some(format!("{error}{}", cause.unwrap_or_default()));
            return Some(Journal { unreadable, ..Journal::default() });
        }
    };
    let mut journal = Journal { runs: runs.len() as u64, open: open as u64, ..Journal::default() };
    let inputs = || runs.iter().flat_map(|run| run.inputs.values());
    let books = Books::of(&runs);
    let written: u64 = inputs().map(|input| input.written).sum();
    journal.rows = (written + books.foreign).saturating_sub(books.dropped);
    journal.decoded_bytes = inputs().map(|input| input.decoded_bytes).sum();
    journal.stored_bytes = inputs().map(|input| input.bytes).sum();
    let formats: BTreeSet<&str> = inputs().filter_map(|input| input.format.as_deref()).collect();
    journal.formats = formats.into_iter().map(str::to_owned).collect();

    let inside = format!("{table}/");
    let generations = generations(table);
    let below = |output: &'_ str| match output.strip_prefix(&inside) {
        Some(below) => Some(below.to_owned()),
        None => output.starts_with(&generations).then(|| output.to_owned()),
    };
    let outputs: BTreeSet<String> = books.outputs.iter().filter_map(|output| below(output)).collect();
    let (mut rows, mut whole) = (0, true);
    for output in &outputs {
        match present.readable.get(output) {
            Some((rows_here, bytes)) => {
                rows += rows_here;
                journal.parquet_bytes += bytes;
            }
            None => {
                whole = false;
                if !present.broken.contains(output) {
                    journal.missing_files.push(output.clone());
                }
            }
        }
    }
    journal.rows_in_files = whole.then_some(rows);
    journal.other_files =
        present.readable.keys().filter(|file| !outputs.contains(file.as_str())).count() as u64;
    Some(journal)
}

/// What compactions have done to the files and rows that other runs wrote.
struct Books {
    /// Files that runs wrote and that stand for themselves.
    outputs: BTreeSet<String>,
    /// Rows of files that no run wrote, and that are in files of compactions now.
    foreign: u64,
    /// Rows left out as duplicates.
    dropped: u64,
}

impl Books {
    fn of(runs: &[RunRecord]) -> Self {
        let compactions: Vec<Compaction> =
            runs.iter().filter_map(Compaction::of).filter(Compaction::counts).collect();
        let prepared = runs.iter().filter(|run| Compaction::of(run).is_some_and(|c| !c.counts()));
        let not_yet: BTreeSet<&String> = prepared.flat_map(|run| &run.outputs).collect();
        let mut outputs: BTreeSet<String> = runs
            .iter()
            .flat_map(|run| &run.outputs)
            .filter(|output| !not_yet.contains(output))
            .cloned()
            .collect();
        // A copy of a file that no run wrote is not a file that a run wrote.
        for (from, to) in compactions.iter().filter_map(|c| c.switch.as_ref()).flat_map(|s| &s.carried) {
            if !outputs.contains(from) {
                outputs.remove(to);
            }
        }
        // Rows that were decoded are in the books of their inputs.
        let sources = compactions.iter().filter(|c| !c.from_json).flat_map(|compaction| &compaction.sources);
        let foreign = sources.filter(|(key, _)| !outputs.contains(*key)).map(|(_, source)| source.rows).sum();
        let gone = superseded(runs);
        outputs.retain(|output| !gone.contains(output));
        let dropped = compactions.iter().map(|compaction| compaction.dropped).sum();
        Self { outputs, foreign, dropped }
    }
}
