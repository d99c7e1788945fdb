//! The stock `lakebed`: every command over the tables of [`lakebed_cli::domain`] and over contract files.

use std::process::ExitCode;

/// Gives memory back whichever thread frees it, where the system's allocator keeps it in the arena of the thread that
/// asked: rows go from the threads of a run to its files.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    lakebed_cli::main(lakebed_cli::domain::tables())
}
