//! Databases.

use super::scene::{Checked, Failure, Scene, holds, refused, same, texts};
use lakebed_cli::catalog::{CatalogErrorKind, GlueDatabase};
use std::collections::BTreeSet;

pub(super) fn one_that_is_not_there_is_none(scene: &Scene<'_>) -> Checked {
    same("the database", &scene.catalog.database(&scene.database)?, &None)
}

pub(super) fn one_is_made_with_all_it_has(scene: &Scene<'_>) -> Checked {
    let database = GlueDatabase {
        name: scene.database.clone(),
        description: Some("Measurements of \"all\" roads,\nfrom Zürich to 東京".to_owned()),
        location: Some("s3://lake/traffic/".to_owned()),
        parameters: texts(&[("team", "roads"), ("empty", "")]),
    };
    scene.catalog.create_database(&database)?;
    same("the database", &scene.catalog.database(&scene.database)?, &Some(database))
}

pub(super) fn one_is_made_only_once(scene: &Scene<'_>) -> Checked {
    scene.make_database()?;
    let again = GlueDatabase { description: Some("another".into()), ..GlueDatabase::new(&scene.database) };
    let result = scene.catalog.create_database(&again);
    refused("the same database again", result, &[CatalogErrorKind::AlreadyExists])?;
    let found = scene.catalog.database(&scene.database)?;
    same("the database", &found, &Some(GlueDatabase::new(&scene.database)))
}

pub(super) fn names_are_in_lower_case(scene: &Scene<'_>) -> Checked {
    let capitals = scene.database.to_uppercase();
    let database = GlueDatabase { name: capitals.clone(), ..GlueDatabase::default() };
    scene.catalog.create_database(&database)?;
    for name in [&capitals, &scene.database] {
        let found = scene.catalog.database(name)?.ok_or_else(|| Failure(format!("no database {name}")))?;
        same("its name", &found.name, &scene.database)?;
    }
    let result = scene.catalog.create_database(&GlueDatabase::new(&scene.database));
    refused("the name in lower case", result, &[CatalogErrorKind::AlreadyExists])
}

pub(super) fn many_are_listed_by_name(scene: &Scene<'_>) -> Checked {
    let names: BTreeSet<String> = (0..120).map(|i| format!("{}_{i}", scene.database)).collect();
    for name in &names {
        scene.catalog.create_database(&GlueDatabase::new(name))?;
    }
    let listed: Vec<String> = scene.catalog.databases()?.into_iter().map(|database| database.name).collect();
    holds("the list is in order", listed.is_sorted())?;
    let ours: Vec<String> = listed.into_iter().filter(|name| names.contains(name)).collect();
    same("the databases", &ours, &names.into_iter().collect())
}
