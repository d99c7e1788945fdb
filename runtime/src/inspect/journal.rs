//! The journal of a table against the files that are there.

use super::report::Journal;
use crate::journal::read_journal;
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
    journal.rows = inputs().map(|input| input.written).sum();
    journal.decoded_bytes = inputs().map(|input| input.decoded_bytes).sum();
    journal.stored_bytes = inputs().map(|input| input.bytes).sum();
    let formats: BTreeSet<&str> = inputs().filter_map(|input| input.format.as_deref()).collect();
    journal.formats = formats.into_iter().map(str::to_owned).collect();

    let inside = format!("{table}/");
    let outputs: BTreeSet<&str> =
        runs.iter().flat_map(|run| &run.outputs).filter_map(|output| output.strip_prefix(&inside)).collect();
    let (mut rows, mut whole) = (0, true);
    for output in &outputs {
        match present.readable.get(*output) {
            Some((rows_here, bytes)) => {
                rows += rows_here;
                journal.parquet_bytes += bytes;
            }
            None => {
                whole = false;
                if !present.broken.contains(*output) {
                    journal.missing_files.push((*output).to_owned());
                }
            }
        }
    }
    journal.rows_in_files = whole.then_some(rows);
    journal.other_files =
        present.readable.keys().filter(|file| !outputs.contains(file.as_str())).count() as u64;
    Some(journal)
}
