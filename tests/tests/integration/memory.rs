//! A run keeps to its memory, however many partitions there are, and gives the same files.

use crate::faults::disk::SmallDisk;
use lakebed::{Record, Table, TableDef};
use lakebed_tests::cases::documents::Random;
use lakebed_tests::command::{become_the_command, lakebed, process};
use lakebed_tests::lake::{self, Bench};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

/// One reading of a meter.
#[derive(Record)]
#[lake(table = "reading", partition(by = meter, layout = "meter={meter}"))]
#[allow(dead_code, reason = "only its table is used")]
struct Reading {
    meter: u32,
    number: i64,
    value: f64,
    note: String,
    tags: Vec<String>,
}

const TABLES: [&TableDef; 1] = [Reading::TABLE];
const ENTRY: &str = "memory::as_the_command";

/// Not a test by itself: other tests start this binary again with this test alone, as the command line.
#[test]
fn as_the_command() {
    become_the_command(&TABLES, || {});
}

fn table() -> Table {
    Table::try_from(Reading::TABLE).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Readings of meters in random order.
fn readings(path: &Path, rows: u64, meters: u64) {
    let mut random = Random(23);
    let mut file = BufWriter::new(File::create(path).expect("a file"));
    for number in 0..rows {
        let meter = random.below(meters);
        let note = "abcdefgh".repeat(usize::try_from(random.below(50)).expect("a small number"));
        writeln!(
            file,
            "{{\"meter\":{meter},\"number\":{number},\"value\":{}.5,\"note\":\"{note}\",\"tags\":[\"a\",\"{meter}\"]}}",
            number % 97
        )
        .expect("room for the input");
    }
    file.flush().expect("room for the input");
}

/// Numbers of the readings in each partition, in the order of the file.
fn numbers(lake: &Path) -> BTreeMap<String, Vec<i64>> {
    let table = table();
    let rows = lake::rows(lake, &table).into_iter();
    rows.map(|(path, batches)| {
        let mut numbers = Vec::new();
        for batch in batches {
            let column = batch.column_by_name("number").expect("a column");
            let column = column.as_any().downcast_ref::<arrow_array::Int64Array>().expect("integers");
            numbers.extend_from_slice(column.values());
        }
        (path, numbers)
    })
    .collect()
}

/// What counts beside the memory of the run: the pages of this test binary, unoptimised, with all its tests, of which
/// some 45 MB were in memory when it was looked at.
const PROGRAM: u64 = 64 << 20;

#[test]
fn more_than_fits_goes_over_the_disk_and_comes_out_the_same() {
    const ROWS: u64 = 130_000;
    const METERS: u64 = 1_000;
    let bench = Bench::new();
    let input = bench.path().join("in.json");
    readings(&input, ROWS, METERS);
    let run = |memory: &str, threads: &str, lake: &Path| -> Value {
        let args = ["convert", "--json", "--memory", memory, "--threads", threads, "--to"].map(Path::new);
        let args: Vec<&Path> = args.into_iter().chain([lake, input.as_path()]).collect();
        let output = process(&[], ENTRY, &args).output().expect("a process");
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{text}{}", String::from_utf8_lossy(&output.stderr));
        // The test harness says a line of its own first.
        let json = text.find("{\n").and_then(|start| text.get(start..)).expect("a report");
        serde_json::Deserializer::from_str(json).into_iter().next().expect("a report").expect("JSON")
    };
    let (narrow, wide) = (bench.lake("narrow"), bench.lake("wide"));
    let report = run("64MiB", "2", &narrow);
    assert!(report["spilled_bytes"].as_u64().expect("a number") > 10 << 20, "{report}");
    assert_eq!(report["spilled_partitions"], METERS);
    assert_eq!(report["small_row_groups"], 0);
    if let Some(peak) = report["peak_memory_bytes"].as_u64() {
        assert!(peak < (64 << 20) + PROGRAM, "{peak} bytes at the peak");
    }
    assert_eq!((&report["total"]["read"], &report["total"]["written"]), (&ROWS.into(), &ROWS.into()));
    assert_eq!(lake::footer_rows(&narrow, "reading"), ROWS);
    let numbers = numbers(&narrow);
    assert_eq!(numbers.len() as u64, METERS);
    assert!(numbers.values().all(|numbers| numbers.is_sorted()), "rows of one partition stand as they came");
    let mut all: Vec<i64> = numbers.into_values().flatten().collect();
    all.sort_unstable();
    assert!(all.into_iter().eq(0..i64::try_from(ROWS).expect("a number")), "each reading once");

    let report = run("4GiB", "4", &wide);
    assert_eq!(report["spilled_bytes"], 0);
    let (one, other) = (lake::visible(&narrow, "reading"), lake::visible(&wide, "reading"));
    assert_eq!(one.len() as u64, METERS, "one file for each partition");
    // The names differ, since the longest record that is taken follows from the memory; there is one file a folder.
    let content = |files: &BTreeMap<String, Vec<u8>>| -> Vec<(String, Vec<u8>)> {
        let folder =
            |name: &str| name.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
        files.iter().map(|(name, bytes)| (folder(name), bytes.clone())).collect()
    };
    assert!(content(&one) == content(&other), "the files differ with the memory");
}

#[test]
fn too_little_memory_is_refused_before_anything_is_done() {
    let bench = Bench::new();
    let input = bench.input("in.json", "{}");
    let lake = bench.lake("lake");
    let ran = lakebed(
        &TABLES,
        ["convert".as_ref(), input.as_os_str(), "--to".as_ref(), lake.as_os_str(), "--memory=63MiB".as_ref()],
    );
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("64 MiB") && ran.err.contains("wrong usage"), "{}", ran.err);
    assert!(!lake.exists());
}

#[test]
fn a_row_longer_than_its_share_of_the_memory_is_a_reject() {
    let bench = Bench::new();
    let note = "x".repeat(5 << 20);
    let row = |number: u32, note: &str| {
        format!("{{\"meter\":1,\"number\":{number},\"value\":1,\"note\":\"{note}\",\"tags\":[]}}\n")
    };
    let input = bench.input("in.json", row(1, "a") + &row(2, &note) + &row(3, "b"));
    let report = bench
        .convert(&table(), std::slice::from_ref(&input), "narrow", |options| options.memory_bytes = 64 << 20);
    assert_eq!((report.total.written, report.total.rejected), (2, 1));
    let [group] = report.rejects.as_slice() else { panic!("{:?}", report.rejects) };
    assert_eq!(group.code, "Lakebed.TooLong");
    let named = format!("at most 4194304 bytes, found one of {} bytes", row(2, &note).trim_end().len());
    assert!(group.example.contains(&named), "{named} is missing in {}", group.example);
    let report = bench.convert(&table(), &[input], "wide", |_| {});
    assert_eq!((report.total.written, report.total.rejected), (3, 0));
}

#[test]
fn a_disk_that_fills_up_while_rows_are_set_aside_is_named() {
    let bench = Bench::new();
    let folder = bench.path().join("disk");
    let Some(_disk) = SmallDisk::mount(&folder, 4 << 20) else {
        // Who may not mount has the tests of files that may not grow.
        return;
    };
    let input = bench.path().join("in.json");
    readings(&input, 130_000, 2_000);
    let lake = folder.join("lake");
    let ran = lakebed(
        &TABLES,
        ["convert".as_ref(), input.as_os_str(), "--to".as_ref(), lake.as_os_str(), "--memory=64MiB".as_ref()],
    );
    assert_eq!(ran.code, 2, "{}", ran.err);
    let scratch = lake.join("_lakebed").join("reading");
    for part in ["the disk is full at", &*scratch.to_string_lossy(), "set aside", "nothing was published"] {
        assert!(ran.err.contains(part), "{part:?} is missing in {}", ran.err);
    }
    assert!(lake::visible(&lake, "reading").is_empty(), "nothing is published");
}
