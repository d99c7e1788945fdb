//! `lakebed ingest`

use super::Context;
use crate::access::AccessArgs;
use crate::error::{CliError, Outcome};
use crate::ingest::{self, LogFormat, Poll, Window};
use crate::quantity;
use crate::render;
use crate::s3::S3Args;
use crate::semantics::Semantics;
use crate::storing::parse_max_rejects;
use crate::target::TargetArgs;
use crate::work::{LimitArgs, WorkArgs};
use lakebed::MaxRejects;
use lakebed::ingest::IngestReport;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Poll a feed into a lake or a stream, until stopped
///
/// At each tick the source is asked. What it gives is kept on disk first and delivered from there: a document that was
/// fetched is not lost when the target does not answer, or when the process is killed; it waits in the spool folder and
/// is tried again, by this process or the next one. A document that was seen before is not stored again. A tick that
/// comes while the one before is at work is passed over and counted: nothing is caught up. Within a tick a request that
/// failed is made again, up to four times, until the next tick comes.
///
/// SIGTERM or Ctrl-C ends it after the batch under way, with a report; a second one ends it at once.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed ingest --from miv --table traffic_measurement --to lake
  lakebed ingest --from https://example.org/orders.json --every 5m --table orders --to s3://lake --skip-unchanged
  lakebed ingest --from 'drop/*.json.gz' --every 10s --table orders --to lake --health 127.0.0.1:9090
  journalctl -o json -f | lakebed ingest --from - --table journal --to lake --deliver-every 5m
  lakebed ingest --from miv --table measuring_point --to lake --once

Exit codes:
  0  ended as it was told to, and everything that was fetched is delivered
  1  more rejects than --max-rejects
  2  failure or wrong usage; the source never answered, or broke off; something waits in the spool folder still, which
     the next run with that folder delivers; or a document could not be read, and was set aside")]
pub(crate) struct IngestArgs {
    /// What to poll: an address, a file, a folder, a pattern, `-` for lines on standard input, a feed's name, a stream
    ///
    /// An http:// or https:// address is asked for only when it has changed, as far as its server can tell (ETag,
    /// Last-Modified). Files must appear whole, renamed into place; each is read when it is new or has changed. `miv` is
    /// the feed of Flemish road traffic that belongs to the table: its minutes, or its measuring points. kinesis:NAME reads a
    /// stream into a lake, each record once; it needs a lakebed built with the feature `aws`.
    #[arg(long, value_name = "SOURCE")]
    pub(crate) from: OsString,

    /// Lake to store records in, a folder or s3://BUCKET/PREFIX; or a stream, firehose:NAME or kinesis:NAME
    ///
    /// Streams need a lakebed built with the feature `aws`. Records go to them as JSON that Firehose's conversion stores as
    /// the table's rules would; delivery is at least once, and what a stream does not take waits in the spool folder.
    #[arg(long, value_name = "TARGET")]
    pub(crate) to: OsString,

    /// Table the records belong to; may be left out when there is only one
    #[arg(long, value_name = "TABLE")]
    pub(crate) table: Option<String>,

    /// Contract file of a table that is not compiled in; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) contract: Vec<PathBuf>,

    /// Time from one tick to the next, such as 60s or 5m [default: 60s; 1s for `-`]
    #[arg(long, value_name = "DURATION", value_parser = parse_every)]
    pub(crate) every: Option<Duration>,

    /// End after one tick
    #[arg(long)]
    pub(crate) once: bool,

    /// Deliver what was fetched that often [default: at each tick; 15m for lakes on S3]
    ///
    /// Each delivery is a run: a file for each partition, and a record in the journal, which every later run reads. So a
    /// longer time makes fewer and larger files, and on S3 fewer requests.
    #[arg(long, value_name = "DURATION", value_parser = quantity::duration)]
    pub(crate) deliver_every: Option<Duration>,

    /// Leave out points whose record is the same as last time, or older, and count them
    ///
    /// A point is what the table's key names, its times left out. Its record is older when the column of `latest_by` says
    /// so.
    #[arg(long)]
    pub(crate) skip_unchanged: bool,

    /// Folder in which fetched documents wait for delivery [default: .lakebed-spool/TABLE]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) spool: Option<PathBuf>,

    /// Bytes that may wait there; when there are more, the source is not asked [default: 4GiB]
    #[arg(long, value_name = "SIZE", value_parser = quantity::bytes)]
    pub(crate) spool_size: Option<u64>,

    /// Folder for records that the table refuses, when they go to a stream [default: in the spool folder]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) rejects: Option<PathBuf>,

    /// How long an answer may take [default: 30s]
    #[arg(long, value_name = "DURATION", value_parser = quantity::duration)]
    pub(crate) timeout: Option<Duration>,

    /// Longest document that is fetched, unpacked [default: 256MiB]
    #[arg(long, value_name = "SIZE", value_parser = quantity::bytes)]
    pub(crate) max_fetch: Option<u64>,

    #[command(flatten)]
    pub(crate) work: WorkArgs,

    /// Exit with 1 when more records than this were refused in all: a number, or a share such as 0.5%
    #[arg(long, value_name = "N|P%", value_parser = parse_max_rejects)]
    max_rejects: Option<MaxRejects>,

    /// Keep apart events from outside of this window around their arrival, such as -7d..+1h [default: any]
    ///
    /// What lies outside is counted as late or early and kept whole in LAKE/_errors/TABLE/event-time/.
    #[arg(long, value_name = "WINDOW", allow_hyphen_values = true)]
    pub(crate) accept_event_time: Option<Window>,

    /// Rules by which values are read
    #[arg(long, value_name = "RULES", default_value = "schema")]
    pub(crate) semantics: Semantics,

    #[command(flatten)]
    pub(crate) limits: LimitArgs,

    #[command(flatten)]
    pub(crate) access: AccessArgs,

    #[command(flatten)]
    pub(crate) s3: S3Args,

    #[command(flatten)]
    pub(crate) target: TargetArgs,

    /// Serve /healthz and /metrics (Prometheus) at an address of this machine, such as 127.0.0.1:9090
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) health: Option<SocketAddr>,

    /// How each tick is logged on standard error
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) log: LogFormat,

    /// Print the report as one JSON document
    #[arg(long)]
    json: bool,
}

fn parse_every(text: &str) -> Result<Duration, String> {
    let every = quantity::duration(text)?;
    if every.is_zero() { Err("a tick comes every second at most: write 1s".to_owned()) } else { Ok(every) }
}

pub(crate) fn execute(args: &IngestArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let poll = Poll::new(args, context)?;
    let report = ingest::run(poll, context.io)?;
    let text = if args.json { render::document(&report)? } else { render::ingested(&report) };
    context.io.print(&text)?;
    Ok(outcome(&report, args.max_rejects))
}

fn outcome(report: &IngestReport, max_rejects: Option<MaxRejects>) -> Outcome {
    let never_answered = report.failed_ticks > 0 && report.last_fetch_ms.is_none();
    let is_left = report.waiting_documents + report.held_records + report.refused_documents > 0;
    if never_answered || is_left || report.broken_off.is_some() || !report.total.balances() {
        Outcome::Failed
    } else if max_rejects.is_some_and(|max| max.is_exceeded(&report.total)) {
        Outcome::Findings
    } else {
        Outcome::Done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lakebed::report::Counts;

    #[test]
    fn what_waits_comes_before_rejects() {
        let total = Counts { read: 3, written: 2, rejected: 1, ..Counts::default() };
        let mut report =
            IngestReport { total, failed_ticks: 1, last_fetch_ms: Some(0), ..IngestReport::default() };
        assert_eq!(outcome(&report, None), Outcome::Done);
        assert_eq!(outcome(&report, Some(MaxRejects::Count(1))), Outcome::Done);
        assert_eq!(outcome(&report, Some(MaxRejects::Count(0))), Outcome::Findings);
        report.waiting_documents = 1;
        assert_eq!(outcome(&report, Some(MaxRejects::Count(0))), Outcome::Failed);
        report.waiting_documents = 0;
        report.broken_off = Some("stdin breaks off".to_owned());
        assert_eq!(outcome(&report, None), Outcome::Failed);
        report.broken_off = None;
        report.last_fetch_ms = None;
        assert_eq!(outcome(&report, None), Outcome::Failed);
    }

    #[test]
    fn ticks_come_every_second_at_most() {
        assert!(parse_every("0").is_err() && parse_every("60x").is_err());
        assert_eq!(parse_every("1s"), Ok(Duration::from_secs(1)));
    }
}
