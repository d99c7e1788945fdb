//! The files are the same whatever fits in memory.

use super::super::budget::DEFAULT_MEMORY;
use super::*;
use crate::feed::json::JsonDecoder;
use crate::plan::Plan;
use crate::reject::Rejects;
use crate::{Batch, Limits};
use lakebed_schema::{Column, Element, Layout, LogicalType, Partition, PartitionBy, SortColumn, Table};
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;

const ROWS: u64 = 3000;
const PARTITIONS: u64 = 13;

fn table(sorted: bool) -> Table {
    let list = LogicalType::List {
        element: Box::new(Element { ty: LogicalType::String, nullable: false }),
        length: None,
    };
    let columns = [
        ("region", LogicalType::String),
        ("n", LogicalType::Int64),
        ("text", LogicalType::String),
        ("yes", LogicalType::Boolean),
        ("tags", list),
    ];
    let mut table = Table::new("t", columns.map(|(name, ty)| Column::new(name, ty)).into());
    table
        .columns
        .iter_mut()
        .filter(|column| column.name != "region")
        .for_each(|column| column.nullable = true);
    table.partitions.push(Partition {
        by: PartitionBy::Column("region".into()),
        layout: Layout::parse("region={region}", Some("region")).unwrap(),
        null: None,
    });
    if sorted {
        table.sort.push(SortColumn { column: "n".into(), descending: true });
    }
    table.storage.row_group_rows = 100;
    table.storage.row_group_bytes = 6000;
    table
}

/// A few partitions have many rows, most have few; some rows are long, some leave columns out.
fn record(row: u64) -> String {
    let random = row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
    let region = if random.is_multiple_of(3) { 0 } else { random % PARTITIONS };
    let text = "x".repeat(usize::try_from(random % 90).unwrap());
    let tags: Vec<String> = (0..random % 4).map(|tag| format!("\"{tag}\"")).collect();
    let some =
        if random.is_multiple_of(5) { String::new() } else { format!(",\"text\":\"{text}\",\"yes\":true") };
    format!("{{\"region\":\"r{region}\",\"n\":{}{some},\"tags\":[{}]}}\n", random % 50, tags.join(","))
}

fn collect(table: &Table, budget: Budget, batch_rows: u64) -> (Collected, BTreeMap<String, Vec<u8>>) {
    let folder = tempfile::tempdir().unwrap();
    let plan = Plan::compile(table).unwrap();
    let mut encoder = Encoder::new(table, plan.schema());
    // Some pieces end with the rows, some with the weight, and none with the row group.
    encoder.piece = GroupSize { rows: 37, weight: 2000 };
    let mut collector = Collector::new(&encoder, budget, Some(folder.path()));
    let mut row = 0;
    while row < ROWS {
        let text: String = (row..(row + batch_rows).min(ROWS)).map(record).collect();
        row += batch_rows;
        let mut batch = Batch::new(&plan, 0);
        let mut rejects = Rejects::default();
        JsonDecoder::new(&plan, Limits::default()).decode(text.as_bytes(), 0, true, &mut batch, &mut rejects);
        assert!(rejects.list.is_empty(), "{:?}", rejects.list.first());
        for rows in batch.group(&plan).unwrap() {
            collector.add(rows).unwrap();
        }
    }
    let collected = collector.finish().unwrap();
    let written = collected
        .partitions
        .iter()
        .map(|partition| (partition.path.clone(), fs::read(&partition.file.as_ref().unwrap().path).unwrap()));
    let written = written.collect();
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), collected.partitions.len(), "spills are left: {left:?}");
    (collected, written)
}

fn budget(held_bytes: usize, spill_block_bytes: usize, spill_runs: usize) -> Budget {
    let budget = Budget::new(DEFAULT_MEMORY, 1).unwrap();
    Budget { held_bytes, spill_block_bytes, spill_runs, ..budget }
}

#[test]
fn files_do_not_depend_on_what_fits_in_memory() {
    for sorted in [false, true] {
        let table = table(sorted);
        let (plenty, expected) = collect(&table, budget(DEFAULT_MEMORY, 1 << 20, 9), ROWS);
        assert_eq!((plenty.spilled_bytes, plenty.spilled_partitions, plenty.small_row_groups), (0, 0, 0));
        assert_eq!(expected.len() as u64, PARTITIONS);
        let rows: u64 = plenty.partitions.iter().map(|partition| partition.rows).sum();
        assert_eq!(rows, ROWS);
        for (held, begun, block, runs, batch_rows) in [
            (DEFAULT_MEMORY, DEFAULT_MEMORY, 1 << 20, 9, 70),
            (DEFAULT_MEMORY, 20 << 10, 1 << 20, 9, 7),
            (100 << 10, 0, 64 << 10, 9, 100),
            (60 << 10, 20 << 10, 4 << 10, 128, 333),
            (30 << 10, 10 << 10, 700, 3, 50),
            (0, 10 << 10, 1, 2, 1000),
        ] {
            let what = format!(
                "sorted {sorted}, {held} bytes held, {begun} of them begun, blocks of {block}, {runs} runs"
            );
            let budget = Budget { begun_bytes: begun, ..budget(held, block, runs) };
            let (collected, files) = collect(&table, budget, batch_rows);
            assert_eq!(collected.spilled_bytes > 0, held < DEFAULT_MEMORY, "{what}");
            assert_eq!(collected.spilled_partitions > 0, held < DEFAULT_MEMORY, "{what}");
            assert!(files.keys().eq(expected.keys()), "{what}");
            for (path, bytes) in &files {
                assert!(expected[path] == *bytes, "{what}: {path} differs");
            }
        }
    }
}

#[test]
fn row_groups_are_full_and_smaller_only_where_memory_asks_for_it() {
    let table = table(false);
    let spilling = budget(60 << 10, 4 << 10, 4);
    let (collected, files) = collect(&table, spilling, 100);
    assert_eq!(collected.small_row_groups, 0);
    let groups = |bytes: &Vec<u8>| {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        reader.metadata().row_groups().iter().map(|group| group.num_rows()).collect::<Vec<_>>()
    };
    let large = groups(&files["region=r0/"]);
    let (last, full) = large.split_last().unwrap();
    assert!(full.len() > 8 && full.iter().all(|&rows| rows > 50), "{large:?}");
    assert!(*last <= 100);
    let small = Budget { row_group_bytes: 1000, ..spilling };
    let (collected, files) = collect(&table, small, 100);
    assert!(collected.small_row_groups > 80);
    assert!(groups(&files["region=r0/"]).len() > large.len() * 4);
}

#[test]
fn nothing_is_written_or_held_without_a_folder() {
    let table = table(false);
    let plan = Plan::compile(&table).unwrap();
    let encoder = Encoder::new(&table, plan.schema());
    let mut collector = Collector::new(&encoder, budget(0, 1, 2), None);
    let mut batch = Batch::new(&plan, 0);
    let text: String = (0..100).map(record).collect();
    let mut decoder = JsonDecoder::new(&plan, Limits::default());
    decoder.decode(text.as_bytes(), 0, true, &mut batch, &mut Rejects::default());
    for rows in batch.group(&plan).unwrap() {
        collector.add(rows).unwrap();
    }
    assert_eq!(collector.held.get(), 0);
    let collected = collector.finish().unwrap();
    assert_eq!(collected.partitions.iter().map(|partition| partition.rows).sum::<u64>(), 100);
    assert!(collected.partitions.iter().all(|partition| partition.file.is_none()));
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let table = table(false);
    let plan = Plan::compile(&table).unwrap();
    let encoder = Encoder::new(&table, plan.schema());
    let gone = tempfile::tempdir().unwrap().path().join("gone");
    let mut collector = Collector::new(&encoder, budget(0, 1, 2), Some(&gone));
    let mut batch = Batch::new(&plan, 0);
    let mut decoder = JsonDecoder::new(&plan, Limits::default());
    decoder.decode(record(1).as_bytes(), 0, true, &mut batch, &mut Rejects::default());
    let rows = batch.group(&plan).unwrap().remove(0);
    let error = collector.add(rows).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Output);
    assert!(error.to_string().contains(&gone.display().to_string()), "{error}");
    assert!(error.to_string().contains("do not fit in memory"), "{error}");
}

#[test]
fn full_pieces_of_a_row_group_under_way_are_written_and_no_longer_held() {
    let mut table = table(false);
    table.storage.row_group_rows = ROWS;
    table.storage.row_group_bytes = 1 << 20;
    let plan = Plan::compile(&table).unwrap();
    let mut encoder = Encoder::new(&table, plan.schema());
    encoder.piece = GroupSize { rows: 50, weight: 1 << 20 };
    let rows = |collector: &Collector<'_>| {
        let held = collector.partitions.iter().flat_map(|partition| &partition.pieces);
        held.map(Piece::rows).collect::<Vec<_>>()
    };
    for (begun_bytes, expected) in [(DEFAULT_MEMORY, vec![20]), (0, vec![40; 8])] {
        let folder = tempfile::tempdir().unwrap();
        let budget = Budget { begun_bytes, ..budget(DEFAULT_MEMORY, 1 << 20, 9) };
        let mut collector = Collector::new(&encoder, budget, Some(folder.path()));
        for start in 0..8 {
            let text: String = (start * 40..start * 40 + 40)
                .map(|row| format!("{{\"region\":\"r\",\"n\":{row},\"text\":\"{row}\"}}"))
                .collect();
            let mut batch = Batch::new(&plan, 0);
            let mut decoder = JsonDecoder::new(&plan, Limits::default());
            decoder.decode(text.as_bytes(), 0, true, &mut batch, &mut Rejects::default());
            for rows in batch.group(&plan).unwrap() {
                collector.add(rows).unwrap();
            }
        }
        assert_eq!(rows(&collector), expected, "{begun_bytes}");
        assert_eq!(collector.begun_bytes > 0, begun_bytes > 0);
        let file = collector.finish().unwrap().partitions.remove(0).file.unwrap();
        let reader = SerializedFileReader::new(fs::File::open(file.path).unwrap()).unwrap();
        assert_eq!((reader.num_row_groups(), reader.metadata().file_metadata().num_rows()), (1, 320));
    }
}
