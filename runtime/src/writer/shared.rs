//! What the tasks that append and the threads of a writer share.

use super::error::AppendError;
use super::options::WriterOptions;
use super::report::WriterReport;
use super::telemetry::Telemetry;
use crate::error::{Error, ErrorKind};
use crate::report::Counts;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

pub(super) struct Shared {
    pub(super) table: String,
    state: Mutex<State>,
    /// Something changed that somebody may wait for.
    changed: Notify,
    /// A permit for each byte that may wait for the disk.
    queue: Arc<Semaphore>,
    queue_bytes: usize,
    spool_bytes: u64,
    telemetry: Telemetry,
}

#[derive(Default)]
struct State {
    report: WriterReport,
    is_closed: bool,
    /// Refused segments that a flush has told.
    refused_told: u64,
    /// Segments that were sealed so far, and how many of them were when all that were there had been stored.
    sealed: u64,
    stored: u64,
    /// Kind of the last failure of the lake, while it lasts, and whether it may pass.
    failure: Option<(ErrorKind, bool)>,
    /// Bytes of sealed segments, and of the one that is being written.
    sealed_bytes: u64,
    open_bytes: u64,
    sealed_segments: u64,
}

impl State {
    fn sum_up(&mut self) {
        self.report.waiting_bytes = self.sealed_bytes + self.open_bytes;
        self.report.waiting_segments = self.sealed_segments + u64::from(self.open_bytes > 0);
    }
}

impl Shared {
    /// Nothing done yet; so many segments of earlier processes wait, with so many bytes.
    pub(super) fn new(table: &str, options: &WriterOptions, waiting: (u64, u64)) -> Self {
        let mut state = State {
            sealed: u64::from(waiting.0 > 0),
            sealed_segments: waiting.0,
            sealed_bytes: waiting.1,
            ..State::default()
        };
        state.sum_up();
        let queue_bytes = options.queue_bytes.min(Semaphore::MAX_PERMITS).min(u32::MAX as usize);
        Self {
            table: table.to_owned(),
            state: Mutex::new(state),
            changed: Notify::new(),
            queue: Arc::new(Semaphore::new(queue_bytes)),
            queue_bytes,
            spool_bytes: options.spool_bytes,
            telemetry: Telemetry::new(table),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn report(&self) -> WriterReport {
        self.state().report.clone()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state().is_closed
    }

    pub(super) fn close(&self) {
        self.state().is_closed = true;
        self.changed.notify_waiters();
    }

    /// Waits for room for a record, in memory and on the disk.
    pub(super) async fn room(&self, bytes: usize) -> Result<OwnedSemaphorePermit, AppendError> {
        loop {
            let mut changed = pin!(self.changed.notified());
            changed.as_mut().enable();
            {
                let state = self.state();
                if state.is_closed {
                    return Err(AppendError::Closed);
                }
                if state.report.waiting_bytes < self.spool_bytes {
                    break;
                }
            }
            changed.await;
        }
        let permits = u32::try_from(bytes.min(self.queue_bytes)).unwrap_or(u32::MAX);
        Arc::clone(&self.queue).acquire_many_owned(permits).await.map_err(|_| AppendError::Closed)
    }

    /// A record was refused.
    pub(super) fn refused(&self) {
        self.state().report.refused += 1;
        self.telemetry.refused.increment(1);
    }

    /// Records are durable; the segment that is being written has so many bytes.
    pub(super) fn appended(&self, records: u64, bytes: u64, open_bytes: u64, took: Duration) {
        let mut state = self.state();
        state.report.appended += records;
        state.report.appended_bytes += bytes;
        state.report.syncs += 1;
        state.open_bytes = open_bytes;
        state.sum_up();
        let waiting = state.report.waiting_bytes;
        drop(state);
        self.telemetry.appended(records, bytes, waiting, took);
    }

    /// The segment that was being written waits for the lake; gives the number of segments so far.
    pub(super) fn sealed(&self) -> u64 {
        let mut state = self.state();
        state.sealed += 1;
        state.sealed_segments += 1;
        state.sealed_bytes += std::mem::take(&mut state.open_bytes);
        state.sum_up();
        state.sealed
    }

    /// The number of segments so far.
    pub(super) fn number(&self) -> u64 {
        self.state().sealed
    }

    /// The lake has taken segments of so many bytes.
    pub(super) fn took(&self, segments: u64, refused: u64, bytes: u64, counts: Counts) {
        let mut state = self.state();
        state.report.segments += segments;
        state.report.refused_segments += refused;
        state.report.stored.add(counts);
        state.sealed_segments = state.sealed_segments.saturating_sub(segments + refused);
        state.sealed_bytes = state.sealed_bytes.saturating_sub(bytes);
        state.sum_up();
        let waiting = state.report.waiting_bytes;
        drop(state);
        self.telemetry.stored(segments, counts, waiting);
        self.changed.notify_waiters();
    }

    /// All segments up to that number are in the lake, or are not because of an error.
    pub(super) fn passed(&self, number: u64, error: Option<&Error>) {
        let mut state = self.state();
        match error {
            None => {
                state.stored = state.stored.max(number);
                state.report.error = None;
                state.failure = None;
            }
            Some(error) => {
                state.report.failures += 1;
                state.report.error = Some(error.full());
                state.failure = Some((error.kind(), error.retryable()));
                self.telemetry.failures.increment(1);
            }
        }
        drop(state);
        self.changed.notify_waiters();
    }

    /// Segments that were set aside since this was asked last: their records are not in the lake.
    pub(super) fn newly_refused(&self) -> u64 {
        let mut state = self.state();
        let refused = state.report.refused_segments;
        refused - std::mem::replace(&mut state.refused_told, refused)
    }

    /// Waits until all segments up to that number are in the lake, or the next attempt has failed.
    pub(super) async fn stored(&self, number: u64, failures: u64) -> Result<(), Error> {
        loop {
            let mut changed = pin!(self.changed.notified());
            changed.as_mut().enable();
            {
                let state = self.state();
                if state.stored >= number {
                    return Ok(());
                }
                if state.report.failures > failures
                    && let (Some((kind, transient)), Some(message)) = (state.failure, &state.report.error)
                {
                    return Err(Error::new(kind, message.clone()).with_transient(transient));
                }
            }
            changed.await;
        }
    }
}
