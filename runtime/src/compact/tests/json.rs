//! Parquet in the place of JSON, whatever is cut short.

use super::*;
use crate::compact::FromJson;
use crate::replay::{ReplayOptions, replay};
use crate::store::LocalStore;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

fn line(region: &str, id: &str, n: i64) -> String {
    format!("{{\"region\":\"{region}\",\"id\":\"{id}\",\"n\":{n}}}\n")
}

/// JSON in two partitions, plain and compressed, and Parquet in a third.
fn lake() -> Lake {
    let lake = Lake { folder: tempfile::tempdir().unwrap() };
    let put = |name: &str, text: String| {
        let path = lake.path().join("t").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut file = File::create(&path).unwrap();
        if name.ends_with(".gz") {
            let mut gzip = GzEncoder::new(file, Compression::fast());
            gzip.write_all(text.as_bytes()).unwrap();
            gzip.finish().unwrap();
        } else {
            file.write_all(text.as_bytes()).unwrap();
        }
    };
    put("region=a/s-1.json", line("a", "x", 5) + "no JSON\n" + &line("a", "y", 2));
    put("region=a/s-2.json.gz", line("b", "lost", 7) + &line("a", "w", 4));
    put("region=b/s-1.json", line("b", "z", 0));
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    fs::create_dir_all(lake.path().join("t/region=c")).unwrap();
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["only"]));
    foreign(&lake.path().join("t/region=c/part-0.parquet"), vec![("id", ids), ("n", numbers)]);
    lake
}

fn from_json(lake: &Lake, change: impl FnOnce(&mut FromJson)) -> CompactOptions {
    let mut how = FromJson::default();
    change(&mut how);
    CompactOptions { from_json: Some(how), grace: 3_600, allow_overlap: false, ..lake.options() }
}

/// Rows that readers find who know the format of their partition.
fn seen(lake: &Lake, readers: &Folders, partition: &str) -> Vec<(String, i64)> {
    let folder = readers.of(partition);
    match folder.strip_prefix("t/") {
        None => lake.sorted(&folder),
        Some(_) => {
            let names = names(&lake.path().join(&folder));
            assert!(names.iter().all(|name| name.contains(".json")), "{names:?}");
            Vec::new()
        }
    }
}

/// Records read, written and refused by the runs of the table.
fn books(lake: &Lake) -> (u64, u64, u64) {
    let (runs, open) = read_journal(&LocalStore::new(lake.path()), "t").unwrap();
    assert_eq!(open, 0);
    let inputs = || runs.iter().flat_map(|run| run.inputs.values());
    (
        inputs().map(|input| input.read).sum(),
        inputs().map(|input| input.written).sum(),
        inputs().map(|input| input.rejected).sum(),
    )
}

#[test]
fn json_becomes_parquet_once_wherever_a_run_is_cut_short() {
    let all = pairs(&[("w", 4), ("x", 5), ("y", 2)]);
    let mut ended = false;
    for cut in 0..200 {
        let lake = lake();
        let left = Arc::new(AtomicUsize::new(cut));
        let readers = Folders::new(&left);
        let store = || {
            Arc::new(Cut { inner: LocalStore::new(lake.path()), left: Arc::clone(&left) }) as Arc<dyn Store>
        };
        let compact =
            |options: &CompactOptions| compact_in(&store(), &table(), options, Some(&readers), &NoProgress);
        let options = from_json(&lake, |_| ());
        let result = compact(&options);
        let now = seen(&lake, &readers, "region=a/");
        assert!(now.is_empty() || now == all, "after {cut}: {now:?}");
        ended = result.is_ok();
        if let Ok(report) = &result {
            let shown: Vec<_> = report.partitions.iter().map(|p| (p.status, p.rows_in, p.rejected)).collect();
            let nothing = (CompactStatus::NothingToDo, 0, 0);
            let done = CompactStatus::Switched;
            assert_eq!(shown, [(done, 5, 2), (done, 1, 0), nothing]);
            let mut reasons: Vec<&str> =
                report.partitions[0].rejects.iter().map(|group| group.code.as_str()).collect();
            reasons.sort_unstable();
            assert_eq!(reasons, ["DataFormatConversion.ParseError", "Lakebed.OtherPartition"]);
        }
        left.store(usize::MAX, Ordering::SeqCst);
        fs::write(lake.path().join("t/region=a/s-3.json"), line("a", "late", 1)).unwrap();
        compact(&options).unwrap();
        let with_late = pairs(&[("late", 1), ("w", 4), ("x", 5), ("y", 2)]);
        assert_eq!(seen(&lake, &readers, "region=a/"), with_late, "after {cut}");
        assert_eq!(seen(&lake, &readers, "region=b/"), pairs(&[("z", 0)]), "after {cut}");
        assert_eq!(books(&lake), (7, 5, 2), "after {cut}");
        let store_of = LocalStore::new(lake.path());
        let report = crate::inspect(&store_of, "t", Some(&table())).unwrap();
        assert_eq!((report.rows, report.journal.as_ref().map(|j| j.rows)), (6, Some(5)), "{report:?}");
        // A second run has nothing to do, and the originals stay.
        let again = compact(&options).unwrap();
        assert!(again.partitions.iter().all(|p| p.status == CompactStatus::NothingToDo), "{again:?}");
        assert_eq!((again.kept_files, again.waiting_files, again.removed_files), (4, 0, 0));
        assert_eq!(names(&lake.path().join("t/region=a")).len(), 3);
        let waiting = compact(&from_json(&lake, |how| how.remove_sources = true)).unwrap();
        assert_eq!((waiting.waiting_files, waiting.removed_files), (4, 0));
        let mut options = from_json(&lake, |how| how.remove_sources = true);
        options.grace = 0;
        assert_eq!(compact(&options).unwrap().removed_files, 4);
        assert_eq!(compact(&options).unwrap().removed_files, 0);
        assert_eq!(names(&lake.path().join("t/region=a")), [""; 0], "after {cut}");
        assert_eq!(seen(&lake, &readers, "region=a/"), with_late, "after {cut}");
        if ended {
            break;
        }
    }
    assert!(ended, "no run came to its end");
}

#[test]
fn a_record_in_the_wrong_folder_is_replayed_into_its_own() {
    let lake = lake();
    let readers = Folders::new(&Arc::new(AtomicUsize::new(usize::MAX)));
    compact(&table(), &from_json(&lake, |_| ()), Some(&readers), &NoProgress).unwrap();
    let options = ConvertOptions::new([lake.path()], lake.path());
    let report = replay(&table(), &ReplayOptions::new(options), &NoProgress).unwrap();
    assert_eq!((report.total.written, report.total.rejected), (1, 1), "{report:?}");
    assert_eq!(seen(&lake, &readers, "region=b/"), pairs(&[("lost", 7), ("z", 0)]));
    assert_eq!(seen(&lake, &readers, "region=a/"), pairs(&[("w", 4), ("x", 5), ("y", 2)]));
}

#[test]
fn partitions_that_would_lose_something_stay() {
    let lake = lake();
    let readers = Folders::new(&Arc::new(AtomicUsize::new(usize::MAX)));
    let run = |change: &dyn Fn(&mut FromJson)| {
        let options = from_json(&lake, change);
        compact(&table(), &options, Some(&readers), &NoProgress).unwrap()
    };
    let dry = CompactOptions { dry_run: true, ..from_json(&lake, |_| ()) };
    let planned = compact(&table(), &dry, Some(&readers), &NoProgress).unwrap();
    let statuses: Vec<CompactStatus> = planned.partitions.iter().map(|p| p.status).collect();
    assert_eq!(statuses, [CompactStatus::Planned, CompactStatus::Planned, CompactStatus::NothingToDo]);
    // Parquet beside JSON, which readers of one of the two do not understand.
    fs::copy(lake.path().join("t/region=c/part-0.parquet"), lake.path().join("t/region=b/p.parquet"))
        .unwrap();
    let report = run(&|how| how.max_rejects = Some(crate::MaxRejects::Count(1)));
    let reasons: Vec<String> = report.partitions.iter().filter_map(|p| p.reason.clone()).collect();
    assert!(
        reasons[0].contains("2 of 5 records") || reasons[0].contains("more than --max-rejects 1"),
        "{reasons:?}"
    );
    assert!(reasons[1].contains("s-1.json and 1 files of Parquet"), "{reasons:?}");
    // A compressed file that breaks.
    let path = lake.path().join("t/region=a/s-2.json.gz");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 6]).unwrap();
    let report = run(&|_| ());
    assert_eq!(report.partitions[0].status, CompactStatus::Refused, "{report:?}");
    assert!(
        report.partitions[0].reason.as_ref().is_some_and(|why| why.contains("s-2.json.gz")),
        "{report:?}"
    );
    assert_eq!(readers.of("region=a/"), "t/region=a/");
    assert!(!lake.path().join("_errors").exists());
    let error = compact(&table(), &from_json(&lake, |_| ()), None, &NoProgress).unwrap_err().to_string();
    assert!(error.contains("no catalog says"), "{error}");
}

#[test]
fn by_arrival_the_folder_says_when_its_files_arrived() {
    let mut table = table();
    table.partitions[0] = Partition {
        by: PartitionBy::Arrival,
        layout: Layout::parse("dt={yyyy-MM-dd}", None).unwrap(),
        null: None,
    };
    let lake = Lake { folder: tempfile::tempdir().unwrap() };
    let folder = lake.path().join("t/dt=2026-11-23");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("s-1-2026-11-24-00-00-03-x"), line("a", "x", 5) + &line("b", "y", 2)).unwrap();
    let readers = Folders::new(&Arc::new(AtomicUsize::new(usize::MAX)));
    readers.folders.lock().unwrap().insert("dt=2026-11-23/".to_owned(), "t/dt=2026-11-23/".to_owned());
    let report = compact(&table, &from_json(&lake, |_| ()), Some(&readers), &NoProgress).unwrap();
    assert_eq!((report.partitions[0].rows_out, report.partitions[0].rejected), (2, 0), "{report:?}");
    assert_eq!(lake.sorted(&readers.of("dt=2026-11-23/")), pairs(&[("x", 5), ("y", 2)]));
}
