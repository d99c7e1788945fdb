//! Records of a service into a table of a lake: acknowledged when they are durable, stored in files of a good size.
//!
//! [`LakeWriter::append`] returns when its record is on disk, in a write-ahead spool of this machine; many tasks that
//! append at the same time share one sync. In the background the spool is converted into the lake, by
//! [`convert`](crate::convert()) and its journal: each record that was acknowledged is stored exactly once, also when
//! the process is killed at any instant, or when the lake does not answer for a while. What is left in the spool is
//! stored by the next writer that opens it.
//!
//! ```
//! use lakebed::writer::{LakeWriter, WriterOptions};
//! use lakebed::Record;
//!
//! #[derive(Record)]
//! #[lake(table = "reading")]
//! struct Reading {
//!     sensor: u32,
//!     value: f64,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let (spool, lake) = (folder.path().join("spool"), folder.path().join("lake"));
//! let writer = LakeWriter::<Reading>::open(WriterOptions::new(spool, lake)).await?;
//! writer.append(&Reading { sensor: 7, value: 21.5 }).await?;
//! writer.append_json(br#"{"sensor": 8, "value": 19.0}"#).await?;
//! let report = writer.close().await?;
//! assert_eq!((report.appended, report.stored.written, report.waiting_bytes), (2, 2, 0));
//! # Ok(())
//! # }
//! ```
//!
//! # What is promised
//!
//! - A record whose `append` returned `Ok` is stored exactly once. (Rules of the run that look at the time of day, such
//!   as an [accepted window](crate::ConvertOptions::accept_event_time), may put it among the lake's rejects.)
//! - A record whose `append` returned an error of the disk, or whose future was dropped, is stored once or not at all,
//!   never half. One that was [refused](AppendError::Refused) is not stored.
//! - Memory is bounded: `append` waits while [`queue_bytes`](WriterOptions::queue_bytes) wait for the disk, or
//!   [`spool_bytes`](WriterOptions::spool_bytes) for the lake.
//! - Records of a table that is partitioned by arrival arrive when their segment is begun.
//!
//! The folder of a spool belongs to one process, and must stay where it is as long as something is in it: the journal
//! knows its segments by their paths.

mod device;
mod disk;
mod error;
mod lines;
mod options;
mod report;
mod segments;
mod shared;
mod storing;
pub mod telemetry;
#[cfg(test)]
mod tests;

pub use error::{AppendError, Refusal};
pub use options::WriterOptions;
pub use report::WriterReport;

use crate::convert::ConvertOptions;
use crate::error::{Error, ErrorKind};
use crate::plan::Plan;
use crate::store::StoreError;
use disk::{Command, Disk};
use lakebed_schema::{Record, Table};
use lines::Lines;
use segments::Segments;
use shared::Shared;
use std::fmt;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use storing::Storing;
use tokio::sync::oneshot;

/// Records of one table into a lake. Clones are cheap and stand for the same writer.
///
/// `T` is the type of the records. A table that is known at run time only has none: see
/// [`open_table`](LakeWriter::open_table). A writer whose last clone is dropped without [`close`](Self::close) keeps
/// what was acknowledged in its spool.
pub struct LakeWriter<T = Untyped> {
    inner: Arc<Inner>,
    of: PhantomData<fn(&T)>,
}

/// Stands for the records of a table without a Rust type: JSON alone can be appended.
#[derive(Clone, Copy, Debug)]
pub enum Untyped {}

struct Inner {
    lines: Mutex<Lines>,
    commands: mpsc::Sender<Command>,
    shared: Arc<Shared>,
    /// Folder of segments that nobody can read.
    refused: PathBuf,
}

impl<T> Clone for LakeWriter<T> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), of: PhantomData }
    }
}

impl<T> fmt::Debug for LakeWriter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LakeWriter({})", self.inner.shared.table)
    }
}

impl<T: Record> LakeWriter<T> {
    /// Opens a writer, and begins to store what an earlier one left in the spool.
    ///
    /// # Errors
    /// A table that is not valid, options that contradict each other, a spool that cannot be used or that another
    /// process [holds](ErrorKind::Locked). Whether the lake can be reached is not looked at.
    pub async fn open(options: WriterOptions) -> Result<Self, Error> {
        let table = Table::try_from(T::TABLE)
            .map_err(|problems| Error::new(ErrorKind::Table, problems.to_string()))?;
        opened(table, options).await
    }

    /// Appends a record. It is durable when this returns.
    ///
    /// Dropping this future before it is done stores the record or does not, never half.
    ///
    /// # Errors
    /// Why the record is not stored.
    pub async fn append(&self, record: &T) -> Result<(), AppendError> {
        let line = self.lines(|lines| lines.of_record(record));
        self.put(line).await
    }
}

impl LakeWriter<Untyped> {
    /// Opens a writer for a table that is known at run time only, as from a contract file.
    ///
    /// # Errors
    /// As [`open`](LakeWriter::open).
    pub async fn open_table(table: Table, options: WriterOptions) -> Result<Self, Error> {
        opened(table, options).await
    }
}

impl<T> LakeWriter<T> {
    /// Appends a record as JSON: one document, which is decoded as [`convert`](crate::convert()) would. It is durable
    /// when this returns.
    ///
    /// # Errors
    /// Why the record is not stored; what is no record of the table is [refused](AppendError::Refused), and the caller
    /// keeps it.
    pub async fn append_json(&self, json: &[u8]) -> Result<(), AppendError> {
        let line = self.lines(|lines| lines.of_json(json));
        self.put(line).await
    }

    /// Waits until everything that was acknowledged so far is in the lake.
    ///
    /// # Errors
    /// The lake could not be written: the records stay in the spool and are tried again. Or a segment was damaged on the
    /// disk of the spool and set aside, which is told once.
    pub async fn flush(&self) -> Result<(), Error> {
        let failures = self.report().failures;
        let (done, sealed) = oneshot::channel();
        if self.inner.commands.send(Command::Seal(done)).is_err() {
            return Err(closed());
        }
        let number = sealed.await.map_err(|_| closed())??;
        self.inner.shared.stored(number, failures).await?;
        match self.inner.shared.newly_refused() {
            0 => Ok(()),
            refused => {
                let place = self.inner.refused.display();
                let message = format!(
                    "{refused} segments of the spool could not be read, and are set aside in {place}"
                );
                Err(Error::new(ErrorKind::Input, message)
                    .with_hint("the reason stands beside each; convert what can be saved of them"))
            }
        }
    }

    /// Takes no more records, waits until everything that was acknowledged is in the lake, and tells what was done.
    ///
    /// Other clones get [`AppendError::Closed`] from then on. May be called again after it failed.
    ///
    /// # Errors
    /// The lake could not be written. The records stay in the spool, for this writer if it is closed again, or for the
    /// next one.
    pub async fn close(&self) -> Result<WriterReport, Error> {
        self.inner.shared.close();
        self.flush().await?;
        Ok(self.report())
    }

    /// What was done so far.
    pub fn report(&self) -> WriterReport {
        self.inner.shared.report()
    }

    fn lines(
        &self,
        line: impl FnOnce(&mut Lines) -> Result<Vec<u8>, Refusal>,
    ) -> Result<Vec<u8>, AppendError> {
        let mut lines = self.inner.lines.lock().unwrap_or_else(PoisonError::into_inner);
        line(&mut lines).map_err(AppendError::Refused).inspect_err(|_| self.inner.shared.refused())
    }

    async fn put(&self, line: Result<Vec<u8>, AppendError>) -> Result<(), AppendError> {
        let line = line?;
        let shared = &self.inner.shared;
        let room = shared.room(line.len()).await?;
        // From here to the answer nothing waits: the record is handed over, or it is not.
        let (done, written) = oneshot::channel();
        let command = Command::Append { line, room, done };
        self.inner.commands.send(command).map_err(|_| AppendError::Closed)?;
        written.await.unwrap_or(Err(AppendError::Closed))
    }
}

fn closed() -> Error {
    Error::new(ErrorKind::Output, "the writer's thread has ended: the spool could not be written")
}

async fn opened<T>(table: Table, options: WriterOptions) -> Result<LakeWriter<T>, Error> {
    let opening = tokio::task::spawn_blocking(move || open_inner(table, options));
    let inner = opening.await.map_err(|e| closed().with_source(e))??;
    Ok(LakeWriter { inner: Arc::new(inner), of: PhantomData })
}

fn open_inner(table: Table, options: WriterOptions) -> Result<Inner, Error> {
    options.check()?;
    let plan = Arc::new(Plan::compile_with(&table, options.convert.semantics)?);
    let segments = Segments::open(&options.spool, &table.name, &options.convert.lake.to_string())?;
    let lines = Mutex::new(Lines::new(Arc::clone(&plan), options.convert.limits));
    let waiting = segments.waiting().map_err(|e| StoreError::of_io(options.spool.as_path(), e).output())?;
    let shared = Arc::new(Shared::new(&table.name, &options, waiting));
    let (commands, inbox) = mpsc::channel();
    let (sealed, to_store) = mpsc::channel();
    let refused = segments.sealed_folder().with_file_name(segments::REFUSED);
    let storing = Storing {
        table,
        options: ConvertOptions {
            dry_run: false,
            force: false,
            max_rejects: None,
            ..options.convert.clone()
        },
        folder: segments.sealed_folder(),
        lock: segments.lock(),
        shared: Arc::clone(&shared),
    };
    let disk = Disk { segments, shared: Arc::clone(&shared), options, sealed };
    let start = |name: &str, run: Box<dyn FnOnce() + Send>| {
        thread::Builder::new()
            .name(format!("lakebed-{name}"))
            .spawn(run)
            .map(drop)
            .map_err(|e| Error::new(ErrorKind::Output, "no thread can be started").with_source(e))
    };
    start("append", Box::new(move || disk.run(&inbox)))?;
    start("store", Box::new(move || storing.run(&to_store)))?;
    Ok(Inner { lines, commands, shared, refused })
}
