//! Processes that are killed while they send: what they were told is taken, the next one delivers.

#![allow(clippy::print_stdout, reason = "what a test measured is seen with --nocapture")]

use super::spooling;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use lakebed::producer::{
    CallError, CallErrorKind, Durability, Entry, EntryResult, KeyRule, Producer, ProducerOptions, Service,
    ServiceLimits,
};
use lakebed_tests::cases::documents::Random;
use lakebed_tests::command::{arguments, process};
use lakebed_tests::strict_stream::{number, numbered};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const ENTRY: &str = "producer::killed::as_the_sender";

/// A stream that is a file, so that it outlives its process.
#[derive(Debug)]
struct FileStream {
    file: File,
    calls: AtomicU64,
    is_away: bool,
}

impl FileStream {
    fn open(path: &Path, is_away: bool) -> Self {
        let file = OpenOptions::new().create(true).append(true).open(path).unwrap();
        Self { file, calls: AtomicU64::new(0), is_away }
    }
}

impl Service for FileStream {
    fn name(&self) -> &str {
        "file"
    }

    fn limits(&self) -> ServiceLimits {
        ServiceLimits { records: 50, bytes: 1 << 20, record_bytes: 1 << 20, key: KeyRule::None }
    }

    fn put<'a>(&'a self, entries: &'a [Entry]) -> BoxFuture<'a, Result<Vec<EntryResult>, CallError>> {
        async {
            let call = self.calls.fetch_add(1, Ordering::Relaxed);
            if self.is_away && call > 10 {
                return Err(CallError::new(CallErrorKind::Transient, "Away", "the service is away"));
            }
            let lines: Vec<u8> = entries.iter().flat_map(|entry| entry.data.iter().copied()).collect();
            (&self.file).write_all(&lines).unwrap();
            // The answer comes later: time to be killed in.
            tokio::time::sleep(Duration::from_millis(3)).await;
            Ok(vec![EntryResult::Delivered; entries.len()])
        }
        .boxed()
    }
}

fn paths(folder: &Path) -> (PathBuf, PathBuf, PathBuf) {
    (folder.join("spool"), folder.join("stream"), folder.join("taken"))
}

fn options(folder: &Path) -> ProducerOptions {
    let linger = Duration::from_millis(1);
    ProducerOptions { linger, queue_records: 500, ..spooling(folder, Durability::Disk) }
}

/// Not a test by itself: other tests start this binary again with this test alone, as a process that sends until it is
/// killed, and writes down what it was told is taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_the_sender() {
    let Some(args) = arguments() else { return };
    let [folder, from, is_away] = &args[..] else { panic!("{args:?}") };
    let (spool, stream, taken) = paths(Path::new(folder));
    let stream = Arc::new(FileStream::open(&stream, is_away == "away"));
    let producer = Producer::open(stream, options(&spool)).await.unwrap();
    let taken = Arc::new(OpenOptions::new().create(true).append(true).open(taken).unwrap());
    let next = Arc::new(AtomicU64::new(from.parse().unwrap()));
    let tasks = (0..16).map(|_| {
        let (producer, taken, next) = (producer.clone(), Arc::clone(&taken), Arc::clone(&next));
        tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                producer.send(Entry::new(numbered(number, 80))).await.unwrap();
                (&*taken).write_all(format!("{number}\n").as_bytes()).unwrap();
            }
        })
    });
    futures_util::future::join_all(tasks).await;
}

/// How often each number stands in the stream.
fn copies(stream: &Path) -> BTreeMap<u64, u64> {
    let mut copies = BTreeMap::new();
    for line in fs::read(stream).unwrap().split_inclusive(|byte| *byte == b'\n') {
        *copies.entry(number(line).unwrap()).or_default() += 1;
    }
    copies
}

#[tokio::test]
async fn what_was_taken_is_delivered_whenever_the_process_is_killed() {
    let rounds = std::env::var("LAKEBED_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(100) / 10;
    let folder = tempfile::tempdir().unwrap();
    let (spool, stream, taken) = paths(folder.path());
    let mut random = Random(11);
    let mut possible = 0;
    for round in 0..rounds {
        // Sometimes the service stays away, so that much is in the spool.
        let is_away = if round % 3 == 1 { "away" } else { "there" };
        let from = format!("{}", round * 1_000_000);
        let args = [folder.path(), Path::new(&from), Path::new(is_away)];
        let mut command = process(&[], ENTRY, &args);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let before = fs::metadata(&taken).map_or(0, |meta| meta.len());
        let since = std::time::Instant::now();
        while fs::metadata(&taken).map_or(0, |meta| meta.len()) == before && since.elapsed().as_secs() < 60 {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(random.below(300)));
        child.kill().unwrap();
        assert!(child.wait().unwrap().code().is_none(), "it was alive until then");

        // The next process takes up what this one left, and says which of it may stand twice.
        let producer =
            Producer::open(Arc::new(FileStream::open(&stream, false)), options(&spool)).await.unwrap();
        if round % 2 == 1 {
            let report = producer.close().await;
            assert!(report.is_complete() && report.is_balanced(), "{report:?}");
            possible += report.possible_duplicates;
        } else {
            // It is gone before it has sent everything.
            possible += producer.report().possible_duplicates;
            producer.flush().now_or_never();
            drop(producer.close().now_or_never());
            drop(producer);
            while lakebed::producer::spool::Spool::open(&spool, 1 << 20).is_err() {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
    }
    let report = Producer::open(Arc::new(FileStream::open(&stream, false)), options(&spool))
        .await
        .unwrap()
        .close()
        .await;
    assert!(report.is_complete(), "{report:?}");
    possible += report.possible_duplicates;
    let copies = copies(&stream);
    let taken = fs::read_to_string(&taken).unwrap();
    let missing: Vec<_> = taken.lines().filter(|line| !copies.contains_key(&line.parse().unwrap())).collect();
    assert_eq!(missing, [""; 0], "of {} that were taken", taken.lines().count());
    let doubled: u64 = copies.values().map(|count| count - 1).sum();
    assert!(doubled <= possible, "{doubled} stand twice, {possible} were told");
    println!(
        "{} taken, {} stored, {doubled} twice, {possible} possibly",
        taken.lines().count(),
        copies.len()
    );
}
