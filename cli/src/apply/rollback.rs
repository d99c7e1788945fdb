//! Going back to a version of a table that the catalog kept.

use crate::catalog::{Catalog, CatalogError, CatalogErrorKind, GlueDatabase, StoredTable, TableName};
use crate::plan::{Actual, Change, Class, Code, TablePlan, Wanted, changes, diff, obstructions, read};

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
        table: old.table.clone(),
        indexes: Vec::new(),
        adopt: true,
    };
    let actual = read(catalog, &wanted)?;
    plan(&wanted, &actual, &old).ok_or_else(|| {
        let kind = CatalogErrorKind::NotFound;
        CatalogError::new(kind, "GetTable", format!("table `{name}`"), "it was removed meanwhile")
            .with_hint("make it again with apply: the versions of a table go with it")
    })
}

/// The plan; none when there is no table. What is more than columns over files, now or in the old version, is refused.
fn plan(wanted: &Wanted, actual: &Actual, old: &StoredTable) -> Option<TablePlan> {
    let present = actual.table.as_ref()?;
    let differences = changes(&present.table, &wanted.table, actual.partitions.as_deref());
    let mut plan = diff(wanted, actual);
    // A plan of the usual kind leaves alone what engines keep for themselves; of it only what the table's own
    // members do not tell is taken over: partitions that follow.
    plan.changes.retain(|change| change.code == Code::PartitionDescriptors);
    if !(differences.is_empty() && plan.changes.is_empty()) {
        let place = |version: &str| format!("version {version} of the table");
        for (stored, place) in [(present, format!("table `{}`", plan.name)), (old, place(&old.version))] {
            let refused = obstructions(stored, &plan.name).into_iter();
            plan.changes.extend(refused.map(|change| Change { place: place.clone(), ..change }));
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Archive, MemoryCatalog};
    use lakebed_schema::artifacts::glue::{GlueColumn, GlueTable};

    fn name() -> TableName {
        TableName::new("mobility", "traffic")
    }

    /// A catalog with a plain table, the Iceberg table that it became, and the plain one that it is again.
    fn catalog() -> MemoryCatalog {
        let catalog = MemoryCatalog::new();
        let column = GlueColumn { name: "a".into(), ty: "int".into(), ..GlueColumn::default() };
        let plain = GlueTable { name: "traffic".into(), columns: vec![column], ..GlueTable::default() };
        let mut iceberg = plain.clone();
        iceberg.parameters.insert("table_type".into(), "ICEBERG".into());
        catalog.create_database(&GlueDatabase::new("mobility")).unwrap();
        catalog.create_table("mobility", &plain).unwrap();
        catalog.update_table("mobility", &iceberg, "0", Archive::Keep).unwrap();
        catalog.update_table("mobility", &plain, "1", Archive::Keep).unwrap();
        catalog
    }

    fn refused(plan: &TablePlan) -> Vec<&str> {
        let impossible = plan.changes.iter().filter(|change| change.class == Class::Impossible);
        impossible.map(|change| change.place.as_str()).collect()
    }

    #[test]
    fn a_version_that_is_more_than_files_is_not_returned_to() {
        let plan = rollback(&catalog(), &name(), "1").unwrap();
        assert_eq!(refused(&plan), ["version 1 of the table"], "{plan:?}");
        assert_eq!(plan.result, None);
    }

    #[test]
    fn a_table_that_is_more_than_files_is_not_replaced_even_where_only_engines_parameters_differ() {
        let catalog = catalog();
        let mut there = catalog.table(&name()).unwrap().unwrap();
        there.table.table_type = Some("VIRTUAL_VIEW".into());
        catalog.update_table("mobility", &there.table, "2", Archive::Keep).unwrap();
        there.table.parameters.insert("numRows".into(), "7".into());
        catalog.update_table("mobility", &there.table, "3", Archive::Keep).unwrap();
        let plan = rollback(&catalog, &name(), "3").unwrap();
        assert_eq!(refused(&plan), ["table `mobility.traffic`", "version 3 of the table"], "{plan:?}");
        assert_eq!(plan.result, None);
        assert!(rollback(&catalog, &name(), "4").unwrap().is_empty());
    }
}
