//! Where documents go.

use super::spool::SpooledDocument;
use crate::bounds::Projected;
use crate::convert::ConvertOptions;
use crate::error::{Error, ErrorKind};
use crate::report::Counts;
use crate::waiting::{Converted, convert_files};
use crate::window::EventWindow;
use futures_util::future::{BoxFuture, ready};
use lakebed_schema::{Table, Target};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// Takes documents from the spool.
pub trait Sink: Send {
    /// How people call it.
    fn name(&self) -> String;

    /// Whether it may hold records of an earlier process, which [`deliver`](Self::deliver) without documents would send.
    fn may_hold(&self) -> bool {
        false
    }

    /// Bounds of time that it checks: what lies outside of them now is not looked upon as stored.
    fn accepted(&self) -> Accepted {
        Accepted::default()
    }

    /// Delivers documents, the oldest first. Those that the answer does not name stay in the spool.
    ///
    /// # Errors
    /// Nothing was delivered; [`Error::retryable`] or not, it is tried again at the next tick, unless the kind says
    /// that the table or the options are wrong.
    fn deliver<'a>(&'a mut self, documents: &'a [SpooledDocument]) -> BoxFuture<'a, Result<Delivery, Error>>;

    /// Ends: what was accepted is delivered when this returns.
    ///
    /// # Errors
    /// Something is left, and where.
    fn close(&mut self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(ready(Ok(())))
    }
}

/// Bounds of time that a sink checks.
#[derive(Clone, Debug, Default)]
pub struct Accepted {
    /// The window of event time.
    pub window: Option<EventWindow>,
    /// What queries look at.
    pub projected: Option<Projected>,
}

/// What was delivered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delivery {
    /// Names of documents that need not be kept.
    pub done: Vec<String>,
    /// Names of documents that nobody can read, and why.
    pub refused: Vec<(String, String)>,
    /// Their records.
    pub counts: Counts,
    /// Records that may have been delivered twice, because an answer was lost.
    pub possible_duplicates: u64,
    /// Records that the target keeps itself until it can deliver them.
    pub held: u64,
    /// What was not delivered, and why; the documents are tried again.
    pub error: Option<String>,
}

/// A table of a lake: documents become Parquet by [`convert`](crate::convert()), whose journal stores each exactly once.
#[derive(Clone, Debug)]
pub struct LakeSink {
    table: Table,
    options: ConvertOptions,
    projection: Option<Target>,
}

impl LakeSink {
    /// A table of the lake that the options name. Their inputs, `dry_run`, `force` and `max_rejects` do not count.
    pub fn new(table: Table, options: ConvertOptions) -> Self {
        let options = ConvertOptions { dry_run: false, force: false, max_rejects: None, ..options };
        Self { table, options, projection: None }
    }

    /// Refuses what queries with that target do not look at, now and in a year: which partitions they look at changes
    /// each day, and is worked out at each delivery.
    #[must_use]
    pub fn with_projection(mut self, target: Target) -> Self {
        self.projection = Some(target);
        self
    }

    /// The target, where one was given.
    pub fn target(&self) -> Option<&Target> {
        self.projection.as_ref()
    }

    /// The options with which it would convert now.
    pub fn convert_options(&self) -> ConvertOptions {
        let mut options = self.options.clone();
        if let Some(target) = &self.projection {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
            let now = i64::try_from(now).unwrap_or(i64::MAX);
            options.projected = Projected::new(&self.table, target, now);
        }
        options
    }
}

impl Sink for LakeSink {
    fn name(&self) -> String {
        self.options.lake.to_string()
    }

    fn accepted(&self) -> Accepted {
        let options = self.convert_options();
        Accepted { window: options.accept_event_time, projected: options.projected }
    }

    fn deliver<'a>(&'a mut self, documents: &'a [SpooledDocument]) -> BoxFuture<'a, Result<Delivery, Error>> {
        let (table, options) = (self.table.clone(), self.convert_options());
        let files: Vec<PathBuf> = documents.iter().map(|document| document.path.clone()).collect();
        Box::pin(async move {
            let run = tokio::task::spawn_blocking(move || convert_files(&table, &options, &files));
            let defect = |e| Error::new(ErrorKind::Internal, "a conversion broke off").with_source(e);
            let Converted { done, refused, counts, error } = run.await.map_err(defect)?;
            let name = |path: PathBuf| {
                path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
            };
            let nothing = done.is_empty() && refused.is_empty();
            match error {
                Some(error) if nothing => Err(error),
                error => Ok(Delivery {
                    done: done.into_iter().map(name).collect(),
                    refused: refused.into_iter().map(|(path, why)| (name(path), why)).collect(),
                    counts,
                    possible_duplicates: 0,
                    held: 0,
                    error: error.map(|error| error.full()),
                }),
            }
        })
    }
}
