//! Single ticks: what servers answer, what targets do not take.

use super::World;
use super::minutes::{Fault, Feed, POINTS};
use lakebed_cli::domain::tables;
use lakebed_tests::command::lakebed;
use serde_json::Value;
use std::fs;

fn number(report: &Value, name: &str) -> u64 {
    report[name].as_u64().unwrap_or_else(|| panic!("{name} in {report}"))
}

#[test]
fn a_minute_is_stored_once_however_often_it_is_fetched() {
    let (world, feed) = (World::new(), Feed::start(false));
    let (ran, report) = world.once(&feed.url(), &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!((number(&report, "documents"), number(&report["total"], "written")), (1, POINTS));
    assert!(
        ran.err.contains("delivered  1 document, ") && ran.err.contains(": 2 read = 2 written"),
        "{}",
        ran.err
    );
    // The next process knows no ETag, and the bytes.
    let (ran, report) = world.once(&feed.url(), &[]);
    assert_eq!((ran.code, number(&report, "repeated"), number(&report, "documents")), (0, 1, 0));
    feed.set_minute(1);
    let (ran, _) = world.once(&feed.url(), &["--log", "json"]);
    let line: Value = serde_json::from_str(ran.err.trim()).expect("a line of JSON");
    assert_eq!((&line["outcome"], &line["counts"]["written"]), (&"delivered".into(), &POINTS.into()));
    world.assert_minutes(0..2);
}

#[test]
fn answers_that_fail_are_asked_for_again() {
    let (world, feed) = (World::new(), Feed::start(false));
    for (minute, fault) in (0..).zip([Fault::Status(500), Fault::Cut, Fault::HalfGzip, Fault::Gzip]) {
        feed.set_minute(minute);
        feed.fails([fault]);
        let before = feed.asked();
        let (ran, report) = world.once(&feed.url(), &[]);
        let again = u64::from(!matches!(fault, Fault::Gzip));
        assert_eq!((ran.code, number(&report, "retries")), (0, again), "{fault:?}: {}", ran.err);
        assert_eq!(feed.asked() - before, 1 + usize::try_from(again).expect("a number"));
    }
    world.assert_minutes(0..4);
}

#[test]
fn a_source_that_never_answers_is_a_failure() {
    let (world, feed) = (World::new(), Feed::start(false));
    feed.fails([Fault::Status(404)]);
    let (ran, report) = world.once(&feed.url(), &[]);
    assert_eq!((ran.code, number(&report, "failed_ticks"), number(&report, "retries")), (2, 1, 0));
    assert!(ran.err.contains("fetch failed") && ran.err.contains("the server answers 404"), "{}", ran.err);
    // One that begins to answer and falls silent is given up.
    feed.fails([Fault::Stall; 5]);
    let (ran, _) = world.once(&feed.url(), &["--timeout", "1s"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("no whole answer within 1 seconds"), "{}", ran.err);
    let (ran, _) = world.once(&feed.url(), &["--max-fetch", "100"]);
    assert!(ran.code == 2 && ran.err.contains("more than 100 bytes"), "{}", ran.err);
    assert!(world.stored().is_empty());
}

#[test]
fn what_a_lake_does_not_take_waits_in_the_spool() {
    let (world, feed) = (World::new(), Feed::start(false));
    fs::write(world.path("lake"), "in the way").expect("a file");
    let (ran, report) = world.once(&feed.url(), &[]);
    assert_eq!((ran.code, number(&report, "waiting_documents")), (2, 1), "{}", ran.err);
    assert!(ran.err.contains("delivery failed"), "{}", ran.err);
    feed.set_minute(1);
    let ran = lakebed(&tables(), world.args(&feed.url(), &["--once"]));
    assert_eq!(ran.code, 2);
    let spool = fs::canonicalize(world.path("spool")).expect("a folder");
    assert!(
        ran.out.contains("2 documents, ") && ran.out.contains(&format!("in {}", spool.display())),
        "{}",
        ran.out
    );
    fs::remove_file(world.path("lake")).expect("a file");
    let (ran, report) = world.once(&feed.url(), &[]);
    assert_eq!((ran.code, number(&report, "waiting_documents")), (0, 0), "{}", ran.err);
    world.assert_minutes(0..2);
}

#[test]
fn what_is_no_document_is_set_aside_and_holds_nothing_up() {
    let world = World::new();
    fs::create_dir(world.path("in")).expect("a folder");
    fs::write(world.path("in/1.xml"), super::minutes::document(0)).expect("a file");
    fs::write(world.path("in/2.json"), "nonsense\n{\"unieke_id\":\"1\"}\n").expect("a file");
    let (ran, report) = world.once(&world.path("in").display().to_string(), &[]);
    // Both are rejects of the lake, whole, with the reasons.
    assert_eq!((ran.code, number(&report["total"], "rejected")), (0, 2), "{}", ran.err);
    assert_eq!(number(&report["total"], "written"), POINTS);
    let (ran, _) = world.once(&world.path("in").display().to_string(), &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let args = world.args(&world.path("in").display().to_string(), &["--once", "--max-rejects", "1"]);
    fs::write(world.path("in/3.json"), "[1, 2]").expect("a file");
    assert_eq!(lakebed(&tables(), args).code, 1);
    world.assert_minutes(0..1);
}

#[test]
fn unchanged_points_are_skipped_and_counted() {
    let (world, feed) = (World::new(), Feed::start(false));
    let skip = ["--skip-unchanged"];
    assert_eq!(world.once(&feed.url(), &skip).0.code, 0);
    // Published anew, and nothing of it is.
    let text =
        super::minutes::with_text(&super::minutes::document(0), "tijd_publicatie", "2026-11-23T09:00:00Z");
    fs::write(world.path("again.xml"), text).expect("a file");
    let (ran, report) = world.once(&world.path("again.xml").display().to_string(), &skip);
    assert_eq!((ran.code, number(&report["total"], "skipped")), (0, POINTS), "{}", ran.err);
    feed.set_minute(1);
    let (_, report) = world.once(&feed.url(), &skip);
    assert_eq!((number(&report["total"], "skipped"), number(&report["total"], "written")), (0, POINTS));
    world.assert_minutes(0..2);
}

#[test]
fn what_cannot_be_polled_is_told_before_anything_is_done() {
    let world = World::new();
    let from = |from: &str, table: &str, to: &str| {
        let spool = world.path("spool").display().to_string();
        let ran = lakebed(
            &tables(),
            ["ingest", "--from", from, "--table", table, "--to", to, "--spool", &spool, "--once"],
        );
        assert_eq!(ran.code, 2, "{}", ran.err);
        ran.err
    };
    let lake = world.path("lake").display().to_string();
    let said = from("ftp://host/x", "traffic_measurement", &lake);
    assert!(said.contains("no such kind of place"), "{said}");
    let said = from("http://", "traffic_measurement", &lake);
    assert!(said.contains("is no address"), "{said}");
    let said = from("-", "traffic_measurement", &lake);
    assert!(said.contains("no standard input"), "{said}");
    let said = from("s3://bucket/x", "traffic_measurement", &lake);
    assert!(said.contains("not built yet"), "{said}");
    for stream in ["firehose:x", "kinesis:x"] {
        if cfg!(not(feature = "aws")) {
            let said = from("miv", "traffic_measurement", stream);
            assert!(said.contains("feature `aws`"), "{said}");
        }
    }
    assert!(!world.path("spool").exists());
}
