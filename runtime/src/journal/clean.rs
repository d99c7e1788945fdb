//! Files that no run accounts for.

use super::lease::{self, LeaseRecord};
use super::record::{RunRecord, RunState};
use super::stored::is_aside;
use super::{Access, Journal, folder, read_records};
use crate::error::Error;
use crate::store::{Meta, Store, StoreError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What stands in the places of a table and belongs to none of its runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Table name.
    pub table: String,
    /// What lakebed has written, and nothing needs.
    pub leftovers: Vec<Leftover>,
    /// Runs that were cut short, with files or without: taking the table ends or undoes them.
    pub unfinished: Vec<String>,
    /// Files in the table's folder that lakebed has not written; they are never removed.
    pub foreign: Vec<ForeignFile>,
    /// Who writes the table now; what is being written by it is in neither list.
    pub writer: Option<LeaseRecord>,
}

/// A file that nothing needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leftover {
    /// Path below the lake.
    pub path: String,
    /// Bytes.
    pub bytes: u64,
    /// Why it is one.
    pub reason: Reason,
}

/// Why a file is a leftover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A run that was cut short had published it.
    CutShort(String),
    /// That run has its rows now, and was cut short before it could remove it.
    Replaced(String),
    /// It has the name of a run's file, and no run has it.
    OfNoRun,
    /// A write that was cut short left it.
    HalfWritten,
    /// It is a file under way of a run that has ended.
    UnderWay,
}

/// A file that lakebed has not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignFile {
    /// Path below the lake.
    pub path: String,
    /// Bytes.
    pub bytes: u64,
}

/// Looks for leftovers; changes nothing, and needs no lease.
///
/// # Errors
/// A lake or a journal that cannot be read.
pub fn survey(lake: &dyn Store, table: &str) -> Result<Survey, Error> {
    // Files before records: a run writes its record before its files, so that none is taken for an orphan.
    let places = Places::list(lake, table)?;
    let writer = lease::holder(lake, &folder(table))?;
    let records = read_records(lake, table)?;
    Ok(sort_out(table, places, &records, writer))
}

/// Removes leftovers: those of `shown` that are still leftovers once the table is taken. Gives what was removed.
///
/// # Errors
/// A lake that cannot be written or is held by another run.
pub fn clean(lake: &Arc<dyn Store>, shown: &Survey, access: &Access) -> Result<Vec<Leftover>, Error> {
    if shown.leftovers.is_empty() && shown.unfinished.is_empty() {
        return Ok(Vec::new());
    }
    // Taking the table removes what runs cut short have left, and what was under way.
    let journal = Journal::open(lake, &shown.table, access)?;
    let places = Places::list(lake.as_ref(), &shown.table)?;
    let there: BTreeSet<String> = places.keys().cloned().collect();
    let records: Vec<RunRecord> = journal.records().values().map(|stored| stored.record.clone()).collect();
    let now = sort_out(&shown.table, places, &records, None);
    let still: BTreeSet<&str> = now.leftovers.iter().map(|leftover| leftover.path.as_str()).collect();
    let mut removed = Vec::new();
    for leftover in &shown.leftovers {
        if still.contains(leftover.path.as_str()) {
            journal.remove_leftover(&leftover.path)?;
        } else if there.contains(&leftover.path) {
            // A run has come to need it since it was shown.
            continue;
        }
        removed.push(leftover.clone());
    }
    Ok(removed)
}

/// Files by place.
struct Places {
    /// The table's folder, and those of its generations.
    data: Vec<Meta>,
    /// Rejects.
    errors: Vec<Meta>,
    /// The journal's own folder.
    own: Vec<Meta>,
}

impl Places {
    fn keys(&self) -> impl Iterator<Item = &String> {
        self.data.iter().chain(&self.errors).chain(&self.own).map(|meta| &meta.key)
    }

    fn list(lake: &dyn Store, table: &str) -> Result<Self, Error> {
        let list = |prefix: &str| lake.list(prefix).map_err(StoreError::input);
        let mut data = list(&format!("{table}/"))?;
        data.extend(list(&format!("{table}.generations/"))?);
        Ok(Self { data, errors: list(&format!("_errors/{table}/"))?, own: list(&folder(table))? })
    }
}

fn sort_out(table: &str, places: Places, records: &[RunRecord], writer: Option<LeaseRecord>) -> Survey {
    let committed: BTreeSet<&str> = records
        .iter()
        .filter(|run| run.is_committed())
        .flat_map(|run| run.outputs.iter().map(String::as_str))
        .collect();
    let is_live = |run: &RunRecord| {
        matches!(run.state, RunState::Publishing | RunState::Committed)
            && writer.as_ref().is_some_and(|writer| writer.id == run.attempt)
    };
    let open: BTreeMap<&str, &RunRecord> = records
        .iter()
        .filter(|run| !run.is_committed())
        .flat_map(|run| run.outputs.iter().map(move |output| (output.as_str(), run)))
        .collect();
    let replaced = replaced(records, &is_live);
    let mut survey = Survey { table: table.to_owned(), writer: writer.clone(), ..Survey::default() };
    let mut leftover = |meta: &Meta, reason: Reason| {
        survey.leftovers.push(Leftover { path: meta.key.clone(), bytes: meta.bytes, reason });
    };
    for (metas, is_data) in [(&places.data, true), (&places.errors, false)] {
        for meta in metas {
            let key = meta.key.as_str();
            let name = key.rsplit('/').next().unwrap_or_default();
            if let Some(by) = replaced.get(key) {
                leftover(meta, Reason::Replaced((*by).to_owned()));
                continue;
            }
            if committed.contains(key) {
                continue;
            }
            match open.get(key) {
                Some(run) if is_live(run) => {}
                Some(run) => leftover(meta, Reason::CutShort(run.run.clone())),
                None if is_ours(name) => leftover(meta, Reason::OfNoRun),
                None if is_aside(name) && is_ours(aside_of(name)) => {
                    if writer.is_none() {
                        leftover(meta, Reason::HalfWritten);
                    }
                }
                None if is_data => {
                    survey.foreign.push(ForeignFile { path: meta.key.clone(), bytes: meta.bytes });
                }
                // What Firehose could not convert is at home there.
                None => {}
            }
        }
    }
    if writer.is_none() {
        let under_way = format!("{}tmp/", folder(table));
        for meta in &places.own {
            if meta.key.starts_with(&under_way) {
                leftover(meta, Reason::UnderWay);
            } else if is_aside(meta.key.rsplit('/').next().unwrap_or_default()) {
                leftover(meta, Reason::HalfWritten);
            }
        }
    }
    let unfinished = records.iter().filter(|run| run.state != RunState::Done && !is_live(run));
    survey.unfinished = unfinished.map(|run| run.run.clone()).collect();
    survey.leftovers.sort_by(|a, b| a.path.cmp(&b.path));
    survey
}

/// Files that a committed run is to remove and has not yet, each with that run.
fn replaced<'a>(
    records: &'a [RunRecord],
    is_live: &impl Fn(&RunRecord) -> bool,
) -> BTreeMap<&'a str, &'a str> {
    let mut replaced = BTreeMap::new();
    for by in records.iter().filter(|run| run.state == RunState::Committed && !is_live(run)) {
        let old = records.iter().filter(|run| run.run != by.run && by.replaces.contains(&run.run));
        for file in old.flat_map(|run| &run.outputs).chain(&by.removes) {
            if !by.outputs.contains(file) {
                replaced.insert(file.as_str(), by.run.as_str());
            }
        }
    }
    replaced
}

/// Whether it is a name that a run gives: 16 hexadecimal digits, then `-N` or nothing, then `.parquet` or `.ndjson`.
fn is_ours(name: &str) -> bool {
    let Some((stem, "parquet" | "ndjson")) = name.split_once('.') else { return false };
    let (run, number) = stem.split_once('-').unwrap_or((stem, "0"));
    run.len() == 16
        && run.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// The name beside which a write was cut short: `NAME` of `.NAME.PID-N.tmp`.
fn aside_of(name: &str) -> &str {
    let inner = name.strip_prefix('.').and_then(|name| name.strip_suffix(".tmp"));
    inner.and_then(|inner| inner.rsplit_once('.')).map_or("", |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_runs() {
        for ours in ["c2b1f8da38a49dc6-0.parquet", "c2b1f8da38a49dc6-12.parquet", "c2b1f8da38a49dc6.ndjson"] {
            assert!(is_ours(ours), "{ours}");
        }
        for other in [
            "part-0.parquet",
            "c2b1f8da38a49dc6.parquet.crc",
            "c2b1f8da38a49dc-0.parquet",
            "C2B1F8DA38A49DC6-0.parquet",
            "c2b1f8da38a49dc6-.parquet",
            "c2b1f8da38a49dc6-x.parquet",
            "c2b1f8da38a49dc6-0.csv",
            "c2b1f8da38a49dc6-0",
        ] {
            assert!(!is_ours(other), "{other}");
        }
        assert_eq!(aside_of(".c2b1f8da38a49dc6-0.parquet.77-1.tmp"), "c2b1f8da38a49dc6-0.parquet");
        assert_eq!((aside_of(".x.tmp"), aside_of("x")), ("", ""));
    }
}
