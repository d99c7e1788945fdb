//! The journal's protocol, cut at every step: by faults, by the death of the process, by a pause during which another
//! takes the table over.

mod clean;
mod versions;
mod writers;

use lakebed::journal::Access;
use lakebed::journal::clean::{clean, survey};
use lakebed::journal::compaction::{Compaction, SwitchState};
use lakebed::journal::overview::{Standing, table_runs};
use lakebed::store::{LocalStore, Store};
use lakebed::{
    Column, ConvertOptions, Error, ErrorKind, Layout, Location, LogicalType, NoProgress, Partition,
    PartitionBy, Report, Semantics, Stores, Table,
};
use lakebed_tests::faulty_store::{Fault, FaultyStore};
use lakebed_tests::memory_store::MemoryStore;
use lakebed_tests::server::{Emulator, REGION, Server};
use lakebed_tests::workspace;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

fn readings() -> Table {
    let columns = [("region", LogicalType::String), ("n", LogicalType::Int64)];
    let mut table = Table::new("reading", columns.map(|(name, ty)| Column::new(name, ty)).into());
    table.partitions.push(Partition {
        by: PartitionBy::Column("region".into()),
        layout: Layout::parse("region={region}", Some("region")).expect("a layout"),
        null: None,
    });
    table
}

/// A place for a lake, and inputs beside it.
struct World {
    folder: TempDir,
    lake: Arc<dyn Store>,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Folder,
    Bucket,
}

impl World {
    fn new(kind: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let lake: Arc<dyn Store> = match kind {
            Kind::Folder => Arc::new(LocalStore::new(folder.path().join("lake"))),
            Kind::Bucket => Arc::new(MemoryStore::new("bucket")),
        };
        Self { folder, lake }
    }

    /// Writes an input with these numbers, over two regions, and one line that is refused.
    fn input(&self, name: &str, numbers: impl IntoIterator<Item = i64>) -> PathBuf {
        let mut text = String::from("{\"n\":\"broken\"}\n");
        for n in numbers {
            let region = if n % 2 == 0 { "even" } else { "odd" };
            writeln!(text, "{{\"region\":\"{region}\",\"n\":{n}}}").expect("text");
        }
        let path = self.folder.path().join(name);
        fs::write(&path, text).expect("a file");
        path
    }

    fn options(&self, lake: &Arc<dyn Store>, inputs: &[PathBuf]) -> ConvertOptions {
        let mut options = ConvertOptions::new(inputs.to_vec(), lake.root().clone());
        options.stores = Stores::local().with(Arc::clone(lake));
        options.access = Access {
            user: "ann".to_owned(),
            command: "lakebed convert".to_owned(),
            scratch: Some(self.folder.path().join("scratch")),
            // Who is not renewed within the test makes the same calls each time.
            renew: Duration::from_secs(3600),
            ..Access::default()
        };
        options
    }

    fn convert_through(
        &self,
        lake: Arc<dyn Store>,
        inputs: &[PathBuf],
        force: bool,
    ) -> Result<Report, Error> {
        let mut options = self.options(&lake, inputs);
        options.force = force;
        lakebed::convert(&readings(), &options, &NoProgress)
    }

    fn convert(&self, inputs: &[PathBuf], force: bool) -> Report {
        self.convert_through(Arc::clone(&self.lake), inputs, force).unwrap_or_else(|error| panic!("{error}"))
    }

    /// What a process that is gone leaves on a store that others share: its lease, which runs out.
    fn let_the_lease_run_out(&self) {
        if self.lake.root().as_path().is_none() {
            self.lake.delete("_lakebed/reading/lease.json").expect("a store in memory");
        }
    }

    /// How often each number is stored.
    fn rows(&self) -> BTreeMap<i64, usize> {
        rows(self.lake.as_ref())
    }

    fn has_no_orphans(&self, what: &str) {
        has_no_orphans(self.lake.as_ref(), what);
    }
}

fn rows(lake: &dyn Store) -> BTreeMap<i64, usize> {
    let mut rows = BTreeMap::new();
    for file in lake.list("reading/").expect("a list") {
        let bytes = lake.read(&file.key).expect("a store").expect("a file").bytes;
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes));
        let reader = reader.unwrap_or_else(|error| panic!("{}: {error}", file.key)).build().expect("Parquet");
        for batch in reader {
            let batch = batch.expect("rows");
            let column = batch.column_by_name("n").expect("a column");
            let numbers = column.as_any().downcast_ref::<arrow_array::Int64Array>().expect("numbers");
            for n in numbers.values() {
                *rows.entry(*n).or_default() += 1;
            }
        }
    }
    rows
}

fn once(numbers: impl IntoIterator<Item = i64>) -> BTreeMap<i64, usize> {
    numbers.into_iter().map(|n| (n, 1)).collect()
}

/// The files that are there are those of the committed runs, with the sizes they had.
fn has_no_orphans(lake: &dyn Store, what: &str) {
    let journal = table_runs(lake, "reading").unwrap_or_else(|error| panic!("{what}: {error}"));
    let committed = journal.runs.iter().filter(|run| journal.standing(run) == Standing::Committed);
    let (mut known, mut written) = (BTreeMap::new(), 0);
    for run in committed {
        written += run.inputs.values().map(|input| input.written).sum::<u64>();
        known.extend(run.outputs.iter().map(|output| (output.clone(), run.files[output].bytes)));
    }
    let mut there = lake.list("reading/").expect("a list");
    there.extend(lake.list("_errors/reading/").expect("a list"));
    let there: BTreeMap<String, u64> = there.into_iter().map(|meta| (meta.key, meta.bytes)).collect();
    assert_eq!(there, known, "{what}");
    assert_eq!(rows(lake).values().sum::<usize>() as u64, written, "{what}");
    let found = survey(lake, "reading").unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!((found.leftovers, found.foreign), (vec![], vec![]), "{what}");
    assert_eq!((found.of_unknown_runs, found.rejects_of_unknown_runs), (vec![], vec![]), "{what}");
}

/// Cuts a run at each of its calls, and resumes.
fn cut_everywhere(kind: Kind, force: bool, faults: &[Fault]) {
    let (old, new) = (0..6, 3..11);
    // The world before the run, and the inputs of the run.
    let prepare = || {
        let world = World::new(kind);
        if force {
            let input = world.input("a.json", old.clone());
            world.convert(&[input], false);
        }
        let inputs = [world.input("a.json", new.clone())];
        (world, inputs)
    };
    let (world, inputs) = prepare();
    let whole = Arc::new(FaultyStore::new(Arc::clone(&world.lake), &[]));
    world.convert_through(whole.clone(), &inputs, force).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(world.rows(), once(new.clone()));
    let calls = whole.calls();
    assert!(calls.iter().filter(|call| call.starts_with("publish")).count() == 3, "{calls:?}");

    for (at, call) in calls.iter().enumerate() {
        for fault in faults {
            let what = format!("{kind:?}, force {force}, {fault:?} at {at}: {call}");
            let (world, inputs) = prepare();
            let faulty = Arc::new(FaultyStore::new(Arc::clone(&world.lake), &[(at, *fault)]));
            let result = world.convert_through(faulty, &inputs, force);
            if matches!(fault, Fault::Before | Fault::After) {
                // It lives: what it says is true, and it cleans up after itself.
                let counts = world.rows();
                match &result {
                    Ok(_) => assert_eq!(counts, once(new.clone()), "{what}"),
                    Err(error) if error.to_string().contains("could not all be removed") => {
                        assert!(force && new.clone().all(|n| counts.contains_key(&n)), "{what}: {counts:?}");
                        let found = survey(world.lake.as_ref(), "reading").expect("a survey");
                        let access = world.options(&world.lake, &[]).access;
                        clean(&world.lake, &found, &access).unwrap_or_else(|error| panic!("{what}: {error}"));
                        assert_eq!(world.rows(), once(new.clone()), "{what}");
                    }
                    Err(error) => {
                        let before = if force { once(old.clone()) } else { BTreeMap::new() };
                        assert_eq!(counts, before, "{what}: {error}");
                    }
                }
                world.has_no_orphans(&what);
            }
            world.let_the_lease_run_out();
            world.convert(&inputs, force);
            assert_eq!(world.rows(), once(new.clone()), "{what}");
            world.has_no_orphans(&what);
        }
    }
}

#[test]
fn a_first_run_that_dies_anywhere_in_a_folder_is_resumed() {
    cut_everywhere(Kind::Folder, false, &[Fault::DeathBefore, Fault::DeathAfter]);
}

#[test]
fn a_forced_run_that_dies_anywhere_in_a_folder_is_resumed() {
    cut_everywhere(Kind::Folder, true, &[Fault::DeathBefore, Fault::DeathAfter]);
}

#[test]
fn a_first_run_that_fails_or_dies_anywhere_in_a_bucket_is_resumed() {
    cut_everywhere(
        Kind::Bucket,
        false,
        &[Fault::Before, Fault::After, Fault::DeathBefore, Fault::DeathAfter],
    );
}

#[test]
fn a_forced_run_that_fails_or_dies_anywhere_in_a_bucket_is_resumed() {
    cut_everywhere(Kind::Bucket, true, &[Fault::Before, Fault::After, Fault::DeathBefore, Fault::DeathAfter]);
}

/// Recovery itself is cut: a run dies after its first output, the next one dies anywhere.
#[test]
fn recovery_that_dies_anywhere_is_resumed() {
    for kind in [Kind::Folder, Kind::Bucket] {
        let prepare = || {
            let world = World::new(kind);
            let inputs = [world.input("a.json", 0..6)];
            let other = World::new(kind);
            let same = [other.input("a.json", 0..6)];
            let probe = Arc::new(FaultyStore::new(Arc::clone(&other.lake), &[]));
            other.convert_through(probe.clone(), &same, false).unwrap_or_else(|error| panic!("{error}"));
            let at = probe.calls().iter().rposition(|call| call.starts_with("publish")).expect("a publish");
            let dies = Arc::new(FaultyStore::new(Arc::clone(&world.lake), &[(at, Fault::DeathAfter)]));
            world.convert_through(dies, &inputs, false).expect_err("a death");
            assert!(!world.lake.list("reading/").expect("a list").is_empty());
            world.let_the_lease_run_out();
            (world, inputs)
        };
        let (world, inputs) = prepare();
        let whole = Arc::new(FaultyStore::new(Arc::clone(&world.lake), &[]));
        world.convert_through(whole.clone(), &inputs, false).unwrap_or_else(|error| panic!("{error}"));
        let first = whole.calls().iter().position(|call| call.starts_with("publish")).expect("a publish");
        for at in 0..first {
            let what = format!("{kind:?}, recovery dies at {at}: {}", whole.calls()[at]);
            let (world, inputs) = prepare();
            let dies = Arc::new(FaultyStore::new(Arc::clone(&world.lake), &[(at, Fault::DeathAfter)]));
            world.convert_through(dies, &inputs, false).expect_err("a death");
            world.let_the_lease_run_out();
            world.convert(&inputs, false);
            assert_eq!(world.rows(), once(0..6), "{what}");
            world.has_no_orphans(&what);
        }
    }
}

#[test]
fn a_name_of_a_run_stands_for_one_content() {
    let world = World::new(Kind::Folder);
    let input = world.input("a.json", 0..6);
    let name = |change: &dyn Fn(&mut ConvertOptions)| {
        let mut options = world.options(&world.lake, std::slice::from_ref(&input));
        options.dry_run = true;
        change(&mut options);
        lakebed::convert(&readings(), &options, &NoProgress).unwrap_or_else(|error| panic!("{error}")).run
    };
    let plain = name(&|_| {});
    assert_eq!(name(&|options| (options.threads, options.segment_bytes) = (3, 64)), plain);
    let mut names = BTreeSet::from([plain.clone()]);
    let changes: [&dyn Fn(&mut ConvertOptions); 5] = [
        &|options| options.semantics = Semantics::Strict,
        &|options| options.limits.depth = 7,
        &|options| options.limits.document_bytes = 1 << 10,
        &|options| options.limits.number_digits = 20,
        &|options| options.memory_bytes = 64 << 20,
    ];
    for change in changes {
        names.insert(name(change));
    }
    assert_eq!(names.len(), 6, "{names:?}");
    // Rejects tell the arrival, and are stored by its day.
    let file = fs::File::options().write(true).open(&input).expect("a file");
    file.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(1_500_000_000)).expect("a time");
    assert!(names.insert(name(&|_| {})), "{names:?}");
    assert_eq!(plain.len(), 16);
}

#[test]
fn removals_are_durable_before_the_record_says_so() {
    let world = World::new(Kind::Folder);
    let inputs = [world.input("a.json", 0..6)];
    world.convert(&inputs, false);
    let store = Arc::new(FaultyStore::new(Arc::clone(&world.lake), &[]));
    world.convert_through(store.clone(), &inputs, true).expect("a run");
    let calls = store.calls();
    let last = |what: &str| calls.iter().rposition(|call| call.starts_with(what));
    let removed = last("delete reading/").expect("a removal");
    let settled = last("settle reading/").expect("it is made durable");
    let record_gone = last("delete _lakebed/reading/runs/").expect("a removal");
    let done = last("put _lakebed/reading/runs/").expect("a record");
    assert!(removed < settled && settled < record_gone && record_gone < done, "{calls:#?}");
}

#[test]
fn rows_in_memory_go_through_the_same_protocol() {
    let world = World::new(Kind::Bucket);
    let table = readings();
    let plan = lakebed::Plan::compile(&table).expect("a table");
    let parts = |numbers: std::ops::Range<i64>| {
        let mut batch = lakebed::Batch::new(&plan, 0);
        let mut decoder = lakebed::feed::json::JsonDecoder::new(&plan, lakebed::Limits::default());
        let lines: Vec<String> = numbers.map(|n| format!("{{\"region\":\"odd\",\"n\":{n}}}")).collect();
        let mut rejects = lakebed::reject::Rejects::default();
        decoder.decode(lines.join("\n").as_bytes(), 0, true, &mut batch, &mut rejects);
        batch.split(&plan).expect("parts")
    };
    let options = |lake: &Arc<dyn Store>| {
        let mut options = lakebed::WriteOptions::new(lake.root().clone());
        options.stores = Stores::local().with(Arc::clone(lake));
        options.access = world.options(lake, &[]).access;
        options
    };
    let whole = Arc::new(FaultyStore::new(Arc::clone(&world.lake), &[]));
    let through: Arc<dyn Store> = whole.clone();
    lakebed::write_batches_with(&table, &options(&through), "first", &parts(0..4)).expect("a run");
    for (at, _) in whole.calls().iter().enumerate() {
        let name = format!("at {at}");
        let numbers = |at: usize| {
            let first = i64::try_from(at).expect("a number") * 10 + 10;
            first..first + 4
        };
        let dies: Arc<dyn Store> =
            Arc::new(FaultyStore::new(Arc::clone(&world.lake), &[(at, Fault::DeathAfter)]));
        let _ = lakebed::write_batches_with(&table, &options(&dies), &name, &parts(numbers(at)));
        world.let_the_lease_run_out();
        lakebed::write_batches_with(&table, &options(&world.lake), &name, &parts(numbers(at)))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let all = (0..=at).flat_map(numbers).chain(0..4);
        assert_eq!(world.rows(), once(all), "{name}");
        world.has_no_orphans(&name);
    }
}
