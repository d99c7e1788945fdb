//! `lakebed sample`

#[cfg(test)]
mod tests;

use super::Context;
use crate::error::{CliError, Outcome};
use crate::tables::Registry;
use lakebed_schema::date_pattern::DatePattern;
use lakebed_schema::sample::{SampleOptions, Sampler};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Write synthetic records of a table, as JSON, one a line
///
/// For tests and demonstrations. The same call writes the same bytes on any machine: no clock is read. Records look
/// like readings of some things that report again and again; the table's key names them. All of them are records
/// that `lakebed convert` stores, except those that --broken asks for.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed sample --table traffic_measurement --rows 3
  lakebed sample --table traffic_measurement --rows 100000 --broken 1% --out events.json
  lakebed sample --contract contracts/orders.lakebed.json --from 2026-06-01 --to 2026-06-08

Exit codes:
  0  written
  2  failure or wrong usage")]
pub(crate) struct SampleArgs {
    /// Table the records belong to; may be left out when there is only one
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,

    /// Contract file of a table that is not compiled in; may be repeated
    #[arg(long, value_name = "FILE")]
    contract: Vec<PathBuf>,

    /// How many records
    #[arg(long, value_name = "N", default_value_t = 100)]
    rows: u64,

    /// Another number gives other records
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// Time of the first record: a day, or a time such as 2026-06-01T12:00:00Z
    #[arg(long, value_name = "TIME", default_value = "2026-01-01", value_parser = parse_time)]
    from: i64,

    /// End of the window over which the records spread evenly [default: a day after --from]
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    to: Option<i64>,

    /// How many things report, each with a key of its own
    ///
    /// Where the key holds no time and no column tells which record is the latest, each record has its own key.
    #[arg(long, value_name = "N", default_value_t = 20)]
    keys: u64,

    /// Share of values that are absent where they may be: half of them null, half of them left out
    #[arg(long, value_name = "P%", default_value = "10%", value_parser = parse_share)]
    nulls: f64,

    /// Share of values that are a sentinel where the column has one
    #[arg(long, value_name = "P%", default_value = "5%", value_parser = parse_share)]
    sentinels: f64,

    /// Share of values at the ends of what their type holds
    #[arg(long, value_name = "P%", default_value = "0%", value_parser = parse_share)]
    edges: f64,

    /// Share of records that `lakebed convert` must refuse
    #[arg(long, value_name = "P%", default_value = "0%", value_parser = parse_share)]
    broken: f64,

    /// Write the same records as canonical JSON: what the lake keeps of them
    ///
    /// Numbers as numbers, words in their first spelling, times such as 2026-06-01T12:00:00Z, null for what means
    /// null. A column that declares other spellings of time than ISO 8601 does not read these.
    #[arg(long)]
    canonical: bool,

    /// File to write; `-` means standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
}

/// Bytes that are collected before they are written.
const BLOCK: usize = 1 << 18;
const SECONDS_PER_DAY: i64 = 86_400;

pub(crate) fn execute(args: &SampleArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let table = Registry::new(context.defs, &args.contract)?.choose(args.table.as_deref())?;
    let options = SampleOptions {
        rows: args.rows,
        seed: args.seed,
        from: args.from,
        to: args.to.unwrap_or(args.from + SECONDS_PER_DAY),
        keys: args.keys,
        nulls: args.nulls,
        sentinels: args.sentinels,
        edges: args.edges,
        broken: args.broken,
        canonical: args.canonical,
    };
    let sampler = Sampler::new(&table, options).map_err(|findings| {
        let problems: Vec<String> =
            findings.0.iter().map(|found| format!("{}: {}", found.place, found.problem)).collect();
        let fixes: Vec<&str> = findings.0.iter().map(|found| found.fix.as_str()).collect();
        CliError::usage(problems.join("\n")).hint(fixes.join("; "))
    })?;
    if args.out.as_os_str() == "-" {
        blocks(&sampler, args.rows, |block| context.io.stream(block))?;
    } else {
        file(&sampler, args.rows, &args.out).map_err(|error| {
            CliError::failed("cannot write the records", args.out.display().to_string())
                .cause(&error)
                .hint("check that the folder can be written and that the disk has room; a file that was there is as it was")
        })?;
    }
    Ok(Outcome::Done)
}

/// Gives all records in blocks of whole lines, until `write` says that nobody listens any more.
fn blocks<E>(sampler: &Sampler, rows: u64, mut write: impl FnMut(&str) -> Result<bool, E>) -> Result<(), E> {
    let mut block = String::with_capacity(2 * BLOCK);
    for row in 0..rows {
        sampler.write(row, &mut block);
        block.push('\n');
        if block.len() >= BLOCK || row + 1 == rows {
            if !write(&block)? {
                break;
            }
            block.clear();
        }
    }
    Ok(())
}

/// Writes aside, then renames: whoever reads the file finds all records or none.
fn file(sampler: &Sampler, rows: u64, path: &Path) -> io::Result<()> {
    let name = path.file_name().ok_or_else(|| io::Error::other("this is no name of a file"))?;
    let aside = path.with_file_name(format!(".{}.{}.tmp", name.to_string_lossy(), std::process::id()));
    let written = File::create(&aside).and_then(|mut file| {
        blocks(sampler, rows, |block| file.write_all(block.as_bytes()).map(|()| true))?;
        file.sync_all()?;
        fs::rename(&aside, path)
    });
    if written.is_err() {
        let _ = fs::remove_file(&aside);
    }
    written
}

/// A day, or a time with a zone, in seconds since 1970.
fn parse_time(text: &str) -> Result<i64, String> {
    const PATTERNS: [&str; 2] = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssXXX"];
    let times =
        PATTERNS.iter().filter_map(|pattern| DatePattern::parse(pattern).ok()?.parse_time(text.as_bytes()));
    times.map(|time| time.to_seconds()).next().ok_or_else(|| {
        "write a day, such as 2026-06-01, or a time with its zone, such as 2026-06-01T12:00:00Z".to_owned()
    })
}

/// A share as a number from 0 to 1.
fn parse_share(text: &str) -> Result<f64, String> {
    let share = text.strip_suffix('%').and_then(|number| number.trim_end().parse::<f64>().ok());
    match share {
        Some(share) if (0.0..=100.0).contains(&share) => Ok(share / 100.0),
        Some(_) => Err("a share lies between 0% and 100%".to_owned()),
        None => Err("write a share, such as 5%".to_owned()),
    }
}
