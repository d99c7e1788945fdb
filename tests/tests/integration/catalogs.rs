//! Catalogs that need no service: they do what the suite says, lose no update, and outlive a killed writer.

use lakebed_cli::catalog::{
    Archive, Catalog, CatalogError, CatalogErrorKind, FolderCatalog, GlueDatabase, MAX_CREATE, MemoryCatalog,
    StoredTable, TableName,
};
use lakebed_schema::artifacts::glue::{GlueColumn, GluePartition, GlueTable};
use lakebed_tests::cases::documents::Random;
use lakebed_tests::catalog_suite;
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

fn passes_the_suite(catalog: &dyn Catalog) {
    let mut failures = Vec::new();
    for case in catalog_suite::cases() {
        if let Err(failure) = (case.run)(catalog) {
            failures.push(format!("{}: {failure}", case.name));
        }
    }
    assert!(failures.is_empty(), "{} in {}:\n{}", failures.len(), catalog.shown(), failures.join("\n"));
}

#[test]
fn memory_passes_the_suite() {
    passes_the_suite(&MemoryCatalog::new());
}

#[test]
fn a_folder_passes_the_suite() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    passes_the_suite(&FolderCatalog::new(folder.path()).unflushed());
}

fn name() -> TableName {
    TableName::new("traffic", "measurement")
}

/// Makes a table with a parameter of somebody else's.
fn make_table(catalog: &dyn Catalog) {
    let key = GlueColumn { name: "dt".into(), ty: "string".into(), ..GlueColumn::default() };
    let table = GlueTable {
        name: "measurement".into(),
        partition_keys: vec![key],
        parameters: [("note of a colleague".to_owned(), "keep me".to_owned())].into(),
        ..GlueTable::default()
    };
    catalog.create_database(&GlueDatabase::new("traffic")).expect("a database");
    catalog.create_table("traffic", &table).expect("a table");
}

fn stored(catalog: &dyn Catalog) -> StoredTable {
    catalog.table(&name()).unwrap_or_else(|error| panic!("{error}")).expect("the table is there")
}

/// Reads the table, sets a parameter and writes it, again and again until nobody was faster.
fn set(catalog: &dyn Catalog, key: &str, value: &str, archive: Archive) -> Result<(), CatalogError> {
    loop {
        let found = stored(catalog);
        let mut table = found.table;
        table.parameters.insert(key.to_owned(), value.to_owned());
        match catalog.update_table("traffic", &table, &found.version, archive) {
            Err(error) if error.kind() == CatalogErrorKind::Conflict => {}
            other => return other,
        }
    }
}

/// That all parameters are there, and the one of somebody else's, and a version for each update.
fn nothing_is_lost(catalog: &dyn Catalog, updates: usize) {
    let found = stored(catalog);
    assert_eq!(found.table.parameters.len(), updates + 1);
    assert_eq!(found.table.parameters.get("note of a colleague").map(String::as_str), Some("keep me"));
    assert_eq!(found.version, updates.to_string());
    let versions = catalog.table_versions(&name()).expect("versions");
    // Each version holds one parameter more than the one before it.
    let sizes: Vec<usize> = versions.iter().map(|stored| stored.table.parameters.len()).collect();
    assert_eq!(sizes, (1..=updates + 1).rev().collect::<Vec<_>>());
}

fn threads_lose_nothing(catalog: &dyn Catalog) {
    make_table(catalog);
    scope(|scope| {
        for thread in 0..20 {
            scope.spawn(move || {
                for n in 0..10 {
                    set(catalog, &format!("{thread}-{n}"), "", Archive::Keep).expect("an update");
                }
            });
        }
    });
    nothing_is_lost(catalog, 200);
}

#[test]
fn twenty_threads_lose_no_update_in_memory() {
    threads_lose_nothing(&MemoryCatalog::new());
}

#[test]
fn twenty_threads_lose_no_update_in_a_folder() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    threads_lose_nothing(&FolderCatalog::new(folder.path()).unflushed());
}

const WRITER: &str = "LAKEBED_TEST_WRITER";
const UPDATES: usize = 25;

/// A process that writes into the catalog: this test binary again, with one test alone.
fn writer(entry: &str, name: &str, folder: &Path) -> Child {
    Command::new(std::env::current_exe().expect("a path of this program"))
        .args(["--exact", entry, "--nocapture", "--test-threads=1"])
        .env(WRITER, format!("{name}\n{}", folder.display()))
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process")
}

/// Name and catalog of a writer; none in the run that starts writers.
fn as_writer() -> Option<(String, FolderCatalog)> {
    let text = std::env::var(WRITER).ok()?;
    let (name, folder) = text.split_once('\n').expect("a name and a folder");
    Some((name.to_owned(), FolderCatalog::new(folder).unflushed()))
}

/// Not a test by itself.
#[test]
fn as_one_of_several() {
    let Some((writer, catalog)) = as_writer() else { return };
    for n in 0..UPDATES {
        set(&catalog, &format!("{writer}-{n}"), "", Archive::Keep).expect("an update");
    }
}

#[test]
fn several_processes_lose_no_update_in_a_folder() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let catalog = FolderCatalog::new(folder.path()).unflushed();
    make_table(&catalog);
    let writers: Vec<_> =
        (0..4).map(|n| writer("catalogs::as_one_of_several", &n.to_string(), folder.path())).collect();
    for writer in writers {
        let output = writer.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    nothing_is_lost(&catalog, 4 * UPDATES);
}

fn partition(value: &str) -> GluePartition {
    GluePartition { values: vec![value.to_owned()], ..GluePartition::default() }
}

/// Not a test by itself: writes until it is killed, and tells what is done.
#[test]
fn as_one_to_be_killed() {
    let Some((writer, catalog)) = as_writer() else { return };
    let mut out = std::io::stdout();
    for n in 0..1_000_000 {
        set(&catalog, "counter", &format!("{writer}-{n}"), Archive::Keep).expect("an update");
        let table = GlueTable { name: "short_lived".into(), ..GlueTable::default() };
        catalog.create_table("traffic", &table).expect("another table");
        let partitions: Vec<_> = (0..3).map(|i| partition(&format!("{writer}-{n}-{i}"))).collect();
        let faults = catalog.create_partitions(&name(), &partitions).expect("partitions");
        assert!(faults.is_empty(), "{faults:?}");
        catalog.delete_table(&TableName::new("traffic", "short_lived")).expect("the other table");
        writeln!(out, "\ndone:{n}").and_then(|()| out.flush()).expect("somebody reads");
    }
}

#[test]
fn a_folder_outlives_writers_that_are_killed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let catalog = FolderCatalog::new(folder.path()).unflushed();
    make_table(&catalog);
    let mut random = Random(5);
    let mut partitions = BTreeSet::new();
    for round in 0..20 {
        let mut child = writer("catalogs::as_one_to_be_killed", &round.to_string(), folder.path());
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
        let done = |line: String| line.strip_prefix("done:").and_then(|n| n.parse::<usize>().ok());
        let mut last = lines.find_map(done).expect("it has begun");
        sleep(Duration::from_micros(random.below(20_000)));
        child.kill().expect("it still ran");
        child.wait().expect("it ends");
        last = lines.filter_map(done).last().unwrap_or(last);

        let found = stored(&catalog);
        let counter = found.table.parameters.get("counter").expect("a counter");
        let (writer, n) = counter.split_once('-').expect("writer and number");
        assert_eq!(writer, round.to_string());
        let n: usize = n.parse().expect("a number");
        assert!(n == last || n == last + 1, "{n} after {last} was done");
        let versions = catalog.table_versions(&name()).expect("versions");
        let numbers: Vec<u64> = versions
            .iter()
            .map(|stored| stored.version.split('-').next().and_then(|number| number.parse().ok()))
            .map(|number| number.expect("a number"))
            .collect();
        assert!(numbers.is_sorted_by(|newer, older| newer > older), "{numbers:?}");
        assert!(versions.len() > n, "every version is kept");

        partitions.extend((0..=last).flat_map(|n| (0..3).map(move |i| vec![format!("{round}-{n}-{i}")])));
        let listed: BTreeSet<_> =
            catalog.partitions(&name()).expect("partitions").into_iter().map(|found| found.values).collect();
        assert!(partitions.is_subset(&listed), "{:?} are lost", partitions.difference(&listed));
        assert!(listed.len() <= partitions.len() + 3, "{listed:?}");
        partitions = listed;

        // The other table is whole or gone, and nothing holds its place or the lock.
        let start = Instant::now();
        let other = GlueTable { name: "short_lived".into(), ..GlueTable::default() };
        match catalog.create_table("traffic", &other) {
            Err(error) => assert_eq!(error.kind(), CatalogErrorKind::AlreadyExists, "{error}"),
            Ok(()) => assert_eq!(catalog.tables("traffic").expect("tables").len(), 2),
        }
        catalog.delete_table(&TableName::new("traffic", "short_lived")).expect("the other table");
        set(&catalog, "after", &round.to_string(), Archive::Skip).expect("an update");
        assert!(start.elapsed() < Duration::from_secs(30), "the lock of a killed process is gone with it");
    }
}

#[test]
fn ten_thousand_partitions_in_a_folder_are_no_matter() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let catalog = FolderCatalog::new(folder.path());
    make_table(&catalog);
    let all: Vec<_> = (0..10_000).map(|n| partition(&format!("{n:05}"))).collect();
    let start = Instant::now();
    for batch in all.chunks(MAX_CREATE) {
        assert_eq!(catalog.create_partitions(&name(), batch).expect("partitions"), []);
    }
    let listed = catalog.partitions(&name()).expect("partitions");
    let took = start.elapsed();
    assert!(listed.iter().map(|found| &found.values).eq(all.iter().map(|made| &made.values)));
    // Some seconds; flushing each would take minutes.
    assert!(took < Duration::from_secs(60), "{took:?}");
}
