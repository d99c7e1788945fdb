//! Where documents go.

use super::spool::SpooledDocument;
use crate::bounds::{Bounds, Projected};
use crate::convert::{ConvertOptions, NoProgress, convert};
use crate::error::{Error, ErrorKind};
use crate::plan::Plan;
use crate::report::{Counts, InputStatus, Report};
use crate::store::Location;
use crate::window::EventWindow;
use futures_util::future::{BoxFuture, ready};
use lakebed_schema::{Table, Target};
use std::time::{SystemTime, UNIX_EPOCH};

/// Takes documents from the spool.
pub trait Sink: Send {
    /// How people call it.
    fn name(&self) -> String;

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
    /// What was not delivered, and why; the documents are tried again.
    pub error: Option<String>,
}

/// Documents that are converted at once: a run holds a name of each.
const AT_ONCE: usize = 512;

/// A table of a lake: documents become Parquet by [`convert()`], whose journal stores each exactly once.
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

    async fn convert(&self, documents: &[SpooledDocument]) -> Result<Report, Error> {
        let mut options = self.options.clone();
        options.inputs = documents.iter().map(|document| Location::Local(document.path.clone())).collect();
        if let Some(target) = &self.projection {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
            let now = i64::try_from(now).unwrap_or(i64::MAX);
            options.projected = Projected::new(&self.table, target, now);
        }
        let table = self.table.clone();
        let run = tokio::task::spawn_blocking(move || convert(&table, &options, &NoProgress));
        run.await.map_err(|e| Error::new(ErrorKind::Internal, "a conversion broke off").with_source(e))?
    }

    async fn some(&self, documents: &[SpooledDocument], delivery: &mut Delivery) -> Result<(), Error> {
        let report = match self.convert(documents).await {
            Err(error) if error.kind() == ErrorKind::Input && !error.retryable() => match documents {
                // One that cannot be looked at must not stop the others.
                [document] => {
                    delivery.refused.push((document.name.clone(), with_cause(&error)));
                    return Ok(());
                }
                _ => {
                    for document in documents {
                        Box::pin(self.some(std::slice::from_ref(document), delivery)).await?;
                    }
                    return Ok(());
                }
            },
            other => other?,
        };
        delivery.counts.add(report.total);
        for (document, input) in documents.iter().zip(&report.inputs) {
            match input.status {
                InputStatus::Done | InputStatus::AlreadyInLake => delivery.done.push(document.name.clone()),
                InputStatus::Failed => {
                    let reason = input.message.clone().unwrap_or_default();
                    delivery.refused.push((document.name.clone(), reason));
                }
            }
        }
        Ok(())
    }
}

impl Sink for LakeSink {
    fn name(&self) -> String {
        self.options.lake.to_string()
    }

    fn deliver<'a>(&'a mut self, documents: &'a [SpooledDocument]) -> BoxFuture<'a, Result<Delivery, Error>> {
        Box::pin(async move {
            let mut delivery = Delivery::default();
            for some in documents.chunks(AT_ONCE) {
                if let Err(error) = self.some(some, &mut delivery).await {
                    if delivery.done.is_empty() && delivery.refused.is_empty() {
                        return Err(error);
                    }
                    delivery.error = Some(with_cause(&error));
                    break;
                }
            }
            Ok(delivery)
        })
    }
}

/// The window of event time for a feed of a table, when nobody says another: a week before its arrival to an hour after
/// it. Nothing for a table that does not say when its events happened.
pub fn usual_window(table: &Table) -> Option<EventWindow> {
    let (week, hour) = (7 * 86_400_000, 3_600_000);
    let window = EventWindow { from: Some(-week), to: Some(hour) };
    let plan = Plan::compile(table).ok()?;
    Bounds::new(table, &plan, Some(window), None).ok().map(|_| window)
}

/// An error with the one below it.
pub(super) fn with_cause(error: &Error) -> String {
    let mut text = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        let said = cause.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        next = cause.source();
    }
    text
}
