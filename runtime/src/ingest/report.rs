//! What a loop did, and what it is doing.

use crate::report::Counts;
use serde::Serialize;
use std::sync::{Mutex, PoisonError};

/// What a loop did so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct IngestReport {
    /// Table name.
    pub table: String,
    /// The source, without passwords.
    pub from: String,
    /// The target.
    pub to: String,
    /// Folder in which documents wait.
    pub spool: String,
    /// Milliseconds since 1970 at which it began.
    pub started_ms: i64,
    /// Times that the source was asked, retries left out.
    pub ticks: u64,
    /// Ticks that were passed over because the one before was not done.
    pub missed: u64,
    /// Ticks at which the source gave nothing, for an error; retries had not helped.
    pub failed_ticks: u64,
    /// Times that the source was asked again within a tick.
    pub retries: u64,
    /// Documents that were fetched and new.
    pub documents: u64,
    /// Times that the source said that nothing has changed.
    pub unchanged: u64,
    /// Documents that were the same as an earlier one.
    pub repeated: u64,
    /// Documents that could not be read at all: set aside, or left where they are.
    pub refused_documents: u64,
    /// Bytes of new documents, after decompression.
    pub bytes: u64,
    /// Records by what became of them, of documents that were delivered.
    pub total: Counts,
    /// Records that may have been delivered twice, because an answer was lost.
    pub possible_duplicates: u64,
    /// Documents that wait to be delivered.
    pub waiting_documents: u64,
    /// Their bytes on disk.
    pub waiting_bytes: u64,
    /// Milliseconds since 1970 at which the oldest of what waits or is held arrived.
    pub waiting_since_ms: Option<i64>,
    /// Records that the target keeps itself until it can deliver them.
    pub held_records: u64,
    /// Milliseconds since 1970 at which the source was reached last.
    pub last_fetch_ms: Option<i64>,
    /// Milliseconds since 1970 at which everything was delivered last.
    pub last_delivery_ms: Option<i64>,
    /// The last failure, while it lasts.
    pub error: Option<String>,
    /// Why the source gives nothing any more, where it broke off before its end.
    pub broken_off: Option<String>,
    /// Whether it was told to end.
    pub stopped: bool,
    /// Wall time in milliseconds.
    pub elapsed_ms: u64,
}

/// What one tick did.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TickReport {
    /// Its number, from 1.
    pub tick: u64,
    /// Milliseconds since 1970 at which it began.
    pub at_ms: i64,
    /// What became of it.
    pub outcome: TickOutcome,
    /// New documents.
    pub documents: u64,
    /// Their bytes, after decompression.
    pub bytes: u64,
    /// Records that were delivered or refused, and those that were skipped.
    pub counts: Counts,
    /// Documents that wait.
    pub waiting_documents: u64,
    /// Times that the source was asked again.
    pub retries: u64,
    /// Ticks that were passed over before it.
    pub missed: u64,
    /// Why it did not end well.
    pub error: Option<String>,
    /// Wall time in milliseconds.
    pub took_ms: u64,
}

/// What became of a tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TickOutcome {
    /// Nothing new.
    #[default]
    Unchanged,
    /// Everything that was fetched is delivered.
    Delivered,
    /// Something is fetched, and waits.
    Waiting,
    /// The source gave nothing, for an error.
    FetchFailed,
    /// What waits could not be delivered.
    DeliveryFailed,
}

impl TickOutcome {
    /// In a word or two.
    pub fn words(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Delivered => "delivered",
            Self::Waiting => "waiting",
            Self::FetchFailed => "fetch failed",
            Self::DeliveryFailed => "delivery failed",
        }
    }
}

/// The report of a loop that is running, for others to look at.
#[derive(Debug, Default)]
pub struct Status(Mutex<IngestReport>);

impl Status {
    /// As it is now.
    pub fn report(&self) -> IngestReport {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Shows another report, of a loop that is not this module's.
    pub fn set(&self, report: IngestReport) {
        self.change(|shown| *shown = report);
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut IngestReport)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
