//! The catalog that says which folder the readers of a table in a lake look into, for commands that change or ask it.

use super::Context;
use crate::catalog::open::open;
use crate::catalog::{Catalog, StoredTable, TableName};
use crate::error::CliError;
use crate::partitions::{CatalogReaders, is_projected};
use crate::target::{Resolved, Settings, TargetArgs};
use lakebed::Location;
use lakebed_schema::Table;

/// Where readers of a table look, as far as a catalog says it.
pub(super) struct Switching {
    table: String,
    catalog: Option<Box<dyn Catalog>>,
    stored: Option<StoredTable>,
}

impl Switching {
    /// Asks the catalog that is named, or that the target names. Without one, and for a table whose partitions are not
    /// registered, nobody says it.
    pub(super) fn of(
        table: &Table,
        lake: &Location,
        named: Option<&str>,
        target: &TargetArgs,
        context: &Context<'_, '_>,
    ) -> Result<Self, CliError> {
        let settings = Settings::load(target, &context.around)?;
        let resolved = settings.resolve(Some(&table.name))?;
        let catalog = match (named, &resolved.target.catalog) {
            (None, None) => None,
            _ => Some(open(named, &settings, Some(&table.name), &context.around)?),
        };
        let stored = match &catalog {
            Some(catalog) => registered(table, &resolved, catalog.as_ref(), named.is_some(), context)?,
            None => None,
        };
        let switching = Self { table: table.name.clone(), catalog, stored };
        if let Some(stored) = &switching.stored {
            let is_here =
                switching.readers().is_some() && is_at(lake, table, stored, &settings, &resolved, context);
            if !is_here {
                return Err(elsewhere(lake, table, stored));
            }
        }
        Ok(switching)
    }

    pub(super) fn has_catalog(&self) -> bool {
        self.catalog.is_some()
    }

    /// The table in the catalog, when its partitions are registered there.
    pub(super) fn stored(&self) -> Option<&StoredTable> {
        self.stored.as_ref()
    }

    /// Who says where readers look, when somebody does.
    pub(super) fn readers(&self) -> Option<CatalogReaders<'_>> {
        let (catalog, stored) = self.catalog.as_ref().zip(self.stored.as_ref())?;
        CatalogReaders::new(catalog.as_ref(), stored, &self.table)
    }
}

/// The table in the catalog, when its partitions are registered there; nothing when Athena computes them.
fn registered(
    table: &Table,
    resolved: &Resolved,
    catalog: &dyn Catalog,
    named: bool,
    context: &Context<'_, '_>,
) -> Result<Option<StoredTable>, CliError> {
    if table.partitions.is_empty() {
        return Ok(None);
    }
    let database = resolved.target.database(table).map_err(|finding| {
        let message = format!("{}: {}", finding.place, finding.problem);
        CliError::failed("the target says too little", message).hint(finding.fix)
    })?;
    let name = TableName::new(database, &table.name);
    let Some(stored) = catalog.table(&name)? else {
        if !named {
            return Ok(None);
        }
        let message = format!("{} holds no table `{name}`", catalog.shown());
        return Err(CliError::failed("the table is not in the catalog", message)
            .hint(format!("run `{} apply` first, or leave out --catalog", context.program)));
    };
    if let [obstacle, ..] = stored.obstacles.as_slice() {
        return Err(CliError::failed("the table is not lakebed's to change", obstacle.clone())
            .hint("compact it with the tool that made it"));
    }
    Ok(Some(stored).filter(|stored| !is_projected(&stored.table)))
}

/// Whether the table's LOCATION, which may be written relative to the target file, is in the lake.
fn is_at(
    lake: &Location,
    table: &Table,
    stored: &StoredTable,
    settings: &Settings,
    resolved: &Resolved,
    context: &Context<'_, '_>,
) -> bool {
    let location = stored.table.storage.location.as_deref().unwrap_or_default();
    match lake.join(&table.name) {
        Location::Local(path) => {
            let Ok(path) = context.around.folder.join(path).canonicalize() else { return false };
            !location.contains("://")
                && ["lake", "locations"].into_iter().any(|key| {
                    let named = settings.folder(resolved.origin(key), location, &context.around);
                    named.path.canonicalize().is_ok_and(|named| named == path)
                })
        }
        s3 @ Location::S3 { .. } => {
            location.replacen("s3a://", "s3://", 1).trim_end_matches('/') == s3.to_string()
        }
    }
}

fn elsewhere(lake: &Location, table: &Table, stored: &StoredTable) -> CliError {
    let location = stored.table.storage.location.as_deref().unwrap_or_default();
    CliError::failed(
        "the catalog's files are elsewhere",
        format!(
            "readers of `{}` look into {location}, and the lake's folder is {}: they do not read \
             what is there",
            table.name,
            lake.join(&table.name)
        ),
    )
    .hint("name the lake that the table's LOCATION is in")
}
