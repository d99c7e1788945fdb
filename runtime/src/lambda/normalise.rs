//! The transformation that any table gets for free.

use super::event::TransformEvent;
use super::keys::Keys;
use super::records::{Records, TransformOptions, keep};
use super::respond;
use super::response::Transformed;
use crate::canonical::Canonical;
use crate::error::Error;
use lakebed_schema::Table;

/// Makes records canonical: by the table's own rules, as JSON that Firehose's conversion stores exactly as they say.
///
/// Each record is decoded under [`Semantics::Schema`](crate::Semantics::Schema) and comes out as
/// [canonical JSON](crate::canonical) with a line feed, and with the partition keys that the prefix of the generated
/// stream names. A record that the table refuses fails, alone, and Firehose puts it to the error prefix as it came.
/// A record may hold several documents, glued or on lines of their own: they come out as as many lines, provided that
/// all are sound and of one partition.
///
/// ```
/// use lakebed::lambda::{Normaliser, RecordResult, TransformEvent};
/// use lakebed::{Layout, Column, LogicalType, Partition, PartitionBy, Table, TimeFormat, TimeUnit};
///
/// let instant = LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false };
/// let mut observed = Column::new("observed_at", instant);
/// observed.rules.time = vec![TimeFormat::Rfc3339];
/// let mut table = Table::new("traffic", vec![observed]);
/// table.partitions = vec![Partition {
///     by: PartitionBy::Column("observed_at".into()),
///     layout: Layout::parse("dt={yyyy-MM-dd}", Some("observed_at")).unwrap(),
///     null: None,
/// }];
///
/// let normaliser = Normaliser::new(&table).unwrap();
/// // {"observed_at":"2026-11-23T00:15:00+01:00"}
/// let data = "eyJvYnNlcnZlZF9hdCI6IjIwMjYtMTEtMjNUMDA6MTU6MDArMDE6MDAifQ==";
/// let event = format!(r#"{{"records":[{{"recordId":"1","data":"{data}"}},{{"recordId":"2","data":"e30="}}]}}"#);
/// let made = normaliser.transform(&serde_json::from_str::<TransformEvent>(&event).unwrap());
///
/// let [first, second] = made.response.records.as_slice() else { panic!() };
/// assert_eq!(first.result, RecordResult::Ok);
/// assert_eq!(first.metadata.as_ref().unwrap().partition_keys["dt"], "2026-11-22");
/// assert_eq!(second.result, RecordResult::ProcessingFailed);
/// assert!(made.failures[0].reason.contains("observed_at"));
/// ```
#[derive(Debug)]
pub struct Normaliser {
    records: Records,
    canonical: Canonical,
    keys: Keys,
}

impl Normaliser {
    /// For a table.
    ///
    /// # Errors
    /// Everything that makes the table invalid.
    pub fn new(table: &Table) -> Result<Self, Error> {
        Self::with(table, &TransformOptions::default())
    }

    /// For a table, by rules of one's own.
    ///
    /// # Errors
    /// Everything that makes the table invalid; a window of event time for a table that does not say which of its
    /// columns is that time.
    pub fn with(table: &Table, options: &TransformOptions) -> Result<Self, Error> {
        let records = Records::new(table, options)?;
        let canonical = Canonical::new(&records.plan);
        Ok(Self { records, canonical, keys: Keys::new(table) })
    }

    /// The same for a stream that converts nothing: what comes out is written for whoever decodes it by the table
    /// later, as [`Canonical::for_table`] says.
    #[must_use]
    pub fn for_table(mut self) -> Self {
        self.canonical = Canonical::for_table(&self.records.plan);
        self
    }

    /// Answers an event.
    pub fn transform(&self, event: &TransformEvent) -> Transformed {
        let mut reader = self.records.reader();
        respond(event, |record| {
            reader.read(record)?;
            keep(&reader.batch, &self.canonical, &self.keys)
        })
    }
}
