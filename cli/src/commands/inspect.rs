//! `lakebed inspect`

use super::Context;
use crate::error::{CliError, Outcome};
use crate::location::{self, Place};
use crate::render;
use crate::tables::Registry;
use lakebed::inspect::report::TableReport;
use lakebed::inspect::{inspect, inspect_folder, tables_in};
use lakebed_schema::TableDef;
use serde::Serialize;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Tell what is in a lake: files, rows, partitions, schema, sizes, rows over time
///
/// Reads the footers of the Parquet files and the journal of the runs, and changes nothing. Files are compared with
/// the table of that name when this program knows one.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed inspect lake
  lakebed inspect lake --table orders --contract contracts/orders.lakebed.json
  lakebed inspect some/folder/of/parquet

Exit codes:
  0  nothing is wrong; small files, skew, and columns that older files lack are told, and are no faults
  1  findings: a file that is broken, missing or no Parquet, a schema that does not fit, a folder that is no
     partition of the table
  2  failure or wrong usage")]
pub(crate) struct InspectArgs {
    /// Folder of a lake, of one of its tables, or of any Parquet files
    #[arg(value_name = "LAKE")]
    lake: OsString,

    /// Only this table [default: every table in the lake]
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,

    /// Contract file of a table that is not compiled in; may be repeated
    #[arg(long, value_name = "FILE")]
    contract: Vec<PathBuf>,

    /// Print the report as one JSON document
    #[arg(long)]
    json: bool,
}

/// What an inspection found.
#[derive(Debug, Serialize)]
pub(crate) struct Inspection {
    pub(crate) lake: String,
    /// Whether something is wrong.
    pub(crate) findings: bool,
    pub(crate) tables: Vec<TableReport>,
}

pub(crate) fn execute(args: &InspectArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let inspection = look(args, context.defs)?;
    let text = if args.json {
        render::document(&inspection)?
    } else {
        render::inspection(&inspection, context.io.width())
    };
    context.io.print(&text)?;
    Ok(if inspection.findings { Outcome::Findings } else { Outcome::Done })
}

fn look(args: &InspectArgs, defs: &[&'static TableDef]) -> Result<Inspection, CliError> {
    let lake = location::path(&args.lake, Place::Inspected)?;
    let registry = Registry::new(defs, &args.contract)?;
    if !lake.is_dir() {
        let what = if lake.exists() { "is a file" } else { "does not exist" };
        return Err(CliError::failed("cannot inspect the lake", format!("{} {what}", lake.display()))
            .hint("name the folder that `convert --to` wrote to, or any folder of Parquet files"));
    }
    let tables = reports(&lake, args.table.as_deref(), registry)?;
    let findings = tables.iter().any(TableReport::has_findings);
    Ok(Inspection { lake: lake.display().to_string(), findings, tables })
}

fn reports(lake: &Path, choice: Option<&str>, registry: Registry) -> Result<Vec<TableReport>, CliError> {
    let names = tables_in(lake)?;
    let plain = is_table_folder(lake)?;
    if let Some(name) = choice {
        let table = registry.choose(Some(name))?;
        return if names.iter().any(|found| found == name) {
            Ok(vec![inspect(lake, name, Some(&table))?])
        } else if plain {
            Ok(vec![inspect_folder(lake, Some(&table))?])
        } else {
            let held = if names.is_empty() { "no table".to_owned() } else { names.join(", ") };
            let message = format!("{} holds no table `{name}`; it holds {held}", lake.display());
            Err(CliError::failed("cannot inspect the table", message).hint("check the name and the folder"))
        };
    }
    if plain {
        // The folder of one table: what stands above it is the lake, with the journal.
        let own = lake.canonicalize().ok();
        let name = own.as_deref().and_then(Path::file_name).and_then(|name| name.to_str());
        let known = name.and_then(|name| registry.find(name).map(|table| (name, table)));
        return Ok(vec![match (known, lake.parent()) {
            (Some((name, table)), Some(above)) if lake.ends_with(name) => inspect(above, name, Some(table))?,
            _ => inspect_folder(lake, registry.only_contract())?,
        }]);
    }
    if names.is_empty() {
        return Err(CliError::failed("nothing to inspect", format!("{} holds no tables", lake.display()))
            .hint("name the folder that `convert --to` wrote to, or any folder of Parquet files"));
    }
    names.iter().map(|name| Ok(inspect(lake, name, registry.find(name))?)).collect()
}

/// Whether a folder holds files or partitions itself, rather than tables.
fn is_table_folder(folder: &Path) -> Result<bool, CliError> {
    let failed = |error: std::io::Error| {
        CliError::failed("cannot inspect the lake", folder.display().to_string()).cause(&error)
    };
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_folder = entry.path().is_dir();
        if !name.starts_with(['.', '_']) && (name.contains('=') || !is_folder) {
            return Ok(true);
        }
    }
    Ok(false)
}
