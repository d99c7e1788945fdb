//! Names of metrics and events, all in one place.
//!
//! Metrics go to the recorder that is installed when the writer is opened, through the facade `metrics`. Each has the
//! label `table`.
//!
//! | Metric | Kind | Counts |
//! |---|---|---|
//! | `lakebed_writer_appended_total` | counter | records that were acknowledged |
//! | `lakebed_writer_appended_bytes_total` | counter | their bytes as JSON |
//! | `lakebed_writer_refused_total` | counter | records that the table refused |
//! | `lakebed_writer_syncs_total` | counter | syncs of the disk |
//! | `lakebed_writer_sync_seconds` | histogram | how long a write and its sync took |
//! | `lakebed_writer_segments_total` | counter | segments that were stored |
//! | `lakebed_writer_stored_total` | counter | records in the lake |
//! | `lakebed_writer_rejected_total` | counter | records among the lake's rejects |
//! | `lakebed_writer_failures_total` | counter | times that the lake could not be written |
//! | `lakebed_writer_waiting_bytes` | gauge | bytes in the spool |
//!
//! Events of `tracing` have the field `table`: at info each conversion (`segments`, `records`, `millis`); at warn each
//! failure of the lake; at error what the disk refuses, and segments that nobody can read.

use crate::report::Counts;
use metrics::{Counter, Gauge, Histogram};
use std::time::Duration;

pub(super) struct Telemetry {
    appended: Counter,
    appended_bytes: Counter,
    pub(super) refused: Counter,
    syncs: Counter,
    sync_seconds: Histogram,
    segments: Counter,
    stored: Counter,
    rejected: Counter,
    pub(super) failures: Counter,
    waiting_bytes: Gauge,
}

impl Telemetry {
    pub(super) fn new(table: &str) -> Self {
        let counter = |name: &'static str| metrics::counter!(name, "table" => table.to_owned());
        Self {
            appended: counter("lakebed_writer_appended_total"),
            appended_bytes: counter("lakebed_writer_appended_bytes_total"),
            refused: counter("lakebed_writer_refused_total"),
            syncs: counter("lakebed_writer_syncs_total"),
            sync_seconds: metrics::histogram!("lakebed_writer_sync_seconds", "table" => table.to_owned()),
            segments: counter("lakebed_writer_segments_total"),
            stored: counter("lakebed_writer_stored_total"),
            rejected: counter("lakebed_writer_rejected_total"),
            failures: counter("lakebed_writer_failures_total"),
            waiting_bytes: metrics::gauge!("lakebed_writer_waiting_bytes", "table" => table.to_owned()),
        }
    }

    pub(super) fn appended(&self, records: u64, bytes: u64, waiting: u64, took: Duration) {
        self.appended.increment(records);
        self.appended_bytes.increment(bytes);
        self.syncs.increment(1);
        self.sync_seconds.record(took.as_secs_f64());
        self.waiting(waiting);
    }

    pub(super) fn stored(&self, segments: u64, counts: Counts, waiting: u64) {
        self.segments.increment(segments);
        self.stored.increment(counts.written);
        self.rejected.increment(counts.rejected);
        self.waiting(waiting);
    }

    #[allow(clippy::cast_precision_loss, reason = "a gauge needs no exact bytes")]
    fn waiting(&self, bytes: u64) {
        self.waiting_bytes.set(bytes as f64);
    }
}
