//! The command line as typed.

use crate::commands::apply::ApplyArgs;
use crate::commands::check::CheckArgs;
use crate::commands::clean::CleanArgs;
use crate::commands::compact::CompactArgs;
use crate::commands::completions::CompletionsArgs;
use crate::commands::convert::ConvertArgs;
use crate::commands::drift::DriftArgs;
use crate::commands::explain::ExplainArgs;
use crate::commands::export::ExportArgs;
use crate::commands::generate::GenerateArgs;
use crate::commands::import::ImportArgs;
#[cfg(feature = "service")]
use crate::commands::ingest::IngestArgs;
use crate::commands::init::InitArgs;
use crate::commands::inspect::InspectArgs;
use crate::commands::partitions::PartitionsArgs;
use crate::commands::plan::PlanArgs;
use crate::commands::prefix::PrefixArgs;
use crate::commands::registry::RegistryArgs;
use crate::commands::rejects::RejectsArgs;
use crate::commands::replay::ReplayArgs;
use crate::commands::rollback::RollbackArgs;
use crate::commands::runs::RunsArgs;
use crate::commands::sample::SampleArgs;
use crate::commands::tables::TablesArgs;
use crate::error::CliError;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::path::Path;

/// JSON and XML events to partitioned Parquet, from one Rust struct or one contract file.
#[derive(Debug, Parser)]
#[command(name = "lakebed", version, disable_help_subcommand = true, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Example:
  lakebed convert events/ --to lake

Exit codes:
  0  done, or nothing to do
  1  findings: drift, too many rejects, a record that is refused, broken files
  2  failure or wrong usage

Results go to standard output, messages and progress to standard error.
`lakebed COMMAND --help` tells more.";

/// What there is to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Convert(ConvertArgs),
    #[cfg(feature = "service")]
    Ingest(Box<IngestArgs>),
    Replay(ReplayArgs),
    Rejects(RejectsArgs),
    Explain(ExplainArgs),
    Inspect(InspectArgs),
    Runs(RunsArgs),
    Clean(CleanArgs),
    Init(InitArgs),
    Import(Box<ImportArgs>),
    Generate(GenerateArgs),
    Export(ExportArgs),
    Check(CheckArgs),
    Plan(PlanArgs),
    Apply(ApplyArgs),
    Rollback(RollbackArgs),
    Drift(DriftArgs),
    Partitions(PartitionsArgs),
    Compact(Box<CompactArgs>),
    Sample(SampleArgs),
    Prefix(PrefixArgs),
    Registry(RegistryArgs),
    Tables(TablesArgs),
    Completions(CompletionsArgs),
}

/// Commands that this build does not have, what they do, and how to get them. They parse, whatever follows them, so that
/// the answer is a plain one; help and completions leave them out.
const NOT_BUILT: &[(&str, &str, &str)] = &[
    #[cfg(not(feature = "service"))]
    (
        "ingest",
        "polling a feed into a lake or stream",
        "build lakebed with the feature `service`, as its default is",
    ),
];

/// What a command line comes to.
pub(crate) enum Parsed {
    /// A command, and the name of the program it was given to.
    Command(Box<Command>, String),
    /// Help or version, to print.
    Help(String),
    /// Why it cannot be understood.
    Wrong(String),
}

pub(crate) fn parse<T>(args: impl IntoIterator<Item = T>) -> Result<Parsed, CliError>
where
    T: Into<OsString> + Clone,
{
    let mut args = args.into_iter().map(Into::into).peekable();
    let program = args
        .peek()
        .and_then(|name| Path::new(name).file_stem())
        .map_or_else(|| "lakebed".to_owned(), |name| name.to_string_lossy().into_owned());
    let matches = match command_with_the_unbuilt().try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(error) => return Ok(from_clap(&error)),
    };
    let unbuilt = NOT_BUILT.iter().find(|(name, _, _)| Some(*name) == matches.subcommand_name());
    if let Some((name, what, hint)) = unbuilt {
        return Err(CliError::not_built(&format!("`{name}` ({what})")).hint(*hint));
    }
    match Cli::from_arg_matches(&matches) {
        Ok(cli) => Ok(Parsed::Command(Box::new(cli.command), program)),
        Err(error) => Ok(from_clap(&error)),
    }
}

/// The commands that exist, for help and completions.
pub(crate) fn command() -> clap::Command {
    Cli::command()
}

fn command_with_the_unbuilt() -> clap::Command {
    let rest = || clap::Arg::new("rest").num_args(0..).trailing_var_arg(true).allow_hyphen_values(true);
    command().subcommands(
        NOT_BUILT
            .iter()
            .map(|(name, _, _)| clap::Command::new(*name).hide(true).disable_help_flag(true).arg(rest())),
    )
}

fn from_clap(error: &clap::Error) -> Parsed {
    let text = error.render().ansi().to_string();
    if error.use_stderr() { Parsed::Wrong(text) } else { Parsed::Help(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        command_with_the_unbuilt().debug_assert();
    }

    #[test]
    fn commands_to_come_are_refused_whatever_follows() {
        for (name, _, _) in NOT_BUILT {
            for rest in [&[][..], &["--help"], &["-x", "y", "--", "--all"]] {
                let line = ["lakebed", *name].into_iter().chain(rest.iter().copied());
                let error = parse(line).err().map(|error| error.render()).unwrap_or_default();
                assert!(error.contains("is not built yet"), "{name} {rest:?}: {error}");
            }
        }
    }

    #[test]
    fn help_lists_what_exists_and_nothing_else() {
        let help = command().render_help().to_string();
        for (name, _, _) in NOT_BUILT {
            assert!(!help.contains(&format!("  {name} ")), "{help}");
        }
        assert!(help.contains("  convert "), "{help}");
    }
}
