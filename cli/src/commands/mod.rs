//! One command a file: its arguments with their help, and its function.

pub(crate) mod apply;
pub(crate) mod check;
pub(crate) mod clean;
pub(crate) mod compact;
pub(crate) mod completions;
pub(crate) mod convert;
pub(crate) mod drift;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod generate;
pub(crate) mod import;
#[cfg(feature = "service")]
pub(crate) mod ingest;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod partitions;
pub(crate) mod plan;
pub(crate) mod prefix;
pub(crate) mod registry;
pub(crate) mod rejects;
pub(crate) mod replay;
pub(crate) mod rollback;
pub(crate) mod runs;
pub(crate) mod sample;
mod switching;
pub(crate) mod tables;
#[cfg(test)]
pub(crate) mod world;

use crate::args::Command;
use crate::error::{CliError, Outcome};
use crate::io::Io;
use crate::surroundings::Surroundings;
use lakebed_schema::TableDef;

/// What a command works with.
pub(crate) struct Context<'a, 'io> {
    /// Tables compiled in.
    pub(crate) defs: &'a [&'static TableDef],
    /// Name under which the program was called.
    pub(crate) program: String,
    /// Where the command runs.
    pub(crate) around: Surroundings,
    /// Where to write.
    pub(crate) io: &'a mut Io<'io>,
}

pub(crate) fn execute(command: Command, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    match command {
        Command::Convert(args) => convert::execute(&args, context),
        Command::Drift(args) => drift::execute(&args, context),
        Command::Explain(args) => explain::execute(&args, context),
        Command::Inspect(args) => inspect::execute(&args, context),
        Command::Export(args) => export::execute(&args, context),
        Command::Clean(args) => clean::execute(&args, context),
        Command::Check(args) => check::execute(&args, context),
        #[cfg(feature = "service")]
        Command::Ingest(args) => ingest::execute(&args, context),
        Command::Import(args) => import::execute(&args, context),
        Command::Init(args) => init::execute(&args, context),
        Command::Generate(args) => generate::execute(&args, context),
        Command::Plan(args) => plan::execute(&args, context),
        Command::Apply(args) => apply::execute(&args, context),
        Command::Rollback(args) => rollback::execute(&args, context),
        Command::Runs(args) => runs::execute(&args, context),
        Command::Sample(args) => sample::execute(&args, context),
        Command::Compact(args) => compact::execute(&args, context),
        Command::Partitions(args) => partitions::execute(&args, context),
        Command::Prefix(args) => prefix::execute(&args, context),
        Command::Rejects(args) => rejects::execute(&args, context),
        Command::Replay(args) => replay::execute(&args, context),
        Command::Registry(args) => registry::execute(&args, context),
        Command::Tables(args) => tables::execute(&args, context),
        Command::Completions(args) => completions::execute(&args, context),
    }
}
