//! Polling a source into a lake or a stream, until stopped.
//!
//! At each tick the source is asked. What it gives is kept on disk first, in the [spool folder](IngestOptions::spool),
//! and delivered from there: a document that was fetched is never lost, and what cannot be delivered now waits and is
//! tried again at each tick, the oldest first. A document whose bytes were seen before is not delivered again.
//!
//! A tick that comes while the one before is still at work is passed over and counted as missed: nothing is caught up,
//! since a feed shows only what is now. Within a tick a failed request is tried again, with growing waits, as long as
//! the next tick has not come.
//!
//! [`Status`] and [`Health`] show a loop that runs; each tick is an event of `tracing` too, at level info, or warn when it
//! did not end well, with the fields `table`, `outcome`, `documents`, `waiting` and `written` or `error`.
//!
//! ```no_run
//! use lakebed::ingest::{Ingest, IngestOptions, LakeSink};
//! use lakebed::source::{HttpOptions, HttpSource};
//! use lakebed::{ConvertOptions, Record, Table};
//! use std::path::PathBuf;
//!
//! #[derive(Record)]
//! #[lake(table = "reading")]
//! struct Reading {
//!     sensor: u32,
//!     value: f64,
//! }
//!
//! # async fn f() -> Result<(), Box<dyn std::error::Error>> {
//! let table = Table::try_from(Reading::TABLE)?;
//! let source = HttpSource::new("https://example.org/readings.json", HttpOptions::default())?;
//! let lake = LakeSink::new(table.clone(), ConvertOptions::new(Vec::<PathBuf>::new(), PathBuf::from("lake")));
//! let report = Ingest::new(table, source, lake, IngestOptions::new("spool"))?.run().await?;
//! assert!(report.total.balances());
//! # Ok(())
//! # }
//! ```

mod clock;
mod health;
mod known;
mod prometheus;
mod report;
mod retry;
mod run;
mod sink;
mod skip;
mod spool;
mod stop;
mod stream;
#[cfg(test)]
mod tests;

pub use clock::{Clock, SystemClock};
pub use health::{Health, Vital};
pub use report::{IngestReport, Status, TickOutcome, TickReport};
pub use retry::Retry;
pub use run::{Ingest, Listener};
pub use sink::{Accepted, Delivery, LakeSink, Sink};
pub use spool::SpooledDocument;
pub use stop::{Stop, Stopper};
pub use stream::{StreamOptions, StreamSink};

use crate::convert::Limits;
use std::path::PathBuf;
use std::time::Duration;

/// How a source is polled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IngestOptions {
    /// Time from one tick to the next.
    pub every: Duration,
    /// End after one tick.
    pub once: bool,
    /// Folder of this machine in which documents wait; for this table and target alone.
    pub spool: PathBuf,
    /// Bytes that may wait on disk. When there are more, the source is not asked until some are delivered.
    pub spool_bytes: u64,
    /// How often what waits is delivered; zero for at each tick. A longer time makes fewer and larger files.
    pub deliver_every: Duration,
    /// Leave out points whose record is the same as last time, or older than that; for tables with a key.
    pub skip_unchanged: bool,
    /// Bounds on single records, for what is left out.
    pub limits: Limits,
    /// When a failed request is made again within a tick.
    pub retry: Retry,
}

impl IngestOptions {
    /// Options with the defaults: a tick each minute, delivered at once; 4 GiB may wait; nothing is skipped.
    pub fn new(spool: impl Into<PathBuf>) -> Self {
        Self {
            every: Duration::from_secs(60),
            once: false,
            spool: spool.into(),
            spool_bytes: 4 << 30,
            deliver_every: Duration::ZERO,
            skip_unchanged: false,
            limits: Limits::default(),
            retry: Retry::default(),
        }
    }
}
