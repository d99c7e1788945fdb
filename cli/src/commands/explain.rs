//! `lakebed explain`

use super::Context;
use crate::delivery::{Delivery, Sent, delivery};
use crate::error::{CliError, Outcome};
use crate::location::{self, Place};
use crate::render;
use crate::semantics::Semantics;
use crate::tables::Registry;
use crate::target::{Settings, TargetArgs};
use lakebed::explain::{ExplainOptions, Explanation, explain};
use serde::Serialize;
use std::ffi::OsString;
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// Show how each field of one record decodes, and everything that is wrong with it
///
/// The record is read by the code that converts. It goes on behind each fault here, so that all of them are named, and
/// it also tells what Firehose's own conversion would do with the record. With a target it tells where the record goes
/// on AWS, and whether Athena looks there.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed explain event.json --table orders
  lakebed explain lake/_errors/orders/rejects.ndjson --table orders --nth 3
  tail -1 events.ndjson | lakebed explain - --table orders --json

Exit codes:
  0  the record decodes
  1  the record is refused
  2  failure or wrong usage")]
pub(crate) struct ExplainArgs {
    /// File with the record, or `-` for standard input
    ///
    /// JSON or XML, plain or gzip. Lines of a reject file, or of Firehose's error objects, are opened: what is
    /// explained is the record that they carry.
    #[arg(value_name = "RECORD")]
    record: OsString,

    /// Which record, counted from 1
    #[arg(long, value_name = "N", default_value = "1")]
    nth: NonZeroUsize,

    /// Table the record belongs to; may be left out when there is only one
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,

    /// Contract file of a table that is not compiled in; may be repeated
    #[arg(long, value_name = "FILE")]
    contract: Vec<PathBuf>,

    /// Rules by which values are read
    #[arg(long, value_name = "RULES", default_value = "schema")]
    semantics: Semantics,

    /// Print the explanation as one JSON document
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    target: TargetArgs,
}

/// What is printed with `--json`.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    explanation: &'a Explanation,
    delivery: &'a Delivery,
}

pub(crate) fn execute(args: &ExplainArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let table = Registry::new(context.defs, &args.contract)?.choose(args.table.as_deref())?;
    let (input, arrival) = read(&args.record)?;
    let options = ExplainOptions {
        semantics: args.semantics.into(),
        nth: args.nth.get(),
        arrival,
        ..ExplainOptions::default()
    };
    let explanation = explain(&table, input, &options)?;
    let settings = Settings::load(&args.target, &context.around)?;
    let resolved = settings.resolve(Some(&table.name))?;
    let sent = Sent {
        path: explanation.partition.as_deref(),
        convertible: explanation.firehose.accepts,
        arrival,
        now: seconds(SystemTime::now()),
    };
    let delivery = delivery(&table, &resolved, &sent);
    let text = if args.json {
        render::document(&Document { explanation: &explanation, delivery: &delivery })?
    } else {
        render::explanation(&explanation) + &render::delivery(&delivery, &settings, &context.program)
    };
    for warning in super::generate::warnings(&settings, std::slice::from_ref(&table)) {
        context.io.complain(&render::warning(&warning));
    }
    context.io.print(&text)?;
    Ok(if explanation.accepted { Outcome::Done } else { Outcome::Findings })
}

/// Seconds since 1970.
fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// The input, and the second at which it arrived.
fn read(typed: &OsString) -> Result<(Vec<u8>, i64), CliError> {
    if typed == "-" {
        let mut input = Vec::new();
        std::io::stdin().lock().read_to_end(&mut input).map_err(|error| {
            CliError::failed("cannot read the record", "standard input breaks off").cause(&error)
        })?;
        return Ok((input, seconds(SystemTime::now())));
    }
    let path = location::path(typed, Place::Input)?;
    let input = std::fs::read(&path).map_err(|error| {
        CliError::failed("cannot read the record", path.display().to_string())
            .cause(&error)
            .hint("name a file with the record in it, or `-` for standard input")
    })?;
    let changed = std::fs::metadata(&path).and_then(|metadata| metadata.modified());
    Ok((input, seconds(changed.unwrap_or(UNIX_EPOCH))))
}

#[cfg(test)]
mod tests;
