//! Going back to a version of a table that the catalog kept.

use crate::catalog::{Catalog, CatalogError, CatalogErrorKind, GlueDatabase, TableName};
use crate::plan::{Actual, Class, Code, TablePlan, Wanted, changes, diff, read};

/// The plan that makes a table what it was in one of its versions, whole: also what others put there since goes, and
/// what they took away comes back. It is a new version then.
///
/// # Errors
/// Those of the catalog, and of a table or version that is not there.
pub fn rollback(catalog: &dyn Catalog, name: &TableName, version: &str) -> Result<TablePlan, CatalogError> {
    let Some(old) = catalog.table_version(name, version)? else {
        let kind = CatalogErrorKind::NotFound;
        if catalog.table(name)?.is_none() {
            let why = format!("{} has no such table", catalog.shown());
            return Err(CatalogError::new(kind, "GetTable", format!("table `{name}`"), why)
                .with_hint("check database and table, and with --catalog that it is the right catalog"));
        }
        let why = format!("version {version} is not there, or was not kept");
        return Err(CatalogError::new(kind, "GetTableVersion", format!("table `{name}`"), why)
            .with_hint("rollback without --to lists the versions that are kept; name one of them"));
    };
    let wanted = Wanted {
        database: GlueDatabase::new(&name.database),
        table: old.table,
        indexes: Vec::new(),
        adopt: true,
    };
    let actual = read(catalog, &wanted)?;
    plan(&wanted, &actual).ok_or_else(|| {
        let kind = CatalogErrorKind::NotFound;
        CatalogError::new(kind, "GetTable", format!("table `{name}`"), "it was removed meanwhile")
            .with_hint("make it again with apply: the versions of a table go with it")
    })
}

/// The plan; none when there is no table.
fn plan(wanted: &Wanted, actual: &Actual) -> Option<TablePlan> {
    let present = actual.table.as_ref()?;
    let differences = changes(&present.table, &wanted.table, actual.partitions.as_deref());
    let mut plan = diff(wanted, actual);
    // A plan of the usual kind leaves alone what engines keep for themselves; of it only what the table's own
    // members do not tell is taken over: obstacles, and partitions that follow.
    let is_obstacle = |code: Code, class: Class| code == Code::TableType && class == Class::Impossible;
    plan.changes.retain(|change| {
        change.code == Code::PartitionDescriptors
            || (is_obstacle(change.code, change.class) && change.before.is_none() && change.after.is_none())
    });
    plan.foreign.clear();
    let is_possible = plan.changes.iter().chain(&differences).all(|change| change.class != Class::Impossible);
    plan.result = (is_possible && !differences.is_empty()).then(|| wanted.table.clone());
    plan.changes.extend(differences);
    plan.changes.sort_by_key(|change| change.code);
    if !is_possible {
        plan.partitions.clear();
    }
    Some(plan)
}
