//! The end of a producer, and of what waits for it.

use super::{close, open, spooling, stream};
use lakebed::producer::{
    CallError, Durability, Entry, EntryResult, KeyRule, Producer, ProducerOptions, Retry, SendError, Service,
    ServiceLimits,
};
use lakebed_tests::cases::documents::Random;
use lakebed_tests::strict_stream::{Trouble, number, numbered};
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn without_a_spool_what_is_left_comes_back() {
    let away = Trouble { outages: vec![Duration::ZERO..Duration::MAX], ..Trouble::default() };
    let stream = stream(away);
    let producer = open(&stream, ProducerOptions::default()).await;
    for number in 0..1_200 {
        producer.send(Entry::new(numbered(number, 50))).await.unwrap();
    }
    let start = tokio::time::Instant::now();
    assert_eq!(producer.flush().await.held, 1_200);
    let report = close(&producer, &stream).await;
    assert!(start.elapsed() <= Duration::from_secs(125), "{:?}", start.elapsed());
    assert_eq!((report.undelivered, report.delivered), (1_200, 0), "{report}");
    let numbers: Vec<_> = report.returned.iter().map(|it| number(&it.entry.data).unwrap()).collect();
    assert_eq!(numbers, (0..1_200).collect::<Vec<_>>());
    let first = &report.returned[0];
    assert!(first.attempts > 1 && first.reason == "ServiceUnavailable: the service is away", "{first:?}");
}

#[tokio::test(start_paused = true)]
async fn who_may_not_write_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for options in [ProducerOptions::default(), spooling(folder.path(), Durability::Memory)] {
        let has_spool = options.spool.is_some();
        let stream = stream(Trouble { is_denied: true, ..Trouble::default() });
        let producer = open(&stream, options).await;
        producer.send(Entry::new(numbered(0, 50))).await.unwrap();
        assert_eq!(producer.flush().await.held, 1);
        let start = tokio::time::Instant::now();
        let report = close(&producer, &stream).await;
        assert!(start.elapsed() < Duration::from_millis(100), "nothing is waited for");
        assert_eq!((report.spooled, report.undelivered), if has_spool { (1, 0) } else { (0, 1) });
        let said = report.last_error.unwrap();
        assert_eq!(said, "AccessDeniedException: User is not authorized to perform this");
    }
}

#[tokio::test(start_paused = true)]
async fn closing_ends_in_time_and_again() {
    let silent = Trouble { silences: 100, ..Trouble::default() };
    let stream = stream(silent);
    let retry = Retry { time: Duration::from_secs(100_000), attempts: u32::MAX, ..Retry::default() };
    let producer = open(&stream, ProducerOptions { retry, ..ProducerOptions::default() }).await;
    let other = producer.clone();
    producer.send(Entry::new(numbered(0, 50))).await.unwrap();
    let start = tokio::time::Instant::now();
    // Cancelled, then asked for again by two tasks.
    assert!(tokio::time::timeout(Duration::from_secs(1), producer.close()).await.is_err());
    assert!(matches!(other.send(Entry::new("x")).await, Err(SendError::Closed)));
    let (one, two) = tokio::join!(producer.close(), other.close());
    assert_eq!(one, two);
    assert!(start.elapsed() <= Duration::from_secs(95), "{:?}", start.elapsed());
    assert_eq!((one.undelivered, one.is_balanced()), (1, true), "{one}");
    assert_eq!(one.possible_duplicates, one.calls, "each call was written");
    assert_eq!(producer.flush().await.held, 1);
}

#[tokio::test(start_paused = true)]
async fn the_last_handle_that_is_dropped_sends_what_it_has() {
    let stream = stream(Trouble::default());
    let producer = open(&stream, ProducerOptions::default()).await;
    producer.clone().send(Entry::new(numbered(0, 50))).await.unwrap();
    drop(producer);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(stream.state().lines.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_send_is_whole_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for durability in [Durability::Memory, Durability::Disk] {
        let stream = stream(Trouble { partial: 30, shares: vec![50], ..Trouble::default() });
        let few = ProducerOptions { queue_records: 3, calls: 1, ..spooling(folder.path(), durability) };
        let producer = open(&stream, few).await;
        let mut random = Random(5);
        let (mut sure, mut sent) = (BTreeSet::new(), 0);
        for _ in 0..300 {
            let sends: Vec<_> = (0..5)
                .map(|_| {
                    sent += 1;
                    let (producer, number) = (producer.clone(), sent - 1);
                    tokio::spawn(async move {
                        producer.send(Entry::new(numbered(number, 50))).await.map(|()| number)
                    })
                })
                .collect();
            match random.below(3) {
                0 => tokio::task::yield_now().await,
                _ => tokio::time::sleep(Duration::from_micros(random.below(20_000))).await,
            }
            for send in sends {
                if random.below(2) == 0 {
                    send.abort();
                }
                if let Ok(done) = send.await {
                    sure.insert(done.unwrap());
                }
            }
        }
        let report = close(&producer, &stream).await;
        let stored: Vec<u64> = stream.state().lines.iter().map(|(_, line)| number(line).unwrap()).collect();
        let once: BTreeSet<u64> = stored.iter().copied().collect();
        assert_eq!((stored.len(), stored.len() as u64), (once.len(), report.accepted), "{report}");
        assert!(sure.is_subset(&once), "what was taken is there");
        // One that is being written is taken.
        assert_eq!(report.accepted < sent, durability == Durability::Memory, "{report}");
    }
}

/// A service that does not behave.
#[derive(Debug)]
struct Strange {
    panics: bool,
}

impl Service for Strange {
    fn name(&self) -> &str {
        "strange"
    }

    fn limits(&self) -> ServiceLimits {
        ServiceLimits { records: 2, bytes: 100, record_bytes: 100, key: KeyRule::None }
    }

    fn put<'a>(
        &'a self,
        entries: &'a [Entry],
    ) -> Pin<Box<dyn Future<Output = Result<Vec<EntryResult>, CallError>> + Send + 'a>> {
        assert!(!self.panics, "a defect in a client");
        Box::pin(async { Ok(vec![EntryResult::Delivered; entries.len() + 1]) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_with_defects_loses_nothing() {
    for (panics, code) in [(true, "Panic"), (false, "BadAnswer")] {
        let retry = Retry { attempts: 3, ..Retry::default() };
        let options = ProducerOptions { retry, ..ProducerOptions::default() };
        let producer = Producer::open(Arc::new(Strange { panics }), options).await.unwrap();
        producer.send(Entry::new("x")).await.unwrap();
        let report = producer.close().await;
        assert!(report.is_balanced() && report.last_error.unwrap().starts_with(code));
        assert_eq!((report.undelivered, report.possible_duplicates), (1, 3));
    }
}
