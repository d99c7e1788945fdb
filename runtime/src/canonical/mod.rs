//! Rows as JSON again: records that Firehose's own conversion stores exactly as we would.
//!
//! A row is what the table's rules made of a record: times in UTC, null for sentinels, numbers as numbers. Written as
//! *canonical JSON*, it needs none of these rules any more, so that Firehose's conversion (OpenX, keys in any case),
//! and [`Semantics::Firehose`](crate::Semantics::Firehose), make the same row of it.
//!
//! | Column | Canonical JSON |
//! |---|---|
//! | null, a sentinel, a member that is absent | left out: to both it is the same, and nothing is shorter |
//! | boolean, integers | `true`, `251` |
//! | floating point | the shortest number that is read back to the same bits, also by way of double precision |
//! | decimal | all its digits, trailing zeros left out; in quotes when they are more than 15, since OpenX may hold a number with a fraction in double precision, and a text never |
//! | text, char, UUID, enum word | text |
//! | JSON value | its JSON text *as a text*: OpenX would lower-case the keys of a JSON object, and take the quotes off a JSON text |
//! | binary | base64 |
//! | date | `"2026-11-23"` |
//! | instant | `"2026-11-23T08:15:00.123Z"`, with 0, 3 or 6 digits after the second |
//! | wall-clock time | `"2026-11-23 08:15:00.123"` |
//! | list, map | array, object; a null inside is `null`, nothing inside is `[]` and `{}` |
//! | nested record | object; each member under its *name*, the only place where OpenX looks for it, and under its JSON key too where that is another |
//!
//! Keys are the primary JSON keys of the table. The columns that a partition takes out of the file are among them, since
//! the stream's query and whoever decodes the record again look for them.
//!
//! # What Firehose stores no equal value of
//!
//! [`write`](Canonical::write) refuses it, with a [`CanonicalError`] that names the column, rather than write something
//! else; [`explain`](crate::explain) says so of a record:
//!
//! - NaN and the infinities, which only typed records hold: JSON has no such numbers, and Firehose refuses the words;
//! - keys of maps with capital letters: OpenX lower-cases every key before it reads, also those of maps.
//!
//! Three things are taken as equal that nobody has measured on AWS: times before 1677 and after 2262 as *text* (as
//! numbers they wrap around, which is why none is ever written as a number), binary columns, and decimals of more than
//! 15 digits.
//!
//! # JSON for the table itself
//!
//! Canonical JSON decodes to the same row under [`Semantics::Schema`](crate::Semantics::Schema) too, but for columns of
//! JSON values (a JSON text is a JSON value of its own) and for columns of time whose `time(…)` leaves RFC 3339 out.
//! What goes to a stream with a normalising function in it, to [`convert`](crate::convert()) or to anything else that
//! decodes by the table, is therefore better written with [`Canonical::for_table`], which has no such exceptions but times
//! that none of the declared formats can spell.
//!
//! ```
//! use lakebed::canonical::Canonical;
//! use lakebed::feed::json::JsonDecoder;
//! use lakebed::reject::Rejects;
//! use lakebed::{Batch, Column, Limits, LogicalType, Plan, Scalar, Table, TimeFormat, TimeUnit};
//!
//! let instant = LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false };
//! let mut observed = Column::new("observed_at", instant);
//! observed.rules.time = vec![TimeFormat::Rfc3339];
//! let mut speed = Column::new("speed", LogicalType::UInt8);
//! speed.nullable = true;
//! speed.rules.null_if = vec![Scalar::Int(252)];
//! let plan = Plan::compile(&Table::new("traffic", vec![observed, speed])).unwrap();
//!
//! let record = br#"{"observed_at": "2026-11-23T09:15:00+01:00", "speed": "252"}"#;
//! let (mut batch, mut rejects) = (Batch::new(&plan, 0), Rejects::default());
//! JsonDecoder::new(&plan, Limits::default()).decode(record, 0, true, &mut batch, &mut rejects);
//!
//! let mut json = Vec::new();
//! Canonical::new(&plan).write(&batch, 0, &mut json).unwrap();
//! assert_eq!(json, br#"{"observed_at":"2026-11-23T08:15:00Z"}"#);
//! ```

mod encoder;
mod shape;
#[cfg(test)]
mod tests;
mod text;
mod times;
mod write;

use crate::batch::Batch;
use crate::plan::Plan;
use shape::Value;
use std::fmt;

pub(crate) use shape::reads_back;

pub use encoder::{EncodeError, Encoder, to_json, to_table_json};

/// Writes rows of one table as JSON.
#[derive(Clone, Debug)]
pub struct Canonical {
    record: Value,
}

/// For whom JSON is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    /// Firehose's conversion.
    Firehose,
    /// The table's own decoder.
    Table,
}

/// A value that has no canonical JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct CanonicalError {
    /// The column, as a path such as `items[].qty`.
    pub column: String,
    /// What it holds.
    pub value: CanonicalValue,
}

/// What a column holds that no canonical JSON can say.
#[derive(Clone, Debug, PartialEq)]
pub enum CanonicalValue {
    /// NaN or an infinity.
    NotFinite(f64),
    /// The key of a map that Firehose would store in lower case.
    MapKey(String),
}

impl fmt::Display for CanonicalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = &self.column;
        match &self.value {
            CanonicalValue::NotFinite(value) => {
                write!(
                    f,
                    "column `{column}`: {value} is no JSON number, and Firehose refuses the word: store null instead"
                )
            }
            CanonicalValue::MapKey(key) => write!(
                f,
                "column `{column}`: Firehose would store the key `{key}` as `{}`: write keys of maps in lower case, \
                 or let `convert` store the records instead of Firehose (stream.convert = false)",
                key.to_lowercase()
            ),
        }
    }
}

impl std::error::Error for CanonicalError {}

impl Canonical {
    /// JSON that Firehose's conversion stores as the row is.
    pub fn new(plan: &Plan) -> Self {
        Self { record: shape::record(plan, Reader::Firehose) }
    }

    /// JSON that the table's own decoder, under [`Semantics::Schema`](crate::Semantics::Schema), makes the same row of:
    /// members of nested records under their JSON keys, JSON values as they are, keys of maps in any case, and times in
    /// a spelling that the column accepts.
    ///
    /// Where all rules of a table are equal to Firehose's, and it has no map, Firehose stores the same row of it too.
    pub fn for_table(plan: &Plan) -> Self {
        Self { record: shape::record(plan, Reader::Table) }
    }

    /// Appends row number `row` of a batch, counted as [`Batch::rows`] does, as one JSON object without a newline. The
    /// batch must be one of the plan.
    ///
    /// # Errors
    /// A value that has no such JSON; nothing is then appended.
    pub fn write(&self, batch: &Batch, row: usize, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
        let start = out.len();
        let written = self.record.write(&batch.columns, row, out);
        if written.is_err() {
            out.truncate(start);
        }
        written
    }
}
