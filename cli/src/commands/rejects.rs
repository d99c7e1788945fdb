//! `lakebed rejects show`

use super::Context;
use crate::error::{CliError, Outcome};
use crate::location::{self, Place};
use crate::render;
use crate::s3::S3Args;
use lakebed::rejects::{RejectsOptions, rejects};
use lakebed_schema::civil::{Civil, is_valid_date};
use std::ffi::OsString;
use std::num::NonZeroUsize;

/// Look at what was refused
#[derive(Debug, clap::Args)]
pub(crate) struct RejectsArgs {
    #[command(subcommand)]
    command: RejectsCommand,
}

#[derive(Debug, clap::Subcommand)]
enum RejectsCommand {
    Show(ShowArgs),
}

/// Show why records were refused: by reason, each with an example and a pointer into its text
///
/// Reads lakebed's rejects and Firehose's error objects of every kind, plain or compressed, and changes nothing. Files of
/// a lake that were replayed are passed over.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed rejects show lake --table orders
  lakebed rejects show s3://bucket/_errors/orders/ --reason malformed-data --since 2026-11-01
  lakebed rejects show errors.ndjson.gz --json

Exit codes:
  0  shown, or there is nothing
  1  some lines are no error objects, or a file cannot be read to its end
  2  failure or wrong usage")]
struct ShowArgs {
    /// A lake, a folder of error objects, or one file of them
    #[arg(value_name = "PLACE")]
    place: OsString,

    /// Only rejects of this table
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,

    /// Only this reason: a code or its last part, such as `malformed-data`, or a kind, such as `processing-failed`
    #[arg(long, value_name = "REASON")]
    reason: Option<String>,

    /// Only records that arrived on this day or later, such as 2026-11-23 (UTC)
    #[arg(long, value_name = "DAY", value_parser = parse_day)]
    since: Option<i64>,

    /// Reasons to show, the most frequent first
    #[arg(long, value_name = "N", default_value = "10")]
    limit: NonZeroUsize,

    /// Look at files too that were replayed
    #[arg(long)]
    replayed: bool,

    #[command(flatten)]
    s3: S3Args,

    /// Print everything as one JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn execute(args: &RejectsArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let RejectsCommand::Show(args) = &args.command;
    let place = location::location(&args.place, Place::Input)?;
    let options = RejectsOptions {
        table: args.table.clone(),
        reason: args.reason.clone(),
        since_ms: args.since,
        replayed: args.replayed,
        ..RejectsOptions::new(place, args.s3.stores(&context.around))
    };
    let mut report = rejects(&options)?;
    let text = if args.json {
        let more = report.groups.split_off(args.limit.get().min(report.groups.len()));
        report.ungrouped += more.iter().map(|group| group.count).sum::<u64>();
        render::document(&report)?
    } else {
        render::reject_groups(&report, args.limit.get())
    };
    context.io.print(&text)?;
    let sound = report.broken == 0 && report.failed.is_empty();
    Ok(if sound { Outcome::Done } else { Outcome::Findings })
}

/// A day as the millisecond since 1970 at which it begins.
fn parse_day(text: &str) -> Result<i64, String> {
    let wrong = || "write a day, such as 2026-11-23".to_owned();
    let mut parts = text.split('-');
    let mut number = |width: usize| {
        let part =
            parts.next().filter(|part| part.len() == width && part.bytes().all(|b| b.is_ascii_digit()))?;
        part.parse::<i64>().ok()
    };
    let (year, month, day) = (number(4), number(2), number(2));
    let (Some(year), Some(month), Some(day), None) = (year, month, day, parts.next()) else {
        return Err(wrong());
    };
    let small = |number: i64| u8::try_from(number).unwrap_or_default();
    let (month, day) = (small(month), small(day));
    if !is_valid_date(year, month, day) {
        return Err(format!("there is no day {text}"));
    }
    Ok(Civil { year, month, day, hour: 0, minute: 0, second: 0 }.to_seconds() * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days() {
        assert_eq!(parse_day("2026-11-23"), Ok(1_795_392_000_000));
        for wrong in
            ["", "2026", "2026-11", "2026-11-31", "26-11-23", "2026-11-23T00", "2026-11-23-1", "2026-1-2"]
        {
            assert!(parse_day(wrong).is_err(), "{wrong}");
        }
    }
}
