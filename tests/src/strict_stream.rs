//! A stream in memory with the limits of AWS, which fails as AWS does and as no emulator does: it takes part of a call,
//! is too busy, loses its answer after it wrote, is away for a while. It counts every record.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use lakebed::kpl::{Deaggregated, deaggregate};
use lakebed::producer::{CallError, CallErrorKind, Entry, EntryResult, KeyRule, Service, ServiceLimits};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep};

use crate::cases::documents::Random;

/// Which service it plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `PutRecordBatch` of Firehose.
    Firehose,
    /// `PutRecords` of Kinesis.
    Kinesis,
}

/// What goes wrong, in percent of calls unless it says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// Calls of which nothing is written, and the connection is reset before the request.
    pub resets: u64,
    /// Calls that are too many.
    pub throttles: u64,
    /// Calls that are written, and the connection is reset before the answer.
    pub lost_answers: u64,
    /// Calls that are written and never answered.
    pub silences: u64,
    /// Calls of which entries fail; which share of them, is one of `shares`.
    pub partial: u64,
    /// Percent of the entries that fail in such calls.
    pub shares: Vec<u64>,
    /// Times since the start at which nothing works.
    pub outages: Vec<Range<Duration>>,
    /// Nothing works, since the caller may not do it.
    pub is_denied: bool,
    /// A record with that in it makes its call invalid.
    pub poison: Option<Vec<u8>>,
}

/// A stream that counts what it has.
#[derive(Debug)]
pub struct StrictStream {
    kind: Kind,
    start: Instant,
    latency: Duration,
    records: usize,
    state: Mutex<State>,
}

/// What a stream has seen.
#[derive(Debug)]
pub struct State {
    /// What goes wrong from now on.
    pub trouble: Trouble,
    random: Random,
    /// Every line that is stored, in order, with its key.
    pub lines: Vec<(Option<String>, Vec<u8>)>,
    /// Whether the lines are kept; else only numbered ones are counted.
    keeps_lines: bool,
    /// How often each numbered record is stored.
    pub copies: Vec<u8>,
    /// The last number of each key.
    last: BTreeMap<String, u64>,
    /// Records that came behind a later one of their key.
    pub out_of_order: u64,
    /// Calls under way, by key.
    open_keys: BTreeMap<String, u64>,
    /// Times that two records of a key were under way.
    pub overlaps: u64,
    /// Records of calls that were written and whose answer was lost.
    pub lost_records: u64,
    /// Records that were refused one by one.
    pub failed_entries: u64,
    /// Calls.
    pub calls: u64,
    /// Records that were given, counted each time.
    pub given: u64,
    /// Entries that were given: several lines may share one.
    pub entries: u64,
    /// What AWS would have refused.
    pub violations: Vec<String>,
}

impl StrictStream {
    /// A stream without trouble. A call takes 20 ms.
    pub fn new(kind: Kind) -> Self {
        Self::with(kind, Trouble::default(), 1)
    }

    /// A stream with trouble, chosen by that seed. A call takes 20 ms. Start it within a runtime.
    pub fn with(kind: Kind, trouble: Trouble, seed: u64) -> Self {
        let state = State {
            trouble,
            random: Random(seed),
            lines: Vec::new(),
            keeps_lines: true,
            copies: Vec::new(),
            last: BTreeMap::new(),
            out_of_order: 0,
            open_keys: BTreeMap::new(),
            overlaps: 0,
            lost_records: 0,
            failed_entries: 0,
            calls: 0,
            given: 0,
            entries: 0,
            violations: Vec::new(),
        };
        Self {
            kind,
            start: Instant::now(),
            latency: Duration::from_millis(20),
            records: 500,
            state: Mutex::new(state),
        }
    }

    /// The same, which forgets the lines and counts their numbers: see [`numbered`].
    #[must_use]
    pub fn counting(self, records: usize) -> Self {
        let mut state = self.state();
        state.keeps_lines = false;
        state.copies = vec![0; records];
        drop(state);
        self
    }

    /// The same, which tells producers to give it fewer records a call: so there are more calls.
    #[must_use]
    pub fn asking_for(mut self, records: usize) -> Self {
        self.records = records;
        self
    }

    /// What it has seen.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what goes wrong from now on.
    pub fn trouble(&self, trouble: Trouble) {
        self.state().trouble = trouble;
    }

    /// Stored lines as text.
    pub fn texts(&self) -> Vec<String> {
        let state = self.state();
        state.lines.iter().map(|(_, line)| String::from_utf8_lossy(line).trim_end().to_owned()).collect()
    }

    async fn answer(&self, entries: &[Entry]) -> Result<Vec<EntryResult>, CallError> {
        let fate = self.state().begin(self.kind, entries, self.start.elapsed());
        sleep(self.latency).await;
        let (answer, is_silent) = {
            let mut state = self.state();
            state.leave(entries);
            match fate {
                Fate::Fails(error) => (Err(error), false),
                Fate::Partial(share) => (Ok(state.store(entries, share, self.kind)), false),
                Fate::Written(is_silent) => {
                    state.store(entries, 0, self.kind);
                    state.lost_records += lines(entries).count() as u64;
                    let said = "connection reset by peer";
                    (Err(CallError::new(CallErrorKind::MaybeWritten, "Reset", said)), is_silent)
                }
            }
        };
        if is_silent {
            std::future::pending::<()>().await;
        }
        answer
    }
}

impl Service for StrictStream {
    fn name(&self) -> &str {
        match self.kind {
            Kind::Firehose => "firehose:strict",
            Kind::Kinesis => "kinesis:strict",
        }
    }

    fn limits(&self) -> ServiceLimits {
        let limits = Limits::of(self.kind);
        let key = match self.kind {
            Kind::Firehose => KeyRule::None,
            Kind::Kinesis => KeyRule::Required { chars: 256 },
        };
        ServiceLimits { records: self.records, bytes: limits.call, record_bytes: limits.record, key }
    }

    fn put<'a>(&'a self, entries: &'a [Entry]) -> BoxFuture<'a, Result<Vec<EntryResult>, CallError>> {
        self.answer(entries).boxed()
    }
}

/// Bytes that AWS takes, written here once more so that a mistake elsewhere shows.
struct Limits {
    call: usize,
    record: usize,
}

impl Limits {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Firehose => Self { call: 4_194_304, record: 1_024_000 },
            Kind::Kinesis => Self { call: 10_485_760, record: 1_048_576 },
        }
    }
}

/// What happens to a call.
enum Fate {
    Fails(CallError),
    /// That many of 100 entries fail.
    Partial(u64),
    /// It is written, and the answer lost: at once, or never given.
    Written(bool),
}

impl State {
    fn begin(&mut self, kind: Kind, entries: &[Entry], at: Duration) -> Fate {
        self.calls += 1;
        self.entries += entries.len() as u64;
        self.given += lines(entries).count() as u64;
        for key in keys(entries) {
            let open = self.open_keys.entry(key.to_owned()).or_default();
            *open += 1;
            self.overlaps += u64::from(*open > 1);
        }
        if let Some(violation) = violation(kind, entries) {
            self.violations.push(violation.clone());
            return Fate::Fails(CallError::new(
                CallErrorKind::Invalid,
                "InvalidArgumentException",
                violation,
            ));
        }
        let trouble = self.trouble.clone();
        if trouble.is_denied {
            let said = "User is not authorized to perform this";
            return Fate::Fails(CallError::new(CallErrorKind::Denied, "AccessDeniedException", said));
        }
        if trouble.outages.iter().any(|outage| outage.contains(&at)) {
            let said = "the service is away";
            return Fate::Fails(CallError::new(CallErrorKind::Transient, "ServiceUnavailable", said));
        }
        if let Some(poison) = &trouble.poison
            && lines(entries).any(|(_, line)| line.windows(poison.len()).any(|part| part == poison))
        {
            let said = "1 validation error detected";
            return Fate::Fails(CallError::new(CallErrorKind::Invalid, "ValidationException", said));
        }
        let (dice, mut bound) = (self.random.below(100), 0);
        let mut falls = |share: u64| {
            bound += share;
            dice < bound
        };
        if falls(trouble.resets) {
            Fate::Fails(CallError::new(CallErrorKind::Transient, "Connect", "connection refused"))
        } else if falls(trouble.throttles) {
            let said = "Rate exceeded";
            Fate::Fails(CallError::new(CallErrorKind::Throttled, "ThrottlingException", said))
        } else if falls(trouble.lost_answers) {
            Fate::Written(false)
        } else if falls(trouble.silences) {
            Fate::Written(true)
        } else if falls(trouble.partial) && !trouble.shares.is_empty() {
            let at = self.random.below(trouble.shares.len() as u64);
            Fate::Partial(trouble.shares.get(at as usize).copied().unwrap_or_default())
        } else {
            Fate::Partial(0)
        }
    }

    fn leave(&mut self, entries: &[Entry]) {
        for key in keys(entries) {
            if let Some(open) = self.open_keys.get_mut(key) {
                *open -= 1;
            }
        }
    }

    fn store(&mut self, entries: &[Entry], share: u64, kind: Kind) -> Vec<EntryResult> {
        let mut results = Vec::with_capacity(entries.len());
        for entry in entries {
            if share > 0 && self.random.below(100) < share {
                self.failed_entries += lines(std::slice::from_ref(entry)).count() as u64;
                let throttled = self.random.below(2) == 0;
                let code = match (kind, throttled) {
                    (Kind::Kinesis, true) => "ProvisionedThroughputExceededException",
                    (Kind::Firehose, true) => "ServiceUnavailableException",
                    (Kind::Kinesis | Kind::Firehose, false) => "InternalFailure",
                };
                let (code, message) = (code.to_owned(), "Slow down.".to_owned());
                results.push(EntryResult::Failed { throttled, code, message });
                continue;
            }
            for (key, line) in lines(std::slice::from_ref(entry)) {
                if self.keeps_lines {
                    self.lines.push((key, line));
                } else if let Some(number) = number(&line) {
                    self.count(number, key.as_deref());
                }
            }
            results.push(EntryResult::Delivered);
        }
        results
    }

    fn count(&mut self, number: u64, key: Option<&str>) {
        let is_first = match self.copies.get_mut(number as usize) {
            Some(copies) => {
                *copies = copies.saturating_add(1);
                *copies == 1
            }
            None => {
                self.violations.push(format!("record {number} was never sent"));
                false
            }
        };
        if let Some(key) = key {
            let last = self.last.entry(key.to_owned()).or_default();
            // A copy of the last one is a duplicate and no disorder.
            self.out_of_order += u64::from(number < *last || (number == *last && is_first && number > 0));
            *last = number.max(*last);
        }
    }

    /// Records that are not there, and copies that are too many.
    pub fn missing_and_doubled(&self) -> (usize, u64) {
        let missing = self.copies.iter().filter(|copies| **copies == 0).count();
        (missing, self.copies.iter().map(|copies| u64::from(copies.saturating_sub(1))).sum())
    }
}

/// What AWS would say to the call, if it refused it.
fn violation(kind: Kind, entries: &[Entry]) -> Option<String> {
    let limits = Limits::of(kind);
    if entries.is_empty() || entries.len() > 500 {
        return Some(format!("a call of {} records", entries.len()));
    }
    let mut all = 0;
    for entry in entries {
        let key = entry.partition_key.as_deref();
        let bytes = match (kind, key) {
            (Kind::Firehose, None) => entry.data.len(),
            (Kind::Firehose, Some(key)) => return Some(format!("Firehose knows no keys such as {key}")),
            (Kind::Kinesis, None) => return Some("a record without a key".to_owned()),
            (Kind::Kinesis, Some(key)) if key.is_empty() || key.chars().count() > 256 => {
                return Some(format!("a key of {} characters", key.chars().count()));
            }
            (Kind::Kinesis, Some(key)) => entry.data.len() + key.len(),
        };
        if bytes > limits.record {
            return Some(format!("a record of {bytes} bytes"));
        }
        all += bytes;
    }
    (all > limits.call).then(|| format!("a call of {all} bytes"))
}

fn keys(entries: &[Entry]) -> impl Iterator<Item = &str> {
    entries.iter().filter_map(|entry| entry.partition_key.as_deref())
}

/// Lines of entries with their keys, those of aggregated records with their own.
fn lines(entries: &[Entry]) -> impl Iterator<Item = (Option<String>, Vec<u8>)> {
    entries.iter().flat_map(|entry| -> Vec<(Option<String>, Vec<u8>)> {
        if let Deaggregated::Aggregated(records) = deaggregate(&entry.data) {
            return records.iter().map(|it| (Some(it.partition_key.to_owned()), it.data.to_vec())).collect();
        }
        let lines = entry.data.split_inclusive(|byte| *byte == b'\n');
        lines.map(|line| (entry.partition_key.clone(), line.to_vec())).collect()
    })
}

/// A line that says its number and has about so many bytes.
pub fn numbered(number: u64, bytes: usize) -> Vec<u8> {
    let mut line = format!("{{\"number\":{number},\"text\":\"").into_bytes();
    line.resize(line.len().max(bytes.saturating_sub(3)), b'x');
    line.extend_from_slice(b"\"}\n");
    line
}

/// The number of such a line.
pub fn number(line: &[u8]) -> Option<u64> {
    let digits = line.strip_prefix(b"{\"number\":")?;
    let end = digits.iter().position(|byte| !byte.is_ascii_digit())?;
    std::str::from_utf8(&digits[..end]).ok()?.parse().ok()
}
