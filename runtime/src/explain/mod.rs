//! How one record decodes: every value, every fault, and what Firehose alone would make of it.
//!
//! The record is read by the code that converts, which goes on behind each fault here and stops at the first there.

mod field;
mod firehose;
mod source;
mod trace;
mod value;

#[cfg(test)]
mod tests;

pub use field::Field;
pub use firehose::{Difference, FirehoseVerdict};
pub use source::Origin;

use crate::convert::{Format, Limits};
use crate::error::{Error, ErrorKind};
use crate::plan::Plan;
use crate::reject::Reject;
use crate::semantics::Semantics;
use lakebed_schema::Table;
use lakebed_schema::firehose_class::classify;
use serde::Serialize;
use source::Source;
use std::ops::Range;

/// Which record, and how to read it.
#[derive(Clone, Copy, Debug)]
pub struct ExplainOptions {
    /// By which rules values are read.
    pub semantics: Semantics,
    /// Number of the record, from 1.
    pub nth: usize,
    /// Second since 1970 at which the record arrived, for tables that are partitioned by it.
    pub arrival: i64,
    /// Bounds on single documents.
    pub limits: Limits,
}

impl Default for ExplainOptions {
    /// The first record, as the table says, arrived in 1970.
    fn default() -> Self {
        Self { semantics: Semantics::Schema, nth: 1, arrival: 0, limits: Limits::default() }
    }
}

/// How one record decodes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// Table name.
    pub table: String,
    /// `schema`, `firehose` or `strict`.
    pub semantics: &'static str,
    /// Where the record stands.
    pub record: Place,
    /// What the reject said, when the record was taken out of one.
    pub from_reject: Option<Origin>,
    /// Whether a conversion stores the record.
    pub accepted: bool,
    /// Path of its partition, when it is stored.
    pub partition: Option<String>,
    /// Everything that is wrong with it; a conversion reports the first.
    pub faults: Vec<FaultPlace>,
    /// Each column, members of nested records one by one.
    pub fields: Vec<Field>,
    /// Keys that the table does not declare; they are ignored.
    pub undeclared: Vec<String>,
    /// What Firehose's own conversion would do without our help.
    pub firehose: FirehoseVerdict,
    /// Why the normalising function would fail the record although a conversion stores it: Firehose stores no equal
    /// value, however it is spelled. Left out of JSON where it would not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_canonical: Option<String>,
}

/// A stretch of the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// First byte.
    pub offset: u64,
    /// Bytes.
    pub length: u64,
    /// Line, from 1.
    pub line: u64,
    /// Column in bytes, from 1.
    pub line_column: u64,
}

/// One fault, and the text around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FaultPlace {
    /// Code as in a reject.
    pub code: &'static str,
    /// Message as in a reject.
    pub message: String,
    /// Column of the table.
    pub column: Option<String>,
    /// What should stand there.
    pub expected: String,
    /// What stands there.
    pub found: String,
    /// Where in the input, or in the record that a reject carries.
    pub at: Place,
    /// The line, or the part of it around the fault; control characters are blanks.
    pub snippet: String,
    /// Characters of the snippet before the fault.
    pub before: usize,
    /// Characters of the snippet that are at fault.
    pub marked: usize,
}

/// Explains one record of an input: JSON or XML, plain or gzip, or lines of rejects that carry records.
///
/// # Errors
/// A table that is not valid, an input with fewer records, XML without a record element.
pub fn explain(table: &Table, input: Vec<u8>, options: &ExplainOptions) -> Result<Explanation, Error> {
    if options.nth == 0 {
        return Err(Error::new(ErrorKind::Usage, "records are counted from 1"));
    }
    let plan = Plan::compile_with(table, options.semantics)?;
    let source = Source::find(input, &plan, options)?;
    let traced = trace::trace(&source, &plan, options, true)?;
    let trace::Converted { reject, not_canonical } = trace::convert(&source, &plan, options)?;
    let classes = classify(table);
    let mut faults: Vec<FaultPlace> =
        traced.faults.iter().map(|(reject, _, place)| fault_place(&source, reject, place)).collect();
    // A conversion has the last word on records whose end it looks for itself.
    if let Some(reject) = reject.as_ref().filter(|_| faults.is_empty()) {
        let at = usize::try_from(reject.fault_offset).unwrap_or(usize::MAX);
        faults.push(fault_place(&source, reject, &(at..at.saturating_add(1))));
    }
    let key = |place: &Range<usize>| {
        let text =
            String::from_utf8_lossy(source.record().get(place.clone()).unwrap_or_default()).into_owned();
        text.trim_matches('"').to_owned()
    };
    Ok(Explanation {
        table: table.name.clone(),
        semantics: match options.semantics {
            Semantics::Schema => "schema",
            Semantics::Firehose | Semantics::FirehoseHive => "firehose",
            Semantics::Strict => "strict",
        },
        record: source.place(0..source.record().len()),
        accepted: reject.is_none(),
        partition: traced.partition.clone().filter(|_| reject.is_none()),
        faults,
        fields: field::fields(table, &plan, &source, &traced, &classes),
        undeclared: traced.undeclared.iter().map(key).collect(),
        firehose: firehose::verdict(table, &source, &traced, options)?,
        not_canonical: not_canonical.map(|error| error.to_string()),
        from_reject: source.origin,
    })
}

impl Source {
    /// A stretch of the record as one of the input.
    fn place(&self, range: Range<usize>) -> Place {
        let offset = self.start.saturating_add(range.start).min(self.text.len());
        let before = self.text.get(..offset).unwrap_or_default();
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        Place {
            offset: offset as u64,
            length: range.len() as u64,
            line: 1 + before.iter().filter(|&&byte| byte == b'\n').count() as u64,
            line_column: (offset - line_start) as u64 + 1,
        }
    }
}

fn fault_place(source: &Source, reject: &Reject, place: &Range<usize>) -> FaultPlace {
    let (snippet, before, marked) = snippet(source, place);
    FaultPlace {
        code: reject.code(),
        message: reject.message(),
        column: reject.column.clone(),
        expected: reject.expected.clone(),
        found: reject.found.clone(),
        at: source.place(place.clone()),
        snippet,
        before,
        marked,
    }
}

/// The line around a stretch of the record, the characters before the stretch, and those of the stretch.
fn snippet(source: &Source, place: &Range<usize>) -> (String, usize, usize) {
    let from = source.start.saturating_add(place.start);
    crate::snippet::snippet(&source.text, from..source.start.saturating_add(place.end))
}

/// Whether a record is JSON.
fn is_json(source: &Source) -> bool {
    source.format == Format::Json
}
