//! The stock `lakebed`: every command over the tables of [`lakebed_cli::domain`] and over contract files.

use std::process::ExitCode;

fn main() -> ExitCode {
    lakebed_cli::main(lakebed_cli::domain::tables())
}
