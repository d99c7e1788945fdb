//! `lakebed generate`

use super::Context;
use crate::error::{CliError, Outcome};
use crate::generated::{Choice, Made, Mode, Report, folder, make};
use crate::render::{self, Grid, PLAIN, Side};
use crate::tables::Registry;
use crate::target::list::Format;
use crate::target::{Folder, Settings, TargetArgs};
use clap::builder::{PossibleValue, PossibleValuesParser};
use lakebed_schema::Table;
use lakebed_schema::artifacts::{ARTIFACTS, find};
use lakebed_schema::name::nearest;
use serde::Serialize;
use std::path::PathBuf;

/// Make artifacts from tables and their target: catalog tables, delivery streams, stacks
///
/// Same tables and same target, same bytes. What cannot be made says which rule it breaks and what to do, and the
/// others are made all the same.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").args(["artifact", "all", "list"]).required(true))]
#[command(after_help = "\
Examples:
  lakebed generate --list
  lakebed generate contract --table orders
  lakebed generate --all --out generated
  lakebed generate --all --out generated --check

Exit codes:
  0  made, or in step
  1  something could not be made; with --check, or something differs, is missing or is left over
  2  failure or wrong usage")]
pub(crate) struct GenerateArgs {
    /// What to make; several need --out
    #[arg(value_parser = artifact_names(), hide_possible_values = false)]
    artifact: Vec<String>,

    /// Make every artifact, or those that the setting generate.artifacts names
    #[arg(long)]
    all: bool,

    /// List the artifacts, their parts and files
    #[arg(long)]
    list: bool,

    /// Only this part of the artifact
    #[arg(long, value_name = "PART", requires = "artifact")]
    part: Option<String>,

    /// Table to make it for; may be repeated. Without it all tables that are known, or all of --contract
    #[arg(long, value_name = "TABLE")]
    table: Vec<String>,

    /// Contract file of a table that is not compiled in; may be repeated
    #[arg(long, value_name = "FILE")]
    contract: Vec<PathBuf>,

    /// Folder for the files; `-` or nothing prints a single one to standard output
    ///
    /// With --all and with --check the setting generate.out stands in.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// How artifacts that are JSON are written; the setting generate.format when absent
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,

    /// Compare with the files in the folder instead of writing them
    #[arg(long)]
    check: bool,

    /// Say what would be written, and write nothing
    #[arg(long, conflicts_with = "check")]
    dry_run: bool,

    /// Print the result as one JSON document; without a folder, the texts are in it
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    target: TargetArgs,
}

fn artifact_names() -> PossibleValuesParser {
    ARTIFACTS
        .iter()
        .map(|artifact| PossibleValue::new(artifact.name()).help(artifact.about()))
        .collect::<Vec<_>>()
        .into()
}

pub(crate) fn execute(args: &GenerateArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    if args.list {
        let text = if args.json { render::document(&listed())? } else { list() };
        return context.io.print(&text).map(|()| Outcome::Done);
    }
    check_part(args)?;
    let tables = chosen_tables(args, context)?;
    let settings = Settings::load(&args.target, &context.around)?;
    let resolved = settings.resolve(None)?;
    let choice = Choice {
        artifacts: args.artifact.clone(),
        part: args.part.clone(),
        format: args.format.unwrap_or(resolved.generate.format),
    };
    let out = match &args.out {
        Some(out) if out.as_os_str() == "-" => None,
        Some(out) => Some(Folder { path: context.around.folder.join(out), shown: out.display().to_string() }),
        None if args.all || args.check => resolved
            .generate
            .out
            .as_deref()
            .map(|out| settings.folder(resolved.origin("generate.out"), out, &context.around)),
        None => None,
    };
    if out.is_none() && (args.check || args.dry_run || (args.all && !args.json)) {
        return Err(CliError::usage("this needs the folder of the files")
            .hint("name it with --out DIR, or write the setting generate.out into lakebed.toml"));
    }
    for warning in warnings(&settings, &tables) {
        context.io.complain(&render::warning(&warning));
    }
    if out.is_none() && !args.json {
        single(args, &tables)?;
    }
    let made = make(&tables, &choice, &settings)?;
    match out {
        None if args.json => {
            let files = folder::printed(&made);
            let report = Report::new(Mode::Printed, None, &settings, files, made);
            finish(&report, true, context)
        }
        None => print(made, &settings, context),
        Some(out) => {
            let scope = scope(args, &tables);
            let (mode, files) = if args.check {
                (Mode::Check, folder::check(&made, &out, &scope)?)
            } else {
                let mode = if args.dry_run { Mode::DryRun } else { Mode::Written };
                (mode, folder::write(&made, &out, &scope, args.dry_run)?)
            };
            finish(&Report::new(mode, Some(out.shown), &settings, files, made), args.json, context)
        }
    }
}

/// Which files may be left over: those that this command would have made for a table of before.
fn scope(args: &GenerateArgs, tables: &[Table]) -> folder::Scope {
    let named = || tables.iter().map(|table| table.name.clone()).collect();
    folder::Scope { tables: (!args.table.is_empty()).then(named), artifacts: args.artifact.clone() }
}

fn finish(report: &Report, json: bool, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let text = if json {
        render::document(report)?
    } else {
        render::generated(report, "run the same command without --check", &context.program)
    };
    context.io.print(&text)?;
    if !json {
        context.io.complain(&render::notes(&report.files));
    }
    Ok(if report.ok { Outcome::Done } else { Outcome::Findings })
}

/// One text to standard output, everything else to standard error.
fn print(made: Made, settings: &Settings, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let text = made.outputs.first().map(|output| output.text.clone());
    let mut files = folder::printed(&made);
    files.iter_mut().for_each(|file| file.content = None);
    let report = Report::new(Mode::Printed, None, settings, files, made);
    match text {
        Some(text) => context.io.print(&text)?,
        None if report.findings.is_empty() => {
            context.io.complain(&render::warning("this part does not apply to the table; nothing was made"));
            return Ok(Outcome::Findings);
        }
        None => {}
    }
    context
        .io
        .complain(&render::refusals(&report.findings, settings.file().is_none().then_some(&context.program)));
    context.io.complain(&render::together(&report.together));
    context.io.complain(&render::notes(&report.files));
    Ok(if report.ok { Outcome::Done } else { Outcome::Findings })
}

/// Standard output holds one text.
fn single(args: &GenerateArgs, tables: &[Table]) -> Result<(), CliError> {
    let many = |what: String, hint: String| {
        Err(CliError::usage(format!("standard output takes one text, and this would be {what}")).hint(hint))
    };
    let out = "or write them all with --out DIR";
    if let [_, _, ..] = args.artifact.as_slice() {
        return many(args.artifact.join(", "), format!("name one artifact, {out}"));
    }
    if let [_, _, ..] = tables {
        let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
        return many(format!("tables {}", names.join(", ")), format!("name one with --table, {out}"));
    }
    let parts = args.artifact.first().and_then(|name| find(name)).map(|artifact| artifact.parts());
    match parts {
        Some(parts @ [_, _, ..]) if args.part.is_none() => {
            let names: Vec<&str> = parts.iter().map(|part| part.name).collect();
            many(format!("parts {}", names.join(", ")), format!("name one with --part, {out}"))
        }
        _ => Ok(()),
    }
}

fn check_part(args: &GenerateArgs) -> Result<(), CliError> {
    let Some(part) = &args.part else { return Ok(()) };
    let [name] = args.artifact.as_slice() else {
        return Err(
            CliError::usage("--part is for one artifact").hint("name one artifact, or leave out --part")
        );
    };
    let names: Vec<&str> =
        find(name).map_or(&[][..], |found| found.parts()).iter().map(|part| part.name).collect();
    if names.contains(&part.as_str()) {
        return Ok(());
    }
    let hint = match nearest(part, names.iter().copied()) {
        Some(near) => format!("did you mean `--part {near}`?"),
        None => "name one of these".to_owned(),
    };
    Err(CliError::usage(format!("`{name}` has no part `{part}`\nparts: {}", names.join(", "))).hint(hint))
}

fn chosen_tables(args: &GenerateArgs, context: &Context<'_, '_>) -> Result<Vec<Table>, CliError> {
    Registry::new(context.defs, &args.contract)?.several(&args.table)
}

/// Slips in the settings that change nothing.
pub(crate) fn warnings(settings: &Settings, tables: &[Table]) -> Vec<String> {
    let mut warnings = settings.warnings.clone();
    let names = || tables.iter().map(|table| table.name.as_str());
    let mut unknown: Vec<&str> =
        settings.tables().filter(|name| names().all(|known| known != *name)).collect();
    unknown.dedup();
    for name in unknown {
        // A table that is left out of this run is no slip; one that is nearly a known one is.
        if let Some(near) = nearest(name, names()) {
            warnings.push(format!(
                "there is no table `{name}`, of which the target has settings; did you mean `{near}`?"
            ));
        }
    }
    warnings
}

#[derive(Serialize)]
struct Listed {
    artifact: &'static str,
    about: &'static str,
    parts: Vec<ListedPart>,
}

#[derive(Serialize)]
struct ListedPart {
    part: &'static str,
    file: String,
    about: &'static str,
}

fn listed() -> Vec<Listed> {
    let part = |part: &lakebed_schema::artifacts::Part| ListedPart {
        part: part.name,
        file: format!("TABLE.{}", part.suffix),
        about: part.about,
    };
    ARTIFACTS
        .iter()
        .map(|artifact| Listed {
            artifact: artifact.name(),
            about: artifact.about(),
            parts: artifact.parts().iter().map(part).collect(),
        })
        .collect()
}

fn list() -> String {
    let mut grid = Grid::new(&[
        ("artifact", Side::Left),
        ("part", Side::Left),
        ("file", Side::Left),
        ("what it is", Side::Left),
    ]);
    for listed in listed() {
        grid.cells(vec![
            (listed.artifact.to_owned(), render::BOLD),
            (String::new(), PLAIN),
            (String::new(), PLAIN),
            (listed.about.to_owned(), PLAIN),
        ]);
        for part in listed.parts {
            grid.cells(vec![
                (String::new(), PLAIN),
                (part.part.to_owned(), PLAIN),
                (part.file, PLAIN),
                (part.about.to_owned(), render::DIM),
            ]);
        }
    }
    grid.render()
}

#[cfg(test)]
mod tests;
