//! One record, read by the code that converts, with every value and every fault noted.

use super::value::stored;
use super::{ExplainOptions, Source};
use crate::batch::Batch;
use crate::canonical::{Canonical, CanonicalError};
use crate::columns::ColumnId;
use crate::convert::Format;
use crate::error::{Error, ErrorKind};
use crate::fault::{Fault, FaultKind};
use crate::feed::json::JsonDecoder;
use crate::feed::trace::Tracer;
use crate::feed::xml::XmlDecoder;
use crate::plan::Plan;
use crate::reject::{Reject, Rejects};
use serde_json::Value;
use std::ops::Range;

/// What became of a record under one plan. Places are counted from the start of the record.
#[derive(Debug)]
pub(super) struct Traced {
    pub(super) values: Vec<(ColumnId, Range<usize>)>,
    pub(super) undeclared: Vec<Range<usize>>,
    pub(super) faults: Vec<(Reject, Option<ColumnId>, Range<usize>)>,
    /// Values of the record's members, null where there was a fault.
    pub(super) stored: Vec<Value>,
    /// Path of the partition, if there is no fault.
    pub(super) partition: Option<String>,
}

impl Traced {
    pub(super) fn wire(&self, id: ColumnId) -> Option<Range<usize>> {
        self.values.iter().find(|(column, _)| *column == id).map(|(_, place)| place.clone())
    }

    pub(super) fn is_faulty(&self, id: ColumnId) -> bool {
        self.faults.iter().any(|(_, column, _)| *column == Some(id))
    }
}

/// Reads a record. `partitioned` tells whether the partition counts, as it does for a conversion.
pub(super) fn trace(
    source: &Source,
    plan: &Plan,
    options: &ExplainOptions,
    partitioned: bool,
) -> Result<Traced, Error> {
    let record = source.record();
    let mut batch = Batch::new(plan, options.arrival);
    let mut tracer = Tracer::default();
    let ended = match source.format {
        Format::Json => JsonDecoder::new(plan, options.limits).trace(record, &mut batch, &mut tracer),
        Format::Xml => {
            let element = plan.xml.as_deref().unwrap_or_default();
            XmlDecoder::new(plan, element, options.limits).trace(record, &mut batch, &mut tracer)
        }
    };
    if let Err(fault) = ended {
        tracer.end(*fault);
        close(plan, &mut batch);
    }
    let mut partition = None;
    match batch.commit(plan, 0, record.len() as u64) {
        Ok(()) => {
            let path = batch.rows().first().map(|row| batch.router.path(row.partition).to_owned());
            partition = path.filter(|_| tracer.faults.is_empty());
        }
        Err(mut fault) => {
            let reported = tracer.faults.iter().any(|(other, _)| other.column == fault.column);
            let complete = tracer.faults.iter().all(|(other, _)| crate::feed::trace::is_in_value(other.kind));
            if partitioned && complete && !reported {
                fault.at = record.len().saturating_sub(1);
                tracer.end(*fault);
            }
            batch.columns.commit();
        }
    }
    let defect = |e| Error::new(ErrorKind::Internal, "columns do not form a batch").with_source(e);
    let arrays = match batch.columns.finish() {
        Ok(arrays) => arrays,
        // Bytes that are no UTF-8 were noted as a fault; nothing of such a record can be shown.
        Err(_) if tracer.faults.iter().any(|(fault, _)| fault.kind == FaultKind::Syntax) => Vec::new(),
        Err(e) => return Err(defect(e)),
    };
    let members = plan.root().members.len();
    let values = (0..members).map(|index| arrays.get(index).map_or(Value::Null, |array| stored(array, 0)));
    let end = record.len();
    let reject = |(fault, place): (Fault, Range<usize>)| {
        let column = fault.column;
        let reject = Reject::new(plan, fault, 0, end as u64, place.start as u64);
        (reject, column, place.start.min(end)..place.end.min(end))
    };
    Ok(Traced {
        stored: values.collect(),
        values: tracer.values,
        undeclared: tracer.undeclared,
        faults: tracer.faults.into_iter().map(reject).collect(),
        partition,
    })
}

/// Takes back members that the end of the record left half read.
fn close(plan: &Plan, batch: &mut Batch) {
    for &member in &plan.root().members {
        if !batch.columns.is_filled(member) {
            let len = batch.columns.len(member);
            batch.columns.cut(member, len);
        }
    }
}

/// What becomes of a record on its own.
#[derive(Debug, Default)]
pub(super) struct Converted {
    /// The reject that a conversion makes of it.
    pub(super) reject: Option<Reject>,
    /// Why it has no canonical form, when it is stored.
    pub(super) not_canonical: Option<CanonicalError>,
}

/// Whether a conversion stores the record: by the very code that converts.
pub(super) fn convert(source: &Source, plan: &Plan, options: &ExplainOptions) -> Result<Converted, Error> {
    let record = source.record();
    let mut batch = Batch::new(plan, options.arrival);
    let mut rejects = Rejects::default();
    let mut feeder = crate::feed::Feeder::new(plan, source.format, options.limits)?;
    feeder.decode(record, 0, true, &mut batch, &mut rejects);
    if record.is_empty() {
        let fault = Fault::new(FaultKind::Syntax, 0, "an object", "an empty record");
        return Ok(Converted { reject: Some(Reject::new(plan, *fault, 0, 0, 0)), not_canonical: None });
    }
    let reject = rejects.list.into_iter().next();
    let stored = reject.is_none() && plan.deserializer.is_none() && !batch.rows().is_empty();
    let canonical = || Canonical::new(plan).write(&batch, 0, &mut Vec::new());
    let not_canonical = if stored { canonical().err() } else { None };
    Ok(Converted { reject, not_canonical })
}
