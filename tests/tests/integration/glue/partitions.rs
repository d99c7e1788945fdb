//! Ten thousand partitions, registered within the limits of the API.

use super::isolated::isolated;
use super::{open, start};
use crate::applying::{name, run, stored, traffic};
use lakebed_cli::catalog::Catalog;
use lakebed_cli::partitions::{PartitionFolder, PartitionFolders, SyncOptions, sync};
use lakebed_tests::fake_glue::{ApiError, Call, Fault, Settings, When};
use std::collections::BTreeMap;

const COUNT: usize = 10_000;

fn folders(count: usize) -> PartitionFolders {
    let folder = |number: usize| {
        let day = format!("day-{number:05}");
        PartitionFolder { path: format!("dt={day}/"), values: vec![day], files: 1 }
    };
    PartitionFolders { partitions: (0..count).map(folder).collect(), misplaced: Vec::new() }
}

/// How often each partition was asked for.
fn asked(calls: &[Call]) -> BTreeMap<String, usize> {
    let mut asked = BTreeMap::new();
    for call in calls.iter().filter(|call| call.operation == "BatchCreatePartition") {
        let items = call.input["PartitionInputList"].as_array().expect("a list");
        assert!(items.len() <= 100, "{} in one call", items.len());
        for item in items {
            *asked.entry(item["Values"][0].as_str().unwrap_or_default().to_owned()).or_default() += 1;
        }
    }
    asked
}

#[test]
fn ten_thousand_are_registered_and_each_that_failed_is_tried_again() {
    isolated(module_path!(), "ten_thousand_are_registered_and_each_that_failed_is_tried_again", || {
        let fake = start(Settings { page_size: 1000, keys_at_once: 1000, ..Settings::default() });
        let catalog = open(fake.url(), 1);
        run(&catalog, &traffic(&["id string"]), &[]).unwrap();
        let (there, folders) = (stored(&catalog), folders(COUNT));
        let options = SyncOptions { wait: &|_| {}, ..SyncOptions::default() };

        // Every second of these batches fails for a while, one batch is reset before and one after it was done, and of
        // one the first partition stays refused.
        let failing = |error: ApiError, every: usize| Fault::Items { every, error };
        let busy = ApiError { code: "InternalServiceException", message: "try again".to_owned() };
        let never = ApiError { code: "InvalidInputException", message: "not this one".to_owned() };
        let create = "BatchCreatePartition";
        fake.plan(When::next(create, failing(busy, 2)).after(3).times(4));
        fake.plan(When::next(create, Fault::ResetBefore).after(20));
        fake.plan(When::next(create, Fault::ResetAfter).after(30));
        fake.plan(When::next(create, failing(never, 100)).after(40));
        fake.take_journal();
        let report = sync(&catalog, &there, &folders, &options).unwrap_or_else(|failed| panic!("{failed:?}"));
        assert_eq!(fake.faults_left(), 0);

        let journal = fake.take_journal();
        let asked = asked(&journal);
        assert_eq!(asked.len(), COUNT, "each was asked for");
        let refused: Vec<_> = report.failed.iter().map(|failed| failed.message.clone()).collect();
        assert_eq!(report.failed.len(), 1, "{refused:?}");
        assert!(refused[0].contains("not this one"), "{refused:?}");
        // The batch whose answer was lost: who registered them is not known, and they are there.
        assert_eq!((report.added.len(), report.present), (COUNT - 1 - 100, 100));
        assert_eq!(report.left, 0);
        let registered = catalog.partitions(&name()).unwrap();
        assert_eq!(registered.len(), COUNT - 1);
        assert!(asked.values().all(|times| *times <= 5), "no more than five tries each");
        let once = asked.values().filter(|times| **times == 1).count();
        assert!(once > COUNT - 400, "only what failed is asked for again: {once} once");

        // The rest, and then nothing.
        let report = sync(&catalog, &there, &folders, &options).unwrap_or_else(|failed| panic!("{failed:?}"));
        assert_eq!((report.added.len(), report.present, report.failed.len()), (1, COUNT as u64 - 1, 0));
        fake.take_journal();
        let report = sync(&catalog, &there, &folders, &options).unwrap_or_else(|failed| panic!("{failed:?}"));
        assert_eq!((report.added.len(), report.present), (0, COUNT as u64));
        assert!(fake.take_journal().iter().all(|call| !call.writes()), "there was nothing to do");
    });
}
