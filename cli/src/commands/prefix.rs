//! `lakebed prefix`

mod check;
mod eval;
#[cfg(test)]
mod tests;

use super::Context;
use crate::error::{CliError, Outcome};

/// Check an S3 prefix of Firehose, or see what it comes to
#[derive(Debug, clap::Args)]
pub(crate) struct PrefixArgs {
    #[command(subcommand)]
    command: PrefixCommand,
}

#[derive(Debug, clap::Subcommand)]
enum PrefixCommand {
    Check(check::CheckArgs),
    Eval(eval::EvalArgs),
}

pub(crate) fn execute(args: &PrefixArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    match &args.command {
        PrefixCommand::Check(args) => check::execute(args, context),
        PrefixCommand::Eval(args) => eval::execute(args, context),
    }
}
