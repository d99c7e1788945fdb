//! Partition indexes.

use super::scene::{Checked, Failure, Scene, column, holds, owned, plain, refused, same};
use lakebed_cli::catalog::{CatalogErrorKind, IndexState, MAX_INDEXES, PartitionIndex, TableName};
use lakebed_schema::artifacts::glue::GlueTable;
use std::thread::sleep;
use std::time::Duration;

fn index(name: &str, keys: &[&str]) -> PartitionIndex {
    PartitionIndex { name: name.to_owned(), keys: owned(keys), state: IndexState::Active }
}

/// Makes an index and waits until it is in use.
fn make(scene: &Scene<'_>, name: &TableName, index: &PartitionIndex) -> Checked {
    scene.catalog.create_partition_index(name, index)?;
    for _ in 0..100 {
        let found = scene.catalog.partition_indexes(name)?.into_iter().find(|found| found.name == index.name);
        let found = found.ok_or_else(|| Failure(format!("the index {} is not listed", index.name)))?;
        same("its keys", &found.keys, &index.keys)?;
        match found.state {
            IndexState::Active => return Ok(()),
            IndexState::Creating => sleep(Duration::from_millis(20)),
            IndexState::Deleting | IndexState::Failed => break,
        }
    }
    Err(Failure(format!("the index {} is not in use after two seconds", index.name)))
}

pub(super) fn those_of_no_table_are_an_error(scene: &Scene<'_>) -> Checked {
    scene.make_database()?;
    let (name, missing) = (scene.name("none"), [CatalogErrorKind::NotFound]);
    refused("listing", scene.catalog.partition_indexes(&name), &missing)?;
    refused("making", scene.catalog.create_partition_index(&name, &index("by_day", &["dt"])), &missing)?;
    refused("removing", scene.catalog.delete_partition_index(&name, "by_day"), &missing)
}

pub(super) fn one_is_made_listed_and_removed(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&plain("t"))?;
    same("the indexes", &scene.catalog.partition_indexes(&name)?, &Vec::new())?;
    make(scene, &name, &index("by_hour", &["hour", "dt"]))?;
    make(scene, &name, &index("by_day", &["dt"]))?;
    scene.catalog.delete_partition_index(&name, "by_hour")?;
    for _ in 0..100 {
        let found = scene.catalog.partition_indexes(&name)?;
        holds("the other index stays", found.iter().any(|found| found.name == "by_day"))?;
        match found.iter().find(|found| found.name == "by_hour") {
            None => return Ok(()),
            Some(found) => same("its state", &found.state, &IndexState::Deleting)?,
        }
        sleep(Duration::from_millis(20));
    }
    Err(Failure("the index is still there after two seconds".to_owned()))
}

pub(super) fn one_is_made_only_once(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&plain("t"))?;
    make(scene, &name, &index("by_day", &["dt"]))?;
    let result = scene.catalog.create_partition_index(&name, &index("by_day", &["hour"]));
    refused("the same index again", result, &[CatalogErrorKind::AlreadyExists])?;
    let expected = vec![index("by_day", &["dt"])];
    same("the indexes", &scene.catalog.partition_indexes(&name)?, &expected)
}

pub(super) fn a_fourth_is_refused(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&plain("t"))?;
    for (i, keys) in [&["dt"][..], &["hour"], &["dt", "hour"]].into_iter().enumerate() {
        make(scene, &name, &index(&format!("index_{i}"), keys))?;
    }
    let result = scene.catalog.create_partition_index(&name, &index("fourth", &["hour", "dt"]));
    refused("a fourth index", result, &[CatalogErrorKind::Limit])?;
    same("the number of indexes", &scene.catalog.partition_indexes(&name)?.len(), &MAX_INDEXES)
}

pub(super) fn only_partition_keys_have_one(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&plain("t"))?;
    let result = scene.catalog.create_partition_index(&name, &index("by_speed", &["speed"]));
    refused("an index over a column", result, &[CatalogErrorKind::Invalid])?;
    same("the indexes", &scene.catalog.partition_indexes(&name)?, &Vec::new())
}

pub(super) fn one_that_is_not_there_is_not_removed(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&plain("t"))?;
    let result = scene.catalog.delete_partition_index(&name, "none");
    refused("removing", result, &[CatalogErrorKind::NotFound])
}

pub(super) fn keys_do_not_change_under_one(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&plain("t"))?;
    make(scene, &name, &index("by_day", &["dt"]))?;
    let before = scene.stored(&name)?;
    let other =
        GlueTable { partition_keys: vec![column("day", "string"), column("hour", "string")], ..plain("t") };
    let result = scene.catalog.update_table(
        &scene.database,
        &other,
        &before.version,
        lakebed_cli::catalog::Archive::Keep,
    );
    refused("another name of a key", result, &[CatalogErrorKind::Invalid])?;
    same("the table", &scene.stored(&name)?, &before)
}
