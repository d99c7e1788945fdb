//! Partitions registered from a lake, on catalogs of several kinds and through faults.

use lakebed::inspect::{PartitionFolder, PartitionFolders};
use lakebed_cli::catalog::{
    Catalog, CatalogErrorKind, FolderCatalog, GlueDatabase, ItemFault, MAX_CREATE, MemoryCatalog,
    StoredTable, TableName,
};
use lakebed_cli::partitions::{SyncOptions, SyncReport, sync};
use lakebed_schema::artifacts::glue::{GlueColumn, GlueStorage, GlueTable};
use lakebed_tests::faulty_catalog::{Fault, FaultyCatalog, Moment};
use std::collections::BTreeSet;

const WITHOUT_WAITING: SyncOptions<'static> =
    SyncOptions { prune: false, shown: None, dry_run: false, attempts: 4, wait: &|_| () };

fn name() -> TableName {
    TableName::new("db", "t")
}

/// A catalog with a table without projection.
fn with_table(catalog: &dyn Catalog) -> StoredTable {
    let column =
        |name: &str, ty: &str| GlueColumn { name: name.into(), ty: ty.into(), ..GlueColumn::default() };
    let storage = GlueStorage { location: Some("s3://lake/t/".into()), ..GlueStorage::default() };
    let table = GlueTable {
        name: "t".into(),
        columns: vec![column("id", "bigint")],
        partition_keys: vec![column("dt", "string"), column("n", "string")],
        storage,
        ..GlueTable::default()
    };
    catalog.create_database(&GlueDatabase::new("db")).expect("a database");
    catalog.create_table("db", &table).expect("a table");
    catalog.table(&name()).expect("a catalog").expect("a table")
}

/// So many folders, all different.
fn folders(count: usize) -> PartitionFolders {
    let folder = |at: usize| PartitionFolder {
        path: format!("dt=2026-11-23/n={at:05}/"),
        values: vec!["2026-11-23".into(), format!("{at:05}")],
        files: 1,
    };
    PartitionFolders { partitions: (0..count).map(folder).collect(), misplaced: Vec::new() }
}

/// Each folder is registered, once, at its place.
fn assert_whole(catalog: &dyn Catalog, folders: &PartitionFolders) {
    let registered = catalog.partitions(&name()).expect("a catalog");
    assert_eq!(registered.len(), folders.partitions.len());
    for (partition, folder) in registered.iter().zip(&folders.partitions) {
        assert_eq!(partition.values, folder.values);
        assert_eq!(partition.storage.location, Some(format!("s3://lake/t/{}", folder.path)));
        assert_eq!(partition.columns.len(), 1);
    }
}

/// Every folder is accounted for once.
fn assert_adds_up(report: &SyncReport, folders: &PartitionFolders) {
    let all = report.added.len() as u64 + report.present + report.failed.len() as u64 + report.left;
    assert_eq!(all, folders.partitions.len() as u64, "{report:?}");
}

/// Ten thousand, some of which the catalog refuses at first and one for good.
fn ten_thousand(inner: &dyn Catalog) {
    let stored = with_table(inner);
    let folders = folders(10_000);
    let catalog = FaultyCatalog::new(inner, &[]).failing_items(|call, values| {
        let fault = |kind| Some(ItemFault { item: values.to_vec(), kind, message: format!("{kind:?}") });
        match values.get(1)?.as_str() {
            "04242" => fault(CatalogErrorKind::Invalid),
            // Two calls out of three are too many; which ones depends on the partition.
            value if value.ends_with('7') && (call + value.len()) % 3 != 0 => {
                fault(CatalogErrorKind::Throttled)
            }
            _ => None,
        }
    });
    let report = sync(&catalog, &stored, &folders, &WITHOUT_WAITING).expect("no call fails");
    assert_eq!(report.failed.len(), 1, "{:?}", report.failed);
    assert_eq!(
        (report.failed[0].values[1].as_str(), report.failed[0].operation, report.failed[0].message.as_str()),
        ("04242", "BatchCreatePartition", "Invalid")
    );
    assert_eq!((report.added.len(), report.present, report.left), (9_999, 0, 0));
    let creates = catalog.calls().iter().filter(|call| **call == "BatchCreatePartition").count();
    assert!(creates >= 10_000 / MAX_CREATE, "{creates}");
    // A second run, without faults, does the rest and nothing else.
    let again = FaultyCatalog::new(inner, &[]);
    let report = sync(&again, &stored, &folders, &WITHOUT_WAITING).expect("no call fails");
    assert_eq!((report.added.len(), report.present), (1, 9_999));
    assert_eq!(again.calls(), ["GetPartitions", "BatchCreatePartition"]);
    assert_whole(inner, &folders);
}

#[test]
fn ten_thousand_in_memory() {
    ten_thousand(&MemoryCatalog::new());
}

#[test]
fn ten_thousand_in_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    ten_thousand(&FolderCatalog::new(folder.path()).unflushed());
}

/// Whatever call fails, however, before or after it was carried out: the run or the next one finishes, and the account
/// adds up.
#[test]
fn any_call_may_fail() {
    let folders = folders(250);
    let kinds = [CatalogErrorKind::Network, CatalogErrorKind::Throttled, CatalogErrorKind::Denied];
    let mut ended_early = BTreeSet::new();
    for moment in [Moment::Before, Moment::After] {
        for kind in kinds {
            for call in 0..6 {
                let inner = MemoryCatalog::new();
                let stored = with_table(&inner);
                let catalog = FaultyCatalog::new(&inner, &[Fault { call, moment, kind }]);
                match sync(&catalog, &stored, &folders, &WITHOUT_WAITING) {
                    Ok(report) => {
                        assert_adds_up(&report, &folders);
                        assert_eq!((report.left, report.failed.len()), (0, 0));
                    }
                    Err(failure) => {
                        let (error, report) = *failure;
                        assert_eq!(error.kind(), kind);
                        ended_early.insert(call);
                        // Nothing is known before the partitions were listed.
                        if call > 0 {
                            assert_adds_up(&report, &folders);
                            assert!(report.left >= 50, "{report:?}");
                        }
                    }
                }
                let report =
                    sync(&inner, &stored, &folders, &WITHOUT_WAITING).expect("nothing fails any more");
                assert_adds_up(&report, &folders);
                assert_whole(&inner, &folders);
            }
        }
    }
    assert_eq!(ended_early.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3], "the faults were met");
}

/// Two at a time: each partition is registered by one of them, and present to the other.
#[test]
fn several_at_once() {
    let catalog = MemoryCatalog::new();
    let stored = with_table(&catalog);
    let folders = folders(2_000);
    let reports: Vec<SyncReport> = std::thread::scope(|scope| {
        let run = || sync(&catalog, &stored, &folders, &SyncOptions::default()).expect("no call fails");
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(run)).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread that ends")).collect()
    });
    let mut added: Vec<_> = reports.iter().flat_map(|report| &report.added).collect();
    added.sort();
    assert_eq!(added.len(), 2_000);
    added.dedup();
    assert_eq!(added.len(), 2_000);
    for report in &reports {
        assert_adds_up(report, &folders);
    }
    assert_whole(&catalog, &folders);
}
