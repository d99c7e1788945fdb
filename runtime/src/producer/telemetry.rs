//! Names of metrics and events, all in one place.
//!
//! Metrics go to the recorder that is installed when the producer is opened, through the facade `metrics`. Each has the
//! label `stream`, the name of the service.
//!
//! | Metric | Kind | Counts |
//! |---|---|---|
//! | `lakebed_producer_accepted_total` | counter | records that `send` took |
//! | `lakebed_producer_refused_total` | counter | records that `send` refused |
//! | `lakebed_producer_delivered_total` | counter | records that the stream has |
//! | `lakebed_producer_delivered_bytes_total` | counter | their bytes |
//! | `lakebed_producer_retries_total` | counter | times that a record was sent again |
//! | `lakebed_producer_throttled_total` | counter | times that a record was not taken, the stream being too busy |
//! | `lakebed_producer_possible_duplicates_total` | counter | records that may stand twice in the stream |
//! | `lakebed_producer_undeliverable_total` | counter | records that the service refuses for good |
//! | `lakebed_producer_spool_writes_total` | counter | times that a record was written to the spool |
//! | `lakebed_producer_calls_total` | counter | calls |
//! | `lakebed_producer_failed_calls_total` | counter | calls that failed as a whole |
//! | `lakebed_producer_call_seconds` | histogram | how long calls took |
//! | `lakebed_producer_queue_records`, `…_queue_bytes` | gauge | records in memory |
//! | `lakebed_producer_spool_records`, `…_spool_bytes` | gauge | records in the spool that are not in memory; bytes in it |
//! | `lakebed_producer_outage` | gauge | 1 while the service takes nothing |
//!
//! Events of `tracing` have the field `stream`: at level debug each call (`records`, `millis`, and `error` when it
//! failed); at warn the beginning of an outage, at info its end and the report; at error each undeliverable record, by
//! its number and never by its bytes.

use super::outcome::Called;
use super::report::ProducerReport;
use super::shared::State;
use metrics::{Counter, Gauge, Histogram};

type Pick = fn(&ProducerReport) -> u64;

const COUNTERS: [(&str, Pick); 11] = [
    ("lakebed_producer_accepted_total", |counts| counts.accepted),
    ("lakebed_producer_refused_total", |counts| counts.refused),
    ("lakebed_producer_delivered_total", |counts| counts.delivered),
    ("lakebed_producer_delivered_bytes_total", |counts| counts.delivered_bytes),
    ("lakebed_producer_retries_total", |counts| counts.retries),
    ("lakebed_producer_throttled_total", |counts| counts.throttled),
    ("lakebed_producer_possible_duplicates_total", |counts| counts.possible_duplicates),
    ("lakebed_producer_undeliverable_total", |counts| counts.undeliverable),
    ("lakebed_producer_spool_writes_total", |counts| counts.spool_writes),
    ("lakebed_producer_calls_total", |counts| counts.calls),
    ("lakebed_producer_failed_calls_total", |counts| counts.failed_calls),
];

/// What is told to the outside.
pub(super) struct Telemetry {
    stream: String,
    /// With what was told so far.
    counters: Vec<(Counter, Pick, u64)>,
    queue: [Gauge; 2],
    spool: [Gauge; 2],
    outage: Gauge,
    call_seconds: Histogram,
    was_down: bool,
}

impl Telemetry {
    pub(super) fn new(stream: &str) -> Self {
        let gauge = |name: &'static str| metrics::gauge!(name, "stream" => stream.to_owned());
        let counter = |name: &'static str| metrics::counter!(name, "stream" => stream.to_owned());
        Self {
            stream: stream.to_owned(),
            counters: COUNTERS.into_iter().map(|(name, pick)| (counter(name), pick, 0)).collect(),
            queue: ["lakebed_producer_queue_records", "lakebed_producer_queue_bytes"].map(gauge),
            spool: ["lakebed_producer_spool_records", "lakebed_producer_spool_bytes"].map(gauge),
            outage: gauge("lakebed_producer_outage"),
            call_seconds: metrics::histogram!("lakebed_producer_call_seconds", "stream" => stream.to_owned()),
            was_down: false,
        }
    }

    /// A call has ended.
    pub(super) fn called(&self, called: &Called) {
        self.call_seconds.record(called.took.as_secs_f64());
        let (stream, records) = (self.stream.as_str(), called.batch.items.len());
        let millis = u64::try_from(called.took.as_millis()).unwrap_or(u64::MAX);
        match &called.result {
            Ok(_) => tracing::debug!(stream, records, millis, "call"),
            Err(error) => tracing::debug!(stream, records, millis, %error, "call"),
        }
    }

    /// Tells how things stand.
    pub(super) fn publish(&mut self, state: &State) {
        self.count(&state.counts);
        let set = |gauge: &Gauge, value: u64| gauge.set(value as f64);
        let [records, bytes] = &self.queue;
        set(records, state.window.records() as u64);
        set(bytes, state.window.bytes() as u64);
        let [records, bytes] = &self.spool;
        set(records, state.pending + state.unread);
        set(bytes, state.spool_bytes + state.pending_bytes);
        let is_down = state.health.is_down();
        set(&self.outage, u64::from(is_down));
        if is_down != self.was_down {
            self.was_down = is_down;
            let stream = self.stream.as_str();
            let error = state.counts.last_error.as_deref().unwrap_or_default();
            match is_down {
                true => tracing::warn!(stream, error, "the service takes nothing"),
                false => tracing::info!(stream, "the service takes records again"),
            }
        }
    }

    /// The producer is closed.
    pub(super) fn ended(&mut self, report: &ProducerReport) {
        self.count(report);
        tracing::info!(stream = self.stream.as_str(), %report, "the producer is closed");
    }

    fn count(&mut self, counts: &ProducerReport) {
        for (counter, pick, told) in &mut self.counters {
            let now = pick(counts);
            counter.increment(now.saturating_sub(*told));
            *told = now;
        }
    }
}
