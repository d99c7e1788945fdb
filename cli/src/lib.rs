//! The `lakebed` command line as a library: every command over your own tables.
//!
//! A team's own binary is `lakebed_cli::main(lakebed::tables![Order, Refund])`. The same commands run without a
//! process, for tests:
//!
//! ```
//! use lakebed_cli::{Io, run};
//!
//! let (mut out, mut err) = (Vec::new(), Vec::new());
//! let code = run(lakebed_cli::domain::tables(), ["lakebed", "--help"], &mut Io::new(&mut out, &mut err));
//! assert_eq!(code, 0);
//! assert!(String::from_utf8_lossy(&out).contains("lakebed convert"));
//! ```
#![warn(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::unreachable
)]
#![cfg_attr(test, allow(clippy::string_slice, clippy::unreachable, reason = "tests may fail loudly"))]

mod access;
pub mod apply;
mod args;
pub mod catalog;
mod commands;
mod delivery;
mod diff;
pub mod domain;
pub mod drift;
mod error;
mod files;
mod generated;
mod import;
#[cfg(feature = "service")]
mod ingest;
mod inputs;
mod io;
mod lake;
mod location;
mod lock;
mod memory;
pub mod partitions;
pub mod plan;
mod planning;
mod progress;
mod quantity;
pub mod registry;
mod render;
mod s3;
mod semantics;
mod storing;
mod surroundings;
mod tables;
mod target;
mod work;

pub use io::Io;

use error::Outcome;
use lakebed_schema::TableDef;
use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use surroundings::Surroundings;

/// Runs the command line of this process over `tables`, as `lakebed::tables![…]` gives them.
pub fn main(tables: impl AsRef<[&'static TableDef]>) -> ExitCode {
    // Not the locked streams: the progress bar writes to standard error from the threads of a run.
    let mut out = anstream::AutoStream::auto(std::io::stdout());
    let mut err = anstream::AutoStream::auto(std::io::stderr());
    let mut input = std::io::stdin();
    let mut io = Io::new(&mut out, &mut err).with_progress().with_input(&mut input);
    // Not locked either: other commands read it.
    let mut answers = std::io::BufReader::new(std::io::stdin());
    if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
        io = io.with_answers(&mut answers);
    }
    if let Some((terminal_size::Width(width), _)) = terminal_size::terminal_size_of(std::io::stdout()) {
        io = io.with_width(width.into());
    }
    ExitCode::from(run(tables, std::env::args_os(), &mut io))
}

/// Runs one command line and returns its exit code: 0 done or nothing to do, 1 findings, 2 failed or wrong usage.
///
/// The first of `args` is the program's name.
pub fn run<T>(
    tables: impl AsRef<[&'static TableDef]>,
    args: impl IntoIterator<Item = T>,
    io: &mut Io<'_>,
) -> u8
where
    T: Into<OsString> + Clone,
{
    run_in(Surroundings::of_this_process(), tables, args, io)
}

fn run_in<T>(
    mut around: Surroundings,
    tables: impl AsRef<[&'static TableDef]>,
    args: impl IntoIterator<Item = T>,
    io: &mut Io<'_>,
) -> u8
where
    T: Into<OsString> + Clone,
{
    let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
    around.command = args.iter().map(|arg| arg.to_string_lossy()).collect::<Vec<_>>().join(" ");
    let outcome = match args::parse(args) {
        Ok(args::Parsed::Command(command, program)) => {
            commands::execute(*command, &mut commands::Context { defs: tables.as_ref(), program, around, io })
        }
        Ok(args::Parsed::Help(text)) => io.print(&text).map(|()| Outcome::Done),
        Ok(args::Parsed::Wrong(text)) => {
            io.complain(&text);
            Ok(Outcome::Failed)
        }
        Err(error) => Err(error),
    };
    let outcome = outcome.unwrap_or_else(|error| {
        io.complain(&error.render());
        error.outcome()
    });
    outcome.code()
}
