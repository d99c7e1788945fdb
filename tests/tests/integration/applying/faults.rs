//! Faults at every single call: the next run finishes, and nothing is done twice.

use super::{again, by_hand, name, options, register, run, stored, traffic, with_index};
use lakebed_cli::apply::{Ended, Failure, Job, Observer, Report, Step, Unobserved, apply};
use lakebed_cli::catalog::{Archive, Catalog, CatalogErrorKind, ItemFault, MemoryCatalog};
use lakebed_cli::plan::{Change, TablePlan, Wanted};
use lakebed_tests::faulty_catalog::{Fault, FaultyCatalog, Moment};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// More than two batches.
const PARTITIONS: usize = 230;

fn before() -> MemoryCatalog {
    let catalog = MemoryCatalog::new();
    run(&catalog, &traffic(&["id string", "speed int"]), &[]).unwrap();
    register(&catalog, PARTITIONS);
    by_hand(&catalog, "owner", "mobility team");
    catalog
}

fn wanted() -> Wanted {
    with_index(traffic(&["id string", "lanes int", "speed bigint"]))
}

fn updated(report: &Report) -> usize {
    let count = |step: &Step| match step {
        Step::UpdatePartitions { count } => *count,
        _ => 0,
    };
    report.tables[0].done.iter().map(count).sum()
}

#[test]
fn a_fault_at_any_call_is_made_good_by_the_next_run() {
    let clean = before();
    let watched = FaultyCatalog::new(&clean, &[]);
    assert!(run(&watched, &wanted(), &[]).unwrap().is_good());
    let calls = watched.calls();
    assert!(calls.len() > 8, "{calls:?}");
    let kinds = [
        CatalogErrorKind::Throttled,
        CatalogErrorKind::Unavailable,
        CatalogErrorKind::Network,
        CatalogErrorKind::Denied,
    ];
    for (call, operation) in calls.iter().enumerate() {
        for moment in [Moment::Before, Moment::After] {
            for kind in kinds {
                let catalog = before();
                let fault = Fault { call, moment, kind };
                let first = run(&FaultyCatalog::new(&catalog, &[fault]), &wanted(), &[]);
                let mut done = 0;
                if let Ok(report) = &first {
                    let Ended::Failed(Failure::Call { error, .. }) = &report.tables[0].ended else {
                        panic!("{fault:?} {operation}: {report:?}");
                    };
                    assert_eq!(error.operation(), *operation);
                    assert!(!report.tables[0].not_done.is_empty(), "{report:?}");
                    done = updated(report);
                }
                let second = run(&catalog, &wanted(), &[]).unwrap();
                assert!(second.is_good(), "{fault:?} {operation}: {second:?}");
                // One update of the table, however often it was tried.
                assert_eq!(stored(&catalog).version, "2", "{fault:?} {operation}");
                let unknown = if *operation == "BatchUpdatePartition" && moment == Moment::After {
                    PARTITIONS - done - updated(&second)
                } else {
                    0
                };
                assert!(unknown <= 100);
                assert_eq!(done + updated(&second) + unknown, PARTITIONS, "{fault:?} {operation}");
                assert_eq!(stored(&catalog).table, stored(&clean).table);
                assert_eq!(catalog.partitions(&name()).unwrap(), clean.partitions(&name()).unwrap());
                let indexes = |catalog: &MemoryCatalog| catalog.partition_indexes(&name()).unwrap();
                assert_eq!(indexes(&catalog), indexes(&clean));
                assert_eq!(stored(&catalog).table.parameters["owner"], "mobility team");
                assert!(again(&catalog, &wanted()).unwrap().is_empty());
            }
        }
    }
}

#[test]
fn a_table_that_is_made_survives_faults_too() {
    let clean = MemoryCatalog::new();
    let watched = FaultyCatalog::new(&clean, &[]);
    run(&watched, &wanted(), &[]).unwrap();
    for call in 0..watched.calls().len() {
        for moment in [Moment::Before, Moment::After] {
            let catalog = MemoryCatalog::new();
            let fault = Fault { call, moment, kind: CatalogErrorKind::Network };
            let _ = run(&FaultyCatalog::new(&catalog, &[fault]), &wanted(), &[]);
            assert!(run(&catalog, &wanted(), &[]).unwrap().is_good(), "{fault:?}");
            assert_eq!(stored(&catalog).table, stored(&clean).table);
            assert_eq!(stored(&catalog).version, "0");
        }
    }
}

#[test]
fn somebody_who_is_faster_is_not_overwritten() {
    for intruded in ["UpdateTable", "BatchGetPartition", "BatchUpdatePartition", "CreatePartitionIndex"] {
        let catalog = Arc::new(before());
        let inner = Arc::clone(&catalog);
        let times = AtomicUsize::new(0);
        let busy = FaultyCatalog::new(catalog.as_ref(), &[]).before_each(move |number, operation| {
            if operation == intruded && times.fetch_add(1, Ordering::Relaxed) < 3 {
                by_hand(inner.as_ref(), &format!("note-{number}"), "by hand");
            }
        });
        let report = run(&busy, &wanted(), &[]).unwrap();
        assert!(report.is_good(), "{intruded}: {report:?}");
        let parameters = stored(catalog.as_ref()).table.parameters;
        assert!(parameters.keys().any(|key| key.starts_with("note-")), "{intruded}: {parameters:?}");
        assert_eq!(parameters["owner"], "mobility team");
        assert!(again(catalog.as_ref(), &wanted()).unwrap().is_empty(), "{intruded}");
    }
}

/// Remembers what was new, and goes on or not.
struct Asked {
    answer: bool,
    news: Vec<String>,
}

impl Observer for Asked {
    fn go_on(&mut self, _: &TablePlan, news: &[&Change]) -> bool {
        self.news.extend(news.iter().map(|change| change.place.clone()));
        self.answer
    }
}

#[test]
fn what_was_not_shown_is_asked_about_and_what_was_is_not() {
    for (removes, answer) in [(false, false), (true, true), (true, false)] {
        let catalog = Arc::new(before());
        let inner = Arc::clone(&catalog);
        let times = AtomicUsize::new(0);
        let busy = FaultyCatalog::new(catalog.as_ref(), &[]).before_each(move |_, operation| {
            if operation == "UpdateTable" && times.fetch_add(1, Ordering::Relaxed) == 0 {
                let mut there = stored(inner.as_ref());
                if removes {
                    there.table.columns.retain(|column| column.name != "speed");
                }
                there.table.parameters.insert("note".into(), "by hand".into());
                inner.update_table("mobility", &there.table, &there.version, Archive::Keep).unwrap();
            }
        });
        let wanted = wanted();
        let job = Job::new(&busy, |catalog| again(catalog, &wanted)).unwrap();
        let mut asked = Asked { answer, news: Vec::new() };
        let report = apply(&busy, vec![job], &options(&[]), &mut asked);
        assert_eq!(!asked.news.is_empty(), removes, "{:?}", asked.news);
        assert_eq!(report.is_good(), answer || !removes, "{report:?}");
        let ended = &report.tables[0].ended;
        assert_eq!(matches!(ended, Ended::Declined), removes && !answer, "{ended:?}");
        assert_eq!(stored(catalog.as_ref()).table.parameters["note"], "by hand");
        assert_eq!(again(catalog.as_ref(), &wanted).unwrap().is_empty(), report.is_good());
    }
}

#[test]
fn who_is_always_too_late_stops_in_the_end_and_says_so() {
    let catalog = Arc::new(before());
    let inner = Arc::clone(&catalog);
    let busy = FaultyCatalog::new(catalog.as_ref(), &[]).before_each(move |number, operation| {
        if operation == "UpdateTable" {
            by_hand(inner.as_ref(), &format!("note-{number}"), "by hand");
        }
    });
    let report = run(&busy, &wanted(), &[]).unwrap();
    let Ended::Contested { attempts, last } = &report.tables[0].ended else { panic!("{report:?}") };
    assert_eq!(*attempts, options(&[]).attempts);
    assert_eq!(last.as_ref().map(|error| error.kind()), Some(CatalogErrorKind::Conflict));
    assert!(report.tables[0].done.is_empty());
    assert_eq!(report.tables[0].not_done.len(), 3);
}

#[test]
fn single_partitions_are_tried_again_and_those_that_stay_are_reported() {
    let catalog = before();
    let fault =
        |values: &[String], kind| ItemFault { item: values.to_vec(), kind, message: "planted".into() };
    let faulty =
        FaultyCatalog::new(&catalog, &[]).failing_items(move |call, values| match values[0].as_str() {
            // Passes when it is tried again.
            "day-00007" if call < 8 => Some(fault(values, CatalogErrorKind::Throttled)),
            "day-00008" => Some(fault(values, CatalogErrorKind::Invalid)),
            "day-00009" => Some(fault(values, CatalogErrorKind::Unavailable)),
            // Somebody took it away.
            "day-00010" => Some(fault(values, CatalogErrorKind::NotFound)),
            _ => None,
        });
    let report = run(&faulty, &wanted(), &[]).unwrap();
    let Ended::Failed(Failure::Partitions(faults)) = &report.tables[0].ended else { panic!("{report:?}") };
    let mut values: Vec<&str> = faults.iter().map(|fault| fault.values[0].as_str()).collect();
    values.sort_unstable();
    assert_eq!(values, ["day-00008", "day-00009"]);
    assert_eq!(updated(&report), PARTITIONS - 3);

    let report = run(&catalog, &wanted(), &[]).unwrap();
    assert!(report.is_good());
    assert_eq!(updated(&report), 3);
}

/// How many partitions one answer of the catalog takes, and some more.
const MANY: usize = 1030;

#[test]
fn partitions_that_were_refused_are_told_when_a_later_call_fails() {
    for (operation, may_be_done) in [("BatchGetPartition", false), ("BatchUpdatePartition", true)] {
        let made = || {
            let catalog = MemoryCatalog::new();
            run(&catalog, &traffic(&["id string", "speed int"]), &[]).unwrap();
            register(&catalog, MANY);
            catalog
        };
        let refuse = |_: usize, values: &[String]| {
            let kind = CatalogErrorKind::Invalid;
            let fault = || ItemFault { item: values.to_vec(), kind, message: "planted".into() };
            (values[0] == "day-00008").then(fault)
        };
        let (first, catalog) = (made(), made());
        let watched = FaultyCatalog::new(&first, &[]).failing_items(refuse);
        run(&watched, &wanted(), &[]).unwrap();
        let call = watched.calls().iter().rposition(|call| *call == operation).unwrap();
        let fault = Fault { call, moment: Moment::Before, kind: CatalogErrorKind::Network };
        let faulty = FaultyCatalog::new(&catalog, &[fault]).failing_items(refuse);
        let report = run(&faulty, &wanted(), &[]).unwrap();
        let Ended::Failed(Failure::Call { error, may_be_done: may, partitions }) = &report.tables[0].ended
        else {
            panic!("{report:?}")
        };
        assert_eq!((error.operation(), *may), (operation, may_be_done));
        let values: Vec<&str> = partitions.iter().map(|fault| fault.values[0].as_str()).collect();
        assert_eq!(values, ["day-00008"]);
    }
}

#[test]
fn a_write_whose_answer_was_lost_is_told_as_done() {
    let conflict = |call| Fault { call, moment: Moment::After, kind: CatalogErrorKind::Conflict };
    for (catalog, operation) in [(MemoryCatalog::new(), "CreateTable"), (before(), "UpdateTable")] {
        let plan = again(&catalog, &wanted()).unwrap();
        // The write is the first call, but for the database where there is none.
        let call = usize::from(plan.create_database);
        let job = Job { plan, again: Some(Box::new(|catalog| again(catalog, &wanted()))) };
        let faulty = FaultyCatalog::new(&catalog, &[conflict(call)]);
        let report = apply(&faulty, vec![job], &options(&[]), &mut Unobserved);
        assert_eq!(faulty.calls()[call], operation);
        assert!(matches!(report.tables[0].ended, Ended::Applied), "{report:?}");
        let replaced = (operation == "UpdateTable").then(|| "1".to_owned());
        assert!(report.tables[0].done.contains(&Step::FindTable { replaced }), "{report:?}");
        assert!(again(&catalog, &wanted()).unwrap().is_empty());
    }
}
