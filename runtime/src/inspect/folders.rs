//! Partitions of a table, told from its folders or from the journal of its runs.

use super::report::Misplaced;
use super::walk;
use crate::error::Error;
use crate::journal::read_journal;
use crate::place::Places;
use crate::store::Store;
use lakebed_schema::{Table, hive_path};
use std::collections::BTreeMap;

/// A folder that is a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionFolder {
    /// Path below the table's folder, as it stands there: `dt=2026-11-23/hour=00/`.
    pub path: String,
    /// A value for each partition column, in order, without escapes. Null is `__HIVE_DEFAULT_PARTITION__`, as catalogs
    /// know it.
    pub values: Vec<String>,
    /// Files that readers see.
    pub files: u64,
}

/// The partitions of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartitionFolders {
    /// Partitions in the order of their paths.
    pub partitions: Vec<PartitionFolder>,
    /// Folders with files that are none, each with its reason.
    pub misplaced: Vec<Misplaced>,
}

/// Most characters of a partition value in a catalog.
const MAX_VALUE: usize = 1024;

/// The partitions of the table whose folder is the root of the store: every folder with a file that readers see. A table without partitions has
/// none, and files in other folders than its own are misplaced.
///
/// # Errors
/// A folder that cannot be read.
pub fn partition_folders(folder: &dyn Store, table: &Table) -> Result<PartitionFolders, Error> {
    let (files, _) = walk::walk(folder, "")?;
    Ok(sorted_out(files.into_iter().map(|file| file.folder), table))
}

/// The partitions that runs have written into, told from the journal of the lake alone; none without a journal.
///
/// # Errors
/// A journal that cannot be read.
pub fn journal_folders(lake: &dyn Store, table: &Table) -> Result<PartitionFolders, Error> {
    let (runs, _) = read_journal(lake, &table.name)?;
    let inside = format!("{}/", table.name);
    let folder = |output: &String| {
        let file = output.strip_prefix(&inside)?;
        Some(file.rfind('/').map_or(String::new(), |at| file.get(..=at).unwrap_or_default().to_owned()))
    };
    Ok(sorted_out(runs.iter().flat_map(|run| &run.outputs).filter_map(folder), table))
}

/// Partitions and others, from the folder of each file.
fn sorted_out(files: impl Iterator<Item = String>, table: &Table) -> PartitionFolders {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for folder in files {
        *counts.entry(folder).or_default() += 1;
    }
    let places = Places::new(table);
    let mut folders = PartitionFolders::default();
    let mut by_values: BTreeMap<Vec<String>, String> = BTreeMap::new();
    for (path, files) in counts {
        let values =
            places.read(&path).and_then(|_| values(&path)).and_then(|values| match by_values.get(&values) {
                Some(first) => Err(format!("it is the same partition as `{first}`, in another spelling")),
                None => Ok(values),
            });
        match values {
            Ok(values) if values.is_empty() => {}
            Ok(values) => {
                by_values.insert(values.clone(), path.clone());
                folders.partitions.push(PartitionFolder { path, values, files });
            }
            Err(problem) => folders.misplaced.push(Misplaced { path, problem, files }),
        }
    }
    folders
}

/// The values in a path that fits the layout.
fn values(path: &str) -> Result<Vec<String>, String> {
    let value = |name: &str| {
        let value = hive_path::unescape(name.split_once('=').map_or("", |(_, value)| value));
        match value.chars().count() {
            0 => Err(format!("`{name}` has no value; Hive writes `{}` for none", hive_path::NULL)),
            1..=MAX_VALUE => Ok(value),
            length => Err(format!("its value has {length} characters, and catalogs take {MAX_VALUE}")),
        }
    };
    path.split('/').filter(|name| !name.is_empty()).map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lakebed_schema::{Column, Layout, LogicalType, Partition, PartitionBy};

    fn table(layouts: &[(Option<&str>, &str)]) -> Table {
        let mut table = Table::new("t", vec![Column::new("region", LogicalType::String)]);
        for (by, layout) in layouts {
            let layout = Layout::parse(layout, *by).unwrap();
            let by = by.map_or(PartitionBy::Arrival, |name| PartitionBy::Column(name.to_owned()));
            table.partitions.push(Partition { by, layout, null: None });
        }
        table
    }

    fn shown(folders: &PartitionFolders) -> Vec<String> {
        let partition =
            |folder: &PartitionFolder| format!("{} {:?} {}", folder.path, folder.values, folder.files);
        let other = |other: &Misplaced| format!("! {} {} {}", other.path, other.problem, other.files);
        folders.partitions.iter().map(partition).chain(folders.misplaced.iter().map(other)).collect()
    }

    #[test]
    fn folders_are_partitions_or_say_why_not() {
        let table = table(&[(Some("region"), "region={region}"), (None, "dt={yyyy-MM-dd}")]);
        let files = [
            "region=a%2Fb é/dt=2026-11-23/",
            "region=a%2Fb é/dt=2026-11-23/",
            "region=__HIVE_DEFAULT_PARTITION__/dt=2026-11-23/",
            "region=A/dt=2026-11-23/",
            "region=%41/dt=2026-11-23/",
            "dt=2026-11-23/region=a/",
            "region=a/dt=2026-02-30/",
            "region=a/",
            "",
        ];
        let folders = sorted_out(files.iter().map(|path| (*path).to_owned()), &table);
        assert_eq!(
            shown(&folders),
            [
                "region=%41/dt=2026-11-23/ [\"A\", \"2026-11-23\"] 1",
                "region=__HIVE_DEFAULT_PARTITION__/dt=2026-11-23/ [\"__HIVE_DEFAULT_PARTITION__\", \"2026-11-23\"] 1",
                "region=a%2Fb é/dt=2026-11-23/ [\"a/b é\", \"2026-11-23\"] 2",
                "!  it stands outside any partition, where the layout is `region={region}/dt={yyyy-MM-dd}/` 1",
                "! dt=2026-11-23/region=a/ `dt` where the layout `region={region}/dt={yyyy-MM-dd}/` has `region` 1",
                "! region=A/dt=2026-11-23/ it is the same partition as `region=%41/dt=2026-11-23/`, in another \
                 spelling 1",
                "! region=a/ one level of folders where the layout is `region={region}/dt={yyyy-MM-dd}/` 1",
                "! region=a/dt=2026-02-30/ its date does not exist 1",
            ]
        );
    }

    #[test]
    fn values_that_no_catalog_takes() {
        let table = table(&[(Some("region"), "region={region}")]);
        let files = [format!("region={}/", "x".repeat(1025)), format!("region={}/", "é".repeat(1024))];
        let folders = sorted_out(files.into_iter(), &table);
        assert_eq!(folders.partitions.len(), 1);
        assert!(folders.misplaced[0].problem.contains("1025 characters"), "{folders:?}");
    }

    #[test]
    fn a_table_without_partitions_has_none() {
        let files = ["", "dt=2026-11-23/"].map(str::to_owned);
        let folders = sorted_out(files.into_iter(), &table(&[]));
        assert_eq!((folders.partitions.len(), folders.misplaced.len()), (0, 1));
    }
}
