//! Registered partitions against folders.

use super::{PartitionFolders, location, partition_of};
use lakebed_schema::artifacts::glue::{GluePartition, GlueTable};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How registered partitions and folders differ.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Partitions to register, in the order of their folders.
    pub missing: Vec<GluePartition>,
    /// Partitions that are registered and have their folder.
    pub present: u64,
    /// Registered partitions below the table's LOCATION that have no file in their folder or below it, in the order of
    /// their values.
    pub gone: Vec<GluePartition>,
    /// Registered partitions that are read from another folder than their own.
    pub elsewhere: Vec<Elsewhere>,
}

/// A registered partition that is read from another folder than its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Elsewhere {
    /// Its values.
    pub values: Vec<String>,
    /// Where the catalog says it is.
    pub location: String,
    /// The folder with files that has these values, when there is one: nobody reads it.
    pub unread: Option<String>,
}

/// Compares the registered partitions of `table` with the folders below its LOCATION.
///
/// A partition is known by its values. One that is registered at a place outside the table's LOCATION is never
/// `gone`: whether it has files cannot be seen from here.
pub fn compare(table: &GlueTable, folders: &PartitionFolders, registered: &[GluePartition]) -> Comparison {
    let by_values: BTreeMap<&[String], &GluePartition> =
        registered.iter().map(|partition| (partition.values.as_slice(), partition)).collect();
    let mut comparison = Comparison::default();
    let mut with_folder: BTreeSet<&[String]> = BTreeSet::new();
    for folder in &folders.partitions {
        let values = folder.values.as_slice();
        with_folder.insert(values);
        match by_values.get(values) {
            None => comparison.missing.push(partition_of(table, folder)),
            Some(partition) => {
                let place = place(partition);
                // `compare` says where files are; how the path is written beyond that is the catalog's business.
                let own = location(table, &folder.path);
                if place.trim_end_matches('/') == own.trim_end_matches('/')
                    || is_generation(table, place, &folder.path)
                {
                    comparison.present += 1;
                } else {
                    comparison.elsewhere.push(Elsewhere {
                        values: values.to_vec(),
                        location: place.to_owned(),
                        unread: Some(folder.path.clone()),
                    });
                }
            }
        }
    }
    let root = location(table, "");
    let with_files: BTreeSet<&str> = folders
        .partitions
        .iter()
        .map(|folder| folder.path.as_str())
        .chain(folders.misplaced.iter().map(|folder| folder.path.as_str()))
        .map(|path| path.trim_end_matches('/'))
        .collect();
    for (values, partition) in by_values.into_iter().filter(|(values, _)| !with_folder.contains(values)) {
        let place = place(partition);
        match place.strip_prefix(&root) {
            // Its files are in the generation of a compaction, and its own folder is empty.
            None if generation(table, place).is_some() => comparison.present += 1,
            Some(path) if !holds_files(path, &with_files) => {
                comparison.gone.push(partition.clone());
            }
            Some(_) | None => comparison.elsewhere.push(Elsewhere {
                values: values.to_vec(),
                location: place.to_owned(),
                unread: None,
            }),
        }
    }
    comparison
}

/// Whether there are files in that folder or below it, where readers of the partition find them too.
fn holds_files(path: &str, with_files: &BTreeSet<&str>) -> bool {
    let path = path.trim_end_matches('/');
    let is_below = |folder: &&str| {
        path.is_empty()
            || folder.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    with_files.iter().any(is_below)
}

fn place(partition: &GluePartition) -> &str {
    partition.storage.location.as_deref().unwrap_or_default()
}

/// Whether a place is a generation of that partition, to which `compact` has switched its readers.
fn is_generation(table: &GlueTable, place: &str, path: &str) -> bool {
    generation(table, place).is_some_and(|found| found.trim_end_matches('/') == path.trim_end_matches('/'))
}

/// The path of the partition in a generation of the table: `LOCATION.generations/RUN/PATH`.
fn generation<'a>(table: &GlueTable, place: &'a str) -> Option<&'a str> {
    let root = location(table, "");
    let rest = place.strip_prefix(root.trim_end_matches('/'))?.strip_prefix(".generations/")?;
    let (run, path) = rest.split_once('/')?;
    (run.len() == 16 && run.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(path)
}
