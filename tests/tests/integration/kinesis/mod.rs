//! Readers of Kinesis that are killed at any instant and started again: each record is in the lake once.
//!
//! `LAKEBED_KINESIS_RECORDS` says how many user records the stream has; 4,000 when it is not set.

#![allow(clippy::print_stdout, reason = "with --nocapture the test says how far the readers were")]

#[cfg(feature = "aws")]
mod emulators;
mod recorded;

use crate::kills::kills;
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use lakebed::source::kinesis::{ConsumerOptions, KinesisConsumer, ReadOptions};
use lakebed::{Column, ConvertOptions, LogicalType, Table};
use lakebed_tests::books::problems;
use lakebed_tests::cases::documents::Random;
use lakebed_tests::command::arguments;
use lakebed_tests::crash::{Aim, World};
use lakebed_tests::lake;
use recorded::Recorded;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

const ENTRY: &str = "kinesis::as_the_reader";

fn records() -> u64 {
    std::env::var("LAKEBED_KINESIS_RECORDS").ok().and_then(|text| text.parse().ok()).unwrap_or(4000)
}

fn table() -> Table {
    Table::new("number", vec![Column::new("n", LogicalType::Int64)])
}

/// Not a test by itself: another test starts this binary again with this test alone, as a reader of the stream.
#[test]
fn as_the_reader() {
    let Some(arguments) = arguments() else { return };
    let [lake, spool] = arguments.as_slice() else { panic!("{arguments:?}") };
    let convert = ConvertOptions::new(Vec::<PathBuf>::new(), Path::new(lake));
    let read = ReadOptions { gap: Duration::ZERO, poll: Duration::ZERO, ..ReadOptions::default() };
    let options = ConsumerOptions {
        // A dozen of runs, about.
        roll_bytes: usize::try_from(records()).expect("a small number"),
        read,
        ..ConsumerOptions::new("numbers", spool, convert)
    };
    let work = async {
        let consumer = KinesisConsumer::open(Arc::new(Recorded::new(records())), table(), options).await?;
        consumer.run(std::future::pending()).await
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let report = runtime.block_on(work).unwrap_or_else(|error| panic!("{error}"));
    assert!(report.stored.balances() && report.put_aside.is_empty(), "{report:?}");
}

#[test]
fn a_reader_that_is_killed_over_and_over_stores_each_record_once() {
    let world = World::local(ENTRY);
    let paths = |round: u64| {
        let place = |name: &str| world.folder().join(format!("{name}-{round}"));
        (place("lake"), place("spool"))
    };
    let (lake, spool) = paths(0);
    let since = Instant::now();
    world.done(&[&lake, &spool]);
    let whole = since.elapsed();
    check(&lake, &spool, "let to its end");
    let (mut killed, mut rounds, mut begun) = (0, 0, 0);
    let wanted = kills(12);
    while killed < wanted && rounds < 20 {
        rounds += 1;
        let mut random = Random(rounds);
        let (lake, spool) = paths(rounds);
        let runs = format!("lake-{rounds}/_lakebed/number/runs");
        for kill in 0..8 {
            let aim = match kill % 2 {
                0 => Aim::Between(Duration::ZERO, whole),
                // Behind a commit, where its files are still there.
                _ => Aim::After(&runs, Duration::from_millis(20)),
            };
            if !world.kill(&[&lake, &spool], &aim, &mut random) {
                break;
            }
            killed += 1;
            begun += usize::from(lake.exists());
        }
        world.done(&[&lake, &spool]);
        check(&lake, &spool, &format!("round {rounds}"));
    }
    println!(
        "{killed} kills in {rounds} rounds, {begun} after the first run had begun, {:.1?}",
        since.elapsed()
    );
    assert!(
        killed >= wanted && begun > 0,
        "{killed} of {wanted} kills, {begun} of a reader that had begun to store"
    );
}

/// Every number is in the lake once, the books balance, and nothing waits.
fn check(lake: &Path, spool: &Path, what: &str) {
    assert_eq!(numbers(lake), (0..records().cast_signed()).collect::<Vec<_>>(), "{what}: lost or doubled");
    assert_eq!(problems(lake, "number"), [""; 0], "{what}");
    let left: Vec<String> = lake::files(spool).into_keys().collect();
    assert_eq!(left, ["lock"], "{what}: left in the spool");
}

/// The numbers in a lake, sorted.
fn numbers(lake: &Path) -> Vec<i64> {
    let batches = lake::rows(lake, &table()).into_values().flatten();
    let mut numbers: Vec<i64> =
        batches.flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().to_vec()).collect();
    numbers.sort_unstable();
    numbers
}
