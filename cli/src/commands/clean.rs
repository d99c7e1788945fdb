//! `lakebed clean`

use super::Context;
use super::runs::OpenLake;
use crate::access::AccessArgs;
use crate::error::{CliError, Outcome};
use crate::render;
use crate::s3::S3Args;
use lakebed::journal::clean::{Leftover, Reason, Survey, clean, survey};
use serde::Serialize;
use std::ffi::OsString;

/// Remove what runs that were cut short left behind, after showing it
///
/// That is: files of runs without a commit, files with the name of a run that no run has, and half-written ones. What
/// a run is writing now is left alone, and so is every file that lakebed did not write: those in the table's folder are
/// shown as foreign. Parts of uploads to S3 that were cut short are no objects and not seen here: give the bucket a
/// lifecycle rule that ends incomplete multipart uploads.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed clean lake
  lakebed clean s3://bucket/lake --table orders --yes

Exit codes:
  0  nothing is left behind, or it was removed
  1  something is left behind and was not removed
  2  failure or wrong usage")]
pub(crate) struct CleanArgs {
    /// Folder or prefix of the lake
    #[arg(value_name = "LAKE")]
    lake: OsString,

    /// Only this table [default: every table with a journal]
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,

    /// Remove without asking
    #[arg(long)]
    yes: bool,

    #[command(flatten)]
    access: AccessArgs,

    #[command(flatten)]
    s3: S3Args,

    /// Print what was found, and what was removed, as one JSON document; nobody is asked
    #[arg(long)]
    json: bool,
}

/// What stands in a lake and belongs to no run.
#[derive(Debug, Serialize)]
pub(crate) struct Cleaning {
    pub(crate) lake: String,
    /// Whether the leftovers are gone now.
    pub(crate) removed: bool,
    pub(crate) tables: Vec<TableCleaning>,
}

/// What stands in the places of a table.
#[derive(Debug, Serialize)]
pub(crate) struct TableCleaning {
    pub(crate) table: String,
    /// Who writes the table now.
    pub(crate) writer: Option<String>,
    pub(crate) leftovers: Vec<LeftoverLine>,
    /// Runs that were cut short, with files or without.
    pub(crate) unfinished: Vec<String>,
    pub(crate) foreign: Vec<ForeignLine>,
}

/// A leftover.
#[derive(Debug, Serialize)]
pub(crate) struct LeftoverLine {
    pub(crate) path: String,
    pub(crate) bytes: u64,
    pub(crate) reason: &'static str,
    /// The run that was cut short, or has its rows.
    pub(crate) run: Option<String>,
}

/// A file that lakebed has not written.
#[derive(Debug, Serialize)]
pub(crate) struct ForeignLine {
    pub(crate) path: String,
    pub(crate) bytes: u64,
}

impl From<&Leftover> for LeftoverLine {
    fn from(leftover: &Leftover) -> Self {
        let (reason, run) = match &leftover.reason {
            Reason::CutShort(run) => ("published by a run that was cut short", Some(run.clone())),
            Reason::Replaced(run) => ("another run has its rows", Some(run.clone())),
            Reason::OfNoRun => ("no run has it", None),
            Reason::HalfWritten => ("half written", None),
            Reason::UnderWay => ("under way when its run ended", None),
        };
        Self { path: leftover.path.clone(), bytes: leftover.bytes, reason, run }
    }
}

impl From<&Survey> for TableCleaning {
    fn from(survey: &Survey) -> Self {
        let foreign =
            survey.foreign.iter().map(|file| ForeignLine { path: file.path.clone(), bytes: file.bytes });
        Self {
            table: survey.table.clone(),
            writer: survey.writer.as_ref().map(|writer| writer.holder.to_string()),
            leftovers: survey.leftovers.iter().map(LeftoverLine::from).collect(),
            unfinished: survey.unfinished.clone(),
            foreign: foreign.collect(),
        }
    }
}

pub(crate) fn execute(args: &CleanArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let lake = OpenLake::open(&args.lake, &args.s3, &context.around)?;
    let names = lake.names(args.table.as_deref())?;
    let surveys: Vec<Survey> =
        names.iter().map(|name| survey(lake.store.as_ref(), name)).collect::<Result<_, _>>()?;
    let tables = surveys.iter().map(TableCleaning::from).collect();
    let mut cleaning = Cleaning { lake: lake.location.to_string(), removed: false, tables };
    let files: usize = surveys.iter().map(|survey| survey.leftovers.len()).sum();
    let count = files + surveys.iter().map(|survey| survey.unfinished.len()).sum::<usize>();
    if !args.json {
        context.io.print(&render::leftovers(&cleaning))?;
    }
    let go = count > 0 && (args.yes || (!args.json && confirm(files, &cleaning.lake, context)));
    if go {
        let access = args.access.access(&context.around);
        for (table, survey) in cleaning.tables.iter_mut().zip(&surveys) {
            let removed = clean(&lake.store, survey, &access)?;
            table.leftovers = removed.iter().map(LeftoverLine::from).collect();
        }
        cleaning.removed = true;
    }
    if args.json {
        context.io.print(&render::document(&cleaning)?)?;
    } else if go {
        context.io.print(&render::cleaned(&cleaning))?;
    }
    Ok(if count == 0 || go { Outcome::Done } else { Outcome::Findings })
}

fn confirm(count: usize, lake: &str, context: &mut Context<'_, '_>) -> bool {
    if !context.io.can_ask() {
        context.io.complain(&render::note("nothing was removed; --yes removes what is shown"));
        return false;
    }
    let files = render::counted(count as u64, "file");
    let go = context.io.ask(&format!("Remove {files} from {lake}?"));
    if !go {
        context.io.complain(&render::note("nothing was removed"));
    }
    go
}
