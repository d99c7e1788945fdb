//! Small files of a partition into large ones, to the table's contract.
//!
//! Each partition is a run of its own: its rows are read, counted and written aside, the counts are compared with the
//! footers of both sides, and only then is anything published. Files of Firehose, Spark and others are read too, and
//! written again as the table has them; what cannot be without loss stays as it is and is named.
//!
//! Folders have no atomic change of many files. Where a catalog says which folder readers look into, the new files
//! go to a folder of their own and [`Readers::switch`] changes to it in one step. Elsewhere new files come first and
//! old ones go after them, and whoever reads in between sees rows twice: only with
//! [`allow_overlap`](CompactOptions::allow_overlap).

mod cast;
mod generation;
mod json;
mod latest;
mod merge;
mod old;
mod pick;
mod readers;
pub mod report;
mod source;

#[cfg(test)]
mod tests;

pub use json::FromJson;
pub use old::{OldRemoval, remove_old};
pub use readers::{Look, Readers};

use crate::convert::{Progress, run_name};
use crate::error::{Error, ErrorKind};
use crate::journal::compaction::{Compaction, SourceRecord, Switch, SwitchState, generations};
use crate::journal::{Access, FileRecord, Journal, RunKind, RunRecord, read_journal};
use crate::place::Places;
use crate::plan::Plan;
use crate::store::{Location, Meta, Store, StoreError, Stores};
use generation::Steps;
use lakebed_schema::Table;
use merge::{Merged, merge};
use pick::Candidate;
use report::{CompactReport, CompactStatus, PartitionCompaction};
use source::{Problem, Source};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// What to compact, and how.
#[derive(Clone, Debug)]
pub struct CompactOptions {
    /// Folder or prefix of the lake.
    pub lake: Location,
    /// Opens what is no folder of this machine.
    pub stores: Stores,
    /// Patterns of partitions, such as `dt=2026-11-23/hour=*`; all when empty.
    pub partitions: Vec<String>,
    /// The time that counts as now, in seconds since 1970.
    pub now: i64,
    /// Seconds after its end from which on a partition is closed.
    pub older_than: i64,
    /// Fewest small files that are worth merging.
    pub min_files: usize,
    /// Bytes of a large file. Files below three quarters of it are small.
    pub target_bytes: u64,
    /// Keep only the latest row of each key of the table; within a partition, not beyond it. Of equally late rows the one
    /// that was stored last stays: by the time at which its run was committed, or at which its file was modified where
    /// no run wrote it, then by file name and row.
    pub dedupe: bool,
    /// Keep the rows that are left out, below the error folder.
    pub keep_dropped: bool,
    /// Leave out columns that the table does not have, rather than refuse their file.
    pub drop_columns: bool,
    /// Floor times that are finer than the column's unit, rather than refuse their file.
    pub floor_times: bool,
    /// Merge in a folder whose readers see rows twice for a moment.
    pub allow_overlap: bool,
    /// Seconds for which the old files stay after their readers were switched.
    pub grace: i64,
    /// Bytes of memory to work with, about.
    pub memory_bytes: usize,
    /// Put Parquet in the place of JSON: only partitions whose files hold JSON, and that a catalog has.
    pub from_json: Option<FromJson>,
    /// Say what would be done, and do nothing.
    pub dry_run: bool,
    /// How the table is taken.
    pub access: Access,
}

impl CompactOptions {
    /// Options with the defaults: partitions that ended a day ago, two small files or more, files of 256 MiB, nothing
    /// left out, an hour of grace.
    pub fn new(lake: impl Into<Location>) -> Self {
        Self {
            lake: lake.into(),
            stores: Stores::local(),
            partitions: Vec::new(),
            now: now_ms() / 1000,
            older_than: 86_400,
            min_files: 2,
            target_bytes: 256 << 20,
            dedupe: false,
            keep_dropped: false,
            drop_columns: false,
            floor_times: false,
            allow_overlap: false,
            grace: 3_600,
            memory_bytes: 512 << 20,
            from_json: None,
            dry_run: false,
            access: Access::default(),
        }
    }
}

/// Compacts the closed partitions of a table.
///
/// `readers` is the catalog in which the table's partitions are registered; without one, files are exchanged in their
/// folder. A partition that cannot be merged is in the report, and the others go on.
///
/// # Errors
/// A lake that cannot be read or written, or is held by another run; a folder without a catalog and without
/// [`allow_overlap`](CompactOptions::allow_overlap); `dedupe` for a table without a key. What was done for partitions
/// before stays done, and the same call goes on from there.
pub fn compact(
    table: &Table,
    options: &CompactOptions,
    readers: Option<&dyn Readers>,
    progress: &dyn Progress,
) -> Result<CompactReport, Error> {
    let lake = options.stores.open(&options.lake).map_err(StoreError::output)?;
    compact_in(&lake, table, options, readers, progress)
}

/// [`compact`] in a lake that is open.
fn compact_in(
    lake: &Arc<dyn Store>,
    table: &Table,
    options: &CompactOptions,
    readers: Option<&dyn Readers>,
    progress: &dyn Progress,
) -> Result<CompactReport, Error> {
    let started = Instant::now();
    let plan = Plan::compile(table)?;
    crate::convert::holds_parquet(table)?;
    check(table, options, readers)?;
    let mut report = CompactReport {
        table: table.name.clone(),
        lake: options.lake.to_string(),
        dry_run: options.dry_run,
        ..CompactReport::default()
    };
    let journal =
        if options.dry_run { None } else { Some(Journal::open(lake, &table.name, &options.access)?) };
    let steps = journal.as_ref().zip(readers).map(|(journal, readers)| Steps {
        lake,
        journal,
        readers,
        table,
        options,
        now_ms: now_ms(),
        grace_ms: options.grace.saturating_mul(1000),
    });
    report.notes = journal.iter().flat_map(Journal::notes).cloned().collect();
    if let Some(steps) = &steps {
        steps.resume(&mut report)?;
    }
    let runs = match &journal {
        Some(journal) => journal.runs()?,
        None => read_journal(lake.as_ref(), &table.name)?.0,
    };
    let places = Places::new(table);
    let candidates = pick::candidates(lake.as_ref(), table, &runs, options)?;
    let looks = match readers {
        Some(readers) => {
            let paths: Vec<String> = candidates.iter().map(|candidate| candidate.path.clone()).collect();
            readers.look(&paths)?.into_iter().map(Some).collect()
        }
        None => vec![None; candidates.len()],
    };
    let mut picked = Vec::new();
    for (candidate, look) in candidates.into_iter().zip(looks) {
        if report.partitions.iter().any(|other| other.path == candidate.path) {
            continue;
        }
        let files = match options.from_json {
            Some(_) => pick::all(&candidate, &places, options),
            None => pick::files(&candidate, &places, &runs, options),
        };
        let files = files.and_then(|files| {
            let own = format!("{}/{}", table.name, candidate.path);
            let reason = unfinished(&runs, &candidate.path)
                .filter(|_| !options.dry_run || readers.is_none())
                .or_else(|| readable(look.as_ref(), &candidate, &own));
            match reason {
                None => Ok(files),
                Some(reason) => Err((CompactStatus::Refused, reason)),
            }
        });
        match files {
            Ok(files) => picked.push((candidate, files)),
            Err((status, reason)) => {
                report.partitions.push(PartitionCompaction::of(&candidate.path, status, reason));
            }
        }
    }
    let total = |files: &[Meta]| files.iter().map(|file| file.bytes).sum::<u64>();
    progress.total(picked.iter().map(|(_, files)| total(files)).sum());
    for (candidate, files) in picked {
        let bytes = total(&files);
        let json = match options.from_json {
            Some(_) => match json::files(lake, &candidate, &files)? {
                Ok(inputs) => Some(inputs),
                Err((status, reason)) => {
                    progress.advance(bytes);
                    report.partitions.push(PartitionCompaction::of(&candidate.path, status, reason));
                    continue;
                }
            },
            None => None,
        };
        let done = match (&journal, options.dry_run) {
            (Some(_), false) if let (Some(inputs), Some(steps)) = (&json, &steps) => {
                steps.replace_json(&candidate, inputs)?
            }
            (Some(journal), false) => {
                let work = Work { table, plan: &plan, options, lake, journal, steps: steps.as_ref() };
                work.partition(&candidate, &files)?
            }
            _ => PartitionCompaction {
                path: candidate.path.clone(),
                status: CompactStatus::Planned,
                files_in: files.len() as u64,
                bytes_in: bytes,
                ..PartitionCompaction::default()
            },
        };
        progress.advance(bytes);
        report.partitions.push(done);
    }
    if let Some(steps) = steps.as_ref().filter(|_| options.grace == 0) {
        steps.remove_old(&mut report)?;
        if options.from_json.is_some_and(|how| how.remove_sources) {
            steps.remove_json(&mut report)?;
        }
    }
    report.partitions.sort_by(|a, b| a.path.cmp(&b.path));
    report.elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(report)
}

fn check(table: &Table, options: &CompactOptions, readers: Option<&dyn Readers>) -> Result<(), Error> {
    let usage = |message: String| Err(Error::new(ErrorKind::Usage, message));
    if options.dedupe && table.key.is_empty() {
        return usage(format!("table `{}` declares no key, by which duplicates would be known", table.name));
    }
    if options.from_json.is_some() && readers.is_none() && !options.dry_run {
        return usage(format!(
            "no catalog says which folder readers of table `{}` look into, so that Parquet cannot take the place of JSON \
             there: readers understand one of the two. Without a catalog, convert the JSON into a lake of its own",
            table.name
        ));
    }
    if options.from_json.is_some() && options.dedupe {
        return usage(
            "duplicates are left out of Parquet files: put these in the place of JSON first".to_owned(),
        );
    }
    if readers.is_none() && !options.allow_overlap && !options.dry_run {
        return usage(format!(
            "the files of table `{}` cannot be exchanged in one step: no catalog says which folder its readers look \
             into, and who reads between the coming of the new files and the going of the old ones counts rows \
             twice. --allow-overlap says that nobody reads then, or that it does not matter",
            table.name
        ));
    }
    Ok(())
}

/// A compaction of the partition that has not come to its end.
fn unfinished(runs: &[RunRecord], partition: &str) -> Option<String> {
    let is_open = |run: &&RunRecord| {
        let compaction = Compaction::of(run).filter(|compaction| compaction.partition == partition);
        compaction.is_some_and(|compaction| !compaction.counts())
    };
    let run = runs.iter().find(is_open)?;
    Some(format!(
        "run {} has merged it and not yet switched its readers: name the catalog, so that it comes to its end",
        run.run
    ))
}

/// Why a partition's files cannot be exchanged where they are.
fn readable(look: Option<&Look>, candidate: &Candidate, own: &str) -> Option<String> {
    match look {
        None if candidate.folder == own => None,
        None => Some(format!(
            "a catalog has its readers look into {}: name that catalog, or its new files are read by nobody",
            candidate.folder
        )),
        Some(Look::Folder(folder)) if *folder == candidate.folder => None,
        Some(Look::Folder(folder) | Look::Elsewhere(folder)) => {
            Some(format!("its readers look into {folder}, and the journal knows {}", candidate.folder))
        }
        Some(Look::Nowhere) => {
            Some("it is not registered in the catalog, so that nobody reads it: register it first".to_owned())
        }
    }
}

/// The work on one table.
struct Work<'a> {
    table: &'a Table,
    plan: &'a Plan,
    options: &'a CompactOptions,
    lake: &'a Arc<dyn Store>,
    journal: &'a Journal,
    steps: Option<&'a Steps<'a>>,
}

impl Work<'_> {
    fn partition(&self, candidate: &Candidate, files: &[Meta]) -> Result<PartitionCompaction, Error> {
        let refused = |problem: Problem| match problem {
            Problem::Failed(error) => Err(error),
            Problem::Refused(refusal) => {
                let reason = refusal.to_string();
                let mut refused = PartitionCompaction::of(&candidate.path, CompactStatus::Refused, reason);
                refused.refusal = Some(refusal);
                Ok(refused)
            }
        };
        let scratch = self.journal.scratch();
        let mut sources = Vec::with_capacity(files.len());
        for (number, meta) in files.iter().enumerate() {
            match Source::fetch(self.lake.as_ref(), meta, scratch, number) {
                Ok(source) => sources.push(source),
                Err(problem) => return refused(problem),
            }
        }
        let merged = match merge(self.table, self.plan.schema(), &sources, self.options, scratch) {
            Ok(merged) => merged,
            Err(problem) => return refused(problem),
        };
        if self.options.dedupe && merged.dropped == 0 && files.len() < self.options.min_files.max(2) {
            for file in merged.files.iter().chain(&merged.duplicates) {
                let _ = std::fs::remove_file(&file.path);
            }
            let status = CompactStatus::NothingToDo;
            return Ok(PartitionCompaction::of(&candidate.path, status, "it has no duplicates"));
        }
        self.publish(candidate, &sources, &merged)
    }

    fn publish(
        &self,
        candidate: &Candidate,
        sources: &[Source],
        merged: &Merged,
    ) -> Result<PartitionCompaction, Error> {
        let run = self.run_name(candidate, sources);
        let path = &candidate.path;
        let folder = match self.steps {
            Some(_) => format!("{}{run}/{path}", generations(&self.table.name)),
            None => candidate.folder.clone(),
        };
        let mut moves: Vec<(PathBuf, String)> = Vec::new();
        for (number, file) in merged.files.iter().enumerate() {
            moves.push((file.path.clone(), format!("{folder}{run}-{number}.parquet")));
        }
        let names: Vec<String> = moves.iter().map(|(_, to)| to.clone()).collect();
        let dropped_file = merged.duplicates.as_ref().map(|file| {
            let to = format!("_errors/{}/_duplicates/{path}{run}.parquet", self.table.name);
            moves.push((file.path.clone(), to.clone()));
            to
        });
        let source = |source: &Source| {
            let record =
                SourceRecord { hash: source.identity.clone(), rows: source.rows, bytes: source.bytes };
            (source.key.clone(), record)
        };
        let compaction = Compaction {
            partition: path.clone(),
            sources: sources.iter().map(source).collect(),
            rows_in: merged.rows_in,
            rows_out: merged.rows_out(),
            dropped: merged.dropped,
            deduped: self.options.dedupe,
            from_json: false,
            switch: self.steps.map(|_| Switch {
                from: candidate.folder.clone(),
                to: folder.clone(),
                state: SwitchState::Prepared,
                ..Switch::default()
            }),
        };
        let mut record = RunRecord {
            kind: RunKind::Compact,
            run: run.clone(),
            table: self.table.name.clone(),
            outputs: moves.iter().map(|(_, to)| to.clone()).collect(),
            ..RunRecord::default()
        };
        if self.steps.is_none() {
            record.removes = compaction.sources.keys().cloned().collect();
        }
        compaction.write(&mut record);
        let written = merged.files.iter().zip(&names);
        let rows = |(file, to): (&crate::encode::FinishedFile, &String)| {
            (to.clone(), FileRecord { bytes: file.bytes, rows: Some(file.rows) })
        };
        record.files = written.map(rows).collect();
        let before = Instant::now();
        self.journal.publish(&record, &moves)?;
        let overlap = u64::try_from(before.elapsed().as_millis()).unwrap_or(u64::MAX);
        let mut done = PartitionCompaction {
            path: path.clone(),
            status: CompactStatus::Merged,
            run: Some(run),
            files_in: sources.len() as u64,
            rows_in: merged.rows_in,
            bytes_in: sources.iter().map(|source| source.bytes).sum(),
            rows_out: merged.rows_out(),
            bytes_out: merged.files.iter().map(|file| file.bytes).sum(),
            files: names,
            dropped: merged.dropped,
            dropped_file,
            sort: merged.sort,
            floored_times: merged.floored,
            overlap_ms: Some(overlap),
            ..PartitionCompaction::default()
        };
        if let Some(steps) = self.steps {
            done.overlap_ms = None;
            match steps.finish(record, compaction)? {
                Ok(_) => {
                    done.status = CompactStatus::Switched;
                    done.live_folder = Some(folder);
                }
                Err(reason) => {
                    done.status = CompactStatus::Refused;
                    done.reason = Some(reason);
                }
            }
        }
        Ok(done)
    }

    /// From the contract, the files and what is done with them.
    fn run_name(&self, candidate: &Candidate, sources: &[Source]) -> String {
        let options = self.options;
        let manner = format!(
            "{:?} {} {} {} {} {} {} {} {} {:?}",
            RunKind::Compact,
            options.target_bytes,
            options.memory_bytes,
            options.dedupe,
            options.keep_dropped,
            options.drop_columns,
            options.floor_times,
            self.steps.is_some(),
            candidate.path,
            candidate.folder,
        );
        let files = sources.iter().map(|source| (source.key.as_str(), source.identity.as_str()));
        run_name(&self.table.to_contract(), &manner, files, &[])
    }
}

/// The clock, in milliseconds since 1970. Nothing of it gets into names or files.
fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
