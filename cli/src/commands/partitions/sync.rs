//! `lakebed partitions sync`

use super::super::Context;
use crate::catalog::open::{CatalogArgs, open};
use crate::catalog::{Catalog, StoredTable, TableName};
use crate::error::{CliError, Outcome};
use crate::lake::{Files, LakeArgs, Whereabouts, has_folder};
use crate::partitions::{self, PartitionFolders, SyncOptions, SyncReport, is_projected};
use crate::render;
use crate::surroundings::Surroundings;
use crate::tables::Registry;
use crate::target::{Resolved, Settings, TargetArgs};
use clap::ValueEnum;
use lakebed::Location;
use lakebed::inspect::report::Misplaced;
use lakebed::inspect::{journal_folders, partition_folders};
use lakebed::store::StoreError;
use lakebed_schema::artifacts::glue::GluePartition;
use lakebed_schema::{Table, Target};
use serde::Serialize;
use std::path::PathBuf;

/// Register the partitions that the lake has and the catalog has not
///
/// For tables without partition projection, whose partitions engines find only when they are registered; and, before
/// projection is turned off, for those whose settings say projection.enabled = false already. Each gets the table's
/// columns and format as they are now. Nothing is ever removed without --prune, and files are never touched. The
/// command can run again at any time, also after it was cut short, and does nothing twice.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed partitions sync --dry-run
  lakebed partitions sync --table orders --catalog glue --lake copy-of-the-lake
  lakebed partitions sync --prune --dry-run
  lakebed partitions sync --prune --yes

Exit codes:
  0  in step; also when there is nothing to do, or registered partitions without files were listed
  1  findings: folders that are no partitions of the table, or partitions that are read from another folder
  2  failure or wrong usage; what was done is told")]
pub(crate) struct SyncArgs {
    /// Table to bring in step; may be repeated. Without it all tables that are known, or all of --contract
    #[arg(long, value_name = "TABLE")]
    table: Vec<String>,

    /// Contract file of a table that is not compiled in; may be repeated
    #[arg(long, value_name = "FILE")]
    contract: Vec<PathBuf>,

    /// Where partitions are told from
    #[arg(long, value_name = "SOURCE", default_value = "folders")]
    source: Source,

    /// Remove registered partitions without a file in their folder or below it
    ///
    /// Only for a lake that is the table's LOCATION itself. A copy lacks what was written and registered after it was
    /// made; --lake-is-whole says that this one does not.
    #[arg(long)]
    prune: bool,

    /// With --prune: the lake is a copy, and nothing was written to the table's LOCATION since it was made
    #[arg(long, requires = "prune")]
    lake_is_whole: bool,

    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,

    /// Remove without asking
    #[arg(long)]
    yes: bool,

    /// Print the result as one JSON document
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    catalog: CatalogArgs,

    #[command(flatten)]
    lake: LakeArgs,

    #[command(flatten)]
    target: TargetArgs,
}

/// Where partitions are told from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Source {
    /// The folders below the table's own, with what anybody wrote there
    Folders,
    /// The journal of the lake: only what lakebed's own runs wrote
    Journal,
}

/// What became of all tables.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// The catalog, as it calls itself.
    pub(crate) catalog: String,
    pub(crate) dry_run: bool,
    pub(crate) tables: Vec<TableReport>,
}

/// What became of one table.
#[derive(Debug, Serialize)]
pub(crate) struct TableReport {
    pub(crate) table: String,
    #[serde(flatten)]
    pub(crate) outcome: Synced,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub(crate) enum Synced {
    /// Nothing needs to be registered, for this reason.
    NothingToDo { reason: String },
    /// It was brought in step, as far as the report says.
    Done {
        #[serde(flatten)]
        report: SyncReport,
        /// Folders that are no partitions.
        ignored: Vec<Misplaced>,
        /// The call that failed and ended it.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// It could not be tried.
    Failed { error: String },
}

pub(crate) fn execute(args: &SyncArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    if args.prune && args.source == Source::Journal {
        return Err(CliError::usage(
            "--prune needs the folders: the journal does not know what others have written",
        )
        .hint("leave out --source journal"));
    }
    let tables = Registry::new(context.defs, &args.contract)?.several(&args.table)?;
    let settings = Settings::load(&args.target, &context.around)?;
    for warning in super::super::generate::warnings(&settings, &tables) {
        context.io.complain(&render::warning(&warning));
    }
    let lake = args.lake.check(&context.around)?;
    let catalog = open(args.catalog.catalog.as_deref(), &settings, None, &context.around)?;
    let mut report = Report { catalog: catalog.shown(), dry_run: args.dry_run, tables: Vec::new() };
    let run = Run { args, settings: &settings, lake: lake.as_ref(), catalog: catalog.as_ref() };
    for table in &tables {
        let resolved = settings.resolve(Some(&table.name))?;
        let mut all = vec![table.clone()];
        if resolved.target.stream.backup || resolved.target.delivers_raw(table) {
            let (name, partitions) = (Target::raw_table_name(table), resolved.target.raw_partitions(table));
            all.push(Table { name, partitions, ..table.clone() });
        }
        for one in all {
            let outcome = run.table(&one, table, &resolved, context);
            let outcome = outcome.unwrap_or_else(|error| Synced::Failed { error: error.render() });
            report.tables.push(TableReport { table: one.name, outcome });
        }
    }
    let text = if args.json { render::document(&report)? } else { render::synced(&report, &context.program) };
    context.io.print(&text)?;
    Ok(outcome(&report))
}

fn outcome(report: &Report) -> Outcome {
    let of = |table: &TableReport| match &table.outcome {
        Synced::NothingToDo { .. } => Outcome::Done,
        Synced::Failed { .. } | Synced::Done { error: Some(_), .. } => Outcome::Failed,
        Synced::Done { report, .. } if !report.failed.is_empty() => Outcome::Failed,
        Synced::Done { report, ignored, .. } => {
            let unread = report.elsewhere.iter().any(|elsewhere| elsewhere.unread.is_some());
            if unread || !ignored.is_empty() { Outcome::Findings } else { Outcome::Done }
        }
    };
    report.tables.iter().map(of).max_by_key(|outcome| outcome.code()).unwrap_or(Outcome::Done)
}

/// Everything that is the same for all tables.
struct Run<'a> {
    args: &'a SyncArgs,
    settings: &'a Settings,
    lake: Option<&'a (Location, String)>,
    catalog: &'a dyn Catalog,
}

impl Run<'_> {
    fn table(
        &self,
        table: &Table,
        settings_of: &Table,
        resolved: &Resolved,
        context: &mut Context<'_, '_>,
    ) -> Result<Synced, CliError> {
        if table.partitions.is_empty() {
            return Ok(Synced::NothingToDo { reason: "the table has no partitions".to_owned() });
        }
        let database = resolved.target.database(settings_of).map_err(|finding| {
            let message = format!("{}: {}", finding.place, finding.problem);
            CliError::failed("the target says too little", message).hint(finding.fix)
        })?;
        let name = TableName::new(database, &table.name);
        let stored = self.catalog.table(&name)?.ok_or_else(|| {
            let message = format!("{} holds no table `{name}`", self.catalog.shown());
            CliError::failed("the table is not in the catalog", message)
                .hint(format!("run `{} apply` first; --catalog names another catalog", context.program))
        })?;
        check(table, &stored, &context.program)?;
        // Before projection is turned off they have to be there. A table that was imported may keep a projection of its own.
        let is_wanted = table.parameters.get("projection.enabled").is_some_and(|value| value == "true")
            || resolved.target.projection.enabled;
        if is_projected(&stored.table) && is_wanted {
            let reason = "Athena computes the partitions of this table itself (projection.enabled in the catalog), \
                          and does not look at registered ones";
            return Ok(Synced::NothingToDo { reason: reason.to_owned() });
        }
        let (folder, folders) = self.folders(table, resolved, &context.around)?;
        let gone = if self.args.prune {
            self.may_prune(&stored, &folder, &folders, resolved, context)?
        } else {
            None
        };
        let options = SyncOptions {
            prune: gone.is_some(),
            shown: gone.as_deref(),
            dry_run: self.args.dry_run,
            ..SyncOptions::default()
        };
        let (report, error) = match partitions::sync(self.catalog, &stored, &folders, &options) {
            Ok(report) => (report, None),
            Err(failure) => {
                let (error, report) = *failure;
                (report, Some(CliError::from(error).render()))
            }
        };
        Ok(Synced::Done { report, ignored: folders.misplaced, error })
    }

    fn folders(
        &self,
        table: &Table,
        resolved: &Resolved,
        around: &Surroundings,
    ) -> Result<(Files, PartitionFolders), CliError> {
        match self.args.lake.whereabouts(self.lake, &table.name, self.settings, resolved, around)? {
            Whereabouts::Away(address, why) => {
                Err(CliError::failed("cannot read the lake", format!("{address}: {why}"))
                    .hint("name the lake, or a copy of it, with --lake"))
            }
            Whereabouts::Unknown => Err(CliError::usage("nobody says where the lake is")
                .hint("name it with --lake, or write the setting lake into lakebed.toml")),
            Whereabouts::Here { lake, folder } => match (self.args.source, &lake) {
                (Source::Journal, Some(lake)) => Ok((folder, journal_folders(lake.store.as_ref(), table)?)),
                (Source::Journal, None) => {
                    Err(CliError::usage(format!("{} is outside the lake, and has no journal", folder.shown))
                        .hint("leave out --source journal"))
                }
                (Source::Folders, lake)
                    if has_folder(lake.as_ref(), &folder, &table.name).map_err(StoreError::input)? =>
                {
                    let found = partition_folders(folder.store.as_ref(), table)?;
                    Ok((folder, found))
                }
                (Source::Folders, _) => Err(CliError::failed(
                    "cannot read the table's folder",
                    format!("{} does not exist", folder.shown),
                )
                .hint("check --lake and the setting lake; a table that nothing was written to has no folder yet")),
            },
        }
    }

    /// What may be removed: said with `--yes`, or by somebody who was shown these and asked.
    fn may_prune(
        &self,
        stored: &StoredTable,
        folder: &Files,
        folders: &PartitionFolders,
        resolved: &Resolved,
        context: &mut Context<'_, '_>,
    ) -> Result<Option<Vec<GluePartition>>, CliError> {
        let name = TableName::new(&stored.database, &stored.table.name);
        let registered = self.catalog.partitions(&name)?;
        let gone = partitions::compare(&stored.table, folders, &registered).gone;
        if self.args.dry_run || gone.is_empty() {
            return Ok(Some(gone));
        }
        if folders.partitions.is_empty() {
            return Err(CliError::failed(
                "nothing is removed",
                format!(
                    "the lake holds no partition of `{name}` at all, and {} are registered",
                    registered.len()
                ),
            )
            .hint("check that --lake names the right lake; to empty a table, drop it"));
        }
        let location = stored.table.storage.location.as_deref().unwrap_or_default();
        if !self.args.lake_is_whole && !self.is_at(folder, location, resolved, &context.around) {
            return Err(CliError::failed(
                "nothing is removed",
                format!(
                    "the files were looked for in {}, and `{name}` has them in {location}: partitions that were \
                     registered after the copy was made look as if they had no files",
                    folder.shown
                ),
            )
            .hint("make the copy anew while nobody writes, see what --prune --dry-run tells, then add --lake-is-whole"));
        }
        if self.args.yes {
            return Ok(Some(gone));
        }
        if !context.io.can_ask() {
            return Err(CliError::usage(format!(
                "--prune would remove partitions of `{name}`, and nobody can be asked"
            ))
            .hint("add --yes, or see first what --prune --dry-run tells"));
        }
        context.io.complain(&render::to_prune(&name.to_string(), &gone));
        let agreed = context.io.ask("Remove them from the catalog? Their files, if any, stay.");
        Ok(agreed.then_some(gone))
    }

    /// Whether the folder is the place that the catalog names, which may be written relative to the target file.
    fn is_at(&self, folder: &Files, location: &str, resolved: &Resolved, around: &Surroundings) -> bool {
        let Some(path) = folder.store.root().as_path() else {
            let of = |text: &str| Location::from_s3_uri(text.trim_end_matches('/'));
            return of(location).is_some_and(|named| Some(named) == of(&folder.store.root().to_string()));
        };
        let Ok(folder) = path.canonicalize() else { return false };
        !location.contains("://")
            && ["lake", "locations"].into_iter().any(|key| {
                let named = self.settings.folder(resolved.origin(key), location, around);
                named.path.canonicalize().is_ok_and(|named| named == folder)
            })
    }
}

/// Whether the table of the catalog is one whose partitions can be registered like this.
fn check(table: &Table, stored: &StoredTable, program: &str) -> Result<(), CliError> {
    if let [obstacle, ..] = stored.obstacles.as_slice() {
        return Err(CliError::failed("the table is not lakebed's to change", obstacle.clone())
            .hint("register its partitions with the tool that made it"));
    }
    let declared: Vec<&str> = table.partition_columns().collect();
    let keys: Vec<&str> = stored.table.partition_keys.iter().map(|key| key.name.as_str()).collect();
    if declared != keys {
        let message = format!(
            "the catalog has the partition keys {}, and the layout has {}",
            or_none(&keys),
            or_none(&declared)
        );
        return Err(CliError::failed("the table differs from the catalog's", message)
            .hint(format!("`{program} plan` tells how to bring them together")));
    }
    Ok(())
}

fn or_none(names: &[&str]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
