//! `lakebed runs`

mod list;
mod show;
#[cfg(test)]
mod tests;

pub(crate) use list::{Listed, RunLine};
pub(crate) use show::Shown;

use super::Context;
use crate::error::{CliError, Outcome};
use crate::location::{self, Place};
use crate::s3::S3Args;
use crate::surroundings::Surroundings;
use lakebed::Location;
use lakebed::journal::overview::{TableRuns, table_runs, tables};
use lakebed::store::Store;
use std::ffi::OsStr;
use std::sync::Arc;

/// Runs that have written a lake, and those that are writing it
#[derive(Debug, clap::Args)]
pub(crate) struct RunsArgs {
    #[command(subcommand)]
    command: RunsCommand,
}

#[derive(Debug, clap::Subcommand)]
enum RunsCommand {
    List(list::ListArgs),
    Show(show::ShowArgs),
}

pub(crate) fn execute(args: &RunsArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    match &args.command {
        RunsCommand::List(args) => list::execute(args, context),
        RunsCommand::Show(args) => show::execute(args, context),
    }
}

/// Which journals are read, and how they are told.
#[derive(Debug, clap::Args)]
struct JournalArgs {
    /// Only this table [default: every table with a journal]
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,

    #[command(flatten)]
    s3: S3Args,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

impl JournalArgs {
    fn open(&self, lake: &OsStr, around: &Surroundings) -> Result<(OpenLake, Vec<TableRuns>), CliError> {
        let lake = OpenLake::open(lake, &self.s3, around)?;
        let journals = lake.journals(self.table.as_deref())?;
        Ok((lake, journals))
    }
}

/// A lake as typed.
pub(crate) struct OpenLake {
    pub(crate) location: Location,
    pub(crate) store: Arc<dyn Store>,
}

impl OpenLake {
    /// Opens the lake for looking at it.
    pub(crate) fn open(typed: &OsStr, s3: &S3Args, around: &Surroundings) -> Result<Self, CliError> {
        let location = location::location(typed, Place::Inspected)?;
        if let Some(path) = location.as_path().filter(|path| !path.is_dir()) {
            let what = if path.exists() { "is a file" } else { "does not exist" };
            return Err(CliError::failed("cannot read the lake", format!("{} {what}", path.display()))
                .hint("name the folder that `convert --to` wrote to"));
        }
        let store = s3.stores(around).open(&location).map_err(|error| error.input())?;
        Ok(Self { location, store })
    }

    /// The tables that have a journal, or the one asked for.
    pub(crate) fn names(&self, choice: Option<&str>) -> Result<Vec<String>, CliError> {
        let names = tables(self.store.as_ref())?;
        let Some(choice) = choice else {
            return if names.is_empty() { Err(self.without_journal()) } else { Ok(names) };
        };
        if names.iter().any(|name| name == choice) {
            return Ok(vec![choice.to_owned()]);
        }
        let held = if names.is_empty() { "no table".to_owned() } else { names.join(", ") };
        let message = format!("{} has no journal of table `{choice}`; it has those of {held}", self.location);
        Err(CliError::failed("no such table in the lake", message).hint("check the name and the lake"))
    }

    /// Journals of the tables.
    pub(crate) fn journals(&self, choice: Option<&str>) -> Result<Vec<TableRuns>, CliError> {
        self.names(choice)?.iter().map(|name| Ok(table_runs(self.store.as_ref(), name)?)).collect()
    }

    fn without_journal(&self) -> CliError {
        let message = format!("{} holds no journal of lakebed (`_lakebed/`)", self.location);
        CliError::failed("nothing was ever written there", message)
            .hint("name the folder or prefix that `convert --to` wrote to")
    }
}
