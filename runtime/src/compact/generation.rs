//! Bringing readers from one folder to the next, step by step, each of which can be repeated.
//!
//! The outputs stand in a generation folder that nobody reads, and the journal says `prepared`. From there:
//!
//! 1. Files that came into the old folder meanwhile are named in the record, then copied into the new one.
//! 2. The catalog is changed: the only step that readers see. They see the same rows before and after it.
//! 3. The record says `switched`, with the time.
//! 4. After the time of grace the old files are removed, and the record says `done`.
//!
//! A run that is cut short in between is taken up by the next one: it asks the catalog where readers look. What comes
//! into the old folder later is carried over by step 1 of a later run, which names it in the record of the generation.

use super::CompactOptions;
use super::json::Into;
use super::old::{Old, OldRemoval};
use super::pick::files_in;
use super::readers::{Look, Readers};
use super::report::{CompactReport, CompactStatus, PartitionCompaction};
use crate::convert::{Undecoded, tell_files};
use crate::error::Error;
use crate::journal::compaction::{Compaction, Switch, SwitchState, live_folder};
use crate::journal::{Journal, RunRecord};
use crate::store::{Meta, Store};
use lakebed_schema::Table;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Everything that the steps need.
pub(super) struct Steps<'a> {
    pub(super) lake: &'a Arc<dyn Store>,
    pub(super) journal: &'a Journal,
    pub(super) readers: &'a dyn Readers,
    pub(super) table: &'a Table,
    pub(super) options: &'a CompactOptions,
    /// Milliseconds since 1970.
    pub(super) now_ms: i64,
    /// How long old files stay.
    pub(super) grace_ms: i64,
}

impl Steps<'_> {
    /// Takes up what earlier compactions have left, and carries over what came since.
    pub(super) fn resume(&self, report: &mut CompactReport) -> Result<(), Error> {
        for run in self.journal.runs()? {
            let Some(compaction) = Compaction::of(&run) else { continue };
            let Some(switch) = &compaction.switch else { continue };
            match switch.state {
                SwitchState::Prepared => {
                    let partition = compaction.partition.clone();
                    match self.finish(run, compaction)? {
                        Ok(carried) => {
                            report.carried_files += carried;
                            report.resumed.push(partition);
                        }
                        Err(reason) => {
                            let status = CompactStatus::Refused;
                            report.partitions.push(PartitionCompaction::of(&partition, status, reason));
                        }
                    }
                }
                SwitchState::Switched | SwitchState::Done => {
                    let is_live = live_folder(&self.journal.runs()?, &self.table.name, &compaction.partition);
                    if is_live == switch.to {
                        match self.carry(&run.run)? {
                            Ok(carried) => report.carried_files += carried,
                            Err(reason) => {
                                let (path, status) = (&compaction.partition, CompactStatus::Refused);
                                report.partitions.push(PartitionCompaction::of(path, status, reason));
                            }
                        }
                    }
                }
            }
        }
        self.remove_old(report)?;
        self.remove_json(report)
    }

    /// From `prepared` to `switched`. Gives the number of files that were carried, or why it cannot be.
    pub(super) fn finish(
        &self,
        run: RunRecord,
        compaction: Compaction,
    ) -> Result<Result<u64, String>, Error> {
        let Some(switch) = compaction.switch else { return Ok(Ok(0)) };
        let look = self.readers.look(std::slice::from_ref(&compaction.partition))?;
        let mut carried = 0;
        match look.first() {
            Some(Look::Folder(folder)) if *folder == switch.to => {}
            Some(Look::Folder(folder)) if *folder == switch.from => {
                match self.carry(&run.run)? {
                    Ok(count) => carried += count,
                    Err(reason) => return Ok(Err(reason)),
                }
                // Whoever has taken the table over by now may have other plans for its readers.
                self.journal.check()?;
                self.readers.switch(&compaction.partition, &switch.from, &switch.to)?;
            }
            Some(Look::Folder(other) | Look::Elsewhere(other)) => {
                return Ok(Err(format!(
                    "run {} was about to switch its readers from {} to {}, and the catalog has them look into \
                     {other} by now: set the partition's location to the first of them, then compact again",
                    run.run, switch.from, switch.to
                )));
            }
            Some(Look::Nowhere) | None => {
                return Ok(Err(format!(
                    "run {} was about to switch its readers to {}, and it is no longer registered: register it, \
                     with the location {}, then compact again",
                    run.run, switch.to, switch.from
                )));
            }
        }
        let now = self.now_ms;
        self.change(&run.run, &|switch| {
            switch.state = SwitchState::Switched;
            switch.switched_ms = Some(now);
        })?;
        Ok(self.carry(&run.run)?.map(|count| carried + count))
    }

    /// Copies files that came into a folder which is not read any more, or soon will not be, into the generation. JSON
    /// that came where JSON was is decoded into it. Gives the number of files, or why one cannot be decoded.
    fn carry(&self, name: &str) -> Result<Result<u64, String>, Error> {
        let runs = self.journal.runs()?;
        let Some((run, compaction, switch)) = found(&runs, name) else { return Ok(Ok(0)) };
        let known: BTreeSet<String> = runs
            .iter()
            .filter_map(Compaction::of)
            .flat_map(|compaction| compaction.old_files().cloned().collect::<Vec<_>>())
            .collect();
        let own = format!("{}/{}", self.table.name, compaction.partition);
        let mut come = Vec::new();
        for folder in BTreeSet::from([&switch.from, &own]) {
            for file in files_in(self.lake.as_ref(), folder)? {
                if file.bytes > 0 && !known.contains(&file.key) {
                    come.push(file);
                }
            }
        }
        let was_json = runs
            .iter()
            .filter_map(Compaction::of)
            .any(|other| other.from_json && other.partition == compaction.partition);
        let json = if was_json { tell_files(self.lake, &come)?.list } else { Vec::new() };
        if !json.is_empty() {
            let keys: BTreeSet<&String> = json.iter().map(|input| &input.meta.key).collect();
            come.retain(|file| !keys.contains(&file.key));
            match self.store_json(&compaction.partition, &json, &Into::Folder(&switch.to)) {
                Ok(_) => {}
                Err(Undecoded::Refused(reason)) => return Ok(Err(reason)),
                Err(Undecoded::Failed(error)) => return Err(error),
            }
        }
        let pairs: Vec<(String, String)> = come
            .into_iter()
            .map(|Meta { key: from, .. }| {
                let file = from.rsplit('/').next().unwrap_or_default();
                let to = format!("{}{}-{file}", switch.to, run.run);
                (from, to)
            })
            .collect();
        let count = pairs.len() as u64;
        if count > 0 {
            // Named before they are copied, so that no copy is ever unknown.
            self.journal.amend(name, |run| {
                let Some(mut compaction) = Compaction::of(run) else { return };
                if let Some(switch) = &mut compaction.switch {
                    switch.carried.extend(pairs.iter().cloned());
                }
                compaction.write(run);
                run.outputs.extend(pairs.iter().map(|(_, to)| to.clone()));
            })?;
        }
        // Also what an earlier run has named and not copied.
        for (from, to) in switch.carried.iter().chain(pairs.iter().map(|(from, to)| (from, to))) {
            let copied = self.lake.head(to).map_err(|e| e.read_output())?;
            let source = self.lake.head(from).map_err(|e| e.read_output())?;
            if let Some(source) = source
                && copied.is_none_or(|copied| copied.bytes != source.bytes)
            {
                self.lake.copy(from, to).map_err(|e| e.output())?;
            }
        }
        Ok(Ok(count + json.len() as u64))
    }

    /// Removes the files of switched partitions whose time of grace is over, unless readers look at them all the same.
    pub(super) fn remove_old(&self, report: &mut CompactReport) -> Result<(), Error> {
        let OldRemoval { removed, waiting, notes } = self.old().remove(None)?;
        report.removed_files += removed.len() as u64;
        // A run without a time of grace comes here twice.
        report.waiting_files = report.waiting_files.max(waiting);
        report
            .notes
            .extend(notes.into_iter().filter(|note| !report.notes.contains(note)).collect::<Vec<_>>());
        Ok(())
    }

    /// The files that nobody reads any more.
    pub(super) fn old(&self) -> Old<'_> {
        let Self { lake, journal, readers, now_ms, grace_ms, .. } = *self;
        Old { lake, journal, readers, now_ms, grace_ms }
    }

    fn change(&self, name: &str, change: &dyn Fn(&mut Switch)) -> Result<(), Error> {
        let amended = self.journal.amend(name, |run| {
            if let Some(mut compaction) = Compaction::of(run) {
                if let Some(switch) = &mut compaction.switch {
                    change(switch);
                }
                compaction.write(run);
            }
        });
        amended.map(|_| ())
    }
}

fn found<'a>(runs: &'a [RunRecord], name: &str) -> Option<(&'a RunRecord, Compaction, Switch)> {
    let run = runs.iter().find(|run| run.run == name)?;
    let compaction = Compaction::of(run)?;
    let switch = compaction.switch.clone()?;
    Some((run, compaction, switch))
}
