//! `lakebed completions`

use super::Context;
use crate::error::{CliError, Outcome};
use clap_complete::Shell;

/// Print the completion script of a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  lakebed completions bash > ~/.local/share/bash-completion/completions/lakebed")]
pub(crate) struct CompletionsArgs {
    /// Shell that will read the script
    shell: Shell,
}

pub(crate) fn execute(args: &CompletionsArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    // Into memory first: the generator panics when a pipe is closed on it.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::args::command(), context.program.as_str(), &mut script);
    context.io.print(&String::from_utf8_lossy(&script)).map(|()| Outcome::Done)
}
