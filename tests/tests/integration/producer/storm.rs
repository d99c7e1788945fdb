//! Everything that can go wrong, at once. `LAKEBED_STORM` says how many records there are; 100,000 when it is not set,
//! and 1,000,000 before a release.

#![allow(clippy::print_stdout, reason = "what a test measured is seen with --nocapture")]

use super::{close, open, spooling};
use lakebed::producer::{Durability, Entry, Order, Packing, ProducerOptions};
use lakebed_tests::strict_stream::{Kind, StrictStream, Trouble, numbered};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Many tasks share a write of the spool. Each sends all records of its keys.
const TASKS: u64 = 64;
const KEYS: u64 = 30 * TASKS;

fn records(share: u64) -> u64 {
    let all = std::env::var("LAKEBED_STORM").ok().and_then(|text| text.parse().ok()).unwrap_or(100_000);
    all / share
}

/// Partial failures of 10, 50 and 100 %, throttles, lost answers, calls that are never answered, and 30 s of nothing.
fn trouble() -> Trouble {
    let second = Duration::from_secs(1);
    Trouble {
        resets: 5,
        throttles: 10,
        lost_answers: 2,
        silences: 1,
        partial: 30,
        shares: vec![10, 50, 100],
        outages: vec![second..2 * second, 5 * second..35 * second],
        ..Trouble::default()
    }
}

/// Sends that many records from several tasks, and checks what came of them.
async fn storm(kind: Kind, records: u64, options: ProducerOptions) {
    let began = Instant::now();
    // So many that everything happens.
    let a_line = match options.packing {
        Packing::None => 1,
        Packing::Kpl { .. } => 8,
        Packing::Lines { .. } => 30,
    };
    let a_call = (records as usize / 150 / a_line).clamp(4, 500);
    let stream = StrictStream::with(kind, trouble(), 7).counting(records as usize).asking_for(a_call);
    let stream = Arc::new(stream);
    let start = tokio::time::Instant::now();
    let options = ProducerOptions { call_timeout: Duration::from_secs(3), ..options };
    let (most_records, most_bytes) = (options.queue_records, options.queue_bytes);
    let is_strict = options.order == Order::Strict;
    let producer = open(&stream, options).await;
    let next = Arc::new(AtomicU64::new(0));
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let (producer, next) = (producer.clone(), Arc::clone(&next));
            tokio::spawn(async move {
                let mine = (task..records).step_by(TASKS as usize);
                for number in mine {
                    next.fetch_add(1, Ordering::Relaxed);
                    let line = numbered(number, 60 + (number % 200) as usize);
                    let entry = match kind {
                        Kind::Firehose => Entry::new(line),
                        Kind::Kinesis => Entry::keyed(line, (number % KEYS).to_string()),
                    };
                    producer.send(entry).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    // While the service is away a flush does not wait for it.
    while producer.flush().await.held > 0 {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let mut report = close(&producer, &stream).await;
    assert_eq!((report.accepted, report.delivered), (records, records), "{report}");
    assert_eq!((report.refused, report.undeliverable, report.undelivered), (0, 0, 0), "{report}");
    assert!(report.peak_records <= most_records && report.peak_bytes <= most_bytes, "{report:?}");
    let state = stream.state();
    let (missing, doubled) = state.missing_and_doubled();
    assert_eq!(missing, 0, "{report}");
    assert!(doubled <= state.lost_records, "{doubled} doubled, {} lost answers", state.lost_records);
    // One call in 33 loses its answer.
    let is_storm = doubled > 0 && report.throttled > 0 && report.failed_calls > 0;
    assert!(is_storm || report.calls < 300, "a storm: {report}");
    // Nothing is sent again but what was not taken: what was given is what was stored and what was refused.
    assert_eq!(state.given, report.delivered + report.retries, "{report}");
    if is_strict {
        assert_eq!((state.overlaps, state.out_of_order), (0, 0), "order of each key");
    }
    report.returned.clear();
    println!(
        "{records} records in {:.1} s ({:.1} s of the test's time): {report}; {doubled} doubled; most in memory {} \
         records, {} bytes; {} written to the spool",
        began.elapsed().as_secs_f64(),
        start.elapsed().as_secs_f64(),
        report.peak_records,
        report.peak_bytes,
        report.spool_writes
    );
}

#[tokio::test(start_paused = true)]
async fn from_memory_to_firehose() {
    let folder = tempfile::tempdir().unwrap();
    storm(Kind::Firehose, records(1), spooling(folder.path(), Durability::Memory)).await;
}

#[tokio::test(start_paused = true)]
async fn from_memory_without_a_spool() {
    storm(Kind::Firehose, records(4), ProducerOptions::default()).await;
}

#[tokio::test(start_paused = true)]
async fn from_the_disk_to_firehose() {
    let folder = tempfile::tempdir().unwrap();
    storm(Kind::Firehose, records(20), spooling(folder.path(), Durability::Disk)).await;
}

#[tokio::test(start_paused = true)]
async fn packed_to_firehose() {
    let folder = tempfile::tempdir().unwrap();
    let options = spooling(folder.path(), Durability::Memory);
    storm(Kind::Firehose, records(4), ProducerOptions { packing: Packing::BILLING_STEP, ..options }).await;
}

#[tokio::test(start_paused = true)]
async fn aggregated_to_kinesis() {
    let folder = tempfile::tempdir().unwrap();
    let options = spooling(folder.path(), Durability::Memory);
    storm(Kind::Kinesis, records(4), ProducerOptions { packing: Packing::KPL, ..options }).await;
}

#[tokio::test(start_paused = true)]
async fn to_kinesis_in_strict_order() {
    let folder = tempfile::tempdir().unwrap();
    let options = spooling(folder.path(), Durability::Memory);
    storm(Kind::Kinesis, records(2), ProducerOptions { order: Order::Strict, ..options }).await;
}
