//! `lakebed convert`

use super::Context;
use crate::access::AccessArgs;
use crate::error::{CliError, Outcome};
use crate::inputs::{InputArgs, Inputs};
use crate::location::{self, Place};
use crate::memory;
use crate::progress::Bar;
use crate::render;
use crate::s3::S3Args;
use crate::semantics::Semantics;
use crate::tables::Registry;
use crate::target::{Settings, TargetArgs};
use crate::work::{LimitArgs, WorkArgs};
use lakebed::report::InputStatus;
use lakebed::{ConvertOptions, EventWindow, MaxRejects, Projected, Report};
use lakebed_schema::Table;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// Convert JSON or XML event files to partitioned Parquet
///
/// Every record is accounted for: stored, or kept whole in a reject file with the reason. Running the same command
/// again changes nothing; a run that was killed is picked up by the next one.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed convert events/ --to lake
  lakebed convert a.json.gz b.ndjson --to lake --table orders --max-rejects 1%
  lakebed convert 's3://raw/events/2026/11/**/*.gz' --to s3://lake --accept-event-time -7d..+1h
  zcat old/*.gz | lakebed convert - --to lake
  lakebed convert events/ --to lake --contract contracts/orders.lakebed.json --dry-run

Exit codes:
  0  done, or nothing to do; rejects alone are no failure
  1  more rejects than --max-rejects; nothing was written
  2  failure, wrong usage, or an input that could not be read to its end")]
pub(crate) struct ConvertArgs {
    #[command(flatten)]
    inputs: InputArgs,

    /// Folder of the lake; rows go to LAKE/TABLE/, rejects to LAKE/_errors/TABLE/
    #[arg(long, value_name = "LAKE")]
    to: OsString,

    /// Table the records belong to; may be left out when there is only one
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,

    /// Contract file of a table that is not compiled in; may be repeated
    #[arg(long, value_name = "FILE")]
    contract: Vec<PathBuf>,

    #[command(flatten)]
    work: WorkArgs,

    /// Write nothing when more records than this are refused: a number, or a share such as 0.5%
    ///
    /// The run stops as soon as it is certain; a share is certain at the end only.
    #[arg(long, value_name = "N|P%", value_parser = parse_max_rejects)]
    max_rejects: Option<MaxRejects>,

    /// Keep apart events from outside of this window around their arrival, such as -7d..+1h
    ///
    /// A window has an earliest time, a latest, or both, with a unit of s, m, h, d or w. What lies outside is counted
    /// as late or early, not as rejected, and kept whole in LAKE/_errors/TABLE/event-time/. The time of an event is
    /// the one that the table is partitioned by, else its only required time. An input arrives when Firehose wrote its
    /// name (STREAM-1-2026-11-23-08-15-30-UUID), else when it was written last; standard input arrives now.
    ///
    /// Events in partitions that queries do not look at are always refused: before `projection.from` of the target, or
    /// after tomorrow. Without that setting there is no such check.
    #[arg(long, value_name = "WINDOW", allow_hyphen_values = true)]
    accept_event_time: Option<EventWindow>,

    /// Rules by which values are read
    #[arg(long, value_name = "RULES", default_value = "schema")]
    semantics: Semantics,

    #[command(flatten)]
    limits: LimitArgs,

    /// Read and count, write nothing
    #[arg(long)]
    dry_run: bool,

    /// Convert inputs again that are in the lake already, in place of what they gave before
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    access: AccessArgs,

    #[command(flatten)]
    s3: S3Args,

    #[command(flatten)]
    target: TargetArgs,

    /// Print the report as one JSON document
    #[arg(long)]
    json: bool,
}

/// What the arguments mean.
#[derive(Debug)]
struct ConvertConfig {
    table: Table,
    options: ConvertOptions,
    /// Holds what came from standard input until the run is over.
    _inputs: Inputs,
}

impl ConvertConfig {
    fn new(args: &ConvertArgs, context: &mut Context<'_, '_>) -> Result<Self, CliError> {
        let around = &context.around;
        let table = Registry::new(context.defs, &args.contract)?.choose(args.table.as_deref())?;
        let target = Settings::load(&args.target, around)?.resolve(Some(&table.name))?.target;
        let lake = location::location(&args.to, Place::Lake)?;
        // Last of all that can be wrong: it may read standard input to its end.
        let inputs = args.inputs.resolve(context.io)?;
        let mut options = ConvertOptions::new(inputs.locations.iter().cloned(), lake);
        options.streams.clone_from(&inputs.streams);
        options.accept_event_time = args.accept_event_time;
        options.projected = Projected::new(&table, &target, now());
        options.stores = args.s3.stores(around);
        options.access = args.access.access(around);
        args.work.apply(&mut options);
        args.limits.apply(&mut options);
        options.dry_run = args.dry_run;
        options.force = args.force;
        options.max_rejects = args.max_rejects;
        options.semantics = args.semantics.into();
        Ok(Self { table, options, _inputs: inputs })
    }
}

pub(crate) fn execute(args: &ConvertArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let config = ConvertConfig::new(args, context)?;
    let bar = Bar::new(context.io.progress() && !args.json);
    let result = lakebed::convert(&config.table, &config.options, &bar);
    drop(bar);
    let mut report = result?;
    report.peak_memory_bytes = memory::peak();
    let text = if args.json { render::document(&report)? } else { render::summary(&config.table, &report) };
    context.io.print(&text)?;
    Ok(outcome(&report))
}

/// Seconds since 1970.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

pub(super) fn outcome(report: &Report) -> Outcome {
    let failed = report.inputs.iter().any(|input| input.status == InputStatus::Failed);
    if failed || !report.total.balances() { Outcome::Failed } else { Outcome::Done }
}

pub(super) fn parse_max_rejects(text: &str) -> Result<MaxRejects, String> {
    let wrong = || "write a number of records, such as 100, or a share of them, such as 0.5%".to_owned();
    match text.strip_suffix('%') {
        None => text.parse().map(MaxRejects::Count).map_err(|_| wrong()),
        Some(share) => match share.trim_end().parse::<f64>() {
            Ok(share) if (0.0..=100.0).contains(&share) => Ok(MaxRejects::Percent(share)),
            Ok(_) => Err("a share lies between 0% and 100%".to_owned()),
            Err(_) => Err(wrong()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lakebed::report::{Counts, InputReport};

    #[test]
    fn max_rejects_is_a_number_or_a_share() {
        assert_eq!(parse_max_rejects("0"), Ok(MaxRejects::Count(0)));
        assert_eq!(parse_max_rejects("0.5%"), Ok(MaxRejects::Percent(0.5)));
        assert_eq!(parse_max_rejects("100 %"), Ok(MaxRejects::Percent(100.0)));
        for wrong in ["", "%", "-1", "1.5", "101%", "-1%", "NaN%", "inf%", "many"] {
            assert!(parse_max_rejects(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn rejects_alone_are_no_failure_and_a_failed_input_is() {
        let mut report = Report {
            total: Counts { read: 3, written: 2, rejected: 1, ..Counts::default() },
            inputs: vec![InputReport::default()],
            ..Report::default()
        };
        assert_eq!(outcome(&report), Outcome::Done);
        report.inputs[0].status = InputStatus::Failed;
        assert_eq!(outcome(&report), Outcome::Failed);
    }

    #[test]
    fn records_that_are_not_accounted_for_are_a_failure() {
        let total = Counts { read: 3, written: 2, ..Counts::default() };
        assert_eq!(outcome(&Report { total, ..Report::default() }), Outcome::Failed);
    }
}
