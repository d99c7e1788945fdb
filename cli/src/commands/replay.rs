//! `lakebed replay`

use super::Context;
use super::convert::outcome;
use crate::error::{CliError, Outcome};
use crate::location::{self, Place};
use crate::memory;
use crate::progress::Bar;
use crate::render;
use crate::storing::{Prepared, StoringArgs};
use lakebed::ConvertOptions;
use lakebed::replay::{BeforeLambda, ReplayOptions, replay};
use std::ffi::OsString;

/// Convert the records in error objects again, after a fix
///
/// Reads what Firehose writes below its error prefix, of every kind, and lakebed's own rejects. Each record is decoded
/// against today's table and stored, in the partition of the time at which it arrived first. What fails again is kept
/// as a new reject, with one attempt more. What was replayed is marked in the lake's journal, by its place and its
/// content: no error object is stored twice. Running the same command again replays only what has come since; for a
/// lake that means the new rejects of the last time too.
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

    #[command(flatten)]
    storing: StoringArgs,

    /// Take error objects of other tables too
    #[arg(long)]
    any_table: bool,

    /// What becomes of data that a Lambda function should have changed first
    ///
    /// Data from before the function in the setting stream.transform is decoded in any case: that function does what
    /// this decoder does.
    #[arg(long, value_name = "WHAT", default_value = "refuse")]
    before_lambda: Before,
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
    let storing = &args.storing;
    let Prepared { table, target, lake } = storing.prepare(context)?;
    let inputs = args.inputs.iter().map(|input| location::location(input, Place::Input));
    let mut convert = ConvertOptions::new(inputs.collect::<Result<Vec<_>, _>>()?, lake);
    storing.apply(&mut convert, &table, &target, &context.around);
    let mut options = ReplayOptions::new(convert);
    options.any_table = args.any_table;
    options.before_lambda = match args.before_lambda {
        Before::Refuse => BeforeLambda::Refuse,
        Before::Decode => BeforeLambda::Decode,
    };
    options.normalisers = target.target.stream.transform.iter().cloned().collect();
    let bar = Bar::new(context.io.progress() && !storing.json);
    let result = replay(&table, &options, &bar);
    drop(bar);
    let mut report = result?;
    report.peak_memory_bytes = memory::peak();
    let text = if storing.json { render::document(&report)? } else { render::summary(&table, &report) };
    context.io.print(&text)?;
    Ok(outcome(&report))
}
