//! Which records go again, and in which order.

use super::{close, open, stream};
use lakebed::producer::{Entry, Order, ProducerOptions};
use lakebed_tests::strict_stream::{Kind, StrictStream, Trouble, numbered};
use std::sync::Arc;
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn only_what_failed_goes_again() {
    for share in [10, 50, 100] {
        let trouble = Trouble { partial: 50, shares: vec![share], ..Trouble::default() };
        let stream = stream(trouble);
        let producer = open(&stream, ProducerOptions::default()).await;
        for number in 0..3_000 {
            producer.send(Entry::new(numbered(number, 100))).await.unwrap();
        }
        let report = close(&producer, &stream).await;
        let state = stream.state();
        assert!(report.is_complete(), "{report}");
        assert!(state.failed_entries > 0);
        assert_eq!(report.retries, state.failed_entries, "{share} %");
        assert_eq!((state.given, state.lines.len()), (3_000 + state.failed_entries, 3_000), "{share} %");
        assert_eq!(report.possible_duplicates, 0, "each answer came");
    }
}

#[tokio::test(start_paused = true)]
async fn strict_order_holds_where_best_effort_does_not() {
    for order in [Order::Strict, Order::BestEffort] {
        let trouble =
            Trouble { partial: 60, shares: vec![50], resets: 10, lost_answers: 10, ..Trouble::default() };
        let stream = Arc::new(StrictStream::with(Kind::Kinesis, trouble, 3).counting(600));
        let linger = Duration::from_millis(5);
        let producer = open(&stream, ProducerOptions { order, linger, ..ProducerOptions::default() }).await;
        for number in 0..600 {
            producer.send(Entry::keyed(numbered(number, 30), (number % 7).to_string())).await.unwrap();
        }
        // A key has a record in a call at most, so that the last of 90 takes as many calls, and each its delays.
        let report = producer.close().await;
        assert!(report.is_balanced(), "{report:?}");
        let state = stream.state();
        let is_in_order = (state.overlaps, state.out_of_order) == (0, 0);
        assert_eq!(is_in_order, order == Order::Strict, "{order:?}: {report}");
        // What is reported as undelivered may be there, what is not must be.
        assert!(state.missing_and_doubled().0 as u64 <= report.undelivered, "{report}");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_overlap_and_are_full() {
    let stream = stream(Trouble::default());
    let start = tokio::time::Instant::now();
    let producer = open(&stream, ProducerOptions::default()).await;
    for number in 0..20_000 {
        producer.send(Entry::new(numbered(number, 100))).await.unwrap();
    }
    let report = close(&producer, &stream).await;
    assert_eq!((report.calls, report.delivered), (40, 20_000));
    // 40 calls of 20 ms, 4 at a time.
    assert_eq!(start.elapsed().as_millis() / 10, 20);
}
