//! `lakebed runs show`

use super::super::Context;
use super::{JournalArgs, OpenLake, RunLine};
use crate::error::{CliError, Outcome};
use crate::render;
use lakebed::journal::RunRecord;
use lakebed::journal::overview::{Fate, Standing, TableRuns};
use serde::Serialize;
use std::ffi::OsString;

/// Show one run: its inputs, and what became of each file it wrote
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  lakebed runs show c2b1f8da38a49dc6 --from lake

Exit codes:
  0  every file is there, or another run has taken its rows over
  1  a file of a committed run is missing
  2  failure, wrong usage, or no such run")]
pub(crate) struct ShowArgs {
    /// Name of the run, or its first characters
    #[arg(value_name = "RUN")]
    run: String,

    /// Folder or prefix of the lake
    #[arg(long, value_name = "LAKE")]
    from: OsString,

    #[command(flatten)]
    journals: JournalArgs,
}

/// A run with its files.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    pub(crate) lake: String,
    #[serde(flatten)]
    pub(crate) line: RunLine,
    /// The record as it is stored.
    pub(crate) record: RunRecord,
    pub(crate) outputs: Vec<FileLine>,
}

/// A file.
#[derive(Debug, Serialize)]
pub(crate) struct FileLine {
    pub(crate) path: String,
    /// Bytes that are there now.
    pub(crate) bytes: Option<u64>,
    pub(crate) rows: Option<u64>,
    /// Run that has taken its rows over.
    pub(crate) taken_over_by: Option<String>,
    pub(crate) missing: bool,
}

pub(super) fn execute(args: &ShowArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let (lake, journals) = args.journals.open(&args.from, &context.around)?;
    let (journal, run) = find(&journals, &args.run, &lake)?;
    let fates = journal.fates(lake.store.as_ref(), run)?;
    let outputs: Vec<FileLine> = run
        .outputs
        .iter()
        .zip(fates)
        .map(|(path, fate)| {
            let rows = run.files.get(path).and_then(|file| file.rows);
            let line =
                FileLine { path: path.clone(), bytes: None, rows, taken_over_by: None, missing: false };
            match fate {
                Fate::There(bytes) => FileLine { bytes: Some(bytes), ..line },
                Fate::TakenOver(by) => FileLine { taken_over_by: Some(by), ..line },
                Fate::Missing => FileLine { missing: true, ..line },
            }
        })
        .collect();
    let is_committed = journal.standing(run) == Standing::Committed;
    let missing = is_committed && outputs.iter().any(|output| output.missing);
    let shown = Shown {
        lake: lake.location.to_string(),
        line: RunLine::new(journal, run),
        record: run.clone(),
        outputs,
    };
    let text = if args.journals.json { render::document(&shown)? } else { render::run(&shown) };
    context.io.print(&text)?;
    Ok(if missing { Outcome::Findings } else { Outcome::Done })
}

fn find<'a>(
    journals: &'a [TableRuns],
    name: &str,
    lake: &OpenLake,
) -> Result<(&'a TableRuns, &'a RunRecord), CliError> {
    let found: Vec<(&TableRuns, &RunRecord)> = journals
        .iter()
        .flat_map(|journal| journal.runs.iter().map(move |run| (journal, run)))
        .filter(|(_, run)| !name.is_empty() && run.run.starts_with(name))
        .collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(CliError::failed("no such run", format!("{} has no run `{name}`", lake.location))
            .hint("`runs list` names them; a run that another has replaced is gone")),
        several => {
            let names: Vec<String> =
                several.iter().map(|(journal, run)| format!("{} of {}", run.run, journal.table)).collect();
            let message = format!("`{name}` can be {}", names.join(", "));
            Err(CliError::usage(message).hint("write more of the name, or choose with --table"))
        }
    }
}
