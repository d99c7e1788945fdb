//! `lakebed convert`

use super::Context;
use crate::error::{CliError, Outcome};
use crate::inputs::{InputArgs, Inputs};
use crate::memory;
use crate::progress::Bar;
use crate::render;
use crate::storing::{Prepared, StoringArgs};
use lakebed::report::InputStatus;
use lakebed::{ConvertOptions, Report};
use lakebed_schema::Table;

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

    #[command(flatten)]
    storing: StoringArgs,

    /// Convert inputs again that are in the lake already, in place of what they gave before
    #[arg(long)]
    force: bool,
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
        let storing = &args.storing;
        let Prepared { table, target, lake } = storing.prepare(context)?;
        // Last of all that can be wrong: it may read standard input to its end.
        let inputs = args.inputs.resolve(context.io)?;
        let mut options = ConvertOptions::new(inputs.locations.iter().cloned(), lake);
        options.streams.clone_from(&inputs.streams);
        storing.apply(&mut options, &table, &target, &context.around);
        options.force = args.force;
        Ok(Self { table, options, _inputs: inputs })
    }
}

pub(crate) fn execute(args: &ConvertArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let config = ConvertConfig::new(args, context)?;
    let bar = Bar::new(context.io.progress() && !args.storing.json);
    let result = lakebed::convert(&config.table, &config.options, &bar);
    drop(bar);
    let mut report = result?;
    report.peak_memory_bytes = memory::peak();
    let text =
        if args.storing.json { render::document(&report)? } else { render::summary(&config.table, &report) };
    context.io.print(&text)?;
    Ok(outcome(&report))
}

pub(super) fn outcome(report: &Report) -> Outcome {
    let failed = report.inputs.iter().any(|input| input.status == InputStatus::Failed);
    if failed || !report.total.balances() { Outcome::Failed } else { Outcome::Done }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lakebed::report::{Counts, InputReport};

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
