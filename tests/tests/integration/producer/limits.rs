//! What is refused at once, and what of a call is refused by the service.

use super::{close, open, spooling, stream};
use lakebed::ErrorKind;
use lakebed::producer::{
    Durability, Entry, Order, Packing, Producer, ProducerOptions, SendError, SpoolConfig, WhenFull,
};
use lakebed_tests::strict_stream::{Kind, StrictStream, Trouble, number, numbered};
use std::fs;
use std::sync::Arc;
use std::time::Duration;

async fn refused(producer: &Producer, entry: Entry) -> String {
    let error = producer.send(entry).await.unwrap_err();
    format!("{}: {error}", error.code())
}

#[tokio::test(start_paused = true)]
async fn what_no_call_can_hold_is_refused_at_once() {
    let stream = Arc::new(StrictStream::new(Kind::Kinesis));
    let producer = open(&stream, ProducerOptions::default()).await;
    let largest = vec![b'x'; 1_048_576 - 1];
    producer.send(Entry::keyed(largest.clone(), "k")).await.unwrap();
    for (entry, expected) in [
        (Entry::keyed("", "k"), "empty: the record has no bytes; the stream takes 1 and more"),
        (
            Entry::keyed(largest, "kk"),
            "too-large: the record has 1048577 bytes, its key with it; the stream takes 1048576",
        ),
        (Entry::new("x"), "no-key: the record has no partition key, and the stream needs one"),
        (Entry::keyed("x", ""), "bad-key: the partition key has 0 characters; the stream takes 1 to 256"),
        (
            Entry::keyed("x", "ü".repeat(257)),
            "bad-key: the partition key has 257 characters; the stream takes 1 to 256",
        ),
    ] {
        assert_eq!(refused(&producer, entry).await, expected);
    }
    producer.send(Entry::keyed("x", "ü".repeat(256))).await.unwrap();
    let report = close(&producer, &stream).await;
    assert_eq!((report.accepted, report.refused, report.delivered), (2, 5, 2));
    assert_eq!(refused(&producer, Entry::keyed("x", "k")).await, "closed: the producer is closed");

    let stream = super::stream(Trouble::default());
    let options = ProducerOptions { packing: Packing::BILLING_STEP, ..ProducerOptions::default() };
    let producer = open(&stream, options).await;
    let said = refused(&producer, Entry::new("x")).await;
    assert_eq!(
        said,
        "no-newline: the record does not end with a newline, which records that are packed must"
    );
    // The longest record stands alone, and a call holds its bytes and no more.
    for _ in 0..9 {
        producer.send(Entry::new([vec![b'x'; 1_023_999], b"\n".to_vec()].concat())).await.unwrap();
    }
    let report = close(&producer, &stream).await;
    assert_eq!((report.delivered, report.calls), (9, 3));
}

#[tokio::test(start_paused = true)]
async fn lines_are_packed_up_to_the_billing_step() {
    let stream = stream(Trouble::default());
    let options = ProducerOptions { packing: Packing::BILLING_STEP, ..ProducerOptions::default() };
    let producer = open(&stream, options).await;
    for number in 0..10_000 {
        producer.send(Entry::new(numbered(number, 100))).await.unwrap();
    }
    let report = close(&producer, &stream).await;
    let state = stream.state();
    // 51 lines of 100 bytes are 5,100 of 5,120.
    assert_eq!((report.delivered, state.lines.len(), state.entries), (10_000, 10_000, 197));
    assert!(state.lines.iter().all(|(_, line)| line.len() == 100));
}

#[tokio::test(start_paused = true)]
async fn records_of_a_key_are_aggregated() {
    let stream = Arc::new(StrictStream::new(Kind::Kinesis));
    let options = ProducerOptions { packing: Packing::KPL, ..ProducerOptions::default() };
    let strict = ProducerOptions { order: Order::Strict, ..options.clone() };
    let error = Producer::open(Arc::clone(&stream) as _, strict).await.unwrap_err();
    assert!(error.to_string().starts_with("strict order has one record of a key in a call"), "{error}");
    let lines = ProducerOptions { packing: Packing::BILLING_STEP, ..options.clone() };
    let error = Producer::open(Arc::clone(&stream) as _, lines).await.unwrap_err();
    assert!(error.to_string().contains("would all go under the key of the first one"), "{error}");
    let producer = open(&stream, options).await;
    for number in 0..10_000 {
        producer.send(Entry::keyed(numbered(number, 100), (number % 20).to_string())).await.unwrap();
    }
    let report = close(&producer, &stream).await;
    let state = stream.state();
    // 500 records of 100 bytes and more for each of 20 keys, some 300 in a record of 50 KiB.
    assert_eq!((report.delivered, state.lines.len(), state.entries), (10_000, 10_000, 40), "{report}");
    for (key, line) in &state.lines {
        assert_eq!(key.as_deref(), Some((number(line).unwrap() % 20).to_string().as_str()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_record_that_the_service_refuses_is_found_and_set_aside() {
    let poison = || Trouble { poison: Some(b"\"number\":777,".to_vec()), ..Trouble::default() };
    for has_spool in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let stream = stream(poison());
        let options = match has_spool {
            true => spooling(folder.path(), Durability::Disk),
            false => ProducerOptions::default(),
        };
        let producer = open(&stream, options).await;
        let sends = (0..1_000).map(|number| producer.send(Entry::new(numbered(number, 50))));
        for sent in futures_util::future::join_all(sends).await {
            sent.unwrap();
        }
        assert_eq!(producer.flush().await.held, 0);
        let report = close(&producer, &stream).await;
        assert_eq!((report.delivered, report.undeliverable, report.spooled), (999, 1, 0), "{report}");
        assert_eq!(report.possible_duplicates, 0);
        assert!(stream.texts().iter().all(|line| !line.contains("\"number\":777,")));
        let file = folder.path().join("undeliverable.ndjson");
        if has_spool {
            assert_eq!(report.returned, []);
            let text = fs::read_to_string(&file).unwrap();
            let line: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(line["lastErrorMessage"], "ValidationException: 1 validation error detected");
            let (_, recovery) = lakebed::producer::spool::Spool::open(folder.path(), 1 << 20).unwrap();
            assert_eq!((recovery.records, recovery.was_closed), (0, true));
        } else {
            let [returned] = &report.returned[..] else { panic!("{report:?}") };
            assert!(returned.is_undeliverable && returned.entry.data == numbered(777, 50));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_producer_full_of_refused_records_says_so() {
    let stream = stream(Trouble { poison: Some(b"number".to_vec()), ..Trouble::default() });
    let producer = open(&stream, ProducerOptions::default()).await;
    // The stream takes some.
    producer.send(Entry::new("fine\n")).await.unwrap();
    producer.flush().await;
    for number in 0..1_000 {
        producer.send(Entry::new(numbered(number, 50))).await.unwrap();
    }
    producer.flush().await;
    let error = producer.send(Entry::new(numbered(1_000, 50))).await.unwrap_err();
    assert!(matches!(error, SendError::Clogged { records: 1_000 }) && error.retryable(), "{error}");
    assert_eq!(producer.take_undeliverable().len(), 1_000);
    producer.send(Entry::new(numbered(1_000, 50))).await.unwrap();
    let report = close(&producer, &stream).await;
    assert_eq!((report.undeliverable, report.returned.len()), (1_001, 1), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_refuses_everything_costs_one_record() {
    for has_spool in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let stream = stream(Trouble { poison: Some(b"number".to_vec()), ..Trouble::default() });
        let options = match has_spool {
            true => spooling(folder.path(), Durability::Memory),
            false => ProducerOptions::default(),
        };
        let producer = open(&stream, options).await;
        for number in 0..100 {
            producer.send(Entry::new(numbered(number, 50))).await.unwrap();
        }
        producer.flush().await;
        assert_eq!(producer.report().undeliverable, 1, "{}", producer.report());
        // As soon as somebody has mended it, all others go.
        stream.trouble(Trouble::default());
        tokio::time::sleep(Duration::from_secs(600)).await;
        let report = close(&producer, &stream).await;
        assert_eq!((report.delivered, report.undeliverable), (99, 1), "{report}");
    }
}

#[tokio::test(start_paused = true)]
async fn room_is_waited_for_or_refused() {
    let away = Trouble { throttles: 100, ..Trouble::default() };
    let stream = stream(away);
    let few = ProducerOptions { queue_records: 10, ..ProducerOptions::default() };
    let options = ProducerOptions { when_full: WhenFull::Fail, ..few.clone() };
    let producer = open(&stream, options).await;
    for number in 0..10 {
        producer.send(Entry::new(numbered(number, 50))).await.unwrap();
    }
    let error = producer.send(Entry::new(numbered(10, 50))).await.unwrap_err();
    assert!(matches!(error, SendError::Full { spool: false }) && error.retryable(), "{error}");
    stream.trouble(Trouble::default());
    assert_eq!(producer.flush().await.held, 0);
    producer.send(Entry::new(numbered(10, 50))).await.unwrap();
    assert!(close(&producer, &stream).await.is_complete());

    let stream = super::stream(Trouble::default());
    let producer = open(&stream, few).await;
    for number in 0..1_000 {
        producer.send(Entry::new(numbered(number, 50))).await.unwrap();
    }
    let report = close(&producer, &stream).await;
    assert_eq!((report.delivered, report.peak_records), (1_000, 10));
}

#[tokio::test]
async fn options_that_cannot_be_kept_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let small = SpoolConfig { bytes: 1 << 20, ..SpoolConfig::new(folder.path()) };
    let durable = ProducerOptions { durability: Durability::Disk, ..ProducerOptions::default() };
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    for (options, kind, expected) in [
        (durable, ErrorKind::Usage, "durability on the disk needs a spool: set spool to a folder"),
        (
            ProducerOptions { spool: Some(small), ..ProducerOptions::default() },
            ErrorKind::Usage,
            "the spool may have 1048576 bytes, and 33554432 of it are kept for what is in memory",
        ),
        (
            ProducerOptions { calls: 0, ..ProducerOptions::default() },
            ErrorKind::Usage,
            "queue_records and calls must be 1 at least",
        ),
        (
            ProducerOptions { packing: Packing::KPL, ..ProducerOptions::default() },
            ErrorKind::Usage,
            "records are aggregated by their keys, and this service has none: use Packing::Lines",
        ),
        (spooling(&file, Durability::Memory), ErrorKind::Output, "the spool cannot be opened"),
    ] {
        let error = Producer::open(stream(Trouble::default()), options).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().contains(expected), "{error}");
    }
}
