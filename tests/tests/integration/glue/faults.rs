//! Faults at every call of an apply, as they come over a network.

use super::isolated::isolated;
use super::{open, open_for, start};
use crate::applying::{again, by_hand, name, options, register, run, traffic, with_index};
use lakebed_cli::apply::{Ended, Failure, Job, Observer, Options, Report, Step, Unobserved, apply};
use lakebed_cli::catalog::{Catalog, CatalogErrorKind, GlueCatalog, PartitionIndex, TableName};
use lakebed_cli::plan::Wanted;
use lakebed_tests::fake_glue::{Call, FakeGlue, Fault, Settings, Snapshot, When};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// More than one batch.
const PARTITIONS: usize = 130;

fn fake() -> FakeGlue {
    start(Settings { page_size: 100, keys_at_once: 100, ..Settings::default() })
}

fn wanted() -> Wanted {
    with_index(traffic(&["id string", "lanes int", "speed bigint"]))
}

/// A table as an earlier apply left it, with partitions and a colleague's parameter.
fn earlier(fake: &FakeGlue, catalog: &GlueCatalog) -> Snapshot {
    assert!(run(catalog, &traffic(&["id string", "speed int"]), &[]).unwrap().is_good());
    register(catalog, PARTITIONS);
    by_hand(catalog, "owner", "mobility team");
    fake.snapshot()
}

/// What the fake holds, but for times and states that pass.
pub(super) fn held(fake: &FakeGlue) -> Value {
    let table = json!({ "DatabaseName": "mobility", "Name": "traffic" });
    let mut table = fake.call("GetTable", &table).unwrap()["Table"].clone();
    table["CreateTime"] = Value::Null;
    table["UpdateTime"] = Value::Null;
    let (mut partitions, mut input) =
        (BTreeMap::new(), json!({ "DatabaseName": "mobility", "TableName": "traffic" }));
    loop {
        let page = fake.call("GetPartitions", &input).unwrap();
        for partition in page["Partitions"].as_array().unwrap() {
            let mut partition = partition.clone();
            partition["CreationTime"] = Value::Null;
            partitions.insert(partition["Values"].to_string(), partition);
        }
        match page.get("NextToken") {
            Some(token) => input["NextToken"] = token.clone(),
            None => return json!([table, partitions]),
        }
    }
}

/// That no call did what another had done.
pub(super) fn nothing_twice(calls: &[Call], context: &str) {
    let mut done = BTreeMap::<String, usize>::new();
    for call in calls.iter().filter(|call| call.writes() && call.was_done()) {
        let items = call.input["Entries"].as_array();
        match items {
            None => *done.entry(call.operation.clone()).or_default() += 1,
            Some(entries) => {
                for entry in entries {
                    *done
                        .entry(format!("{} {}", call.operation, entry["PartitionValueList"]))
                        .or_default() += 1;
                }
            }
        }
    }
    let twice: Vec<_> = done.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "{context}: {twice:?}");
}

/// Whether a fault changes nothing for the client: an answer that says no more than that it was done, cut short.
fn is_harmless(fault: &Fault, operation: &str) -> bool {
    let says_nothing = ["CreateDatabase", "CreateTable", "UpdateTable", "CreatePartitionIndex"];
    *fault == Fault::Malformed && says_nothing.contains(&operation)
}

fn failed(report: &Report) -> bool {
    matches!(report.tables[0].ended, Ended::Failed(_))
}

/// The operations of one apply that goes well, and what it leaves.
fn clean(fake: &FakeGlue, catalog: &GlueCatalog, before: &Snapshot) -> (Vec<String>, Value) {
    fake.restore(before);
    fake.take_journal();
    assert!(run(catalog, &wanted(), &[]).unwrap().is_good());
    let journal = fake.take_journal();
    nothing_twice(&journal, "without a fault");
    let wrote: Vec<_> =
        journal.iter().filter(|call| call.writes()).map(|call| call.operation.as_str()).collect();
    assert_eq!(
        wrote,
        ["UpdateTable", "BatchUpdatePartition", "BatchUpdatePartition", "CreatePartitionIndex"]
    );
    (journal.into_iter().map(|call| call.operation).collect(), held(fake))
}

/// One apply with the fault at its call `number`, tried once, and one without.
fn fails_and_is_made_good(
    fake: &FakeGlue,
    healthy: &GlueCatalog,
    faulty: &GlueCatalog,
    (number, operation, fault): (usize, &str, Fault),
    before: &Snapshot,
    after: &Value,
) {
    let context = format!("{fault:?} at call {number}, {operation}");
    let harmless = is_harmless(&fault, operation);
    fake.restore(before);
    fake.take_journal();
    fake.plan(When::any(fault).after(number));
    let first = run(faulty, &wanted(), &[]);
    assert_eq!(fake.faults_left(), 0, "{context}: it did not come");
    assert_eq!(first.as_ref().map_or(true, failed), !harmless, "{context}: {first:?}");
    let second = run(healthy, &wanted(), &[]).unwrap();
    assert!(second.is_good(), "{context}: {second:?}");
    nothing_twice(&fake.take_journal(), &context);
    assert_eq!(held(fake), *after, "{context}");
    assert!(again(healthy, &wanted()).unwrap().is_empty(), "{context}");
    let table = healthy.table(&name()).unwrap().unwrap();
    assert_eq!(table.table.parameters["owner"], "mobility team", "{context}");
}

#[test]
fn a_fault_at_any_call_is_made_good_by_the_next_run() {
    isolated(module_path!(), "a_fault_at_any_call_is_made_good_by_the_next_run", || {
        let fake = fake();
        let catalog = open(fake.url(), 1);
        let before = earlier(&fake, &catalog);
        let (operations, after) = clean(&fake, &catalog, &before);
        assert!(operations.len() > 8, "{operations:?}");
        for (number, operation) in operations.iter().enumerate() {
            for fault in [
                Fault::Internal,
                Fault::Unavailable,
                Fault::Timeout,
                Fault::ResetBefore,
                Fault::ResetAfter,
                Fault::Malformed,
                Fault::ExpiredToken,
                Fault::UnrecognizedClient,
                Fault::AccessDenied,
            ] {
                fails_and_is_made_good(
                    &fake,
                    &catalog,
                    &catalog,
                    (number, operation, fault),
                    &before,
                    &after,
                );
            }
        }
    });
}

#[test]
fn throttling_and_late_answers_at_any_call_are_made_good_by_the_next_run() {
    isolated(module_path!(), "throttling_and_late_answers_at_any_call_are_made_good_by_the_next_run", || {
        let fake = fake();
        let (catalog, hasty) = (open(fake.url(), 1), open_for(fake.url(), 1, Duration::from_secs(2)));
        let before = earlier(&fake, &catalog);
        let (operations, after) = clean(&fake, &catalog, &before);
        for (number, operation) in operations.iter().enumerate() {
            if ["UpdateTable", "BatchUpdatePartition", "CreatePartitionIndex"].contains(&operation.as_str()) {
                let late = Fault::Slow(Duration::from_secs(30));
                fails_and_is_made_good(&fake, &catalog, &hasty, (number, operation, late), &before, &after);
                fails_and_is_made_good(
                    &fake,
                    &catalog,
                    &catalog,
                    (number, operation, Fault::Throttle),
                    &before,
                    &after,
                );
            }
        }
    });
}

#[test]
fn what_the_client_tries_again_is_done_once() {
    isolated(module_path!(), "what_the_client_tries_again_is_done_once", || {
        let fake = fake();
        let catalog = open(fake.url(), 3);
        let before = earlier(&fake, &catalog);
        let (operations, after) = clean(&fake, &catalog, &before);
        for (number, operation) in operations.iter().enumerate() {
            let writes = ["UpdateTable", "BatchUpdatePartition", "CreatePartitionIndex"];
            let faults = if writes.contains(&operation.as_str()) {
                vec![
                    Fault::ResetBefore,
                    Fault::ResetAfter,
                    Fault::Internal,
                    Fault::Unavailable,
                    Fault::Throttle,
                ]
            } else {
                vec![Fault::ResetAfter]
            };
            for fault in faults {
                let context = format!("{fault:?} at call {number}, {operation}");
                fake.restore(&before);
                fake.take_journal();
                fake.plan(When::any(fault.clone()).after(number));
                let report =
                    run(&catalog, &wanted(), &[]).unwrap_or_else(|error| panic!("{context}: {error}"));
                assert!(report.is_good(), "{context}: {report:?}");
                assert_eq!(fake.faults_left(), 0, "{context}: it did not come");
                let journal = fake.take_journal();
                // A batch whose answer was lost is sent again with the same values, which changes nothing.
                if operation != "BatchUpdatePartition" || fault != Fault::ResetAfter {
                    nothing_twice(&journal, &context);
                }
                assert_eq!(held(&fake), after, "{context}");
            }
        }
    });
}

#[test]
fn a_table_that_is_made_survives_faults_too() {
    isolated(module_path!(), "a_table_that_is_made_survives_faults_too", || {
        let fake = fake();
        let catalog = open(fake.url(), 1);
        let nothing = fake.snapshot();
        assert!(run(&catalog, &wanted(), &[]).unwrap().is_good());
        let operations: Vec<_> = fake.take_journal().into_iter().map(|call| call.operation).collect();
        let after = held(&fake);
        for wrote in ["CreateDatabase", "CreateTable", "CreatePartitionIndex"] {
            assert!(operations.iter().any(|operation| operation == wrote), "{operations:?}");
        }
        for (number, operation) in operations.iter().enumerate() {
            for fault in [Fault::Internal, Fault::ResetBefore, Fault::ResetAfter, Fault::Malformed] {
                let context = format!("{fault:?} at call {number}, {operation}");
                let harmless = is_harmless(&fault, operation);
                fake.restore(&nothing);
                fake.take_journal();
                fake.plan(When::any(fault).after(number));
                let first = run(&catalog, &wanted(), &[]);
                assert_eq!(first.as_ref().map_or(true, failed), !harmless, "{context}: {first:?}");
                let second = run(&catalog, &wanted(), &[]).unwrap();
                assert!(second.is_good(), "{context}: {second:?}");
                nothing_twice(&fake.take_journal(), &context);
                assert_eq!(held(&fake), after, "{context}");
            }
        }
    });
}

#[test]
fn what_went_wrong_is_told_by_its_kind() {
    isolated(module_path!(), "what_went_wrong_is_told_by_its_kind", || {
        let fake = fake();
        let (catalog, hasty) = (open(fake.url(), 1), open_for(fake.url(), 1, Duration::from_secs(1)));
        for (fault, kind) in [
            (Fault::Internal, CatalogErrorKind::Unavailable),
            (Fault::Unavailable, CatalogErrorKind::Unavailable),
            (Fault::Timeout, CatalogErrorKind::Unavailable),
            (Fault::ResetBefore, CatalogErrorKind::Network),
            (Fault::ResetAfter, CatalogErrorKind::Network),
            (Fault::ExpiredToken, CatalogErrorKind::Credentials),
            (Fault::UnrecognizedClient, CatalogErrorKind::Credentials),
            (Fault::AccessDenied, CatalogErrorKind::Denied),
            (Fault::Throttle, CatalogErrorKind::Throttled),
        ] {
            fake.plan(When::next("GetTable", fault.clone()));
            let error = catalog.table(&name()).expect_err("a fault");
            assert_eq!(error.kind(), kind, "{fault:?}: {error}");
            let permission = error.permission().unwrap_or_default();
            assert_eq!(
                permission.contains("glue:GetTable"),
                kind == CatalogErrorKind::Denied,
                "{permission}"
            );
            let said = format!("{error} {error:?} {:?}", error.hint());
            assert!(!said.contains("not-a-secret"), "{said}");
        }
        fake.plan(When::next("GetTable", Fault::Slow(Duration::from_secs(20))));
        let error = hasty.table(&name()).expect_err("no answer in time");
        assert!(error.is_retryable(), "{:?}: {error}", error.kind());
        let elsewhere = start(Settings { region: Some("us-east-1".to_owned()), ..Settings::default() });
        let error = open(elsewhere.url(), 1).table(&name()).expect_err("signed for another region");
        assert_eq!(error.kind(), CatalogErrorKind::Credentials, "{error}");
    });
}

/// A table that wants two indexes.
fn two_indexes() -> Wanted {
    let mut wanted = with_index(traffic(&["id string"]));
    wanted.table.partition_keys.push(wanted.table.partition_keys[0].clone());
    wanted.table.partition_keys[1].name = "hour".into();
    let state = wanted.indexes[0].state;
    wanted.indexes.push(PartitionIndex { name: "by_hour".into(), keys: vec!["hour".into()], state });
    wanted
}

/// Remembers what was waited for.
#[derive(Default)]
struct Waits(Vec<String>);

impl Observer for Waits {
    fn waits(&mut self, table: &TableName, busy: &str, _: Duration) {
        self.0.push(format!("{table} {busy}"));
    }
}

#[test]
fn indexes_come_one_after_the_other() {
    isolated(module_path!(), "indexes_come_one_after_the_other", || {
        // Ready at once when it is first read, after one reading more, and late.
        for index_reads in [1, 2, 9] {
            let fake = start(Settings { index_reads, ..Settings::default() });
            let catalog = open(fake.url(), 1);
            let wanted = two_indexes();
            let job = Job::new(&catalog, |catalog| again(catalog, &wanted)).unwrap();
            let mut waits = Waits::default();
            let report = apply(&catalog, vec![job], &options(&[]), &mut waits);
            assert!(report.is_good(), "{report:?}");
            assert_eq!(waits.0, ["mobility.traffic by_day"], "it is told once");
            let done: Vec<_> = report.tables[0].done.iter().map(Step::past).collect();
            assert_eq!(done.len(), 4, "{done:?}");
            let asked = |call: &&Call| call.operation == "CreatePartitionIndex" && call.was_done();
            assert_eq!(fake.journal().iter().filter(asked).count(), 2);
            assert!(again(&catalog, &wanted).unwrap().is_empty());
        }
    });
}

#[test]
fn an_index_that_takes_too_long_is_told_and_the_next_run_goes_on() {
    isolated(module_path!(), "an_index_that_takes_too_long_is_told_and_the_next_run_goes_on", || {
        let fake = start(Settings { index_reads: 1_000_000, ..Settings::default() });
        let catalog = open(fake.url(), 1);
        let wanted = two_indexes();
        let short = Options { index_wait: Duration::from_millis(50), ..options(&[]) };
        for run in 0..2 {
            let job = Job::new(&catalog, |catalog| again(catalog, &wanted)).unwrap();
            let report = apply(&catalog, vec![job], &short, &mut Unobserved);
            let Ended::Failed(Failure::Call { error, .. }) = &report.tables[0].ended else {
                panic!("{report:?}");
            };
            assert_eq!(error.kind(), CatalogErrorKind::Limit, "{error}");
            assert!(error.message().contains("CREATING"), "{error:?}");
            assert!(error.hint().is_some_and(|hint| hint.contains("run it again")), "{error:?}");
            let left: Vec<_> = report.tables[0].not_done.iter().map(ToString::to_string).collect();
            assert_eq!(left, ["ask for the partition index `by_hour`"], "run {run}");
        }
    });
}
