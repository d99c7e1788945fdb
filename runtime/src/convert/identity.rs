//! Names that follow from content: inputs and runs are known by a hash, so the same work has the same name.

use super::ConvertOptions;
use super::budget::Budget;
use crate::bounds::Projected;
use crate::journal::compaction::live_generations;
use crate::journal::{RunKind, RunRecord};
use crate::replay::Rules;
use lakebed_schema::Table;
use std::fs::File;
use std::io;
use std::path::Path;

/// BLAKE3 of a file's bytes, in hexadecimal.
pub(crate) fn hash_file(path: &Path) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// In what manner a run writes: all beside the contract and the inputs that shows in the names or the bytes of its
/// files. The number of threads and the bytes of a segment do not.
pub(super) fn manner(
    kind: RunKind,
    table: &Table,
    options: &ConvertOptions,
    budget: &Budget,
    rules: Option<&Rules>,
    earlier: &[RunRecord],
) -> String {
    let declared = usize::try_from(table.storage.row_group_bytes).unwrap_or(usize::MAX);
    let row_group = declared.min(budget.row_group_bytes);
    let limits = options.limits.within(budget);
    let (semantics, window) = (options.semantics, options.accept_event_time);
    let projected = options.projected.as_ref().map(Projected::describe);
    let folders = live_generations(earlier, &table.name);
    format!("{kind:?} {semantics:?} {limits:?} {row_group} {window:?} {projected:?} {rules:?} {folders:?}")
}

/// Name of a run: from the table's contract, the manner in which it writes, its inputs in order, and the runs it
/// replaces. It is part of every file the run writes: a name stands for one content, and a file of a committed run is
/// never written again.
pub(crate) fn run_name<'a>(
    contract: &str,
    manner: &str,
    inputs: impl IntoIterator<Item = (&'a str, &'a str)>,
    replaces: &[String],
) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |part: &str| {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    };
    [env!("CARGO_PKG_VERSION"), contract, manner].into_iter().for_each(&mut add);
    for (path, hash) in inputs {
        [path, hash].into_iter().for_each(&mut add);
    }
    for run in replaces {
        ["replaces", run].into_iter().for_each(&mut add);
    }
    let mut name = hasher.finalize().to_hex().to_string();
    name.truncate(16);
    name
}
