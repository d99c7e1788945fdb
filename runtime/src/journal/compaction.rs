//! What the journal says of compactions: which files' rows stand in other files, and where readers look.
//!
//! A compaction's run record has the member `compaction`. In a plain folder its sources stand in `removes` too, and go
//! with the commit. Where a catalog says which folder readers look into, the outputs stand in a generation folder,
//! `TABLE.generations/RUN/PARTITION`, and the member `switch` says how far the change is: `prepared` (readers look into
//! `from`), `switched` (they look into `to`; the old files wait for readers who began before) and `done` (the old files
//! are gone). From `prepared` on the outputs are never removed.

use super::RunRecord;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Member of a run record that holds a [`Compaction`].
const MEMBER: &str = "compaction";

/// What a compaction of one partition did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compaction {
    /// Path of the partition below the table's folder; empty for a table without partitions.
    pub partition: String,
    /// Files whose rows stand in the outputs, below the lake.
    pub sources: BTreeMap<String, SourceRecord>,
    /// Their rows.
    pub rows_in: u64,
    /// Rows of the outputs in the table.
    pub rows_out: u64,
    /// Rows left out because another one has the same key and is later.
    pub dropped: u64,
    /// Whether such rows were looked for.
    pub deduped: bool,
    /// Whether the sources were files of JSON, whose records were decoded. They are originals: they stay unless their
    /// removal is asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub from_json: bool,
    /// How readers come to the outputs, where a catalog says where they look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switch: Option<Switch>,
}

/// What is remembered of a file that was merged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRecord {
    /// BLAKE3 of a local file's bytes, in hexadecimal; `etag:…` on S3.
    pub hash: String,
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
}

/// A change of the folder that readers look into.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switch {
    /// The folder before, below the lake.
    pub from: String,
    /// The folder after.
    pub to: String,
    /// How far it is.
    pub state: SwitchState,
    /// When readers were switched: milliseconds since 1970, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switched_ms: Option<i64>,
    /// Files that came into a folder nobody reads any more, and their copies where readers look.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub carried: BTreeMap<String, String>,
}

/// How far a change of the folder is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SwitchState {
    /// The outputs are complete; readers look into the old folder.
    #[default]
    Prepared,
    /// Readers look into the new folder; the old files are still there.
    Switched,
    /// The old files are gone.
    Done,
}

impl Compaction {
    /// What a run's record says, when the run is a compaction.
    pub fn of(run: &RunRecord) -> Option<Self> {
        run.more.get(MEMBER).and_then(|value| Self::deserialize(value).ok())
    }

    /// Writes it into a record.
    pub(crate) fn write(&self, run: &mut RunRecord) {
        // Maps with text keys and plain members cannot fail.
        if let Ok(value) = serde_json::to_value(self) {
            run.more.insert(MEMBER.to_owned(), value);
        }
    }

    /// Files that are no longer read once its outputs are: sources, and what was carried.
    pub fn old_files(&self) -> impl Iterator<Item = &String> {
        let carried = self.switch.iter().flat_map(|switch| switch.carried.keys());
        self.sources.keys().chain(carried)
    }

    /// Whether readers see its outputs in place of its sources.
    pub fn counts(&self) -> bool {
        self.switch.as_ref().is_none_or(|switch| switch.state != SwitchState::Prepared)
    }

    /// Whether readers were switched at least `grace_ms` before `now_ms`.
    pub(crate) fn is_over(&self, now_ms: i64, grace_ms: i64) -> bool {
        let switched = self.switch.as_ref().and_then(|switch| switch.switched_ms);
        switched.unwrap_or(0).saturating_add(grace_ms) <= now_ms
    }
}

/// `TABLE.generations/`, below the lake.
pub fn generations(table: &str) -> String {
    format!("{table}.generations/")
}

/// The folder below the lake that readers of a partition look into, and that new files of it go to.
pub fn live_folder(runs: &[RunRecord], table: &str, partition: &str) -> String {
    let mut switches: Vec<Switch> = runs
        .iter()
        .filter_map(Compaction::of)
        .filter(|compaction| compaction.partition == partition && compaction.counts())
        .filter_map(|compaction| compaction.switch)
        .collect();
    let mut live = format!("{table}/{partition}");
    // Each generation follows on the one before; none is followed twice.
    while let Some(at) = switches.iter().position(|switch| switch.from == live) {
        live = switches.swap_remove(at).to;
    }
    live
}

/// Partitions whose readers look into a generation folder, with that folder.
pub fn live_generations(runs: &[RunRecord], table: &str) -> BTreeMap<String, String> {
    let switched = runs.iter().filter_map(Compaction::of).filter(|c| c.counts() && c.switch.is_some());
    let partitions: BTreeSet<String> = switched.map(|compaction| compaction.partition).collect();
    let live = |partition: String| {
        let folder = live_folder(runs, table, &partition);
        (partition, folder)
    };
    partitions.into_iter().map(live).collect()
}

/// Files below the lake whose rows readers find in other files: they may still be there, or be gone.
pub fn superseded(runs: &[RunRecord]) -> BTreeSet<String> {
    let compactions = runs.iter().filter_map(Compaction::of).filter(Compaction::counts);
    compactions.flat_map(|compaction| compaction.old_files().cloned().collect::<Vec<_>>()).collect()
}

/// Whether a folder of a lake is that of a table's generations.
pub fn is_generations(name: &str) -> bool {
    name.ends_with(".generations")
}

/// Files that may still be there and that readers do not look at, since they were switched to others.
pub fn unread(runs: &[RunRecord]) -> BTreeSet<String> {
    let compactions = runs.iter().filter_map(Compaction::of);
    let is_unread = |compaction: &Compaction| {
        (compaction.switch.is_some() || compaction.from_json) && compaction.counts()
    };
    let switched = compactions.filter(is_unread);
    switched.flat_map(|compaction| compaction.old_files().cloned().collect::<Vec<_>>()).collect()
}

/// The first file of a run whose rows a compaction has put into another one, and that compaction's name.
pub fn compacted<'a>(runs: &'a [RunRecord], run: &'a RunRecord) -> Option<(&'a str, &'a str)> {
    runs.iter().find_map(|other| {
        let compaction = Compaction::of(other)?;
        let taken = |output: &&String| compaction.old_files().any(|file| file == *output);
        run.outputs.iter().find(taken).map(|output| (output.as_str(), other.run.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn switched(run: &str, from: &str, state: SwitchState) -> RunRecord {
        let to = format!("t.generations/{run}/d=1/");
        let switch = Switch { from: from.into(), to, state, ..Switch::default() };
        let sources = BTreeMap::from([(format!("{from}x-0.parquet"), SourceRecord::default())]);
        let compaction =
            Compaction { partition: "d=1/".into(), sources, switch: Some(switch), ..Compaction::default() };
        let mut record = RunRecord { run: run.into(), table: "t".into(), ..RunRecord::default() };
        compaction.write(&mut record);
        assert_eq!(Compaction::of(&record), Some(compaction));
        record
    }

    #[test]
    fn readers_are_followed_from_generation_to_generation() {
        let first = switched("b", "t/d=1/", SwitchState::Done);
        let second = switched("a", "t.generations/b/d=1/", SwitchState::Switched);
        let third = switched("c", "t.generations/a/d=1/", SwitchState::Prepared);
        let runs = [third, second, first];
        assert_eq!(live_folder(&runs, "t", "d=1/"), "t.generations/a/d=1/");
        assert_eq!(live_folder(&runs, "t", "d=2/"), "t/d=2/");
        assert_eq!(live_folder(&runs[..1], "t", "d=1/"), "t/d=1/");
        let gone: Vec<String> = superseded(&runs).into_iter().collect();
        assert_eq!(gone, ["t.generations/b/d=1/x-0.parquet", "t/d=1/x-0.parquet"]);
        let convert = RunRecord { outputs: vec!["t/d=1/x-0.parquet".into()], ..RunRecord::default() };
        assert_eq!(compacted(&runs, &convert), Some(("t/d=1/x-0.parquet", "b")));
    }
}
