//! What Firehose's own conversion would make of a record: the same reader under its semantics.

use super::source::Source;
use super::trace::{Traced, trace};
use super::{ExplainOptions, FaultPlace, fault_place, is_json};
use crate::error::Error;
use crate::fault::{FaultKind, shorten};
use crate::plan::{Kind, Plan};
use crate::semantics::Semantics;
use crate::time::TimePlan;
use lakebed_schema::Table;
use serde::Serialize;
use serde_json::Value;

/// What Firehose alone would do with a record: its OpenX deserializer over the table's catalog types.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FirehoseVerdict {
    /// Whether it would store the record.
    pub accepts: bool,
    /// Every fault it would find, in its own words; it reports the first.
    pub faults: Vec<FaultPlace>,
    /// For each of them, why, in a sentence.
    pub why: Vec<String>,
    /// Columns that both would store, with different values.
    pub differs: Vec<Difference>,
}

/// A column that both would store, with different values.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Column name.
    pub column: String,
    /// What we store.
    pub ours: Value,
    /// What Firehose would store.
    pub firehose: Value,
}

pub(super) fn verdict(
    table: &Table,
    source: &Source,
    ours: &Traced,
    options: &ExplainOptions,
) -> Result<FirehoseVerdict, Error> {
    if !is_json(source) {
        let why = vec!["Firehose converts JSON only, and this record is XML".to_owned()];
        return Ok(FirehoseVerdict { accepts: false, faults: Vec::new(), why, differs: Vec::new() });
    }
    let plan = Plan::compile_with(table, Semantics::Firehose)?;
    let theirs = trace(source, &plan, options, false)?;
    let mut verdict = FirehoseVerdict {
        accepts: theirs.faults.is_empty(),
        faults: Vec::new(),
        why: Vec::new(),
        differs: Vec::new(),
    };
    for (reject, column, place) in &theirs.faults {
        verdict.faults.push(fault_place(source, reject, place));
        let kind = column.and_then(|id| plan.nodes.get(id)).map(|node| &node.kind);
        let wire = source.record().get(place.clone()).unwrap_or_default();
        verdict.why.push(why(reject.kind, kind, wire, &reject.expected, &reject.found));
    }
    let broken =
        |column: &str| ours.faults.iter().any(|(reject, ..)| reject.column.as_deref() == Some(column));
    for (index, column) in table.columns.iter().enumerate() {
        if let (Some(stored), Some(firehose)) = (ours.stored.get(index), theirs.stored.get(index))
            && stored != firehose
            && !broken(&column.name)
            && !is_refused(&column.name, &verdict.faults)
        {
            let (ours, firehose) = (stored.clone(), firehose.clone());
            verdict.differs.push(Difference { column: column.name.clone(), ours, firehose });
        }
    }
    Ok(verdict)
}

/// Whether Firehose found a fault somewhere inside a column, so that comparing values says nothing.
fn is_refused(name: &str, faults: &[FaultPlace]) -> bool {
    faults.iter().filter_map(|fault| fault.column.as_deref()).any(|column| {
        column
            .strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[', '{', ' ']))
    })
}

fn why(kind: FaultKind, column: Option<&Kind>, wire: &[u8], expected: &str, found: &str) -> String {
    let text = wire.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(wire);
    match column {
        Some(Kind::Time { .. }) if kind == FaultKind::Value && TimePlan::has_offset(text) => {
            let at = text.len().saturating_sub(6);
            let offset = String::from_utf8_lossy(text.get(at..).unwrap_or_default()).into_owned();
            format!(
                "Firehose's OpenX takes no time with a numeric offset ({offset}): it wants {}Z in UTC, \
                 2026-11-23 08:15:00, or an epoch number",
                shorten(text.get(..at).unwrap_or_default())
            )
        }
        _ => format!("expected {expected}, found {found}"),
    }
}
