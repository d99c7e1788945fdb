//! Processes that are told to end, and those that are killed.

use super::World;
use super::minutes::Feed;
use lakebed_tests::cases::documents::Random;
use lakebed_tests::crash::{PATIENCE, said, signal};
use lakebed_tests::http::{Message, ask};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let since = Instant::now();
    while !done() {
        assert!(since.elapsed() < PATIENCE, "nobody sees {what}");
        sleep(Duration::from_millis(10));
    }
}

/// What came to its end, and the rest of what it said.
fn ended(mut child: Child) -> (Option<i32>, String, String) {
    let (mut out, mut err) = (String::new(), String::new());
    child.stdout.take().expect("a pipe").read_to_string(&mut out).expect("text");
    child.stderr.take().expect("a pipe").read_to_string(&mut err).expect("text");
    (child.wait().expect("an end").code(), out, err)
}

/// The report in what a process said: the test binary that it is says something too.
fn report(out: &str) -> Value {
    let start = out.find('{').expect("a report");
    serde_json::Deserializer::from_str(&out[start..]).into_iter().next().expect("a report").expect("JSON")
}

#[test]
fn told_to_end_it_ends_well() {
    let (world, feed) = (World::new(), Feed::start(true));
    let mut command = world.process(&feed.url(), &["--every", "1s", "--json", "--health", "127.0.0.1:0"]);
    let mut child = command.spawn().expect("a process");
    let mut err = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut line = String::new();
    while !line.contains("health: ") {
        line.clear();
        assert!(err.read_line(&mut line).expect("text") > 0, "it ended");
    }
    let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next()).expect("an address");
    let address = address.parse().expect("an address");
    until("the second minute", || feed.minute() >= 1);
    let get = |path: &str| {
        let answer = ask(address, &Message::new(format!("GET {path} HTTP/1.1"), "")).expect("an answer");
        (answer.status(), String::from_utf8(answer.body).expect("text"))
    };
    let (status, text) = get("/healthz");
    assert!(status == 200 && text.contains("\"healthy\":true"), "{status} {text}");
    let (status, text) = get("/metrics");
    assert!(status == 200 && text.contains("lakebed_ingest_records_written_total{table="), "{text}");
    signal(&child, "TERM");
    let mut rest = String::new();
    err.read_to_string(&mut rest).expect("text");
    child.stderr = None;
    let mut out = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut out).expect("text");
    assert_eq!(child.wait().expect("an end").code(), Some(0), "{out}{rest}");
    assert!(rest.contains("SIGTERM: ending after the batch under way"), "{rest}");
    let report = report(&out);
    assert_eq!((&report["stopped"], &report["waiting_documents"]), (&true.into(), &0.into()));
    let documents = report["documents"].as_i64().expect("a number");
    assert_eq!(report["total"]["written"].as_i64(), Some(2 * documents));
    world.assert_minutes(0..documents);
}

#[test]
fn killed_at_any_time_it_goes_on_without_loss_and_without_doubles() {
    let (world, feed) = (World::new(), Feed::start(true));
    let mut random = Random(7);
    let mut killed = 0;
    for _ in 0..7 {
        let before = feed.asked();
        let mut command = world.process(&feed.url(), &["--every", "1s", "--skip-unchanged"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a process");
        until("a request", || feed.asked() > before || child.try_wait().expect("a process").is_some());
        sleep(Duration::from_millis(random.below(1600)));
        child.kill().expect("a process that can be killed");
        killed += u32::from(child.wait().expect("an end").code().is_none());
    }
    assert!(killed >= 6, "{killed}");
    let output = world.process(&feed.url(), &["--once"]).output().expect("a process");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    // What it shows now was stored by this last run, if not before.
    world.assert_minutes(0..feed.minute() + 1);
}

#[test]
fn lines_are_taken_as_they_come() {
    let world = World::new();
    let mut command = world.process("-", &["--json", "--deliver-every", "1h"]);
    let mut child = command.stdin(Stdio::piped()).spawn().expect("a process");
    let mut input = child.stdin.take().expect("a pipe");
    let line = |n: u32| format!("{{\"unieke_id\":\"{n}\",\"tijd_waarneming\":\"2026-11-23T08:15:00Z\"}}\n");
    for n in 0..50 {
        input.write_all(line(n).as_bytes()).expect("a reader");
    }
    sleep(Duration::from_millis(300));
    // The same lines once more are other records.
    for n in 0..50 {
        input.write_all(line(n).as_bytes()).expect("a reader");
    }
    drop(input);
    let (code, out, err) = ended(child);
    assert_eq!(code, Some(0), "{out}{err}");
    let report = report(&out);
    assert_eq!(
        (&report["total"]["written"], &report["waiting_documents"]),
        (&100.into(), &0.into()),
        "{err}"
    );
    let stored = world.stored();
    assert_eq!((stored.len(), stored.values().copied().max()), (50, Some(2)));
}
