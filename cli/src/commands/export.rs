//! `lakebed export`

use super::Context;
use crate::error::{CliError, Outcome};
use crate::files::{self, Written};
use crate::render::{DIM, GOOD, WARN, counted, paint, plain};
use crate::tables::{self, Registry};
use std::fmt::Write as _;
use std::path::PathBuf;

/// Write the contract file of each table compiled in
///
/// A contract is the whole table as JSON. Commit it beside the code: `lakebed check` then fails when somebody
/// changes the struct and not the contract, and `lakebed convert --contract` needs no Rust.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed export
  lakebed export --table orders --out - | jq .columns

Exit codes:
  0  written, or unchanged
  2  failure or wrong usage")]
pub(crate) struct ExportArgs {
    /// Folder for the files, TABLE.lakebed.json; `-` prints to standard output, one document after another
    #[arg(long, value_name = "DIR", default_value = tables::CONTRACTS)]
    out: PathBuf,

    /// Only this table
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,
}

pub(crate) fn execute(args: &ExportArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let registry = Registry::new(context.defs, &[])?;
    let tables = match &args.table {
        Some(name) => vec![registry.choose(Some(name))?],
        None => registry.into_tables(),
    };
    if tables.is_empty() {
        return Err(CliError::usage(
            "this program has no tables compiled in, so there is no contract to write",
        )
        .hint("run it from the program with your structs: `lakebed_cli::main(lakebed::tables![…])`"));
    }
    if args.out.as_os_str() == "-" {
        let text: String = tables.iter().map(|table| with_newline(table.to_contract())).collect();
        return context.io.print(&text).map(|()| Outcome::Done);
    }
    let mut text = String::new();
    let mut written = 0;
    for table in &tables {
        let file = args.out.join(tables::contract_file(&table.name));
        let state = files::write(&file, &with_newline(table.to_contract())).map_err(|error| {
            CliError::failed("cannot write a contract file", file.display().to_string())
                .cause(&error)
                .hint("check that the folder can be written; the file is as it was before")
        })?;
        written += u64::from(state != Written::Unchanged);
        let (sign, style, word) = match state {
            Written::Created => ("+", GOOD, "created"),
            Written::Changed => ("~", WARN, "changed"),
            Written::Unchanged => ("=", DIM, "unchanged"),
        };
        let _ = writeln!(text, "{} {} {}", paint(style, sign), plain(&file.display().to_string()), word);
    }
    let _ =
        writeln!(text, "{} written, {} unchanged", counted(written, "file"), tables.len() as u64 - written);
    context.io.print(&text).map(|()| Outcome::Done)
}

fn with_newline(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}
