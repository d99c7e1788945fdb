//! A team's own transformation, over typed records.

use super::event::TransformEvent;
use super::keys::Keys;
use super::records::{Records, TransformOptions, keep};
use super::respond;
use super::response::{Transformed, Verdict};
use crate::batch::Batch;
use crate::canonical::Canonical;
use crate::error::{Error, ErrorKind};
use crate::feed::typed;
use crate::plan::Plan;
use crate::read::Decoded;
use lakebed_schema::{ReadRecord, Record, Table};
use std::marker::PhantomData;

/// What a function makes of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<U> {
    /// This goes on.
    Keep(U),
    /// The record ends here, on purpose.
    Drop,
    /// The record goes to the error prefix as it came, for this reason.
    Fail(String),
}

/// A function from records of one table to records of another, or of the same, as a transformation of Firehose.
///
/// The function gets what the lake would store of a record: by the rules of its table, null for sentinels, times in the
/// unit of their columns. What it returns is checked by the rules of the other table and comes out as
/// [canonical JSON](crate::canonical) with that table's partition keys. A record that is refused on either side fails,
/// alone; so does one for which the function panics. Where a record holds several documents the function is called for
/// each: what it keeps of them comes out together, and one that fails fails the record.
///
/// ```
/// use lakebed::lambda::{Outcome, RecordResult, TransformEvent, transform};
/// use lakebed::{ReadRecord, Record};
///
/// #[derive(Record, ReadRecord)]
/// #[lake(table = "minutes")]
/// struct Minute {
///     lane: String,
///     #[lake(null_if(252))]
///     speed: Option<u8>,
/// }
///
/// #[derive(Record)]
/// #[lake(table = "speeds")]
/// struct Speed {
///     lane: String,
///     metres_per_second: f64,
/// }
///
/// let function = transform(|minute: Minute| match minute.speed {
///     Some(speed) => Outcome::Keep(Speed { lane: minute.lane, metres_per_second: f64::from(speed) / 3.6 }),
///     None => Outcome::Drop,
/// })?;
/// // {"lane":"R1","speed":252}
/// let event = r#"{"records":[{"recordId":"1","data":"eyJsYW5lIjoiUjEiLCJzcGVlZCI6MjUyfQ=="}]}"#;
/// let made = function.transform(&serde_json::from_str::<TransformEvent>(event)?);
/// assert_eq!(made.response.records[0].result, RecordResult::Dropped);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Transform<T, U, F> {
    function: F,
    records: Records,
    decoded: Decoded,
    plan: Plan,
    canonical: Canonical,
    keys: Keys,
    types: PhantomData<fn(T) -> U>,
}

/// Makes a function a transformation of Firehose.
///
/// # Errors
/// Everything that makes one of the two tables invalid.
pub fn transform<T, U, F>(function: F) -> Result<Transform<T, U, F>, Error>
where
    T: ReadRecord,
    U: Record,
    F: Fn(T) -> Outcome<U>,
{
    transform_with(function, &TransformOptions::default())
}

/// As [`transform`], decoding by rules of one's own.
///
/// # Errors
/// As [`transform`]; a window of event time for a table that does not say which of its columns is that time.
pub fn transform_with<T, U, F>(function: F, options: &TransformOptions) -> Result<Transform<T, U, F>, Error>
where
    T: ReadRecord,
    U: Record,
    F: Fn(T) -> Outcome<U>,
{
    let (from, to) = (table::<T>()?, table::<U>()?);
    let plan = Plan::compile(&to)?;
    Ok(Transform {
        function,
        records: Records::new(&from, options)?,
        decoded: Decoded::new(&from),
        canonical: Canonical::new(&plan),
        plan,
        keys: Keys::new(&to),
        types: PhantomData,
    })
}

fn table<R: Record>() -> Result<Table, Error> {
    Table::try_from(R::TABLE).map_err(|problems| {
        Error::new(ErrorKind::Table, format!("table `{}`: {problems}", R::TABLE.name)).with_source(problems)
    })
}

impl<T, U, F> Transform<T, U, F>
where
    T: ReadRecord,
    U: Record,
    F: Fn(T) -> Outcome<U>,
{
    /// Answers an event.
    pub fn transform(&self, event: &TransformEvent) -> Transformed {
        let (mut reader, mut to) = (self.records.reader(), Batch::new(&self.plan, 0));
        respond(event, |record| {
            reader.read(record)?;
            to.restart(record.arrival());
            self.verdict(&mut reader.batch, &mut to)
        })
    }

    fn verdict(&self, from: &mut Batch, to: &mut Batch) -> Result<Verdict, Verdict> {
        let records = self.decoded.take::<T>(&mut from.columns);
        for record in records.map_err(|reason| Verdict::fail("Lambda.Read", reason))? {
            match (self.function)(record) {
                Outcome::Keep(made) => typed::append(&made, &self.plan, to).map_err(|reject| {
                    let reason = format!("what the function made of it: {}", reject.message());
                    Verdict::fail(reject.code(), reason)
                })?,
                Outcome::Drop => {}
                Outcome::Fail(reason) => return Err(Verdict::fail("Lambda.Function", reason)),
            }
        }
        if to.rows().is_empty() {
            return Ok(Verdict::Drop);
        }
        keep(to, &self.canonical, &self.keys)
    }
}
