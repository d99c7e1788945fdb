//! What the answer to a call means for its records.

use super::batch::{Batch, Item};
use super::disk::Command;
use super::report::Returned;
use super::service::{CallError, CallErrorKind, EntryResult};
use super::shared::{Shared, State};
use std::collections::{BTreeMap, HashSet};
use std::time::Duration;
use tokio::time::Instant;

/// A call that has ended.
pub(super) struct Called {
    pub(super) number: u64,
    pub(super) batch: Batch,
    pub(super) result: Result<Vec<EntryResult>, CallError>,
    pub(super) took: Duration,
}

impl Shared {
    /// Takes the answer in, and returns what the disk has to know. `not_held` are segments that were not written.
    pub(super) fn settle(&self, mut called: Called, not_held: &HashSet<u64>) -> Vec<Command> {
        let now = Instant::now();
        let state = &mut *self.state();
        state.flights.remove(&called.number);
        for item in &mut called.batch.items {
            if item.on_disk.is_some_and(|segment| not_held.contains(&segment)) {
                item.on_disk = None;
            }
        }
        match called.result {
            Ok(results) => self.answered(state, called.batch, results, now),
            Err(error) => {
                state.counts.failed_calls += 1;
                state.counts.last_error = Some(error.to_string());
                self.failed(state, called.batch, &error, now)
            }
        }
    }

    fn answered(
        &self,
        state: &mut State,
        batch: Batch,
        results: Vec<EntryResult>,
        now: Instant,
    ) -> Vec<Command> {
        let mut done: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        let (mut again, mut delivered, mut throttled) = (Vec::new(), 0, 0);
        let mut items = batch.items.into_iter();
        for (result, count) in results.into_iter().zip(batch.counts) {
            let packed = items.by_ref().take(count);
            match result {
                EntryResult::Delivered => {
                    for item in packed {
                        state.window.settle(&item);
                        delivered += 1;
                        state.counts.delivered_bytes += item.entry.data.len() as u64;
                        if let Some(segment) = item.on_disk {
                            done.entry(segment).or_default().push(item.seq);
                        }
                    }
                }
                EntryResult::Failed { throttled: is_throttled, code, message } => {
                    for mut item in packed {
                        throttled += u64::from(is_throttled);
                        item.reason = format!("{code}: {message}");
                        again.push(item);
                    }
                }
            }
        }
        state.counts.delivered += delivered;
        state.counts.throttled += throttled;
        if let Some(item) = again.first() {
            state.counts.last_error = Some(item.reason.clone());
        }
        let retry = &self.options.retry;
        if delivered > 0 {
            state.health.delivered();
        } else if throttled > 0 {
            state.health.throttled(retry, now);
        } else {
            state.health.failed(CallErrorKind::Transient, retry, now);
        }
        self.again(state, again, now);
        let acks = done.into_iter().map(|(segment, mut seqs)| {
            seqs.sort_unstable();
            Command::Ack { segment, seqs }
        });
        acks.collect()
    }

    fn failed(&self, state: &mut State, batch: Batch, error: &CallError, now: Instant) -> Vec<Command> {
        let records = batch.items.len();
        state.health.failed(error.kind, &self.options.retry, now);
        match error.kind {
            CallErrorKind::Invalid => return self.refused(state, batch.items, error, now),
            CallErrorKind::Throttled => state.counts.throttled += records as u64,
            CallErrorKind::MaybeWritten => state.counts.possible_duplicates += records as u64,
            CallErrorKind::Transient | CallErrorKind::Denied => {}
        }
        let mut items = batch.items;
        items.iter_mut().for_each(|item| item.reason = error.to_string());
        self.again(state, items, now);
        Vec::new()
    }

    /// The service refuses something in the call: half of it goes again, until it is known what.
    fn refused(
        &self,
        state: &mut State,
        mut items: Vec<Item>,
        error: &CallError,
        now: Instant,
    ) -> Vec<Command> {
        if items.len() > 1 {
            let half = items.len().div_ceil(2);
            for item in &mut items {
                item.company = half;
                // This says nothing about the record.
                item.attempts = item.attempts.saturating_sub(1);
                item.reason = error.to_string();
            }
            state.window.retry(items, now);
            return Vec::new();
        }
        if state.counts.delivered == 0 && state.counts.undeliverable > 0 {
            // One record that is refused is at fault itself; where no record was ever taken, the stream or its settings
            // are, and no record is given up for that.
            state.health.failed(CallErrorKind::Denied, &self.options.retry, now);
            items.iter_mut().for_each(|item| item.reason = error.to_string());
            self.again(state, items, now);
            return Vec::new();
        }
        let mut records = Vec::new();
        for item in items {
            state.window.settle(&item);
            state.counts.undeliverable += 1;
            let place = item.on_disk.map(|segment| (segment, item.seq));
            tracing::error!(stream = self.service.name(), seq = item.seq, %error, "a record is undeliverable");
            let (entry, attempts) = (item.entry, item.attempts);
            records.push((
                Returned { entry, attempts, reason: error.to_string(), is_undeliverable: true },
                place,
            ));
        }
        if self.disk.is_some() {
            return vec![Command::Undeliverable { records }];
        }
        for (record, _) in records {
            state.kept_bytes += record.entry.bytes();
            state.kept.push(record);
        }
        Vec::new()
    }

    /// Has records sent again after a while.
    fn again(&self, state: &mut State, mut items: Vec<Item>, now: Instant) {
        let retry = &self.options.retry;
        let attempts = items.iter().map(|item| item.attempts).min().unwrap_or_default();
        for item in &mut items {
            let since = item.since.unwrap_or(now);
            item.is_spent |= retry.is_spent(item.attempts, since, now);
            state.wants_hold |= item.is_spent && item.on_disk.is_none();
        }
        state.wants_hold |= state.health.is_down();
        let at = state.health.again(retry, attempts, now);
        state.window.retry(items, at);
    }
}

impl Returned {
    /// A record that is left over.
    pub(super) fn undelivered(item: &Item) -> Self {
        Self {
            entry: item.entry.clone(),
            attempts: item.attempts,
            reason: item.reason.clone(),
            is_undeliverable: false,
        }
    }
}
