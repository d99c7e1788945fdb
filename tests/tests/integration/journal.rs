//! The journal's protocol, cut at every step: by faults, by the death of the process, by a pause during which another
//! takes the table over.

use lakebed::journal::Access;
use lakebed::journal::clean::{clean, survey};
use lakebed::journal::overview::{Standing, table_runs};
use lakebed::store::{LocalStore, Store};
use lakebed::{
    Column, ConvertOptions, Error, ErrorKind, Layout, Location, LogicalType, NoProgress, Partition,
    PartitionBy, Report, Stores, Table,
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

/// A writer pauses before one of its calls until another has taken the table over, done its own work and ended.
fn paused_at_every_call(same_input: bool) {
    const LEASE: Duration = Duration::from_millis(100);
    let numbers = |same: bool| if same { 0..6 } else { 100..104 };
    let all: BTreeMap<i64, usize> = if same_input { once(0..6) } else { once((0..6).chain(numbers(false))) };
    let mut taken_over = 0;
    for at in 0.. {
        let world = Arc::new(World::new(Kind::Bucket));
        let a = world.input("a.json", 0..6);
        let b = if same_input { a.clone() } else { world.input("b.json", numbers(false)) };
        let done: Arc<Mutex<Option<Report>>> = Arc::default();
        let (other, told) = (Arc::clone(&world), Arc::clone(&done));
        let inner = Arc::clone(&world.lake);
        let paused = FaultyStore::new(inner, &[]).before_each(move |number, _| {
            if number != at {
                return;
            }
            let mut options = other.options(&other.lake, std::slice::from_ref(&b));
            options.access.lease = LEASE;
            options.access.wait = Duration::from_secs(60);
            let report = lakebed::convert(&readings(), &options, &NoProgress);
            *told.lock().expect("no panic") = Some(report.unwrap_or_else(|error| panic!("{error}")));
        });
        let paused = Arc::new(paused);
        let mut options = world.options(&(paused.clone() as Arc<dyn Store>), &[a.clone()]);
        options.access.lease = LEASE;
        let result = lakebed::convert(&readings(), &options, &NoProgress);
        let what = format!("same input {same_input}, paused at {at}: {:?}", paused.calls().get(at));
        if done.lock().expect("no panic").is_none() {
            // There is no such call any more.
            assert!(result.is_ok(), "{what}: {result:?}");
            break;
        }
        let notes = done.lock().expect("no panic").take().expect("a report").notes;
        taken_over += usize::from(notes.iter().any(|note| note.contains("taken over")));
        if let Err(error) = &result {
            assert!(
                matches!(error.kind(), ErrorKind::Locked) && error.retryable(),
                "{what}: {error}: {:?}",
                std::error::Error::source(error)
            );
        }
        // Nobody has run since: the late writer has left nothing behind.
        world.has_no_orphans(&what);
        let again = world.convert(&[a], false);
        assert!(again.total.balances(), "{what}");
        assert_eq!(world.rows(), all, "{what}");
        world.has_no_orphans(&what);
    }
    assert!(taken_over > 5, "the lease was taken over {taken_over} times");
}

#[test]
fn a_late_writer_of_the_same_input_neither_loses_nor_doubles() {
    paused_at_every_call(true);
}

#[test]
fn a_late_writer_of_another_input_neither_loses_nor_doubles() {
    paused_at_every_call(false);
}

#[test]
fn the_second_writer_is_told_who_holds_the_table_and_since_when() {
    for kind in [Kind::Folder, Kind::Bucket] {
        let world = Arc::new(World::new(kind));
        let inputs = [world.input("a.json", 0..6)];
        let (other, seen) = (Arc::clone(&world), Arc::new(Mutex::new(Vec::new())));
        let told = Arc::clone(&seen);
        let inner = Arc::clone(&world.lake);
        let lake = FaultyStore::new(inner, &[]).before_each(move |_, call| {
            if call.starts_with("publish") {
                let inputs = [other.input("b.json", 6..9)];
                let second = other.convert_through(Arc::clone(&other.lake), &inputs, false);
                told.lock().expect("no panic").push(second.expect_err("a refusal"));
                let found = survey(other.lake.as_ref(), "reading").expect("a survey");
                assert!(found.leftovers.is_empty(), "what is being written is nobody's leftover: {found:?}");
                assert!(found.writer.is_some());
                let journal = table_runs(other.lake.as_ref(), "reading").expect("a journal");
                assert_eq!(journal.standing(&journal.runs[0]), Standing::UnderWay);
            }
        });
        let report = world.convert_through(Arc::new(lake), &inputs, false).expect("a run");
        let seen = seen.lock().expect("no panic");
        assert_eq!(seen.len(), 3);
        for error in seen.iter() {
            let text = error.to_string();
            assert_eq!(error.kind(), ErrorKind::Locked);
            let pid = format!("process {}", std::process::id());
            for said in ["`reading`", "ann@", &pid, "(`lakebed convert`)", "since 2", "UTC", &report.run] {
                assert!(text.contains(said), "{said:?} is missing in {text}");
            }
            assert_eq!(text.contains("its lease ends at 2"), matches!(kind, Kind::Bucket), "{text}");
        }
    }
}

#[test]
fn a_writer_that_waits_gets_the_table_when_it_is_free() {
    for kind in [Kind::Folder, Kind::Bucket] {
        let world = Arc::new(World::new(kind));
        let writers = 20_i64;
        thread::scope(|scope| {
            for writer in 0..writers {
                let world = &world;
                scope.spawn(move || {
                    let inputs = [world.input(&format!("{writer}.json"), writer * 10..writer * 10 + 4)];
                    let mut options = world.options(&world.lake, &inputs);
                    options.access.wait = Duration::from_secs(300);
                    options.access.lease = Duration::from_secs(2);
                    options.access.renew = Duration::from_millis(500);
                    lakebed::convert(&readings(), &options, &NoProgress).unwrap_or_else(|e| panic!("{e}"))
                });
            }
        });
        let all = (0..writers).flat_map(|writer| writer * 10..writer * 10 + 4);
        assert_eq!(world.rows(), once(all), "{kind:?}");
        world.has_no_orphans(&format!("{kind:?}"));
    }
}

/// Without waiting, each is told, and each that was not told has stored all of its input.
#[test]
fn writers_at_once_on_s3_do_not_mix() {
    let server =
        Server::start(Emulator::Moto, env!("CARGO_TARGET_TMPDIR")).unwrap_or_else(|error| panic!("{error}"));
    let place = format!("LocationConstraint={REGION}");
    let create = ["s3api", "create-bucket", "--bucket", "lakes", "--create-bucket-configuration", &place];
    server.aws(&create).unwrap_or_else(|error| panic!("{error}"));
    let options = [("aws_access_key_id", "test"), ("aws_secret_access_key", "test")];
    let stores = Stores::with_s3(lakebed::store::S3Settings {
        endpoint: Some(server.url()),
        region: Some(REGION.to_owned()),
        options: options.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        ..lakebed::store::S3Settings::default()
    });
    let root = Location::from_s3_uri("s3://lakes/lake").expect("an address");
    let world = World::new(Kind::Folder);
    let writers = 20_i64;
    let convert = &|writer: i64, wait: Duration| {
        let input = world.input(&format!("{writer}.json"), writer * 10..writer * 10 + 4);
        let mut options = ConvertOptions::new([input], root.clone());
        options.stores = stores.clone();
        options.access.scratch = Some(world.folder.path().join("scratch"));
        options.access.wait = wait;
        options.access.lease = Duration::from_secs(5);
        options.access.renew = Duration::from_secs(1);
        lakebed::convert(&readings(), &options, &NoProgress)
    };
    let results: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..writers).map(|writer| scope.spawn(move || convert(writer, Duration::ZERO))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    let lake = stores.open(&root).expect("a store");
    let stored: BTreeSet<i64> =
        (0..writers).zip(&results).filter(|(_, result)| result.is_ok()).map(|(writer, _)| writer).collect();
    assert!(!stored.is_empty(), "{results:?}");
    for error in results.iter().filter_map(|result| result.as_ref().err()) {
        assert_eq!(error.kind(), ErrorKind::Locked, "{error}");
    }
    assert_eq!(rows(lake.as_ref()), once(stored.iter().flat_map(|writer| writer * 10..writer * 10 + 4)));
    thread::scope(|scope| {
        for writer in (0..writers).filter(|writer| !stored.contains(writer)) {
            scope.spawn(move || convert(writer, Duration::from_secs(300)).unwrap_or_else(|e| panic!("{e}")));
        }
    });
    assert_eq!(rows(lake.as_ref()), once((0..writers).flat_map(|writer| writer * 10..writer * 10 + 4)));
    has_no_orphans(lake.as_ref(), "after all");
}

#[test]
fn a_store_without_conditions_says_that_its_lease_only_advises() {
    let mut world = World::new(Kind::Bucket);
    world.lake = Arc::new(MemoryStore::new("old").without_conditions());
    let inputs = [world.input("a.json", 0..6)];
    let mut options = world.options(&world.lake, &inputs);
    options.access.read_back = Duration::from_millis(10);
    let report =
        lakebed::convert(&readings(), &options, &NoProgress).unwrap_or_else(|error| panic!("{error}"));
    assert!(report.notes.iter().any(|note| note.contains("only advises")), "{:?}", report.notes);
    assert_eq!(world.rows(), once(0..6));
    world.has_no_orphans("no conditions");
}

#[test]
fn clean_removes_what_no_run_needs_and_nothing_else() {
    for kind in [Kind::Folder, Kind::Bucket] {
        let world = World::new(kind);
        let inputs = [world.input("a.json", 0..6)];
        world.convert(&inputs, false);
        let put = |key: &str| {
            world.lake.put(key, b"xyz", lakebed::store::When::Always).expect("a file");
        };
        put("reading/region=odd/0123456789abcdef-0.parquet");
        put("_errors/reading/0123456789abcdef.ndjson");
        put("reading/region=odd/part-0000.parquet");
        put("_errors/reading/format-conversion-failed/firehose-1");
        put("reading/region=odd/.0123456789abcdef-0.parquet.77-1.tmp");
        let found = survey(world.lake.as_ref(), "reading").expect("a survey");
        let leftovers: Vec<&str> = found.leftovers.iter().map(|leftover| leftover.path.as_str()).collect();
        assert_eq!(
            leftovers,
            [
                "_errors/reading/0123456789abcdef.ndjson",
                "reading/region=odd/.0123456789abcdef-0.parquet.77-1.tmp",
                "reading/region=odd/0123456789abcdef-0.parquet",
            ]
        );
        let foreign: Vec<&str> = found.foreign.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(foreign, ["reading/region=odd/part-0000.parquet"]);

        // Between showing and removing, one of them came into use.
        let access = world.options(&world.lake, &[]).access;
        let removed = clean(&world.lake, &found, &access).expect("a clean lake");
        assert_eq!(removed.len(), 3);
        world.lake.delete("reading/region=odd/part-0000.parquet").expect("a removal");
        assert_eq!(world.rows(), once(0..6));
        world.lake.delete("_errors/reading/format-conversion-failed/firehose-1").expect("a removal");
        world.has_no_orphans("cleaned");
    }
}

#[test]
fn a_run_cut_short_is_told_and_cleaned() {
    let world = World::new(Kind::Folder);
    let inputs = [world.input("a.json", 0..6)];
    let probe = Arc::new(FaultyStore::new(Arc::clone(&world.lake), &[]));
    world.convert_through(probe.clone(), &inputs, false).expect("a run");
    // Dies at its second output.
    let first = probe.calls().iter().position(|call| call.starts_with("publish")).expect("an output");
    let at = first + 1;

    let world = World::new(Kind::Folder);
    let inputs = [world.input("a.json", 0..6)];
    let dies = Arc::new(FaultyStore::new(Arc::clone(&world.lake), &[(at, Fault::DeathBefore)]));
    world.convert_through(dies, &inputs, false).expect_err("a death");
    // In one process the dead holder looks alive.
    world.lake.delete("_lakebed/reading/lease.json").expect("a removal");
    let journal = table_runs(world.lake.as_ref(), "reading").expect("a journal");
    assert_eq!(journal.standing(&journal.runs[0]), Standing::CutShort);
    let found = survey(world.lake.as_ref(), "reading").expect("a survey");
    assert!(found.leftovers.iter().any(|leftover| leftover.path.starts_with("reading/")), "{found:?}");
    let access = world.options(&world.lake, &[]).access;
    let removed = clean(&world.lake, &found, &access).expect("a clean lake");
    assert_eq!(removed, found.leftovers);
    assert_eq!(world.rows(), BTreeMap::new());
    world.has_no_orphans("cleaned");
}

/// Journals of every version, as they were written.
fn journal_of(version: &str) -> World {
    let world = World::new(Kind::Folder);
    let data = workspace::root().join("tests/data/journal").join(version);
    for kind in ["runs", "intents"] {
        let to = world.folder.path().join("lake/_lakebed/traffic_measurement").join(kind);
        fs::create_dir_all(&to).expect("a folder");
        let Ok(entries) = fs::read_dir(data.join(kind)) else { continue };
        for entry in entries {
            let from = entry.expect("an entry").path();
            fs::copy(&from, to.join(from.file_name().expect("a name"))).expect("a copy");
        }
    }
    world
}

#[test]
fn journals_of_every_version_are_read() {
    for version in ["v1", "v2"] {
        let world = journal_of(version);
        let journal =
            table_runs(world.lake.as_ref(), "traffic_measurement").unwrap_or_else(|e| panic!("{e}"));
        let counts: Vec<(usize, u64, usize)> = journal
            .runs
            .iter()
            .map(|run| {
                assert_eq!(journal.standing(run), Standing::Committed, "{version}");
                let written = run.inputs.values().map(|input| input.written).sum();
                (run.inputs.len(), written, run.outputs.len())
            })
            .collect();
        assert_eq!(counts, [(1, 11, 1), (5, 399, 10)], "{version}");
    }
}

#[test]
fn a_lake_of_version_1_is_continued_and_its_intents_are_recovered() {
    let world = World::new(Kind::Folder);
    let (a, b) = (world.input("a.json", 0..6), world.input("b.json", 10..14));
    // As version 1 left it: one run committed whose intent stayed, one cut short after its output.
    world.convert(&[a.clone()], false);
    let folder = world.folder.path().join("lake/_lakebed/reading");
    let path =
        fs::read_dir(folder.join("runs")).expect("runs").next().expect("one").expect("an entry").path();
    let mut record: serde_json::Value =
        serde_json::from_slice(&fs::read(&path).expect("a file")).expect("a record");
    let fields = record.as_object_mut().expect("an object");
    fields.insert("lakebed_run".to_owned(), 1.into());
    for later in ["kind", "state", "attempt", "holder", "started_ms", "ended_ms", "files"] {
        assert!(fields.remove(later).is_some(), "{later}");
    }
    fs::write(&path, record.to_string()).expect("a file");
    fs::create_dir_all(folder.join("intents")).expect("a folder");
    fs::copy(&path, folder.join("intents").join(path.file_name().expect("a name"))).expect("a copy");
    let orphan = "reading/region=odd/fedcba9876543210-0.parquet";
    let mut cut = record.clone();
    cut["run"] = "fedcba9876543210".into();
    cut["outputs"] = serde_json::json!([orphan, "reading/region=even/fedcba9876543210-0.parquet"]);
    fs::write(folder.join("intents/fedcba9876543210.json"), cut.to_string()).expect("a file");
    fs::write(world.folder.path().join("lake").join(orphan), "half").expect("a file");

    let report = world.convert(&[a, b], false);
    assert_eq!(report.total.written, 4, "the input of version 1 is known");
    assert!(report.notes.iter().any(|note| note.contains("fedcba9876543210")), "{:?}", report.notes);
    assert_eq!(world.rows(), once((0..6).chain(10..14)));
    assert_eq!(fs::read_dir(folder.join("intents")).expect("a folder").count(), 0);
}

#[test]
fn a_journal_of_a_later_version_is_refused_by_name() {
    let world = World::new(Kind::Folder);
    let inputs = [world.input("a.json", 0..6)];
    let later = "{\"lakebed_run\":3,\"everything\":\"else is new\"}";
    let folder = world.folder.path().join("lake/_lakebed/reading/runs");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("00.json"), later).expect("a file");
    let error = world.convert_through(Arc::clone(&world.lake), &inputs, false).expect_err("a refusal");
    for said in ["00.json", "version 3", "up to 2", "update lakebed"] {
        assert!(error.to_string().contains(said), "{said:?} is missing in {error}");
    }
    assert_eq!(world.rows(), BTreeMap::new());
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
