//! What a run does first: it ends or undoes what others left.

use super::record::{RUN_VERSION, RunRecord, RunState};
use super::stored::{OLD_INTENTS, RUNS, Stored, is_aside, key, read_all};
use super::{Journal, moment};
use crate::error::Error;
use crate::store::StoreError;
use std::collections::BTreeSet;

/// How long an aborted record stays when its writer may still live.
const KEEP_ABORTED_MS: i64 = 24 * 3600 * 1000;

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
                    let is_over = self.is_over(record, ended);
                    self.undo(&stored, is_over)?;
                    notes.push(format!(
                        "run {} had been cut short before its commit: what it had published was removed",
                        record.run
                    ));
                }
                RunState::Aborted => {
                    self.remove_outputs(record)?;
                    let age = moment::now_ms() - record.ended_ms.unwrap_or_default();
                    if self.is_over(record, ended) || age > KEEP_ABORTED_MS {
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

    fn undo(&self, intent: &Stored, is_over: bool) -> Result<(), Error> {
        if is_over {
            return self.abort(intent);
        }
        let aborted =
            RunRecord { state: RunState::Aborted, ended_ms: Some(moment::now_ms()), ..intent.record.clone() };
        let aborted = self.replace(Some(intent), aborted)?;
        self.remove_outputs(&aborted.record)
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
