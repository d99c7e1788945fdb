//! `lakebed prefix eval`

use crate::commands::Context;
use crate::error::{CliError, Outcome};
use crate::render;
use chrono::DateTime;
use lakebed_schema::date_pattern::{Zone, ZonedTime};
use lakebed_schema::prefix::{Delivery, EvaluateProblem, Prefix, PrefixFinding, Severity};
use serde::Serialize;
use std::collections::BTreeMap;

/// Show what Firehose makes of an S3 prefix at an instant
///
/// Names come out in English. Random strings are made up: `random00001` and so on, where Firehose takes eleven other
/// characters each time. What `prefix check` has against the prefix itself goes to standard error.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed prefix eval 'data/dt=!{timestamp:yyyy-MM-dd}/' --at 2026-07-13T10:42:07Z
  lakebed prefix eval 'data/id=!{partitionKeyFromQuery:id}/' --at 1783939327 --key id=17
  lakebed prefix eval 'errors/!{firehose:error-output-type}/' --at 1783939327 --error-output-type processing-failed

Exit codes:
  0  done, with or without warnings
  1  the prefix comes to nothing, or has a mistake: Firehose takes it, and objects land in wrong places
  2  wrong usage")]
pub(super) struct EvalArgs {
    /// The prefix; put it in single quotes, since shells take `!` for their history
    #[arg(value_name = "EXPR")]
    prefix: String,

    /// When the oldest record of the object arrived: RFC 3339, or a number since 1970
    ///
    /// A number from 1000000000000 on is milliseconds, a smaller one is seconds.
    #[arg(long, value_name = "TIME", allow_negative_numbers = true)]
    at: String,

    /// Value of a partition key, KEY=VALUE; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    key: Vec<String>,

    /// Time zone of the stream
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    time_zone: String,

    /// The prefix is an ErrorOutputPrefix, and this is the kind of failure, such as processing-failed
    #[arg(long, value_name = "TYPE")]
    error_output_type: Option<String>,

    /// Print the result as one JSON document
    #[arg(long)]
    json: bool,
}

/// What a prefix came to.
#[derive(Serialize)]
struct Report {
    /// It comes to something, and has no mistake.
    accepted: bool,
    evaluated: Option<String>,
    fault: Option<Fault>,
    /// Mistakes and warnings.
    findings: Vec<PrefixFinding>,
}

/// Why it came to nothing.
#[derive(Serialize)]
struct Fault {
    /// In characters from 0.
    position: usize,
    problem: String,
    fix: String,
}

/// From this number on, times are milliseconds, as Firehose reads them.
const FIRST_MILLIS: u64 = 1_000_000_000_000;

pub(super) fn execute(args: &EvalArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let zone = Zone::named(&args.time_zone).ok_or_else(|| {
        CliError::usage(format!("`{}` is no time zone", args.time_zone))
            .hint("name a zone of the IANA database, spelled as there, for example Europe/Brussels")
    })?;
    let time = instant(&args.at)
        .and_then(|(seconds, nanos)| ZonedTime::new(seconds, nanos, &zone))
        .ok_or_else(|| {
            CliError::usage(format!("`{}` is no time", args.at))
                .hint("write RFC 3339, 2026-07-13T10:42:07Z, or seconds or milliseconds since 1970")
        })?;
    let mut keys = BTreeMap::new();
    for key in &args.key {
        let (name, value) = key.split_once('=').ok_or_else(|| {
            CliError::usage(format!("`--key {key}` has no =")).hint("write --key KEY=VALUE")
        })?;
        keys.insert(name.to_owned(), value.to_owned());
    }
    let (report, note) = evaluate(args, time, &keys);
    let text = match (&report.evaluated, &report.fault) {
        _ if args.json => render::document(&report)?,
        (Some(evaluated), _) => format!("{}\n", render::plain(evaluated)),
        (None, fault) => fault
            .iter()
            .map(|fault| render::caret(&args.prefix, fault.position, &fault.problem, &fault.fix))
            .collect(),
    };
    context.io.print(&text)?;
    if !args.json {
        for finding in &report.findings {
            context.io.complain(&render::prefix_finding(finding, Some(&args.prefix)));
        }
    }
    if let Some(note) = note.filter(|_| !args.json) {
        context.io.complain(&format!("note: {note}\n"));
    }
    Ok(if report.accepted { Outcome::Done } else { Outcome::Findings })
}

fn evaluate(
    args: &EvalArgs,
    time: ZonedTime,
    keys: &BTreeMap<String, String>,
) -> (Report, Option<&'static str>) {
    let faulty = |position: usize, problem: String, fix: String| {
        let fault = Some(Fault { position, problem, fix });
        Report { accepted: false, evaluated: None, fault, findings: Vec::new() }
    };
    let prefix = match Prefix::parse(&args.prefix) {
        Ok(prefix) => prefix,
        Err(error) => {
            return (faulty(error.position, error.problem.to_string(), error.problem.fix()), None);
        }
    };
    let mut n = 0;
    let mut random = || {
        n += 1;
        format!("random{n:05}")
    };
    let mut delivery = Delivery { time, keys, random: &mut random };
    let result = match &args.error_output_type {
        Some(ty) => prefix.evaluate_errors(ty, &mut delivery),
        None => prefix.evaluate(&mut delivery),
    };
    let mut findings = prefix.doubts(args.error_output_type.is_some());
    match result {
        Ok(evaluated) => {
            let appended = args.error_output_type.is_none() && !prefix.has_expressions();
            let note = appended.then_some("Firehose appends the hour, since the prefix holds no expression");
            let accepted = findings.iter().all(|finding| finding.severity == Severity::Warning);
            (Report { accepted, evaluated: Some(evaluated), fault: None, findings }, note)
        }
        Err(error) => {
            let fix = match &error.problem {
                EvaluateProblem::NoKey(key) => format!("give --key {key}=VALUE"),
                EvaluateProblem::ErrorType => {
                    "give --error-output-type, for example processing-failed".to_owned()
                }
                EvaluateProblem::EmptyKey(_)
                | EvaluateProblem::KeyInErrors(_)
                | EvaluateProblem::Time(_)
                | EvaluateProblem::TooLong { .. } => error.problem.fix(),
            };
            // The same place once.
            findings.retain(|finding| finding.position != Some(error.position));
            (Report { findings, ..faulty(error.position, error.problem.to_string(), fix) }, None)
        }
    }
}

/// Seconds since 1970 and nanoseconds.
fn instant(text: &str) -> Option<(i64, u32)> {
    if let Ok(number) = text.parse::<i64>() {
        if number.unsigned_abs() < FIRST_MILLIS {
            return Some((number, 0));
        }
        let nanos = u32::try_from(number.rem_euclid(1000)).ok()? * 1_000_000;
        return Some((number.div_euclid(1000), nanos));
    }
    let time = DateTime::parse_from_rfc3339(text).ok()?;
    // A leap second has more nanoseconds than others; it is taken for the end of the second before.
    Some((time.timestamp(), time.timestamp_subsec_nanos().min(999_999_999)))
}
