//! Compaction of small lakes: every row counted, at every instant, whatever is cut short.

mod json;
mod old;

use super::*;
use crate::convert::{ConvertOptions, NoProgress, convert};
use crate::store::{Content, LocalStore, Put, Unfinished, When};
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray};
use lakebed_schema::{Column, Layout, LogicalType, Partition, PartitionBy, SortColumn};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

fn table() -> Table {
    let columns = [("region", LogicalType::String), ("id", LogicalType::String), ("n", LogicalType::Int64)];
    let mut table = Table::new("t", columns.map(|(name, ty)| Column::new(name, ty)).into());
    table.partitions.push(Partition {
        by: PartitionBy::Column("region".into()),
        layout: Layout::parse("region={region}", Some("region")).unwrap(),
        null: None,
    });
    table.sort = vec![SortColumn { column: "n".into(), descending: false }];
    table
}

/// A lake with some runs: one file in each partition for each of them.
struct Lake {
    folder: tempfile::TempDir,
}

impl Lake {
    fn new(runs: &[&[(&str, &str, i64)]]) -> Self {
        let lake = Self { folder: tempfile::tempdir().unwrap() };
        for (number, rows) in runs.iter().enumerate() {
            lake.convert(&format!("run-{number}"), rows);
        }
        lake
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("lake")
    }

    fn convert(&self, name: &str, rows: &[(&str, &str, i64)]) {
        let input = self.folder.path().join(format!("{name}.json"));
        let line = |(region, id, n): &(&str, &str, i64)| {
            format!("{{\"region\":\"{region}\",\"id\":\"{id}\",\"n\":{n}}}\n")
        };
        fs::write(&input, rows.iter().map(line).collect::<String>()).unwrap();
        convert(&table(), &ConvertOptions::new([input], self.path()), &NoProgress).unwrap();
    }

    fn options(&self) -> CompactOptions {
        CompactOptions {
            allow_overlap: true,
            older_than: 0,
            now: i64::MAX / 2,
            grace: 0,
            ..CompactOptions::new(self.path())
        }
    }

    fn compact(&self, change: impl FnOnce(&mut CompactOptions)) -> CompactReport {
        let mut options = self.options();
        change(&mut options);
        compact(&table(), &options, None, &NoProgress).unwrap()
    }

    /// Ids and numbers of a folder below the lake, in the order of files and rows.
    fn rows(&self, folder: &str) -> Vec<(String, i64)> {
        let mut rows = Vec::new();
        for name in names(&self.path().join(folder)) {
            rows.extend(read(&self.path().join(folder).join(name)));
        }
        rows
    }

    fn sorted(&self, folder: &str) -> Vec<(String, i64)> {
        let mut rows = self.rows(folder);
        rows.sort();
        rows
    }
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn read(file: &Path) -> Vec<(String, i64)> {
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(File::open(file).unwrap()).unwrap().build().unwrap();
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.unwrap();
        let ids = batch.column_by_name("id").unwrap().as_string::<i32>();
        let numbers = batch.column_by_name("n").unwrap().as_primitive::<Int64Type>();
        rows.extend(ids.iter().zip(numbers.iter()).map(|(id, n)| (id.unwrap().to_owned(), n.unwrap())));
    }
    rows
}

fn pairs(rows: &[(&str, i64)]) -> Vec<(String, i64)> {
    rows.iter().map(|(id, n)| ((*id).to_owned(), *n)).collect()
}

const THREE: [&[(&str, &str, i64)]; 3] = [
    &[("a", "x", 5), ("b", "x", 1), ("a", "y", 2)],
    &[("a", "x", 3), ("b", "z", 0)],
    &[("a", "w", 4), ("c", "only", 1)],
];

#[test]
fn small_files_become_one_sorted_file() {
    let lake = Lake::new(&THREE);
    let report = lake.compact(|_| ());
    let shown: Vec<_> = report
        .partitions
        .iter()
        .map(|p| (p.path.as_str(), p.status, p.files_in, p.rows_in, p.rows_out, p.sort))
        .collect();
    let sort = report::Sorting::Partition;
    assert_eq!(
        shown,
        [
            ("region=a/", CompactStatus::Merged, 3, 4, 4, sort),
            ("region=b/", CompactStatus::Merged, 2, 2, 2, sort),
            ("region=c/", CompactStatus::NothingToDo, 0, 0, 0, report::Sorting::AsTheyStood),
        ]
    );
    assert_eq!(lake.rows("t/region=a"), pairs(&[("y", 2), ("x", 3), ("w", 4), ("x", 5)]));
    assert_eq!((names(&lake.path().join("t/region=a")).len(), lake.rows("t/region=b").len()), (1, 2));
    let again = lake.compact(|_| ());
    assert!(again.partitions.iter().all(|p| p.status == CompactStatus::NothingToDo), "{again:?}");
    // What comes later is merged with what was; inputs stay known.
    lake.convert("run-1", THREE[1]);
    lake.convert("late", &[("a", "v", 1)]);
    let last = lake.compact(|_| ());
    assert_eq!((last.partitions[0].files_in, last.partitions[0].rows_out), (2, 5));
    let seen = crate::inspect(&LocalStore::new(lake.path()), "t", Some(&table())).unwrap();
    assert_eq!(seen.journal.as_ref().map(|journal| journal.missing_files.len()), Some(0), "{seen:?}");
}

#[test]
fn files_have_the_wanted_size_and_the_sort_says_what_it_is() {
    let rows: Vec<(String, i64)> = (0..20_000).map(|n| (format!("{:x}", n * 7919 % 20_011), n)).collect();
    let halves: Vec<Vec<(&str, &str, i64)>> =
        rows.chunks(10_000).map(|half| half.iter().map(|(id, n)| ("a", id.as_str(), -n)).collect()).collect();
    let lake = Lake::new(&[&halves[0], &halves[1]]);
    let report = lake.compact(|options| {
        options.target_bytes = 40_000;
        options.min_files = 1;
        options.partitions = vec!["region=a".into()];
    });
    // Both are larger than that already.
    assert_eq!(report.partitions[0].status, CompactStatus::NothingToDo);
    let report = lake.compact(|options| {
        options.target_bytes = 200_000;
        options.memory_bytes = 1 << 19;
    });
    let done = &report.partitions[0];
    assert_eq!(
        (done.rows_out, done.sort, done.status),
        (20_000, report::Sorting::RowGroups, CompactStatus::Merged)
    );
    assert_eq!(lake.rows("t/region=a").len(), 20_000);
}

#[test]
fn the_latest_of_each_key_stays_and_the_others_are_kept_aside() {
    let lake = Lake::new(&THREE);
    let mut table = table();
    table.key = vec!["region".into(), "id".into()];
    table.latest_by = Some("n".into());
    let mut options = lake.options();
    (options.dedupe, options.keep_dropped) = (true, true);
    let report = compact(&table, &options, None, &NoProgress).unwrap();
    let done = &report.partitions[0];
    assert_eq!((done.rows_in, done.rows_out, done.dropped), (4, 3, 1));
    assert_eq!(lake.rows("t/region=a"), pairs(&[("y", 2), ("w", 4), ("x", 5)]));
    let kept = done.dropped_file.clone().unwrap();
    assert!(kept.starts_with("_errors/t/_duplicates/region=a/"), "{kept}");
    assert_eq!(read(&lake.path().join(&kept)), pairs(&[("x", 3)]));
    let again = compact(&table, &options, None, &NoProgress).unwrap();
    assert!(again.partitions.iter().all(|p| p.status == CompactStatus::NothingToDo), "{again:?}");
    let error = compact(&self::table(), &options, None, &NoProgress).unwrap_err();
    assert!(error.to_string().contains("declares no key"), "{error}");
}

#[test]
fn of_equally_late_rows_the_one_that_was_stored_last_stays() {
    let mut table = table();
    table.key = vec!["region".into(), "id".into()];
    // Names of files are hashes: in about half of these lakes the later file comes first by its name.
    for number in 0..6 {
        let lake = Lake::new(&[&[("a", "x", number)], &[("a", "x", number + 100)]]);
        let options = CompactOptions { dedupe: true, ..lake.options() };
        compact(&table, &options, None, &NoProgress).unwrap();
        assert_eq!(lake.rows("t/region=a"), pairs(&[("x", number + 100)]));
    }
}

fn foreign(file: &Path, columns: Vec<(&str, ArrayRef)>) {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    )
    .unwrap();
    let mut writer = ArrowWriter::try_new(File::create(file).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

#[test]
fn a_file_that_does_not_fit_leaves_its_partition_alone() {
    let lake = Lake::new(&THREE);
    let ids = || Arc::new(StringArray::from(vec!["f"])) as ArrayRef;
    let narrow: ArrayRef = Arc::new(Int32Array::from(vec![9]));
    foreign(&lake.path().join("t/region=a/part-0.snappy.parquet"), vec![("N", narrow), ("id", ids())]);
    let extra: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![7]));
    let bad = lake.path().join("t/region=b/part-0.parquet");
    foreign(&bad, vec![("id", ids()), ("n", numbers), ("more", extra)]);
    let before = lake.rows("t/region=b");
    let report = lake.compact(|_| ());
    assert_eq!((report.partitions[0].status, report.partitions[0].rows_out), (CompactStatus::Merged, 5));
    assert_eq!(lake.sorted("t/region=a").first(), Some(&("f".to_owned(), 9)));
    let refused = &report.partitions[1];
    assert_eq!(
        refused.refusal.as_ref().map(ToString::to_string).as_deref(),
        Some(
            "t/region=b/part-0.parquet, column `more`: expected only columns of the table, found a column of type \
             bigint, which it does not have"
        )
    );
    assert_eq!(lake.rows("t/region=b"), before);
    let report = lake.compact(|options| options.drop_columns = true);
    assert_eq!((report.partitions[1].status, report.partitions[1].rows_out), (CompactStatus::Merged, 3));
    fs::write(lake.path().join("t/region=c/part-1.parquet"), "no Parquet").unwrap();
    let report = lake.compact(|_| ());
    assert_eq!(report.partitions[2].status, CompactStatus::Refused);
}

#[test]
fn what_is_open_or_not_allowed_stays() {
    let lake = Lake::new(&THREE);
    let report = lake.compact(|options| (options.now, options.older_than) = (0, 86_400));
    assert!(report.partitions.iter().all(|p| p.status == CompactStatus::NotClosed), "{report:?}");
    let report = lake.compact(|options| options.dry_run = true);
    assert_eq!((report.partitions[0].status, report.partitions[0].files_in), (CompactStatus::Planned, 3));
    let mut options = lake.options();
    options.allow_overlap = false;
    let error = compact(&table(), &options, None, &NoProgress).unwrap_err();
    assert!(error.to_string().contains("--allow-overlap"), "{error}");
    assert_eq!(names(&lake.path().join("t/region=a")).len(), 3);
}

#[test]
fn force_is_refused_for_rows_that_cannot_be_told_apart() {
    let lake = Lake::new(&THREE);
    let report = lake.compact(|_| ());
    let input = lake.folder.path().join("run-0.json");
    let mut options = ConvertOptions::new([input], lake.path());
    options.force = true;
    let error = convert(&table(), &options, &NoProgress).unwrap_err().to_string();
    let mut runs = report.partitions.iter().filter_map(|partition| partition.run.as_deref());
    assert!(runs.any(|run| error.contains(run)), "{error}");
    assert_eq!(lake.rows("t/region=a").len(), 4);
}

#[test]
fn force_is_refused_when_replayed_rejects_cannot_be_told_apart() {
    use crate::replay::{ReplayOptions, replay};
    let lake = Lake::new(&[&[("b", "1", 1)]]);
    let other = lake.folder.path().join("other.json");
    fs::write(&other, "{\"region\":\"a\",\"id\":\"1\",\"n\":70000}\n").unwrap();
    let mut narrow = table();
    narrow.columns[2].ty = LogicalType::Int16;
    convert(&narrow, &ConvertOptions::new([&other], lake.path()), &NoProgress).unwrap();
    // The rows of the replay, and of nothing else that the run to be replaced has stored, are compacted.
    let replays = ReplayOptions::new(ConvertOptions::new([lake.path()], lake.path()));
    assert_eq!(replay(&table(), &replays, &NoProgress).unwrap().total.written, 1);
    lake.convert("more", &[("a", "2", 2)]);
    let report = lake.compact(|_| ());
    assert_eq!(report.partitions[0].status, CompactStatus::Merged, "{report:?}");
    let mut options = ConvertOptions::new([&other], lake.path());
    options.force = true;
    let error = convert(&table(), &options, &NoProgress).map(|report| report.total).unwrap_err().to_string();
    assert!(error.contains("of the rejects") && error.contains("cannot be told apart"), "{error}");
    assert_eq!(lake.rows("t/region=a").len(), 2);
}

/// A store and a catalog that do nothing any more after a number of changes, as if the process had ended there.
#[derive(Debug)]
struct Cut {
    inner: LocalStore,
    left: Arc<AtomicUsize>,
}

/// Takes one of the steps that are left.
fn step(left: &AtomicUsize, at: &Location) -> Result<(), StoreError> {
    let took = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
    let ended = || StoreError::new(crate::store::StoreErrorKind::Other, at.clone()).with_source("cut short");
    took.map(|_| ()).map_err(|_| ended())
}

impl Store for Cut {
    fn root(&self) -> &Location {
        self.inner.root()
    }
    fn head(&self, key: &str) -> Result<Option<Meta>, StoreError> {
        self.inner.head(key)
    }
    fn list(&self, prefix: &str) -> Result<Vec<Meta>, StoreError> {
        self.inner.list(prefix)
    }
    fn names(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.inner.names(prefix)
    }
    fn read(&self, key: &str) -> Result<Option<Content>, StoreError> {
        self.inner.read(key)
    }
    fn open(&self, meta: &Meta, start: u64) -> Result<Box<dyn Read + Send>, StoreError> {
        self.inner.open(meta, start)
    }
    fn put(&self, key: &str, bytes: &[u8], when: When) -> Result<Put, StoreError> {
        step(&self.left, self.root())?;
        self.inner.put(key, bytes, when)
    }
    fn publish(&self, file: &Path, key: &str) -> Result<(), StoreError> {
        step(&self.left, self.root())?;
        self.inner.publish(file, key)
    }
    fn copy(&self, from: &str, to: &str) -> Result<(), StoreError> {
        step(&self.left, self.root())?;
        self.inner.copy(from, to)
    }
    fn delete(&self, key: &str) -> Result<(), StoreError> {
        step(&self.left, self.root())?;
        self.inner.delete(key)
    }
    fn has_conditions(&self) -> bool {
        true
    }
    fn unfinished(&self, prefix: &str) -> Result<Vec<Unfinished>, StoreError> {
        self.inner.unfinished(prefix)
    }
    fn abandon(&self, unfinished: &Unfinished) -> Result<(), StoreError> {
        self.inner.abandon(unfinished)
    }
}

/// Folders by partition, as a catalog has them.
struct Folders {
    folders: Mutex<BTreeMap<String, String>>,
    left: Arc<AtomicUsize>,
}

impl Folders {
    fn new(left: &Arc<AtomicUsize>) -> Self {
        let own = |region: &str| (format!("region={region}/"), format!("t/region={region}/"));
        let folders = Mutex::new(["a", "b", "c"].map(own).into());
        Self { folders, left: Arc::clone(left) }
    }

    fn of(&self, partition: &str) -> String {
        self.folders.lock().unwrap().get(partition).cloned().unwrap()
    }
}

impl Readers for Folders {
    fn look(&self, partitions: &[String]) -> Result<Vec<Look>, Error> {
        let folders = self.folders.lock().unwrap();
        let look = |partition| folders.get(partition).cloned().map_or(Look::Nowhere, Look::Folder);
        Ok(partitions.iter().map(look).collect())
    }

    fn switch(&self, partition: &str, from: &str, to: &str) -> Result<(), Error> {
        step(&self.left, &Location::from(Path::new("catalog"))).map_err(StoreError::output)?;
        let before = self.folders.lock().unwrap().insert(partition.to_owned(), to.to_owned());
        assert_eq!(before.as_deref(), Some(from));
        Ok(())
    }
}

#[test]
fn readers_of_a_catalog_see_every_row_once_wherever_a_run_is_cut_short() {
    let all = pairs(&[("w", 4), ("x", 3), ("x", 5), ("y", 2)]);
    let mut ended = false;
    for cut in 0..200 {
        let lake = Lake::new(&THREE);
        let left = Arc::new(AtomicUsize::new(cut));
        let readers = Folders::new(&left);
        let store = |left: &Arc<AtomicUsize>| {
            Arc::new(Cut { inner: LocalStore::new(lake.path()), left: Arc::clone(left) }) as Arc<dyn Store>
        };
        let mut options = lake.options();
        options.grace = 3_600;
        let result = compact_in(&store(&left), &table(), &options, Some(&readers), &NoProgress);
        assert_eq!(lake.sorted(&readers.of("region=a/")), all, "after {cut}");
        ended = result.is_ok();
        left.store(usize::MAX, Ordering::SeqCst);
        // Files come into the folder that may or may not be read, and one by a run that knows which it is.
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1]));
        let file = lake.path().join("t/region=a/stream-1-2026-11-23.parquet");
        foreign(&file, vec![("id", Arc::new(StringArray::from(vec!["late"]))), ("n", numbers)]);
        lake.convert("late", &[("a", "own", 6)]);
        // Cut between the catalog's change and the journal's word of it, the run's file waits for the next compaction.
        let seen = lake.sorted(&readers.of("region=a/"));
        assert!(!ended || seen.contains(&("own".to_owned(), 6)), "after {cut}: {seen:?}");
        compact_in(&store(&left), &table(), &options, Some(&readers), &NoProgress).unwrap();
        let with_late = pairs(&[("late", 1), ("own", 6), ("w", 4), ("x", 3), ("x", 5), ("y", 2)]);
        assert_eq!(lake.sorted(&readers.of("region=a/")), with_late, "after {cut}");
        options.grace = 0;
        compact_in(&store(&left), &table(), &options, Some(&readers), &NoProgress).unwrap();
        compact_in(&store(&left), &table(), &options, Some(&readers), &NoProgress).unwrap();
        assert_eq!(lake.sorted(&readers.of("region=a/")), with_late, "after {cut}");
        assert_eq!(names(&lake.path().join("t/region=a")), [""; 0], "after {cut}");
        assert_eq!(lake.sorted(&readers.of("region=b/")), pairs(&[("x", 1), ("z", 0)]), "after {cut}");
        if ended {
            break;
        }
    }
    assert!(ended, "no run came to its end");
}

#[test]
fn old_files_stay_while_readers_look_at_them() {
    let lake = Lake::new(&THREE);
    let left = Arc::new(AtomicUsize::new(usize::MAX));
    let readers = Folders::new(&left);
    let store: Arc<dyn Store> = Arc::new(LocalStore::new(lake.path()));
    let mut options = lake.options();
    options.grace = 3_600;
    compact_in(&store, &table(), &options, Some(&readers), &NoProgress).unwrap();
    let new = readers.of("region=a/");
    assert!(new.starts_with("t.generations/"), "{new}");
    // Somebody sets the catalog back by hand.
    let back = |folder: &str| readers.folders.lock().unwrap().insert("region=a/".into(), folder.into());
    back("t/region=a/");
    let rows = lake.sorted("t/region=a/");
    options.grace = 0;
    let report = compact_in(&store, &table(), &options, Some(&readers), &NoProgress).unwrap();
    assert_eq!(lake.sorted("t/region=a/"), rows, "still read, so still there");
    assert!(report.notes.iter().any(|note| note.contains("look into t/region=a/")), "{:?}", report.notes);
    assert!(report.waiting_files > 0);
    back(&new);
    let report = compact_in(&store, &table(), &options, Some(&readers), &NoProgress).unwrap();
    assert!(report.removed_files > 0, "{report:?}");
    assert_eq!(names(&lake.path().join("t/region=a")), [""; 0]);
    assert_eq!(lake.sorted(&new), rows);
}

#[test]
fn a_plain_folder_has_every_row_once_after_the_next_run_wherever_one_is_cut_short() {
    let mut ended = false;
    for cut in 0..200 {
        let lake = Lake::new(&THREE);
        let left = Arc::new(AtomicUsize::new(cut));
        let store: Arc<dyn Store> =
            Arc::new(Cut { inner: LocalStore::new(lake.path()), left: Arc::clone(&left) });
        ended = compact_in(&store, &table(), &lake.options(), None, &NoProgress).is_ok();
        left.store(usize::MAX, Ordering::SeqCst);
        compact_in(&store, &table(), &lake.options(), None, &NoProgress).unwrap();
        let rows = lake.rows("t/region=a");
        assert_eq!(rows, pairs(&[("y", 2), ("x", 3), ("w", 4), ("x", 5)]), "after {cut}");
        assert_eq!(names(&lake.path().join("t/region=a")).len(), 1, "after {cut}");
        if ended {
            break;
        }
    }
    assert!(ended, "no run came to its end");
}
