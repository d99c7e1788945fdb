//! `lakebed replay`

use super::Context;
use super::convert::{now, outcome, parse_max_rejects};
use crate::error::CliError;
use crate::error::Outcome;
use crate::location::{self, Place};
use crate::progress::Bar;
use crate::render;
use crate::s3::S3Args;
use crate::semantics::Semantics;
use crate::tables::Registry;
use crate::target::{Settings, TargetArgs};
use lakebed::replay::{BeforeLambda, ReplayOptions, replay};
use lakebed::{ConvertOptions, EventWindow, MaxRejects, Projected};
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Convert the records in error objects again, after a fix
///
/// Reads what Firehose writes below its error prefix, of every kind, and lakebed's own rejects. Each record is decoded
/// against today's table and stored, in the partition of the time at which it arrived first. What fails again is kept
/// as a new reject, with one attempt more. What was replayed is marked in the lake's journal: running the same command
/// again does nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed replay lake --table orders --to lake
  lakebed replay s3://bucket/_errors/orders/format-conversion-failed/ --table orders --to s3://bucket
  lakebed replay errors/processing-failed/ --table orders --to lake --before-lambda decode

Exit codes:
  0  done, or nothing to do; records that fail again are no failure
  1  more rejects than --max-rejects; nothing was written
  2  failure, wrong usage, or an input that could not be read or holds error objects of another table")]
pub(crate) struct ReplayArgs {
    /// Files and folders of error objects; a lake means its own rejects of the table
    ///
    /// Plain or compressed, one object a line or glued; the records in them too.
    #[arg(required = true, value_name = "ERRORS")]
    inputs: Vec<OsString>,

    /// Folder of the lake; rows go to LAKE/TABLE/, what fails again to LAKE/_errors/TABLE/
    #[arg(long, value_name = "LAKE")]
    to: OsString,

    /// Table the records belong to; may be left out when there is only one
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,

    /// Contract file of a table that is not compiled in; may be repeated
    #[arg(long, value_name = "FILE")]
    contract: Vec<PathBuf>,

    /// Take error objects of other tables too
    #[arg(long)]
    any_table: bool,

    /// What becomes of data that a Lambda function should have changed first
    ///
    /// Data from before the function in the setting stream.transform is decoded in any case: that function does what
    /// this decoder does.
    #[arg(long, value_name = "WHAT", default_value = "refuse")]
    before_lambda: Before,

    /// Worker threads; the result is the same for any number [default: one for each core]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,

    /// Write nothing when more records than this are refused: a number, or a share such as 0.5%
    #[arg(long, value_name = "N|P%", value_parser = parse_max_rejects)]
    max_rejects: Option<MaxRejects>,

    /// Keep apart events from outside of this window around their arrival, such as -7d..+1h
    ///
    /// As in `convert`; a record arrived when its error object says. They are counted as late or early, and kept whole in
    /// LAKE/_errors/TABLE/event-time/.
    #[arg(long, value_name = "WINDOW", allow_hyphen_values = true)]
    accept_event_time: Option<EventWindow>,

    /// Rules by which values are read
    #[arg(long, value_name = "RULES", default_value = "schema")]
    semantics: Semantics,

    /// Read and count, write nothing
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    s3: S3Args,

    /// Print the report as one JSON document
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    target: TargetArgs,
}

/// What `--before-lambda` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Before {
    /// It is kept as a reject, with the code Lakebed.BeforeLambda
    Refuse,
    /// It is decoded as it is
    Decode,
}

pub(crate) fn execute(args: &ReplayArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let table = Registry::new(context.defs, &args.contract)?.choose(args.table.as_deref())?;
    let settings = Settings::load(&args.target, &context.around)?;
    let resolved = settings.resolve(Some(&table.name))?;
    let inputs = args.inputs.iter().map(|input| location::location(input, Place::Input));
    let inputs = inputs.collect::<Result<Vec<_>, _>>()?;
    let mut convert = ConvertOptions::new(inputs, location::location(&args.to, Place::Lake)?);
    convert.stores = args.s3.stores(&context.around);
    let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    convert.threads = args.threads.unwrap_or_else(cores).get();
    convert.dry_run = args.dry_run;
    convert.max_rejects = args.max_rejects;
    convert.accept_event_time = args.accept_event_time;
    convert.projected = Projected::new(&table, &resolved.target, now());
    convert.semantics = args.semantics.into();
    let mut options = ReplayOptions::new(convert);
    options.any_table = args.any_table;
    options.before_lambda = match args.before_lambda {
        Before::Refuse => BeforeLambda::Refuse,
        Before::Decode => BeforeLambda::Decode,
    };
    options.normalisers = resolved.target.stream.transform.iter().cloned().collect();
    let bar = Bar::new(context.io.progress() && !args.json);
    let result = replay(&table, &options, &bar);
    drop(bar);
    let report = result?;
    let text = if args.json { render::document(&report)? } else { render::summary(&table, &report) };
    context.io.print(&text)?;
    Ok(outcome(&report))
}
