//! Compaction against files of other writers, engines that know nothing of lakebed, a plain model, and a reader that
//! counts all the while.

use crate::foreign_parquet::{SOUND, imported};
use crate::readers::{convert_all, table};
use arrow_array::cast::AsArray;
use lakebed::compact::report::{CompactReport, CompactStatus};
use lakebed::{CompactOptions, NoProgress, Table, compact};
use lakebed_cli::catalog::{Catalog, GlueDatabase, MemoryCatalog, TableName};
use lakebed_cli::partitions::{CatalogReaders, SyncOptions, sync};
use lakebed_schema::artifacts::glue::{GlueColumn, GlueStorage, GlueTable};
use lakebed_schema::{Column, Layout, LogicalType, Partition, PartitionBy};
use lakebed_tests::cases::documents::Random;
use lakebed_tests::lake::{self, Bench};
use lakebed_tests::{rig::Rig, workspace};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

fn options(lake: &Path) -> CompactOptions {
    CompactOptions { allow_overlap: true, older_than: 0, now: i64::MAX / 2, ..CompactOptions::new(lake) }
}

fn run(table: &Table, options: &CompactOptions) -> CompactReport {
    compact(table, options, None, &NoProgress).unwrap_or_else(|error| panic!("{error}"))
}

fn rig() -> Rig {
    Rig::install(env!("CARGO_TARGET_TMPDIR")).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn files_of_other_writers_keep_their_values() {
    let rig = rig();
    // Names that a table cannot have are changed by the import, and are then other columns.
    for name in SOUND.into_iter().filter(|name| *name != "arrow_names") {
        let (table, _) = imported(name);
        let bench = Bench::new();
        let file = workspace::root().join(format!("tests/data/parquet/{name}.parquet"));
        let folder = bench.lake("lake").join(&table.name);
        let before = bench.path().join("before");
        for folder in [&folder, &before] {
            fs::create_dir_all(folder).expect("a folder");
            for copy in ["part-0.snappy.parquet", "part-1.snappy.parquet"] {
                fs::copy(&file, folder.join(copy)).expect("a copy");
            }
        }
        let report = run(&table, &options(&bench.lake("lake")));
        let done = &report.partitions[0];
        assert_eq!(done.status, CompactStatus::Merged, "{name}: {done:?}");
        assert_eq!((done.files_in, done.rows_in), (2, done.rows_out), "{name}");
        assert_eq!(lake::files(&folder).len(), 1, "{name}");
        // The files have the table's own schema, in its order.
        lake::rows(&bench.lake("lake"), &table);
        rig.run("same_rows.py", [&before, &folder]).unwrap_or_else(|found| panic!("{name}: {found}"));
    }
}

#[test]
fn engines_agree_on_real_events_after_a_compaction() {
    let lake = tempfile::tempdir().expect("a folder");
    let name = "traffic_measurement";
    let mut inputs = Vec::new();
    // Each folder is a run, so that partitions have several files.
    for folder in ["flat", "xml", "derived"] {
        inputs.extend(convert_all(name, &[folder], lake.path()));
    }
    let report = run(&table(name), &options(lake.path()));
    assert!(report.partitions.iter().any(|p| p.status == CompactStatus::Merged), "{report:?}");
    assert!(report.partitions.iter().all(|p| p.rows_in == p.rows_out), "{report:?}");
    let arguments = std::iter::once(lake.path().join(name)).chain(inputs);
    rig().run("compare.py", arguments).unwrap_or_else(|found| panic!("{found}"));
}

/// A table of readings with a key.
fn readings() -> Table {
    let columns = [
        ("region", LogicalType::String),
        ("id", LogicalType::Int64),
        ("at", LogicalType::Int64),
        ("seq", LogicalType::Int64),
    ];
    let columns =
        columns.map(|(name, ty)| Column { nullable: name == "at" || name == "id", ..Column::new(name, ty) });
    let mut table = Table::new("t", columns.into());
    table.partitions.push(Partition {
        by: PartitionBy::Column("region".into()),
        layout: Layout::parse("region={region}", Some("region")).expect("a layout"),
        null: None,
    });
    (table.key, table.latest_by) = (vec!["id".into()], Some("at".into()));
    table
}

/// Rows as id, time and number, in the order of files and rows.
type Rows = Vec<(Option<i64>, Option<i64>, i64)>;

fn rows(lake: &Path, table: &Table) -> BTreeMap<String, Rows> {
    let mut found = BTreeMap::<String, Rows>::new();
    for (partition, batches) in lake::rows(lake, table) {
        for batch in batches {
            let column = |name: &str| {
                let column = batch
                    .column_by_name(name)
                    .expect("a column")
                    .as_primitive::<arrow_array::types::Int64Type>();
                column.iter().collect::<Vec<Option<i64>>>()
            };
            let (ids, times, numbers) = (column("id"), column("at"), column("seq"));
            let rows = ids.into_iter().zip(times).zip(numbers);
            let rows = rows.map(|((id, at), seq)| (id, at, seq.expect("a number")));
            found.entry(partition.clone()).or_default().extend(rows);
        }
    }
    found
}

#[test]
fn what_stays_is_what_a_plain_model_keeps() {
    for seed in 0..6 {
        let mut random = Random(seed);
        let (bench, table) = (Bench::new(), readings());
        let mut seq = 0;
        for file in 0..5 {
            let mut text = String::new();
            for _ in 0..random.below(60) {
                let null = |random: &mut Random, bound: u64| match random.below(bound + 1) {
                    0 => "null".to_owned(),
                    number => number.to_string(),
                };
                let (id, at, region) = (null(&mut random, 8), null(&mut random, 4), random.below(2));
                text.push_str(&format!(
                    "{{\"region\":\"r{region}\",\"id\":{id},\"at\":{at},\"seq\":{seq}}}\n"
                ));
                seq += 1;
            }
            let input = bench.input(&format!("{file}.json"), text);
            bench.convert(&table, &[input], "lake", |_| {});
        }
        let lake = bench.lake("lake");
        let before = rows(&lake, &table);
        let options = CompactOptions { dedupe: true, ..options(&lake) };
        let report = run(&table, &options);
        let after = rows(&lake, &table);
        for (partition, all) in &before {
            // In the order in which they were stored, which decides between equally late ones.
            let mut all = all.clone();
            all.sort_by_key(|(_, _, seq)| *seq);
            let mut best: BTreeMap<Option<i64>, usize> = BTreeMap::new();
            for (number, (id, at, _)) in all.iter().enumerate() {
                let old = best.entry(*id).or_insert(number);
                if all[*old].1 <= *at {
                    *old = number;
                }
            }
            let mut kept: Vec<usize> = best.into_values().collect();
            kept.sort_unstable();
            let kept: Rows = kept.into_iter().map(|number| all[number]).collect();
            let stored = after.get(partition).cloned().map(|mut rows| {
                rows.sort_by_key(|(_, _, seq)| *seq);
                rows
            });
            assert_eq!(stored, Some(kept.clone()), "seed {seed}, {partition}");
            let told = report.partitions.iter().find(|p| p.path == *partition).expect("a partition");
            if told.status == CompactStatus::Merged {
                assert_eq!((told.rows_in, told.rows_out), (all.len() as u64, kept.len() as u64));
                assert_eq!(told.dropped, (all.len() - kept.len()) as u64);
            }
        }
    }
}

/// Rows that a reader finds who asks the catalog for the folders, and then opens their files.
fn counted(catalog: &dyn Catalog, name: &TableName) -> u64 {
    let partitions = catalog.partitions(name).expect("a catalog");
    let count = |location: String| -> u64 {
        let folder = Path::new(&location);
        let (parent, folder) = (folder.parent().expect("a parent"), folder.file_name().expect("a name"));
        lake::footer_rows(parent, folder.to_str().expect("text"))
    };
    partitions.into_iter().filter_map(|partition| partition.storage.location).map(count).sum()
}

#[test]
fn a_reader_that_asks_the_catalog_never_counts_wrong() {
    let (bench, table) = (Bench::new(), readings());
    let regions = 12;
    for file in 0..4 {
        let line =
            |n: u64| format!("{{\"region\":\"r{}\",\"id\":{n},\"at\":{file},\"seq\":{n}}}\n", n % regions);
        let input = bench.input(&format!("{file}.json"), (0..240).map(line).collect::<String>());
        bench.convert(&table, &[input], "lake", |_| {});
    }
    let lake = bench.lake("lake");
    let column = |name: &str| GlueColumn { name: name.into(), ty: "bigint".into(), ..GlueColumn::default() };
    let location = lake.join("t").display().to_string();
    let glue = GlueTable {
        name: "t".into(),
        columns: ["id", "at", "seq"].map(column).into(),
        partition_keys: vec![GlueColumn { ty: "string".into(), ..column("region") }],
        storage: GlueStorage { location: Some(format!("{location}/")), ..GlueStorage::default() },
        ..GlueTable::default()
    };
    let (catalog, name) = (MemoryCatalog::default(), TableName::new("db", "t"));
    catalog.create_database(&GlueDatabase::new("db")).expect("a database");
    catalog.create_table("db", &glue).expect("a table");
    let stored = catalog.table(&name).expect("a catalog").expect("a table");
    let folders = || {
        lakebed::inspect::partition_folders(&lakebed::store::LocalStore::new(lake.join("t")), &table)
            .expect("folders")
    };
    sync(&catalog, &stored, &folders(), &SyncOptions::default()).expect("partitions");
    assert_eq!(counted(&catalog, &name), 960);

    let readers =
        CatalogReaders::new(&catalog, &stored, "t").expect("a location that ends in the table's name");
    let ended = AtomicBool::new(false);
    let report = std::thread::scope(|scope| {
        let poll = scope.spawn(|| {
            let mut polls = 0;
            while !ended.load(Ordering::Relaxed) || polls == 0 {
                assert_eq!(counted(&catalog, &name), 960);
                polls += 1;
            }
        });
        let report = compact(&table, &options(&lake), Some(&readers), &NoProgress);
        ended.store(true, Ordering::Relaxed);
        poll.join().expect("a reader that counts right");
        report.unwrap_or_else(|error| panic!("{error}"))
    });
    assert!(report.partitions.iter().all(|p| p.status == CompactStatus::Switched), "{report:?}");
    assert_eq!(report.partitions.len() as u64, regions);
    assert_eq!(counted(&catalog, &name), 960);
    // The lake's other commands know where readers look.
    let seen =
        lakebed::inspect(&lakebed::store::LocalStore::new(lake.clone()), "t", Some(&table)).expect("a lake");
    assert_eq!((seen.rows, seen.files), (960, regions), "{seen:?}");
    assert_eq!(seen.journal.expect("a journal").missing_files, [""; 0]);
    let again = sync(&catalog, &stored, &folders(), &SyncOptions::default()).expect("partitions");
    assert_eq!((again.present, again.elsewhere.len()), (regions, 0), "{again:?}");
    // New records go where readers look.
    let input = bench.input("more.json", "{\"region\":\"r3\",\"id\":1,\"at\":9,\"seq\":1}\n");
    bench.convert(&table, &[input], "lake", |_| {});
    assert_eq!(counted(&catalog, &name), 961);
    let later = CompactOptions { grace: 0, ..options(&lake) };
    let report = compact(&table, &later, Some(&readers), &NoProgress).expect("a lake");
    assert_eq!(report.removed_files, 4 * regions + 2, "{report:?}");
    assert_eq!(counted(&catalog, &name), 961);
    assert_eq!(lake::files(&lake.join("t")).len(), 0);
    let error = compact(&table, &options(&lake), None, &NoProgress);
    let report = error.expect("a lake");
    assert!(report.partitions.iter().all(|p| p.status != CompactStatus::Merged), "{report:?}");
}
