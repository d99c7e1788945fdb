//! Services that append to a lake and are killed: what was acknowledged is stored, each record once.

#![allow(
    clippy::print_stdout,
    reason = "a process tells its parent, and what a test measured is seen with --nocapture"
)]

use lakebed::writer::{LakeWriter, WriterOptions};
use lakebed::{ReadRecord, Record};
use lakebed_tests::cases::documents::Random;
use lakebed_tests::command::{arguments, process};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const ENTRY: &str = "lake_writer::as_the_service";
const TASKS: u32 = 8;

#[derive(Debug, Record, ReadRecord)]
#[lake(table = "reading")]
struct Reading {
    round: u32,
    task: u32,
    number: u32,
    note: String,
}

fn options(folder: &Path) -> WriterOptions {
    let mut options = WriterOptions::new(folder.join("spool"), folder.join("lake"));
    options.roll_rows = 60;
    options
}

/// Not a test by itself: the other one starts this binary again with this test alone, as a service of several tasks that
/// says which records were acknowledged, until it is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn as_the_service() {
    let Some(args) = arguments() else { return };
    let [folder, round] = &args[..] else { panic!("{args:?}") };
    let round: u32 = round.parse().expect("a number");
    let writer = LakeWriter::<Reading>::open(options(Path::new(folder))).await.expect("a writer");
    let told = Arc::new(Mutex::new(
        std::fs::File::options()
            .append(true)
            .create(true)
            .open(Path::new(folder).join("told"))
            .expect("a file"),
    ));
    println!("begun");
    let mut tasks = Vec::new();
    for task in 0..TASKS {
        let (writer, told) = (writer.clone(), Arc::clone(&told));
        tasks.push(tokio::spawn(async move {
            let mut random = Random(u64::from(round * 100 + task));
            for number in 0.. {
                let reading = Reading { round, task, number, note: "x".repeat(50) };
                // One in four is dropped after a while, which may be before it was handed over or after.
                let patience = if random.below(4) == 0 { random.below(2_000) } else { 60_000_000 };
                let append = tokio::time::timeout(Duration::from_micros(patience), writer.append(&reading));
                if let Ok(done) = append.await {
                    done.expect("an acknowledgement");
                    let line = format!("{round} {task} {number}\n");
                    told.lock().expect("a file").write_all(line.as_bytes()).expect("a file");
                }
            }
        }));
    }
    for task in tasks {
        task.await.expect("a task");
    }
}

#[test]
fn what_was_acknowledged_is_stored_once_whenever_the_service_is_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut random = Random(11);
    for round in 0..6_u32 {
        let number = round.to_string();
        let mut command = process(&[], ENTRY, &[folder.path(), Path::new(&number)]);
        let mut child = command.stderr(Stdio::null()).spawn().expect("a process");
        let mut out = child.stdout.take().expect("a pipe");
        let (mut said, mut byte) = (String::new(), [0]);
        while !said.contains("begun") {
            assert!(out.read(&mut byte).expect("text") > 0, "it ended: {said}");
            said.push(char::from(byte[0]));
        }
        std::thread::sleep(Duration::from_millis(random.below(900)));
        child.kill().expect("a process that can be killed");
        assert_eq!(child.wait().expect("an end").code(), None, "it was killed");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let report = runtime.block_on(async {
        let writer = LakeWriter::<Reading>::open(options(folder.path())).await.expect("a writer");
        writer.close().await.expect("an end")
    });
    assert_eq!((report.waiting_segments, report.stored.rejected), (0, 0));
    let mut stored: BTreeMap<String, u32> = BTreeMap::new();
    for row in lakebed::read::<Reading>(folder.path().join("lake")) {
        let Reading { round, task, number, .. } = row.expect("a row");
        *stored.entry(format!("{round} {task} {number}")).or_default() += 1;
    }
    let doubles: Vec<_> = stored.iter().filter(|(_, times)| **times > 1).collect();
    assert!(doubles.is_empty(), "{doubles:?}");
    let told = std::fs::read_to_string(folder.path().join("told")).expect("a file");
    // The last line of a process that was killed may be a part.
    let told: Vec<&str> = told.lines().filter(|line| line.split(' ').count() == 3).collect();
    let lost: Vec<_> = told.iter().filter(|line| !stored.contains_key(**line)).collect();
    assert!(lost.is_empty(), "{} of {} acknowledged records: {lost:?}", lost.len(), told.len());
    println!("{} acknowledged, {} stored", told.len(), stored.len());
    assert!(told.len() > 200, "{}", told.len());
}
