//! Readers through the AWS SDK: from Kinesis of moto, and of ministack, whose shards can be split.

use super::numbers;
use crate::glue::isolated::isolated;
use lakebed::kpl::{Aggregator, UserRecord};
use lakebed::producer::{AwsOptions, Entry, EntryResult, KinesisStream, Service};
use lakebed::source::kinesis::{
    ConsumerOptions, KinesisConsumer, KinesisShards, Position, ReadErrorKind, ReadOptions, SequenceNumber,
    Shards,
};
use lakebed::{ConvertOptions, ErrorKind};
use lakebed_tests::server::{Emulator, REGION, Server};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A stream of two shards on a server, and the clients of its two ends.
struct Stream {
    server: Server,
    end: KinesisStream,
    shards: Arc<KinesisShards>,
}

const NAME: &str = "numbers";

impl Stream {
    async fn new(emulator: Emulator) -> Self {
        let server =
            Server::start(emulator, env!("CARGO_TARGET_TMPDIR")).unwrap_or_else(|error| panic!("{error}"));
        aws(&server, &["create-stream", "--stream-name", NAME, "--shard-count", "2"]);
        aws(&server, &["wait", "stream-exists", "--stream-name", NAME]);
        let options = AwsOptions { region: Some(REGION.to_owned()), endpoint: Some(server.url()) };
        let config = options.load().await.unwrap();
        let shards = Arc::new(KinesisShards::new(&config, NAME));
        Self { end: KinesisStream::new(&config, NAME), shards, server }
    }

    /// Puts numbers, in turns alone and five in one record.
    async fn put(&self, numbers: Range<i64>) {
        let numbers: Vec<i64> = numbers.collect();
        let mut entries = Vec::new();
        for (index, five) in numbers.chunks(5).enumerate() {
            let together = if index % 2 == 0 { 1 } else { 5 };
            for some in five.chunks(together) {
                let mut aggregator = Aggregator::default();
                for number in some {
                    let line = format!("{{\"n\":{number}}}\n");
                    aggregator.add(UserRecord::new(&format!("key {number}"), line.as_bytes())).unwrap();
                }
                let record = aggregator.finish().unwrap();
                entries.push(Entry::keyed(record.data, record.partition_key));
            }
        }
        let results = self.end.put(&entries).await.unwrap();
        assert_eq!(results, vec![EntryResult::Delivered; entries.len()]);
    }

    async fn open(&self, folder: &Path) -> KinesisConsumer {
        let convert = ConvertOptions::new(Vec::<PathBuf>::new(), folder.join("lake"));
        let read = ReadOptions {
            records: 20,
            poll: Duration::from_millis(10),
            gap: Duration::from_millis(10),
            list: Duration::from_millis(100),
            backoff: Duration::from_millis(10),
            ..ReadOptions::default()
        };
        let options = ConsumerOptions {
            roll_age: Duration::from_millis(100),
            read,
            ..ConsumerOptions::new(NAME, folder.join("spool"), convert)
        };
        KinesisConsumer::open(Arc::clone(&self.shards) as Arc<dyn Shards>, super::table(), options)
            .await
            .unwrap()
    }
}

/// Reads until so many records have come.
async fn read(consumer: &mut KinesisConsumer, user_records: u64) {
    while consumer.report().user_records < user_records {
        consumer.step().await.unwrap();
    }
}

fn aws(server: &Server, arguments: &[&str]) {
    let arguments = [&["kinesis"], arguments].concat();
    server.aws(&arguments).unwrap_or_else(|error| panic!("aws {}:\n{error}", arguments.join(" ")));
}

fn run(body: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(body);
}

#[test]
fn a_stream_of_moto_is_stored_once_by_readers_that_follow_each_other() {
    isolated(module_path!(), "a_stream_of_moto_is_stored_once_by_readers_that_follow_each_other", || {
        run(async {
            let (stream, folder) = (Stream::new(Emulator::Moto).await, tempfile::tempdir().unwrap());
            stream.put(0..300).await;
            let mut consumer = stream.open(folder.path()).await;
            read(&mut consumer, 100).await;
            // What it holds in memory is read again.
            drop(consumer);
            stream.put(300..400).await;
            let mut consumer = stream.open(folder.path()).await;
            // moto says of any record of one call that it is the newest.
            let mut idle = 0;
            while idle < 20 {
                let step = consumer.step().await.unwrap();
                idle = if step.user_records == 0 && step.run.is_none() { idle + 1 } else { 0 };
            }
            assert_eq!(consumer.report().behind, Some(Duration::ZERO));
            let before = consumer.close().await.unwrap();
            stream.put(400..450).await;
            let mut consumer = stream.open(folder.path()).await;
            read(&mut consumer, 50).await;
            let report = consumer.close().await.unwrap();
            assert!(before.read.records > 0 && report.stored.written == 50, "{before:?} {report:?}");
            assert_eq!(numbers(&folder.path().join("lake")), (0..450).collect::<Vec<_>>());
        });
    });
}

#[test]
fn shards_of_ministack_are_split_while_they_are_read() {
    isolated(module_path!(), "shards_of_ministack_are_split_while_they_are_read", || {
        run(async {
            let (stream, folder) = (Stream::new(Emulator::Ministack).await, tempfile::tempdir().unwrap());
            stream.put(0..200).await;
            let mut consumer = stream.open(folder.path()).await;
            read(&mut consumer, 200).await;
            // The shard is gone with its records then, not only closed.
            let half = (u128::MAX / 4).to_string();
            let split = ["--shard-to-split", "shardId-000000000000", "--new-starting-hash-key", &half];
            aws(&stream.server, &[&["split-shard", "--stream-name", NAME], &split[..]].concat());
            stream.put(200..400).await;
            read(&mut consumer, 400).await;
            let report = consumer.close().await.unwrap();
            assert_eq!(report.stored.written, 400, "{report:?}");
            assert_eq!(numbers(&folder.path().join("lake")), (0..400).collect::<Vec<_>>());
            assert_eq!(stream.shards.list_shards().await.unwrap().len(), 3);
        });
    });
}

#[test]
fn what_kinesis_refuses_is_told_apart() {
    isolated(module_path!(), "what_kinesis_refuses_is_told_apart", || {
        run(async {
            let stream = Stream::new(Emulator::Ministack).await;
            let shards = &stream.shards;
            let error = shards.iterator("shardId-000000000077", &Position::TrimHorizon).await.unwrap_err();
            assert_eq!(error.kind, ReadErrorKind::NotFound, "{error}");
            let error = shards.records("not-an-iterator", 10).await.unwrap_err();
            assert_eq!(error.kind, ReadErrorKind::ExpiredIterator, "{error}");
            let listed = shards.list_shards().await.unwrap();
            let ranges: Vec<_> = listed.iter().map(|shard| shard.hash_keys.unwrap()).collect();
            assert_eq!((ranges[0].0, ranges[1].1, ranges[0].1 + 1), (0, u128::MAX, ranges[1].0));
            stream.put(0..1).await;
            for position in
                [Position::TrimHorizon, Position::At(0), Position::After(SequenceNumber::new("0").unwrap())]
            {
                let mut found = 0;
                for shard in &listed {
                    let iterator = shards.iterator(&shard.id, &position).await.unwrap();
                    let fetched = shards.records(&iterator, 10).await.unwrap();
                    assert!(fetched.next.is_some() && fetched.behind == Some(Duration::ZERO), "{fetched:?}");
                    found += fetched.records.len();
                }
                assert_eq!(found, 1, "{position:?}");
            }

            let options = AwsOptions { region: Some(REGION.to_owned()), endpoint: Some(stream.server.url()) };
            let other = Arc::new(KinesisShards::new(&options.load().await.unwrap(), "another"));
            let folder = tempfile::tempdir().unwrap();
            let convert = ConvertOptions::new(Vec::<PathBuf>::new(), folder.path().join("lake"));
            let options = ConsumerOptions::new("another", folder.path().join("spool"), convert);
            let mut consumer = KinesisConsumer::open(other, super::table(), options).await.unwrap();
            let error = consumer.step().await.unwrap_err();
            assert!(error.kind() == ErrorKind::Input && !error.retryable(), "{error}");
            assert!(
                error.to_string().contains("the stream cannot be read: ResourceNotFoundException"),
                "{error}"
            );
        });
    });
}
