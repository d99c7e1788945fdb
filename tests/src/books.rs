//! The books of a table's journal, held against what is in the lake.

use crate::lake;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What the committed runs of a table say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// Records read.
    pub read: u64,
    /// Records stored.
    pub written: u64,
    /// Records refused.
    pub rejected: u64,
    /// Rows that compactions left out because a later one has the same key.
    pub dropped: u64,
    /// Files, below the lake.
    pub outputs: BTreeSet<String>,
    /// Runs that have not come to their end, and their states.
    pub unended: Vec<String>,
}

impl Books {
    /// Reads the records of runs.
    ///
    /// # Panics
    /// On a record that is none.
    pub fn of(lake: &Path, table: &str) -> Self {
        let mut books = Self::default();
        let mut removed = BTreeSet::new();
        for (name, text) in lake::files(&lake.join("_lakebed").join(table).join("runs")) {
            if !name.ends_with(".json") {
                continue;
            }
            let run: Value = serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            let state = run["state"].as_str().unwrap_or_default();
            // Of one that was given up nothing counts, and nothing may be there.
            if !matches!(state, "done" | "aborted") {
                books.unended.push(format!("{name} is {state:?}"));
            }
            if matches!(state, "publishing" | "aborted") {
                continue;
            }
            for input in run["inputs"].as_object().into_iter().flat_map(|inputs| inputs.values()) {
                let count = |name: &str| input[name].as_u64().unwrap_or_default();
                books.read += count("read");
                books.written += count("written");
                books.rejected += count("rejected");
            }
            books.dropped += run["compaction"]["dropped"].as_u64().unwrap_or_default();
            let paths = |name: &str| {
                let list = run[name].as_array().cloned().unwrap_or_default();
                list.iter().filter_map(|path| path.as_str().map(str::to_owned)).collect::<Vec<_>>()
            };
            books.outputs.extend(paths("outputs"));
            removed.extend(paths("removes"));
        }
        books.outputs.retain(|path| !removed.contains(path));
        books
    }
}

/// How far each run is, by its name.
///
/// # Panics
/// On a record that is none.
pub fn states(lake: &Path, table: &str) -> BTreeMap<String, String> {
    let records = lake::files(&lake.join("_lakebed").join(table).join("runs"));
    let state = |(name, text): (String, Vec<u8>)| {
        let run: Value = serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, run["state"].as_str().unwrap_or_default().to_owned())
    };
    // A write that was cut short stands beside its target.
    records.into_iter().filter(|(name, _)| name.ends_with(".json")).map(state).collect()
}

/// Files of the lake that are no books of the journal: those of tables, and rejects.
pub fn stored_files(lake: &Path) -> BTreeSet<String> {
    lake::files(lake).into_keys().filter(|name| !name.starts_with("_lakebed/")).collect()
}

/// What is wrong with a lake that no run is working on: files that no run lists, listed ones that are missing,
/// something half-done. Empty when all is well.
pub fn problems(lake: &Path, table: &str) -> Vec<String> {
    let books = Books::of(lake, table);
    let found = stored_files(lake);
    let mut problems = books.unended.clone();
    problems.extend(found.difference(&books.outputs).map(|file| format!("{file} is in no run")));
    problems.extend(books.outputs.difference(&found).map(|file| format!("{file} is listed and not there")));
    for name in lake::files(&lake.join("_lakebed").join(table)).into_keys() {
        if name.ends_with(".tmp") || name.starts_with("tmp/") {
            problems.push(format!("_lakebed/{table}/{name} was left"));
        }
    }
    let rows = lake::footer_rows(lake, table) + lake::footer_rows(lake, &format!("{table}.generations"));
    let counted = books.written.saturating_sub(books.dropped);
    if rows != counted {
        problems.push(format!("the journal counts {counted} rows, the files hold {rows}"));
    }
    let rejects = lake::rejects(lake, table).len() as u64;
    if rejects != books.rejected {
        problems.push(format!("the journal counts {} rejects, {rejects} are kept", books.rejected));
    }
    if books.read != books.written + books.rejected {
        problems
            .push(format!("read {} ≠ written {} + rejected {}", books.read, books.written, books.rejected));
    }
    problems
}
