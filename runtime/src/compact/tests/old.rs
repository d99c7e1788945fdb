//! Old files once readers were switched: who reads records passes them over, and they go when their time is over.

use super::*;
use crate::journal::clean::{Survey, clean, survey};
use crate::{ReadRecord, Record};

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Record, ReadRecord)]
#[lake(crate = "crate", table = "t", partition(by = region, layout = "region={region}"))]
struct Row {
    region: String,
    id: String,
    n: i64,
}

fn records(lake: &Lake) -> Vec<Row> {
    let mut rows: Vec<Row> = crate::read::<Row>(lake.path()).map(Result::unwrap).collect();
    let regions: Vec<String> = rows.iter().map(|row| row.region.clone()).collect();
    assert!(regions.is_sorted(), "in the order of partitions: {regions:?}");
    rows.sort();
    rows
}

fn paths(survey: &Survey) -> Vec<String> {
    survey.old.iter().map(|old| old.path.clone()).collect()
}

#[test]
fn records_are_read_where_readers_look() {
    let lake = Lake::new(&THREE);
    let before = records(&lake);
    assert_eq!(before.len(), 7);
    let readers = Folders::new(&Arc::new(AtomicUsize::new(usize::MAX)));
    let compact = |grace| {
        let options = CompactOptions { grace, ..lake.options() };
        compact(&table(), &options, Some(&readers), &NoProgress).unwrap()
    };
    compact(3_600);
    // Old files are there, and in no row.
    assert_eq!(names(&lake.path().join("t/region=a")).len(), 3);
    assert_eq!(records(&lake), before);
    lake.convert("more", &[("a", "new", 9)]);
    assert_eq!(records(&lake).len(), before.len() + 1);
    compact(0);
    assert_eq!(names(&lake.path().join("t/region=a")).len(), 0);
    assert_eq!(records(&lake).len(), before.len() + 1);
    fs::remove_dir_all(lake.path().join("t")).unwrap();
    // Region c, of one file, was never switched.
    assert_eq!(records(&lake).len(), before.len());
    // What the journal cannot tell is not guessed.
    let runs = lake.path().join("_lakebed/t/runs");
    fs::write(runs.join(&names(&runs)[0]), "{").unwrap();
    let error = crate::read::<Row>(lake.path()).next().unwrap().unwrap_err();
    assert!(error.to_string().contains("a table with a readable journal"), "{error}");
}

#[test]
fn old_files_go_when_their_time_is_over_and_nobody_reads_them() {
    let lake = Lake::new(&THREE);
    let before = records(&lake);
    let readers = Folders::new(&Arc::new(AtomicUsize::new(usize::MAX)));
    let options = CompactOptions { grace: 3_600, ..lake.options() };
    compact(&table(), &options, Some(&readers), &NoProgress).unwrap();
    let store: Arc<dyn Store> = Arc::new(LocalStore::new(lake.path()));
    let access = Access::default();
    let seen = survey(store.as_ref(), "t").unwrap();
    let shown = paths(&seen);
    assert_eq!((shown.len(), &seen.leftovers[..], &seen.foreign[..]), (5, &[][..], &[][..]));
    assert!(seen.old.iter().all(|old| old.is_over(0) && !old.is_over(3_600)), "{seen:?}");
    assert_eq!(clean(&store, &seen, &access).unwrap(), []);

    let go = |shown: &[String], grace| remove_old(&store, "t", shown, grace, &readers, &access).unwrap();
    assert_eq!(go(&shown, 3_600), OldRemoval { waiting: 5, ..OldRemoval::default() });
    // A partition of which something was not shown stays.
    assert_eq!(go(&shown[1..3], 0), OldRemoval::default());
    // Somebody has set the catalog back by hand.
    let set = |folder: String| readers.folders.lock().unwrap().insert("region=a/".into(), folder).unwrap();
    let live = set("t/region=a/".into());
    let done = go(&shown, 0);
    assert_eq!((done.removed.len(), done.waiting, done.notes.len()), (2, 3, 1), "{done:?}");
    assert!(done.removed.iter().all(|file| file.starts_with("t/region=b/")), "{done:?}");
    set(live);
    assert_eq!(go(&shown, 0).removed, shown[..3]);
    let seen = survey(store.as_ref(), "t").unwrap();
    assert_eq!((paths(&seen), seen.leftovers, seen.foreign), (vec![], vec![], vec![]));
    assert_eq!(records(&lake), before);
}
