//! Drives a run: inputs to segments, segments to batches, batches to files, files into the lake.

mod belt;
mod budget;
mod collect;
mod held;
mod identity;
mod in_place;
mod input;
mod lines;
mod max_rejects;
mod rejects;
mod run;
mod segment;
mod spill;
mod write;

use crate::bounds::{Bounds, Projected};
use crate::error::{Error, ErrorKind};
use crate::journal::compaction::compacted;
use crate::journal::{Access, InputRecord, Journal, RunKind, RunRecord};
use crate::plan::Plan;
use crate::replay::{Rules, Seen};
use crate::report::{Arrival, ArrivalSource, InputReport, InputStatus, Report};
use crate::semantics::Semantics;
use crate::store::{Location, Store, StoreError, Stores};
use crate::window::EventWindow;
use lakebed_schema::{PartitionBy, Table};
use run::{Outcome, Pass, run};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

pub(crate) use identity::{hash_file, run_name};
pub(crate) use in_place::{Decoded, Decoding, Undecoded, decode};
pub(crate) use input::{Format, Input, find_inputs, tell_files};
pub use write::{WriteOptions, write_batches, write_batches_with};

/// What to convert, and how.
#[derive(Clone, Debug)]
pub struct ConvertOptions {
    /// Files and folders; a folder means every file below it whose name does not start with `.` or `_`. What is not
    /// there and holds one of `*?[{` is a pattern: `events/**/*.gz`, `s3://bucket/in/2026/11/*/x-{1,2}`.
    pub inputs: Vec<Location>,
    /// Files among the inputs that hold what came through a stream: they are known by their content alone, and arrived
    /// when they were written.
    pub streams: Vec<PathBuf>,
    /// Folder or prefix of the lake.
    pub lake: Location,
    /// Opens what is no folder of this machine.
    pub stores: Stores,
    /// Worker threads, at least 1. The result is the same for any number.
    pub threads: usize,
    /// Decode and count, write nothing.
    pub dry_run: bool,
    /// Convert inputs again that an earlier run has stored, and remove what that run wrote.
    pub force: bool,
    /// Stop without writing when more records than this are refused.
    pub max_rejects: Option<MaxRejects>,
    /// Keep apart what happened too long before its arrival, or after it.
    pub accept_event_time: Option<EventWindow>,
    /// Refuse what lies in partitions that queries do not look at.
    pub projected: Option<Projected>,
    /// By which rules values are read.
    pub semantics: Semantics,
    /// Bounds on single documents.
    pub limits: Limits,
    /// How the run takes the table.
    pub access: Access,
    /// Bytes of memory for the run, at least 64 MiB. What does not fit is set aside in the scratch folder. The result
    /// is the same for any number, but for two things: a row group holds a quarter of it at most, and a document a
    /// sixteenth.
    pub memory_bytes: usize,
    /// Bytes of a segment, the unit of work; the result is the same for any number.
    pub segment_bytes: u64,
}

/// How many rejects a run tolerates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MaxRejects {
    /// A number of records.
    Count(u64),
    /// A share of the records read, 0 to 100.
    Percent(f64),
}

/// Bounds on single documents; what exceeds them is a reject, never a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Deepest nesting of objects and arrays.
    pub depth: usize,
    /// Longest document in bytes.
    pub document_bytes: usize,
    /// Longest number in a JSON document, in characters.
    pub number_digits: usize,
}

impl Default for Limits {
    /// 128 levels; 32 MiB, the longest row that Athena reads; numbers of 1,000 characters.
    fn default() -> Self {
        Self { depth: 128, document_bytes: 32 << 20, number_digits: 1000 }
    }
}

impl Limits {
    /// The same limits, with documents no longer than the memory allows.
    fn within(self, budget: &budget::Budget) -> Self {
        Self { document_bytes: self.document_bytes.min(budget.document_bytes), ..self }
    }
}

impl ConvertOptions {
    /// Options with the defaults: one thread, everything written, nothing forced, any number of rejects.
    pub fn new(inputs: impl IntoIterator<Item = impl Into<Location>>, lake: impl Into<Location>) -> Self {
        Self {
            inputs: inputs.into_iter().map(Into::into).collect(),
            lake: lake.into(),
            streams: Vec::new(),
            stores: Stores::local(),
            threads: 1,
            dry_run: false,
            force: false,
            max_rejects: None,
            accept_event_time: None,
            projected: None,
            semantics: Semantics::Schema,
            limits: Limits::default(),
            access: Access::default(),
            memory_bytes: budget::DEFAULT_MEMORY,
            segment_bytes: 8 << 20,
        }
    }
}

/// Hears how a run goes; called from the threads of the run.
pub trait Progress: Sync {
    /// Stored bytes of all inputs, known before the work begins.
    fn total(&self, bytes: u64) {
        let _ = bytes;
    }
    /// Some more stored bytes were worked on.
    fn advance(&self, bytes: u64) {
        let _ = bytes;
    }
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {}

/// Refuses a table whose files are JSON: readers would take Parquet among them for broken records.
pub(crate) fn holds_parquet(table: &Table) -> Result<(), Error> {
    if !table.holds_json() {
        return Ok(());
    }
    let problem = "holds JSON (its parameter `classification` says so), and what is written here is Parquet";
    Err(Error::new(ErrorKind::Table, format!("table `{}`: it {problem}", table.name)))
}

/// Converts inputs into the lake.
///
/// Bad records end up in the report and the reject file. An input that cannot be read to its end is left out whole
/// and reported as [`Failed`](crate::report::InputStatus::Failed); the others go on. An input that an earlier run has
/// stored is passed over. Files appear in the table's folder only when the whole run is done.
///
/// # Errors
/// A missing input, a lake that cannot be written or is held by another run, more rejects than allowed. Then
/// nothing is published.
pub fn convert(table: &Table, options: &ConvertOptions, progress: &dyn Progress) -> Result<Report, Error> {
    run_with(table, options, None, progress)
}

/// Converts events, or with rules the records in error objects.
pub(crate) fn run_with(
    table: &Table,
    options: &ConvertOptions,
    mut rules: Option<Rules>,
    progress: &dyn Progress,
) -> Result<Report, Error> {
    let started = Instant::now();
    budget::Budget::new(options.memory_bytes, options.threads)?;
    let plan = Plan::compile_with(table, options.semantics)?;
    holds_parquet(table)?;
    let bounds = Bounds::new(table, &plan, options.accept_event_time, options.projected.clone())?;
    let mut found = find_inputs(&options.inputs, &options.stores)?;
    let is_stream = |input: &&mut Input| {
        input.location.as_path().is_some_and(|path| options.streams.iter().any(|stream| stream == path))
    };
    found.list.iter_mut().filter(is_stream).for_each(Input::set_stream);
    let (inputs, passed_over) = (found.list, found.passed_over);
    let lake = options.stores.open(&options.lake).map_err(StoreError::output)?;
    let state = if options.dry_run && !has_journal(lake.as_ref(), table)? {
        None
    } else {
        Some(Journal::open(&lake, &table.name, &options.access)?)
    };
    let earlier = state.as_ref().map(Journal::runs).transpose()?.unwrap_or_default();
    if let Some(rules) = &mut rules {
        rules.replaced = earlier.iter().flat_map(|run| run.replaces.iter().cloned()).collect();
    }
    let kind = if rules.is_some() { RunKind::Replay } else { RunKind::Convert };
    let mut work = match kind {
        RunKind::Replay => Work::sort_out_objects(table, inputs, &earlier)?,
        RunKind::Convert | RunKind::Batch | RunKind::Compact => {
            Work::sort_out(table, inputs, &earlier, options.force)?
        }
    };
    progress.total(work.todo.iter().map(|input| input.bytes).sum());
    let folder = state.as_ref().filter(|_| !options.dry_run).map(Journal::scratch);
    let (name, outcome) = loop {
        let name = work.run_name(table, kind);
        let rules = rules.as_ref();
        let pass = Pass { table, plan: &plan, options, bounds: &bounds, rules, name: &name, folder };
        match run(pass, &work.todo, progress).inspect_err(|_| empty(folder))? {
            Outcome::Done(done) => break (name, done),
            Outcome::InputsFailed(failed) => {
                // From the last to the first, so that the numbers of the others stay.
                failed.into_iter().rev().try_for_each(|(index, error)| work.fail(index, error))?;
            }
        }
    };
    let total = outcome.total();
    if let Some(max) = options.max_rejects.filter(|max| max.is_exceeded(&total)) {
        empty(folder);
        return Err(max.error(&total, None, &outcome.rejects));
    }
    let mut report = outcome.report(table, &earlier, &name);
    let moves = outcome.moves(table, &earlier, &name);
    report.replay = rules.is_some().then(|| outcome.replayed());
    let changes = !moves.is_empty() || !work.replaces.is_empty();
    if let (Some(state), false, true) = (&state, options.dry_run, changes) {
        let record = RunRecord {
            kind,
            run: name,
            table: table.name.clone(),
            inputs: work.records(&outcome.inputs, &outcome.seen),
            outputs: moves.iter().map(|(_, to)| to.clone()).collect(),
            files: outcome.file_records(table, &earlier, &report.run),
            replaces: work.replaces.clone(),
            ..RunRecord::default()
        };
        state.publish(&record, &moves)?;
    }
    report.lake = options.lake.to_string();
    report.dry_run = options.dry_run;
    report.notes = state.as_ref().map(|state| state.notes().to_vec()).unwrap_or_default();
    report.inputs = work.reports(outcome.inputs);
    report.passed_over = passed_over;
    report.accept_event_time = options.accept_event_time.map(|window| window.to_string());
    if kind == RunKind::Replay {
        let of_records = Arrival { time: None, source: ArrivalSource::Records };
        report.inputs.iter_mut().for_each(|input| input.arrival = Some(of_records));
    }
    report.notes.extend(arrival_note(table, &report.inputs));
    report.elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(report)
}

/// The inputs of a run, and what to do with each.
#[derive(Debug, Default)]
struct Work {
    todo: Vec<Input>,
    /// Place among all inputs of those to do, and the reports of the others.
    places: Vec<usize>,
    others: BTreeMap<usize, InputReport>,
    replaces: Vec<String>,
    /// Places of the inputs to do of which those runs hold records.
    stored: Vec<usize>,
}

impl Work {
    /// Leaves out what is in the lake already; with `force` finds the runs that are replaced.
    fn sort_out(
        table: &Table,
        inputs: Vec<Input>,
        earlier: &[RunRecord],
        force: bool,
    ) -> Result<Self, Error> {
        let mut work = Self::default();
        let paths: Vec<String> = inputs.iter().map(Input::key).collect();
        for (place, (input, path)) in inputs.into_iter().zip(&paths).enumerate() {
            let stored = earlier
                .iter()
                .filter(|run| run.kind != RunKind::Replay)
                .find_map(|run| Some((run, run.inputs.get(path)?)));
            match stored {
                Some((run, _)) if force && run.kind == RunKind::Compact => {
                    let message = format!(
                        "--force cannot replace {}: compaction {} has put its rows in the place of the file, and \
                         readers were switched to them",
                        input.location, run.run
                    );
                    return Err(Error::new(ErrorKind::Usage, message));
                }
                Some((run, _)) if force => {
                    if let Some(missing) = run.inputs.keys().find(|key| !paths.contains(key)) {
                        let message = format!(
                            "--force cannot replace {} alone: run {} stored it together with {missing}; name that \
                             input too, since both are in the same files",
                            input.name(),
                            run.run
                        );
                        return Err(Error::new(ErrorKind::Usage, message));
                    }
                    if let Some((file, by)) = compacted(earlier, run) {
                        let message = format!(
                            "--force cannot replace {}: compaction {by} has put the rows of {file} into files with \
                             other rows, and they cannot be told apart any more. To store it again, put all files of \
                             the partitions it is in out of the table first",
                            input.location
                        );
                        return Err(Error::new(ErrorKind::Usage, message));
                    }
                    work.stored.push(place);
                    if !work.replaces.contains(&run.run) {
                        work.replaces.push(run.run.clone());
                    }
                }
                Some((run, record)) if record.hash == input.hash => {
                    let message = format!("stored by run {}; --force converts it again", run.run);
                    work.others.insert(place, left_out(&input, InputStatus::AlreadyInLake, message));
                    continue;
                }
                Some((run, _)) => {
                    let message = format!(
                        "{} has changed since run {} stored it in table `{}`; converting it now would store its \
                         records twice",
                        input.name(),
                        run.run,
                        table.name
                    );
                    return Err(Error::new(ErrorKind::Changed, message));
                }
                None => {}
            }
            work.todo.push(input);
            work.places.push(place);
        }
        work.replaces_more(earlier)?;
        Ok(work)
    }

    /// Replaces the replays of what the replaced runs have refused too: the records come again now. What those runs
    /// had replaced themselves stays remembered as such.
    fn replaces_more(&mut self, earlier: &[RunRecord]) -> Result<(), Error> {
        let mut at = 0;
        while let Some(name) = self.replaces.get(at).cloned() {
            at += 1;
            for run in earlier.iter().filter(|run| run.run == name) {
                self.replaces.extend(run.replaces.iter().cloned());
            }
            for run in earlier.iter().filter(|run| run.kind == RunKind::Replay) {
                let has = run.inputs.values().any(|input| input.rejects_of.contains(&name));
                if has && !self.replaces.contains(&run.run) {
                    self.replaces.push(run.run.clone());
                }
            }
        }
        for run in
            earlier.iter().filter(|run| run.kind == RunKind::Replay && self.replaces.contains(&run.run))
        {
            let stays = |of: &[String]| of.is_empty() || of.iter().any(|name| !self.replaces.contains(name));
            if let Some((input, _)) = run.inputs.iter().find(|(_, input)| stays(&input.rejects_of)) {
                let message = format!(
                    "--force cannot replace run {} here: its rejects were replayed by run {} together with {input}, \
                     which this run does not convert again, and all of them are in the same files; name the inputs of \
                     those rejects too",
                    self.replaces.first().map_or("", String::as_str),
                    run.run
                );
                return Err(Error::new(ErrorKind::Usage, message));
            }
        }
        Ok(())
    }

    /// Leaves out error objects that were replayed before, at this place or any other: the content tells, which holds
    /// times and numbers that do not come twice.
    fn sort_out_objects(table: &Table, inputs: Vec<Input>, earlier: &[RunRecord]) -> Result<Self, Error> {
        let mut work = Self::default();
        let replays = || earlier.iter().filter(|run| run.kind == RunKind::Replay);
        for (place, input) in inputs.into_iter().enumerate() {
            let path = input.key();
            let here = replays().find_map(|run| Some((run, run.inputs.get(&path)?)));
            if let Some((run, _)) = here.filter(|(_, record)| record.hash != input.hash) {
                let message = format!(
                    "{} has changed since run {} replayed it into table `{}`; replaying it now would store its \
                     records twice",
                    input.name(),
                    run.run,
                    table.name
                );
                return Err(Error::new(ErrorKind::Changed, message));
            }
            let known = replays().find_map(|run| {
                Some((run, run.inputs.iter().find(|(_, record)| record.hash == input.hash)?))
            });
            let message = match known {
                Some((run, (other, _))) if *other == path => Some(format!("replayed by run {}", run.run)),
                Some((run, (other, _))) => Some(format!("replayed by run {} as {other}", run.run)),
                None => work
                    .todo
                    .iter()
                    .find(|other| other.hash == input.hash)
                    .map(|other| format!("the same as {}", other.name())),
            };
            if let Some(message) = message {
                work.others.insert(place, left_out(&input, InputStatus::AlreadyInLake, message));
                continue;
            }
            work.todo.push(input);
            work.places.push(place);
        }
        Ok(work)
    }

    /// Takes an input that cannot be read out of the run.
    ///
    /// # Errors
    /// When what an earlier run stored of it would be removed with nothing in its place.
    fn fail(&mut self, index: usize, error: Error) -> Result<(), Error> {
        let input = self.todo.remove(index);
        let place = self.places.remove(index);
        if self.stored.contains(&place) {
            let message = format!(
                "{} cannot be converted again, so --force replaces nothing: what an earlier run stored of it stays",
                input.name()
            );
            return Err(Error::new(ErrorKind::Input, message).with_source(error));
        }
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        self.others.insert(place, left_out(&input, InputStatus::Failed, format!("{error}{cause}")));
        Ok(())
    }

    fn run_name(&self, table: &Table, kind: RunKind) -> String {
        let paths: Vec<String> = self.todo.iter().map(Input::key).collect();
        let hashes = self.todo.iter().map(|input| input.hash.as_str());
        // The same file read as events is another run.
        let mut contract = table.to_contract();
        if kind == RunKind::Replay {
            contract.push_str("replay");
        }
        identity::run_name(&contract, paths.iter().map(String::as_str).zip(hashes), &self.replaces)
    }

    fn records(&self, reports: &[InputReport], seen: &[Seen]) -> BTreeMap<String, InputRecord> {
        let none = BTreeSet::new();
        let runs = seen.iter().map(|seen| &seen.runs).chain(std::iter::repeat(&none));
        let record = |((input, report), runs): ((&Input, &InputReport), &BTreeSet<String>)| {
            let counts = report.counts;
            let record = InputRecord {
                hash: input.hash.clone(),
                read: counts.read,
                written: counts.written,
                rejected: counts.rejected,
                late: counts.late,
                early: counts.early,
                skipped: counts.skipped,
                bytes: Some(report.bytes),
                decoded_bytes: Some(report.decoded_bytes),
                format: Some(report.format.clone()),
                rejects_of: runs.iter().cloned().collect(),
            };
            (input.key(), record)
        };
        let all = self.todo.iter().zip(reports).zip(runs);
        all.filter(|((_, report), _)| report.counts.read > 0).map(record).collect()
    }

    /// Reports of all inputs in the order in which they were given.
    fn reports(mut self, done: Vec<InputReport>) -> Vec<InputReport> {
        self.others.extend(self.places.into_iter().zip(done).map(|(place, mut report)| {
            if report.counts.read == 0 && report.message.is_none() {
                report.message = Some("holds no records".into());
            }
            (place, report)
        }));
        self.others.into_values().collect()
    }
}

fn left_out(input: &Input, status: InputStatus, message: String) -> InputReport {
    InputReport {
        path: input.name(),
        status,
        format: input.describe(),
        bytes: input.bytes,
        message: Some(message),
        arrival: Some(input.arrival()),
        ..InputReport::default()
    }
}

/// Says so when paths depend on times that a copy of the inputs would not have.
fn arrival_note(table: &Table, inputs: &[InputReport]) -> Option<String> {
    if !table.partitions.iter().any(|partition| partition.by == PartitionBy::Arrival) {
        return None;
    }
    let weak = |source| matches!(source, ArrivalSource::ObjectTime | ArrivalSource::Clock);
    let done = inputs.iter().filter(|input| input.status == InputStatus::Done && input.counts.read > 0);
    let sources = done.filter_map(|input| Some(input.arrival?.source)).filter(|source| weak(*source));
    let sources: BTreeSet<ArrivalSource> = sources.collect();
    let words: Vec<&str> = sources.iter().map(|source| source.words()).collect();
    (!words.is_empty()).then(|| {
        format!(
            "Table `{}` is partitioned by arrival, and for some inputs arrival is taken from {}: a copy of the same \
             records with another time goes into other partitions.",
            table.name,
            words.join(" and ")
        )
    })
}

/// Removes files under way of a run that publishes nothing. What stays is removed by the next run.
fn empty(folder: Option<&Path>) {
    let entries = folder.and_then(|folder| std::fs::read_dir(folder).ok());
    for entry in entries.into_iter().flatten().flatten() {
        let _ = std::fs::remove_file(entry.path());
    }
}

fn has_journal(lake: &dyn Store, table: &Table) -> Result<bool, Error> {
    Ok(!lake.names(&crate::journal::folder(&table.name)).map_err(StoreError::output)?.is_empty())
}
