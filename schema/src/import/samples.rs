//! A table from sample records.
//!
//! What samples show is one thing, what records may be is another: whatever is more than what was seen is a guess and
//! marked as one, and no type is narrower than the values that were seen. Every sample decodes under the table,
//! but for those that are no records: they are left out, and told.

mod decide;
mod number;
mod parse;
mod seen;
#[cfg(test)]
mod tests;
mod text;

use super::rust::Guess;
use crate::finding::{Finding, Findings};
use crate::table::Table;
use seen::Seen;
use std::collections::BTreeSet;

pub use parse::{Sample, Samples};

/// A table that was made of something that says less than a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Inferred {
    /// The table.
    pub table: Table,
    /// What is guessed, each with its column.
    pub guesses: Vec<Guess>,
    /// What else to know, one sentence each.
    pub notes: Vec<String>,
    /// Sample records that were left out, each with its place and the reason.
    pub skipped: Vec<Finding>,
}

/// How samples are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SampleOptions {
    /// Name of the table.
    pub name: String,
    /// Where records stand in the documents: keys from the top on, `miv/meetpunt`; documents are records when empty.
    pub records: Vec<String>,
}

/// Infers the table of records.
///
/// ```
/// use lakebed_schema::LogicalType;
/// use lakebed_schema::import::samples::{SampleOptions, Samples, infer};
///
/// let samples = Samples::of(r#"{"id": 1, "at": "2026-11-23T08:15:00Z"} {"id": 2}"#);
/// let inferred = infer(&samples, &SampleOptions { name: "visit".into(), ..SampleOptions::default() }).unwrap();
/// assert_eq!(inferred.table.columns[0].ty, LogicalType::Int64);
/// assert!(inferred.table.columns[1].nullable);
/// ```
///
/// # Errors
/// No sound record: why each was left out. Also objects that no table can take.
pub fn infer(samples: &Samples, options: &SampleOptions) -> Result<Inferred, Findings> {
    let mut seen = Seen::default();
    let mut skipped = samples.skipped.clone();
    let paths: Vec<Vec<&str>> = options.records.iter().map(|path| path.split('/').collect()).collect();
    for document in &samples.documents {
        let mut records = Vec::new();
        if paths.is_empty() {
            records.push(&document.sample);
        }
        paths.iter().for_each(|path| at(&document.sample, path, &mut records));
        for record in records {
            match unsound(record, samples.place(document)) {
                Some(finding) => skipped.push(finding),
                None => seen.add(record),
            }
        }
    }
    if seen.objects == 0 {
        if samples.documents.is_empty() && skipped.is_empty() {
            skipped.push(Finding::new(
                "import-samples-none",
                "samples",
                "there is no record",
                "name a file with records in it",
            ));
        } else if skipped.is_empty() {
            skipped.push(Finding::new(
                "import-samples-none",
                "samples",
                format!("no document holds records at {}", options.records.join(" or ")),
                "check the path, such as miv/meetpunt",
            ));
        }
        return Err(Findings(skipped));
    }
    let (table, guesses, mut notes) = decide::table(&seen, options)?;
    if paths.is_empty()
        && let Some(path) = wrapped(samples.documents.iter().map(|document| &document.sample))
    {
        notes.push(format!(
            "Each document holds a list of objects at {path}: if those are the records, import again with --records {path}."
        ));
    }
    Ok(Inferred { table, guesses, notes, skipped })
}

/// Why a value is no record that a table can take.
fn unsound(sample: &Sample, place: String) -> Option<Finding> {
    let found = match sample {
        Sample::Object(members) => {
            let mut keys = BTreeSet::new();
            let (key, _) = members.iter().find(|(key, _)| !keys.insert(key.to_lowercase()))?;
            return Some(Finding::new(
                "import-samples-key-twice",
                place,
                format!(
                    "has the key `{key}` twice, upper and lower case being the same, so that no column can read it"
                ),
                "rename it where the records are made",
            ));
        }
        Sample::Null => "null",
        Sample::Bool => "a truth value",
        Sample::Number(_) => "a number",
        Sample::Text(_) => "a text",
        Sample::List(_) => "a list",
    };
    Some(Finding::new(
        "import-samples-object",
        place,
        format!("is no record: expected a JSON object, found {found}"),
        "correct the sample, or leave it out",
    ))
}

/// The records at a path: an object is one, a list many.
fn at<'a>(sample: &'a Sample, path: &[&str], found: &mut Vec<&'a Sample>) {
    match (sample, path.split_first()) {
        (Sample::List(values), _) => values.iter().for_each(|value| at(value, path, found)),
        (Sample::Object(_), None) => found.push(sample),
        (Sample::Object(members), Some((key, rest))) => {
            members.iter().filter(|(name, _)| name == key).for_each(|(_, value)| at(value, rest, found));
        }
        _ => {}
    }
}

/// Where every document holds one list of objects, with little around it.
fn wrapped<'a>(samples: impl Iterator<Item = &'a Sample>) -> Option<String> {
    let mut path: Option<String> = None;
    for sample in samples {
        let (mut sample, mut steps) = (sample, Vec::new());
        while let Sample::Object(members) = sample {
            let inner: Vec<_> = members
                .iter()
                .filter(|(_, value)| matches!(value, Sample::Object(_) | Sample::List(_)))
                .collect();
            let [(key, value)] = inner.as_slice() else { return None };
            steps.push(key.as_str());
            sample = value;
        }
        let Sample::List(values) = sample else { return None };
        if values.is_empty() || steps.iter().any(|step| step.contains(['/', ' '])) {
            return None;
        }
        if !values.iter().all(|value| matches!(value, Sample::Object(_))) {
            return None;
        }
        let found = steps.join("/");
        if path.as_ref().is_some_and(|path| *path != found) {
            return None;
        }
        path = Some(found);
    }
    path
}
