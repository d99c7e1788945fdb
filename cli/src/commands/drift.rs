//! `lakebed drift`

use super::Context;
use crate::catalog::open::{CatalogArgs, open};
use crate::catalog::{Catalog, CatalogErrorKind};
use crate::drift::{self, Code, Contract, Drift, Sides};
use crate::error::{CliError, Outcome};
use crate::generated::FindingReport;
use crate::lake::{Files as LakeFiles, LakeArgs, Whereabouts, has_folder};
use crate::plan::{self, Actual, TablePlan, Wanted};
use crate::planning::reports;
use crate::render;
use crate::surroundings::Surroundings;
use crate::tables::{self, Registry, contract_file};
use crate::target::{Folder, Resolved, Settings, TargetArgs};
use lakebed::Location;
use lakebed::inspect::{PartitionFolders, Sample, partition_folders, sample, sample_table};
use lakebed::store::StoreError;
use lakebed_schema::Table;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Find out what is out of step: struct, contract, catalog, files or partitions
///
/// Reads, and changes nothing. Each finding is one line: its code, the table, the side that is out of step, what the
/// others say, and what to do next. The files are told from the footers of a few: the first and the last partition,
/// and others spread evenly between.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed drift
  lakebed drift --table orders --catalog glue --json
  lakebed drift --lake copy-of-the-lake --sample 100

Codes:
  DR001-DR004  contract, struct
  DR101-DR106  catalog
  DR201-DR205  files
  DR301-DR306  partitions

Exit codes:
  0  in step; notes are no findings
  1  findings
  2  failure or wrong usage")]
pub(crate) struct DriftArgs {
    /// Table to look at; may be repeated. Without it all tables that are known, or all of --contract
    #[arg(long, value_name = "TABLE")]
    table: Vec<String>,

    /// Contract file of a table that is not compiled in; may be repeated
    #[arg(long, value_name = "FILE")]
    contract: Vec<PathBuf>,

    /// Folder of the contract files that structs are compared with [default: contracts, if it exists]
    #[arg(long, value_name = "DIR")]
    against: Option<PathBuf>,

    /// Most files of a table whose footers are read
    #[arg(long, value_name = "N", default_value_t = 20)]
    sample: usize,

    /// Code of findings that are known and do not count, such as DR105; may be repeated
    #[arg(long, value_name = "CODE", value_parser = code)]
    allow: Vec<Code>,

    /// Print the findings as one JSON document
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    catalog: CatalogArgs,

    #[command(flatten)]
    lake: LakeArgs,

    #[command(flatten)]
    target: TargetArgs,
}

fn code(text: &str) -> Result<Code, String> {
    Code::from_number(text).ok_or_else(|| {
        let known: Vec<&str> = drift::CODES.iter().map(|(_, number, ..)| *number).collect();
        format!("there is no such code; the codes are {}", known.join(", "))
    })
}

/// What a look at all tables came to.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) in_step: bool,
    /// The catalog, as it calls itself.
    pub(crate) catalog: String,
    /// Folder of the contracts, when structs were compared with it.
    pub(crate) contracts: Option<String>,
    /// Codes that do not count.
    pub(crate) allowed: BTreeSet<Code>,
    pub(crate) tables: Vec<TableReport>,
    /// Why tables could not be compared with the catalog.
    pub(crate) refused: Vec<FindingReport>,
    /// Whether the target has a file.
    #[serde(skip)]
    pub(crate) has_file: bool,
}

/// What was found for one table.
#[derive(Debug, Serialize)]
pub(crate) struct TableReport {
    pub(crate) table: String,
    /// Files that the table has, and of how many the footers were read.
    pub(crate) files: Option<Files>,
    #[serde(flatten)]
    pub(crate) drift: Drift,
    /// Why the catalog could not be asked.
    pub(crate) error: Option<String>,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Files {
    pub(crate) all: u64,
    pub(crate) read: u64,
}

pub(crate) fn execute(args: &DriftArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let registry = Registry::new(context.defs, &args.contract)?;
    let from_contract: BTreeSet<String> = registry
        .known()
        .iter()
        .filter(|known| known.contract.is_some())
        .map(|known| known.table.name.clone())
        .collect();
    let tables = registry.several(&args.table)?;
    let settings = Settings::load(&args.target, &context.around)?;
    for warning in super::generate::warnings(&settings, &tables) {
        context.io.complain(&render::warning(&warning));
    }
    let lake = args.lake.check(&context.around)?;
    let catalog = open(args.catalog.catalog.as_deref(), &settings, None, &context.around)?;
    let contracts = contracts(args.against.as_deref(), &context.around.folder)?;
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let look = Look {
        args,
        settings: &settings,
        catalog: catalog.as_ref(),
        contracts: contracts.as_ref(),
        lake: lake.as_ref(),
        now: i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        around: &context.around,
        program: &context.program,
    };
    let mut report = Report {
        in_step: true,
        catalog: catalog.shown(),
        contracts: contracts.as_ref().map(|folder| folder.shown.clone()),
        allowed: args.allow.iter().copied().collect(),
        tables: Vec::new(),
        refused: Vec::new(),
        has_file: settings.file().is_some(),
    };
    for table in &tables {
        look.at(table, from_contract.contains(&table.name), &mut report)?;
    }
    let counts = |table: &TableReport| {
        table.drift.findings.iter().any(|finding| !report.allowed.contains(&finding.code))
    };
    report.in_step = report.refused.is_empty() && !report.tables.iter().any(counts);
    let failed = report.tables.iter().any(|table| table.error.is_some());
    report.in_step &= !failed;
    let text = if args.json { render::document(&report)? } else { render::drift(&report, &context.program) };
    context.io.print(&text)?;
    Ok(match (failed, report.in_step) {
        (true, _) => Outcome::Failed,
        (false, true) => Outcome::Done,
        (false, false) => Outcome::Findings,
    })
}

/// The folder of contracts: the one that was named, or the usual one if it is there.
fn contracts(named: Option<&Path>, current: &Path) -> Result<Option<Folder>, CliError> {
    let name = named.unwrap_or_else(|| Path::new(tables::CONTRACTS));
    let folder = Folder { path: current.join(name), shown: name.display().to_string() };
    match (folder.path.is_dir(), named) {
        (true, _) => Ok(Some(folder)),
        (false, None) => Ok(None),
        (false, Some(_)) => Err(CliError::failed(
            "cannot read the folder of contracts",
            format!("{} is no folder", folder.shown),
        )
        .hint("`lakebed export --out DIR` writes it")),
    }
}

/// Everything that is the same for all tables.
struct Look<'a> {
    args: &'a DriftArgs,
    settings: &'a Settings,
    catalog: &'a dyn Catalog,
    contracts: Option<&'a Folder>,
    lake: Option<&'a (Location, String)>,
    now: i64,
    around: &'a Surroundings,
    program: &'a str,
}

/// What the files of a table say.
#[derive(Default)]
struct Seen {
    sample: Option<Sample>,
    folders: Option<PartitionFolders>,
    note: Option<String>,
}

impl Look<'_> {
    /// Looks at a table, and at its raw records where the stream keeps them.
    fn at(&self, table: &Table, is_contract: bool, report: &mut Report) -> Result<(), CliError> {
        let mut resolved = self.settings.resolve(Some(&table.name))?;
        // A lake that was named is the lake, unless the target knows a better name for it.
        if let (None, Some(lake)) = (&resolved.target.lake, self.args.lake.typed()) {
            resolved.target.lake = lake.to_str().map(str::to_owned);
        }
        let contract = match self.contracts.filter(|_| !is_contract) {
            Some(folder) => Some(read_contract(folder, table)?),
            None => None,
        };
        let wanted = match Wanted::of(table, &resolved.target) {
            Ok(wanted) => wanted,
            Err(findings) => {
                report.refused.extend(reports("catalog", table, &resolved, findings));
                Vec::new()
            }
        };
        let mut all = wanted.iter();
        let main = all.next();
        let seen = self.seen(table, &resolved, !table.holds_json())?;
        let (catalog, error) = self.read(main)?;
        let sides = Sides {
            table,
            contract: contract.as_ref(),
            is_contract,
            catalog: main.zip(catalog.as_ref()).map(|(wanted, (actual, plan))| (wanted, actual, plan)),
            sample: seen.sample.as_ref(),
            folders: seen.folders.as_ref(),
            now: self.now,
            program: self.program,
        };
        let drift = drift::compare(&sides)
            .map_err(|problem| CliError::failed("a defect of lakebed", problem).hint("please report it"))?;
        report.tables.push(finish(table.name.clone(), drift, seen, error));
        for raw in all {
            let partitions = resolved.target.raw_partitions(table);
            let lying = Table { name: raw.table.name.clone(), partitions, ..table.clone() };
            let seen = self.seen(&lying, &resolved, false)?;
            let (catalog, error) = self.read(Some(raw))?;
            let sides = Sides {
                table: &lying,
                contract: None,
                is_contract,
                catalog: catalog.as_ref().map(|(actual, plan)| (raw, actual, plan)),
                sample: None,
                folders: seen.folders.as_ref(),
                now: self.now,
                program: self.program,
            };
            report.tables.push(finish(lying.name.clone(), drift::compare_raw(&sides), seen, error));
        }
        Ok(())
    }

    /// What the catalog holds, and what would change; or why it does not answer for this table.
    #[allow(clippy::type_complexity, reason = "a pair, or why there is none")]
    fn read(
        &self,
        wanted: Option<&Wanted>,
    ) -> Result<(Option<(Actual, TablePlan)>, Option<String>), CliError> {
        let Some(wanted) = wanted else { return Ok((None, None)) };
        match plan::read(self.catalog, wanted) {
            Ok(actual) => {
                let plan = plan::diff(wanted, &actual);
                Ok((Some((actual, plan)), None))
            }
            // Nothing else can be read either.
            Err(error) if error.kind() == CatalogErrorKind::Credentials => Err(error.into()),
            Err(error) => Ok((None, Some(CliError::from(error).render()))),
        }
    }

    fn look_into(
        &self,
        lake: Option<&LakeFiles>,
        folder: &LakeFiles,
        table: &Table,
        is_parquet: bool,
    ) -> Result<Seen, lakebed::Error> {
        if !has_folder(lake, folder, &table.name).map_err(StoreError::input)? {
            let what =
                if folder.store.root().as_path().is_some() { "does not exist" } else { "holds nothing" };
            let note = Some(format!("there are no files yet: {} {what}", folder.shown));
            return Ok(Seen { note, ..Seen::default() });
        }
        let count = self.args.sample;
        let sampled = match lake {
            _ if !is_parquet => None,
            Some(lake) => Some(sample_table(lake.store.as_ref(), &table.name, count)?),
            None => Some(sample(folder.store.as_ref(), count)?),
        };
        Ok(Seen {
            sample: sampled,
            folders: Some(partition_folders(folder.store.as_ref(), table)?),
            note: None,
        })
    }

    fn seen(&self, table: &Table, resolved: &Resolved, is_parquet: bool) -> Result<Seen, CliError> {
        let place =
            self.args.lake.whereabouts(self.lake, &table.name, self.settings, resolved, self.around)?;
        let note = |note: String| Ok(Seen { note: Some(note), ..Seen::default() });
        match place {
            Whereabouts::Away(address, why) => note(format!("files in {address} are not looked at: {why}")),
            Whereabouts::Unknown => note(
                "files are not looked at: neither --lake nor the setting lake says where they are".to_owned(),
            ),
            Whereabouts::Here { lake, folder } => {
                match self.look_into(lake.as_ref(), &folder, table, is_parquet) {
                    Ok(seen) => Ok(seen),
                    // What the catalog says can be told without the files of a lake that nobody typed.
                    Err(error) if self.lake.is_none() && folder.store.root().as_path().is_none() => {
                        note(format!("files in {} are not looked at: {}", folder.shown, whole(&error)))
                    }
                    Err(error) => Err(error.into()),
                }
            }
        }
    }
}

/// An error and its causes in one line.
fn whole(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(&format!(": {cause}"));
        next = cause.source();
    }
    text
}

fn finish(table: String, mut drift: Drift, seen: Seen, error: Option<String>) -> TableReport {
    drift.notes.extend(seen.note);
    let files = seen
        .sample
        .map(|sample| Files { all: sample.files, read: (sample.read.len() + sample.broken.len()) as u64 });
    TableReport { table, files, drift, error }
}

fn read_contract(folder: &Folder, table: &Table) -> Result<Contract, CliError> {
    let name = contract_file(&table.name);
    let shown = Path::new(&folder.shown).join(&name).display().to_string();
    let text = match std::fs::read(folder.path.join(&name)) {
        Ok(bytes) => String::from_utf8(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Contract::Missing(shown)),
        Err(error) => return Err(CliError::failed("cannot read a contract file", shown).cause(&error)),
    };
    Ok(match text {
        Ok(text) => match Table::from_contract(&text) {
            Ok(contract) => Contract::Table(shown, Box::new(contract)),
            Err(error) => Contract::Invalid(shown, error.to_string()),
        },
        Err(_) => Contract::Invalid(shown, "it is no UTF-8 text".to_owned()),
    })
}

#[cfg(test)]
mod tests;
