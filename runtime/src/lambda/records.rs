//! The bytes of one record of an event into rows: any number of documents, all of them or none.

use super::event::EventRecord;
use super::keys::Keys;
use super::response::Verdict;
use crate::batch::Batch;
use crate::bounds::Bounds;
use crate::canonical::Canonical;
use crate::convert::Limits;
use crate::error::Error;
use crate::feed::json::JsonDecoder;
use crate::feed::xml::XmlDecoder;
use crate::plan::Plan;
use crate::reject::Rejects;
use crate::semantics::Semantics;
use crate::window::EventWindow;
use lakebed_schema::Table;

/// How records are decoded.
#[derive(Clone, Copy, Debug, Default)]
pub struct TransformOptions {
    /// By which rules values are read.
    pub semantics: Semantics,
    /// Bounds on single documents.
    pub limits: Limits,
    /// Fail what happened too long before its arrival, or after it.
    pub accept_event_time: Option<EventWindow>,
}

/// Decodes the records of one table.
#[derive(Debug)]
pub(super) struct Records {
    pub(super) plan: Plan,
    bounds: Bounds,
    limits: Limits,
}

impl Records {
    pub(super) fn new(table: &Table, options: &TransformOptions) -> Result<Self, Error> {
        let plan = Plan::compile_with(table, options.semantics)?;
        let bounds = Bounds::new(table, &plan, options.accept_event_time, None)?;
        Ok(Self { plan, bounds, limits: options.limits })
    }

    /// A reader for the records of one event.
    pub(super) fn reader(&self) -> Reader<'_> {
        Reader {
            records: self,
            batch: Batch::new(&self.plan, 0).with_bounds(self.bounds.clone()),
            json: JsonDecoder::new(&self.plan, self.limits),
        }
    }
}

/// Reads records one after the other.
#[derive(Debug)]
pub(super) struct Reader<'r> {
    records: &'r Records,
    /// The documents of the record that was read last.
    pub(super) batch: Batch,
    json: JsonDecoder<'r>,
}

impl Reader<'_> {
    /// Fills the batch with the documents of a record.
    ///
    /// # Errors
    /// Why the record fails: one of its documents does, or it holds none.
    pub(super) fn read(&mut self, record: &EventRecord) -> Result<(), Verdict> {
        let Records { plan, limits, .. } = self.records;
        let batch = &mut self.batch;
        batch.restart(record.arrival());
        let bytes = record
            .bytes()
            .map_err(|error| Verdict::fail("Lambda.NoBase64", format!("its data is no base64: {error}")))?;
        let mut rejects = Rejects::default();
        let xml = plan.xml.as_ref().filter(|_| bytes.trim_ascii_start().first() == Some(&b'<'));
        let read = match xml {
            Some(element) if plan.deserializer.is_none() => {
                XmlDecoder::new(plan, element, *limits).decode(&bytes, 0, true, batch, &mut rejects)
            }
            Some(_) | None => {
                self.json.restart();
                self.json.decode(&bytes, 0, true, batch, &mut rejects)
            }
        };
        let rows = batch.rows().len();
        if let Some(reject) = rejects.list.first() {
            let documents = rows + rejects.list.len();
            let mut reason = reject.message();
            if documents > 1 {
                let refused = rejects.list.len();
                reason = format!(
                    "{refused} of the {documents} documents in it, first at byte {}: {reason}",
                    reject.offset
                );
            }
            return Err(Verdict::fail(reject.code(), reason));
        }
        if bytes.get(read..).is_some_and(|rest| !rest.trim_ascii().is_empty()) {
            return Err(Verdict::fail("Lambda.TooMany", format!("it holds more than {rows} documents")));
        }
        if rows == 0 {
            return Err(Verdict::fail("Lambda.Empty", "it holds no document"));
        }
        Ok(())
    }
}

/// What goes on of the rows of a batch: a line for each, and the keys that all of them have.
///
/// # Errors
/// Why the record fails: its rows are of several partitions, or one has no such JSON.
pub(super) fn keep(batch: &Batch, canonical: &Canonical, keys: &Keys) -> Result<Verdict, Verdict> {
    let keys = keys.of(path(batch)?);
    let mut data = Vec::new();
    for row in 0..batch.rows().len() {
        let written = canonical.write(batch, row, &mut data);
        written.map_err(|error| Verdict::fail("Lambda.NotCanonical", error.to_string()))?;
        data.push(b'\n');
    }
    Ok(Verdict::Keep { data, keys })
}

/// The one path that all rows of a batch have.
///
/// # Errors
/// Why the record fails: one record has one set of partition keys.
fn path(batch: &Batch) -> Result<&str, Verdict> {
    let mut partitions = batch.rows().iter().map(|row| row.partition);
    let first = partitions.next().unwrap_or_default();
    let path = batch.router.path(first);
    match partitions.find(|partition| *partition != first) {
        Some(other) => Err(Verdict::fail(
            "Lambda.SeveralPartitions",
            format!(
                "its {} documents belong to several partitions ({path} and {}), and a record goes to one: pack only records \
                 of one partition together, or let the stream de-aggregate (stream.deaggregate = true)",
                batch.rows().len(),
                batch.router.path(other)
            ),
        )),
        None => Ok(path),
    }
}
