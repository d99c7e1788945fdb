//! Drives a run: inputs to segments, segments to batches, batches to files, files into the lake.

mod belt;
mod budget;
mod collect;
mod held;
mod identity;
mod input;
mod lines;
mod rejects;
mod run;
mod segment;
mod spill;
mod write;

use crate::error::{Error, ErrorKind};
use crate::journal::{InputRecord, Journal, RUN_VERSION, RunKind, RunRecord};
use crate::plan::Plan;
use crate::report::{Counts, InputReport, InputStatus, Report};
use crate::semantics::Semantics;
use crate::store::{Location, Store, StoreError, Stores};
use input::{Input, find_inputs};
use lakebed_schema::Table;
use run::{Outcome, run};
use std::collections::BTreeMap;
use std::time::Instant;

pub(crate) use input::{Format, cannot_read};
pub use write::write_batches;

/// What to convert, and how.
#[derive(Clone, Debug)]
pub struct ConvertOptions {
    /// Files and folders; a folder means every file below it whose name does not start with `.` or `_`.
    pub inputs: Vec<Location>,
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
    /// By which rules values are read.
    pub semantics: Semantics,
    /// Bounds on single documents.
    pub limits: Limits,
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
            stores: Stores::local(),
            threads: 1,
            dry_run: false,
            force: false,
            max_rejects: None,
            semantics: Semantics::Schema,
            limits: Limits::default(),
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
fn holds_parquet(table: &Table) -> Result<(), Error> {
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
    let started = Instant::now();
    budget::Budget::new(options.memory_bytes, options.threads)?;
    let plan = Plan::compile_with(table, options.semantics)?;
    holds_parquet(table)?;
    let inputs = find_inputs(&options.inputs, &options.stores)?;
    let lake = options.stores.open(&options.lake).map_err(StoreError::output)?;
    let state = if options.dry_run && !has_journal(lake.as_ref(), table)? {
        None
    } else {
        Some(Journal::open(&lake, &table.name)?)
    };
    let earlier = state.as_ref().map(Journal::runs).transpose()?.unwrap_or_default();
    let mut work = Work::sort_out(table, inputs, &earlier, options.force)?;
    progress.total(work.todo.iter().map(|input| input.bytes).sum());
    let folder = state.as_ref().filter(|_| !options.dry_run).map(Journal::scratch);
    let outcome = loop {
        match run(table, &plan, &work.todo, options, folder, progress)? {
            Outcome::Done(done) => break done,
            Outcome::InputsFailed(failed) => {
                // From the last to the first, so that the numbers of the others stay.
                failed.into_iter().rev().try_for_each(|(index, error)| work.fail(index, error))?;
            }
        }
    };
    check_rejects(&outcome.total(), options.max_rejects)?;
    let name = work.run_name(table);
    let mut report = outcome.report(table, &name);
    let moves = outcome.moves(table, &name);
    let changes = !moves.is_empty() || !work.replaces.is_empty();
    if let (Some(state), false, true) = (&state, options.dry_run, changes) {
        let record = RunRecord {
            lakebed_run: RUN_VERSION,
            kind: RunKind::Convert,
            run: name,
            table: table.name.clone(),
            inputs: work.records(&outcome.inputs),
            outputs: moves.iter().map(|(_, to)| to.clone()).collect(),
            replaces: work.replaces.clone(),
            removes: Vec::new(),
        };
        state.publish(&record, &moves)?;
    }
    report.lake = options.lake.to_string();
    report.dry_run = options.dry_run;
    report.inputs = work.reports(outcome.inputs);
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
        let paths: Vec<String> = inputs.iter().map(|input| input.location.absolute().to_string()).collect();
        for (place, (input, path)) in inputs.into_iter().zip(&paths).enumerate() {
            let stored = earlier.iter().find_map(|run| Some((run, run.inputs.get(path)?)));
            match stored {
                Some((run, _)) if force => {
                    if let Some(missing) = run.inputs.keys().find(|key| !paths.contains(key)) {
                        let message = format!(
                            "--force cannot replace {} alone: run {} stored it together with {missing}; name that \
                             input too, since both are in the same files",
                            input.location, run.run
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
                        input.location, run.run, table.name
                    );
                    return Err(Error::new(ErrorKind::Changed, message));
                }
                None => {}
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
                input.location
            );
            return Err(Error::new(ErrorKind::Input, message).with_source(error));
        }
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        self.others.insert(place, left_out(&input, InputStatus::Failed, format!("{error}{cause}")));
        Ok(())
    }

    fn run_name(&self, table: &Table) -> String {
        let paths: Vec<String> =
            self.todo.iter().map(|input| input.location.absolute().to_string()).collect();
        let hashes = self.todo.iter().map(|input| input.hash.as_str());
        identity::run_name(&table.to_contract(), paths.iter().map(String::as_str).zip(hashes))
    }

    fn records(&self, reports: &[InputReport]) -> BTreeMap<String, InputRecord> {
        let record = |(input, report): (&Input, &InputReport)| {
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
            };
            (input.location.absolute().to_string(), record)
        };
        self.todo.iter().zip(reports).filter(|(_, report)| report.counts.read > 0).map(record).collect()
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
        path: input.location.to_string(),
        status,
        format: input.describe(),
        bytes: input.bytes,
        message: Some(message),
        ..InputReport::default()
    }
}

fn has_journal(lake: &dyn Store, table: &Table) -> Result<bool, Error> {
    Ok(!lake.names(&crate::journal::folder(&table.name)).map_err(StoreError::output)?.is_empty())
}

fn check_rejects(total: &Counts, max: Option<MaxRejects>) -> Result<(), Error> {
    let (exceeded, limit) = match max {
        None => return Ok(()),
        Some(MaxRejects::Count(count)) => (total.rejected > count, count.to_string()),
        #[allow(clippy::cast_precision_loss, reason = "a share needs no exact counts")]
        Some(MaxRejects::Percent(percent)) => {
            let share = 100.0 * total.rejected as f64 / total.read.max(1) as f64;
            (share > percent, format!("{percent} %"))
        }
    };
    if exceeded {
        let message = format!(
            "{} of {} records were refused, more than --max-rejects {limit}; nothing was published",
            total.rejected, total.read
        );
        return Err(Error::new(ErrorKind::TooManyRejects, message));
    }
    Ok(())
}
