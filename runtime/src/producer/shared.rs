//! What the handles of a producer and its task share.

use super::Flushed;
use super::batch::Item;
use super::disk::{self, Command, Disk};
use super::entry::Entry;
use super::error::SendError;
use super::health::Health;
use super::options::{Durability, ProducerOptions, WhenFull};
use super::pack::Packing;
use super::report::{ProducerReport, Returned};
use super::service::{KeyRule, Service, ServiceLimits};
use super::window::Window;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

/// Most characters of a key, whether the service counts them or not.
const KEY_CHARS: usize = 256;
/// Records without a spool that the service refuses for good, of which so many are held in memory.
const MAX_KEPT: usize = 1_000;
/// Their bytes.
const MAX_KEPT_BYTES: usize = 16 << 20;

/// What the handles of a producer and its task share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) service: Arc<dyn Service>,
    pub(super) limits: ServiceLimits,
    pub(super) options: ProducerOptions,
    pub(super) disk: Option<Disk>,
    pub(super) state: Mutex<State>,
    /// The task has something to do.
    pub(super) wake: Notify,
    /// There may be room.
    pub(super) room: Notify,
    /// Something has come to its end.
    pub(super) ended: Notify,
}

/// What changes.
#[derive(Debug)]
pub(super) struct State {
    pub(super) next_seq: u64,
    pub(super) window: Window,
    /// Lowest number in each call under way.
    pub(super) flights: BTreeMap<u64, u64>,
    /// Records given to the disk that are not written yet, and written ones that were not read.
    pub(super) pending: u64,
    pub(super) unread: u64,
    /// No record below that is among them.
    pub(super) unread_from: u64,
    /// Bytes in the spool, and those that are being written.
    pub(super) spool_bytes: u64,
    pub(super) pending_bytes: u64,
    pub(super) health: Health,
    /// Whether records in memory may have to be on the disk too.
    pub(super) wants_hold: bool,
    /// Whether they are being written there, and whether the disk took nothing the last time.
    pub(super) is_holding: bool,
    pub(super) is_disk_failing: bool,
    pub(super) counts: ProducerReport,
    /// Undeliverable records that are held in memory, and their bytes.
    pub(super) kept: Vec<Returned>,
    pub(super) kept_bytes: usize,
    /// Records below that number do not wait for company.
    pub(super) hurry_below: u64,
    /// When to stop, once it is closing.
    pub(super) closing: Option<Instant>,
    pub(super) finished: Option<ProducerReport>,
}

/// What became of an offered record.
pub(super) enum Offer {
    /// It is in memory.
    Taken,
    /// It is being written.
    Written(oneshot::Receiver<io::Result<()>>),
    /// There is no room.
    NoRoom(Entry),
}

impl Shared {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the service can take the record at all.
    pub(super) fn check(&self, entry: &Entry) -> Result<(), SendError> {
        if entry.data.is_empty() {
            return Err(SendError::Empty);
        }
        let (bytes, limit) = (self.limits.weigh(entry), self.limits.record_bytes.min(self.limits.bytes));
        if bytes > limit {
            return Err(SendError::TooLarge { bytes, limit });
        }
        let chars = entry.partition_key.as_ref().map(|key| key.chars().count());
        match (self.limits.key, chars) {
            (KeyRule::Required { .. }, None) => return Err(SendError::NoKey),
            (KeyRule::Required { chars: limit }, Some(chars)) if chars == 0 || chars > limit => {
                return Err(SendError::BadKey { chars, limit });
            }
            (KeyRule::None, Some(chars)) if chars > KEY_CHARS => {
                return Err(SendError::BadKey { chars, limit: KEY_CHARS });
            }
            (KeyRule::Required { .. } | KeyRule::None, _) => {}
        }
        if matches!(self.options.packing, Packing::Lines { .. }) && !entry.data.ends_with(b"\n") {
            return Err(SendError::NoNewline);
        }
        Ok(())
    }

    /// Takes the record if there is room for it.
    pub(super) fn offer(&self, entry: Entry) -> Result<Offer, SendError> {
        let mut state = self.state();
        if state.closing.is_some() {
            return Err(SendError::Closed);
        }
        if state.kept.len() >= MAX_KEPT || state.kept_bytes >= MAX_KEPT_BYTES {
            return Err(SendError::Clogged { records: state.kept.len() });
        }
        if let Some(disk) = &self.disk
            && (self.options.durability == Durability::Disk
                || state.pending + state.unread > 0
                || state.health.is_down())
        {
            let bytes = disk::framed(&entry);
            // They are in memory until they are written.
            let most = self.options.queue_bytes as u64;
            if state.pending > 0 && state.pending_bytes + bytes > most {
                return self.no_room(entry, false);
            }
            if state.spool_bytes + state.pending_bytes + bytes > self.spool_room() {
                // What is done with goes by whole files.
                disk.ask(Command::Trim);
                return self.no_room(entry, true);
            }
            let seq = state.number();
            if state.pending + state.unread == 0 {
                state.unread_from = seq;
            }
            state.pending += 1;
            state.pending_bytes += bytes;
            let (done, written) = oneshot::channel();
            // While the state is locked, so that records are written in the order of their numbers.
            disk.ask(Command::Append { seq, payload: disk::encode(&entry), done });
            return Ok(Offer::Written(written));
        }
        if !self.has_room(&state.window, entry.bytes()) {
            return self.no_room(entry, false);
        }
        let seq = state.number();
        state.counts.accepted += 1;
        state.window.push(Item::new(entry, seq, None, Instant::now()));
        state.note_peak();
        if state.wants_a_call(self) {
            self.wake.notify_one();
        }
        Ok(Offer::Taken)
    }

    fn no_room(&self, entry: Entry, spool: bool) -> Result<Offer, SendError> {
        match self.options.when_full {
            WhenFull::Wait => Ok(Offer::NoRoom(entry)),
            WhenFull::Fail => Err(SendError::Full { spool }),
        }
    }

    /// Bytes of the spool that new records may take: the rest is for those in memory.
    fn spool_room(&self) -> u64 {
        let all = self.options.spool.as_ref().map_or(0, |spool| spool.bytes);
        all.saturating_sub(self.options.queue_bytes as u64)
    }

    pub(super) fn has_room(&self, window: &Window, bytes: usize) -> bool {
        window.records() < self.options.queue_records
            && (window.records() == 0 || window.bytes() + bytes <= self.options.queue_bytes)
    }

    /// Records were written to the spool, or could not be.
    pub(super) fn appended(&self, records: u64, bytes: u64, spool_bytes: u64, error: Option<&io::Error>) {
        let mut state = self.state();
        state.pending -= records;
        state.pending_bytes -= bytes;
        state.spool_bytes = spool_bytes;
        match error {
            None => {
                state.unread += records;
                state.counts.accepted += records;
                state.counts.spool_writes += records;
            }
            Some(error) => {
                state.counts.refused += records;
                state.counts.last_error = Some(error.to_string());
            }
        }
        drop(state);
        self.wake.notify_one();
        // What was pending is so no more, whether it was written or not.
        self.room.notify_waiters();
        self.ended.notify_waiters();
    }

    /// The spool has so many bytes now.
    pub(super) fn spool_has(&self, bytes: u64) {
        let mut state = self.state();
        let has_room = bytes < state.spool_bytes;
        state.spool_bytes = bytes;
        drop(state);
        if has_room {
            self.room.notify_waiters();
        }
    }

    /// Something went wrong that needs nothing but to be known.
    pub(super) fn said(&self, error: String) {
        tracing::warn!(stream = self.service.name(), error, "the spool of a producer");
        self.state().counts.last_error = Some(error);
    }

    /// Holds undeliverable records in memory; others stay in the spool, and count as that.
    pub(super) fn keep(&self, records: impl Iterator<Item = Returned>, in_spool: u64) {
        let mut state = self.state();
        state.counts.undeliverable -= in_spool;
        for record in records {
            state.kept_bytes += record.entry.bytes();
            state.kept.push(record);
        }
    }

    /// Asks the task to stop.
    pub(super) fn start_closing(&self) {
        let mut state = self.state();
        state.closing.get_or_insert_with(|| Instant::now() + self.options.close_timeout);
        drop(state);
        self.wake.notify_one();
        self.room.notify_waiters();
    }

    /// How many records with lower numbers are not delivered, once nothing is to be waited for any more.
    pub(super) fn flushed(&self, below: u64) -> Option<Flushed> {
        let state = self.state();
        if state.finished.is_some() || state.lowest() >= below {
            return Some(state.finished.as_ref().map_or(Flushed { held: 0, in_memory: 0 }, |report| {
                Flushed { held: report.spooled + report.undelivered, in_memory: report.undelivered }
            }));
        }
        if self.disk.is_some() && (state.is_holding || (state.wants_hold && !state.is_disk_failing)) {
            return None;
        }
        let retry = &self.options.retry;
        let gives_up = match &self.disk {
            Some(_) => state.health.is_down(),
            None => state.health.is_denied() || state.health.is_down_for(retry.time, Instant::now()),
        };
        let is_held =
            |item: &Item| item.is_spent || (gives_up && (item.on_disk.is_some() || self.disk.is_none()));
        let in_memory = || state.window.items().filter(|item| item.seq < below);
        let in_calls = state.flights.values().any(|lowest| *lowest < below);
        let on_disk = state.unread_from < below && state.pending + state.unread > 0;
        if in_calls || (on_disk && (state.pending > 0 || !gives_up)) || !in_memory().all(is_held) {
            return None;
        }
        Some(Flushed {
            held: in_memory().count() as u64 + if on_disk { state.unread } else { 0 },
            in_memory: in_memory().filter(|item| item.on_disk.is_none()).count() as u64,
        })
    }

    /// The counts as they are now.
    pub(super) fn report(&self) -> ProducerReport {
        let state = self.state();
        if let Some(report) = &state.finished {
            return report.clone();
        }
        let in_memory = state.window.items().filter(|item| item.on_disk.is_some()).count() as u64;
        ProducerReport { spooled: state.unread + in_memory, ..state.counts.clone() }
    }
}

impl State {
    fn number(&mut self) -> u64 {
        self.next_seq += 1;
        self.next_seq - 1
    }

    /// Lowest number that has no end yet.
    pub(super) fn lowest(&self) -> u64 {
        let on_disk = if self.pending + self.unread > 0 { self.unread_from } else { u64::MAX };
        let in_calls = self.flights.values().copied().min().unwrap_or(u64::MAX);
        self.window.lowest().min(on_disk).min(in_calls)
    }

    pub(super) fn note_peak(&mut self) {
        self.counts.peak_records = self.counts.peak_records.max(self.window.records());
        self.counts.peak_bytes = self.counts.peak_bytes.max(self.window.bytes());
    }

    /// Whether the task would do something about a record that came.
    fn wants_a_call(&self, shared: &Shared) -> bool {
        self.window.is_first() || (self.flights.len() < shared.options.calls && self.window.is_full())
    }
}
