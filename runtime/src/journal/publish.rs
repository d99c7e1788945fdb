//! Publishing a run: intent, outputs, commit, removal. The module above says why in this order.

use super::conditional::{Changed, change, changed_by_others};
use super::holder::Holder;
use super::record::{FileRecord, RUN_VERSION, RunRecord, RunState};
use super::stored::{RUNS, Stored, key, threads};
use super::{Journal, moment, parallel};
use crate::error::{Error, ErrorKind};
use crate::store::StoreError;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::{MutexGuard, PoisonError};

impl Journal {
    /// Publishes files: `moves` are paths under way and where they go below the lake. Version, state, times and the
    /// writer are filled in.
    ///
    /// # Errors
    /// Then nothing of the run counts, and what was there of it is removed now or by the next run.
    pub(crate) fn publish(&self, record: &RunRecord, moves: &[(PathBuf, String)]) -> Result<(), Error> {
        let mut record = RunRecord {
            lakebed_run: RUN_VERSION,
            state: RunState::Publishing,
            attempt: self.lease.id(),
            holder: Some(Holder::this_process(&self.access.user, &self.access.command)),
            started_ms: Some(self.started_ms),
            ended_ms: None,
            ..record.clone()
        };
        for (from, to) in moves {
            let bytes = fs::metadata(from).map_err(|e| StoreError::of_io(from.as_path(), e).output())?.len();
            record.files.entry(to.clone()).or_insert_with(|| FileRecord { bytes, rows: None }).bytes = bytes;
        }
        self.lease.set_run(&record.run)?;
        let intent = self.write_intent(record)?;
        let done = self.publish_files(moves).and_then(|()| self.commit(&intent));
        match done {
            Ok(()) => {
                self.settle(&intent.record.run).map_err(|error| half_settled(&intent.record.run, error))
            }
            Err(error) => self.give_up(&intent, error),
        }
    }

    /// Writes the intent where nothing is, or an aborted attempt.
    fn write_intent(&self, record: RunRecord) -> Result<Stored, Error> {
        self.lease.check()?;
        let before = self.stored(&record.run);
        if before.as_ref().is_some_and(|before| before.record.state != RunState::Aborted) {
            let message = format!("run {} is in the journal of table `{}` already", record.run, self.table);
            return Err(Error::new(ErrorKind::Internal, message));
        }
        self.replace(before.as_ref(), record)
    }

    fn publish_files(&self, moves: &[(PathBuf, String)]) -> Result<(), Error> {
        // Also with nothing to move: that the lease is ours now makes the intent visible to whoever takes it later.
        self.lease.check()?;
        parallel::each(moves, threads(self.lake.as_ref()), |(from, to)| {
            self.lease.check()?;
            self.lake.publish(from, to).map_err(StoreError::output)
        })?;
        self.lease.check()
    }

    fn commit(&self, intent: &Stored) -> Result<(), Error> {
        let nothing_left = intent.record.replaces.is_empty() && intent.record.removes.is_empty();
        let state = if nothing_left { RunState::Done } else { RunState::Committed };
        let record = RunRecord { state, ended_ms: Some(moment::now_ms()), ..intent.record.clone() };
        self.replace(Some(intent), record).map(|_| ())
    }

    /// After a failure: makes sure that the run is not committed, and removes what is there of it. When it turns out
    /// to be committed, it is a success.
    fn give_up(&self, intent: &Stored, error: Error) -> Result<(), Error> {
        let run = &intent.record.run;
        if self.lease.check().is_err() {
            return self.come_back(intent, error);
        }
        match self.abort(intent) {
            Ok(()) => Err(error),
            Err(_) => match self.read_again(run) {
                Ok(Some(now)) if now.record.attempt == intent.record.attempt && now.record.is_committed() => {
                    self.settle(run).map_err(|error| half_settled(run, error))
                }
                // Recovery does what could not be done here.
                Ok(_) | Err(_) => Err(error),
            },
        }
    }

    /// The lease is gone: what this run had moved into place by then is removed under a new one, when there is one to
    /// be had. Otherwise the next run does it.
    fn come_back(&self, intent: &Stored, error: Error) -> Result<(), Error> {
        let ended = [intent.record.attempt.clone()];
        let access = super::Access { wait: std::time::Duration::ZERO, ..self.access.clone() };
        // Not a journal of its own process's scratch folder: that is in use here, and another one is taken.
        match Journal::open_after(&self.lake, &self.table, &access, &ended) {
            Ok(journal) => match journal.stored(&intent.record.run) {
                // Committed just before the lease went.
                Some(now) if now.record.attempt == intent.record.attempt && now.record.is_committed() => {
                    Ok(())
                }
                Some(_) | None => Err(error),
            },
            Err(_) => Err(error),
        }
    }

    /// Changes a committed record, if it is still there.
    ///
    /// # Errors
    /// No such run, a lost lease, or somebody who changes records without it.
    pub(crate) fn amend(&self, run: &str, change: impl FnOnce(&mut RunRecord)) -> Result<RunRecord, Error> {
        self.lease.check()?;
        let Some(before) = self.stored(run).filter(|stored| stored.record.is_committed()) else {
            let message = format!("table `{}` of the lake {} has no run {run}", self.table, self.lake.root());
            return Err(Error::new(ErrorKind::Usage, message));
        };
        let mut record = RunRecord { lakebed_run: RUN_VERSION, ..before.record.clone() };
        change(&mut record);
        record.attempt = self.lease.id();
        if record == before.record {
            return Ok(record);
        }
        Ok(self.replace(Some(&before), record)?.record)
    }

    /// Removes what a committed run replaces and removes, and notes that this is done. Also for who has added to it by
    /// [`amend`](Self::amend), with the state set back to `committed`.
    pub(crate) fn settle(&self, run: &str) -> Result<(), Error> {
        let Some(stored) = self.stored(run).filter(|stored| stored.record.state == RunState::Committed)
        else {
            return Ok(());
        };
        let record = &stored.record;
        for old in record.replaces.iter().filter(|old| *old != run) {
            if let Some(old) = self.stored(old) {
                self.remove_files(&old.record.outputs, |file| record.outputs.contains(file))?;
                self.remove_record(&old.record.run)?;
            }
        }
        self.remove_files(&record.removes, |file| record.outputs.contains(file))?;
        let done = RunRecord { state: RunState::Done, attempt: self.lease.id(), ..record.clone() };
        self.replace(Some(&stored), done).map(|_| ())
    }

    /// Gives a run up: it cannot be committed any more, its outputs go, then its record.
    pub(super) fn abort(&self, intent: &Stored) -> Result<(), Error> {
        let aborted =
            RunRecord { state: RunState::Aborted, ended_ms: Some(moment::now_ms()), ..intent.record.clone() };
        let aborted = self.replace(Some(intent), aborted)?;
        self.remove_outputs(&aborted.record)?;
        self.remove_record(&aborted.record.run)
    }

    /// Removes outputs of a run that is not committed, unless one that is has them too.
    pub(super) fn remove_outputs(&self, aborted: &RunRecord) -> Result<(), Error> {
        let runs = self.runs()?;
        let committed: BTreeSet<&String> = runs.iter().flat_map(|run| &run.outputs).collect();
        self.remove_files(&aborted.outputs, |file| committed.contains(file))
    }

    fn remove_files(&self, files: &[String], keep: impl Fn(&String) -> bool) -> Result<(), Error> {
        let files: Vec<&String> = files.iter().filter(|file| !keep(file)).collect();
        parallel::each(&files, threads(self.lake.as_ref()), |file| {
            self.lease.check()?;
            self.lake.delete(file).map_err(StoreError::output)
        })
        .map(|_| ())
    }

    /// Removes a file that no run has, by its path below the lake.
    pub(super) fn remove_leftover(&self, path: &str) -> Result<(), Error> {
        self.lease.check()?;
        self.lake.delete(path).map_err(StoreError::output)
    }

    pub(super) fn remove_record(&self, run: &str) -> Result<(), Error> {
        self.lease.check()?;
        self.lake.delete(&key(&self.folder, RUNS, run)).map_err(StoreError::output)?;
        self.records().remove(run);
        Ok(())
    }

    /// Puts a record in place of what is stored, or where nothing is.
    pub(super) fn replace(&self, before: Option<&Stored>, record: RunRecord) -> Result<Stored, Error> {
        let key = key(&self.folder, RUNS, &record.run);
        let content = before.map(|before| &before.content);
        match change(self.lake.as_ref(), &key, content, &record.write())? {
            Changed::Done(content) => {
                let stored = Stored { record, content };
                self.records().insert(stored.record.run.clone(), stored.clone());
                Ok(stored)
            }
            Changed::Refused(_) => {
                // Who has taken the lease says more than that.
                self.lease.check()?;
                Err(changed_by_others(self.lake.as_ref(), &key))
            }
        }
    }

    /// The record as it is stored now.
    fn read_again(&self, run: &str) -> Result<Option<Stored>, Error> {
        let key = key(&self.folder, RUNS, run);
        let Some(content) = self.lake.read(&key).map_err(StoreError::output)? else { return Ok(None) };
        let record = RunRecord::read(&content, &self.lake.location(&key))?;
        let stored = Stored { record, content };
        self.records().insert(run.to_owned(), stored.clone());
        Ok(Some(stored))
    }

    pub(super) fn stored(&self, run: &str) -> Option<Stored> {
        self.records().get(run).cloned()
    }

    pub(super) fn records(&self) -> MutexGuard<'_, BTreeMap<String, Stored>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The run is committed, and what it replaces is still there.
fn half_settled(run: &str, error: Error) -> Error {
    let message = format!(
        "run {run} is committed, and the files that it replaces could not all be removed: until the next run on this \
         table, or `clean`, has done it, rows are there twice"
    );
    Error::new(error.kind(), message).with_source(error)
}
