//! `lakebed import`

#[cfg(test)]
mod tests;

use super::Context;
use crate::catalog::TableName;
use crate::catalog::open::{CatalogArgs, open};
use crate::error::{CliError, Outcome};
use crate::files::{self, Written};
use crate::import::Found;
use crate::import::detect::Kind;
use crate::import::{parquet, target};
use crate::location::{self, Place};
use crate::render;
use crate::surroundings::Surroundings;
use crate::target::{Settings, TargetArgs};
use lakebed_schema::import::json_schema::{from_json_schema, read};
use lakebed_schema::import::rust::{Guess, RustOptions, RustSource, rust};
use lakebed_schema::import::samples::{SampleOptions, infer, parse};
use lakebed_schema::import::{from_ddl, from_glue, from_json};
use lakebed_schema::name::{check_name, nearest, suggest_name};
use lakebed_schema::{Finding, Findings, Table, Target};
use serde::Serialize;
use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Most bytes of text that are read of a source.
const LIMIT: u64 = 1 << 30;

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
  lakebed import lake/clicks/dt=2026-11-23/part-0.parquet --table clicks
  lakebed import web.clicks --catalog glue --out src/click.rs --target-out clicks.toml

Exit codes:
  0  imported
  1  findings: something in the source that no table of lakebed can be
  2  failure or wrong usage")]
pub(crate) struct ImportArgs {
    /// File to import, or `-` for standard input; with --catalog, the name of a table: DATABASE.TABLE
    #[arg(value_name = "SOURCE")]
    source: OsString,

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
    pub(crate) written: Vec<WrittenFile>,
}

/// A file that was written.
#[derive(Debug, Serialize)]
pub(crate) struct WrittenFile {
    pub(crate) path: String,
    /// `source`, `contract` or `target`.
    pub(crate) what: &'static str,
    #[serde(skip)]
    pub(crate) state: Written,
}

pub(crate) fn execute(args: &ImportArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    if let Some(name) = args.table.as_ref().filter(|name| check_name(name).is_err()) {
        let hint = format!("write --table {}", suggest_name(name));
        return Err(CliError::usage(format!("`{name}` is no legal name of a table")).hint(hint));
    }
    let (kind, found) = match &args.catalog.catalog {
        Some(choice) => (Kind::Glue, in_catalog(args, choice, &context.around)?),
        None => found(args, &context.around.folder)?,
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
    write(args, &mut import, &context.around.folder)?;
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
        written: Vec::new(),
    })
}

/// Writes what is to go into files: all of it, or nothing when one is there already.
fn write(args: &ImportArgs, import: &mut Import, folder: &Path) -> Result<(), CliError> {
    let contract = format!("{:#}\n", import.contract);
    // The text of the contract has an order that JSON values lose.
    let contract = Table::from_contract(&contract).map_or(contract, |table| table.to_contract());
    let none = "# The source tells of no target.\n".to_owned();
    let target = import.target.clone().unwrap_or(none);
    let all = [
        ("source", &args.out, &import.source),
        ("contract", &args.contract_out, &contract),
        ("target", &args.target_out, &target),
    ];
    let wanted: Vec<_> =
        all.iter().filter_map(|(what, path, text)| Some((*what, path.as_ref()?, *text))).collect();
    for (_, path, text) in &wanted {
        let there = files::compare(&folder.join(path), text);
        if !args.force && matches!(there, Ok(Written::Changed)) {
            return Err(CliError::failed("the file is there already", path.display().to_string())
                .hint("write to another file, or replace it with --force; nothing was written"));
        }
    }
    for (what, path, text) in wanted {
        let shown = path.display().to_string();
        let state = files::write(&folder.join(path), text).map_err(|error| {
            CliError::failed("cannot write a file", shown.clone())
                .cause(&error)
                .hint("check that the folder can be written; the file is as it was before")
        })?;
        import.written.push(WrittenFile { path: shown, what, state });
    }
    Ok(())
}

/// A table of a catalog.
fn in_catalog(
    args: &ImportArgs,
    choice: &str,
    around: &Surroundings,
) -> Result<Result<Found, Findings>, CliError> {
    refuse_records(args, Kind::Glue)?;
    if args.from.is_some_and(|kind| kind != Kind::Glue) {
        return Err(CliError::usage("a catalog holds tables of Glue, and nothing else")
            .hint("leave --from out, or name a file and leave --catalog out"));
    }
    let typed = args.source.to_string_lossy();
    let Some((database, table)) = typed
        .split_once('.')
        .filter(|(database, table)| check_name(&database.to_lowercase()).is_ok() && !table.is_empty())
    else {
        return Err(CliError::usage(format!("`{typed}` is no table of a catalog"))
            .hint("write DATABASE.TABLE, such as `web.clicks`; a file goes without --catalog"));
    };
    let settings = Settings::load(&args.target, around)?;
    let catalog = open(Some(choice), &settings, None, around)?;
    let name = TableName::new(database, table);
    let Some(stored) = catalog.table(&name)? else {
        let there: Vec<String> = catalog
            .tables(database)
            .unwrap_or_default()
            .into_iter()
            .map(|stored| stored.table.name)
            .collect();
        let near = nearest(&name.table, there.iter().map(String::as_str));
        let hint = match (near, there.len()) {
            (Some(near), _) => format!("did you mean `{database}.{near}`?"),
            (None, 0) => {
                format!("the catalog has no database `{database}`, or it is empty: check both names")
            }
            (None, 1..=20) => format!("its tables are {}", there.join(", ")),
            (None, _) => "check the name".to_owned(),
        };
        return Err(
            CliError::failed("no such table", format!("{} has no table {name}", catalog.shown())).hint(hint)
        );
    };
    if let Some(obstacle) = stored.obstacles.first() {
        return Ok(Err(Finding::new(
            "import-table-type",
            format!("table {name}"),
            obstacle.clone(),
            "keep the table as it is: lakebed does not describe it",
        )
        .into()));
    }
    let found = from_glue(&stored.table, Some(&stored.database)).map(Found::from);
    Ok(found.map(|mut found| {
        if let Some(name) = &args.table {
            rename(&mut found, name);
        }
        found
    }))
}

/// What the source is, and the table in it.
fn found(args: &ImportArgs, folder: &Path) -> Result<(Kind, Result<Found, Findings>), CliError> {
    let name = args.table.as_deref();
    if args.source == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(LIMIT).read_to_end(&mut bytes).map_err(|error| {
            CliError::failed("cannot read the source", "standard input breaks off").cause(&error)
        })?;
        return text_of(bytes, "standard input", None, args);
    }
    let typed = location::path(&args.source, Place::Input)?;
    let (path, shown) = (folder.join(&typed), typed.display().to_string());
    let cannot = |error: &std::io::Error| {
        CliError::failed("cannot read the source", shown.clone())
            .cause(error)
            .hint("name a file: a table of Glue, a CREATE TABLE statement, a JSON Schema, a Parquet file, or records")
    };
    let mut file = File::open(&path).map_err(|error| cannot(&error))?;
    let mut head = Vec::new();
    (&mut file).take(4).read_to_end(&mut head).map_err(|error| cannot(&error))?;
    if head == b"PAR1" && args.from.is_none() || args.from == Some(Kind::Parquet) {
        refuse_records(args, Kind::Parquet)?;
        return Ok((Kind::Parquet, parquet::import(&file, &typed, name)));
    }
    let mut bytes = head;
    file.take(LIMIT).read_to_end(&mut bytes).map_err(|error| cannot(&error))?;
    // `events.json.gz` is about events.
    let stem = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = stem.split('.').next().filter(|stem| !stem.is_empty()).map(suggest_name);
    text_of(bytes, &shown, stem, args)
}

/// A source that is text, perhaps compressed. `stem` is what its file is called.
fn text_of(
    bytes: Vec<u8>,
    shown: &str,
    stem: Option<String>,
    args: &ImportArgs,
) -> Result<(Kind, Result<Found, Findings>), CliError> {
    let bytes = lakebed::unpack(bytes, LIMIT).map_err(|error| {
        CliError::failed("cannot read the source", shown)
            .cause(&error)
            .hint("name a whole file of text or Parquet")
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        CliError::failed("cannot read the source", format!("{shown}: byte {at} is no UTF-8"))
            .hint("write the file in UTF-8")
    })?;
    let kind = args.from.unwrap_or_else(|| Kind::of_text(&text));
    refuse_records(args, kind)?;
    let found = table_of(kind, &text, shown, stem, args)?;
    let found = found.map(|mut found| {
        if let Some(name) = &args.table {
            rename(&mut found, name);
        }
        found
    });
    Ok((kind, found))
}

fn table_of(
    kind: Kind,
    text: &str,
    shown: &str,
    stem: Option<String>,
    args: &ImportArgs,
) -> Result<Result<Found, Findings>, CliError> {
    let name = args.table.clone().or(stem);
    Ok(match kind {
        Kind::Ddl if text.trim_start().starts_with('<') => {
            return Err(CliError::not_built("importing records from XML")
                .hint("give the records as JSON, or write the struct with `#[lake(xml = …)]` by hand"));
        }
        Kind::Ddl => from_ddl(text).map(Found::from),
        Kind::Glue => match serde_json::from_str(text) {
            Ok(value) => from_json(&value).map(Found::from),
            Err(error) => Err(no_json(&error).into()),
        },
        Kind::JsonSchema => read(text)
            .map_err(Findings::from)
            .and_then(|schema| {
                let titled = schema.get("title").is_some() || schema.get("$id").is_some();
                let name = if titled { args.table.as_deref() } else { name.as_deref() };
                from_json_schema(&schema, name)
            })
            .map(Found::from),
        Kind::Samples => parse(text)
            .map_err(Findings::from)
            .and_then(|samples| {
                let name = name.unwrap_or_else(|| "event".to_owned());
                infer(&samples, &SampleOptions { name, records: args.records.clone() })
            })
            .map(Found::from),
        Kind::Contract => match Table::from_contract(text) {
            Ok(table) => {
                Ok(Found { table, target: Target::default(), guesses: Vec::new(), notes: Vec::new() })
            }
            Err(error) => Err(Finding::new(
                "import-contract",
                shown,
                error.to_string(),
                "write it again with `lakebed export`, or correct it",
            )
            .into()),
        },
        Kind::Parquet => {
            return Err(CliError::usage("a Parquet file is read from a file, not from standard input")
                .hint("write it to a file and name that"));
        }
    })
}

fn no_json(error: &serde_json::Error) -> Finding {
    Finding::new(
        "import-json",
        format!("line {}, column {}", error.line(), error.column()),
        format!("is no JSON: {error}"),
        "correct the file",
    )
}

fn refuse_records(args: &ImportArgs, kind: Kind) -> Result<(), CliError> {
    if args.records.is_empty() || kind == Kind::Samples {
        return Ok(());
    }
    Err(CliError::usage(format!("--records is about sample records, and the source is {}", kind.shown()))
        .hint("leave it out, or say --from samples"))
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
