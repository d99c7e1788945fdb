//! A process that applies on Glue is killed at any call: the next one finishes.

use super::faults::{held, nothing_twice};
use super::isolated::isolated;
use super::{open, start};
use crate::applying::{by_hand, name, register};
use lakebed::Record as _;
use lakebed_cli::catalog::Catalog as _;
use lakebed_schema::{Column, LogicalType, Table};
use lakebed_tests::cases::sensor_reading::SensorReading;
use lakebed_tests::command::process;
use lakebed_tests::fake_glue::{FakeGlue, Fault, Outcome, Settings, When};
use lakebed_tests::server::REGION;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// More than one batch.
const PARTITIONS: usize = 130;
/// How late answers come: late enough to kill whoever waits for one.
const LATE: Duration = Duration::from_millis(150);
const PATIENCE: Duration = Duration::from_secs(120);

/// `lakebed apply` in a process of its own.
fn apply(fake: &FakeGlue, folder: &Path) -> Command {
    let region = format!("region={REGION}");
    let settings = [
        "lake=s3://my-lake",
        "database=mobility",
        "projection.enabled=false",
        "catalog=glue",
        region.as_str(),
    ];
    let contract = folder.join("t.lakebed.json");
    let mut args = vec![Path::new("apply"), Path::new("--yes"), Path::new("--contract"), &contract];
    for setting in settings {
        args.extend([Path::new("--set"), Path::new(setting)]);
    }
    let mut command = process(&[], "processes::as_the_command", &args);
    command.current_dir(folder).env("AWS_ENDPOINT_URL_GLUE", fake.url()).env("AWS_MAX_ATTEMPTS", "1");
    command
}

fn finish(fake: &FakeGlue, folder: &Path, context: &str) {
    let output = apply(fake, folder).output().expect("a process");
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{context}: {said}{}", String::from_utf8_lossy(&output.stderr));
}

fn wait_until(context: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{context}: in vain");
        sleep(Duration::from_millis(2));
    }
}

#[test]
fn an_apply_that_is_killed_at_any_call_is_finished_by_the_next() {
    isolated(module_path!(), "an_apply_that_is_killed_at_any_call_is_finished_by_the_next", || {
        let fake = start(Settings { page_size: 100, keys_at_once: 100, ..Settings::default() });
        let folder = tempfile::tempdir().expect("a folder");
        let contract = folder.path().join("t.lakebed.json");
        let mut table = Table::try_from(SensorReading::TABLE).expect("a table");
        table.name = "traffic".into();
        fs::write(&contract, table.to_contract()).expect("a contract");
        finish(&fake, folder.path(), "the first");
        let catalog = open(fake.url(), 1);
        register(&catalog, PARTITIONS);
        by_hand(&catalog, "owner", "mobility team");
        table.columns.push(Column::new("lanes", LogicalType::Int32));
        fs::write(&contract, table.to_contract()).expect("a contract");
        let before = fake.snapshot();

        fake.take_journal();
        finish(&fake, folder.path(), "nobody kills it");
        let clean = fake.take_journal();
        let writes = clean.iter().filter(|call| call.writes()).count();
        assert_eq!(writes, 3, "a table and two batches: {clean:?}");
        let after = held(&fake);

        let mut in_the_middle = 0;
        for (call, at) in clean.iter().enumerate() {
            let context = format!("killed at call {call}, {}", at.operation);
            fake.restore(&before);
            fake.take_journal();
            fake.plan(When::any(Fault::Slow(LATE)).always());
            let mut child = apply(&fake, folder.path()).spawn().expect("a process");
            wait_until(&context, || fake.journal().len() > call);
            child.kill().expect("it runs");
            assert!(!child.wait().expect("an end").success(), "{context}: it had ended");
            fake.heal();
            // What arrived is done, whether somebody waits for the answer or not.
            wait_until(&context, || fake.journal().iter().all(|call| call.outcome != Outcome::Running));
            let done = fake.journal().iter().filter(|call| call.writes() && call.was_done()).count();
            in_the_middle += usize::from(done > 0 && done < writes);

            finish(&fake, folder.path(), &context);
            nothing_twice(&fake.take_journal(), &context);
            assert_eq!(held(&fake), after, "{context}");
            let table = catalog.table(&name()).expect("an answer").expect("the table");
            assert_eq!(table.table.parameters["owner"], "mobility team", "{context}");
        }
        assert!(in_the_middle > 1, "killed between two writes {in_the_middle} times");
    });
}
