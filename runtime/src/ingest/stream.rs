//! Documents into a stream: decoded, and each record sent as a line of JSON.

#[cfg(test)]
mod tests;

use super::sink::{Accepted, Delivery, Sink};
use super::spool::SpooledDocument;
use crate::batch::Batch;
use crate::bounds::{Bounds, Projected};
use crate::canonical::Canonical;
use crate::columns::ColumnId;
use crate::convert::{Format, Limits};
use crate::error::{Error, ErrorKind};
use crate::fault::{Fault, FaultClass, FaultKind};
use crate::feed::Feeder;
use crate::plan::Plan;
use crate::producer::{
    Entry, KeyRule, Producer, ProducerOptions, SendError, Service, SpoolConfig, WhenFull, key_columns,
    key_text,
};
use crate::reject::{Head, Reject, Rejects, base64, sign};
use crate::report::Counts;
use crate::store::{LocalStore, Store, StoreError, When};
use crate::waiting::{arrival_in, hash_in};
use crate::window::EventWindow;
use futures_util::future::BoxFuture;
use lakebed_schema::{Table, Target};
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// How documents become records of a stream.
#[derive(Clone, Debug)]
pub struct StreamOptions {
    /// Folder of this machine in which records wait that the stream does not take.
    pub outbox: PathBuf,
    /// Folder of this machine for rejects: a file for each document that has some, `TABLE/DOCUMENT.ndjson`.
    pub rejects: PathBuf,
    /// Bounds on single records.
    pub limits: Limits,
    /// Keep apart what happened too long before its arrival, or after it.
    pub accept_event_time: Option<EventWindow>,
    /// Who reads the stream: whether Firehose converts the records itself, and what queries look at.
    pub target: Target,
    /// How records are sent; its spool is in the outbox. A full outbox is told, not waited for, whatever it says.
    pub producer: ProducerOptions,
}

/// A stream of Firehose or Kinesis, or something of your own that takes records.
///
/// Each record is checked by the table and sent as [canonical JSON](crate::canonical). What the table refuses is kept in
/// the folder of rejects. Delivery is at least once: a process that is killed sends the document that it was at again.
#[derive(Debug)]
pub struct StreamSink {
    table: Table,
    plan: Plan,
    canonical: Canonical,
    keys: Vec<ColumnId>,
    options: StreamOptions,
    rejects: LocalStore,
    service: Arc<dyn Service>,
    producer: Option<Producer>,
    opened_ms: i64,
    /// Possible duplicates, and records refused for good, that were told.
    told: u64,
    refused: u64,
    /// Documents of which some records were handed over, and that are not done: what is left of each.
    under_way: BTreeMap<String, Decoded>,
}

/// A document that was decoded.
#[derive(Debug, Default)]
struct Decoded {
    /// What was not sent yet.
    entries: VecDeque<Entry>,
    /// Reject lines, and how many bytes of them are kept.
    lines: Vec<u8>,
    kept: usize,
    counts: Counts,
}

impl StreamSink {
    /// Sends the records of a table to a service.
    ///
    /// # Errors
    /// A table that is not valid, a window for a table without a time, a service that needs keys and a table that has
    /// none.
    pub fn new(table: Table, service: Arc<dyn Service>, options: StreamOptions) -> Result<Self, Error> {
        let plan = Plan::compile(&table)?;
        Bounds::new(&table, &plan, options.accept_event_time, None)?;
        let keys = match service.limits().key {
            KeyRule::None => Vec::new(),
            KeyRule::Required { .. } => key_columns(&table, &plan)?,
        };
        // A function of ours, or `convert`, decodes by the table's rules; Firehose itself knows none of them.
        let is_for_table = options.target.stream.transform.is_some() || !options.target.converts(&table);
        let canonical = if is_for_table { Canonical::for_table(&plan) } else { Canonical::new(&plan) };
        let rejects = LocalStore::new(options.rejects.clone());
        let opened_ms = now() * 1000;
        Ok(Self {
            table,
            plan,
            canonical,
            keys,
            options,
            rejects,
            service,
            producer: None,
            opened_ms,
            told: 0,
            refused: 0,
            under_way: BTreeMap::new(),
        })
    }

    async fn producer(&mut self) -> Result<Producer, Error> {
        if let Some(producer) = &self.producer {
            return Ok(producer.clone());
        }
        let mut options = self.options.producer.clone();
        let bytes = options.spool.as_ref().map(|spool| spool.bytes);
        let spool = SpoolConfig::new(self.options.outbox.clone());
        options.spool = Some(SpoolConfig { bytes: bytes.unwrap_or(spool.bytes), ..spool });
        // A stream that takes nothing must not hold up the loop, which is told to end otherwise.
        options.when_full = WhenFull::Fail;
        let producer = Producer::open(Arc::clone(&self.service), options).await?;
        self.producer = Some(producer.clone());
        Ok(producer)
    }

    async fn send(&mut self, documents: &[SpooledDocument]) -> Result<Delivery, Error> {
        let producer = self.producer().await?;
        let mut delivery = Delivery::default();
        for document in documents {
            let mut decoded = match self.under_way.remove(&document.name) {
                Some(decoded) => decoded,
                None => match self.decode(document) {
                    Err(error) if error.kind() == ErrorKind::Input => {
                        delivery.refused.push((document.name.clone(), error.full()));
                        continue;
                    }
                    Err(error) => {
                        delivery.error = Some(error.full());
                        break;
                    }
                    Ok(decoded) => decoded,
                },
            };
            if let Err(error) = self.send_one(&producer, document, &mut decoded, &mut delivery).await {
                // What was sent of it is not sent again.
                self.under_way.insert(document.name.clone(), decoded);
                delivery.error = Some(error.full());
                break;
            }
            if arrival_in(&document.name).is_some_and(|arrival| arrival < self.opened_ms - 999) {
                // An earlier process may have sent some of them.
                delivery.possible_duplicates += decoded.counts.written;
            }
            delivery.counts.add(decoded.counts);
            delivery.done.push(document.name.clone());
        }
        if documents.is_empty() {
            delivery.held = producer.flush().await.held;
        }
        let report = producer.report();
        delivery.possible_duplicates += report.possible_duplicates - self.told;
        self.told = report.possible_duplicates;
        if delivery.held > 0 {
            let reason = report.last_error.unwrap_or_else(|| "the stream does not take them".to_owned());
            let place = self.options.outbox.display();
            delivery.error.get_or_insert(format!("{} records wait in {place}: {reason}", delivery.held));
        }
        let refused = report.undeliverable - self.refused;
        self.refused = report.undeliverable;
        if refused > 0 {
            let now = refused.min(delivery.counts.written);
            delivery.counts.written -= now;
            delivery.counts.rejected += now;
            let place = self.options.outbox.display();
            delivery
                .error
                .get_or_insert(format!("{refused} records are refused for good, and kept in {place}"));
        }
        Ok(delivery)
    }

    /// Hands over what is left of a document. When this returns, the stream has its records, or the outbox; and its
    /// rejects are kept.
    async fn send_one(
        &self,
        producer: &Producer,
        document: &SpooledDocument,
        decoded: &mut Decoded,
        delivery: &mut Delivery,
    ) -> Result<(), Error> {
        // First, so that a folder that takes none holds up what was not sent yet.
        self.keep_rejects(document, decoded)?;
        while let Some(entry) = decoded.entries.pop_front() {
            match self.send_entry(producer, entry.clone()).await {
                Ok(()) => {}
                Err(SendError::TooLarge { bytes, limit }) => {
                    decoded.counts.written -= 1;
                    let expected = format!("a record of at most {limit} bytes");
                    let fault = Fault::new(FaultKind::TooLong, 0, expected, format!("one of {bytes} bytes"));
                    self.reject(decoded, document, *fault, &entry.data);
                }
                Err(error) => {
                    decoded.entries.push_front(entry);
                    let message = format!("{} does not take a record", self.service.name());
                    return Err(Error::new(ErrorKind::Output, message).with_source(error));
                }
            }
        }
        self.keep_rejects(document, decoded)?;
        let flushed = producer.flush().await;
        delivery.held = flushed.held;
        if flushed.in_memory > 0 {
            let message = format!(
                "{} records are in memory only, and cannot be written to {}: their documents are kept",
                flushed.in_memory,
                self.options.outbox.display()
            );
            let said = producer.report().last_error.unwrap_or_default();
            return Err(Error::new(ErrorKind::Output, message).with_source(said));
        }
        Ok(())
    }

    /// Hands over a record. Room is waited for as long as the stream takes something.
    async fn send_entry(&self, producer: &Producer, entry: Entry) -> Result<(), SendError> {
        match producer.send(entry.clone()).await {
            Err(SendError::Full { .. }) => {
                producer.flush().await;
                producer.send(entry).await
            }
            other => other,
        }
    }

    fn decode(&self, document: &SpooledDocument) -> Result<Decoded, Error> {
        let unreadable = |e| StoreError::of_io(document.path.as_path(), e).input();
        let packed = std::fs::File::open(&document.path).map_err(unreadable)?;
        let text = zstd::decode_all(packed).map_err(unreadable)?;
        let arrival = arrival_in(&document.name).unwrap_or_default().div_euclid(1000);
        let projected = Projected::new(&self.table, &self.options.target, now());
        let bounds = Bounds::new(&self.table, &self.plan, self.options.accept_event_time, projected)?;
        let mut feeder = Feeder::new(&self.plan, Format::of(&text), self.options.limits)?;
        let mut batch = Batch::new(&self.plan, arrival).with_bounds(bounds);
        let mut rejects = Rejects::default();
        let mut decoded = Decoded::default();
        let mut at = 0;
        loop {
            let rest = text.get(at..).unwrap_or_default();
            let read = feeder.decode(rest, at as u64, true, &mut batch, &mut rejects);
            at += read;
            for row in 0..batch.rows().len() {
                let mut line = Vec::new();
                match self.canonical.write(&batch, row, &mut line) {
                    Ok(()) => {
                        line.push(b'\n');
                        let key = (!self.keys.is_empty()).then(|| key_text(&batch, row, &self.keys));
                        decoded.entries.push_back(Entry { data: line.into(), partition_key: key });
                        decoded.counts.add(Counts { read: 1, written: 1, ..Counts::default() });
                    }
                    Err(error) => {
                        let place =
                            batch.rows().get(row).map_or(0..0, |place| range(place.offset, place.len));
                        let expected = "a value that Firehose stores as it is".to_owned();
                        let fault = Fault::new(FaultKind::Value, 0, expected, error.to_string());
                        let raw = text.get(place).unwrap_or_default();
                        decoded.counts.read += 1;
                        self.reject(&mut decoded, document, *fault, raw);
                    }
                }
            }
            for mut reject in rejects.list.drain(..) {
                let fault = usize::try_from(reject.fault_offset).unwrap_or(usize::MAX).min(text.len());
                let before = text.get(..fault).unwrap_or_default();
                reject.line = memchr::memchr_iter(b'\n', before).count() as u64 + 1;
                let line_start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
                reject.line_column = (fault - line_start) as u64 + 1;
                let raw = text.get(range(reject.offset, reject.len)).unwrap_or_default().to_vec();
                decoded.counts.read += 1;
                self.keep_line(&mut decoded, document, &reject, &raw);
            }
            let is_done = batch.rows().is_empty() || at >= text.len();
            batch.restart(arrival);
            if is_done || read == 0 {
                return Ok(decoded);
            }
        }
    }

    fn reject(&self, decoded: &mut Decoded, document: &SpooledDocument, fault: Fault, raw: &[u8]) {
        let reject = Reject::new(&self.plan, fault, 0, raw.len() as u64, 0);
        self.keep_line(decoded, document, &reject, raw);
    }

    fn keep_line(&self, decoded: &mut Decoded, document: &SpooledDocument, reject: &Reject, raw: &[u8]) {
        match reject.kind.class() {
            FaultClass::Rejected => decoded.counts.rejected += 1,
            FaultClass::Late => decoded.counts.late += 1,
            FaultClass::Early => decoded.counts.early += 1,
        }
        let head = Head {
            table: &self.table.name,
            database: self.table.database.as_deref(),
            input: &document.name,
            arrival_ms: arrival_in(&document.name).unwrap_or_default(),
        };
        decoded.lines.extend_from_slice(reject.line_head(&head).as_bytes());
        decoded.lines.extend_from_slice(base64(raw).as_bytes());
        decoded.lines.extend_from_slice(b"\"}\n");
    }

    /// Writes the rejects of a document, unless that was done; the same again when it is sent again.
    fn keep_rejects(&self, document: &SpooledDocument, decoded: &mut Decoded) -> Result<(), Error> {
        if decoded.lines.len() == decoded.kept {
            return Ok(());
        }
        let stem = document.name.split('.').next().unwrap_or_default();
        let hash = hash_in(&document.name).unwrap_or_default();
        let run: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let mut lines = decoded.lines.clone();
        sign(&mut lines, &mut 0, &run);
        let key = format!("{}/{stem}.ndjson", self.table.name);
        self.rejects.put(&key, &lines, When::Always).map_err(StoreError::output)?;
        decoded.kept = decoded.lines.len();
        Ok(())
    }
}

impl Sink for StreamSink {
    fn name(&self) -> String {
        self.service.name().to_owned()
    }

    fn accepted(&self) -> Accepted {
        let projected = Projected::new(&self.table, &self.options.target, now());
        Accepted { window: self.options.accept_event_time, projected }
    }

    fn may_hold(&self) -> bool {
        self.options.outbox.exists()
    }

    fn deliver<'a>(&'a mut self, documents: &'a [SpooledDocument]) -> BoxFuture<'a, Result<Delivery, Error>> {
        Box::pin(self.send(documents))
    }

    fn close(&mut self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async {
            let Some(producer) = self.producer.take() else { return Ok(()) };
            let report = producer.close().await;
            let reason = report.last_error.unwrap_or_else(|| "the stream does not take them".to_owned());
            let place = self.options.outbox.display();
            let message = match (report.spooled, report.undelivered) {
                (0, 0) => return Ok(()),
                (spooled, 0) => format!("{spooled} records wait in {place}: {reason}"),
                (spooled, lost) => format!(
                    "{spooled} records wait in {place}, and {lost} could not be written there: their documents are \
                     kept, and sent again: {reason}"
                ),
            };
            Err(Error::new(ErrorKind::Output, message))
        })
    }
}

fn range(offset: u64, len: u64) -> std::ops::Range<usize> {
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    place(offset)..place(offset.saturating_add(len))
}

/// Seconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
