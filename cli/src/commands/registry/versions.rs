//! `lakebed registry versions`

use super::Which;
use crate::catalog::open::open_registry;
use crate::commands::Context;
use crate::diff::{self, Change};
use crate::error::{CliError, Outcome};
use crate::registry::{SchemaName, SchemaRegistry, SchemaVersion};
use crate::render;
use serde::Serialize;
use serde_json::Value;

/// List the versions of schemas, with what changed between them
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  lakebed registry versions --table orders --catalog glue

Exit codes:
  0  listed
  2  failure or wrong usage")]
pub(crate) struct VersionsArgs {
    #[command(flatten)]
    which: Which,
}

/// The versions of schemas.
#[derive(Debug, Serialize)]
pub(crate) struct Listing {
    /// Where the registry is.
    pub(crate) at: String,
    pub(crate) schemas: Vec<Listed>,
}

/// One schema.
#[derive(Debug, Serialize)]
pub(crate) struct Listed {
    pub(crate) table: String,
    #[serde(flatten)]
    pub(crate) name: SchemaName,
    /// Whether it is registered.
    pub(crate) registered: bool,
    pub(crate) mode: Option<String>,
    /// The version that new ones are compared with.
    pub(crate) checkpoint: Option<u64>,
    pub(crate) versions: Vec<Version>,
}

/// One version.
#[derive(Debug, Serialize)]
pub(crate) struct Version {
    #[serde(flatten)]
    pub(crate) version: SchemaVersion,
    /// From the version before to this one.
    pub(crate) changes: Vec<Change>,
}

pub(super) fn execute(args: &VersionsArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let which = &args.which;
    let tables = which.tables(context)?;
    let settings = which.settings(context)?;
    let registry = open_registry(which.catalog.catalog.as_deref(), &settings, None, &context.around)?;
    let mut listing = Listing { at: registry.shown(), schemas: Vec::new() };
    for table in &tables {
        let name = which.name(table, &settings.resolve(Some(&table.name))?);
        listing.schemas.push(listed(registry.as_ref(), &table.name, name)?);
    }
    let text = if which.json { render::document(&listing)? } else { render::schema_versions(&listing) };
    context.io.print(&text)?;
    Ok(Outcome::Done)
}

fn listed(registry: &dyn SchemaRegistry, table: &str, name: SchemaName) -> Result<Listed, CliError> {
    let schema = registry.schema(&name)?;
    let mut listed = Listed {
        table: table.to_owned(),
        registered: schema.is_some(),
        mode: schema.as_ref().map(|schema| schema.compatibility.to_string()),
        checkpoint: schema.as_ref().and_then(|schema| schema.checkpoint),
        versions: Vec::new(),
        name,
    };
    if schema.is_none() {
        return Ok(listed);
    }
    let mut before: Option<Value> = None;
    for version in registry.versions(&listed.name)? {
        let text = registry.version(&listed.name, version.number)?.map(|found| found.definition);
        // What is no JSON is listed without its changes.
        let now: Option<Value> = text.and_then(|text| serde_json::from_str(&text).ok());
        let changes = match (&before, &now) {
            (Some(before), Some(now)) => diff::values(before, now),
            _ => Vec::new(),
        };
        before = now;
        listed.versions.push(Version { version, changes });
    }
    Ok(listed)
}
