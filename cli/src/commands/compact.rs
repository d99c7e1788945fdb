//! `lakebed compact`

#[cfg(test)]
mod tests;

use super::Context;
use super::switching::Switching;
use crate::access::AccessArgs;
use crate::catalog::StoredTable;
use crate::error::{CliError, Outcome};
use crate::location::{self, Place};
use crate::partitions::CatalogReaders;
use crate::progress::Bar;
use crate::quantity;
use crate::render;
use crate::s3::S3Args;
use crate::semantics::Semantics;
use crate::storing::parse_max_rejects;
use crate::tables::Registry;
use crate::target::TargetArgs;
use lakebed::compact::report::{CompactReport, CompactStatus};
use lakebed::compact::{CompactOptions, FromJson, Readers};
use lakebed::{MaxRejects, compact};
use lakebed_schema::Table;
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Merge the small files of each partition into large ones
///
/// Files of lakebed, Firehose, Spark and others become files of the table's contract: its columns, its types, its
/// order. Every row is counted before anything is published; a file that would lose something leaves its partition as
/// it is. With --catalog, and partitions that are registered there, readers go from the old files to the new ones in
/// one step. Without, files are exchanged in their folder, and who reads meanwhile counts rows twice: see
/// --allow-overlap. A run that was killed is picked up by the next one.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed compact lake --table orders --catalog glue
  lakebed compact lake --table orders --partition 'dt=2026-11-*' --dry-run
  lakebed compact lake --table orders --dedupe --keep-dropped --allow-overlap
  lakebed compact s3://bucket/lake --table orders --from-json --catalog glue

Exit codes:
  0  done, or nothing to do
  1  findings: a partition cannot be merged as it is, and stays
  2  failure or wrong usage; the same command goes on where it stopped")]
pub(crate) struct CompactArgs {
    /// Folder or prefix of the lake, as `convert --to` wrote it
    #[arg(value_name = "LAKE")]
    lake: OsString,

    /// Table to compact; may be left out when there is only one
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,

    /// Contract file of a table that is not compiled in; may be repeated
    #[arg(long, value_name = "FILE")]
    contract: Vec<PathBuf>,

    /// Only partitions whose folders fit, such as 'dt=2026-11-23/hour=*'; may be repeated
    #[arg(long, value_name = "PATTERN")]
    partition: Vec<String>,

    /// How long ago a partition must have ended: 1d, 12h, 30m, 0. Without a time in its folder, how long nothing came
    #[arg(long, value_name = "TIME", default_value = "1d", value_parser = quantity::seconds)]
    older_than: i64,

    /// Fewest small files that are worth merging
    #[arg(long, value_name = "N", default_value = "2")]
    min_files: NonZeroUsize,

    /// Size of a large file; those below three quarters of it are small
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = quantity::bytes)]
    target_size: u64,

    /// Memory to work with, about; more of it sorts larger partitions as a whole
    #[arg(long, value_name = "SIZE", default_value = "512MiB", value_parser = quantity::memory)]
    memory: usize,

    /// Keep only the latest row of each key of the table, by its latest_by
    ///
    /// Of rows that are equally late, the one that was stored last stays: by the time at which its run was committed, or
    /// its file modified where no run wrote it, then by file name and row. Null counts lowest. Only within a partition:
    /// a key that is in two of them stays in both.
    #[arg(long)]
    dedupe: bool,

    /// With --dedupe: keep the rows that are left out, in LAKE/_errors/TABLE/_duplicates/
    #[arg(long, requires = "dedupe")]
    keep_dropped: bool,

    /// Leave out columns that the table does not have, rather than leave their partition as it is
    #[arg(long)]
    drop_columns: bool,

    /// Floor times that are finer than their column's unit, as `convert` does, rather than leave their partition
    #[arg(long)]
    floor_times: bool,

    /// Exchange files in their folder, where no catalog can switch readers in one step
    ///
    /// New files come first, then the old ones go: who reads in between counts rows twice. How long that was is told
    /// for each partition.
    #[arg(long)]
    allow_overlap: bool,

    /// Catalog in which the partitions are registered: `glue`, or a folder of Glue JSON; the setting catalog when absent
    #[arg(long, value_name = "FOLDER|glue")]
    catalog: Option<String>,

    /// How long old files stay for readers who began before the switch; the next compact, or clean, removes them
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = quantity::seconds)]
    grace: i64,

    /// Put Parquet in the place of JSON, as Firehose writes it without conversion: only partitions that hold JSON
    ///
    /// Needs --catalog, with partitions that are registered: readers of each go from the JSON to the Parquet in one step,
    /// and the partition has the table's columns and format from then on. Records are decoded as by `convert`, with
    /// rejects in LAKE/_errors/TABLE/; one that belongs to another partition than its folder is a reject too, and
    /// `replay` stores it there. The JSON stays: see --remove-sources. JSON that comes later is taken by the next run.
    #[arg(long, conflicts_with_all = ["dedupe", "allow_overlap", "drop_columns", "floor_times"])]
    from_json: bool,

    /// With --from-json: remove JSON whose rows stand in Parquet, after the time of grace, also that of earlier runs
    #[arg(long, requires = "from_json")]
    remove_sources: bool,

    /// With --from-json: leave a partition as it is when more of its records than this are refused
    #[arg(long, value_name = "N|P%", value_parser = parse_max_rejects, requires = "from_json")]
    max_rejects: Option<MaxRejects>,

    /// With --from-json: rules by which values are read
    #[arg(long, value_name = "RULES", default_value = "schema", requires = "from_json")]
    semantics: Semantics,

    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,

    /// Print the report as one JSON document
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    access: AccessArgs,

    #[command(flatten)]
    s3: S3Args,

    #[command(flatten)]
    target: TargetArgs,
}

pub(crate) fn execute(args: &CompactArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let table = Registry::new(context.defs, &args.contract)?.choose(args.table.as_deref())?;
    let mut options = CompactOptions::new(location::location(&args.lake, Place::Lake)?);
    options.stores = args.s3.stores(&context.around);
    options.partitions.clone_from(&args.partition);
    options.older_than = args.older_than;
    options.min_files = args.min_files.get();
    options.target_bytes = args.target_size;
    options.memory_bytes = args.memory;
    options.dedupe = args.dedupe;
    options.keep_dropped = args.keep_dropped;
    options.drop_columns = args.drop_columns;
    options.floor_times = args.floor_times;
    options.allow_overlap = args.allow_overlap;
    options.grace = args.grace;
    options.dry_run = args.dry_run;
    options.from_json = args.from_json.then(|| FromJson {
        threads: std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        max_rejects: args.max_rejects,
        semantics: args.semantics.into(),
        remove_sources: args.remove_sources,
    });
    options.access = args.access.access(&context.around);

    let switching = Switching::of(&table, &options.lake, args.catalog.as_deref(), &args.target, context)?;
    let (has_catalog, stored) = (switching.has_catalog(), switching.stored());
    let readers = switching.readers();
    if args.from_json {
        match (&readers, stored) {
            (Some(_), Some(stored)) => is_parquet(stored, &context.program)?,
            (Some(_) | None, Some(_) | None) => {
                return Err(no_place_for_json(&table, has_catalog, &context.program));
            }
        }
    }
    if readers.is_none() && !options.allow_overlap && !options.dry_run {
        return Err(no_switch(&table, has_catalog, &context.program));
    }
    let bar = Bar::new(context.io.progress() && !args.json);
    let result = compact(&table, &options, readers.as_ref().map(|readers| readers as &dyn Readers), &bar);
    drop(bar);
    let report = result.map_err(|error| match readers.as_ref().and_then(CatalogReaders::failure) {
        Some(failure) => CliError::from(failure),
        None => CliError::from(error),
    })?;
    let text = if args.json { render::document(&report)? } else { render::compacted(&report) };
    context.io.print(&text)?;
    Ok(outcome(&report))
}

fn outcome(report: &CompactReport) -> Outcome {
    let refused = report.partitions.iter().any(|partition| partition.status == CompactStatus::Refused);
    if refused { Outcome::Findings } else { Outcome::Done }
}

/// Partitions get the table's own format when their readers are switched.
fn is_parquet(stored: &StoredTable, program: &str) -> Result<(), CliError> {
    let serde = stored.table.storage.serde_library.as_deref().unwrap_or_default();
    if serde.to_ascii_lowercase().contains("parquet") {
        return Ok(());
    }
    Err(CliError::failed(
        "the table is not one of Parquet",
        format!(
            "`{}` has the SerDe `{serde}` in the catalog, and its partitions would have it too, with Parquet in their \
             folders",
            stored.table.name
        ),
    )
    .hint(format!(
        "run `{program} apply` first: partitions that are registered keep the format that they have, until this command \
         switches them"
    )))
}

fn no_place_for_json(table: &Table, has_catalog: bool, program: &str) -> CliError {
    let why = if table.partitions.is_empty() {
        "it has no partitions that a catalog could point elsewhere"
    } else if has_catalog {
        "the catalog has no partitions of it that are registered, or computes them (projection)"
    } else {
        "no catalog is named"
    };
    CliError::usage(format!(
        "Parquet cannot take the place of the JSON of `{}` in one step: {why}. Readers understand one of the two formats",
        table.name
    ))
    .hint(format!(
        "name the catalog with --catalog when partitions are registered there; otherwise `{program} convert FOLDER --to \
         LAKE` writes the same rows into the table's folder of a lake that holds no JSON, and the JSON is moved away by \
         hand"
    ))
}

fn no_switch(table: &Table, has_catalog: bool, program: &str) -> CliError {
    let why = if table.partitions.is_empty() {
        "it has no partitions that a catalog could point elsewhere"
    } else if has_catalog {
        "Athena computes its partitions (projection), so that the catalog cannot point one of them elsewhere"
    } else {
        "no catalog is named that could point its partitions elsewhere"
    };
    CliError::usage(format!(
        "the files of `{}` cannot be exchanged in one step: {why}. Who reads between the coming of the new files and \
         the going of the old ones counts rows twice",
        table.name
    ))
    .hint(format!(
        "name the catalog with --catalog when partitions are registered there; or say with --allow-overlap that nobody \
         reads these partitions meanwhile, or that it does not matter; `{program} compact … --dry-run` shows what would \
         be done"
    ))
}
