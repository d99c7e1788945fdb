//! The records in memory: those that wait, and those that are to be sent again. No clock, no input, no output.

use super::batch::{Batch, Builder, Item};
use super::options::Order;
use super::pack::Packing;
use super::service::ServiceLimits;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;
use tokio::time::Instant;

/// The records in memory.
#[derive(Debug)]
pub(super) struct Window {
    limits: ServiceLimits,
    packing: Packing,
    is_strict: bool,
    /// Never tried, in order.
    queue: VecDeque<Item>,
    queue_bytes: usize,
    /// To go before those of the queue: tried before, or waited for their key.
    ready: BTreeMap<u64, Item>,
    /// To be tried again, by time and the number of the first of them.
    later: BTreeMap<(Instant, u64), Vec<Item>>,
    /// What waits for the record of its key that is under way.
    keys: HashMap<String, VecDeque<Item>>,
    /// Records and bytes, those in calls included.
    records: usize,
    bytes: usize,
}

impl Window {
    pub(super) fn new(limits: ServiceLimits, packing: Packing, order: Order) -> Self {
        Self {
            limits,
            packing,
            is_strict: order == Order::Strict,
            queue: VecDeque::new(),
            queue_bytes: 0,
            ready: BTreeMap::new(),
            later: BTreeMap::new(),
            keys: HashMap::new(),
            records: 0,
            bytes: 0,
        }
    }

    /// Records, those in calls included.
    pub(super) fn records(&self) -> usize {
        self.records
    }

    /// Bytes, those in calls included.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes a record whose number is above all that came before.
    pub(super) fn push(&mut self, item: Item) {
        self.records += 1;
        self.bytes += item.entry.bytes();
        self.queue_bytes += item.entry.bytes();
        self.queue.push_back(item);
    }

    /// Makes what is to be sent again by now ready.
    pub(super) fn wake(&mut self, now: Instant) {
        while let Some(first) = self.later.first_entry()
            && first.key().0 <= now
        {
            self.ready.extend(first.remove().into_iter().map(|item| (item.seq, item)));
        }
    }

    /// Whether the last record that came is the only one that was never tried.
    pub(super) fn is_first(&self) -> bool {
        self.queue.len() == 1
    }

    /// Whether records that were never tried fill a call.
    pub(super) fn is_full(&self) -> bool {
        let (lines, bytes) = self.packing.most();
        let full_bytes = self.limits.bytes.min(self.limits.records.saturating_mul(bytes));
        self.queue.len() >= self.limits.records.saturating_mul(lines) || self.queue_bytes >= full_bytes
    }

    /// Whether a call is worth while: it would be full, or something in it does not wait for company.
    pub(super) fn is_ready(&self, now: Instant, linger: Duration, hurry_below: u64) -> bool {
        !self.ready.is_empty()
            || self.is_full()
            || self.queue.front().is_some_and(|item| item.seq < hurry_below || item.queued + linger <= now)
    }

    /// When something changes by itself: a record has waited long enough, or is to be sent again.
    pub(super) fn next_time(&self, linger: Duration) -> Option<Instant> {
        let again = self.later.keys().next().map(|(time, _)| *time);
        let waited = self.queue.front().map(|item| item.queued + linger);
        [again, waited].into_iter().flatten().min()
    }

    /// The next call, of at most so many records.
    pub(super) fn take(&mut self, company: usize) -> Option<Batch> {
        let mut builder = Builder::new(self.limits, self.packing, company);
        while let Some(first) = self.ready.first_entry()
            && builder.fits(first.get())
        {
            let mut item = first.remove();
            self.claim(&mut item);
            builder.push(item);
        }
        if self.ready.is_empty() {
            while let Some(item) = self.queue.pop_front_if(|item| builder.fits(item)) {
                self.queue_bytes -= item.entry.bytes();
                if let Some(item) = self.claimed(item) {
                    builder.push(item);
                }
            }
        }
        builder.build()
    }

    /// Takes the record's key, or sets the record aside until the key is free.
    fn claimed(&mut self, mut item: Item) -> Option<Item> {
        if self.is_strict
            && let Some(key) = &item.entry.partition_key
            && let Some(waiting) = self.keys.get_mut(key)
        {
            waiting.push_back(item);
            return None;
        }
        self.claim(&mut item);
        Some(item)
    }

    fn claim(&mut self, item: &mut Item) {
        if self.is_strict && !item.has_key {
            if let Some(key) = &item.entry.partition_key {
                self.keys.entry(key.clone()).or_default();
            }
            item.has_key = true;
        }
    }

    /// A record has its end: the next one of its key may go.
    pub(super) fn settle(&mut self, item: &Item) {
        self.records -= 1;
        self.bytes -= item.entry.bytes();
        if let Some(key) = item.entry.partition_key.as_ref().filter(|_| item.has_key) {
            match self.keys.get_mut(key).and_then(VecDeque::pop_front) {
                Some(mut next) => {
                    next.has_key = true;
                    self.ready.insert(next.seq, next);
                }
                None => {
                    self.keys.remove(key);
                }
            }
        }
    }

    /// Records of a call are to be sent again at that time.
    pub(super) fn retry(&mut self, mut items: Vec<Item>, at: Instant) {
        // A call has records of a key together.
        items.sort_unstable_by_key(|item| item.seq);
        if let Some(first) = items.first() {
            self.later.entry((at, first.seq)).or_default().extend(items);
        }
    }

    /// Lowest number outside of calls.
    pub(super) fn lowest(&self) -> u64 {
        // Whoever waits for a key has a higher number than who has it.
        let later = self.later.values().filter_map(|items| items.first()).map(|item| item.seq).min();
        let ready = self.ready.keys().next().copied();
        let queued = self.queue.front().map(|item| item.seq);
        [later, ready, queued].into_iter().flatten().min().unwrap_or(u64::MAX)
    }

    /// Every record outside of calls, in no order.
    pub(super) fn items(&self) -> impl Iterator<Item = &Item> {
        let later = self.later.values().flatten();
        let waiting = self.keys.values().flatten();
        self.queue.iter().chain(self.ready.values()).chain(later).chain(waiting)
    }

    /// The same, to be changed.
    pub(super) fn items_mut(&mut self) -> impl Iterator<Item = &mut Item> {
        let later = self.later.values_mut().flatten();
        let waiting = self.keys.values_mut().flatten();
        self.queue.iter_mut().chain(self.ready.values_mut()).chain(later).chain(waiting)
    }

    /// Takes out every record outside of calls, in order.
    pub(super) fn drain(&mut self) -> Vec<Item> {
        let mut items: Vec<Item> = std::mem::take(&mut self.queue).into();
        self.queue_bytes = 0;
        items.extend(std::mem::take(&mut self.ready).into_values());
        items.extend(std::mem::take(&mut self.later).into_values().flatten());
        items.extend(std::mem::take(&mut self.keys).into_values().flatten());
        items.sort_unstable_by_key(|item| item.seq);
        self.records -= items.len();
        self.bytes -= items.iter().map(|item| item.entry.bytes()).sum::<usize>();
        items
    }
}
