//! The table of a function: a contract file that was packed with it.

use lakebed::Table;
use std::env::var_os;
use std::error::Error;
use std::path::PathBuf;

/// Where Lambda unpacks the program; the working folder elsewhere.
pub(crate) fn root() -> PathBuf {
    var_os("LAMBDA_TASK_ROOT").map(PathBuf::from).unwrap_or_default()
}

/// The table of the contract that `LAKEBED_CONTRACT` names, or of `contract.json`.
pub(crate) fn table() -> Result<Table, Box<dyn Error>> {
    let name = var_os("LAKEBED_CONTRACT").unwrap_or_else(|| "contract.json".into());
    let path = root().join(name);
    let text = std::fs::read_to_string(&path).map_err(|error| {
        format!(
            "{}: {error}; pack the contract with the program and name it in LAKEBED_CONTRACT",
            path.display()
        )
    })?;
    Ok(Table::from_contract(&text).map_err(|error| format!("{}: {error}", path.display()))?)
}
