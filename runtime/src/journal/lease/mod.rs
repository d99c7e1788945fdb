//! One writer at a time.
//!
//! In a folder of this machine the lease is a locked file: the system frees it when its process ends. On S3 it is an
//! object, `lease.json`: put there when nothing is, renewed by conditional puts, given back at the end. No two
//! machines' clocks are compared: who wants a lease that seems to be over watches it, and takes it over when it has
//! not changed for its whole period by the watcher's own clock, or when its holder was a process of this very machine
//! that has ended. Taking over is one conditional put, so that of several only one does.
//!
//! A holder that was paused may find its lease gone. It asks before each file that it publishes ([`Lease::check`]),
//! and the commit itself depends on more than the lease, as [the journal](super) says.

mod lock;
mod record;
mod shared;

pub use record::LeaseRecord;

use super::Access;
use crate::error::{Error, ErrorKind};
use crate::store::{Store, StoreError};
use lock::Lock;
use shared::Shared;
use std::path::Path;
use std::sync::Arc;

/// Name of the object.
const LEASE: &str = "lease.json";

/// The right to write a table, until it is dropped.
#[derive(Debug)]
pub(crate) struct Lease(Kind);

#[derive(Debug)]
enum Kind {
    Lock(Box<Lock>),
    Shared(Shared),
}

/// Somebody else has it.
#[derive(Debug)]
struct Taken {
    /// What is known of it.
    by: Option<LeaseRecord>,
}

impl Lease {
    /// Takes the lease of a table whose journal is in `folder`.
    pub(crate) fn take(
        store: &Arc<dyn Store>,
        folder: &str,
        table: &str,
        access: &Access,
    ) -> Result<Self, Error> {
        let taken = match store.root().as_path().map(Path::to_owned) {
            Some(path) => match Lock::take(store, &path, folder, access)? {
                Ok(lock) => return Ok(Self(Kind::Lock(Box::new(lock)))),
                Err(taken) => taken,
            },
            None => match Shared::take(store, folder, access)? {
                Ok(shared) => return Ok(Self(Kind::Shared(shared))),
                Err(taken) => taken,
            },
        };
        let who = taken.by.map_or_else(|| "it has not said who it is".to_owned(), |lease| lease.describe());
        let message = format!("another run is writing table `{table}` of the lake {}: {who}", store.root());
        Err(Error::new(ErrorKind::Locked, message))
    }

    /// Its name, which no other lease has.
    pub(crate) fn id(&self) -> String {
        match &self.0 {
            Kind::Lock(lock) => lock.id(),
            Kind::Shared(shared) => shared.id(),
        }
    }

    /// Tells others which run is under way.
    pub(crate) fn set_run(&self, run: &str) -> Result<(), Error> {
        match &self.0 {
            Kind::Lock(lock) => lock.set_run(run),
            Kind::Shared(shared) => shared.set_run(run),
        }
    }

    /// Fails when another has taken the table over.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match &self.0 {
            // Nobody can take it while this process lives.
            Kind::Lock(_) => Ok(()),
            Kind::Shared(shared) => shared.check(),
        }
    }

    /// Whether it is a lock of this machine, which goes with its process.
    pub(crate) fn is_a_lock(&self) -> bool {
        matches!(self.0, Kind::Lock(_))
    }

    /// Whether it is certain that nobody writes under that earlier lease any more.
    pub(crate) fn has_outlived(&self, id: &str) -> bool {
        match &self.0 {
            Kind::Lock(_) => true,
            Kind::Shared(shared) => shared.released_before.as_deref() == Some(id),
        }
    }

    /// What happened when it was taken, for the report.
    pub(crate) fn notes(&self) -> &[String] {
        match &self.0 {
            Kind::Lock(_) => &[],
            Kind::Shared(shared) => &shared.notes,
        }
    }
}

/// Who holds a table now, as far as `lease.json` tells; nobody when it was given back or its process has ended. One that
/// [seems over](LeaseRecord::seems_over) is among them.
pub(crate) fn holder(store: &dyn Store, folder: &str) -> Result<Option<LeaseRecord>, Error> {
    let content = store.read(&format!("{folder}{LEASE}")).map_err(StoreError::input)?;
    let lease = content.as_ref().and_then(LeaseRecord::read);
    Ok(lease.filter(|lease| !lease.released && !lease.holder.has_ended()))
}
