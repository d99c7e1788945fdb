//! What `lakebed ingest` polls, and where to.

#[cfg(feature = "aws")]
mod kinesis;
mod log;
mod service;
mod to;

pub(crate) use log::LogFormat;
pub(crate) use service::run;

use crate::commands::Context;
use crate::commands::ingest::IngestArgs;
use crate::error::CliError;
use crate::location::{self, Place};
use crate::tables::Registry;
use crate::target::Settings;
use lakebed::EventWindow;
use lakebed::ingest::IngestOptions;
use lakebed::source::{FileSource, HttpOptions, HttpSource, LineSource, Source, feeds};
use lakebed_schema::Table;
#[cfg(feature = "aws")]
use lakebed_schema::Target;
use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;
use to::{To, stream_name};

/// Folder of spools in the current one.
const SPOOLS: &str = ".lakebed-spool";
/// How often lines on standard input are taken.
const LINES: Duration = Duration::from_secs(1);

/// How often a lake on S3 gets what was fetched, when nobody says: each delivery is a run, and each run reads the records
/// of all earlier ones, which are requests there.
const S3_DELIVERY: Duration = Duration::from_secs(15 * 60);

fn usual_delivery(to: &OsStr) -> Duration {
    let is_s3 = to
        .to_str()
        .is_some_and(|text| text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("s3://")));
    if is_s3 { S3_DELIVERY } else { Duration::ZERO }
}

/// A window of event time, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window(Option<EventWindow>);

impl Window {
    pub(crate) fn get(self) -> Option<EventWindow> {
        self.0
    }
}

impl FromStr for Window {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "any" {
            return Ok(Self(None));
        }
        text.parse().map(|window| Self(Some(window))).map_err(|e: lakebed::WindowError| e.to_string())
    }
}

/// What is polled, or read otherwise.
pub(crate) enum From {
    Source(Box<dyn Source>),
    #[cfg(feature = "aws")]
    Kinesis(Box<kinesis::Stream>),
}

/// What the arguments mean.
pub(crate) struct Poll {
    pub(crate) table: Table,
    pub(crate) from: From,
    pub(crate) to: To,
    pub(crate) options: IngestOptions,
    pub(crate) health: Option<SocketAddr>,
    pub(crate) log: LogFormat,
}

impl Poll {
    pub(crate) fn new(args: &IngestArgs, context: &mut Context<'_, '_>) -> Result<Self, CliError> {
        let table = Registry::new(context.defs, &args.contract)?.choose(args.table.as_deref())?;
        let target = Settings::load(&args.target, &context.around)?.resolve(Some(&table.name))?;
        let spool = args.spool.clone();
        let spool = spool.unwrap_or_else(|| context.around.folder.join(SPOOLS).join(&table.name));
        let mut options = IngestOptions::new(spool);
        let is_lines = args.from == "-";
        options.every = args.every.unwrap_or(if is_lines { LINES } else { options.every });
        options.once = args.once;
        options.deliver_every = args.deliver_every.unwrap_or_else(|| usual_delivery(&args.to));
        options.skip_unchanged = args.skip_unchanged;
        options.spool_bytes = args.spool_size.unwrap_or(options.spool_bytes);
        let to = To::new(args, context, &table, target.target, &options.spool)?;
        let from = from(args, context, &table, &options, &to)?;
        Ok(Self { table, from, to, options, health: args.health, log: args.log })
    }
}

fn from(
    args: &IngestArgs,
    context: &mut Context<'_, '_>,
    table: &Table,
    options: &IngestOptions,
    to: &To,
) -> Result<From, CliError> {
    match stream_name(args.from.to_str().unwrap_or_default())? {
        None => source(args, context, table, options.every).map(From::Source),
        Some(("kinesis", name)) => kinesis(args, context, options, to, name),
        Some((service, name)) => Err(CliError::usage(format!(
            "`{service}:{name}` cannot be read: records of a delivery stream end up in S3"
        ))
        .hint("convert the objects that it delivers: lakebed convert s3://BUCKET/PREFIX")),
    }
}

#[cfg(not(feature = "aws"))]
fn kinesis(
    _args: &IngestArgs,
    _context: &Context<'_, '_>,
    _options: &IngestOptions,
    _to: &To,
    name: &str,
) -> Result<From, CliError> {
    Err(to::needs_sdk("kinesis", name))
}

#[cfg(feature = "aws")]
fn kinesis(
    args: &IngestArgs,
    context: &Context<'_, '_>,
    options: &IngestOptions,
    to: &To,
    name: &str,
) -> Result<From, CliError> {
    let To::Lake(lake) = to else {
        return Err(CliError::not_built("copying one stream to another"));
    };
    if args.skip_unchanged {
        return Err(CliError::usage("--skip-unchanged is for documents that are polled, not for streams"));
    }
    Ok(From::Kinesis(Box::new(kinesis::Stream {
        name: name.to_owned(),
        aws: to::aws(args, context, lake.target().unwrap_or(&Target::default())),
        convert: lake.convert_options(),
        spool: options.spool.clone(),
        spool_bytes: args.spool_size,
        roll_age: args.deliver_every.or(args.every),
        once: args.once,
    })))
}

fn source(
    args: &IngestArgs,
    context: &mut Context<'_, '_>,
    table: &Table,
    every: Duration,
) -> Result<Box<dyn Source>, CliError> {
    let mut http = HttpOptions::default();
    http.timeout = args.timeout.unwrap_or(http.timeout.min(every.max(Duration::from_secs(5))));
    http.max_bytes = args.max_fetch.unwrap_or(http.max_bytes);
    if args.from == "-" {
        if context.io.input().is_none() {
            return Err(CliError::usage("there is no standard input to read"));
        }
        return Ok(Box::new(LineSource::new("stdin", std::io::stdin(), http.max_bytes)));
    }
    let text = args.from.to_str().unwrap_or_default();
    let tables = feeds::tables(text);
    let is_file = Path::new(&args.from).exists();
    let address = match feeds::find(text, &table.name) {
        Some(feed) if !is_file => Some(feed.url),
        None if !is_file && !tables.is_empty() => {
            return Err(CliError::usage(format!(
                "the feed `{text}` has no records of table `{}`, only of: {}",
                table.name,
                tables.join(", ")
            ))
            .hint("name one of these with --table, or give the address of the feed"));
        }
        Some(_) | None => is_address(text).then_some(text),
    };
    if let Some(address) = address {
        let source = HttpSource::new(address, http).map_err(|error| CliError::usage(error.full()))?;
        return Ok(Box::new(source));
    }
    let path = location::path(&args.from, Place::Input)?;
    Ok(Box::new(FileSource::new(path, http.max_bytes)))
}

fn is_address(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.is_some_and(|scheme| matches!(scheme.as_str(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_may_be_none() {
        assert_eq!("any".parse(), Ok(Window(None)));
        assert_eq!("-1d..".parse::<Window>().map(|window| window.0.is_some()), Ok(true));
        assert!("all".parse::<Window>().is_err());
    }

    #[test]
    fn addresses_are_told_from_paths() {
        assert!(is_address("HTTPS://example.org/x") && is_address("http://127.0.0.1:1/"));
        assert!(!is_address("https") && !is_address("in/http://x") && !is_address("s3://b/k"));
    }
}
