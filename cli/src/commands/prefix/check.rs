//! `lakebed prefix check`

use crate::commands::Context;
use crate::error::{CliError, Outcome};
use crate::render;
use lakebed_schema::prefix::{PrefixFinding, PrefixSettings, Severity, check};
use serde::Serialize;

/// Check an S3 prefix against the rules of Firehose
///
/// Errors are what Firehose refuses, with its own message. Mistakes are what it takes and lakebed refuses: the week year
/// `YYYY` for the year, minutes `mm` where a date needs months, numbers of weeks, errors among the data. Warnings are what
/// it takes and what is nearly always meant otherwise.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed prefix check 'data/dt=!{timestamp:yyyy-MM-dd}/' --error-prefix 'errors/!{firehose:error-output-type}/'
  lakebed prefix check 'data/id=!{partitionKeyFromQuery:id}/' --error-prefix errors/ --dynamic-partitioning \\
    --query '{id: .id}'

Exit codes:
  0  accepted, with or without warnings
  1  refused: by Firehose (error) or by lakebed (mistake)
  2  wrong usage")]
pub(super) struct CheckArgs {
    /// The prefix; put it in single quotes, since shells take `!` for their history
    #[arg(value_name = "EXPR")]
    prefix: String,

    /// ErrorOutputPrefix of the same stream
    #[arg(long, value_name = "EXPR")]
    error_prefix: Option<String>,

    /// The stream has dynamic partitioning
    #[arg(long)]
    dynamic_partitioning: bool,

    /// MetadataExtractionQuery of the stream, to compare its keys with those of the prefix
    #[arg(long, value_name = "JQ", requires = "dynamic_partitioning")]
    query: Option<String>,

    /// CustomTimeZone of the stream
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,

    /// FileExtension of the stream
    #[arg(long, value_name = "EXT")]
    file_extension: Option<String>,

    /// Buffer of the stream in MiB
    #[arg(long, value_name = "N")]
    buffer_mib: Option<i64>,

    /// Print the findings as one JSON document
    #[arg(long)]
    json: bool,
}

/// What a check found.
#[derive(Serialize)]
struct Report<'a> {
    /// Neither error nor mistake.
    accepted: bool,
    findings: &'a [PrefixFinding],
}

pub(super) fn execute(args: &CheckArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let settings = PrefixSettings {
        prefix: Some(&args.prefix),
        error_output_prefix: args.error_prefix.as_deref(),
        dynamic_partitioning: args.dynamic_partitioning,
        query: args.query.as_deref(),
        custom_time_zone: args.time_zone.as_deref(),
        file_extension: args.file_extension.as_deref(),
        buffer_mib: args.buffer_mib,
    };
    let findings = check(&settings);
    let accepted = findings.iter().all(|finding| finding.severity == Severity::Warning);
    let text = if args.json {
        render::document(&Report { accepted, findings: &findings })?
    } else {
        render::prefix_findings(&settings, &findings)
    };
    context.io.print(&text)?;
    Ok(if accepted { Outcome::Done } else { Outcome::Findings })
}
