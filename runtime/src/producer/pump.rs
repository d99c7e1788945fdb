//! The task of a producer: it makes calls, reads the spool, and ends when it is told to.

use super::batch::{Batch, Item};
use super::disk::{self, Command};
use super::outcome::Called;
use super::report::{ProducerReport, Returned};
use super::service::{CallError, CallErrorKind, Service};
use super::shared::{Shared, State};
use super::spool::Stored;
use super::telemetry::Telemetry;
use futures_util::FutureExt;
use std::collections::HashSet;
use std::io;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

/// After a disk that fails, this long until it is asked again.
const DISK_PAUSE: Duration = Duration::from_secs(1);

/// Records for a segment of their own, and its number.
type Held = (u64, Vec<(u64, Vec<u8>)>);

/// What happened while the task waited.
enum Event {
    Called(Called),
    Read(io::Result<Vec<Stored>>),
    Held { number: u64, records: u64, result: io::Result<()> },
}

/// What is to be done now.
#[derive(Default)]
struct Step {
    calls: Vec<(u64, Batch)>,
    read: Option<(usize, usize)>,
    hold: Option<Held>,
    until: Option<Instant>,
    is_done: bool,
}

/// What the task alone knows.
pub(super) struct Pump {
    shared: Arc<Shared>,
    telemetry: Telemetry,
    next_call: u64,
    is_reading: bool,
    /// Segments that could not be written.
    not_held: HashSet<u64>,
    /// The disk is not asked before that.
    disk_pause: Option<Instant>,
}

impl Pump {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        let telemetry = Telemetry::new(shared.service.name());
        Self {
            shared,
            telemetry,
            next_call: 0,
            is_reading: false,
            not_held: HashSet::new(),
            disk_pause: None,
        }
    }

    /// Runs until the producer is closed.
    pub(super) async fn run(mut self) {
        let mut tasks: JoinSet<Event> = JoinSet::new();
        loop {
            let step = self.step(Instant::now());
            for (number, batch) in step.calls {
                let service = Arc::clone(&self.shared.service);
                let limit = self.shared.options.call_timeout;
                tasks.spawn(async move { Event::Called(call(service, number, batch, limit).await) });
            }
            self.ask_disk(step.read, step.hold, &mut tasks);
            if step.is_done && tasks.is_empty() {
                break;
            }
            let until = step.until.unwrap_or_else(|| Instant::now() + Duration::from_secs(3600));
            tokio::select! {
                Some(ended) = tasks.join_next() => {
                    // A task that panicked would be a defect of ours: those of services are caught.
                    if let Ok(event) = ended {
                        self.take(event);
                    }
                }
                () = self.shared.wake.notified() => {}
                () = sleep_until(until) => {}
            }
        }
        self.finish().await;
    }

    fn ask_disk(&self, read: Option<(usize, usize)>, hold: Option<Held>, tasks: &mut JoinSet<Event>) {
        let Some(disk) = &self.shared.disk else { return };
        if let Some((records, bytes)) = read {
            let (done, answer) = oneshot::channel();
            disk.ask(Command::Read { records, bytes, done });
            tasks.spawn(async move { Event::Read(answer.await.unwrap_or_else(|_| Err(disk::gone()))) });
        }
        if let Some((number, records)) = hold {
            let (done, answer) = oneshot::channel();
            let count = records.len() as u64;
            disk.ask(Command::Hold { number, records, done });
            tasks.spawn(async move {
                let result = answer.await.unwrap_or_else(|_| Err(disk::gone()));
                Event::Held { number, records: count, result }
            });
        }
    }

    /// What is to be done now, and until when nothing else is.
    fn step(&mut self, now: Instant) -> Step {
        let shared = Arc::clone(&self.shared);
        let state = &mut *shared.state();
        let mut step = Step::default();
        state.window.wake(now);
        let is_over = state.closing.is_some_and(|deadline| deadline <= now);
        let gives_up = self.gives_up(state, now);
        step.is_done = gives_up && state.flights.is_empty();
        if !gives_up {
            self.start_calls(state, now, &mut step);
            let has_asked = self.is_reading || self.disk_pause.is_some_and(|pause| now < pause);
            let room = shared.options.queue_bytes.saturating_sub(state.window.bytes());
            let records = shared.options.queue_records.saturating_sub(state.window.records());
            // By quarters, so that the disk is not asked for each record.
            let is_worth =
                room >= shared.options.queue_bytes / 4 && records * 4 >= shared.options.queue_records;
            if state.unread > 0 && !has_asked && is_worth {
                self.is_reading = true;
                step.read = Some((records, room));
            }
        }
        if self.shared.disk.is_some() && !state.is_holding && self.disk_pause.is_none_or(|pause| pause <= now)
        {
            step.hold = self.hold(state);
        }
        let pause = self.disk_pause.filter(|pause| *pause > now);
        let closing = state.closing.filter(|_| !is_over);
        step.until = [step.until, pause, closing].into_iter().flatten().min();
        self.telemetry.publish(state);
        step
    }

    /// Whether the task stops: it was told to, and nothing is left that can be delivered in time.
    fn gives_up(&self, state: &State, now: Instant) -> bool {
        let Some(deadline) = state.closing else { return false };
        let retry = &self.shared.options.retry;
        let is_down = match &self.shared.disk {
            // All of it is on the disk for the next process.
            Some(_) => state.health.is_down(),
            None => state.health.is_denied() || state.health.is_down_for(retry.time, now),
        };
        // A spent record is not waited for; one that is in a call is.
        let is_drained = state.pending + state.unread == 0
            && state.flights.is_empty()
            && (state.window.records() == 0 || state.window.items().all(|item| item.is_spent));
        deadline <= now || is_down || is_drained
    }

    fn start_calls(&mut self, state: &mut State, now: Instant, step: &mut Step) {
        let options = &self.shared.options;
        let pause = state.health.pause().filter(|pause| *pause > now);
        // A service that is down is asked by one record at a time: its answer may be lost again.
        let (calls, company) = if state.health.is_down() { (1, 1) } else { (options.calls, usize::MAX) };
        let hurry_below = if state.closing.is_some() { u64::MAX } else { state.hurry_below };
        while pause.is_none() && state.flights.len() < calls {
            let batch = if state.window.is_ready(now, options.linger, hurry_below) {
                state.window.take(company)
            } else {
                None
            };
            let Some(mut batch) = batch else { break };
            for item in &mut batch.items {
                item.since.get_or_insert(now);
                state.counts.retries += u64::from(item.attempts > 0);
                item.attempts += 1;
            }
            state.counts.calls += 1;
            let lowest = batch.items.iter().map(|item| item.seq).min().unwrap_or(u64::MAX);
            self.next_call += 1;
            state.flights.insert(self.next_call, lowest);
            step.calls.push((self.next_call, batch));
        }
        step.until = match pause {
            Some(pause) => Some(pause),
            // The end of a call wakes the task.
            None if state.flights.len() >= calls => None,
            None => state.window.next_time(options.linger),
        };
    }

    /// Records in memory that have to be on the disk too: all when the service is down, else those whose budget is spent.
    fn hold(&mut self, state: &mut State) -> Option<Held> {
        if !state.wants_hold {
            return None;
        }
        state.wants_hold = false;
        let is_down = state.health.is_down();
        let disk = self.shared.disk.as_ref()?;
        let mut number = None;
        let mut records = Vec::new();
        for item in state.window.items_mut() {
            if item.on_disk.is_none() && (is_down || item.is_spent) {
                item.on_disk = Some(*number.get_or_insert_with(|| disk.number()));
                records.push((item.seq, disk::encode(&item.entry)));
            }
        }
        records.sort_unstable_by_key(|(seq, _)| *seq);
        state.is_holding = number.is_some();
        // Whoever flushes waits for one or the other.
        self.shared.ended.notify_waiters();
        number.map(|number| (number, records))
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Called(called) => {
                self.telemetry.called(&called);
                let undone = self.shared.settle(called, &self.not_held);
                if let Some(disk) = &self.shared.disk {
                    undone.into_iter().for_each(|command| disk.ask(command));
                }
            }
            Event::Read(Ok(stored)) => {
                self.is_reading = false;
                self.fill(stored);
            }
            Event::Read(Err(error)) => {
                self.is_reading = false;
                self.disk_failed(&error);
            }
            Event::Held { records, result: Ok(()), .. } => {
                let mut state = self.shared.state();
                (state.is_holding, state.is_disk_failing) = (false, false);
                state.counts.spool_writes += records;
            }
            Event::Held { number, result: Err(error), .. } => {
                self.not_held.insert(number);
                let mut state = self.shared.state();
                (state.is_holding, state.is_disk_failing) = (false, true);
                for item in state.window.items_mut().filter(|item| item.on_disk == Some(number)) {
                    item.on_disk = None;
                }
                state.wants_hold = true;
                drop(state);
                self.disk_failed(&error);
            }
        }
        self.shared.room.notify_waiters();
        self.shared.ended.notify_waiters();
    }

    fn disk_failed(&mut self, error: &io::Error) {
        self.disk_pause = Some(Instant::now() + DISK_PAUSE);
        self.shared.said(error.to_string());
    }

    /// Takes what was read from the spool into memory.
    fn fill(&self, stored: Vec<Stored>) {
        let now = Instant::now();
        let mut state = self.shared.state();
        state.unread = state.unread.saturating_sub(stored.len() as u64);
        if let Some(last) = stored.last() {
            state.unread_from = last.seq + 1;
        } else {
            // Nothing is there although something should be: a file went missing.
            state.counts.last_error = Some("the spool holds fewer records than were written".to_owned());
            state.unread = 0;
        }
        for Stored { seq, segment, payload } in stored {
            match disk::decode(&payload) {
                Some(entry) => state.window.push(Item::new(entry, seq, Some(segment), now)),
                None => state.counts.last_error = Some(format!("record {seq} of the spool is none of ours")),
            }
        }
        state.note_peak();
    }

    /// Leaves nothing in memory, and makes the report.
    async fn finish(mut self) {
        let left = self.shared.state().window.drain();
        let (mut returned, mut spooled) = (Vec::new(), 0);
        if let Some(disk) = &self.shared.disk {
            let fresh: Vec<_> = left.iter().filter(|item| item.on_disk.is_none()).collect();
            let records: Vec<_> = fresh.iter().map(|item| (item.seq, disk::encode(&item.entry))).collect();
            if !records.is_empty() {
                let (done, answer) = oneshot::channel();
                let count = records.len() as u64;
                disk.ask(Command::Hold { number: disk.number(), records, done });
                match answer.await.unwrap_or_else(|_| Err(disk::gone())) {
                    Ok(()) => self.shared.state().counts.spool_writes += count,
                    Err(error) => {
                        self.shared.said(error.to_string());
                        returned = fresh.into_iter().map(Returned::undelivered).collect();
                    }
                }
            }
            let (done, answer) = oneshot::channel();
            disk.ask(Command::Close { done });
            match answer.await.unwrap_or_else(|_| Err(disk::gone())) {
                Ok(records) => spooled = records,
                Err(error) => {
                    self.shared.said(error.to_string());
                    let state = self.shared.state();
                    spooled = state.unread + (left.len() - returned.len()) as u64;
                }
            }
        } else {
            returned = left.iter().map(Returned::undelivered).collect();
        }
        let mut state = self.shared.state();
        let undelivered = returned.len() as u64;
        returned.append(&mut state.kept);
        let counts = state.counts.clone();
        let report = ProducerReport { spooled, undelivered, returned, ..counts };
        state.counts.spooled = spooled;
        self.telemetry.ended(&report);
        state.finished = Some(report);
        drop(state);
        self.shared.ended.notify_waiters();
        self.shared.room.notify_waiters();
    }
}

/// Makes a call: whatever happens, its records come back.
async fn call(service: Arc<dyn Service>, number: u64, batch: Batch, limit: Duration) -> Called {
    let started = Instant::now();
    let put = AssertUnwindSafe(async { service.put(&batch.entries).await }).catch_unwind();
    let result = match timeout(limit, put).await {
        Ok(Ok(Ok(results))) if results.len() != batch.entries.len() => Err(CallError::new(
            CallErrorKind::MaybeWritten,
            "BadAnswer",
            format!("{} results for {} records", results.len(), batch.entries.len()),
        )),
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(CallError::new(CallErrorKind::MaybeWritten, "Panic", "the client panicked")),
        Err(_) => {
            let said = format!("no answer within {limit:?}");
            Err(CallError::new(CallErrorKind::MaybeWritten, "Timeout", said))
        }
    };
    Called { number, batch, result, took: started.elapsed() }
}
