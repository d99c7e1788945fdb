//! Producers through the AWS SDK: to Kinesis of moto, to Firehose of ministack, and through a proxy that spoils answers.

mod pipeline;

use crate::glue::isolated::isolated;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lakebed::producer::{
    AwsOptions, CallErrorKind, Entry, FirehoseStream, KinesisStream, Packing, Producer, ProducerOptions,
    ProducerReport, Retry, Service,
};
use lakebed::source::kinesis::{KinesisShards, ReadErrorKind, Shards};
use lakebed_tests::bucket::Bucket;
use lakebed_tests::fault_proxy::{Fault, FaultProxy, Plan};
use lakebed_tests::server::{Emulator, REGION, Server};
use lakebed_tests::strict_stream::{number, numbered};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Read;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

/// Calls at a time. moto gives records of two calls one sequence number, and keeps the later one ("not safe for
/// concurrency", its `Shard.put_record` says).
const MOTO_CALLS: usize = 1;

fn start(emulator: Emulator) -> Server {
    Server::start(emulator, env!("CARGO_TARGET_TMPDIR")).unwrap_or_else(|error| panic!("{error}"))
}

fn aws(server: &Server, arguments: &[&str]) -> Value {
    server.aws(arguments).unwrap_or_else(|error| panic!("aws {}:\n{error}", arguments.join(" ")))
}

fn run(body: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(body);
}

async fn kinesis(url: String, stream: &str) -> KinesisStream {
    let options = AwsOptions { region: Some(REGION.to_owned()), endpoint: Some(url) };
    KinesisStream::new(&options.load().await.unwrap(), stream)
}

async fn firehose(url: String, stream: &str) -> FirehoseStream {
    let options = AwsOptions { region: Some(REGION.to_owned()), endpoint: Some(url) };
    FirehoseStream::new(&options.load().await.unwrap(), stream)
}

/// Sends numbered lines, each with the key `number % 50` where keys are.
async fn produce(service: Arc<dyn Service>, options: ProducerOptions, records: u64) -> ProducerReport {
    let producer = Producer::open(service, options).await.unwrap();
    for number in 0..records {
        producer.send(Entry::keyed(numbered(number, 100), (number % 50).to_string())).await.unwrap();
    }
    let report = producer.close().await;
    assert!(report.is_complete() && report.is_balanced(), "{report:?}");
    report
}

/// Every record of a stream: key and line, shard by shard.
fn records(server: &Server, stream: &str) -> Vec<(String, Vec<u8>)> {
    let shards = aws(server, &["kinesis", "list-shards", "--stream-name", stream]);
    let mut records = Vec::new();
    for shard in shards["Shards"].as_array().unwrap() {
        let id = shard["ShardId"].as_str().unwrap();
        let from = ["--stream-name", stream, "--shard-id", id, "--shard-iterator-type", "TRIM_HORIZON"];
        let from = aws(server, &[&["kinesis", "get-shard-iterator"], &from[..]].concat());
        let mut iterator = from["ShardIterator"].as_str().unwrap().to_owned();
        loop {
            let page = aws(server, &["kinesis", "get-records", "--shard-iterator", &iterator]);
            let found = page["Records"].as_array().unwrap();
            for record in found {
                let key = record["PartitionKey"].as_str().unwrap().to_owned();
                records.push((key, STANDARD.decode(record["Data"].as_str().unwrap()).unwrap()));
            }
            match page["NextShardIterator"].as_str() {
                Some(next) if !found.is_empty() => next.clone_into(&mut iterator),
                _ => break,
            }
        }
    }
    records
}

/// How often each number is there; each under the key it was sent with.
fn copies(records: &[(String, Vec<u8>)]) -> BTreeMap<u64, u64> {
    let mut copies = BTreeMap::new();
    for (key, line) in records {
        let number = number(line).unwrap();
        assert_eq!(*key, (number % 50).to_string());
        *copies.entry(number).or_default() += 1;
    }
    copies
}

#[test]
fn kinesis_has_each_record_once_under_its_key() {
    isolated(module_path!(), "kinesis_has_each_record_once_under_its_key", || {
        run(async {
            let server = start(Emulator::Moto);
            aws(&server, &["kinesis", "create-stream", "--stream-name", "speeds", "--shard-count", "2"]);
            let stream = Arc::new(kinesis(server.url(), "speeds").await);
            let options = ProducerOptions { calls: MOTO_CALLS, ..ProducerOptions::default() };
            let report = produce(stream, options, 1_200).await;
            assert_eq!((report.calls, report.possible_duplicates), (3, 0), "{report}");
            let copies = copies(&records(&server, "speeds"));
            assert_eq!((copies.len(), copies.values().sum::<u64>()), (1_200, 1_200));
        });
    });
}

#[test]
fn spoiled_answers_lose_nothing() {
    isolated(module_path!(), "spoiled_answers_lose_nothing", || {
        run(async {
            let server = start(Emulator::Moto);
            aws(&server, &["kinesis", "create-stream", "--stream-name", "speeds", "--shard-count", "1"]);
            let proxy = FaultProxy::start(server.socket()).unwrap();
            let faults = [
                Fault::ServerError,
                Fault::SlowDown,
                Fault::ResetBefore,
                Fault::ResetAfter,
                Fault::LostAnswer,
                Fault::Truncated,
            ];
            proxy.set(Plan { at_most: usize::MAX, ..Plan::of(3, 50, &faults) });
            let stream = Arc::new(kinesis(proxy.url(), "speeds").await);
            let retry = Retry {
                first: Duration::from_millis(5),
                most: Duration::from_millis(50),
                ..Retry::default()
            };
            let linger = Duration::from_millis(1);
            // Few records a call, so that there are many calls.
            let calls = MOTO_CALLS;
            let options =
                ProducerOptions { retry, linger, calls, queue_records: 50, ..ProducerOptions::default() };
            let report = produce(stream, options, 1_200).await;
            let copies = copies(&records(&server, "speeds"));
            let doubled = copies.values().sum::<u64>() - copies.len() as u64;
            assert_eq!(copies.len(), 1_200, "{report}");
            assert!(doubled <= report.possible_duplicates, "{doubled} doubled: {report}");
            let counts = proxy.counts();
            assert!(
                counts.len() == faults.len() && doubled > 0,
                "each fault happened: {counts:?}, {doubled}"
            );
        });
    });
}

#[test]
fn firehose_delivers_packed_lines() {
    isolated(module_path!(), "firehose_delivers_packed_lines", || {
        run(async {
            let server = start(Emulator::Ministack);
            let bucket = Bucket::create(&server, "lake").unwrap();
            let destination = json!({
                "RoleARN": "arn:aws:iam::123456789012:role/firehose",
                "BucketARN": "arn:aws:s3:::lake",
                "Prefix": "speeds/",
                "ErrorOutputPrefix": "errors/",
            });
            let destination = destination.to_string();
            let create =
                ["--delivery-stream-name", "speeds", "--extended-s3-destination-configuration", &destination];
            aws(&server, &[&["firehose", "create-delivery-stream"], &create[..]].concat());
            let stream = Arc::new(firehose(server.url(), "speeds").await);
            let options = ProducerOptions { packing: Packing::BILLING_STEP, ..ProducerOptions::default() };
            let report = produce(stream, options, 1_000).await;
            assert_eq!((report.calls, report.retries), (1, 0), "{report}");
            let since = std::time::Instant::now();
            let mut lines = Vec::new();
            while lines.len() < 1_000 && since.elapsed() < Duration::from_secs(60) {
                tokio::time::sleep(Duration::from_millis(200)).await;
                lines.clear();
                for key in bucket.list("speeds/").unwrap() {
                    let object = bucket.get(&key).unwrap().unwrap();
                    lines.extend(object.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec));
                }
            }
            lines.sort_unstable_by_key(|line| number(line));
            let sent: Vec<_> = (0..1_000).map(|number| numbered(number, 100)).collect();
            assert!(lines == sent, "{} lines", lines.len());
        });
    });
}

/// What a stream says to one record.
async fn refused(service: &dyn Service) -> (CallErrorKind, String) {
    let error = service.put(&[Entry::keyed("x\n", "k")]).await.unwrap_err();
    (error.kind, format!("{error}"))
}

#[test]
fn failures_mean_what_they_mean() {
    isolated(module_path!(), "failures_mean_what_they_mean", || {
        run(async {
            let server = start(Emulator::Moto);
            for service in [
                Arc::new(kinesis(server.url(), "nowhere").await) as Arc<dyn Service>,
                Arc::new(firehose(server.url(), "nowhere").await),
            ] {
                let (kind, said) = refused(&*service).await;
                assert_eq!(kind, CallErrorKind::Denied, "{said}");
                assert!(
                    said.starts_with("ResourceNotFoundException: ") && said.contains("nowhere"),
                    "{said}"
                );
            }
            let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            let (kind, said) = refused(&kinesis(format!("http://{free}"), "speeds").await).await;
            assert_eq!(kind, CallErrorKind::Transient, "{said}");
            // A server that takes the request and closes in good order, without a word.
            let closing = TcpListener::bind("127.0.0.1:0").unwrap();
            let url = format!("http://{}", closing.local_addr().unwrap());
            std::thread::spawn(move || {
                for _ in 0..3 {
                    let mut socket = closing.accept().unwrap().0;
                    // All of it: what is left unread turns the end into a reset.
                    socket.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
                    let _ = socket.read_to_end(&mut Vec::new());
                }
            });
            for service in [
                Arc::new(kinesis(url.clone(), "speeds").await) as Arc<dyn Service>,
                Arc::new(firehose(url.clone(), "speeds").await),
            ] {
                let (kind, said) = refused(&*service).await;
                assert_eq!(kind, CallErrorKind::MaybeWritten, "{said}");
            }
            let options = AwsOptions { region: Some(REGION.to_owned()), endpoint: Some(url) };
            let shards = KinesisShards::new(&options.load().await.unwrap(), "speeds");
            let error = shards.list_shards().await.unwrap_err();
            assert_eq!(error.kind, ReadErrorKind::Transient, "{error}");
            let proxy = FaultProxy::start(server.socket()).unwrap();
            let stream = kinesis(proxy.url(), "speeds").await;
            for (fault, expected) in [
                (Fault::ResetAfter, CallErrorKind::MaybeWritten),
                (Fault::LostAnswer, CallErrorKind::MaybeWritten),
                (Fault::SlowDown, CallErrorKind::Transient),
            ] {
                proxy.set(Plan::permanent(fault));
                let (kind, said) = refused(&stream).await;
                assert_eq!(kind, expected, "{fault:?}: {said}");
            }
        });
    });
}
