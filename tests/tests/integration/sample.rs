//! Sample records are records: the decoder stores every one of them, whatever the table.

use crate::json_schema::{Case, validated};
use crate::readers::table as stock;
use crate::round_trip::with_commas;
use lakebed::{Column, Element, LogicalType, ReadRecord, Record as _, Rules, Table, read};
use lakebed_cli::domain::{Measurement, MeasuringPoint, Snapshot};
use lakebed_schema::sample::{SampleOptions, Sampler};
use lakebed_tests::cases::every_type::EveryType;
use lakebed_tests::lake::{self, Bench};
use lakebed_tests::property::cases;
use proptest::prelude::*;
use serde::Serialize;

// Any valid table: what the properties of the schema are tested with.
#[path = "../../../schema/tests/properties/strategy.rs"]
#[allow(dead_code, clippy::wildcard_enum_match_arm, reason = "shared with other tests, which say why")]
pub(crate) mod strategy;

fn every_type() -> Table {
    Table::try_from(EveryType::TABLE).unwrap_or_else(|problems| panic!("{problems}"))
}

fn lines(table: &Table, options: &SampleOptions) -> String {
    let sampler = Sampler::new(table, options.clone()).unwrap_or_else(|findings| panic!("{findings}"));
    let mut lines = String::new();
    for row in 0..options.rows {
        sampler.write(row, &mut lines);
        lines.push('\n');
    }
    lines
}

fn all_are_stored(table: &Table, options: &SampleOptions) -> Result<(), TestCaseError> {
    let bench = Bench::new();
    let text = lines(table, options);
    let report = bench.convert(table, &[bench.input("in.json", &text)], "lake", |_| {});
    prop_assert_eq!(report.total.written, options.rows, "{:?}\n{}", report.rejects, text);
    prop_assert_eq!(report.total.read, options.rows);
    Ok(())
}

/// A table that takes canonical records: no spelling of time of its own.
fn plain(table: &Table) -> Table {
    fn columns(all: &[Column]) -> Vec<Column> {
        let column = |column: &Column| Column {
            ty: ty(&column.ty),
            rules: Rules { time: Vec::new(), ..column.rules.clone() },
            ..column.clone()
        };
        all.iter().map(column).collect()
    }
    fn element(inner: &Element) -> Box<Element> {
        Box::new(Element { ty: ty(&inner.ty), nullable: inner.nullable })
    }
    #[allow(clippy::wildcard_enum_match_arm, reason = "scalars have no rules of their own")]
    fn ty(of: &LogicalType) -> LogicalType {
        match of {
            LogicalType::List { element: inner, length } => {
                LogicalType::List { element: element(inner), length: *length }
            }
            LogicalType::Map { key, value } => LogicalType::Map { key: key.clone(), value: element(value) },
            LogicalType::Struct { columns: all } => LogicalType::Struct { columns: columns(all) },
            scalar => scalar.clone(),
        }
    }
    Table { columns: columns(&table.columns), ..table.clone() }
}

/// Records as their producers spell them, and the same ones as canonical JSON, give the same lake.
fn canonical_ones_are_the_same(table: &Table, options: &SampleOptions) -> Result<(), TestCaseError> {
    let bench = Bench::new();
    let rows = |table: &Table, name: &str, text: &str| {
        let report = bench.convert(table, &[bench.input("in.json", text)], name, |_| {});
        prop_assert_eq!(report.total.written, options.rows, "{:?}\n{}", report.rejects, text);
        Ok(lake::rows(&bench.lake(name), table))
    };
    let raw = rows(table, "raw", &lines(table, options))?;
    let canonical = lines(table, &SampleOptions { canonical: true, ..options.clone() });
    prop_assert_eq!(raw, rows(&plain(table), "canonical", &canonical)?, "{}", canonical);
    Ok(())
}

fn options() -> impl Strategy<Value = SampleOptions> {
    // Windows of a moment to some years, anywhere in the years 1 to 9999.
    let window = (-62_135_596_800_i64..253_302_300_799, 1..100_000_000_i64);
    (any::<u64>(), 1..12_u64, window, 1..9_u64, 0.0..0.5, 0.0..0.5, prop_oneof![Just(0.0), 0.0..0.9])
        .prop_map(|(seed, rows, (from, seconds), keys, nulls, sentinels, edges)| SampleOptions {
            rows,
            seed,
            from,
            to: from + seconds,
            keys,
            nulls,
            sentinels,
            edges,
            ..SampleOptions::default()
        })
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn samples_of_every_type_are_stored(options in options()) {
        all_are_stored(&every_type(), &options)?;
    }

    #[test]
    fn samples_of_the_stock_tables_are_stored(options in options()) {
        for name in ["traffic_measurement", "traffic_snapshot", "measuring_point"] {
            all_are_stored(&stock(name), &options)?;
        }
    }

    #[test]
    fn samples_of_any_table_are_stored(table in strategy::table(), options in options()) {
        all_are_stored(&table, &options)?;
    }

    #[test]
    fn canonical_samples_are_the_same_rows(table in strategy::table(), options in options()) {
        canonical_ones_are_the_same(&table, &options)?;
    }

    #[test]
    fn broken_records_are_refused_and_no_other(options in options()) {
        for table in [every_type(), stock("traffic_measurement"), stock("measuring_point")] {
            let bench = Bench::new();
            let all = lines(&table, &SampleOptions { broken: 1.0, ..options.clone() });
            let report = bench.convert(&table, &[bench.input("in.json", &all)], "all", |_| {});
            prop_assert_eq!((report.total.read, report.total.written), (options.rows, 0), "{}", all);
        }
    }
}

#[test]
fn canonical_samples_of_known_tables_are_the_same_rows() {
    for name in ["traffic_measurement", "traffic_snapshot", "measuring_point", ""] {
        let table = if name.is_empty() { every_type() } else { stock(name) };
        let options = SampleOptions { rows: 400, sentinels: 0.2, edges: 0.1, ..SampleOptions::default() };
        canonical_ones_are_the_same(&table, &options).unwrap_or_else(|error| panic!("{error}"));
    }
}

/// Bounds, patterns and lengths that the types declare hold; the generated schemas say so, by a validator of others.
#[test]
fn samples_fit_the_generated_json_schemas() {
    let tables = ["traffic_measurement", "traffic_snapshot", "measuring_point"].map(stock);
    let cases = |broken: f64| -> Vec<Case> {
        let options =
            SampleOptions { rows: 300, sentinels: 0.2, edges: 0.1, broken, ..SampleOptions::default() };
        let of_table = |(number, table)| {
            let case = |record: &str| Case { table: number, record: record.to_owned() };
            lines(table, &options).lines().map(case).collect::<Vec<_>>()
        };
        tables.iter().enumerate().flat_map(of_table).collect()
    };
    let sound = cases(0.0);
    let refused: Vec<_> = validated(&tables, &sound)
        .iter()
        .zip(&sound)
        .filter(|(fits, _)| !**fits)
        .map(|(_, case)| &case.record)
        .collect();
    assert_eq!(refused, [""; 0]);
    let (mut missing, mut refused) = (0, 0);
    let broken = cases(1.0);
    for (fits, case) in validated(&tables, &broken).iter().zip(&broken) {
        // A key that comes twice is gone before a validator sees the record.
        let twice = case.record.matches("\"unieke_id\":").count() == 2;
        assert!(!fits || twice, "{}", case.record);
        missing += usize::from(!case.record.contains("\"unieke_id\":"));
        refused += usize::from(!fits);
    }
    assert!(missing > 10 && refused > 500, "{missing} {refused}");
}

#[test]
fn some_records_are_broken_when_some_are_asked_for() {
    let bench = Bench::new();
    let table = stock("traffic_measurement");
    let options = SampleOptions { rows: 2000, broken: 0.1, ..SampleOptions::default() };
    let input = bench.input("in.json", lines(&table, &options));
    let report = bench.convert(&table, &[input], "lake", |_| {});
    assert_eq!(report.total.read, 2000);
    assert!((150..=250).contains(&report.total.rejected), "{:?}", report.total);
}

/// Samples into a lake, out of it as typed records, and what serde writes of those, in the spelling of the wire, into
/// another: the same records.
fn there_and_back<T: ReadRecord + Serialize>(nulls: f64, wire: impl Fn(&str) -> String) {
    let bench = Bench::new();
    let table = Table::try_from(T::TABLE).unwrap_or_else(|problems| panic!("{problems}"));
    let options = SampleOptions { rows: 300, seed: 5, nulls, ..SampleOptions::default() };
    let through = |name: &str, text: &str| -> String {
        let report = bench.convert(&table, &[bench.input(&format!("{name}.json"), text)], name, |_| {});
        assert_eq!(report.total.written, 300, "{:?}", report.rejects);
        let records = read::<T>(&bench.lake(name))
            .map(|record| record.unwrap_or_else(|error| panic!("{name}: {error}")));
        records.map(|record| serde_json::to_string(&record).expect("a record of JSON") + "\n").collect()
    };
    let first = through("first", &lines(&table, &options));
    assert_eq!(first.lines().count(), 300);
    assert_eq!(through("second", &first.lines().map(|line| wire(line) + "\n").collect::<String>()), first);
}

#[test]
fn samples_come_back_as_typed_records() {
    there_and_back::<Measurement>(0.2, str::to_owned);
    there_and_back::<Snapshot>(0.2, str::to_owned);
    there_and_back::<MeasuringPoint>(0.2, |line| {
        with_commas(serde_json::from_str(line).expect("a record of JSON")).to_string()
    });
    // Columns of a flattened `Option` are there together or not at all, which a table does not tell.
    there_and_back::<EveryType>(0.0, str::to_owned);
}
