//! What was refused, and why: error objects of lakebed and of Firehose, grouped by reason.

mod group;
mod scan;

pub use group::{Example, Group};

use crate::convert::{Hashes, find_inputs};
use crate::error::Error;
use crate::journal::{RunKind, read_journal};
use crate::replay::error_places;
use crate::store::{Location, StoreError, Stores};
use group::Groups;
use scan::{Line, scan};
use serde::Serialize;
use std::collections::BTreeSet;

/// Which rejects to look at.
#[derive(Clone, Debug)]
pub struct RejectsOptions {
    /// A lake, a folder of error objects, or one file of them.
    pub place: Location,
    /// Opens what is no folder of this machine.
    pub stores: Stores,
    /// Only those of that table.
    pub table: Option<String>,
    /// Only those of that reason: a code, its last part (`MalformedData`, `malformed-data`), or a kind of object
    /// (`processing-failed`).
    pub reason: Option<String>,
    /// Only those that arrived at that millisecond since 1970 or later.
    pub since_ms: Option<i64>,
    /// Look at files too that were replayed.
    pub replayed: bool,
}

impl RejectsOptions {
    /// All that a place holds and nobody replayed.
    pub fn new(place: impl Into<Location>, stores: Stores) -> Self {
        Self { place: place.into(), stores, table: None, reason: None, since_ms: None, replayed: false }
    }
}

/// What was refused, by reason.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RejectsReport {
    /// The place as given.
    pub place: String,
    /// Files that were read.
    pub files: u64,
    /// Files that were passed over, since they were replayed.
    pub replayed_files: u64,
    /// Error objects that were asked for.
    pub objects: u64,
    /// Error objects of other tables, reasons and days.
    pub others: u64,
    /// By reason, most frequent first.
    pub groups: Vec<Group>,
    /// Error objects of further reasons, of which there are too many to list.
    pub ungrouped: u64,
    /// Stretches of files that are no error objects.
    pub broken: u64,
    /// The first of them: `file:line: text`.
    pub broken_at: Vec<String>,
    /// Files that cannot be read, each with the reason.
    pub failed: Vec<String>,
}

/// Broken stretches that are told one by one.
const BROKEN_TOLD: usize = 10;

/// Reads error objects and groups them by reason. Memory does not depend on how many there are.
///
/// # Errors
/// A place that is missing or cannot be read. A file that breaks off is told in the report.
pub fn rejects(options: &RejectsOptions) -> Result<RejectsReport, Error> {
    let mut report = RejectsReport { place: options.place.to_string(), ..RejectsReport::default() };
    let places =
        error_places(std::slice::from_ref(&options.place), options.table.as_deref(), &options.stores)?;
    let done = match (&places.first(), options.replayed) {
        (Some(place), false) => replayed(place, options)?,
        (None, _) | (Some(_), true) => Replayed::default(),
    };
    let mut groups = Groups::default();
    for mut input in find_inputs(&places, &options.stores)? {
        if done.paths.contains(&input.location.absolute().to_string()) || input.is_one_of(&done.hashes)? {
            report.replayed_files += 1;
            continue;
        }
        report.files += 1;
        let result = scan(&input, &mut |line| match line {
            Line::Object { object, line } => {
                if asked_for(options, &object) {
                    report.objects += 1;
                    groups.add(&object, &format!("{}:{line}", input.location));
                } else {
                    report.others += 1;
                }
            }
            Line::Broken { text, line } => {
                report.broken += 1;
                if report.broken_at.len() < BROKEN_TOLD {
                    report.broken_at.push(format!("{}:{line}: {text}", input.location));
                }
            }
        });
        if let Err(error) = result {
            report.failed.push(format!("{}: {error}", input.location));
        }
    }
    (report.groups, report.ungrouped) = groups.finish();
    Ok(report)
}

fn asked_for(options: &RejectsOptions, object: &crate::replay::ErrorObject<'_>) -> bool {
    let of_table = match (&options.table, &object.table) {
        (Some(wanted), Some(table)) => {
            wanted.eq_ignore_ascii_case(table) || format!("{wanted}_raw").eq_ignore_ascii_case(table)
        }
        // Firehose names the table in conversion errors only.
        (None, _) | (Some(_), None) => true,
    };
    let of_reason = options.reason.as_deref().is_none_or(|reason| group::is_reason(object, reason));
    let since = options.since_ms.is_none_or(|since| object.arrival_ms.is_some_and(|ms| ms >= since));
    of_table && of_reason && since
}

/// Files that were replayed, by path and by hash.
#[derive(Debug, Default)]
struct Replayed {
    paths: BTreeSet<String>,
    hashes: Hashes,
}

/// What the journals of the lake say in which the place is.
fn replayed(place: &Location, options: &RejectsOptions) -> Result<Replayed, Error> {
    let mut replayed = Replayed::default();
    let Some(lake) = lake_of(place) else { return Ok(replayed) };
    let lake = options.stores.open(&lake).map_err(StoreError::input)?;
    let tables = match &options.table {
        Some(table) => vec![table.clone()],
        None => {
            let names = lake.names("_lakebed/").map_err(StoreError::input)?;
            names.iter().filter_map(|name| name.strip_suffix('/')).map(str::to_owned).collect()
        }
    };
    for table in tables {
        let (runs, _) = read_journal(lake.as_ref(), &table)?;
        for (path, input) in
            runs.into_iter().filter(|run| run.kind == RunKind::Replay).flat_map(|run| run.inputs)
        {
            replayed.paths.insert(path);
            replayed.hashes.add(input.hash);
        }
    }
    Ok(replayed)
}

/// The lake that an error folder is in.
fn lake_of(place: &Location) -> Option<Location> {
    match place {
        Location::Local(path) => {
            let errors =
                path.ancestors().find(|folder| folder.file_name().is_some_and(|name| name == "_errors"))?;
            errors.parent().map(|lake| Location::Local(lake.to_owned()))
        }
        Location::S3 { bucket, key } => {
            let at = if key.starts_with("_errors/") { 0 } else { key.find("/_errors/")? };
            Some(Location::S3 { bucket: bucket.clone(), key: key.get(..at)?.to_owned() })
        }
    }
}

#[cfg(test)]
mod tests;
