//! Metrics, as documented.

use super::{close, open, stream};
use lakebed::producer::{Entry, ProducerOptions};
use lakebed_tests::strict_stream::{Trouble, numbered};
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Keeps what it is told by name.
#[derive(Debug, Default)]
struct Kept {
    values: Mutex<BTreeMap<String, Arc<AtomicU64>>>,
}

impl Kept {
    fn at(&self, key: &Key) -> Arc<AtomicU64> {
        let labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        assert_eq!(labels, ["stream=firehose:strict"]);
        Arc::clone(self.values.lock().unwrap().entry(key.name().to_owned()).or_default())
    }
}

impl Recorder for Kept {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.at(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.at(key))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        self.at(key);
        Histogram::noop()
    }
}

#[test]
fn counters_say_what_the_report_says() {
    let kept = Kept::default();
    metrics::with_local_recorder(&kept, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.unwrap().block_on(async {
            let trouble =
                Trouble { partial: 30, shares: vec![50], lost_answers: 20, resets: 5, ..Trouble::default() };
            let stream = stream(trouble);
            let producer = open(&stream, ProducerOptions::default()).await;
            for number in 0..5_000 {
                producer.send(Entry::new(numbered(number, 50))).await.unwrap();
            }
            producer.send(Entry::new("")).await.unwrap_err();
            let report = close(&producer, &stream).await;
            let values = kept.values.lock().unwrap();
            let value = |name: &str| values[&format!("lakebed_producer_{name}")].load(Ordering::Relaxed);
            for (name, count) in [
                ("accepted_total", report.accepted),
                ("refused_total", report.refused),
                ("delivered_total", report.delivered),
                ("delivered_bytes_total", report.delivered_bytes),
                ("retries_total", report.retries),
                ("throttled_total", report.throttled),
                ("possible_duplicates_total", report.possible_duplicates),
                ("undeliverable_total", 0),
                ("spool_writes_total", 0),
                ("calls_total", report.calls),
                ("failed_calls_total", report.failed_calls),
            ] {
                assert_eq!(value(name), count, "{name}");
                assert!(count > 0 || name.starts_with("undeliv") || name.starts_with("spool"), "{name}");
            }
            assert_eq!(value("queue_records"), 0);
        });
    });
    // The names in the documentation are those that are recorded.
    let source = include_str!("../../../../runtime/src/producer/telemetry.rs");
    for name in kept.values.lock().unwrap().keys() {
        let short = name.trim_start_matches("lakebed_producer");
        let table = source.lines().filter(|line| line.starts_with("//! | `"));
        let found =
            table.filter(|line| line.contains(&format!("`{name}`")) || line.contains(&format!("`…{short}`")));
        assert_eq!(found.count(), 1, "{name}");
    }
}
