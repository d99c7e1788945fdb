//! `lakebed partitions`

mod list;
mod sync;

use super::Context;
use crate::error::{CliError, Outcome};

/// Registered partitions of tables whose partitions Athena does not compute
#[derive(Debug, clap::Args)]
pub(crate) struct PartitionsArgs {
    #[command(subcommand)]
    command: PartitionsCommand,
}

#[derive(Debug, clap::Subcommand)]
enum PartitionsCommand {
    Sync(sync::SyncArgs),
    List(list::ListArgs),
}

pub(crate) use sync::{Report, Synced, TableReport};

pub(crate) fn execute(args: &PartitionsArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    match &args.command {
        PartitionsCommand::Sync(args) => sync::execute(args, context),
        PartitionsCommand::List(args) => list::execute(args, context),
    }
}

#[cfg(test)]
mod tests;
