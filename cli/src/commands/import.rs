//! `lakebed import`

mod source;
mod stored;
#[cfg(test)]
mod tests;
mod write;

use super::Context;
use crate::catalog::open::CatalogArgs;
use crate::error::{CliError, Outcome};
use crate::import::Found;
use crate::import::detect::Kind;
use crate::import::target;
use crate::render;
use crate::target::TargetArgs;
use lakebed_schema::Finding;
use lakebed_schema::import::rust::{Guess, RustOptions, RustSource, rust};
use lakebed_schema::name::{check_name, suggest_name};
use serde::Serialize;
use std::ffi::OsString;
use std::path::PathBuf;
use write::WrittenFile;

/// Make a struct from a table, statement, schema, Parquet file or sample records that exist
///
/// The struct is written as Rust source, formatted, with every attribute that the source tells of; what had to be
/// guessed is marked with `// guessed:`. Importing what lakebed generated gives back the same table where that format
/// can say it; what it cannot say is told.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed import events.json.gz --out src/event.rs
  aws glue get-table --database-name web --name clicks | lakebed import - --contract-out contracts/clicks.lakebed.json
  lakebed import events/ --table clicks --out src/click.rs
  lakebed import lake/clicks/dt=2026-11-23/part-0.parquet --table clicks
  lakebed import web.clicks --catalog glue --out src/click.rs --target-out clicks.toml

Exit codes:
  0  imported; sample records that had to be left out are no failure
  1  findings: something in the source that no table of lakebed can be, or no sound record in it
  2  failure or wrong usage")]
pub(crate) struct ImportArgs {
    /// File to import, or `-` for standard input; with --catalog, the name of a table: DATABASE.TABLE
    ///
    /// Records may be in several files, and in folders: a folder means every file below it whose name does not start
    /// with `.` or `_`. Records that cannot be read are left out and told, each with its line.
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<OsString>,

    /// What the source is [default: told by its content]
    #[arg(long, value_name = "KIND")]
    from: Option<Kind>,

    /// Name of the struct [default: made of the table's name]
    #[arg(long, value_name = "STRUCT")]
    name: Option<String>,

    /// Name of the table [default: from the source, else from the file's name]
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,

    /// Where records stand in sample documents, such as `miv/meetpunt`; may be repeated
    #[arg(long, value_name = "KEYS")]
    records: Vec<String>,

    /// File for the Rust source [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// File for the contract of the table
    #[arg(long, value_name = "FILE")]
    contract_out: Option<PathBuf>,

    /// File for the settings of the target, to go into lakebed.toml
    #[arg(long, value_name = "FILE")]
    target_out: Option<PathBuf>,

    /// Replace files that are there already
    #[arg(long)]
    force: bool,

    /// Print everything as one JSON document
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    catalog: CatalogArgs,

    #[command(flatten)]
    target: TargetArgs,
}

/// What an import came to.
#[derive(Debug, Serialize)]
pub(crate) struct Import {
    pub(crate) kind: Kind,
    pub(crate) table: String,
    #[serde(rename = "struct")]
    pub(crate) name: String,
    /// The Rust source.
    pub(crate) source: String,
    /// Features of the crate `lakebed` that it needs.
    pub(crate) features: Vec<&'static str>,
    pub(crate) contract: serde_json::Value,
    /// The settings of the target as TOML; null when the source tells of none.
    pub(crate) target: Option<String>,
    pub(crate) guesses: Vec<Guess>,
    pub(crate) notes: Vec<String>,
    /// Sample records that were left out, each with its place and the reason.
    pub(crate) skipped: Vec<Finding>,
    pub(crate) written: Vec<WrittenFile>,
}

pub(crate) fn execute(args: &ImportArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    if let Some(name) = args.table.as_ref().filter(|name| check_name(name).is_err()) {
        let hint = format!("write --table {}", suggest_name(name));
        return Err(CliError::usage(format!("`{name}` is no legal name of a table")).hint(hint));
    }
    let (kind, found) = match &args.catalog.catalog {
        Some(choice) => (Kind::Glue, stored::in_catalog(args, choice, &context.around)?),
        None => source::found(args, &context.around.folder)?,
    };
    let made = found.and_then(|found| {
        let options = RustOptions { name: args.name.clone(), guesses: found.guesses.clone() };
        rust(&found.table, &options).map(|source| (found, source))
    });
    let (found, source) = match made {
        Ok(made) => made,
        Err(findings) => {
            if args.json {
                context.io.print(&render::document(&Refused { kind, findings: &findings.0 })?)?;
            } else {
                context.io.complain(&render::not_imported(kind.shown(), &findings));
            }
            return Ok(Outcome::Findings);
        }
    };
    let mut import = report(kind, found, source)?;
    write::write(args, &mut import, &context.around.folder)?;
    if args.json {
        context.io.print(&render::document(&import)?)?;
    } else {
        if args.out.is_none() {
            context.io.print(&import.source)?;
        }
        context.io.complain(&render::imported(&import, &context.program));
    }
    Ok(Outcome::Done)
}

/// Why nothing was imported, as JSON.
#[derive(Serialize)]
struct Refused<'a> {
    kind: Kind,
    findings: &'a [Finding],
}

fn report(kind: Kind, found: Found, source: RustSource) -> Result<Import, CliError> {
    let contract = serde_json::from_str(&source.table.to_contract())
        .map_err(|error| CliError::failed("a defect of lakebed", "the contract is no JSON").cause(&error))?;
    let mut notes = found.notes;
    notes.extend(source.notes);
    Ok(Import {
        kind,
        table: source.table.name,
        name: source.name,
        source: source.text,
        features: source.features,
        contract,
        target: target::text(&found.target)?,
        guesses: found.guesses,
        notes,
        skipped: found.skipped,
        written: Vec::new(),
    })
}

/// Another name for the table; where it stands stays as it is.
fn rename(found: &mut Found, name: &str) {
    let old = std::mem::replace(&mut found.table.name, name.to_owned());
    if old == name {
        return;
    }
    if let Some(location) = found.target.locations.remove(&old) {
        found.target.locations.insert(name.to_owned(), location);
    } else if let Some(lake) = found.target.lake.take() {
        found.target.locations.insert(name.to_owned(), format!("{}/{old}/", lake.trim_end_matches('/')));
    }
}
