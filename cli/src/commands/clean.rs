//! `lakebed clean`

use super::Context;
use super::runs::OpenLake;
use super::switching::Switching;
use crate::access::AccessArgs;
use crate::error::{CliError, Outcome};
use crate::partitions::CatalogReaders;
use crate::quantity;
use crate::render;
use crate::s3::S3Args;
use crate::tables::Registry;
use crate::target::TargetArgs;
use lakebed::compact::remove_old;
use lakebed::journal::clean::{ForeignFile, Leftover, OldFile, Reason, Survey, clean, survey_with};
use serde::Serialize;
use std::ffi::OsString;
use std::path::PathBuf;

/// Remove what runs that were cut short left behind, after showing it
///
/// That is: files of runs without a commit, and half-written ones. What a run is writing now is left alone, and so is
/// every file that lakebed did not write: those in the table's folder are shown as foreign. Files with the name of a run
/// that the journal does not know are shown apart: where a table was copied without its journal, they are the table.
/// They go with --unknown-runs only, and their rejects never. On S3 it also ends multipart uploads of runs that were cut
/// short, which no list of objects shows: those that were begun longer ago than the lease period, while nobody writes the
/// table. Without the permission s3:ListBucketMultipartUploads it says so and goes on; a lifecycle rule of the bucket
/// ends them too.
///
/// Files whose readers a compaction has switched to others go when their time of grace is over, as with the next
/// compact. The catalog must say that readers do not look at them; without it they are shown and stay.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed clean lake
  lakebed clean s3://bucket/lake --table orders --yes
  lakebed clean lake --table orders --unknown-runs
  lakebed clean lake --table orders --catalog glue --yes

Exit codes:
  0  nothing is left behind, or it was removed
  1  something is left behind and was not removed, or there are files of unknown runs, or old ones whose readers
     nobody knows
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

    /// Also remove files of runs that the journal does not know; not their rejects
    #[arg(long)]
    unknown_runs: bool,

    /// Catalog in which the partitions are registered, to ask where readers look: `glue`, or a folder of Glue JSON; the
    /// setting catalog when absent
    #[arg(long, value_name = "FOLDER|glue")]
    catalog: Option<String>,

    /// How long old files stay for readers who began before a compaction switched to others
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = quantity::seconds)]
    grace: i64,

    /// Contract file of a table that is not compiled in, to find it in the catalog; may be repeated
    #[arg(long, value_name = "FILE")]
    contract: Vec<PathBuf>,

    #[command(flatten)]
    access: AccessArgs,

    #[command(flatten)]
    s3: S3Args,

    #[command(flatten)]
    target: TargetArgs,

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
    /// Files of runs that the journal does not know, and rejects of such runs.
    pub(crate) of_unknown_runs: Vec<ForeignLine>,
    pub(crate) rejects_of_unknown_runs: Vec<ForeignLine>,
    /// Files that readers were switched away from, and whose time of grace is not over.
    pub(crate) waiting: u64,
    /// Files whose time of grace is over and that stay all the same, and why.
    pub(crate) old: Vec<ForeignLine>,
    pub(crate) old_stay: Option<String>,
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

/// A file that is not removed.
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
            Reason::OfUnknownRun => ("the journal does not know its run", None),
            Reason::HalfWritten => ("half written", None),
            Reason::UnderWay => ("under way when its run ended", None),
            Reason::Upload(_) => ("an upload that was cut short", None),
        };
        Self { path: leftover.path.clone(), bytes: leftover.bytes, reason, run }
    }
}

impl From<&OldFile> for LeftoverLine {
    fn from(old: &OldFile) -> Self {
        let reason = "readers were switched to another file";
        Self { path: old.path.clone(), bytes: old.bytes, reason, run: Some(old.run.clone()) }
    }
}

/// What stands in the places of a table, and whom to ask where its readers look.
struct Found {
    survey: Survey,
    /// Files whose time of grace is over.
    over: Vec<OldFile>,
    /// Who says where readers look, or why nobody does. Nothing when it does not matter.
    switching: Option<Result<Switching, String>>,
}

impl Found {
    fn of(
        survey: Survey,
        lake: &OpenLake,
        args: &CleanArgs,
        context: &Context<'_, '_>,
    ) -> Result<Self, CliError> {
        let over: Vec<OldFile> = survey.old.iter().filter(|old| old.is_over(args.grace)).cloned().collect();
        let switching = match over.is_empty() {
            true => None,
            false => Some(switching(&survey.table, lake, args, context)?),
        };
        Ok(Self { survey, over, switching })
    }

    /// Who says where readers look.
    fn readers(&self) -> Option<CatalogReaders<'_>> {
        self.switching.as_ref()?.as_ref().ok()?.readers()
    }

    fn shown(&self) -> TableCleaning {
        let survey = &self.survey;
        let line = |file: &ForeignFile| ForeignLine { path: file.path.clone(), bytes: file.bytes };
        let old_stay = self.switching.as_ref().and_then(|asked| asked.as_ref().err()).cloned();
        let (may_go, stay) =
            if old_stay.is_none() { (&self.over[..], &[][..]) } else { (&[][..], &self.over[..]) };
        let mut leftovers: Vec<LeftoverLine> = survey.leftovers.iter().map(LeftoverLine::from).collect();
        leftovers.extend(may_go.iter().map(LeftoverLine::from));
        leftovers.sort_by(|a, b| a.path.cmp(&b.path));
        TableCleaning {
            table: survey.table.clone(),
            writer: survey.writer.as_ref().map(|writer| writer.holder.to_string()),
            leftovers,
            unfinished: survey.unfinished.clone(),
            foreign: survey.foreign.iter().map(line).collect(),
            of_unknown_runs: survey.of_unknown_runs.iter().map(line).collect(),
            rejects_of_unknown_runs: survey.rejects_of_unknown_runs.iter().map(line).collect(),
            waiting: (survey.old.len() - self.over.len()) as u64,
            old: stay.iter().map(|old| ForeignLine { path: old.path.clone(), bytes: old.bytes }).collect(),
            old_stay,
        }
    }
}

/// Who says where readers of a table look, or why nobody does.
fn switching(
    name: &str,
    lake: &OpenLake,
    args: &CleanArgs,
    context: &Context<'_, '_>,
) -> Result<Result<Switching, String>, CliError> {
    let registry = Registry::new(context.defs, &args.contract)?;
    let Some(table) = registry.find(name) else {
        return Ok(Err("the contract of the table is not known: name it with --contract".to_owned()));
    };
    let switching = Switching::of(table, &lake.location, args.catalog.as_deref(), &args.target, context)?;
    Ok(if switching.readers().is_some() {
        Ok(switching)
    } else if switching.has_catalog() {
        Err("the catalog has no registered partitions of the table".to_owned())
    } else {
        Err("no catalog says where readers look: name it with --catalog".to_owned())
    })
}

pub(crate) fn execute(args: &CleanArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let lake = OpenLake::open(&args.lake, &args.s3, &context.around)?;
    let names = lake.names(args.table.as_deref())?;
    let access = args.access.access(&context.around);
    let mut found = Vec::new();
    for name in &names {
        let survey = survey_with(lake.store.as_ref(), name, access.lease)?;
        for note in &survey.notes {
            context.io.complain(&render::note(note));
        }
        let survey = if args.unknown_runs { survey.with_unknown_runs() } else { survey };
        found.push(Found::of(survey, &lake, args, context)?);
    }
    let tables: Vec<TableCleaning> = found.iter().map(Found::shown).collect();
    let mut stays = tables.iter().any(|table| !table.of_unknown_runs.is_empty() || !table.old.is_empty());
    let mut cleaning = Cleaning { lake: lake.location.to_string(), removed: false, tables };
    let files: usize = cleaning.tables.iter().map(|table| table.leftovers.len()).sum();
    let count = files + cleaning.tables.iter().map(|table| table.unfinished.len()).sum::<usize>();
    if !args.json {
        context.io.print(&render::leftovers(&cleaning))?;
    }
    let go = count > 0 && (args.yes || (!args.json && confirm(files, &cleaning.lake, context)));
    if go {
        for (table, found) in cleaning.tables.iter_mut().zip(&found) {
            let removed = clean(&lake.store, &found.survey, &access)?;
            table.leftovers = removed.iter().map(LeftoverLine::from).collect();
            if let Some(readers) = found.readers() {
                let shown: Vec<String> = found.over.iter().map(|old| old.path.clone()).collect();
                let old = remove_old(&lake.store, &table.table, &shown, args.grace, &readers, &access);
                let old = old.map_err(|error| match readers.failure() {
                    Some(failure) => CliError::from(failure),
                    None => CliError::from(error),
                })?;
                let is_gone = |file: &&OldFile| old.removed.contains(&file.path);
                table.leftovers.extend(found.over.iter().filter(is_gone).map(LeftoverLine::from));
                table.leftovers.sort_by(|a, b| a.path.cmp(&b.path));
                for note in &old.notes {
                    stays = true;
                    context.io.complain(&render::note(note));
                }
            }
        }
        cleaning.removed = true;
    }
    if args.json {
        context.io.print(&render::document(&cleaning)?)?;
    } else if go {
        context.io.print(&render::cleaned(&cleaning))?;
    }
    Ok(if (count == 0 || go) && !stays { Outcome::Done } else { Outcome::Findings })
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

#[cfg(test)]
mod tests;
