//! Readers that are interrupted anywhere, over a stream that is resharded meanwhile.

mod fake;

use super::*;
use crate::convert::ConvertOptions;
use crate::error::ErrorKind;
use crate::kpl::{Aggregator, UserRecord};
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use fake::{EPOCH_MS, FakeStream, Random};
use lakebed_schema::{Column, LogicalType, Table};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::future::{Future, poll_fn};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tempfile::TempDir;

fn table() -> Table {
    Table::new("t", vec![Column::new("n", LogicalType::Int64)])
}

/// A lake, a spool and a stream.
struct Bench {
    folder: TempDir,
    stream: Arc<FakeStream>,
}

impl Bench {
    fn new(stream: FakeStream) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), stream: Arc::new(stream) }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Without any pause, and with runs of a few records.
    fn options(&self) -> ConsumerOptions {
        let convert = ConvertOptions::new(Vec::<PathBuf>::new(), self.path("lake"));
        let read = ReadOptions {
            poll: Duration::ZERO,
            gap: Duration::ZERO,
            list: Duration::from_millis(1),
            backoff: Duration::from_micros(50),
            max_backoff: Duration::from_micros(500),
            ..ReadOptions::default()
        };
        ConsumerOptions {
            roll_bytes: 800,
            roll_age: Duration::from_millis(20),
            read,
            ..ConsumerOptions::new(
                "arn:aws:kinesis:eu-west-1:123456789012:stream/events",
                self.path("spool"),
                convert,
            )
        }
    }

    /// Opens a reader as soon as the one before has let go of the spool.
    async fn open(&self, options: &ConsumerOptions) -> KinesisConsumer {
        self.stream.reopened();
        loop {
            let shards = Arc::clone(&self.stream) as Arc<dyn Shards>;
            match KinesisConsumer::open(shards, table(), options.clone()).await {
                Ok(consumer) => return consumer,
                Err(error) if error.kind() == ErrorKind::Locked => {
                    tokio::time::sleep(Duration::from_millis(1)).await
                }
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Puts the numbers from `from` on as records: alone, or several in one.
    fn put(&self, numbers: std::ops::Range<i64>, together: usize) {
        let numbers: Vec<i64> = numbers.collect();
        for some in numbers.chunks(together) {
            let mut aggregator = Aggregator::default();
            for n in some {
                let line = format!("{{\"n\":{n}}}\n");
                aggregator.add(UserRecord::new(&format!("key {n}"), line.as_bytes())).unwrap();
            }
            let record = aggregator.finish().unwrap();
            self.stream.put(&record.partition_key, record.data);
        }
    }

    /// The numbers in the lake, sorted.
    fn stored(&self) -> Vec<i64> {
        let mut files = vec![self.path("lake/t")];
        let mut numbers = Vec::new();
        while let Some(path) = files.pop() {
            if path.is_dir() {
                files.extend(names(&path).into_iter().map(|name| path.join(name)));
            } else if path.extension().is_some_and(|end| end == "parquet") {
                let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
                for batch in reader.build().unwrap() {
                    numbers.extend(batch.unwrap().column(0).as_primitive::<Int64Type>().values());
                }
            }
        }
        numbers.sort_unstable();
        numbers
    }

    /// Files that wait.
    fn waiting(&self) -> Vec<String> {
        names(&self.path("spool")).into_iter().filter(|name| name.starts_with("kinesis~")).collect()
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Polls a future so many times at most, and drops it then.
async fn interrupted<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

#[tokio::test]
async fn every_record_is_stored_once_through_reshardings_and_interruptions() {
    for seed in 0..3 {
        let bench = Bench::new(FakeStream::new(seed, 12));
        let options = bench.options();
        let mut random = Random(seed ^ 0xABCD);
        let (mut put, mut interruptions, mut reopened) = (0, 0, 0);
        for _ in 0..10 {
            let mut consumer = bench.open(&options).await;
            for _ in 0..random.below(60) {
                if random.chance(40) {
                    let more = 1 + random.below(8) as i64;
                    bench.put(put..put + more, 1 + random.below(5));
                    put += more;
                }
                if random.chance(8) {
                    bench.stream.reshard();
                }
                if random.chance(70) {
                    consumer.step().await.unwrap();
                } else if interrupted(random.below(12), consumer.step()).await.is_none() {
                    interruptions += 1;
                }
            }
            // As it is: with records in memory, or with a thread that stores some.
            drop(consumer);
            reopened += 1;
        }
        bench.stream.end();
        let consumer = bench.open(&options).await;
        let report = consumer.run(std::future::pending()).await.unwrap();
        assert!(report.stored.balances() && report.put_aside.is_empty(), "{report:?}");
        assert_eq!(bench.stored(), (0..put).collect::<Vec<_>>(), "seed {seed}: lost or doubled");
        assert_eq!(bench.waiting(), [""; 0]);
        // There was something to go wrong.
        assert!(interruptions > 20 && bench.stream.shards() > 4 && put > 200, "{interruptions} {put}");
        assert!(reopened == 10 && report.read.throttled + report.read.failed > 0, "{report:?}");
    }
}

#[tokio::test]
async fn files_that_a_crash_left_are_stored_once() {
    let bench = Bench::new(FakeStream::new(1, 0));
    let options =
        ConsumerOptions { roll_age: Duration::from_secs(600), roll_bytes: 1 << 20, ..bench.options() };
    bench.put(0..40, 4);
    let mut consumer = bench.open(&options).await;
    // The lake is a file: what was read stays in the spool.
    fs::write(bench.path("lake"), "").unwrap();
    while consumer.report().user_records < 40 {
        consumer.step().await.unwrap();
    }
    let error = consumer.flush().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Output, "{error}");
    // The same reader goes on with them as well as the next one.
    let waiting = bench.waiting();
    assert!(!waiting.is_empty());
    drop(consumer);
    fs::remove_file(bench.path("lake")).unwrap();
    let kept: BTreeMap<String, Vec<u8>> = waiting
        .iter()
        .map(|name| (name.clone(), fs::read(bench.path("spool").join(name)).unwrap()))
        .collect();
    let consumer = bench.open(&options).await;
    let report = consumer.close().await.unwrap();
    assert_eq!((report.stored.written, report.read.records), (40, 0));
    assert_eq!(bench.stored(), (0..40).collect::<Vec<_>>());

    // Killed behind the commit: the files are still there, here or in a spool that was moved.
    for spool in ["spool", "moved"] {
        fs::create_dir_all(bench.path(spool)).unwrap();
        for (name, bytes) in &kept {
            fs::write(bench.path(spool).join(name), bytes).unwrap();
        }
        let consumer = bench.open(&ConsumerOptions { spool: bench.path(spool), ..options.clone() }).await;
        assert_eq!(names(&bench.path(spool)), ["lock"]);
        bench.put(40..41, 1);
        drop(consumer);
    }
    bench.stream.end();
    let report = bench.open(&options).await.run(std::future::pending()).await.unwrap();
    assert_eq!((report.read.records, report.stored.written), (2, 2));
    let expected: Vec<i64> = (0..40).chain([40, 40]).collect();
    assert_eq!(bench.stored(), expected);
    // A spool that is gone is no loss: the journal knows where to read on.
    fs::remove_dir_all(bench.path("spool")).unwrap();
    let report = bench.open(&options).await.run(std::future::pending()).await.unwrap();
    assert_eq!((report.read.records, report.runs), (0, 0));
}

#[tokio::test]
async fn equal_records_are_other_records_and_hostile_ones_spoil_nothing() {
    let bench = Bench::new(FakeStream::new(1, 0));
    let options = bench.options();
    let hostile: [(&[u8], u64); 13] = [
        (b"PAR1PAR1", 1),
        (b"<xml>", 1),
        (b"\x1f\x8b\x08\x00broken", 1),
        (b"\x28\xb5\x2f\xfd", 1),
        (b"{\"n\":", 1),
        (b"\xff\xfe{\x00}\x00", 2),
        (b"\xf3\x89\x9a\xc2aggregated?", 1),
        (b"{\"n\":\"", 1),
        (b"{\"n\":1,", 1),
        (b"{\n\"a\":[\n1,\n2", 1),
        (b"[", 1),
        (b"[{\"n\":true},", 2),
        (b"}{\"a\":", 2),
    ];
    for (index, (data, rejected)) in hostile.into_iter().enumerate() {
        // Each time another one is the first in its file.
        bench.stream.put("k", data);
        bench.put(0..3, 3);
        let mut consumer = bench.open(&options).await;
        while consumer.report().user_records < 4 {
            consumer.step().await.unwrap();
        }
        let report = consumer.close().await.unwrap();
        assert!(report.put_aside.is_empty(), "{report:?}");
        assert_eq!((report.stored.written, report.stored.rejected), (3, rejected), "{}", data.escape_ascii());
        let times = index + 1;
        let expected: Vec<i64> = (0..3).flat_map(|n| std::iter::repeat_n(n, times)).collect();
        assert_eq!(bench.stored(), expected);
    }
}

#[tokio::test]
async fn a_reader_that_begins_with_the_latest_leaves_out_nothing_later() {
    let bench = Bench::new(FakeStream::new(1, 0));
    bench.put(0..5, 1);
    let latest = ConsumerOptions { start: Start::Latest, ..bench.options() };
    // The first one reads nothing at all; what is noted is the time.
    drop(bench.open(&latest).await);
    let spool = bench.path("spool");
    let noted = names(&spool).into_iter().find(|name| name.starts_with("start~")).unwrap();
    let at: i64 = fs::read_to_string(spool.join(&noted)).unwrap().trim().parse().unwrap();
    assert!(at > 1_700_000_000_000, "{at}");
    // The stream of this test has a clock of its own.
    fs::write(spool.join(&noted), format!("{}\n", EPOCH_MS + 3 * 6000)).unwrap();
    bench.put(5..8, 1);
    bench.stream.end();
    let report = bench.open(&latest).await.run(std::future::pending()).await.unwrap();
    assert_eq!(report.stored.written, 5);
    assert_eq!(bench.stored(), [3, 4, 5, 6, 7]);
}

#[tokio::test]
async fn a_reader_tells_how_far_it_is_behind_and_ends_when_it_is_told() {
    let bench = Bench::new(FakeStream::new(1, 0));
    bench.put(0..30, 1);
    let mut consumer = bench.open(&bench.options()).await;
    assert_eq!(consumer.report().behind, None);
    while consumer.report().read.records == 0 {
        consumer.step().await.unwrap();
    }
    assert_eq!(consumer.report().behind, Some(Duration::from_secs(1)));
    while consumer.report().read.records < 30 {
        assert!(!consumer.step().await.unwrap().is_finished);
    }
    assert_eq!(consumer.report().behind, Some(Duration::ZERO));
    let report = consumer.run(std::future::ready(())).await.unwrap();
    assert_eq!((report.stored.written, bench.stored().len()), (30, 30));
}

#[tokio::test]
async fn shards_that_are_gone_are_finished_and_streams_that_are_not_there_are_told() {
    let bench = Bench::new(FakeStream::new(1, 0));
    bench.put(0..10, 1);
    bench.stream.reshard();
    bench.put(10..20, 1);
    let options = bench.options();
    let mut reader = StreamReader::new(
        Arc::clone(&bench.stream) as Arc<dyn Shards>,
        Position::TrimHorizon,
        BTreeMap::new(),
        options.read,
    );
    while reader.counts().records == 0 {
        reader.poll().await.unwrap();
    }
    bench.stream.trim("shardId-000000000000");
    let mut sequences = Vec::new();
    while sequences.len() < 10 {
        for read in reader.poll().await.unwrap() {
            sequences.extend(read.records.into_iter().map(|record| record.sequence));
        }
    }
    assert!(!reader.is_finished() && reader.open_shards() == 2);
    bench.stream.set_faults(100);
    for _ in 0..50 {
        assert!(reader.poll().await.unwrap().is_empty());
        tokio::time::sleep(reader.wait()).await;
    }
    assert!(reader.counts().throttled > 10 && reader.counts().failed > 10, "{:?}", reader.counts());
}

#[tokio::test]
async fn a_lake_that_is_held_is_waited_for_and_reading_stops_when_the_spool_is_full() {
    let bench = Bench::new(FakeStream::new(1, 0));
    let options = ConsumerOptions { roll_bytes: 200, spool_bytes: 1000, ..bench.options() };
    bench.put(0..500, 1);
    let lake: Arc<dyn crate::store::Store> = Arc::new(crate::store::LocalStore::new(bench.path("lake")));
    let holder = crate::journal::Journal::open(&lake, "t", &crate::journal::Access::default()).unwrap();
    let mut consumer = bench.open(&options).await;
    while consumer.report().failed_runs < 3 {
        assert!(consumer.step().await.unwrap().run.is_none());
    }
    for _ in 0..200 {
        consumer.step().await.unwrap();
    }
    let report = consumer.report();
    assert!(report.user_records < 250, "{report:?}");
    // Killed in that state, and opened by one that can store.
    drop(consumer);
    drop(holder);
    bench.stream.end();
    let report = bench.open(&options).await.run(std::future::pending()).await.unwrap();
    assert_eq!((report.stored.written, report.failed_runs), (500, 0));
    assert_eq!(bench.stored(), (0..500).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_shard_that_ends_between_two_lists_is_followed_by_its_children() {
    let bench = Bench::new(FakeStream::new(1, 0));
    let mut options = bench.options();
    options.read.list = Duration::from_secs(60);
    bench.put(0..10, 1);
    let mut consumer = bench.open(&options).await;
    while consumer.report().read.records == 0 {
        consumer.step().await.unwrap();
    }
    bench.stream.reshard();
    bench.put(10..20, 1);
    bench.stream.end();
    let report = consumer.run(std::future::pending()).await.unwrap();
    assert_eq!((report.stored.written, bench.stored()), (20, (0..20).collect()));
}

#[tokio::test]
async fn a_lake_that_is_away_is_not_asked_before_its_time() {
    let bench = Bench::new(FakeStream::new(1, 0));
    let mut options = bench.options();
    let (poll, backoff) = (Duration::from_millis(50), Duration::from_millis(400));
    options.read = ReadOptions { poll, gap: poll, backoff, max_backoff: backoff, ..ReadOptions::default() };
    bench.put(0..5, 1);
    let lake: Arc<dyn crate::store::Store> = Arc::new(crate::store::LocalStore::new(bench.path("lake")));
    let holder = crate::journal::Journal::open(&lake, "t", &crate::journal::Access::default()).unwrap();
    let mut consumer = bench.open(&options).await;
    let mut steps = 0;
    while consumer.report().failed_runs < 2 {
        consumer.step().await.unwrap();
        steps += 1;
        assert!(steps < 200, "it runs in circles");
    }
    drop(holder);
    assert_eq!(consumer.close().await.unwrap().stored.written, 5);
}
