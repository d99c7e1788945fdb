//! `lakebed runs list`

use super::super::Context;
use super::JournalArgs;
use crate::error::{CliError, Outcome};
use crate::render;
use lakebed::journal::overview::{Standing, TableRuns};
use lakebed::journal::{LeaseRecord, RunKind, RunRecord};
use lakebed::report::Counts;
use serde::Serialize;
use std::ffi::OsString;

/// List the runs of a lake: what each read and wrote, when, and how it stands
///
/// Reads the journal alone, and changes nothing. Oldest first; runs of the first versions, which noted no time, come
/// before all others.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed runs list lake
  lakebed runs list s3://bucket/lake --table orders --json")]
pub(crate) struct ListArgs {
    /// Folder or prefix of the lake
    #[arg(value_name = "LAKE")]
    lake: OsString,

    #[command(flatten)]
    journals: JournalArgs,
}

/// Runs of a lake.
#[derive(Debug, Serialize)]
pub(crate) struct Listed {
    pub(crate) lake: String,
    pub(crate) tables: Vec<TableLines>,
}

/// Runs of a table.
#[derive(Debug, Serialize)]
pub(crate) struct TableLines {
    pub(crate) table: String,
    /// Who writes it now, as `lease.json` says it.
    pub(crate) writer: Option<LeaseRecord>,
    /// A writer that has neither given its lease back nor renewed it.
    pub(crate) seems_over: Option<LeaseRecord>,
    pub(crate) runs: Vec<RunLine>,
}

/// A run.
#[derive(Debug, Serialize)]
pub(crate) struct RunLine {
    pub(crate) run: String,
    pub(crate) kind: RunKind,
    /// `committed`, `replaced`, `under way` or `cut short`.
    pub(crate) state: &'static str,
    pub(crate) started_ms: Option<i64>,
    pub(crate) ended_ms: Option<i64>,
    pub(crate) inputs: u64,
    #[serde(flatten)]
    pub(crate) counts: Counts,
    pub(crate) files: u64,
    pub(crate) by: Option<String>,
}

impl RunLine {
    pub(super) fn new(runs: &TableRuns, run: &RunRecord) -> Self {
        let mut counts = Counts::default();
        for input in run.inputs.values() {
            counts.add(Counts {
                read: input.read,
                written: input.written,
                rejected: input.rejected,
                late: input.late,
                early: input.early,
                skipped: input.skipped,
            });
        }
        Self {
            run: run.run.clone(),
            kind: run.kind,
            state: match runs.standing(run) {
                Standing::Committed => "committed",
                Standing::Replaced => "replaced",
                Standing::UnderWay => "under way",
                Standing::CutShort => "cut short",
            },
            started_ms: run.started_ms,
            ended_ms: run.ended_ms,
            inputs: run.inputs.len() as u64,
            counts,
            files: run.outputs.len() as u64,
            by: run.holder.as_ref().map(|holder| format!("{}@{}", holder.user, holder.host)),
        }
    }
}

pub(super) fn execute(args: &ListArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let (lake, journals) = args.journals.open(&args.lake, &context.around)?;
    let tables = journals.into_iter().map(|journal| {
        let mut runs: Vec<RunLine> = journal.runs.iter().map(|run| RunLine::new(&journal, run)).collect();
        runs.sort_by(|a, b| (a.started_ms, &a.run).cmp(&(b.started_ms, &b.run)));
        TableLines { table: journal.table, writer: journal.writer, seems_over: journal.seems_over, runs }
    });
    let listed = Listed { lake: lake.location.to_string(), tables: tables.collect() };
    let text = if args.journals.json { render::document(&listed)? } else { render::runs(&listed) };
    context.io.print(&text)?;
    Ok(Outcome::Done)
}
