//! Versions and updates.

use super::scene::{
    Checked, Failure, Scene, column, faults, holds, partition, plain, refused, same, same_partition,
    same_table, texts,
};
use lakebed_cli::catalog::{Archive, CatalogErrorKind, MAX_DELETE_VERSIONS, StoredTable, TableName};
use lakebed_schema::artifacts::glue::GlueTable;
use std::collections::BTreeSet;

/// The table in its nth state.
fn state(n: usize) -> GlueTable {
    GlueTable { description: Some(format!("state {n}")), ..plain("t") }
}

/// Makes the table and brings it to that state, one update each.
fn bring_to(scene: &Scene<'_>, last: usize, archive: Archive) -> Result<TableName, Failure> {
    let name = scene.make(&state(0))?;
    for n in 1..=last {
        let version = scene.stored(&name)?.version;
        scene.catalog.update_table(&scene.database, &state(n), &version, archive)?;
    }
    Ok(name)
}

fn described(versions: &[StoredTable]) -> Vec<String> {
    versions.iter().map(|stored| stored.table.description.clone().unwrap_or_default()).collect()
}

pub(super) fn an_update_replaces_everything(scene: &Scene<'_>) -> Checked {
    let mut rich = plain("t");
    rich.description = Some("gone tomorrow".to_owned());
    rich.columns.push(column("extra", "string"));
    rich.parameters = texts(&[("a", "1"), ("b", "2")]);
    let name = scene.make(&rich)?;
    let poor = GlueTable { parameters: texts(&[("b", "3")]), ..plain("t") };
    let version = scene.stored(&name)?.version;
    scene.catalog.update_table(&scene.database, &poor, &version, Archive::Keep)?;
    same_table(&scene.stored(&name)?.table, &poor)
}

pub(super) fn an_update_names_the_present_version(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&state(0))?;
    let first = scene.stored(&name)?;
    same("the version, read again", &scene.stored(&name)?.version, &first.version)?;
    for (n, archive) in [(1, Archive::Keep), (2, Archive::Skip)] {
        let before = scene.stored(&name)?.version;
        scene.catalog.update_table(&scene.database, &state(n), &before, archive)?;
        let after = scene.stored(&name)?;
        holds("an update gives another version", after.version != before)?;
        same_table(&after.table, &state(n))?;
    }
    let listed = scene.catalog.tables(&scene.database)?;
    let present = vec![scene.stored(&name)?.version];
    same("the version in the list", &listed.into_iter().map(|stored| stored.version).collect(), &present)
}

fn refused_and_unchanged(
    scene: &Scene<'_>,
    name: &TableName,
    version: &str,
    kinds: &[CatalogErrorKind],
) -> Checked {
    let before = scene.stored(name)?;
    for archive in [Archive::Keep, Archive::Skip] {
        let result = scene.catalog.update_table(&scene.database, &state(99), version, archive);
        refused(&format!("an update for the version {version}"), result, kinds)?;
        same("the table", &scene.stored(name)?, &before)?;
    }
    Ok(())
}

pub(super) fn a_stale_version_is_refused(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&state(0))?;
    let stale = scene.stored(&name)?.version;
    scene.catalog.update_table(&scene.database, &state(1), &stale, Archive::Keep)?;
    refused_and_unchanged(scene, &name, &stale, &[CatalogErrorKind::Conflict])?;
    // The same with one that is not kept.
    let stale = scene.stored(&name)?.version;
    scene.catalog.update_table(&scene.database, &state(2), &stale, Archive::Skip)?;
    refused_and_unchanged(scene, &name, &stale, &[CatalogErrorKind::Conflict])
}

pub(super) fn a_version_that_never_was_is_refused(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&state(0))?;
    refused_and_unchanged(scene, &name, "999999", &[CatalogErrorKind::Conflict])
}

pub(super) fn a_version_that_is_no_number_is_refused(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&state(0))?;
    refused_and_unchanged(scene, &name, "latest", &[CatalogErrorKind::Conflict, CatalogErrorKind::Invalid])
}

pub(super) fn replaced_ones_are_kept(scene: &Scene<'_>) -> Checked {
    let name = bring_to(scene, 3, Archive::Keep)?;
    let versions = scene.catalog.table_versions(&name)?;
    same(
        "the versions",
        &described(&versions),
        &["state 3", "state 2", "state 1", "state 0"].map(Into::into).into(),
    )?;
    same("the newest", &versions[0].version, &scene.stored(&name)?.version)?;
    let distinct: BTreeSet<_> = versions.iter().map(|stored| &stored.version).collect();
    same("different versions", &distinct.len(), &4)?;
    for (stored, n) in versions.iter().zip([3, 2, 1, 0]) {
        let found = scene.catalog.table_version(&name, &stored.version)?;
        let found = found.ok_or_else(|| Failure(format!("version {} is not kept", stored.version)))?;
        same("its version", &found.version, &stored.version)?;
        same_table(&found.table, &state(n))?;
    }
    Ok(())
}

pub(super) fn replaced_ones_are_not_kept_when_skipped(scene: &Scene<'_>) -> Checked {
    let name = bring_to(scene, 1, Archive::Keep)?;
    let skipped = scene.stored(&name)?.version;
    scene.catalog.update_table(&scene.database, &state(2), &skipped, Archive::Skip)?;
    let versions = scene.catalog.table_versions(&name)?;
    same("the versions", &described(&versions), &["state 2", "state 0"].map(Into::into).into())?;
    same("the skipped one", &scene.catalog.table_version(&name, &skipped)?, &None)
}

pub(super) fn one_that_is_not_kept_is_none(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&state(0))?;
    same("a version that never was", &scene.catalog.table_version(&name, "999999")?, &None)?;
    same("a version of no table", &scene.catalog.table_version(&scene.name("none"), "0")?, &None)
}

pub(super) fn many_are_listed_newest_first(scene: &Scene<'_>) -> Checked {
    let name = bring_to(scene, 120, Archive::Keep)?;
    let expected: Vec<String> = (0..=120).rev().map(|n| format!("state {n}")).collect();
    same("the versions", &described(&scene.catalog.table_versions(&name)?), &expected)
}

pub(super) fn removing_answers_for_each(scene: &Scene<'_>) -> Checked {
    let name = bring_to(scene, 3, Archive::Keep)?;
    let versions: Vec<String> =
        scene.catalog.table_versions(&name)?.into_iter().map(|stored| stored.version).collect();
    let removed = [versions[2].clone(), "999999".to_owned(), versions[3].clone()];
    let found = scene.catalog.delete_table_versions(&name, &removed)?;
    faults(&found, CatalogErrorKind::NotFound, &[&["999999"]])?;
    let left = scene.catalog.table_versions(&name)?;
    same("the versions that are left", &described(&left), &["state 3", "state 2"].map(Into::into).into())
}

pub(super) fn removing_takes_no_more_than_the_limit(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&state(0))?;
    let versions: Vec<String> = (0..=MAX_DELETE_VERSIONS).map(|i| (i + 1000).to_string()).collect();
    let result = scene.catalog.delete_table_versions(&name, &versions);
    refused("101 versions", result, &[CatalogErrorKind::Invalid])
}

pub(super) fn those_of_no_table_are_an_error(scene: &Scene<'_>) -> Checked {
    scene.make_database()?;
    let missing = [CatalogErrorKind::NotFound];
    refused("listing", scene.catalog.table_versions(&scene.name("none")), &missing)?;
    let remove = scene.catalog.delete_table_versions(&scene.name("none"), &["0".to_owned()]);
    // The API may answer for the call or for the item.
    match remove {
        Ok(found) => faults(&found, CatalogErrorKind::NotFound, &[&["0"]]),
        Err(error) => refused::<()>("removing", Err(error), &missing),
    }
}

pub(super) fn an_update_leaves_partitions_alone(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&state(0))?;
    let partition = partition(&["2024-01-31", "07"]);
    scene.catalog.create_partitions(&name, std::slice::from_ref(&partition))?;
    let mut wider = state(1);
    wider.columns.push(column("extra", "string"));
    wider.storage.location = Some("s3://lake/elsewhere/".to_owned());
    let version = scene.stored(&name)?.version;
    scene.catalog.update_table(&scene.database, &wider, &version, Archive::Keep)?;
    let found = scene.catalog.partitions(&name)?;
    same("the number of partitions", &found.len(), &1)?;
    same_partition(&found[0], &partition)
}
