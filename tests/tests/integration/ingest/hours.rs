//! Two hours of minutes in accelerated time; `LAKEBED_FEED_MINUTES` says otherwise.

#![allow(clippy::print_stdout, reason = "what a test measured is seen with --nocapture")]

use super::World;
use super::minutes::{self, Fault};
use futures_util::future::BoxFuture;
use lakebed::ingest::{Clock, Ingest, IngestOptions, LakeSink, Stopper};
use lakebed::source::{HttpOptions, HttpSource};
use lakebed::{ConvertOptions, Table};
use lakebed_cli::domain::Measurement;
use lakebed_tests::cases::documents::Random;
use lakebed_tests::command::{arguments, process};
use lakebed_tests::scripted::Scripted;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const ENTRY: &str = "ingest::hours::as_the_poller";
/// Bytes of a comment in each document: who keeps documents in memory is found out.
const COMMENT: usize = 200 << 10;

fn minutes() -> u64 {
    std::env::var("LAKEBED_FEED_MINUTES").ok().and_then(|text| text.parse().ok()).unwrap_or(120)
}

/// A clock that is where it was told to wait for.
#[derive(Debug, Default)]
struct Quick(AtomicU64);

impl Clock for Quick {
    fn now_ms(&self) -> i64 {
        minutes::START * 1000 + i64::try_from(self.0.load(Ordering::SeqCst)).expect("a time")
    }
    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::SeqCst))
    }
    fn sleep(&self, time: Duration) -> BoxFuture<'_, ()> {
        self.0.fetch_add(u64::try_from(time.as_millis()).expect("a time"), Ordering::SeqCst);
        Box::pin(tokio::task::yield_now())
    }
}

fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}

/// Not a test by itself: the other one starts this binary again with this test alone, so that its memory is its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_the_poller() {
    let Some(args) = arguments() else { return };
    let folder = Path::new(&args[0]);
    let clock = Arc::new(Quick::default());
    let shown = Arc::clone(&clock);
    let requests = AtomicU64::new(0);
    let mut random = Random(1);
    let comment: String = (0..COMMENT / 8).map(|_| format!("{:08x}", random.below(1 << 32))).collect();
    // What the feed shows depends on the time alone; each third minute its first answer is a bad one.
    let server = Scripted::start(move |asked| {
        let minute = shown.elapsed().as_secs() / 60;
        let request = requests.fetch_add(1, Ordering::SeqCst);
        let fault = match (minute % 3, request % 2) {
            (1, 0) => Some(
                [Fault::Status(503), Fault::Cut, Fault::HalfGzip]
                    [usize::try_from(minute / 3 % 3).expect("a number")],
            ),
            (2, _) => Some(Fault::Gzip).filter(|_| {
                asked.header("if-none-match") != minutes::tag(i64::try_from(minute).expect("a minute"))
            }),
            _ => None,
        };
        let minute = i64::try_from(minute).expect("a minute");
        let document = minutes::document(minute).replace("<miv ", &format!("<!-- {comment} -->\n<miv "));
        minutes::answer(asked, &document, &minutes::tag(minute), fault)
    });
    let table = Table::try_from(<Measurement as lakebed::Record>::TABLE).expect("a table");
    let source =
        HttpSource::new(&format!("{}/minute.xml", server.url()), HttpOptions::default()).expect("an address");
    let sink = LakeSink::new(table.clone(), ConvertOptions::new(Vec::<PathBuf>::new(), folder.join("lake")));
    let options = IngestOptions {
        every: Duration::from_secs(30),
        deliver_every: Duration::from_secs(120),
        ..IngestOptions::new(folder.join("spool"))
    };
    let (stopper, stop) = Stopper::new();
    let mut resident = Vec::new();
    let (sender, receiver) = std::sync::mpsc::channel();
    let ticks = Arc::clone(&clock);
    let ingest = Ingest::new(table, source, sink, options)
        .expect("options")
        .with_clock(Arc::<Quick>::clone(&clock))
        .with_stop(stop)
        .with_listener(move |tick| {
            sender.send((tick.tick, resident_kib())).expect("a receiver");
            if ticks.elapsed() >= Duration::from_secs((minutes() - 1) * 60 + 30) {
                stopper.stop();
            }
        });
    let report = ingest.run().await.expect("two hours");
    resident.extend(receiver.try_iter());
    let at = |tick: u64| resident.iter().find(|(number, _)| *number == tick).expect("a tick").1;
    let memory = [at(60), at(minutes() * 2)];
    let out = serde_json::json!({ "report": report, "memory": memory });
    fs::write(folder.join("report.json"), out.to_string()).expect("a file");
}

#[test]
fn two_hours_of_minutes_have_no_gap_no_double_and_a_steady_memory() {
    let (world, minutes) = (World::new(), minutes());
    let began = std::time::Instant::now();
    let output = process(&[], ENTRY, &[world.0.path()]).output().expect("a process");
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
    let out = fs::read(world.path("report.json")).expect("a report");
    let out: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
    let report = &out["report"];
    let number = |name: &str| report[name].as_u64().unwrap_or_else(|| panic!("{name} in {report}"));
    assert_eq!((number("ticks"), number("documents"), number("missed")), (2 * minutes, minutes, 0));
    assert_eq!((number("failed_ticks"), number("waiting_documents"), number("repeated")), (0, 0, 0));
    assert!(number("retries") >= minutes / 6, "{report}");
    world.assert_minutes(0..i64::try_from(minutes).expect("a number"));
    // Whoever kept each document would hold 200 KiB a minute more. A run reads the journal, which has a record for every
    // two minutes.
    let memory: Vec<u64> = serde_json::from_value(out["memory"].clone()).expect("numbers");
    println!(
        "{minutes} minutes took {:?}; resident after 30 of them and at the end: {memory:?} KiB",
        began.elapsed()
    );
    assert!(
        memory[0] > 0 && memory[1] < memory[0] + (8 << 10) + 20 * minutes,
        "KiB after 30 minutes and at the end: {memory:?}"
    );
}
