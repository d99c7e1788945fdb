//! Making a run visible, all of it or nothing, and remembering what was stored.
//!
//! Below `LAKE/_lakebed/TABLE/`: `lease.json` (beside `lock` in a folder of this machine) says who writes, `tmp/` holds
//! files under way, `runs/RUN.json` is the one record of a run, from its intent on. `FORMAT.md` in this folder
//! describes them.
//!
//! # The protocol
//!
//! It is the same on a local disk and on S3, and goes through `Store` alone. One run writes a
//! table at a time, under a lease. To publish, it
//!
//! 1. writes its record in state `publishing`, where no record of that run is (or an aborted one): the intent. It names
//!    all outputs, and what the run replaces and removes;
//! 2. asks whether the lease is still its own, and does so again before every file that follows;
//! 3. moves each output to its place;
//! 4. changes the record from that very intent to `committed`, by a conditional put. This instant is the commit;
//! 5. removes what it replaces and removes, and changes the record to `done`. With nothing to remove, step 4 writes
//!    `done` at once.
//!
//! Who takes the lease next recovers first, from the records alone: one in state `publishing` is changed to `aborted`
//! by a conditional put, its outputs are removed, then the record, at once or after a while (below); of one in state `committed`, step 5 is done.
//!
//! # Why nothing is lost or doubled
//!
//! *Killed before 1*: nothing is there but files under way, which the next run removes. *Between 1 and 4*: recovery
//! aborts, and the same inputs give the same run again. *Within 4*: the put took place or it did not; the record is one
//! object. *After 4*: recovery ends what step 5 has begun; removing what is gone already is fine, and the record says
//! `done` only after the last file has gone. *Within recovery*: its steps can be done again from any point, since the
//! record goes last.
//!
//! *A lost answer*: the record holds the name of the lease (`attempt`), so that no two writers write the same bytes; a
//! put that was refused and finds its own bytes there had been carried out. A publish is put in place of its own
//! earlier attempt. When a run fails before its commit is certain, it aborts itself by the same conditional put, and
//! learns from a refusal that it had committed.
//!
//! *A writer that was paused for longer than its lease* finds out in step 2 or 4. The check after the intent was
//! durable shows that nobody had taken over until then; so whoever takes over later sees the intent, and its abort makes
//! the commit of step 4 fail, whatever the clocks say. A file that the late writer moves into place after the check and
//! after the other's recovery is not seen by that recovery: therefore an aborted record stays while its writer may
//! live, and everyone who takes the lease removes its outputs again; the late writer does so itself as soon as it gets
//! the lease, and never without it, since the other may be publishing the same names by then. The same names are no
//! danger: a name stands for one content, since it follows from table, inputs and the runs that are replaced.
//!
//! *A writer that was killed* writes no more, but on S3 a request that it has sent may still be under way. So there the
//! aborted record stays for a while too, and everyone who takes the lease removes its outputs again. Readers may see
//! such a file from its arrival until then.
//!
//! *Files of committed runs are never written again.* `--force` makes a run of another name, which replaces the old one
//! when it is committed and not before.
//!
//! What is left is a removal that was asked for within the lease and reaches the store after another has taken over
//! *and* published the same name again: object stores offer no conditional removal. The lease is checked before each,
//! so that this takes one request that is under way for longer than a whole period; or, of a process that was killed and
//! whose machine took the table over at once, for longer than the next run needs to come to its own files.

mod access;
pub mod clean;
pub mod compaction;
mod conditional;
mod holder;
mod lease;
mod moment;
pub mod overview;
pub(crate) mod parallel;
mod publish;
mod record;
mod recover;
mod scratch;
mod stored;
mod uploads;

pub use access::Access;
pub use holder::Holder;
pub use lease::LeaseRecord;
pub use record::{FileRecord, InputRecord, RUN_VERSION, RunKind, RunRecord, RunState, live_files};
pub(crate) use scratch::Scratch;

use crate::error::{Error, ErrorKind};
use crate::store::{Store, StoreError};
use lease::Lease;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use stored::{OLD_INTENTS, RUNS, Stored, read_all};

/// The journal of one table, held by this run alone.
#[derive(Debug)]
pub(crate) struct Journal {
    lake: Arc<dyn Store>,
    table: String,
    /// `_lakebed/TABLE/`.
    folder: String,
    access: Access,
    started_ms: i64,
    scratch: Scratch,
    /// Records as they are stored, by run: nobody else changes them while the lease is ours.
    records: Mutex<BTreeMap<String, Stored>>,
    notes: Vec<String>,
    lease: Lease,
}

impl Journal {
    /// Takes the table's lease, and ends or undoes what a run cut short has left.
    pub(crate) fn open(lake: &Arc<dyn Store>, table: &str, access: &Access) -> Result<Self, Error> {
        Self::open_after(lake, table, access, &[])
    }

    /// [`open`](Self::open), when it is known that nobody writes under these earlier leases any more.
    fn open_after(
        lake: &Arc<dyn Store>,
        table: &str,
        access: &Access,
        ended: &[String],
    ) -> Result<Self, Error> {
        let folder = folder(table);
        if let Some(path) = lake.root().as_path().filter(|path| path.exists() && !path.is_dir()) {
            let message = format!("the lake {} is a file; it must be a folder", path.display());
            return Err(Error::new(ErrorKind::Output, message));
        }
        let lease = Lease::take(lake, &folder, table, access)?;
        let scratch = Scratch::open(lake.as_ref(), table, access)?;
        let notes = lease.notes().to_vec();
        let mut journal = Self {
            lake: Arc::clone(lake),
            table: table.to_owned(),
            folder,
            access: access.clone(),
            started_ms: moment::now_ms(),
            scratch,
            records: Mutex::default(),
            notes,
            lease,
        };
        let recovered = journal.recover(ended)?;
        journal.notes.extend(recovered);
        Ok(journal)
    }

    /// Folder of this machine for files under way, empty.
    pub(crate) fn scratch(&self) -> &Path {
        self.scratch.path()
    }

    /// What happened when the table was taken, for the report.
    pub(crate) fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Fails when another has taken the table over.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.lease.check()
    }

    /// All committed runs, in the order of their names.
    pub(crate) fn runs(&self) -> Result<Vec<RunRecord>, Error> {
        self.lease.check()?;
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let committed = records.values().filter(|stored| stored.record.is_committed());
        Ok(committed.map(|stored| stored.record.clone()).collect())
    }
}

/// `_lakebed/TABLE/`, below the lake.
pub(crate) fn folder(table: &str) -> String {
    format!("_lakebed/{table}/")
}

/// What the journal of a table says: its runs, and how many are under way or were cut short. Nothing is locked or
/// changed; a table without a journal has no runs.
pub(crate) fn read_journal(lake: &dyn Store, table: &str) -> Result<(Vec<RunRecord>, usize), Error> {
    let all = read_records(lake, table)?;
    let open = all.iter().filter(|run| run.state == RunState::Publishing).count();
    let runs: Vec<RunRecord> = all.iter().filter(|run| run.is_committed()).cloned().collect();
    // What a run replaces counts no more, also when the run was cut short before it could remove it.
    let counting = runs.iter().filter(|run| !record::is_replaced(&runs, &run.run)).cloned().collect();
    Ok((counting, open))
}

/// Every record of a table in every state; intents of version 1 as such.
pub(crate) fn read_records(lake: &dyn Store, table: &str) -> Result<Vec<RunRecord>, Error> {
    let folder = folder(table);
    // Intents first: a run that is published in between is then counted once, as a run.
    let intents = read_all(lake, &folder, OLD_INTENTS, StoreError::input)?;
    let mut records: Vec<RunRecord> =
        read_all(lake, &folder, RUNS, StoreError::input)?.into_iter().map(|stored| stored.record).collect();
    for intent in intents {
        if !records.iter().any(|run| run.run == intent.record.run) {
            records.push(RunRecord { state: RunState::Publishing, ..intent.record });
        }
    }
    Ok(records)
}
