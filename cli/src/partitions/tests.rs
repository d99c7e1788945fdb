use super::*;
use crate::catalog::{Catalog, GlueDatabase, MemoryCatalog, StoredTable, TableName};
use lakebed::inspect::report::Misplaced;
use lakebed_schema::artifacts::glue::{GlueColumn, GlueStorage};

fn column(name: &str, ty: &str) -> GlueColumn {
    GlueColumn { name: name.into(), ty: ty.into(), ..GlueColumn::default() }
}

fn table(location: &str) -> GlueTable {
    GlueTable {
        name: "traffic".into(),
        columns: vec![column("speed", "int")],
        partition_keys: vec![column("region", "string"), column("dt", "string")],
        storage: GlueStorage {
            location: Some(location.into()),
            serde_library: Some("serde".into()),
            ..GlueStorage::default()
        },
        ..GlueTable::default()
    }
}

fn folders(list: &[(&str, [&str; 2])]) -> PartitionFolders {
    let folder = |(path, values): &(&str, [&str; 2])| PartitionFolder {
        path: (*path).to_owned(),
        values: values.map(str::to_owned).into(),
        files: 1,
    };
    PartitionFolders { partitions: list.iter().map(folder).collect(), misplaced: Vec::new() }
}

fn stored(catalog: &MemoryCatalog, location: &str) -> StoredTable {
    catalog.create_database(&GlueDatabase::new("db")).unwrap();
    catalog.create_table("db", &table(location)).unwrap();
    catalog.table(&TableName::new("db", "traffic")).unwrap().unwrap()
}

#[test]
fn a_folder_becomes_a_partition_with_the_tables_descriptor() {
    let folder = &folders(&[("region=a%2Fb/dt=1/", ["a/b", "1"])]).partitions[0];
    for location in ["s3://lake/traffic", "s3://lake/traffic/"] {
        let partition = partition_of(&table(location), folder);
        assert_eq!(partition.values, ["a/b", "1"]);
        assert_eq!(partition.columns, [column("speed", "int")]);
        assert_eq!(partition.storage.location.as_deref(), Some("s3://lake/traffic/region=a%2Fb/dt=1/"));
        assert_eq!(partition.storage.serde_library.as_deref(), Some("serde"));
    }
}

#[test]
fn what_is_registered_is_told_apart() {
    let table = table("s3://lake/traffic/");
    let mut here = folders(&[
        ("region=a/dt=1/", ["a", "1"]),
        ("region=b/dt=1/", ["b", "1"]),
        ("region=c/dt=1/", ["c", "1"]),
    ]);
    here.misplaced.push(Misplaced { path: "old/1/".into(), problem: String::new(), files: 1 });
    let at = |location: &str, values: [&str; 2]| {
        let folder = &folders(&[("", values)]).partitions[0];
        let mut partition = partition_of(&table, folder);
        partition.storage.location = Some(location.to_owned());
        partition
    };
    let registered = [
        at("s3://lake/traffic/region=a/dt=1", ["a", "1"]),
        at("s3://elsewhere/b/", ["b", "1"]),
        at("s3://lake/traffic/region=x/dt=1/", ["x", "1"]),
        at("s3://lake/traffic/old/1/", ["old", "1"]),
        at("s3://elsewhere/y/", ["y", "1"]),
        at("s3://lake/traffic_old/z/", ["z", "1"]),
    ];
    let found = compare(&table, &here, &registered);
    let values = |partitions: &[GluePartition]| -> Vec<String> {
        partitions.iter().map(|partition| partition.values[0].clone()).collect()
    };
    assert_eq!((values(&found.missing), found.present), (vec!["c".to_owned()], 1));
    assert_eq!(values(&found.gone), ["x"]);
    let elsewhere: Vec<_> =
        found.elsewhere.iter().map(|found| (found.values[0].as_str(), found.unread.as_deref())).collect();
    assert_eq!(elsewhere, [("b", Some("region=b/dt=1/")), ("old", None), ("y", None), ("z", None)]);
}

#[test]
fn a_partition_with_files_further_in_is_not_gone() {
    let table = table("s3://lake/traffic/");
    let mut here = folders(&[]);
    here.misplaced.push(Misplaced { path: "2026/11/23/".into(), problem: String::new(), files: 1 });
    let at = |path: &str| {
        let folder = &folders(&[(path, [path, "1"])]).partitions[0];
        partition_of(&table, folder)
    };
    let found = compare(&table, &here, &[at(""), at("2026/1/"), at("2026/11/"), at("2026/11/23/4/")]);
    let gone: Vec<_> = found.gone.iter().map(|partition| partition.values[0].as_str()).collect();
    assert_eq!(gone, ["2026/1/", "2026/11/23/4/"]);
}

#[test]
fn only_what_was_shown_is_removed() {
    let catalog = MemoryCatalog::new();
    let stored = stored(&catalog, "lake/traffic/");
    let three = folders(&[("region=a/dt=1/", ["a", "1"]), ("region=b/dt=1/", ["b", "1"])]);
    sync(&catalog, &stored, &three, &SyncOptions::default()).unwrap();
    let name = TableName::new("db", "traffic");
    let shown: Vec<GluePartition> =
        catalog.partitions(&name).unwrap().into_iter().filter(|one| one.values[0] == "a").collect();
    let options = SyncOptions { prune: true, shown: Some(&shown), ..SyncOptions::default() };
    let report = sync(&catalog, &stored, &folders(&[]), &options).unwrap();
    let values = |removed: &[Removed]| -> Vec<String> {
        removed.iter().map(|removed| removed.values[0].clone()).collect()
    };
    assert_eq!((values(&report.pruned), values(&report.gone)), (vec!["a".to_owned()], vec!["b".to_owned()]));
    assert_eq!(catalog.partitions(&name).unwrap().len(), 1);
}

#[test]
fn a_second_run_finds_nothing_to_do_and_pruning_is_asked_for() {
    let catalog = MemoryCatalog::new();
    let stored = stored(&catalog, "lake/traffic/");
    let two = folders(&[("region=a/dt=1/", ["a", "1"]), ("region=b/dt=1/", ["b", "1"])]);
    let dry = SyncOptions { dry_run: true, ..SyncOptions::default() };
    assert_eq!(sync(&catalog, &stored, &two, &dry).unwrap().added.len(), 2);
    let name = TableName::new("db", "traffic");
    assert_eq!(catalog.partitions(&name).unwrap(), []);
    let report = sync(&catalog, &stored, &two, &SyncOptions::default()).unwrap();
    assert_eq!((report.added.len(), report.present), (2, 0));
    let report = sync(&catalog, &stored, &two, &SyncOptions::default()).unwrap();
    assert_eq!((report.added.len(), report.present), (0, 2));

    let one = folders(&[("region=a/dt=1/", ["a", "1"])]);
    let report = sync(&catalog, &stored, &one, &SyncOptions::default()).unwrap();
    assert_eq!((report.gone.len(), report.pruned.len()), (1, 0));
    assert_eq!(catalog.partitions(&name).unwrap().len(), 2);
    let prune = SyncOptions { prune: true, ..SyncOptions::default() };
    let report = sync(&catalog, &stored, &one, &SyncOptions { dry_run: true, ..prune }).unwrap();
    assert_eq!((report.gone.len(), report.pruned.len()), (0, 1));
    assert_eq!(catalog.partitions(&name).unwrap().len(), 2);
    let report = sync(&catalog, &stored, &one, &prune).unwrap();
    assert_eq!(report.pruned[0].location, "lake/traffic/region=b/dt=1/");
    assert_eq!(catalog.partitions(&name).unwrap().len(), 1);
}

#[test]
fn projection_is_read_as_athena_reads_it() {
    let mut table = table("s3://lake/traffic/");
    assert!(!is_projected(&table));
    for (value, is) in [(" TRUE", true), ("false", false), ("yes", false)] {
        table.parameters.insert("projection.enabled".into(), value.into());
        assert_eq!(is_projected(&table), is, "{value}");
    }
}
