//! A table from sample records.
//!
//! What samples show is one thing, what records may be is another: whatever is more than what was seen is a guess and
//! marked as one, and no type is narrower than the values that were seen. Every sample decodes under the table.

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

pub use parse::{Sample, parse};

/// A table that was made of something that says less than a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Inferred {
    /// The table.
    pub table: Table,
    /// What is guessed, each with its column.
    pub guesses: Vec<Guess>,
    /// What else to know, one sentence each.
    pub notes: Vec<String>,
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
/// use lakebed_schema::import::samples::{SampleOptions, infer, parse};
///
/// let samples = parse(r#"{"id": 1, "at": "2026-11-23T08:15:00Z"} {"id": 2}"#).unwrap();
/// let inferred = infer(&samples, &SampleOptions { name: "visit".into(), ..SampleOptions::default() }).unwrap();
/// assert_eq!(inferred.table.columns[0].ty, LogicalType::Int64);
/// assert!(inferred.table.columns[1].nullable);
/// ```
///
/// # Errors
/// No record, records that are no objects, and objects that no table can take.
pub fn infer(samples: &[Sample], options: &SampleOptions) -> Result<Inferred, Findings> {
    let mut seen = Seen::default();
    let mut records = 0_usize;
    let paths: Vec<Vec<&str>> = options.records.iter().map(|path| path.split('/').collect()).collect();
    for sample in samples {
        if paths.is_empty() {
            seen.add(sample);
            records += 1;
        }
        for path in &paths {
            let mut found = Vec::new();
            at(sample, path, &mut found);
            records += found.len();
            found.into_iter().for_each(|record| seen.add(record));
        }
    }
    if records == 0 {
        let (problem, fix) = if samples.is_empty() {
            ("there is no record".to_owned(), "name a file with records in it")
        } else {
            (
                format!("no document holds records at {}", options.records.join(" or ")),
                "check the path, such as miv/meetpunt",
            )
        };
        return Err(Finding::new("import-samples-none", "samples", problem, fix).into());
    }
    let (table, guesses, mut notes) = decide::table(&seen, options)?;
    if paths.is_empty()
        && let Some(path) = wrapped(samples)
    {
        notes.push(format!(
            "Each document holds a list of objects at {path}: if those are the records, import again with --records {path}."
        ));
    }
    Ok(Inferred { table, guesses, notes })
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
fn wrapped(samples: &[Sample]) -> Option<String> {
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
