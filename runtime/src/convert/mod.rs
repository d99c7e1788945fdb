//! Drives a run: inputs to segments, segments to batches, batches to files, files into the lake.

mod belt;
mod budget;
mod collect;
mod content;
mod held;
mod identity;
mod in_place;
mod input;
mod lines;
mod max_rejects;
mod outages;
mod rejects;
mod run;
mod segment;
mod source;
mod spill;
mod times;
mod write;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod whole_tests;

use crate::bounds::{Bounds, Projected};
use crate::error::{Error, ErrorKind};
use crate::journal::compaction::compacted;
use crate::journal::{Access, InputRecord, Journal, RunKind, RunRecord, parallel, read_journal};
use crate::plan::Plan;
use crate::replay::{Rules, Seen};
use crate::report::{Arrival, ArrivalSource, InputReport, InputStatus, Report, Stage};
use crate::semantics::Semantics;
use crate::store::{Location, StoreError, Stores};
use crate::window::EventWindow;
use lakebed_schema::{PartitionBy, Table};
use outages::Outages;
use run::{Outcome, Pass, run};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

pub(crate) use identity::{hash_file, run_name};
pub(crate) use in_place::{Decoded, Decoding, Undecoded, decode};
#[cfg(feature = "service")]
pub(crate) use input::ChunkName;
pub(crate) use input::{Format, Hashes, Input, find_inputs, know, tell_files};
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
    /// Bytes of a segment at most, the unit of work; the result is the same for any number. Where there are few of
    /// them for the threads, they are made smaller, though not below 1 MiB.
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
    /// Deepest nesting of objects and arrays; one with nothing in it is a level too.
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
            segment_bytes: 32 << 20,
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
    let budget = budget::Budget::new(options.memory_bytes, options.threads)?;
    let plan = Plan::compile_with(table, options.semantics)?;
    holds_parquet(table)?;
    let bounds = Bounds::new(table, &plan, options.accept_event_time, options.projected.clone())?;
    let mut found = find_inputs(&options.inputs, &options.stores.with_range(budget.range_bytes))?;
    let is_stream = |input: &&mut Input| {
        input.location.as_path().is_some_and(|path| options.streams.iter().any(|stream| stream == path))
    };
    found.list.iter_mut().filter(is_stream).for_each(Input::set_stream);
    // What came through a stream is known by its content alone, an error object also by it; other files tell theirs when
    // they are decoded.
    know(&mut found.list, |input| input.is_stream || rules.is_some())?;
    let (inputs, passed_over) = (found.list, found.passed_over);
    let lake = options.stores.open(&options.lake).map_err(StoreError::output)?;
    // A dry run looks without taking the table: it neither waits for a run under way nor touches what is left of one.
    let state =
        if options.dry_run { None } else { Some(Journal::open(&lake, &table.name, &options.access)?) };
    let earlier = match &state {
        Some(state) => state.runs()?,
        None => read_journal(lake.as_ref(), &table.name)?.0,
    };
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
    let folder = state.as_ref().map(Journal::scratch);
    let outages = Outages::default();
    let manner = identity::manner(kind, table, options, &budget, rules.as_ref(), &earlier);
    let outcome = loop {
        let rules = rules.as_ref();
        let pass = Pass { table, plan: &plan, options, bounds: &bounds, rules, folder, outages: &outages };
        match run(pass, &mut work.todo, progress).inspect_err(|_| empty(folder))? {
            Outcome::Done(done) => break done,
            Outcome::InputsFailed(failed) => {
                empty(folder);
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
    work.todo.iter_mut().zip(&outcome.hashes).for_each(|(input, hash)| input.hash.clone_from(hash));
    let name = work.run_name(table, &manner);
    outcome.sign(&name).inspect_err(|_| empty(folder))?;
    let mut report = outcome.report(table, &earlier, &name);
    let moves = outcome.moves(table, &earlier, &name);
    report.replay = rules.is_some().then(|| outcome.replayed());
    let changes = !moves.is_empty() || !work.replaces.is_empty();
    if let (Some(state), true) = (&state, changes) {
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
        let began = Instant::now();
        state.publish(&record, &moves)?;
        let (bytes, rows) = (report.parquet_bytes, report.total.written);
        report.stages.publish = Stage { bytes, rows, seconds: began.elapsed().as_secs_f64() };
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
    stored: BTreeSet<usize>,
}

/// The inputs of earlier runs, by what journals know them by.
#[derive(Debug, Default)]
struct Known<'a>(HashMap<Cow<'a, str>, Vec<(&'a RunRecord, &'a InputRecord)>>);

impl<'a> Known<'a> {
    fn of(runs: impl Iterator<Item = &'a RunRecord>) -> Self {
        let mut known = Self::default();
        for run in runs {
            for (key, record) in &run.inputs {
                // Earlier versions have known files as they were written.
                let key = match key.contains("/../") {
                    true => Cow::Owned(known_as(key)),
                    false => Cow::Borrowed(key.as_str()),
                };
                known.0.entry(key).or_default().push((run, record));
            }
        }
        known
    }

    /// What earlier runs know of an input, each run once.
    fn get(&self, input: &Input) -> Vec<(&'a RunRecord, &'a InputRecord)> {
        let mut found: Vec<(&RunRecord, &InputRecord)> = Vec::new();
        for &(run, record) in input.keys().iter().filter_map(|key| self.0.get(key.as_str())).flatten() {
            if found.iter().all(|(other, _)| other.run != run.run) {
                found.push((run, record));
            }
        }
        found
    }
}

/// What an input of a journal is known by today.
fn known_as(key: &str) -> String {
    let path = Path::new(key);
    if path.is_absolute() { Location::from(path).canonical().to_string() } else { key.to_owned() }
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
        let known = Known::of(earlier.iter().filter(|run| run.kind != RunKind::Replay));
        let mut inputs = inputs;
        if known.0.keys().any(|key| key.strip_prefix("stdin:").is_some_and(content::is_blake3)) {
            for input in inputs.iter_mut().filter(|input| input.is_stream) {
                input.blake3 = Some(input.hash_with_blake3()?);
            }
        }
        let keys: HashSet<String> = inputs.iter().flat_map(Input::keys).collect();
        let mut replaced: HashSet<&str> = HashSet::new();
        for (place, mut input) in inputs.into_iter().enumerate() {
            let stored = known.get(&input);
            if force {
                for &(run, _) in &stored {
                    if run.kind == RunKind::Compact {
                        let message = format!(
                            "--force cannot replace {}: compaction {} has put its rows in the place of the file, and \
                             readers were switched to them",
                            input.location, run.run
                        );
                        return Err(Error::new(ErrorKind::Usage, message));
                    }
                    // What holds for one input of a run holds for all of them.
                    if !replaced.insert(&run.run) {
                        continue;
                    }
                    let is_missing = |key: &&String| !keys.contains(*key) && !keys.contains(&known_as(key));
                    if let Some(missing) = run.inputs.keys().find(is_missing) {
                        let message = format!(
                            "--force cannot replace {} alone: run {} stored it together with {missing}; name that \
                             input too, since both are in the same files",
                            input.name(),
                            run.run
                        );
                        return Err(Error::new(ErrorKind::Usage, message));
                    }
                    can_be_removed(earlier, run, &input.name())?;
                    work.replaces.push(run.run.clone());
                }
                if !stored.is_empty() {
                    work.stored.insert(place);
                }
                work.todo.push(input);
                work.places.push(place);
                continue;
            }
            let mut same = None;
            for (run, record) in &stored {
                if same.is_none() && input.is_known_as(&record.hash)? {
                    same = Some(run);
                }
            }
            match (same, stored.first()) {
                (Some(run), _) => {
                    let message = format!("stored by run {}; --force converts it again", run.run);
                    work.others.insert(place, left_out(&input, InputStatus::AlreadyInLake, message));
                    continue;
                }
                (None, Some((run, _))) => {
                    let message = format!(
                        "{} has changed since run {} stored it in table `{}`; converting it now would store its \
                         records twice",
                        input.name(),
                        run.run,
                        table.name
                    );
                    return Err(Error::new(ErrorKind::Changed, message));
                }
                (None, None) => {}
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
        let by_name: HashMap<&str, &RunRecord> = earlier.iter().map(|run| (run.run.as_str(), run)).collect();
        let replays = || earlier.iter().filter(|run| run.kind == RunKind::Replay);
        let mut replays_of: HashMap<&str, Vec<&RunRecord>> = HashMap::new();
        for run in replays() {
            let of: BTreeSet<&String> = run.inputs.values().flat_map(|input| &input.rejects_of).collect();
            of.into_iter().for_each(|name| replays_of.entry(name).or_default().push(run));
        }
        let mut replaced: HashSet<String> = self.replaces.iter().cloned().collect();
        let mut at = 0;
        while let Some(name) = self.replaces.get(at).cloned() {
            at += 1;
            let before = by_name.get(name.as_str()).into_iter().flat_map(|run| &run.replaces);
            let replays = replays_of.get(name.as_str()).into_iter().flatten().map(|run| &run.run);
            for run in before.chain(replays) {
                if replaced.insert(run.clone()) {
                    self.replaces.push(run.clone());
                }
            }
        }
        for run in replays().filter(|run| replaced.contains(&run.run)) {
            let stays = |of: &[String]| of.is_empty() || of.iter().any(|name| !replaced.contains(name));
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
            can_be_removed(earlier, run, &format!("what run {} stored of the rejects", run.run))?;
        }
        Ok(())
    }

    /// Leaves out error objects that were replayed before, at this place or any other: the content tells, which holds
    /// times and numbers that do not come twice.
    fn sort_out_objects(table: &Table, inputs: Vec<Input>, earlier: &[RunRecord]) -> Result<Self, Error> {
        let mut work = Self::default();
        let replays = || earlier.iter().filter(|run| run.kind == RunKind::Replay);
        let by_key = Known::of(replays());
        let mut by_hash: HashMap<&str, (&RunRecord, &str)> = HashMap::new();
        for run in replays() {
            for (key, record) in &run.inputs {
                by_hash.entry(&record.hash).or_insert((run, key));
                by_hash.entry(record.content()).or_insert((run, key));
            }
        }
        let of_earlier_versions = by_hash.keys().any(|hash| content::is_blake3(hash));
        // An ETag says nothing of the same object elsewhere. Error objects are small: they are read once more.
        let contents = parallel::each(&inputs, parallel::AT_ONCE, |input| {
            let is_needed = input.location.as_path().is_none() && by_key.get(input).is_empty();
            Ok(if is_needed { input.hash_content().map(Some) } else { Ok(None) })
        })?;
        let mut names: HashMap<String, String> = HashMap::new();
        for (place, (mut input, content)) in inputs.into_iter().zip(contents).enumerate() {
            let here = by_key.get(&input);
            let mut same = None;
            for (run, record) in &here {
                if same.is_none() && input.is_known_as(&record.hash)? {
                    same = Some(run);
                }
            }
            if let (None, Some((run, _))) = (same, here.first()) {
                let message = format!(
                    "{} has changed since run {} replayed it into table `{}`; replaying it now would store its \
                     records twice",
                    input.name(),
                    run.run,
                    table.name
                );
                return Err(Error::new(ErrorKind::Changed, message));
            }
            match content {
                Ok(content) => input.content = content,
                Err(error) => {
                    work.others.insert(place, left_out(&input, InputStatus::Failed, with_cause(&error)));
                    continue;
                }
            }
            let mut elsewhere = by_hash.get(input.hash.as_str()).or_else(|| by_hash.get(input.content()));
            if same.is_none() && elsewhere.is_none() && of_earlier_versions {
                match input.hash_with_blake3() {
                    Ok(blake3) => elsewhere = by_hash.get(blake3.as_str()),
                    Err(error) => {
                        let message = with_cause(&error);
                        work.others.insert(place, left_out(&input, InputStatus::Failed, message));
                        continue;
                    }
                }
            }
            let message = match (same, elsewhere) {
                (Some(run), _) => Some(format!("replayed by run {}", run.run)),
                (None, Some((run, other))) => Some(format!("replayed by run {} as {other}", run.run)),
                (None, None) => names.get(input.content()).map(|other| format!("the same as {other}")),
            };
            if let Some(message) = message {
                work.others.insert(place, left_out(&input, InputStatus::AlreadyInLake, message));
                continue;
            }
            names.insert(input.content().to_owned(), input.name());
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
        self.others.insert(place, left_out(&input, InputStatus::Failed, with_cause(&error)));
        Ok(())
    }

    fn run_name(&self, table: &Table, manner: &str) -> String {
        // Partitions, the window of event time and the rejects depend on the arrival.
        let content = |input: &Input| format!("{} {:?}", input.hash, input.arrival());
        let inputs: Vec<(String, String)> =
            self.todo.iter().map(|input| (input.key(), content(input))).collect();
        let inputs = inputs.iter().map(|(path, content)| (path.as_str(), content.as_str()));
        identity::run_name(&table.to_contract(), manner, inputs, &self.replaces)
    }

    fn records(&self, reports: &[InputReport], seen: &[Seen]) -> BTreeMap<String, InputRecord> {
        let none = BTreeSet::new();
        let runs = seen.iter().map(|seen| &seen.runs).chain(std::iter::repeat(&none));
        let record = |((input, report), runs): ((&Input, &InputReport), &BTreeSet<String>)| {
            let counts = report.counts;
            let record = InputRecord {
                hash: input.hash.clone(),
                content: input.content.clone(),
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

/// Refuses to replace a run whose rows stand in files of another one: they would be stored twice.
fn can_be_removed(earlier: &[RunRecord], run: &RunRecord, what: &str) -> Result<(), Error> {
    let Some((file, by)) = compacted(earlier, run) else { return Ok(()) };
    let message = format!(
        "--force cannot replace {what}: compaction {by} has put the rows of {file} into files with other rows, and \
         they cannot be told apart any more. To store it again, put all files of the partitions it is in out of the \
         table first"
    );
    Err(Error::new(ErrorKind::Usage, message))
}

fn with_cause(error: &Error) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}")
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
