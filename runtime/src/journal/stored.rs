//! The records of a journal as they are stored.

use super::parallel::{self, AT_ONCE};
use super::record::RunRecord;
use crate::error::Error;
use crate::store::{Content, Store, StoreError};

/// A record, and what is needed to change it.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) record: RunRecord,
    pub(super) content: Content,
}

/// Folder of the records, and that of the intents of version 1.
pub(super) const RUNS: &str = "runs";
pub(super) const OLD_INTENTS: &str = "intents";

/// Key of a record.
pub(super) fn key(folder: &str, kind: &str, run: &str) -> String {
    format!("{folder}{kind}/{run}.json")
}

/// All records of a kind, in the order of their names.
pub(super) fn read_all(
    store: &dyn Store,
    folder: &str,
    kind: &str,
    failed: fn(StoreError) -> Error,
) -> Result<Vec<Stored>, Error> {
    let prefix = format!("{folder}{kind}/");
    let names: Vec<String> = store.names(&prefix).map_err(failed)?;
    let keys: Vec<String> =
        names.iter().filter(|name| is_record(name)).map(|name| format!("{prefix}{name}")).collect();
    let stored = parallel::each(&keys, threads(store), |key| {
        // One that went away in between was a run that is recovered or replaced.
        let Some(content) = store.read(key).map_err(failed)? else { return Ok(None) };
        let record = RunRecord::read(&content, &store.location(key))?;
        Ok(Some(Stored { record, content }))
    })?;
    Ok(stored.into_iter().flatten().collect())
}

/// Threads that are worth it: a folder answers at once.
pub(super) fn threads(store: &dyn Store) -> usize {
    if store.root().as_path().is_some() { 1 } else { AT_ONCE }
}

fn is_record(name: &str) -> bool {
    name.ends_with(".json") && !name.starts_with('.')
}

/// Whether it is what a write that was cut short left beside its target: `.NAME.PID-N.tmp`.
pub(super) fn is_aside(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(".tmp")
}
