//! The files that an import writes.

use super::{Import, ImportArgs};
use crate::error::CliError;
use crate::files::{self, Written};
use lakebed_schema::Table;
use serde::Serialize;
use std::path::Path;

/// A file that was written.
#[derive(Debug, Serialize)]
pub(crate) struct WrittenFile {
    pub(crate) path: String,
    /// `source`, `contract` or `target`.
    pub(crate) what: &'static str,
    #[serde(skip)]
    pub(crate) state: Written,
}

/// Writes what is to go into files: all of it, or nothing when one is there already.
pub(super) fn write(args: &ImportArgs, import: &mut Import, folder: &Path) -> Result<(), CliError> {
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
