//! Producers: records into a stream, in calls as large as the service takes, until it has each of them.
//!
//! A [`Producer`] stands before a [`Service`]: a Firehose stream, a Kinesis stream, or something of your own. It puts
//! records into calls, makes several calls at a time, sends again what was not taken and nothing else, and tells at the
//! end what became of every record. With a [spool](SpoolConfig) what cannot be sent goes to the disk and is sent by the
//! next process if not by this one.
//!
//! Delivery is at least once. A record is sent twice only when the answer to its call was lost, or when its process was
//! killed before it could note that the record was delivered; both are counted as
//! [possible duplicates](ProducerReport::possible_duplicates).
//!
//! ```
//! # use lakebed::producer::{CallError, Entry, EntryResult, Service, ServiceLimits};
//! # use futures_util::future::{BoxFuture, FutureExt};
//! # #[derive(Debug)] struct MyStream;
//! # impl Service for MyStream {
//! #     fn name(&self) -> &str { "mine" }
//! #     fn limits(&self) -> ServiceLimits { ServiceLimits::FIREHOSE }
//! #     fn put<'a>(&'a self, entries: &'a [Entry]) -> BoxFuture<'a, Result<Vec<EntryResult>, CallError>> {
//! #         async { Ok(vec![EntryResult::Delivered; entries.len()]) }.boxed()
//! #     }
//! # }
//! use lakebed::producer::{Producer, ProducerOptions};
//! use std::sync::Arc;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let producer = Producer::open(Arc::new(MyStream), ProducerOptions::default()).await?;
//! for speed in [81, 97] {
//!     producer.send(Entry::new(format!("{{\"speed\":{speed}}}\n"))).await?;
//! }
//! let report = producer.close().await;
//! assert_eq!((report.delivered, report.calls), (2, 1));
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "aws")]
mod aws;
mod batch;
mod codes;
mod disk;
mod entry;
mod error;
#[cfg(feature = "aws")]
mod firehose;
mod health;
#[cfg(feature = "aws")]
mod kinesis;
mod limits;
mod options;
mod outcome;
mod pack;
mod pump;
mod report;
mod retry;
mod service;
mod shared;
pub mod spool;
pub mod telemetry;
#[cfg(test)]
mod tests;
mod typed;
mod undeliverable;
mod window;

#[cfg(feature = "aws")]
pub use aws::AwsOptions;
#[cfg(feature = "aws")]
pub(crate) use aws::unanswered;
pub use entry::Entry;
pub use error::SendError;
#[cfg(feature = "aws")]
pub use firehose::FirehoseStream;
#[cfg(feature = "aws")]
pub use kinesis::KinesisStream;
pub use options::{Durability, Order, ProducerOptions, Retry, SpoolConfig, WhenFull};
pub use pack::{BILLING_STEP, MAX_LINES, Packing};
pub use report::{ProducerReport, Returned};
pub use service::{CallError, CallErrorKind, EntryResult, KeyRule, Service, ServiceLimits};
pub use typed::TypedProducer;
pub(crate) use typed::{key_columns, key_text};

use crate::error::{Error, ErrorKind};
use disk::Disk;
use health::Health;
use pump::Pump;
use shared::{Offer, Shared, State};
use spool::Spool;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;
use window::Window;

/// Sends records to a stream. Clones are cheap and stand for the same producer.
///
/// When the last clone is dropped without [`Producer::close`], its task goes on as after `close`, for as long as the
/// runtime lives.
#[derive(Clone, Debug)]
pub struct Producer {
    handle: Arc<Handle>,
}

/// Closes the producer when the last of its clones is gone.
#[derive(Debug)]
struct Handle {
    shared: Arc<Shared>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.start_closing();
    }
}

/// What [`Producer::flush`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flushed {
    /// Records that are not delivered: in the spool, or in memory with their retry budget spent.
    pub held: u64,
    /// Those among them that are in memory only: the process must live for them to be delivered.
    pub in_memory: u64,
}

impl Producer {
    /// Opens a producer, and takes up what an earlier process left in its spool. Its task runs on the current runtime.
    ///
    /// # Errors
    /// Options that contradict each other, or a spool that cannot be opened; another process that uses it is
    /// [`ErrorKind::Locked`].
    pub async fn open(service: Arc<dyn Service>, options: ProducerOptions) -> Result<Self, Error> {
        let limits = service.limits();
        check(&options, limits)?;
        let mut recovery = spool::Recovery::default();
        let mut opened = None;
        let (mut spool_bytes, mut kept) = (0, 0);
        if let Some(config) = options.spool.clone() {
            let opening = tokio::task::spawn_blocking(move || {
                let opened = Spool::open(&config.folder, segment_bytes(config.bytes));
                opened.map(|(spool, recovery)| (kept_bytes(&config.folder), spool, recovery))
            });
            let answer = opening.await.map_err(|error| defect().with_source(error))?;
            let (bytes, spool, found) = answer.map_err(cannot_open)?;
            (spool_bytes, kept, recovery) = (spool.bytes() + bytes, bytes, found);
            opened = Some((Disk::new(&spool), spool));
        }
        for damage in &recovery.damage {
            tracing::warn!(stream = service.name(), %damage, "the spool is damaged");
        }
        let possible_duplicates = if recovery.was_closed { 0 } else { recovery.records };
        let counts = ProducerReport {
            recovered: recovery.records,
            possible_duplicates,
            damage: recovery.damage,
            ..ProducerReport::default()
        };
        let (disk, task) = match opened {
            Some(((disk, commands), spool)) => (Some(disk), Some((commands, spool))),
            None => (None, None),
        };
        let state = State {
            next_seq: recovery.next_seq,
            window: Window::new(limits, options.packing, options.order),
            flights: BTreeMap::new(),
            pending: 0,
            unread: recovery.records,
            unread_from: 0,
            spool_bytes,
            pending_bytes: 0,
            health: Health::new(),
            wants_hold: false,
            is_holding: false,
            is_disk_failing: false,
            counts,
            kept: Vec::new(),
            kept_bytes: 0,
            hurry_below: 0,
            closing: None,
            finished: None,
        };
        let is_synced = options.durability == Durability::Disk;
        let shared = Arc::new(Shared {
            service,
            limits,
            options,
            disk,
            state: Mutex::new(state),
            wake: Notify::new(),
            room: Notify::new(),
            ended: Notify::new(),
        });
        if let Some((commands, spool)) = task {
            tokio::spawn(disk::run(spool, kept, is_synced, commands, Arc::clone(&shared)));
        }
        tokio::spawn(Pump::new(Arc::clone(&shared)).run());
        Ok(Self { handle: Arc::new(Handle { shared }) })
    }

    /// Takes a record: into memory, or onto the disk where the [durability](Durability) says so or the service is down.
    /// Waits for room unless the options say not to.
    ///
    /// Dropping this future before it is done takes the record or does not, never half: while it waits for room, it is
    /// not taken; while it is written to the disk, it is.
    ///
    /// # Errors
    /// Why the record was not taken.
    pub async fn send(&self, entry: Entry) -> Result<(), SendError> {
        let shared = &self.handle.shared;
        let sent = self.try_send(entry).await;
        // What the disk could not take is counted where that is known, also when nobody waits for it.
        if sent.as_ref().is_err_and(|error| !matches!(error, SendError::Spool(_))) {
            shared.state().counts.refused += 1;
        }
        sent
    }

    async fn try_send(&self, mut entry: Entry) -> Result<(), SendError> {
        let shared = &self.handle.shared;
        shared.check(&entry)?;
        loop {
            let mut room = pin!(shared.room.notified());
            room.as_mut().enable();
            match shared.offer(entry)? {
                Offer::Taken => return Ok(()),
                Offer::Written(written) => {
                    return match written.await {
                        Ok(written) => written.map_err(SendError::Spool),
                        Err(_) => Err(SendError::Spool(disk::gone())),
                    };
                }
                Offer::NoRoom(same) => entry = same,
            }
            room.await;
        }
    }

    /// Sends all that was taken so far without waiting for more, until each record is delivered, or until it is known
    /// that it cannot be: the service is down and the record is on the disk, or its retry budget is spent.
    pub async fn flush(&self) -> Flushed {
        let shared = &self.handle.shared;
        let below = {
            let mut state = shared.state();
            state.hurry_below = state.next_seq;
            state.next_seq
        };
        shared.wake.notify_one();
        loop {
            let mut ended = pin!(shared.ended.notified());
            ended.as_mut().enable();
            if let Some(flushed) = shared.flushed(below) {
                return flushed;
            }
            ended.await;
        }
    }

    /// Takes no more records, sends those that were taken until the options' `close_timeout`, and tells what became of
    /// each. While the service is down it does not wait: what is not delivered is in the spool, or in the report when
    /// there is none. May be called by several tasks, and again after it was cancelled: the report is the same.
    pub async fn close(&self) -> ProducerReport {
        let shared = &self.handle.shared;
        shared.start_closing();
        loop {
            let mut ended = pin!(shared.ended.notified());
            ended.as_mut().enable();
            if let Some(report) = shared.state().finished.clone() {
                return report;
            }
            ended.await;
        }
    }

    /// The counts so far.
    pub fn report(&self) -> ProducerReport {
        self.handle.shared.report()
    }

    /// Takes out the records that the service refuses for good, where no spool takes them. As long as many of them are
    /// held, [`Producer::send`] refuses new ones.
    pub fn take_undeliverable(&self) -> Vec<Returned> {
        let mut state = self.handle.shared.state();
        state.kept_bytes = 0;
        std::mem::take(&mut state.kept)
    }

    /// Counts a record that was refused before it came here.
    fn refused(&self) {
        self.handle.shared.state().counts.refused += 1;
    }

    /// The service.
    pub fn service(&self) -> &Arc<dyn Service> {
        &self.handle.shared.service
    }
}

/// Whether the options can be kept.
fn check(options: &ProducerOptions, limits: ServiceLimits) -> Result<(), Error> {
    let usage = |message: String| Err(Error::new(ErrorKind::Usage, message));
    if options.queue_records == 0 || options.calls == 0 {
        return usage(
            "a producer needs room for a record and a call: queue_records and calls must be 1 at least"
                .into(),
        );
    }
    if limits.records == 0 || limits.bytes == 0 {
        return usage("a service whose calls hold nothing takes no records".into());
    }
    if matches!(options.packing, Packing::Lines { .. }) && limits.key != KeyRule::None {
        return usage(
            "lines that are packed would all go under the key of the first one, and this service has keys: use \
             Packing::Kpl"
                .into(),
        );
    }
    if matches!(options.packing, Packing::Kpl { .. }) {
        if limits.key == KeyRule::None {
            return usage(
                "records are aggregated by their keys, and this service has none: use Packing::Lines".into(),
            );
        }
        if options.order == Order::Strict {
            return usage(
                "strict order has one record of a key in a call: do not aggregate, or give up the order"
                    .into(),
            );
        }
    }
    if options.spool.is_some() {
        // Bytes of a character in UTF-8.
        let key = if let KeyRule::Required { chars } = limits.key { chars.saturating_mul(4) } else { 0 };
        let record = limits.record_bytes.min(limits.bytes);
        if key > disk::MAX_KEY || record > disk::MAX_DATA {
            return usage(format!(
                "a spool holds records of up to {} bytes with keys of up to {} bytes, and this service takes {record} and \
                 {key}: lower its limits",
                disk::MAX_DATA,
                disk::MAX_KEY,
            ));
        }
    }
    match &options.spool {
        None if options.durability == Durability::Disk => {
            usage("durability on the disk needs a spool: set spool to a folder".into())
        }
        Some(spool) if spool.bytes <= options.queue_bytes as u64 => usage(format!(
            "the spool may have {} bytes, and {} of it are kept for what is in memory: give it more, or lower queue_bytes",
            spool.bytes, options.queue_bytes
        )),
        Some(_) | None => Ok(()),
    }
}

/// Bytes of a file of a spool of so many: done with as a whole, so that few files are many bytes.
fn segment_bytes(spool: u64) -> u64 {
    (spool / 16).clamp(64 << 10, spool::SEGMENT_BYTES)
}

/// Bytes of the file of undeliverable records.
fn kept_bytes(folder: &Path) -> u64 {
    fs::metadata(folder.join(undeliverable::FILE)).map_or(0, |meta| meta.len())
}

fn cannot_open(error: std::io::Error) -> Error {
    let is_held = error.kind() == std::io::ErrorKind::WouldBlock;
    let kind = if is_held { ErrorKind::Locked } else { ErrorKind::Output };
    let hint = if is_held {
        "give each process a spool folder of its own"
    } else {
        "check that the folder can be written"
    };
    Error::new(kind, format!("the spool cannot be opened: {error}")).with_hint(hint).with_source(error)
}

fn defect() -> Error {
    Error::new(ErrorKind::Internal, "the spool was not opened: its task ended")
}
