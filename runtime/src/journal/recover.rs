//! What a run does first: it ends or undoes what others left.

use super::record::{RUN_VERSION, RunRecord, RunState};
use super::stored::{OLD_INTENTS, RUNS, Stored, is_aside, key, read_all};
use super::{Journal, moment};
use crate::error::Error;
use crate::store::StoreError;
use std::collections::BTreeSet;

/// How long an aborted record stays when its writer may still live.
const KEEP_ABORTED_MS: i64 = 24 * 3600 * 1000;

/// How long one stays at least when its writer has ended and the store is far away: a request may arrive after the end
/// of its sender. Connections and gateways give up on one long before.
const KEEP_ENDED_MS: i64 = 15 * 60 * 1000;

impl Journal {
    /// Ends or undoes what others left, and says what was done. `ended` are leases under which nobody writes any more.
    pub(super) fn recover(&self, ended: &[String]) -> Result<Vec<String>, Error> {
        self.remove_asides()?;
        let lake = self.lake.as_ref();
        for stored in read_all(lake, &self.folder, RUNS, StoreError::output)? {
            self.records().insert(stored.record.run.clone(), stored);
        }
        let mut notes = Vec::new();
        self.recover_old_intents(&mut notes)?;
        let open: Vec<Stored> =
            self.records().values().filter(|stored| stored.record.state != RunState::Done).cloned().collect();
        let undone: BTreeSet<String> = open
            .iter()
            .filter(|stored| matches!(stored.record.state, RunState::Publishing | RunState::Aborted))
            .flat_map(|stored| stored.record.outputs.iter().cloned())
            .collect();
        notes.extend(self.abandon_uploads(&undone));
        for stored in open {
            let record = &stored.record;
            match record.state {
                RunState::Done => {}
                RunState::Committed => {
                    self.settle(&record.run)?;
                    notes.push(format!(
                        "run {} had been cut short while it removed old files: done now",
                        record.run
                    ));
                }
                RunState::Publishing => {
                    self.abort(&stored, self.is_over(record, ended))?;
                    notes.push(format!(
                        "run {} had been cut short before its commit: what it had published was removed",
                        record.run
                    ));
                }
                RunState::Aborted => {
                    self.remove_outputs(record)?;
                    let age = moment::now_ms() - record.ended_ms.unwrap_or_default();
                    if age >= self.keep_ms(self.is_over(record, ended)) {
                        self.remove_record(&record.run)?;
                    }
                }
            }
        }
        Ok(notes)
    }

    /// Whether it is certain that the writer of that record writes no more.
    fn is_over(&self, record: &RunRecord, ended: &[String]) -> bool {
        self.lease.has_outlived(&record.attempt)
            || ended.contains(&record.attempt)
            || record.holder.as_ref().is_some_and(super::Holder::has_ended)
    }

    /// For how many milliseconds after its abort something of a run may still come into the lake.
    pub(super) fn keep_ms(&self, writer_is_over: bool) -> i64 {
        match (self.lease.is_a_lock(), writer_is_over) {
            // What a process of this machine has asked for is done when it has ended.
            (true, _) => 0,
            (false, true) => {
                let lease = i64::try_from(self.access.lease.as_millis()).unwrap_or(i64::MAX);
                lease.max(KEEP_ENDED_MS)
            }
            (false, false) => KEEP_ABORTED_MS,
        }
    }

    /// Version 1 kept intents in a folder of their own; a run was committed when there was a record of it with the same
    /// outputs.
    fn recover_old_intents(&self, notes: &mut Vec<String>) -> Result<(), Error> {
        let lake = self.lake.as_ref();
        for Stored { record: intent, .. } in read_all(lake, &self.folder, OLD_INTENTS, StoreError::output)? {
            let committed = self.stored(&intent.run).filter(|run| run.record.outputs == intent.outputs);
            match committed {
                Some(run) => {
                    let record = RunRecord {
                        lakebed_run: RUN_VERSION,
                        state: RunState::Committed,
                        attempt: self.lease.id(),
                        ..run.record.clone()
                    };
                    self.replace(Some(&run), record)?;
                    self.settle(&intent.run)?;
                }
                None => {
                    self.remove_outputs(&intent)?;
                    notes.push(format!(
                        "run {} had been cut short before its commit: what it had published was removed",
                        intent.run
                    ));
                }
            }
            lake.delete(&key(&self.folder, OLD_INTENTS, &intent.run)).map_err(StoreError::output)?;
        }
        Ok(())
    }

    /// Removes what writes that were cut short left beside their targets, in a folder of this machine.
    fn remove_asides(&self) -> Result<(), Error> {
        if self.lake.root().as_path().is_none() {
            return Ok(());
        }
        for kind in [String::new(), format!("{RUNS}/"), format!("{OLD_INTENTS}/")] {
            let folder = format!("{}{kind}", self.folder);
            for name in self.lake.names(&folder).map_err(StoreError::output)? {
                if is_aside(&name) {
                    self.lake.delete(&format!("{folder}{name}")).map_err(StoreError::output)?;
                }
            }
        }
        Ok(())
    }
}
