//! What the source is, and the table in it.

use super::{ImportArgs, rename};
use crate::error::CliError;
use crate::import::detect::Kind;
use crate::import::{Found, inputs, parquet};
use crate::location::{self, Place};
use lakebed_schema::import::json_schema::{from_json_schema, read};
use lakebed_schema::import::samples::{SampleOptions, Samples, infer};
use lakebed_schema::import::{from_ddl, from_json};
use lakebed_schema::name::suggest_name;
use lakebed_schema::{Finding, Findings, Table, Target};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// Most bytes of text that are read of a source, of all its files together.
const LIMIT: u64 = 1 << 30;

/// What the source is, and the table in it.
pub(super) fn found(args: &ImportArgs, folder: &Path) -> Result<(Kind, Result<Found, Findings>), CliError> {
    let [source] = args.sources.as_slice() else { return several(args, folder) };
    if source == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(LIMIT).read_to_end(&mut bytes).map_err(|error| {
            CliError::failed("cannot read the source", "standard input breaks off").cause(&error)
        })?;
        return text_of(bytes, "standard input", None, args);
    }
    let typed = location::path(source, Place::Input)?;
    let path = folder.join(&typed);
    if path.is_dir() {
        return several(args, folder);
    }
    let (file, head) = open(&path, &typed)?;
    if is_parquet(&head) && args.from.is_none() || args.from == Some(Kind::Parquet) {
        refuse_records(args, Kind::Parquet)?;
        return Ok((Kind::Parquet, parquet::import(&file, &typed, args.table.as_deref())));
    }
    let bytes = rest(file, head, &typed, LIMIT)?;
    text_of(bytes, &typed.display().to_string(), stem(&path), args)
}

/// Records in several files, or below folders.
fn several(args: &ImportArgs, folder: &Path) -> Result<(Kind, Result<Found, Findings>), CliError> {
    let files = inputs::files(&args.sources, folder)?;
    let mut samples = Samples::default();
    let mut left = LIMIT;
    for typed in &files {
        let shown = typed.display().to_string();
        let refused = |kind: &str| {
            CliError::usage(format!(
                "{shown} is {kind}, and only records are read from folders and several files"
            ))
            .hint("name that file alone; --from samples takes every file for records")
        };
        let (file, head) = open(&folder.join(typed), typed)?;
        if is_parquet(&head) {
            return Err(refused(Kind::Parquet.shown()));
        }
        let text = unpacked(rest(file, head, typed, left)?, &shown, left)?;
        left = left.saturating_sub(text.len() as u64);
        let kind = args.from.unwrap_or_else(|| Kind::of_text(&text));
        if kind != Kind::Samples && !text.trim().is_empty() {
            if is_xml(&text) {
                return Err(no_xml());
            }
            let sql = text.trim_start().to_ascii_lowercase();
            let other = kind == Kind::Ddl && !sql.starts_with("create") && !sql.starts_with("--");
            return Err(refused(if other { "no JSON" } else { kind.shown() }));
        }
        samples.add(&text, Some(&shown));
    }
    if files.is_empty() {
        let shown: Vec<_> = args.sources.iter().map(|source| source.to_string_lossy()).collect();
        return Err(CliError::failed("no such source", format!("no file below {}", shown.join(", ")))
            .hint("name a folder with records in it; names that start with `.` or `_` are passed over"));
    }
    let first = args.sources.first().map(|source| folder.join(source));
    let name = args.table.clone().or_else(|| first.as_deref().and_then(stem));
    Ok((Kind::Samples, inferred(&samples, name, args)))
}

/// A file, and its first bytes, which tell Parquet from text.
fn open(path: &Path, typed: &Path) -> Result<(File, Vec<u8>), CliError> {
    let mut file = File::open(path).map_err(|error| cannot_read(typed, &error))?;
    let mut head = Vec::new();
    (&mut file).take(4).read_to_end(&mut head).map_err(|error| cannot_read(typed, &error))?;
    Ok((file, head))
}

/// All bytes of a file whose first ones were read.
fn rest(file: File, head: Vec<u8>, typed: &Path, limit: u64) -> Result<Vec<u8>, CliError> {
    let mut bytes = head;
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| cannot_read(typed, &error))?;
    if bytes.len() as u64 > limit {
        return Err(CliError::failed("the source is too large", typed.display().to_string())
            .hint("at most 1 GiB is read, all files together: import a part of the records"));
    }
    Ok(bytes)
}

fn is_parquet(head: &[u8]) -> bool {
    head == b"PAR1"
}

fn cannot_read(typed: &Path, error: &std::io::Error) -> CliError {
    CliError::failed("cannot read the source", typed.display().to_string()).cause(error).hint(
        "name a file: a table of Glue, a CREATE TABLE statement, a JSON Schema, a Parquet file, or records",
    )
}

/// What a file is called, as the name of a table: `events.json.gz` is about events.
fn stem(path: &Path) -> Option<String> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.split('.').next().filter(|stem| !stem.is_empty()).map(suggest_name)
}

/// Text, out of what may be compressed.
fn unpacked(bytes: Vec<u8>, shown: &str, limit: u64) -> Result<String, CliError> {
    let bytes = lakebed::unpack(bytes, limit).map_err(|error| {
        CliError::failed("cannot read the source", shown)
            .cause(&error)
            .hint("name a whole file of text or Parquet")
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        CliError::failed("cannot read the source", format!("{shown}: byte {at} is no UTF-8"))
            .hint("write the file in UTF-8")
    })
}

/// A source that is text, perhaps compressed. `stem` is what its file is called.
fn text_of(
    bytes: Vec<u8>,
    shown: &str,
    stem: Option<String>,
    args: &ImportArgs,
) -> Result<(Kind, Result<Found, Findings>), CliError> {
    let text = unpacked(bytes, shown, LIMIT)?;
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
        Kind::Ddl | Kind::Samples if is_xml(text) => return Err(no_xml()),
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
        Kind::Samples => inferred(&Samples::of(text), name, args),
        Kind::Contract => match Table::from_contract(text) {
            Ok(table) => Ok(Found {
                table,
                target: Target::default(),
                guesses: Vec::new(),
                notes: Vec::new(),
                skipped: Vec::new(),
            }),
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

/// The table of records.
fn inferred(samples: &Samples, name: Option<String>, args: &ImportArgs) -> Result<Found, Findings> {
    let name = name.unwrap_or_else(|| "event".to_owned());
    infer(samples, &SampleOptions { name, records: args.records.clone() }).map(Found::from)
}

fn is_xml(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('<')
}

fn no_xml() -> CliError {
    CliError::not_built("importing records from XML")
        .hint("give the records as JSON, or write the struct with `#[lake(xml = …)]` by hand")
}

fn no_json(error: &serde_json::Error) -> Finding {
    Finding::new(
        "import-json",
        format!("line {}, column {}", error.line(), error.column()),
        format!("is no JSON: {error}"),
        "correct the file",
    )
}

pub(super) fn refuse_records(args: &ImportArgs, kind: Kind) -> Result<(), CliError> {
    if args.records.is_empty() || kind == Kind::Samples {
        return Ok(());
    }
    Err(CliError::usage(format!("--records is about sample records, and the source is {}", kind.shown()))
        .hint("leave it out, or say --from samples"))
}
