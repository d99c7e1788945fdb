//! `lakebed export`

use super::Context;
use crate::error::{CliError, Outcome};
use crate::render::{DIM, GOOD, WARN, counted, paint, plain};
use crate::tables::{self, Registry};
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

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
        let state = write(&args.out, &file, &with_newline(table.to_contract())).map_err(|error| {
            CliError::failed("cannot write a contract file", file.display().to_string())
                .cause(&error)
                .hint("check that the folder can be written; the file is as it was before")
        })?;
        written += u64::from(state != State::Unchanged);
        let (sign, style) = match state {
            State::Created => ("+", GOOD),
            State::Changed => ("~", WARN),
            State::Unchanged => ("=", DIM),
        };
        let _ =
            writeln!(text, "{} {} {}", paint(style, sign), plain(&file.display().to_string()), state.word());
    }
    let _ =
        writeln!(text, "{} written, {} unchanged", counted(written, "file"), tables.len() as u64 - written);
    context.io.print(&text).map(|()| Outcome::Done)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Created,
    Changed,
    Unchanged,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
        }
    }
}

fn with_newline(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// Writes aside, then renames: a reader sees the old file or the new one, whole.
fn write(folder: &Path, file: &Path, text: &str) -> io::Result<State> {
    let state = match fs::read(file) {
        Ok(old) if old == text.as_bytes() => return Ok(State::Unchanged),
        Ok(_) => State::Changed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => State::Created,
        Err(error) => return Err(error),
    };
    fs::create_dir_all(folder)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let aside = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = fs::File::create(&aside)
        .and_then(|mut aside| aside.write_all(text.as_bytes()).and_then(|()| aside.sync_all()))
        .and_then(|()| fs::rename(&aside, file));
    if written.is_err() {
        let _ = fs::remove_file(&aside);
    }
    written.map(|()| state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_changed_and_leaves_nothing_aside() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let contracts = folder.path().join("new/contracts");
        let file = contracts.join("t.lakebed.json");
        assert!(write(&contracts, &file, "1\n")? == State::Created);
        assert!(write(&contracts, &file, "1\n")? == State::Unchanged);
        assert!(write(&contracts, &file, "2\n")? == State::Changed);
        assert_eq!(fs::read_to_string(&file)?, "2\n");
        assert_eq!(fs::read_dir(&contracts)?.count(), 1);
        Ok(())
    }
}
