//! The loop: ask, keep, deliver, wait.

use super::IngestOptions;
use super::clock::{Clock, SystemClock};
use super::report::{IngestReport, Status, TickOutcome, TickReport};
use super::sink::{Accepted, Sink};
use super::skip::{Cut, Skipper, hash};
use super::spool::{POINTS, Spool};
use super::stop::Stop;
use crate::bounds::Bounds;
use crate::error::{Error, ErrorKind};
use crate::plan::Plan;
use crate::report::Counts;
use crate::source::{Document, Fetched, Source, SourceError};
use crate::store::{Store, StoreError, When};
use crate::waiting::arrival_in;
use lakebed_schema::Table;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How long a source is asked again when it is asked once.
const ONCE: Duration = Duration::from_secs(60);

/// Hears what each tick did.
pub type Listener = Box<dyn FnMut(&TickReport) + Send>;

/// A loop that polls a source; [`run`](Self::run) runs it.
pub struct Ingest {
    table: Table,
    source: Box<dyn Source>,
    sink: Box<dyn Sink>,
    options: IngestOptions,
    clock: Arc<dyn Clock>,
    stop: Stop,
    status: Arc<Status>,
    listener: Listener,
}

impl fmt::Debug for Ingest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ingest({} from {} to {})", self.table.name, self.source.name(), self.sink.name())
    }
}

impl Ingest {
    /// Polls a source into a sink.
    ///
    /// # Errors
    /// Options that cannot be.
    pub fn new(
        table: Table,
        source: impl Source + 'static,
        sink: impl Sink + 'static,
        options: IngestOptions,
    ) -> Result<Self, Error> {
        Self::of_boxes(table, Box::new(source), Box::new(sink), options)
    }

    /// The same for what is known at run time only.
    ///
    /// # Errors
    /// Options that cannot be.
    pub fn of_boxes(
        table: Table,
        source: Box<dyn Source>,
        sink: Box<dyn Sink>,
        options: IngestOptions,
    ) -> Result<Self, Error> {
        if options.every.is_zero() && !options.once {
            return Err(Error::new(ErrorKind::Usage, "a source cannot be polled every 0 seconds"));
        }
        let status = Status::default();
        status.change(|report| {
            report.table.clone_from(&table.name);
            report.from = source.name();
            report.to = sink.name();
            report.spool = options.spool.display().to_string();
        });
        Ok(Self {
            table,
            source,
            sink,
            options,
            clock: Arc::new(SystemClock::new()),
            stop: Stop::never(),
            status: Arc::new(status),
            listener: Box::new(|_| {}),
        })
    }

    /// Takes the time from another clock than the system's.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Ends when told so: a fetch under way is given up, a delivery under way is ended.
    #[must_use]
    pub fn with_stop(mut self, stop: Stop) -> Self {
        self.stop = stop;
        self
    }

    /// Tells what each tick did.
    #[must_use]
    pub fn with_listener(mut self, listener: impl FnMut(&TickReport) + Send + 'static) -> Self {
        self.listener = Box::new(listener);
        self
    }

    /// What it is doing, for others to look at while it runs.
    pub fn status(&self) -> Arc<Status> {
        Arc::clone(&self.status)
    }

    /// Polls until told to end, until the source has ended, or once.
    ///
    /// What an earlier process left in the spool is delivered too. The report says what waits still.
    ///
    /// # Errors
    /// The spool cannot be used, or the table or the target can never take a document. What goes wrong at a tick is no
    /// such error: it is told in the report, and tried again.
    pub async fn run(self) -> Result<IngestReport, Error> {
        let spool = Spool::open(&self.options.spool, &self.table.name, &self.sink.name())?;
        let folder = spool.folder().display().to_string();
        let is_held = self.sink.may_hold();
        let mut running =
            Running { skipper: None, spool, since_delivery: None, ended: false, is_held, it: self };
        running.prepare()?;
        let began = running.it.clock.elapsed();
        let started_ms = running.it.clock.now_ms();
        running.it.status.change(|report| {
            report.started_ms = started_ms;
            report.spool = folder;
        });
        running.tell_waiting();
        running.ticks(began).await?;
        let closed = running.it.sink.close().await;
        running.it.status.change(|report| match closed {
            Ok(()) => report.held_records = 0,
            Err(error) => {
                report.held_records = report.held_records.max(1);
                report.error = Some(error.full());
            }
        });
        let elapsed = running.it.clock.elapsed().saturating_sub(began);
        let stopped = running.it.stop.is_stopped();
        running.it.status.change(|report| {
            report.elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
            report.stopped = stopped;
        });
        Ok(running.it.status.report())
    }
}

struct Running {
    it: Ingest,
    spool: Spool,
    skipper: Option<Skipper>,
    /// Since when something waits, by the clock.
    since_delivery: Option<Duration>,
    /// Whether the source has nothing more to give.
    ended: bool,
    /// Whether the target keeps records that it could not deliver.
    is_held: bool,
}

impl Running {
    /// Makes up for what a process that was killed could not note.
    fn prepare(&mut self) -> Result<(), Error> {
        let mut bounds = Bounds::default();
        if self.it.options.skip_unchanged {
            let plan = Plan::compile(&self.it.table)?;
            let written = self.spool.store().read(POINTS).map_err(StoreError::output)?;
            let written = written.map(|content| content.bytes).unwrap_or_default();
            let Accepted { window, projected } = self.it.sink.accepted();
            bounds = Bounds::new(&self.it.table, &plan, window, projected)?;
            let (table, limits) = (&self.it.table, self.it.options.limits);
            self.skipper = Some(Skipper::new(table, plan, limits, window, &written)?);
        }
        for (hash, document) in self.spool.unremembered() {
            if let Some(skipper) = &mut self.skipper {
                let failed = |e| StoreError::of_io(document.path.as_path(), e).output();
                let packed = std::fs::File::open(&document.path).map_err(failed)?;
                let text = zstd::decode_all(packed).map_err(failed)?;
                // One that cannot be read is told when it is delivered.
                let arrival_ms = arrival_in(&document.name).unwrap_or_default();
                if let Ok(cut) = skipper.cut(&text, arrival_ms, &bounds) {
                    skipper.learn(&cut);
                }
                self.write_points()?;
            }
            self.spool.remember(hash)?;
        }
        Ok(())
    }

    fn write_points(&self) -> Result<(), Error> {
        if let Some(skipper) = &self.skipper {
            self.spool.store().put(POINTS, &skipper.write(), When::Always).map_err(StoreError::output)?;
        }
        Ok(())
    }

    async fn ticks(&mut self, began: Duration) -> Result<(), Error> {
        let every = self.it.options.every;
        let mut number = 0;
        let mut missed = 0;
        loop {
            let begin = self.it.clock.elapsed();
            let mut tick = TickReport {
                tick: self.it.status.report().ticks + 1,
                at_ms: self.it.clock.now_ms(),
                missed,
                ..TickReport::default()
            };
            let next = began.saturating_add(every.saturating_mul(number + 1));
            // Without a next tick, a minute is what it has.
            let patience = if self.it.options.once { ONCE } else { Duration::ZERO };
            let done = self.tick(&mut tick, next.max(begin.saturating_add(patience))).await;
            let took = self.it.clock.elapsed().saturating_sub(begin);
            tick.took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            self.it.status.change(|report| report.ticks += 1);
            self.account(&mut tick);
            (self.it.listener)(&tick);
            done?;
            if self.ended {
                return Ok(());
            }
            if self.it.options.once || self.it.stop.is_stopped() {
                return self.last(true).await;
            }
            let now = self.it.clock.elapsed();
            // The first tick that lies ahead; the others are missed.
            let passed = now.saturating_sub(began).as_nanos() / every.as_nanos().max(1);
            let ahead = u32::try_from(passed).unwrap_or(u32::MAX).saturating_add(1).max(number + 1);
            missed = u64::from(ahead - number - 1);
            number = ahead;
            let wait = began.saturating_add(every.saturating_mul(number)).saturating_sub(now);
            tokio::select! {
                biased;
                () = self.it.stop.stopped() => {}
                () = self.it.clock.sleep(wait) => {}
            }
            if self.it.stop.is_stopped() {
                return self.last(false).await;
            }
        }
    }

    /// The end: what the source has taken from elsewhere is kept, and what waits is delivered, without asking for more.
    async fn last(&mut self, has_delivered: bool) -> Result<(), Error> {
        let mut tick = TickReport {
            tick: self.it.status.report().ticks,
            at_ms: self.it.clock.now_ms(),
            ..TickReport::default()
        };
        loop {
            match self.it.source.rest().await {
                Ok(Fetched::Document(document)) => {
                    self.keep(&mut tick, document)?;
                    if self.it.source.stored().await.is_err() {
                        break;
                    }
                }
                Ok(Fetched::Ended | Fetched::Unchanged) => break,
                Err(error) => {
                    self.it.status.change(|report| report.broken_off = Some(error.full()));
                    break;
                }
            }
        }
        let is_waiting = !self.spool.waiting().is_empty() || self.is_held;
        let done = match tick.documents > 0 || (is_waiting && !has_delivered) {
            true if is_waiting => self.deliver(&mut tick).await,
            true => Ok(()),
            false => return Ok(()),
        };
        self.account(&mut tick);
        (self.it.listener)(&tick);
        done
    }

    async fn tick(&mut self, tick: &mut TickReport, next: Duration) -> Result<(), Error> {
        let most = self.it.options.spool_bytes;
        loop {
            // Many documents in a row must not keep others from their turn, such as who hears signals.
            tokio::task::yield_now().await;
            if self.spool.waiting_bytes() >= most {
                let message = format!(
                    "{} bytes wait in {}, and {most} may: the source is not asked",
                    self.spool.waiting_bytes(),
                    self.spool.folder().display()
                );
                tick.outcome = TickOutcome::Waiting;
                tick.error = Some(message);
                break;
            }
            let fetched = match self.ask(tick, next).await {
                None => break,
                Some(fetched) => fetched,
            };
            match fetched {
                Ok(Fetched::Unchanged) => {
                    if tick.documents == 0 {
                        self.it.status.change(|report| report.unchanged += 1);
                    }
                }
                Ok(Fetched::Ended) => self.ended = true,
                Ok(Fetched::Document(document)) => {
                    let has_more = document.has_more;
                    self.keep(tick, document)?;
                    if let Err(error) = self.it.source.stored().await {
                        tick.error = Some(error.full());
                    }
                    if has_more && !self.it.stop.is_stopped() {
                        continue;
                    }
                }
                // The others must not wait for it.
                Err(error) if error.is_of_document() => {
                    tick.error = Some(error.full());
                    self.it.status.change(|report| report.refused_documents += 1);
                    if !self.it.stop.is_stopped() {
                        continue;
                    }
                }
                Err(error) => {
                    if error.is_end() {
                        self.ended = true;
                        self.it.status.change(|report| report.broken_off = Some(error.full()));
                    }
                    tick.outcome = TickOutcome::FetchFailed;
                    tick.error = Some(error.full());
                    self.it.status.change(|report| report.failed_ticks += 1);
                    break;
                }
            }
            let now = self.it.clock.now_ms();
            self.it.status.change(|report| report.last_fetch_ms = Some(now));
            break;
        }
        if self.is_time_to_deliver() {
            self.deliver(tick).await?;
        } else if tick.outcome == TickOutcome::Unchanged && !self.spool.waiting().is_empty() {
            tick.outcome = TickOutcome::Waiting;
        }
        Ok(())
    }

    /// Asks the source, again after transient failures, as long as the next tick has not come. Nothing when told to end.
    async fn ask(&mut self, tick: &mut TickReport, next: Duration) -> Option<Result<Fetched, SourceError>> {
        let Ingest { source, stop, clock, options, .. } = &mut self.it;
        let mut failures = 0;
        loop {
            let error = tokio::select! {
                biased;
                () = stop.stopped() => return None,
                fetched = source.fetch() => match fetched {
                    Ok(fetched) => return Some(Ok(fetched)),
                    Err(error) => error,
                },
            };
            failures += 1;
            let wait = options.retry.wait(failures).filter(|_| error.is_transient());
            let Some(wait) = wait else { return Some(Err(error)) };
            let wait = wait.max(error.retry_after().unwrap_or_default());
            // A retry behind the next tick would be that tick.
            if clock.elapsed().saturating_add(wait) >= next {
                return Some(Err(error));
            }
            tick.retries += 1;
            tokio::select! {
                biased;
                () = stop.stopped() => return None,
                () = clock.sleep(wait) => {}
            }
        }
    }

    /// Keeps a document, unless it was seen before.
    fn keep(&mut self, tick: &mut TickReport, document: Document) -> Result<(), Error> {
        let arrival_ms = document.arrival_ms.unwrap_or_else(|| self.it.clock.now_ms());
        let hash = match document.is_stream {
            false if document.is_place => {
                hash(&[document.identity.as_bytes(), b"\n", &document.bytes].concat())
            }
            false => hash(&document.bytes),
            // Equal lines are other records. No two documents of a stream have the same place and time.
            true => {
                let count = self.it.status.report().documents;
                let place = format!("{arrival_ms} {count} {}", self.it.clock.elapsed().as_nanos());
                hash(&[place.as_bytes(), b"\n", &document.bytes].concat())
            }
        };
        if self.spool.knows(&hash) {
            self.it.status.change(|report| report.repeated += 1);
            return Ok(());
        }
        let bytes = document.bytes.len() as u64;
        let cut: Option<Cut> = match &self.skipper {
            // What cannot be decoded at all is kept whole, and told when it is delivered.
            Some(skipper) => {
                let Accepted { window, projected } = self.it.sink.accepted();
                let bounds = Bounds::new(&self.it.table, skipper.plan(), window, projected)?;
                skipper.cut(&document.bytes, arrival_ms, &bounds).ok()
            }
            None => None,
        };
        let is_all_skipped = cut.as_ref().is_some_and(|cut| cut.left == 0 && cut.skipped > 0);
        if !is_all_skipped {
            let text = cut.as_ref().and_then(|cut| cut.text.as_deref()).unwrap_or(&document.bytes);
            self.spool.keep(hash, text, arrival_ms)?;
        }
        if let (Some(skipper), Some(cut)) = (&mut self.skipper, &cut) {
            skipper.learn(cut);
            self.write_points()?;
        }
        self.spool.remember(hash)?;
        let skipped = cut.map_or(0, |cut| cut.skipped);
        tick.documents += 1;
        tick.bytes += bytes;
        tick.counts.add(Counts { read: skipped, skipped, ..Counts::default() });
        if is_all_skipped {
            tick.outcome = TickOutcome::Delivered;
        }
        if !is_all_skipped {
            self.since_delivery.get_or_insert(self.it.clock.elapsed());
        }
        self.it.status.change(|report| {
            report.documents += 1;
            report.bytes += bytes;
        });
        Ok(())
    }

    fn is_time_to_deliver(&self) -> bool {
        let Ingest { options, clock, stop, .. } = &self.it;
        let waited = self.since_delivery.map(|since| clock.elapsed().saturating_sub(since));
        let is_due = waited.is_none_or(|waited| waited >= options.deliver_every);
        let is_half_full = self.spool.waiting_bytes() >= options.spool_bytes / 2;
        let is_last = options.once || self.ended || stop.is_stopped();
        let is_waiting = !self.spool.waiting().is_empty() || self.is_held;
        is_waiting && (is_due || is_half_full || is_last)
    }

    /// Delivers what waits. Only what can never work is an error.
    async fn deliver(&mut self, tick: &mut TickReport) -> Result<(), Error> {
        let waiting = self.spool.waiting().to_vec();
        let delivery = match self.it.sink.deliver(&waiting).await {
            Ok(delivery) => delivery,
            Err(error) => {
                tick.outcome = TickOutcome::DeliveryFailed;
                tick.error = Some(error.full());
                return match error.kind() {
                    ErrorKind::Usage | ErrorKind::Table => Err(error),
                    ErrorKind::Input
                    | ErrorKind::Changed
                    | ErrorKind::Output
                    | ErrorKind::Locked
                    | ErrorKind::TooManyRejects
                    | ErrorKind::Internal => Ok(()),
                };
            }
        };
        self.spool.remove(&delivery.done)?;
        for (name, reason) in &delivery.refused {
            self.spool.refuse(name, reason)?;
        }
        tick.counts.add(delivery.counts);
        let refused = delivery.refused.len() as u64;
        self.it.status.change(|report| {
            report.possible_duplicates += delivery.possible_duplicates;
            report.held_records = delivery.held;
            report.refused_documents += refused;
        });
        if let Some((name, reason)) = delivery.refused.first() {
            let place = self.spool.folder().join("refused");
            tick.error = Some(format!("a document was set aside as {}/{name}: {reason}", place.display()));
        }
        self.is_held = delivery.held > 0;
        if self.spool.waiting().is_empty() && !self.is_held {
            self.since_delivery = None;
            let now = self.it.clock.now_ms();
            self.it.status.change(|report| report.last_delivery_ms = Some(now));
            if tick.outcome != TickOutcome::FetchFailed {
                tick.outcome = TickOutcome::Delivered;
            }
            tick.error = tick.error.take().or(delivery.error);
        } else {
            tick.outcome = TickOutcome::DeliveryFailed;
            tick.error = delivery.error.or_else(|| tick.error.take());
        }
        Ok(())
    }

    fn tell_waiting(&self) {
        let (documents, bytes) = (self.spool.waiting().len() as u64, self.spool.waiting_bytes());
        let oldest = self.spool.waiting().first().and_then(|document| arrival_in(&document.name));
        let (now, is_left) = (self.it.clock.now_ms(), documents > 0 || self.is_held);
        self.it.status.change(|report| {
            report.waiting_since_ms = is_left.then(|| oldest.or(report.waiting_since_ms).unwrap_or(now));
            report.waiting_documents = documents;
            report.waiting_bytes = bytes;
        });
    }

    /// Adds what was done to the report.
    fn account(&mut self, tick: &mut TickReport) {
        tick.waiting_documents = self.spool.waiting().len() as u64;
        self.tell_waiting();
        let (table, outcome, counts) = (self.it.table.name.as_str(), tick.outcome.words(), tick.counts);
        let (documents, waiting) = (tick.documents, tick.waiting_documents);
        match &tick.error {
            Some(error) => tracing::warn!(table, outcome, documents, waiting, error, "tick"),
            None => tracing::info!(table, outcome, documents, waiting, written = counts.written, "tick"),
        }
        self.it.status.change(|report| {
            report.missed += tick.missed;
            report.retries += tick.retries;
            report.total.add(tick.counts);
            report.error.clone_from(&tick.error);
        });
    }
}
