//! `lakebed rollback`

use super::Context;
use super::apply::{HowArgs, Unseen, carry_out, confirm};
use crate::apply::{Job, rollback, since};
use crate::catalog::open::{CatalogArgs, open};
use crate::catalog::{Catalog, StoredTable, TableName};
use crate::error::{CliError, Outcome};
use crate::plan::Change;
use crate::render;
use crate::tables::Registry;
use crate::target::{Settings, TargetArgs};
use lakebed_schema::json::Json;
use lakebed_schema::name::nearest;
use std::path::PathBuf;

/// Make a table in the catalog what it was in an earlier version, or list the versions
///
/// The whole table becomes what it was, also what others changed since. It shows the plan and asks, like apply, and
/// the result is a new version. Files are not touched. Without --to it lists the versions that are kept, and what
/// changed with each.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed rollback orders
  lakebed rollback orders --to 3
  lakebed rollback mobility.orders --to 3 --yes --allow LB102

Exit codes:
  0  done, or nothing to do, or listed
  1  the plan was refused, or not confirmed
  2  failure or wrong usage")]
pub(crate) struct RollbackArgs {
    /// The table: one that is known, or DATABASE.TABLE
    #[arg(value_name = "TABLE")]
    table: String,

    /// The version to return to
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,

    /// Contract file of a table that is not compiled in; may be repeated
    #[arg(long, value_name = "FILE")]
    contract: Vec<PathBuf>,

    #[command(flatten)]
    how: HowArgs,

    #[command(flatten)]
    catalog: CatalogArgs,

    #[command(flatten)]
    target: TargetArgs,
}

pub(crate) fn execute(args: &RollbackArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let settings = Settings::load(&args.target, &context.around)?;
    let name = name(args, &settings, context)?;
    let catalog = open(args.catalog.catalog.as_deref(), &settings, None, &context.around)?;
    let Some(version) = &args.to else { return list(catalog.as_ref(), &name, args.how.json, context) };
    let job = Job::new(catalog.as_ref(), |catalog| rollback(catalog, &name, version))?;
    if !confirm(std::slice::from_ref(&job.plan), catalog.as_ref(), &args.how, context)? {
        context.io.complain(&render::note("nothing was changed"));
        return Ok(Outcome::Findings);
    }
    let is_planned = !job.plan.is_empty();
    let outcome = carry_out(catalog.as_ref(), vec![job], Unseen::Nothing, &[], &args.how, context)?;
    if is_planned && outcome == Outcome::Done {
        let note = format!(
            "`{} apply` makes the table what the struct says again; change the struct too if this is to stay",
            context.program
        );
        context.io.complain(&render::note(&note));
    }
    Ok(outcome)
}

/// The table's full name, from what is known of it.
fn name(args: &RollbackArgs, settings: &Settings, context: &Context<'_, '_>) -> Result<TableName, CliError> {
    if let Some((database, table)) = args.table.split_once('.') {
        return Ok(TableName::new(database, table));
    }
    let resolved = settings.resolve(Some(&args.table))?;
    let registry = Registry::new(context.defs, &args.contract)?;
    let known = registry.find(&args.table);
    let database = match known {
        Some(table) => resolved.target.database(table).ok().map(str::to_owned),
        None => resolved.target.database.clone(),
    };
    match database {
        Some(database) => Ok(TableName::new(&database, &args.table)),
        None if known.is_none() => {
            let names = registry.known().iter().map(|known| known.table.name.as_str());
            Err(registry.unknown(&args.table).hint(match nearest(&args.table, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "name one of these; a table that only the catalog knows is named with its database, \
                     DATABASE.{}",
                    args.table
                ),
            }))
        }
        None => Err(CliError::usage(format!("nothing names the database of table `{}`", args.table))
            .hint(format!("write DATABASE.{}, or set database in the target", args.table))),
    }
}

/// Versions, newest first, each with what it changed.
fn list(
    catalog: &dyn Catalog,
    name: &TableName,
    json: bool,
    context: &mut Context<'_, '_>,
) -> Result<Outcome, CliError> {
    let versions = catalog.table_versions(name)?;
    let changes: Vec<Option<Vec<Change>>> = versions
        .iter()
        .enumerate()
        .map(|(at, version)| Some(since(versions.get(at + 1)?, version)))
        .collect();
    let listed: Vec<(&StoredTable, Option<Vec<Change>>)> = versions.iter().zip(changes).collect();
    let text = if json {
        render::document(&document(catalog, name, &listed))?
    } else {
        render::versions(name, &catalog.shown(), &listed, &context.program)
    };
    context.io.print(&text).map(|()| Outcome::Done)
}

fn document(catalog: &dyn Catalog, name: &TableName, listed: &[(&StoredTable, Option<Vec<Change>>)]) -> Json {
    let version = |(stored, changes): &(&StoredTable, Option<Vec<Change>>)| {
        let changes = changes.as_ref().map(|changes| Json::list(changes.iter().map(crate::apply::change)));
        Json::object([
            ("version", Json::from(&stored.version)),
            ("updated", stored.updated.as_ref().map_or(Json::Null, Json::from)),
            ("changes", changes.unwrap_or(Json::Null)),
        ])
    };
    Json::object([
        ("catalog", Json::from(catalog.shown())),
        ("database", Json::from(&name.database)),
        ("table", Json::from(&name.table)),
        ("versions", Json::list(listed.iter().map(version))),
    ])
}
