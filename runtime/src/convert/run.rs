//! One pass over the inputs: segments on all threads, their output collected in order.

use super::belt::Belt;
use super::budget::Budget;
use super::collect::{Collected, Collector, LineCount};
use super::content::{Content, STRETCH};
use super::input::{Input, know};
use super::outages::Outages;
use super::rejects::{FinishedRejects, RejectWriter};
use super::segment::{self, Output, Segment, SegmentEnd, Worker};
use super::source::can_hash;
use super::times::{Times, Took};
use super::{ConvertOptions, MaxRejects, Progress};
use crate::batch::Stats;
use crate::bounds::Bounds;
use crate::encode::Encoder;
use crate::error::{Error, ErrorKind};
use crate::fault::{FaultClass, FaultKind};
use crate::journal::FileRecord;
use crate::journal::RunRecord;
use crate::journal::compaction::live_folder;
use crate::plan::Plan;
use crate::replay::{Rules, Seen};
use crate::report::{
    Counts, InputReport, InputStatus, PartitionReport, RejectGroup, ReplayCounts, Report, Stage, Stages,
};
use lakebed_schema::Table;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::thread;

/// How a pass ended.
#[derive(Debug)]
pub(super) enum Outcome {
    Done(Box<Done>),
    /// The inputs of those numbers, in order, cannot be read; nothing of this pass counts.
    InputsFailed(Vec<(usize, Error)>),
}

/// Everything a pass gave, not yet published.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) inputs: Vec<InputReport>,
    /// What each of them is known by.
    pub(super) hashes: Vec<String>,
    /// What a replay has seen in each of them.
    pub(super) seen: Vec<Seen>,
    pub(super) rows: Collected,
    pub(super) rejects: Vec<RejectGroup>,
    pub(super) reject_files: Vec<FinishedRejects>,
    stats: Stats,
    /// What reading, decoding and encoding took, summed over threads.
    seconds: [f64; 3],
}

/// What a pass works with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pass<'a> {
    pub(super) table: &'a Table,
    pub(super) plan: &'a Plan,
    pub(super) options: &'a ConvertOptions,
    pub(super) bounds: &'a Bounds,
    /// Where error objects are read: which of them.
    pub(super) rules: Option<&'a Rules>,
    /// Where files are written before they are published; nothing is written without it.
    pub(super) folder: Option<&'a Path>,
    /// Stores that were found not to answer.
    pub(super) outages: &'a Outages,
}

pub(super) fn run(pass: Pass<'_>, inputs: &mut [Input], progress: &dyn Progress) -> Result<Outcome, Error> {
    let Pass { plan, options, bounds, rules, outages, .. } = pass;
    let budget = Budget::new(options.memory_bytes, options.threads)?;
    let segment_bytes = segment_bytes(options.segment_bytes, inputs, budget.threads);
    know(inputs, |input| !can_hash(input, segment::count(input, segment_bytes), segment_bytes))?;
    let inputs = &*inputs;
    let segments: Vec<Segment> = inputs
        .iter()
        .enumerate()
        .flat_map(|(input, it)| {
            (0..segment::count(it, segment_bytes)).map(move |ordinal| Segment { input, ordinal })
        })
        .collect();
    let limits = options.limits.within(&budget);
    let batch_bytes = budget.batch_bytes;
    let (has_rejects, times) = (&AtomicBool::new(false), &Times::default());
    let worker =
        Worker { plan, limits, bounds, segment_bytes, batch_bytes, rules, outages, has_rejects, times };
    let belt = Belt::new(segments.len(), budget.ahead_bytes);
    thread::scope(|scope| {
        let collecting = belt.collecting();
        for _ in 0..budget.threads.min(segments.len().max(1)) {
            scope.spawn(|| {
                let mut room = worker.room();
                while let Some(turn) = belt.take() {
                    if let Some(&Segment { input, ordinal }) = segments.get(turn.index)
                        && let Some(input) = inputs.get(input)
                    {
                        worker.run(input, ordinal, &turn, &mut room);
                    }
                }
            });
        }
        let result = collect(pass, inputs, &segments, &belt, budget, times, progress);
        drop(collecting);
        result
    })
}

/// Segments that each thread has at least, as long as they are long enough: so all end at about the same time.
const SEGMENTS_EACH: u64 = 4;

/// Bytes of a segment: a multiple of the stretches that are hashed, but for what is asked to be smaller than one.
fn segment_bytes(asked: u64, inputs: &[Input], threads: usize) -> u64 {
    let bytes: u64 = inputs.iter().filter(|input| input.is_seekable()).map(|input| input.bytes).sum();
    let fair = bytes / (threads as u64 * SEGMENTS_EACH).max(1);
    if asked <= STRETCH { asked } else { (fair / STRETCH * STRETCH).clamp(STRETCH, asked) }
}

fn collect(
    pass: Pass<'_>,
    inputs: &[Input],
    segments: &[Segment],
    belt: &Belt,
    budget: Budget,
    times: &Times,
    progress: &dyn Progress,
) -> Result<Outcome, Error> {
    let Pass { table, plan, options, folder, .. } = pass;
    let encoder = Encoder::new(table, plan.schema()).for_threads(budget.threads);
    // Nobody collects any more once an input has failed: the pass only goes on to find all that fail.
    let mut sinks = Some((Collector::new(&encoder, budget, folder), RejectWriter::new(table, folder)));
    let mut failed: Vec<(usize, Error)> = Vec::new();
    let mut reports: Vec<InputReport> = inputs.iter().map(started).collect();
    let mut seen: Vec<Seen> = inputs.iter().map(|_| Seen::default()).collect();
    let mut contents: Vec<Content> = inputs.iter().map(|_| Content::default()).collect();
    let mut total = Counts::default();
    let mut stats = Stats::default();
    let mut lines = LineCount::default();
    let mut current = None;
    // The segment of the current input that goes on where the last one ended.
    let mut expected = 0;
    for segment in segments {
        if current != Some(segment.input) {
            current = Some(segment.input);
            expected = 0;
            lines = LineCount::default();
        }
        let has_failed = failed.last().is_some_and(|(input, _)| *input == segment.input);
        let (Some(input), Some(report)) = (inputs.get(segment.input), reports.get_mut(segment.input)) else {
            continue;
        };
        if segment.ordinal < expected || has_failed {
            // Its cut was a wrong guess: an earlier segment has read on through it. Or its input is given up.
            belt.advance();
            continue;
        }
        let place = || format!("{}, input {} of {}", input.name(), segment.input + 1, inputs.len());
        let limit = Limit { max: options.max_rejects, total, place: &place };
        let before = report.counts;
        let drained = drain(belt, input, report, sinks.as_mut(), &mut lines, &limit, times)?;
        total.add(report.counts.since(before));
        match drained {
            Drained::Ended(end) => {
                expected = end.next;
                lines.add(end.lines, end.bytes);
                stats.add(end.stats);
                if let Some(content) = contents.get_mut(segment.input) {
                    content.add(&end.stretches);
                }
                if let Some(seen) = seen.get_mut(segment.input) {
                    seen.counts.add(end.seen.counts);
                    seen.runs.extend(end.seen.runs);
                }
                report.decoded_bytes += end.bytes;
                progress.advance(if input.is_seekable() { end.bytes.min(input.bytes) } else { input.bytes });
            }
            Drained::Failed(error) if error.kind() == ErrorKind::Input => {
                failed.push((segment.input, error));
                sinks = None;
            }
            Drained::Failed(error) => return Err(error),
        }
        belt.advance();
    }
    let Some((collector, rejects)) = sinks else {
        return Ok(Outcome::InputsFailed(failed));
    };
    let rows = times.encode.add(|| collector.finish())?;
    let seconds = [&times.read, &times.decode, &times.encode].map(Took::seconds);
    let (reject_files, rejects) = rejects.finish()?;
    let hash = |(input, content): (&Input, &Content)| match input.hash.as_str() {
        "" => content.finish(),
        known => known.to_owned(),
    };
    let hashes = inputs.iter().zip(&contents).map(hash).collect();
    let done = Done { inputs: reports, hashes, seen, rows, rejects, reject_files, stats, seconds };
    done.check(folder.is_some())?;
    Ok(Outcome::Done(Box::new(done)))
}

enum Drained {
    Ended(SegmentEnd),
    Failed(Error),
}

/// When a run stops for its rejects.
struct Limit<'a> {
    max: Option<MaxRejects>,
    /// Counts of the segments before.
    total: Counts,
    place: &'a dyn Fn() -> String,
}

impl Limit<'_> {
    /// Stops the run when it is certain that too many records are refused.
    fn check(&self, here: Counts, rejects: &RejectWriter<'_>) -> Result<(), Error> {
        let Some(max) = self.max else { return Ok(()) };
        let mut total = self.total;
        total.add(here);
        if !max.is_exceeded_for_sure(&total) {
            return Ok(());
        }
        Err(max.error(&total, Some(&(self.place)()), &rejects.groups()))
    }
}

/// Takes all that one segment gives; without sinks only its end counts.
fn drain(
    belt: &Belt,
    input: &Input,
    report: &mut InputReport,
    mut sinks: Option<&mut (Collector<'_>, RejectWriter<'_>)>,
    lines: &mut LineCount,
    limit: &Limit<'_>,
    times: &Times,
) -> Result<Drained, Error> {
    let before = report.counts;
    while let Some(output) = belt.receive() {
        match output {
            Output::Rows(groups) => {
                for rows in groups {
                    report.counts.read += rows.batch.num_rows() as u64;
                    report.counts.written += rows.batch.num_rows() as u64;
                    if let Some((collector, _)) = &mut sinks {
                        times.encode.add(|| collector.add(rows))?;
                    }
                }
            }
            Output::Rejects(list) => {
                for mut reject in list {
                    match lines.place(input, reject.line) {
                        Ok(line) => reject.line = line,
                        Err(e) => {
                            let message = format!("{} cannot be read again to count its lines", input.name());
                            let error = Error::new(ErrorKind::Input, message).with_source(e);
                            return Ok(Drained::Failed(error));
                        }
                    }
                    report.counts.read += 1;
                    match reject.kind.class() {
                        FaultClass::Rejected => report.counts.rejected += 1,
                        FaultClass::Late => report.counts.late += 1,
                        FaultClass::Early => report.counts.early += 1,
                    }
                    if let Some((_, rejects)) = &mut sinks {
                        match rejects.add(input, &reject) {
                            Err(error) if error.kind() == ErrorKind::Input => {
                                return Ok(Drained::Failed(error));
                            }
                            added => added?,
                        }
                        limit.check(report.counts.since(before), rejects)?;
                    }
                }
            }
            Output::Note(note) => match &mut report.message {
                Some(message) => *message = format!("{message}; {note}"),
                None => report.message = Some(note),
            },
            Output::Done(end) => return Ok(Drained::Ended(end)),
            Output::Failed(error) => return Ok(Drained::Failed(error)),
        }
    }
    Err(Error::new(ErrorKind::Internal, format!("a worker stopped within {}", input.name())))
}

fn started(input: &Input) -> InputReport {
    InputReport {
        path: input.name(),
        status: InputStatus::Done,
        format: input.describe(),
        bytes: input.bytes,
        arrival: Some(input.arrival()),
        ..InputReport::default()
    }
}

impl Done {
    pub(super) fn total(&self) -> Counts {
        let mut total = Counts::default();
        for input in &self.inputs {
            total.add(input.counts);
        }
        total
    }

    /// Puts the name of the run into the reject files, and makes them durable.
    pub(super) fn sign(&self, run: &str) -> Result<(), Error> {
        self.reject_files.iter().try_for_each(|file| file.sign(run))
    }

    /// What a replay has seen in all.
    pub(super) fn replayed(&self) -> ReplayCounts {
        let mut total = ReplayCounts::default();
        self.seen.iter().for_each(|seen| total.add(seen.counts));
        total
    }

    /// The books must balance before anything is published.
    fn check(&self, has_files: bool) -> Result<(), Error> {
        let total = self.total();
        let stored: u64 = self.rows.partitions.iter().map(|partition| partition.rows).sum();
        let refused: u64 = self.rejects.iter().map(|group| group.count).sum();
        let kept = total.rejected + total.late + total.early;
        let lines: u64 = self.reject_files.iter().map(|file| file.lines).sum();
        let inputs = self.inputs.iter().all(|input| input.counts.balances());
        let rejects = refused == kept && (!has_files || lines == kept);
        if inputs && total.balances() && stored == total.written && rejects {
            return Ok(());
        }
        let message = format!(
            "the books do not balance: {total:?}, {stored} rows in files, {refused} refused, {lines} lines in \
             reject files; nothing was published"
        );
        Err(Error::new(ErrorKind::Internal, message))
    }

    /// Files under way, and where they go below the lake.
    pub(super) fn moves(&self, table: &Table, earlier: &[RunRecord], run: &str) -> Vec<(PathBuf, String)> {
        let mut moves: Vec<(PathBuf, String)> = Vec::new();
        for partition in &self.rows.partitions {
            if let Some(file) = &partition.file {
                moves.push((file.path.clone(), parquet_name(table, earlier, &partition.path, run)));
            }
        }
        for file in &self.reject_files {
            moves.push((file.path.clone(), reject_name(table, &file.folder, run)));
        }
        moves
    }

    /// What is known of the Parquet files, by their names below the lake.
    pub(super) fn file_records(
        &self,
        table: &Table,
        earlier: &[RunRecord],
        run: &str,
    ) -> BTreeMap<String, FileRecord> {
        let files = self.rows.partitions.iter().filter_map(|partition| {
            let file = partition.file.as_ref()?;
            let record = FileRecord { bytes: file.bytes, rows: Some(partition.rows) };
            Some((parquet_name(table, earlier, &partition.path, run), record))
        });
        files.collect()
    }

    pub(super) fn report(&self, table: &Table, earlier: &[RunRecord], run: &str) -> Report {
        let partitions: Vec<PartitionReport> = self
            .rows
            .partitions
            .iter()
            .map(|partition| PartitionReport {
                path: partition.path.clone(),
                rows: partition.rows,
                bytes: partition.file.as_ref().map_or(0, |file| file.bytes),
                files: partition
                    .file
                    .iter()
                    .map(|_| parquet_name(table, earlier, &partition.path, run))
                    .collect(),
            })
            .collect();
        let input_bytes = self.inputs.iter().map(|input| input.bytes).sum();
        let decoded_bytes = self.inputs.iter().map(|input| input.decoded_bytes).sum();
        let parquet_bytes = partitions.iter().map(|partition| partition.bytes).sum();
        let rows = self.total().written;
        let [read, decode, encode] = self.seconds;
        let stages = Stages {
            read: Stage { bytes: input_bytes, rows: 0, seconds: read },
            decode: Stage { bytes: decoded_bytes, rows, seconds: decode },
            encode: Stage { bytes: parquet_bytes, rows, seconds: encode },
            publish: Stage::default(),
        };
        let classes = [FaultKind::Late, FaultKind::Early].map(FaultKind::code);
        let (out_of_window, rejects) =
            self.rejects.iter().cloned().partition(|group| classes.contains(&group.code.as_str()));
        Report {
            run: run.to_owned(),
            table: table.name.clone(),
            total: self.total(),
            rejects,
            out_of_window,
            reject_files: self
                .reject_files
                .iter()
                .map(|file| reject_name(table, &file.folder, run))
                .collect(),
            input_bytes,
            decoded_bytes,
            parquet_bytes,
            stages,
            partitions,
            floored_times: self.stats.floored_times,
            rounded_decimals: self.stats.rounded_decimals,
            spilled_bytes: self.rows.spilled_bytes,
            spilled_partitions: self.rows.spilled_partitions,
            small_row_groups: self.rows.small_row_groups,
            ..Report::default()
        }
    }
}

/// Where the file of a partition goes, below the lake: to the folder that its readers look into.
pub(super) fn parquet_name(table: &Table, earlier: &[RunRecord], partition: &str, run: &str) -> String {
    format!("{}{run}-0.parquet", live_folder(earlier, &table.name, partition))
}

pub(super) fn reject_name(table: &Table, folder: &str, run: &str) -> String {
    format!("_errors/{}/{folder}{run}.ndjson", table.name)
}
