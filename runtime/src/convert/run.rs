//! One pass over the inputs: segments on all threads, their output collected in order.

use super::belt::Belt;
use super::budget::Budget;
use super::collect::{Collected, Collector, LineCount};
use super::input::Input;
use super::rejects::RejectWriter;
use super::segment::{self, Output, Segment, SegmentEnd, Worker};
use super::{ConvertOptions, Progress};
use crate::batch::Stats;
use crate::encode::Encoder;
use crate::error::{Error, ErrorKind};
use crate::plan::Plan;
use crate::report::{Counts, InputReport, InputStatus, PartitionReport, RejectGroup, Report};
use lakebed_schema::Table;
use std::path::{Path, PathBuf};
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
    rows: Collected,
    rejects: Vec<RejectGroup>,
    reject_file: Option<PathBuf>,
    stats: Stats,
}

pub(super) fn run(
    table: &Table,
    plan: &Plan,
    inputs: &[Input],
    options: &ConvertOptions,
    folder: Option<&Path>,
    progress: &dyn Progress,
) -> Result<Outcome, Error> {
    let budget = Budget::new(options.memory_bytes, options.threads)?;
    let segments: Vec<Segment> = inputs
        .iter()
        .enumerate()
        .flat_map(|(input, it)| {
            (0..segment::count(it, options.segment_bytes)).map(move |ordinal| Segment { input, ordinal })
        })
        .collect();
    let limits = options.limits.within(&budget);
    let worker =
        Worker { plan, limits, segment_bytes: options.segment_bytes, batch_bytes: budget.batch_bytes };
    let belt = Belt::new(segments.len(), budget.ahead_bytes);
    thread::scope(|scope| {
        for _ in 0..budget.threads.min(segments.len().max(1)) {
            scope.spawn(|| {
                while let Some(turn) = belt.take() {
                    if let Some(&Segment { input, ordinal }) = segments.get(turn.index)
                        && let Some(input) = inputs.get(input)
                    {
                        worker.run(input, ordinal, &turn);
                    }
                }
            });
        }
        let result = collect(table, plan, inputs, &segments, &belt, budget, folder, progress);
        belt.stop();
        result
    })
}

#[allow(clippy::too_many_arguments, reason = "all that a pass is made of")]
fn collect(
    table: &Table,
    plan: &Plan,
    inputs: &[Input],
    segments: &[Segment],
    belt: &Belt,
    budget: Budget,
    folder: Option<&Path>,
    progress: &dyn Progress,
) -> Result<Outcome, Error> {
    let encoder = Encoder::new(table, plan.schema());
    // Nobody collects any more once an input has failed: the pass only goes on to find all that fail.
    let mut sinks = Some((Collector::new(&encoder, budget, folder), RejectWriter::new(table, folder)));
    let mut failed: Vec<(usize, Error)> = Vec::new();
    let mut reports: Vec<InputReport> = inputs.iter().map(started).collect();
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
        match drain(belt, input, report, sinks.as_mut(), &lines)? {
            Drained::Ended(end) => {
                expected = end.next;
                lines.add(end.lines);
                stats.add(end.stats);
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
    let rows = collector.finish()?;
    let (reject_file, rejects) = rejects.finish()?;
    let done = Done { inputs: reports, rows, rejects, reject_file, stats };
    done.check()?;
    Ok(Outcome::Done(Box::new(done)))
}

enum Drained {
    Ended(SegmentEnd),
    Failed(Error),
}

/// Takes all that one segment gives; without sinks only its end counts.
fn drain(
    belt: &Belt,
    input: &Input,
    report: &mut InputReport,
    mut sinks: Option<&mut (Collector<'_>, RejectWriter<'_>)>,
    lines: &LineCount,
) -> Result<Drained, Error> {
    while let Some(output) = belt.receive() {
        match output {
            Output::Rows(groups) => {
                for rows in groups {
                    report.counts.read += rows.batch.num_rows() as u64;
                    report.counts.written += rows.batch.num_rows() as u64;
                    if let Some((collector, _)) = &mut sinks {
                        collector.add(rows)?;
                    }
                }
            }
            Output::Rejects(list) => {
                for mut reject in list {
                    reject.line = lines.place(reject.line);
                    report.counts.read += 1;
                    report.counts.rejected += 1;
                    if let Some((_, rejects)) = &mut sinks {
                        rejects.add(input, &reject)?;
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
    Err(Error::new(ErrorKind::Internal, format!("a worker stopped within {}", input.location)))
}

fn started(input: &Input) -> InputReport {
    InputReport {
        path: input.location.to_string(),
        status: InputStatus::Done,
        format: input.describe(),
        bytes: input.bytes,
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

    /// The books must balance before anything is published.
    fn check(&self) -> Result<(), Error> {
        let total = self.total();
        let stored: u64 = self.rows.partitions.iter().map(|partition| partition.rows).sum();
        let refused: u64 = self.rejects.iter().map(|group| group.count).sum();
        if total.balances() && stored == total.written && refused == total.rejected {
            return Ok(());
        }
        let message = format!(
            "the books do not balance: {total:?}, {stored} rows in files, {refused} in the reject file; nothing was \
             published"
        );
        Err(Error::new(ErrorKind::Internal, message))
    }

    /// Files under way, and where they go below the lake.
    pub(super) fn moves(&self, table: &Table, run: &str) -> Vec<(PathBuf, String)> {
        let mut moves: Vec<(PathBuf, String)> = Vec::new();
        for partition in &self.rows.partitions {
            if let Some(file) = &partition.file {
                moves.push((file.path.clone(), parquet_name(table, &partition.path, run)));
            }
        }
        if let Some(path) = &self.reject_file {
            moves.push((path.clone(), reject_name(table, run)));
        }
        moves
    }

    pub(super) fn report(&self, table: &Table, run: &str) -> Report {
        let partitions: Vec<PartitionReport> = self
            .rows
            .partitions
            .iter()
            .map(|partition| PartitionReport {
                path: partition.path.clone(),
                rows: partition.rows,
                bytes: partition.file.as_ref().map_or(0, |file| file.bytes),
                files: partition.file.iter().map(|_| parquet_name(table, &partition.path, run)).collect(),
            })
            .collect();
        Report {
            run: run.to_owned(),
            table: table.name.clone(),
            total: self.total(),
            rejects: self.rejects.clone(),
            reject_file: self.reject_file.as_ref().map(|_| reject_name(table, run)),
            input_bytes: self.inputs.iter().map(|input| input.bytes).sum(),
            decoded_bytes: self.inputs.iter().map(|input| input.decoded_bytes).sum(),
            parquet_bytes: partitions.iter().map(|partition| partition.bytes).sum(),
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

pub(super) fn parquet_name(table: &Table, partition: &str, run: &str) -> String {
    format!("{}/{partition}{run}-0.parquet", table.name)
}

fn reject_name(table: &Table, run: &str) -> String {
    format!("_errors/{}/{run}.ndjson", table.name)
}
