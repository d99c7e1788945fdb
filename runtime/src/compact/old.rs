//! Files that nobody reads any more since readers were switched. They stay for readers who began before, and go when
//! their time of grace is over: with the next compaction, or by [`remove_old`], which `clean` calls.

use super::now_ms;
use super::readers::{Look, Readers};
use crate::error::{Error, ErrorKind};
use crate::journal::compaction::{Compaction, SwitchState};
use crate::journal::{Access, Journal, RunRecord};
use crate::store::Store;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What became of old files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OldRemoval {
    /// Those that were removed, below the lake.
    pub removed: Vec<String>,
    /// Those that stay, since their time of grace is not over or readers look at them all the same.
    pub waiting: u64,
    /// Why readers look at them all the same.
    pub notes: Vec<String>,
}

/// Removes files of a table whose readers were switched to others at least `grace` seconds ago: those of `shown`, which
/// are paths below the lake, and of no partition with other such files. Readers say where they look: nothing goes
/// that may still be read. JSON that Parquet took the place of is an original and stays.
///
/// # Errors
/// A lake that cannot be written or is held by another run; a catalog that does not answer; a file that is missing
/// from what took their place.
pub fn remove_old(
    lake: &Arc<dyn Store>,
    table: &str,
    shown: &[String],
    grace: i64,
    readers: &dyn Readers,
    access: &Access,
) -> Result<OldRemoval, Error> {
    if shown.is_empty() {
        return Ok(OldRemoval::default());
    }
    let journal = Journal::open(lake, table, access)?;
    let old =
        Old { lake, journal: &journal, readers, now_ms: now_ms(), grace_ms: grace.saturating_mul(1000) };
    let shown = shown.iter().map(String::as_str).collect();
    old.remove(Some(&shown))
}

/// The old files of a table.
pub(super) struct Old<'a> {
    pub(super) lake: &'a Arc<dyn Store>,
    pub(super) journal: &'a Journal,
    pub(super) readers: &'a dyn Readers,
    /// Milliseconds since 1970.
    pub(super) now_ms: i64,
    /// How long old files stay.
    pub(super) grace_ms: i64,
}

impl Old<'_> {
    /// Removes the files of switched partitions whose time of grace is over, unless readers look at them all the same.
    /// With `only`, of partitions that have no others.
    pub(super) fn remove(&self, only: Option<&BTreeSet<&str>>) -> Result<OldRemoval, Error> {
        let mut done = OldRemoval::default();
        let mut old = Vec::new();
        for run in self.journal.runs()? {
            let Some(compaction) = Compaction::of(&run) else { continue };
            let Some(switch) = compaction.switch.as_ref().filter(|_| !compaction.from_json) else { continue };
            match switch.state {
                SwitchState::Switched if compaction.is_over(self.now_ms, self.grace_ms) => {}
                SwitchState::Switched => {
                    done.waiting += compaction.old_files().count() as u64;
                    continue;
                }
                // What was carried after that is removed with the others of its kind.
                SwitchState::Done if !switch.carried.is_empty() => {}
                SwitchState::Prepared | SwitchState::Done => continue,
            }
            let mut there = Vec::new();
            for file in compaction.old_files() {
                if self.lake.head(file).map_err(|e| e.read_output())?.is_some() {
                    there.push(file.clone());
                }
            }
            if only.is_none_or(|only| there.iter().all(|file| only.contains(file.as_str()))) {
                old.push((run, compaction, there));
            }
        }
        let partitions: Vec<String> =
            old.iter().map(|(_, compaction, _)| compaction.partition.clone()).collect();
        // Somebody may have set the catalog back by hand.
        let looks = if old.is_empty() { Vec::new() } else { self.readers.look(&partitions)? };
        for ((run, compaction, there), look) in old.into_iter().zip(looks) {
            let old: Vec<String> = compaction.old_files().cloned().collect();
            if let Some(place) = still_read(&look, &old) {
                let count = old.len();
                done.waiting += count as u64;
                done.notes.push(format!(
                    "partition {}: {count} old files of run {} stay, since the catalog has readers look into {place}: \
                     set the partition's location back to the folder of its files, then compact again",
                    compaction.partition, run.run
                ));
                continue;
            }
            self.check_whole(&run, &compaction)?;
            for file in &there {
                self.journal.check()?;
                self.lake.delete(file).map_err(|e| e.output())?;
            }
            self.lake.settle_removals(&old).map_err(|e| e.output())?;
            let is_done = compaction.switch.as_ref().is_some_and(|switch| switch.state == SwitchState::Done);
            if !is_done || !there.is_empty() {
                self.end_switch(&run.run, &old)?;
            }
            done.removed.extend(there);
        }
        Ok(done)
    }

    /// Notes that the old files of a switched partition are gone.
    pub(super) fn end_switch(&self, run: &str, old: &[String]) -> Result<(), Error> {
        self.journal.amend(run, |run| {
            if let Some(mut compaction) = Compaction::of(run) {
                if let Some(switch) = &mut compaction.switch {
                    switch.state = SwitchState::Done;
                }
                compaction.write(run);
            }
            run.removes = old.to_vec();
        })?;
        Ok(())
    }

    /// Nothing is removed unless what stands in its place is there.
    pub(super) fn check_whole(&self, run: &RunRecord, compaction: &Compaction) -> Result<(), Error> {
        let runs = self.journal.runs()?;
        let later: BTreeSet<String> = runs
            .iter()
            .filter(|other| other.run != run.run)
            .filter_map(Compaction::of)
            .filter(Compaction::counts)
            .flat_map(|compaction| compaction.old_files().cloned().collect::<Vec<_>>())
            .collect();
        for output in &run.outputs {
            if !later.contains(output) && self.lake.head(output).map_err(|e| e.read_output())?.is_none() {
                let message = format!(
                    "partition {}: the file {output} of run {} is missing, so nothing that it stands for is removed",
                    compaction.partition, run.run
                );
                return Err(Error::new(ErrorKind::Output, message));
            }
        }
        Ok(())
    }
}

/// The place where readers look, when it may hold one of the old files.
fn still_read<'a>(look: &'a Look, old: &[String]) -> Option<&'a str> {
    match look {
        Look::Folder(folder) => {
            old.iter().any(|file| file.starts_with(folder.as_str())).then_some(folder.as_str())
        }
        // Perhaps the lake by another name.
        Look::Elsewhere(place) => Some(place),
        Look::Nowhere => None,
    }
}
