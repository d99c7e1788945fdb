//! `lakebed registry`

mod push;
#[cfg(test)]
mod tests;
mod versions;

use super::Context;
use crate::catalog::open::CatalogArgs;
use crate::error::{CliError, Outcome};
use crate::registry::SchemaName;
use crate::tables;
use crate::target::{Resolved, Settings, TargetArgs};
use lakebed_schema::Table;
use lakebed_schema::target::Compatibility;
use std::path::PathBuf;

pub(crate) use push::{Pushed, Report};
pub(crate) use versions::{Listed, Listing};

/// Register the JSON Schemas of tables, and keep new versions compatible
///
/// For the AWS Glue Schema Registry, or the folder of a catalog that stands in for it. Whether a new version is
/// compatible is decided here, before it is registered, with the place of what is not.
#[derive(Debug, clap::Args)]
pub(crate) struct RegistryArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Push(push::PushArgs),
    Check(push::CheckArgs),
    Versions(versions::VersionsArgs),
}

/// Which schemas, and where they are registered.
#[derive(Debug, clap::Args)]
pub(crate) struct Which {
    /// Table whose schema is meant; may be repeated. Without it all tables that are known, or all of --contract
    #[arg(long, value_name = "TABLE")]
    table: Vec<String>,

    /// Contract file of a table that is not compiled in; may be repeated
    #[arg(long, value_name = "FILE")]
    contract: Vec<PathBuf>,

    /// Name of the registry; the setting registry.name when absent
    #[arg(long, value_name = "NAME")]
    registry: Option<String>,

    #[command(flatten)]
    catalog: CatalogArgs,

    /// Print the result as one JSON document
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    target: TargetArgs,
}

pub(crate) fn execute(args: &RegistryArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    match &args.what {
        What::Push(args) => push::push(args, context),
        What::Check(args) => push::check(args, context),
        What::Versions(args) => versions::execute(args, context),
    }
}

impl Which {
    fn tables(&self, context: &Context<'_, '_>) -> Result<Vec<Table>, CliError> {
        let known = || tables::Registry::new(context.defs, &self.contract);
        if self.table.is_empty() {
            let tables = known()?.into_chosen();
            if tables.is_empty() {
                return Err(CliError::usage("this program knows no table").hint(
                    "give the contract file of one with --contract; `lakebed export`, run from a program with your \
                     structs, writes it",
                ));
            }
            return Ok(tables);
        }
        let mut tables: Vec<Table> = Vec::new();
        for name in &self.table {
            if tables.iter().all(|table| table.name != *name) {
                tables.push(known()?.choose(Some(name))?);
            }
        }
        Ok(tables)
    }

    fn name(&self, table: &Table, resolved: &Resolved) -> SchemaName {
        let target = &resolved.target.registry;
        SchemaName::new(
            self.registry.as_ref().unwrap_or(&target.name),
            target.schema.as_ref().unwrap_or(&table.name),
        )
    }

    fn settings(&self, context: &Context<'_, '_>) -> Result<Settings, CliError> {
        Settings::load(&self.target, &context.around)
    }
}

/// The mode that somebody has asked for: by the flag, else by the setting.
fn asked_mode(flag: Option<Compatibility>, resolved: &Resolved) -> Option<Compatibility> {
    let setting =
        || resolved.origin("registry.compatibility").map(|_| resolved.target.registry.compatibility);
    flag.or_else(setting)
}
