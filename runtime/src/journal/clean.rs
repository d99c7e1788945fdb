//! Files that no run accounts for.

use super::compaction::Compaction;
use super::lease::{self, LeaseRecord};
use super::record::{RunRecord, RunState};
use super::stored::is_aside;
use super::{Access, Journal, folder, moment, read_records, uploads};
use crate::error::Error;
use crate::store::{Meta, Store, StoreError, Unfinished};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

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
    /// Files in the table's folder with the name of a run that the journal does not know. Where a table was copied or
    /// moved without its journal, they are the table: [`with_unknown_runs`](Self::with_unknown_runs) says that they may
    /// go.
    pub of_unknown_runs: Vec<ForeignFile>,
    /// Rejects of such runs: the only place that has those records. They are never removed.
    pub rejects_of_unknown_runs: Vec<ForeignFile>,
    /// Files that readers do not look at since a compaction switched them to others; [`clean`] leaves them. When their
    /// time of grace is over, [`remove_old`](crate::compact::remove_old) removes them.
    pub old: Vec<OldFile>,
    /// Who writes the table now; what is being written by it is in neither list.
    pub writer: Option<LeaseRecord>,
    /// What could not be looked at, and why.
    pub notes: Vec<String>,
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
    /// It has the name of a run's file, and the journal does not know that run.
    OfUnknownRun,
    /// A write that was cut short left it.
    HalfWritten,
    /// It is a file under way of a run that has ended.
    UnderWay,
    /// It is no file yet: an upload to S3 that was cut short left parts of it. Nobody tells how many bytes these are.
    Upload(Unfinished),
}

impl Survey {
    /// Takes the files of unknown runs for leftovers; their rejects not.
    #[must_use]
    pub fn with_unknown_runs(mut self) -> Self {
        let unknown = std::mem::take(&mut self.of_unknown_runs).into_iter();
        let leftover =
            |file: ForeignFile| Leftover { path: file.path, bytes: file.bytes, reason: Reason::OfUnknownRun };
        self.leftovers.extend(unknown.map(leftover));
        self.leftovers.sort_by(|a, b| a.path.cmp(&b.path));
        self
    }
}

/// A file that nobody vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignFile {
    /// Path below the lake.
    pub path: String,
    /// Bytes.
    pub bytes: u64,
}

/// A file whose readers were switched to another one with the same rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldFile {
    /// Path below the lake.
    pub path: String,
    /// Bytes.
    pub bytes: u64,
    /// The compaction that has its rows.
    pub run: String,
    /// When readers were switched: milliseconds since 1970, UTC.
    pub since_ms: i64,
}

impl OldFile {
    /// Whether it has waited for `grace` seconds.
    pub fn is_over(&self, grace: i64) -> bool {
        self.since_ms.saturating_add(grace.saturating_mul(1000)) <= moment::now_ms()
    }
}

/// Looks for leftovers; changes nothing, and needs no lease.
///
/// # Errors
/// A lake or a journal that cannot be read.
pub fn survey(lake: &dyn Store, table: &str) -> Result<Survey, Error> {
    survey_with(lake, table, Access::default().lease)
}

/// [`survey`] for a lake whose leases have that period: uploads that were begun within it may still be under way.
///
/// # Errors
/// A lake or a journal that cannot be read.
pub fn survey_with(lake: &dyn Store, table: &str, period: Duration) -> Result<Survey, Error> {
    // Files before records: a run writes its record before its files, so that none is taken for an orphan.
    let places = Places::list(lake, table)?;
    // What a writer left whose lease seems over is shown; taking the table watches whether it is.
    let writer = lease::holder(lake, &folder(table))?.filter(|lease| !lease.seems_over());
    let records = read_records(lake, table)?;
    let mut survey = sort_out(table, places, &records, writer);
    match uploads::list(lake, table) {
        Ok(found) => add_uploads(&mut survey, found, period),
        Err(error) => survey.notes.push(uploads::not_known(table, &error)),
    }
    Ok(survey)
}

/// Adds uploads of runs that have ended for certain: nobody writes, and they were begun longer ago than a lease period.
fn add_uploads(survey: &mut Survey, found: Vec<Unfinished>, period: Duration) {
    if survey.writer.is_some() {
        return;
    }
    let now = moment::now_ms() / 1000;
    let period = i64::try_from(period.as_secs()).unwrap_or(i64::MAX);
    let is_old = |upload: &Unfinished| now.saturating_sub(upload.begun) >= period;
    let is_of_a_run = |upload: &Unfinished| is_ours(upload.key.rsplit('/').next().unwrap_or_default());
    for upload in found.into_iter().filter(|upload| is_of_a_run(upload) && is_old(upload)) {
        let path = upload.key.clone();
        survey.leftovers.push(Leftover { path, bytes: 0, reason: Reason::Upload(upload) });
    }
    survey.leftovers.sort_by(|a, b| a.path.cmp(&b.path));
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
    let now = sort_out(&shown.table, places, &records, None).with_unknown_runs();
    let still: BTreeSet<&str> = now.leftovers.iter().map(|leftover| leftover.path.as_str()).collect();
    let mut removed = Vec::new();
    for leftover in &shown.leftovers {
        if let Reason::Upload(upload) = &leftover.reason {
            // Taking the table may have ended it; that is fine.
            journal.remove_upload(upload)?;
        } else if still.contains(leftover.path.as_str()) {
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
        let [files, generations, errors] = uploads::folders(table);
        let mut data = list(&files)?;
        data.extend(list(&generations)?);
        Ok(Self { data, errors: list(&errors)?, own: list(&folder(table))? })
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
    // Also what an earlier attempt of a run that has come to its end put there late.
    let strays = records.iter().flat_map(|run| run.strays.iter().map(move |stray| (stray.as_str(), run)));
    let open: BTreeMap<&str, &RunRecord> = strays.chain(open).collect();
    let replaced = replaced(records, &is_live);
    let old = old(records);
    let mut survey = Survey { table: table.to_owned(), writer: writer.clone(), ..Survey::default() };
    let mut leftovers = Vec::new();
    let mut leftover = |meta: &Meta, reason: Reason| {
        leftovers.push(Leftover { path: meta.key.clone(), bytes: meta.bytes, reason });
    };
    for (metas, is_data) in [(&places.data, true), (&places.errors, false)] {
        for meta in metas {
            let key = meta.key.as_str();
            let name = key.rsplit('/').next().unwrap_or_default();
            if let Some(by) = replaced.get(key) {
                leftover(meta, Reason::Replaced((*by).to_owned()));
                continue;
            }
            if let Some((run, since_ms)) = old.get(key) {
                let (path, run) = (meta.key.clone(), (*run).to_owned());
                survey.old.push(OldFile { path, bytes: meta.bytes, run, since_ms: *since_ms });
                continue;
            }
            if committed.contains(key) {
                continue;
            }
            match open.get(key) {
                Some(run) if is_live(run) => {}
                Some(run) => leftover(meta, Reason::CutShort(run.run.clone())),
                None if is_ours(name) => {
                    let unknown = ForeignFile { path: meta.key.clone(), bytes: meta.bytes };
                    if is_data {
                        survey.of_unknown_runs.push(unknown);
                    } else {
                        survey.rejects_of_unknown_runs.push(unknown);
                    }
                }
                // A live writer may be writing it right now.
                None if is_aside(name) && is_ours(aside_of(name)) && writer.is_some() => {}
                None if is_aside(name) && is_ours(aside_of(name)) => leftover(meta, Reason::HalfWritten),
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
    // Of a run that was given up nothing is left to do, but for what is among the leftovers: its record only waits.
    let is_unfinished =
        |run: &&RunRecord| matches!(run.state, RunState::Publishing | RunState::Committed) && !is_live(run);
    let unfinished = records.iter().filter(is_unfinished);
    survey.unfinished = unfinished.map(|run| run.run.clone()).collect();
    leftovers.sort_by(|a, b| a.path.cmp(&b.path));
    survey.leftovers = leftovers;
    survey
}

/// Files that readers were switched away from, each with the compaction and the time. JSON that Parquet took the place
/// of is none: it is an original.
fn old(records: &[RunRecord]) -> BTreeMap<String, (&str, i64)> {
    let mut old = BTreeMap::new();
    for run in records.iter().filter(|run| run.is_committed()) {
        let Some(compaction) = Compaction::of(run).filter(|c| c.counts() && !c.from_json) else { continue };
        let Some(switch) = &compaction.switch else { continue };
        let since = switch.switched_ms.unwrap_or(0);
        old.extend(compaction.old_files().map(|file| (file.clone(), (run.run.as_str(), since))));
    }
    old
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
