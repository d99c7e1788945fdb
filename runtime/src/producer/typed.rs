//! Typed records into a stream.

use super::entry::Entry;
use super::error::SendError;
use super::options::ProducerOptions;
use super::pack::Packing;
use super::report::ProducerReport;
use super::service::{KeyRule, Service};
use super::{Flushed, Order, Producer};
use crate::batch::Batch;
use crate::canonical::Encoder;
use crate::columns::ColumnId;
use crate::error::{Error, ErrorKind};
use crate::plan::Plan;
use lakebed_schema::artifacts::firehose::{KeySource, key_source};
use lakebed_schema::{Record, Table, Target};
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

/// Sends records of one type: each is checked by its table, and written as a line of JSON that whoever reads the stream
/// stores as the record is.
///
/// ```
/// # use lakebed::producer::{CallError, Entry, EntryResult, Service, ServiceLimits};
/// # use futures_util::future::{BoxFuture, FutureExt};
/// # #[derive(Debug)] struct MyStream;
/// # impl Service for MyStream {
/// #     fn name(&self) -> &str { "mine" }
/// #     fn limits(&self) -> ServiceLimits { ServiceLimits::FIREHOSE }
/// #     fn put<'a>(&'a self, entries: &'a [Entry]) -> BoxFuture<'a, Result<Vec<EntryResult>, CallError>> {
/// #         assert_eq!(entries[0].data, "{\"lane\":\"R1\",\"speed\":81}\n");
/// #         async { Ok(vec![EntryResult::Delivered; entries.len()]) }.boxed()
/// #     }
/// # }
/// use lakebed::producer::{ProducerOptions, TypedProducer};
/// use lakebed::{Record, Target};
/// use std::sync::Arc;
///
/// #[derive(Record)]
/// #[lake(table = "traffic", key = "lane")]
/// struct Minute {
///     lane: String,
///     speed: Option<u8>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let stream = Arc::new(MyStream);
/// let producer = TypedProducer::open(stream, &Target::default(), ProducerOptions::default()).await?;
/// producer.send(&Minute { lane: "R1".into(), speed: Some(81) }).await?;
/// assert!(producer.close().await.is_complete());
/// # Ok(())
/// # }
/// ```
pub struct TypedProducer<T> {
    producer: Producer,
    front: Arc<Front<T>>,
}

struct Front<T> {
    encoder: Mutex<Encoder<Arc<Plan>>>,
    key: Key<T>,
    record: PhantomData<fn(&T)>,
}

type KeyOf<T> = Box<dyn Fn(&T) -> String + Send + Sync>;

/// Where partition keys come from.
enum Key<T> {
    None,
    Columns(Vec<ColumnId>),
    Function(KeyOf<T>),
}

impl<T: Record> TypedProducer<T> {
    /// Opens a producer for the table of `T` and its target. Where records have keys, the key is made of the table's
    /// `key` columns.
    ///
    /// The target says who reads the stream. Where Firehose converts the records itself, they are written as
    /// [canonical JSON](crate::canonical::Canonical::new); where a function of ours or `convert` reads them, as
    /// [JSON for the table](crate::canonical::Canonical::for_table).
    ///
    /// # Errors
    /// Those of [`Producer::open`]; a table that is not valid; records that need keys and a table without; packing that
    /// the target's stream would not part again.
    pub async fn open(
        service: Arc<dyn Service>,
        target: &Target,
        options: ProducerOptions,
    ) -> Result<Self, Error> {
        Self::open_with(service, target, options, None).await
    }

    /// The same, with keys of your own: 1 to 256 characters.
    ///
    /// # Errors
    /// Those of [`TypedProducer::open`].
    pub async fn open_keyed(
        service: Arc<dyn Service>,
        target: &Target,
        options: ProducerOptions,
        key: impl Fn(&T) -> String + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        Self::open_with(service, target, options, Some(Box::new(key))).await
    }

    async fn open_with(
        service: Arc<dyn Service>,
        target: &Target,
        options: ProducerOptions,
        key: Option<KeyOf<T>>,
    ) -> Result<Self, Error> {
        let table =
            Table::try_from(T::TABLE).map_err(|error| Error::new(ErrorKind::Table, error.to_string()))?;
        let plan = Plan::compile(&table).map_err(|error| Error::new(ErrorKind::Table, error.to_string()))?;
        if matches!(options.packing, Packing::Lines { .. }) {
            check_packing(&table, target)?;
        }
        let needs_keys = service.limits().key != KeyRule::None || options.order == Order::Strict;
        let key = match key {
            Some(key) => Key::Function(key),
            None if needs_keys => Key::Columns(key_columns(&table, &plan)?),
            None => Key::None,
        };
        let is_for_table = target.stream.transform.is_some() || !target.converts(&table);
        let plan = Arc::new(plan);
        let encoder = if is_for_table { Encoder::for_table(plan) } else { Encoder::new(plan) };
        let front = Front { encoder: Mutex::new(encoder), key, record: PhantomData };
        let producer = Producer::open(service, options).await?;
        Ok(Self { producer, front: Arc::new(front) })
    }

    /// Takes a record, as [`Producer::send`] does.
    ///
    /// # Errors
    /// The table refuses it ([`SendError::Refused`]), or why the record was not taken.
    pub async fn send(&self, record: &T) -> Result<(), SendError> {
        let entry = match self.entry(record) {
            Ok(entry) => entry,
            Err(error) => {
                self.producer.refused();
                return Err(error);
            }
        };
        self.producer.send(entry).await
    }

    fn entry(&self, record: &T) -> Result<Entry, SendError> {
        let mut encoder = self.front.encoder.lock().unwrap_or_else(PoisonError::into_inner);
        let mut line = Vec::new();
        encoder.encode(record, &mut line)?;
        let partition_key = match &self.front.key {
            Key::None => None,
            Key::Columns(columns) => Some(key_text(encoder.batch(), 0, columns)),
            Key::Function(key) => Some(key(record)),
        };
        line.push(b'\n');
        Ok(Entry { data: line.into(), partition_key })
    }

    /// As [`Producer::flush`].
    pub async fn flush(&self) -> Flushed {
        self.producer.flush().await
    }

    /// As [`Producer::close`].
    pub async fn close(&self) -> ProducerReport {
        self.producer.close().await
    }

    /// The producer below, for records that are JSON already.
    pub fn producer(&self) -> &Producer {
        &self.producer
    }
}

impl<T> Clone for TypedProducer<T> {
    fn clone(&self) -> Self {
        Self { producer: self.producer.clone(), front: Arc::clone(&self.front) }
    }
}

impl<T> fmt::Debug for TypedProducer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TypedProducer").field("producer", &self.producer).finish_non_exhaustive()
    }
}

/// Whether the stream parts what is packed: it must not look at records, or de-aggregate before it does.
fn check_packing(table: &Table, target: &Target) -> Result<(), Error> {
    if target.stream.deaggregate {
        return Ok(());
    }
    let usage = |message: &str| {
        Err(Error::new(
            ErrorKind::Usage,
            format!("records of the table `{}` cannot be packed: {message}", table.name),
        )
        .with_hint("set stream.deaggregate = true in the target, or packing to none"))
    };
    if target.stream.transform.is_some() {
        return usage("the stream's function would get several of them as one");
    }
    let keys = key_source(table, target, false)
        .map_err(|findings| Error::new(ErrorKind::Usage, findings.to_string()))?;
    match keys {
        KeySource::Arrival => Ok(()),
        KeySource::Query(_) | KeySource::Lambda => {
            usage("the stream partitions by what is in a record, and would look at the first of several only")
        }
    }
}

/// The columns that a table's `key` names.
pub(crate) fn key_columns(table: &Table, plan: &Plan) -> Result<Vec<ColumnId>, Error> {
    let columns: Vec<ColumnId> = table.key.iter().filter_map(|name| plan.member(table, name)).collect();
    if columns.is_empty() {
        let said = format!("the stream needs a key for each record, and the table `{}` has none", table.name);
        return Err(Error::new(ErrorKind::Usage, said)
            .with_hint("declare #[lake(key = \"…\")], or give a function (TypedProducer::open_keyed)"));
    }
    Ok(columns)
}

/// What stands between the values of several columns.
const BETWEEN: char = '|';
/// Most characters of a key.
const CHARS: usize = 256;

/// The values of a row's key columns as one text, or its hash when that is too long or empty.
pub(crate) fn key_text(batch: &Batch, row: usize, ids: &[ColumnId]) -> String {
    let columns = &batch.columns;
    let mut text = String::new();
    for (number, id) in ids.iter().enumerate() {
        if number > 0 {
            text.push(BETWEEN);
        }
        let value = if columns.is_null(*id, row) {
            None
        } else if let Some(bytes) = columns.text(*id, row) {
            Some(String::from_utf8_lossy(bytes).into_owned())
        } else if let Some(int) = columns.int(*id, row) {
            Some(int.to_string())
        } else if let Some(decimal) = columns.decimal(*id, row) {
            Some(decimal.to_string())
        } else {
            columns.word(*id, row).map(|word| word.to_string())
        };
        text.push_str(value.as_deref().unwrap_or_default());
    }
    match text.chars().count() {
        1..=CHARS => text,
        _ => blake3::hash(text.as_bytes()).to_hex().to_string(),
    }
}
