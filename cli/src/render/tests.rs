//! The summary, from reports made by hand.

use super::summary;
use crate::tables::samples::{ORDERS, TRAFFIC};
use lakebed::Report;
use lakebed::report::{Counts, InputReport, InputStatus, PartitionReport, RejectGroup};
use lakebed_schema::{Table, TableDef};

fn shown(def: &TableDef, report: &Report) -> String {
    let table = Table::try_from(def).expect("the sample is valid");
    anstream::adapter::strip_str(&summary(&table, report)).to_string()
}

fn input(path: &str, bytes: u64, decoded_bytes: u64, counts: Counts) -> InputReport {
    let format = if bytes == decoded_bytes { "json" } else { "json+gzip" }.to_owned();
    InputReport { path: path.to_owned(), format, bytes, decoded_bytes, counts, ..InputReport::default() }
}

fn partition(path: &str, rows: u64, bytes: u64) -> PartitionReport {
    let files = vec![format!("traffic/{path}part-0.parquet")];
    PartitionReport { path: path.to_owned(), rows, bytes, files }
}

fn counts(read: u64, rejected: u64) -> Counts {
    Counts { read, written: read - rejected, rejected, ..Counts::default() }
}

fn two_inputs() -> Report {
    let inputs = vec![
        input("events/a.json.gz", 2_345_678, 31_457_280, counts(60_000, 2)),
        input("events/b.json", 10_485_760, 10_485_760, counts(20_000, 0)),
    ];
    let mut total = inputs[0].counts;
    total.add(inputs[1].counts);
    Report {
        run: "5f0c".into(),
        table: "traffic".into(),
        lake: "lake".into(),
        total,
        input_bytes: inputs.iter().map(|input| input.bytes).sum(),
        decoded_bytes: inputs.iter().map(|input| input.decoded_bytes).sum(),
        inputs,
        rejects: vec![
            RejectGroup {
                code: "DataFormatConversion.MalformedData".into(),
                column: Some("speed".into()),
                expected: "0 to 255 (uint8)".into(),
                count: 1,
                example: "300 is out of range".into(),
                at: "events/a.json.gz:17:203".into(),
            },
            RejectGroup {
                code: "DataFormatConversion.ParseError".into(),
                expected: "a comma or `}`".into(),
                count: 1,
                example: "found \u{1b}[31m\"".into(),
                at: "events/a.json.gz:40:12".into(),
                ..RejectGroup::default()
            },
        ],
        partitions: vec![
            partition("dt=2026-11-23/hour=00/", 60_000, 1_572_864),
            partition("dt=2026-11-23/hour=01/", 19_998, 524_288),
        ],
        reject_files: vec!["_errors/traffic/malformed-data/dt=2026-11-23/5f0c.ndjson".into()],
        parquet_bytes: 2_097_152,
        floored_times: 3,
        elapsed_ms: 1_240,
        ..Report::default()
    }
}

#[test]
fn a_run_with_rejects() {
    insta::assert_snapshot!(shown(&TRAFFIC, &two_inputs()), @r#"
    Converted 2 inputs into lake/traffic/ in 1.2 s, 32.3 MiB/s of JSON

      input              format       stored   decoded    read  written  rejected
      events/a.json.gz   json+gzip  2.24 MiB  30.0 MiB  60,000   59,998         2
      events/b.json      json       10.0 MiB  10.0 MiB  20,000   20,000         0
      total of 2 inputs             12.2 MiB  40.0 MiB  80,000   79,998         2

    Records: read 80,000 = written 79,998 + rejected 2 + late 0 + early 0 + skipped 0
      Times floored to the unit of their column: 3.

    Rejects: 2 records, kept whole in lake/_errors/traffic/malformed-data/dt=2026-11-23/5f0c.ndjson
      1 × DataFormatConversion.MalformedData, column speed, expected 0 to 255 (uint8)
          300 is out of range
          first at events/a.json.gz:17:203
      1 × DataFormatConversion.ParseError, expected a comma or `}`
          found \u{1b}[31m"
          first at events/a.json.gz:40:12
      To see them: `lakebed rejects show lake --table traffic`; after a fix: `lakebed replay lake --table traffic --to lake`

    Partitions: 2 in lake/traffic/, 2 files
      partition                 rows   parquet
      dt=2026-11-23/hour=00/  60,000  1.50 MiB  ████████████████████████
      dt=2026-11-23/hour=01/  19,998   512 KiB  ████████

    Size:
      40.0 MiB of JSON, 12.2 MiB as stored
      2.00 MiB of Parquet: 20.0 times smaller than the JSON, 6.12 times smaller than it is stored

    A query over one hour reads at most:
      40.0 MiB of JSON: all of it
      1.50 MiB of Parquet: dt=2026-11-23/hour=00, the largest hour of this run; 26.7 times less
    "#);
}

#[test]
fn a_dry_run() {
    let mut report = Report { dry_run: true, reject_files: Vec::new(), parquet_bytes: 0, ..two_inputs() };
    for partition in &mut report.partitions {
        (partition.bytes, partition.files) = (0, Vec::new());
    }
    insta::assert_snapshot!(shown(&TRAFFIC, &report), @r#"
    Dry run, nothing was written: 2 inputs for lake/traffic/ read in 1.2 s, 32.3 MiB/s of JSON

      input              format       stored   decoded    read  written  rejected
      events/a.json.gz   json+gzip  2.24 MiB  30.0 MiB  60,000   59,998         2
      events/b.json      json       10.0 MiB  10.0 MiB  20,000   20,000         0
      total of 2 inputs             12.2 MiB  40.0 MiB  80,000   79,998         2

    Records: read 80,000 = written 79,998 + rejected 2 + late 0 + early 0 + skipped 0
      Written means: would be written without --dry-run.
      Times floored to the unit of their column: 3.

    Rejects: 2 records, not kept in a dry run
      1 × DataFormatConversion.MalformedData, column speed, expected 0 to 255 (uint8)
          300 is out of range
          first at events/a.json.gz:17:203
      1 × DataFormatConversion.ParseError, expected a comma or `}`
          found \u{1b}[31m"
          first at events/a.json.gz:40:12

    Partitions: 2 would be written in lake/traffic/
      partition                 rows
      dt=2026-11-23/hour=00/  60,000  ████████████████████████
      dt=2026-11-23/hour=01/  19,998  ████████

    Size:
      40.0 MiB of JSON, 12.2 MiB as stored; how much Parquet, a dry run does not tell
    "#);
}

#[test]
fn small_input_makes_larger_files_and_the_summary_says_why() {
    let inputs = vec![input("one.json", 13_824, 13_824, counts(46, 2))];
    let report = Report {
        table: "traffic".into(),
        lake: "/data/lake/".into(),
        total: inputs[0].counts,
        inputs,
        partitions: vec![
            partition("dt=2026-11-23/hour=00/", 40, 17_000),
            partition("dt=2026-11-23/hour=01/", 4, 14_000),
        ],
        parquet_bytes: 31_000,
        elapsed_ms: 18,
        ..Report::default()
    };
    insta::assert_snapshot!(shown(&TRAFFIC, &report), @"
    Converted 1 input into /data/lake/traffic/ in 18 ms, 750 KiB/s of JSON

      input     format    stored   decoded  read  written  rejected
      one.json  json    13.5 KiB  13.5 KiB    46       44         2

    Records: read 46 = written 44 + rejected 2 + late 0 + early 0 + skipped 0

    Rejects: 2 records

    Partitions: 2 in /data/lake/traffic/, 2 files
      partition               rows   parquet
      dt=2026-11-23/hour=00/    40  16.6 KiB  ████████████████████████
      dt=2026-11-23/hour=01/     4  13.7 KiB  ███████████████████▉

    Size:
      13.5 KiB of JSON
      30.3 KiB of Parquet: 2.24 times larger than the JSON
      Each Parquet file has a footer and column headers of its own. With 44 rows in 2 files
      they weigh more than the data; with more rows in a file this turns around.

    A query over one hour reads at most:
      13.5 KiB of JSON: all of it
      16.6 KiB of Parquet: dt=2026-11-23/hour=00, the largest hour of this run; no gain yet
    ");
}

#[test]
fn inputs_that_failed_or_are_known() {
    let mut report = two_inputs();
    report.rejects.clear();
    report.inputs[0].counts = counts(60_000, 0);
    report.total = counts(60_000, 0);
    report.inputs[1] = InputReport {
        status: InputStatus::Failed,
        counts: Counts::default(),
        message: Some("gzip stream ends early at byte 10,485,760".into()),
        ..report.inputs[1].clone()
    };
    let known =
        InputReport { status: InputStatus::AlreadyInLake, ..input("events/c.json", 900, 0, counts(0, 0)) };
    report.inputs.push(known);
    report.floored_times = 0;
    insta::assert_snapshot!(shown(&TRAFFIC, &report), @"
    Converted 1 input into lake/traffic/ in 1.2 s, 24.2 MiB/s of JSON; 1 failed; 1 already in the lake

      input             format       stored   decoded    read  written  rejected
      events/a.json.gz  json+gzip  2.24 MiB  30.0 MiB  60,000   60,000         0
      events/b.json     json       10.0 MiB         -       -        -         -  failed
      events/c.json     json+gzip     900 B         -       -        -         -  already in the lake

    Records: read 60,000 = written 60,000 + rejected 0 + late 0 + early 0 + skipped 0

    Failed: 1 input could not be read to the end; nothing of it is in the lake
      events/b.json
          gzip stream ends early at byte 10,485,760

    Partitions: 2 in lake/traffic/, 2 files
      partition                 rows   parquet
      dt=2026-11-23/hour=00/  60,000  1.50 MiB  ████████████████████████
      dt=2026-11-23/hour=01/  19,998   512 KiB  ████████

    Size:
      30.0 MiB of JSON, 2.24 MiB as stored
      2.00 MiB of Parquet: 15.0 times smaller than the JSON, 1.12 times smaller than it is stored

    A query over one hour reads at most:
      30.0 MiB of JSON: all of it
      1.50 MiB of Parquet: dt=2026-11-23/hour=00, the largest hour of this run; 20.0 times less
    ");
}

#[test]
fn a_second_run_has_nothing_to_do() {
    let mut report = two_inputs();
    for input in &mut report.inputs {
        (input.status, input.counts, input.decoded_bytes) =
            (InputStatus::AlreadyInLake, Counts::default(), 0);
    }
    let report = Report {
        total: Counts::default(),
        rejects: Vec::new(),
        partitions: Vec::new(),
        reject_files: Vec::new(),
        parquet_bytes: 0,
        floored_times: 0,
        ..report
    };
    insta::assert_snapshot!(shown(&TRAFFIC, &report), @"
    Nothing to do: all 2 inputs are already in lake/traffic/ (--force converts again)

      input             format       stored  decoded  read  written  rejected
      events/a.json.gz  json+gzip  2.24 MiB        -     -        -         -  already in the lake
      events/b.json     json       10.0 MiB        -     -        -         -  already in the lake

    Records: read 0 = written 0 + rejected 0 + late 0 + early 0 + skipped 0
    ");
}

#[test]
fn many_inputs_partitions_and_reasons_are_collapsed() {
    let inputs: Vec<_> =
        (0..40).map(|at| input(&format!("in/{at}.json"), 1 << 20, 1 << 20, counts(1_000, 1))).collect();
    let report = Report {
        table: "traffic".into(),
        lake: "lake".into(),
        total: Counts { read: 40_000, written: 39_950, rejected: 40, late: 10, ..Counts::default() },
        inputs,
        rejects: (0..12)
            .map(|at| RejectGroup { code: format!("Code{at}"), count: 12 - at, ..RejectGroup::default() })
            .collect(),
        partitions: (0..48)
            .map(|at| {
                partition(&format!("dt=2026-11-{:02}/hour={:02}/", 23 + at / 24, at % 24), 832, 10_000 + at)
            })
            .collect(),
        parquet_bytes: 48 * 10_000,
        accept_event_time: Some("-7d..+1h".into()),
        elapsed_ms: 65_000,
        ..Report::default()
    };
    insta::assert_snapshot!(shown(&TRAFFIC, &report), @"
    Converted 40 inputs into lake/traffic/ in 1 min 05 s, 630 KiB/s of JSON

      input               format    stored   decoded    read  written  rejected  late  early
      total of 40 inputs          40.0 MiB  40.0 MiB  40,000   39,950        40    10      0

    Records: read 40,000 = written 39,950 + rejected 40 + late 10 + early 0 + skipped 0

    Rejects: 40 records
      12 × Code0
      11 × Code1
      10 × Code2
      9 × Code3
      8 × Code4
      7 × Code5
      6 × Code6
      5 × Code7
      4 × Code8
      3 × Code9
      and 2 more reasons for 3 records; --json lists them all

    Event time: 10 late, 0 early for -7d..+1h, kept whole below lake/_errors/traffic/event-time/

    Partitions: 48 in lake/traffic/, 48 files
      partition               rows   parquet
      dt=2026-11-23/hour=00/   832  9.77 KiB  ████████████████████████
      dt=2026-11-23/hour=01/   832  9.77 KiB  ████████████████████████
      dt=2026-11-23/hour=02/   832  9.77 KiB  ████████████████████████
      dt=2026-11-23/hour=03/   832  9.77 KiB  ████████████████████████
      dt=2026-11-23/hour=04/   832  9.77 KiB  ████████████████████████
      dt=2026-11-23/hour=05/   832  9.77 KiB  ████████████████████████
      dt=2026-11-23/hour=06/   832  9.77 KiB  ████████████████████████
      dt=2026-11-23/hour=07/   832  9.77 KiB  ████████████████████████
      … 32 more in between; --json lists them all …
      dt=2026-11-24/hour=16/   832  9.80 KiB  ████████████████████████
      dt=2026-11-24/hour=17/   832  9.81 KiB  ████████████████████████
      dt=2026-11-24/hour=18/   832  9.81 KiB  ████████████████████████
      dt=2026-11-24/hour=19/   832  9.81 KiB  ████████████████████████
      dt=2026-11-24/hour=20/   832  9.81 KiB  ████████████████████████
      dt=2026-11-24/hour=21/   832  9.81 KiB  ████████████████████████
      dt=2026-11-24/hour=22/   832  9.81 KiB  ████████████████████████
      dt=2026-11-24/hour=23/   832  9.81 KiB  ████████████████████████

    Size:
      40.0 MiB of JSON
       469 KiB of Parquet: 87.4 times smaller than the JSON

    A query over one hour reads at most:
      40.0 MiB of JSON: all of it
      9.81 KiB of Parquet: dt=2026-11-24/hour=23, the largest hour of this run; 4,175 times less
    ");
}

#[test]
fn a_table_without_partitions() {
    let inputs = vec![input("orders.json", 5 << 20, 5 << 20, counts(50_000, 0))];
    let report = Report {
        table: "orders".into(),
        lake: "lake".into(),
        total: inputs[0].counts,
        inputs,
        partitions: vec![partition("", 50_000, 1 << 20)],
        parquet_bytes: 1 << 20,
        elapsed_ms: 300,
        ..Report::default()
    };
    insta::assert_snapshot!(shown(&ORDERS, &report), @"
    Converted 1 input into lake/orders/ in 300 ms, 16.7 MiB/s of JSON

      input        format    stored   decoded    read  written  rejected
      orders.json  json    5.00 MiB  5.00 MiB  50,000   50,000         0

    Records: read 50,000 = written 50,000 + rejected 0 + late 0 + early 0 + skipped 0

    Partitions: 1 in lake/orders/, 1 file
      partition               rows   parquet
      (the table has none)  50,000  1.00 MiB  ████████████████████████

    Size:
      5.00 MiB of JSON
      1.00 MiB of Parquet: 5.00 times smaller than the JSON

    A query over any period reads at most:
      5.00 MiB of JSON: all of it
      1.00 MiB of Parquet: all of it, as the table is not partitioned by time
    ");
}

#[test]
fn counts_that_do_not_add_up_are_called_a_defect() {
    let report = Report { total: Counts { read: 2, written: 1, ..Counts::default() }, ..two_inputs() };
    assert!(shown(&TRAFFIC, &report).contains("This does not add up"));
}
