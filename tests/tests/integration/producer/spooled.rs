//! The disk spool: what cannot be sent is there, and goes when it can, in order.

use super::{close, open, spooling, stream};
use lakebed::ErrorKind;
use lakebed::producer::{
    Durability, Entry, Order, Producer, ProducerOptions, Retry, SendError, SpoolConfig, WhenFull,
};
use lakebed_tests::strict_stream::{Kind, StrictStream, Trouble, number, numbered};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

fn away() -> Trouble {
    Trouble { outages: vec![Duration::ZERO..Duration::MAX], ..Trouble::default() }
}

async fn send(producer: &Producer, numbers: std::ops::Range<u64>) {
    for number in numbers {
        producer.send(Entry::new(numbered(number, 100))).await.unwrap();
    }
}

fn numbers(stream: &StrictStream) -> Vec<u64> {
    stream.state().lines.iter().map(|(_, line)| number(line).unwrap()).collect()
}

/// Sends while the service is away, from a producer of its own.
async fn leave(folder: &Path, durability: Durability, sent: std::ops::Range<u64>) {
    let stream = stream(away());
    let producer = open(&stream, spooling(folder, durability)).await;
    let count = sent.end - sent.start;
    let before = producer.report().recovered;
    send(&producer, sent).await;
    producer.flush().await;
    let report = close(&producer, &stream).await;
    assert_eq!((report.accepted, report.spooled), (count, before + count), "{report}");
    assert_eq!((report.delivered, report.possible_duplicates), (0, 0), "{report}");
    assert!(report.last_error.unwrap().contains("the service is away"));
}

#[tokio::test(start_paused = true)]
async fn what_is_left_goes_first_in_order() {
    for durability in [Durability::Memory, Durability::Disk] {
        let folder = tempfile::tempdir().unwrap();
        // Two processes leave something, the second one behind what the first one left.
        leave(folder.path(), durability, 0..40).await;
        leave(folder.path(), durability, 40..70).await;
        let stream = stream(Trouble::default());
        let options = ProducerOptions { calls: 1, ..spooling(folder.path(), durability) };
        let producer = open(&stream, options.clone()).await;
        send(&producer, 70..90).await;
        assert_eq!(producer.flush().await.held, 0);
        let report = close(&producer, &stream).await;
        assert_eq!((report.recovered, report.accepted, report.spooled), (70, 20, 0), "{report}");
        assert_eq!(report.possible_duplicates, 0, "the spool was closed");
        assert_eq!(numbers(&stream), (0..90).collect::<Vec<_>>());
        let unused = super::stream(Trouble::default());
        let again = close(&open(&unused, options).await, &unused).await;
        assert_eq!((again.recovered, again.calls), (0, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_passes_by_way_of_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let outage = Duration::from_secs(1)..Duration::from_secs(300);
    let stream = Arc::new(
        StrictStream::with(Kind::Firehose, Trouble { outages: vec![outage], ..Trouble::default() }, 1)
            .counting(8_000),
    );
    // Memory for 1,000 records, and 8,000 come: none is refused, and nobody waits for the end of the outage.
    let options = ProducerOptions { queue_records: 1_000, ..spooling(folder.path(), Durability::Memory) };
    let producer = open(&stream, options).await;
    send(&producer, 0..1_000).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    send(&producer, 1_000..8_000).await;
    assert!(producer.flush().await.held > 6_500);
    tokio::time::sleep(Duration::from_secs(310)).await;
    assert_eq!(producer.flush().await.held, 0);
    let report = close(&producer, &stream).await;
    assert!(report.is_complete() && report.peak_records <= 1_000, "{report:?}");
    assert_eq!(stream.state().missing_and_doubled(), (0, 0));
    assert!(report.spool_writes > 6_500, "{report:?}");
    // A service that is down is asked now and then, not by every record.
    assert!(report.failed_calls < 300, "{report}");
}

#[tokio::test(start_paused = true)]
async fn strict_order_holds_by_way_of_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let options = ProducerOptions { order: Order::Strict, ..spooling(folder.path(), Durability::Memory) };
    let mut next = 0;
    for (round, from) in [(0, 100), (1, 200), (2, u64::MAX / 1_000)] {
        let outages =
            vec![Duration::from_millis(from)..Duration::from_secs(if round < 2 { 100_000 } else { 0 })];
        let stream = StrictStream::with(Kind::Kinesis, Trouble { outages, ..Trouble::default() }, round);
        let stream = Arc::new(stream);
        let producer = open(&stream, options.clone()).await;
        for number in next..next + 3_000 {
            producer.send(Entry::keyed(numbered(number, 50), (number % 97).to_string())).await.unwrap();
            if number % 100 == 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        next += 3_000;
        producer.flush().await;
        let report = close(&producer, &stream).await;
        assert_eq!(report.spooled > 0, round < 2, "{report}");
        let state = stream.state();
        assert_eq!(state.overlaps, 0);
        let mut by_key: std::collections::BTreeMap<String, Vec<u64>> = Default::default();
        for (key, line) in &state.lines {
            by_key.entry(key.clone().unwrap()).or_default().push(number(line).unwrap());
        }
        assert!(by_key.values().all(|numbers| numbers.is_sorted()), "round {round}");
        if round == 2 {
            assert_eq!(state.lines.len() as u64, report.recovered + 3_000);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_spool_is_bounded_and_says_when_it_is_full() {
    let folder = tempfile::tempdir().unwrap();
    let config = SpoolConfig { bytes: 300_000, ..SpoolConfig::new(folder.path()) };
    let full = ProducerOptions {
        queue_bytes: 100_000,
        queue_records: 100,
        when_full: WhenFull::Fail,
        spool: Some(config),
        durability: Durability::Disk,
        ..ProducerOptions::default()
    };
    let stream = stream(away());
    let producer = open(&stream, full).await;
    let mut taken = 0;
    let error = loop {
        match producer.send(Entry::new(numbered(taken, 100))).await {
            Ok(()) => taken += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, SendError::Full { spool: true }), "{error}");
    assert_eq!(taken, 200_000 / 122, "what is not kept for memory, in frames of 122 bytes");
    stream.trouble(Trouble::default());
    assert_eq!(producer.flush().await.held, 0);
    let report = close(&producer, &stream).await;
    assert_eq!((report.delivered, report.refused), (taken, 1), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_spent_budget_is_written_down_and_tried_on() {
    let folder = tempfile::tempdir().unwrap();
    let busy = Trouble { partial: 100, shares: vec![100], ..Trouble::default() };
    let stream = stream(busy);
    let retry = Retry { attempts: 3, ..Retry::default() };
    let options = ProducerOptions { retry, ..spooling(folder.path(), Durability::Memory) };
    let producer = open(&stream, options.clone()).await;
    send(&producer, 0..100).await;
    assert_eq!(producer.flush().await.held, 100);
    assert_eq!((producer.report().spooled, producer.report().spool_writes), (100, 100));
    let report = close(&producer, &stream).await;
    assert_eq!((report.spooled, report.delivered), (100, 0), "{report}");
    let calls = stream.state().calls;
    stream.trouble(Trouble::default());
    let producer = open(&stream, options).await;
    let report = producer.close().await;
    assert_eq!((report.recovered, report.delivered, report.calls), (100, 100, stream.state().calls - calls));
    assert!(report.is_complete(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_folder_has_one_producer() {
    let folder = tempfile::tempdir().unwrap();
    let options = spooling(folder.path(), Durability::Memory);
    let stream = stream(Trouble::default());
    let producer = open(&stream, options.clone()).await;
    let error = Producer::open(Arc::clone(&stream) as _, options.clone()).await.unwrap_err();
    assert_eq!((error.kind(), error.retryable()), (ErrorKind::Locked, true), "{error}");
    close(&producer, &stream).await;
    close(&open(&stream, options).await, &stream).await;
}

#[tokio::test(start_paused = true)]
async fn a_folder_that_goes_away_loses_no_word_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let spool = folder.path().join("spool");
    let stream = stream(Trouble::default());
    let producer = open(&stream, spooling(&spool, Durability::Disk)).await;
    std::fs::remove_dir_all(&spool).unwrap();
    let error = producer.send(Entry::new(numbered(0, 50))).await.unwrap_err();
    assert!(matches!(error, SendError::Spool(_)) && error.retryable(), "{error}");
    let report = producer.close().await;
    assert_eq!((report.accepted, report.refused), (0, 1), "{report}");
    assert!(report.last_error.unwrap().contains("spool"));
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_too_busy_for_long_is_spared_by_the_spool() {
    let folder = tempfile::tempdir().unwrap();
    let stream = stream(Trouble { throttles: 100, ..Trouble::default() });
    let options = ProducerOptions { queue_records: 100, ..spooling(folder.path(), Durability::Memory) };
    let producer = open(&stream, options).await;
    // Far more than memory has room for.
    for number in 0..1_000 {
        producer.send(Entry::new(numbered(number, 50))).await.unwrap();
    }
    stream.trouble(Trouble::default());
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert!(close(&producer, &stream).await.is_complete());
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_a_disk_is_told_when_it_fails() {
    let folder = tempfile::tempdir().unwrap();
    let spool = SpoolConfig { bytes: 150_000, ..SpoolConfig::new(folder.path().join("spool")) };
    let options = ProducerOptions {
        spool: Some(spool),
        queue_bytes: 100_000,
        durability: Durability::Disk,
        ..ProducerOptions::default()
    };
    let stream = stream(Trouble::default());
    let producer = open(&stream, options).await;
    // No file can be made where no folder is.
    fs::remove_dir_all(folder.path().join("spool")).unwrap();
    // More than the spool has room for: some wait until the others have failed, and fail then.
    let sends = (0..200).map(|number| producer.send(Entry::new(numbered(number, 1_000))));
    let sends = futures_util::future::join_all(sends);
    for sent in tokio::time::timeout(Duration::from_secs(60), sends).await.unwrap() {
        assert!(matches!(sent, Err(SendError::Spool(_))), "{sent:?}");
    }
    let report = producer.close().await;
    assert_eq!((report.accepted, report.refused), (0, 200), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_refused_record_counts_once_when_its_file_cannot_be_written() {
    for durability in [Durability::Memory, Durability::Disk] {
        let folder = tempfile::tempdir().unwrap();
        let stream = stream(Trouble { poison: Some(b"\"number\":7,".to_vec()), ..Trouble::default() });
        let producer = open(&stream, spooling(folder.path(), durability)).await;
        // Nothing can be written where a folder is.
        fs::create_dir(folder.path().join("undeliverable.ndjson")).unwrap();
        for number in 0..10 {
            producer.send(Entry::new(numbered(number, 50))).await.unwrap();
        }
        producer.flush().await;
        let report = close(&producer, &stream).await;
        let expected = if durability == Durability::Disk { (9, 0, 1) } else { (9, 1, 0) };
        assert_eq!((report.delivered, report.undeliverable, report.spooled), expected, "{report}");
    }
}
