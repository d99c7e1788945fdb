//! Typed records as JSON.

use super::{Canonical, CanonicalError};
use crate::batch::Batch;
use crate::feed::typed;
use crate::plan::Plan;
use crate::reject::Reject;
use lakebed_schema::Record;
use std::fmt;
use std::ops::Deref;

/// Why a typed record has no JSON.
#[derive(Clone, Debug)]
pub enum EncodeError {
    /// The table refuses the record.
    Refused(Box<Reject>),
    /// A value of it has no canonical JSON.
    NotCanonical(CanonicalError),
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(reject) => f.write_str(&reject.message()),
            Self::NotCanonical(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for EncodeError {}

impl From<CanonicalError> for EncodeError {
    fn from(error: CanonicalError) -> Self {
        Self::NotCanonical(error)
    }
}

/// Writes typed records as JSON, one after the other, by the rules of their table.
///
/// ```
/// use lakebed::canonical::Encoder;
/// use lakebed::{Plan, Record, Table};
/// use std::sync::Arc;
///
/// #[derive(Record)]
/// #[lake(table = "traffic")]
/// struct Minute {
///     lane: String,
///     #[lake(null_if(252))]
///     speed: Option<u8>,
/// }
///
/// let table = Table::try_from(Minute::TABLE)?;
/// let mut encoder = Encoder::new(Arc::new(Plan::compile(&table)?));
/// let mut json = Vec::new();
/// encoder.encode(&Minute { lane: "R1".into(), speed: Some(252) }, &mut json)?;
/// assert_eq!(json, br#"{"lane":"R1"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Encoder<P> {
    plan: P,
    canonical: Canonical,
    batch: Batch,
}

impl<P: Deref<Target = Plan>> Encoder<P> {
    /// For Firehose's conversion: [`Canonical::new`].
    pub fn new(plan: P) -> Self {
        let (canonical, batch) = (Canonical::new(&plan), Batch::new(&plan, 0));
        Self { plan, canonical, batch }
    }

    /// For whoever decodes by the table: [`Canonical::for_table`].
    pub fn for_table(plan: P) -> Self {
        let (canonical, batch) = (Canonical::for_table(&plan), Batch::new(&plan, 0));
        Self { plan, canonical, batch }
    }

    /// Appends a record as one JSON object without a newline.
    ///
    /// # Errors
    /// A record that its table refuses, and a value that has no such JSON; nothing is then appended.
    pub fn encode<R: Record>(&mut self, record: &R, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.batch.restart(0);
        typed::append(record, &self.plan, &mut self.batch).map_err(EncodeError::Refused)?;
        Ok(self.canonical.write(&self.batch, 0, out)?)
    }

    /// The record that was encoded last, as its only row.
    #[cfg(feature = "service")]
    pub(crate) fn batch(&self) -> &Batch {
        &self.batch
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

/// A typed record as canonical JSON, without a newline: what Firehose's own conversion stores exactly as we would. For
/// many records an [`Encoder`] is cheaper.
///
/// # Errors
/// A record that its table refuses, and a value that has no canonical JSON.
pub fn to_json<R: Record>(record: &R, plan: &Plan) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::new();
    Encoder::new(plan).encode(record, &mut out)?;
    Ok(out)
}

/// A typed record as JSON for whoever decodes by its table, without a newline: a stream with a normalising function, or
/// [`convert`](crate::convert()).
///
/// # Errors
/// A record that its table refuses, and a value that has no such JSON.
pub fn to_table_json<R: Record>(record: &R, plan: &Plan) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::new();
    Encoder::for_table(plan).encode(record, &mut out)?;
    Ok(out)
}
