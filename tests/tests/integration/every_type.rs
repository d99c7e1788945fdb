//! JSON and typed records give the same lake, for every logical type in every shape.

use arrow_array::{Array, RecordBatch};
use lakebed::feed::typed;
use lakebed::{Batch, Plan, Record, Table};
use lakebed_tests::cases::every_type::EveryType;
use lakebed_tests::cases::every_type::strategy::record;
use lakebed_tests::lake::{self, Bench};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn every_type() -> Table {
    Table::try_from(EveryType::TABLE).unwrap_or_else(|problems| panic!("{problems}"))
}

fn lines(records: &[EveryType]) -> String {
    records.iter().map(|record| serde_json::to_string(record).expect("a record of JSON") + "\n").collect()
}

/// Typed records as rows by partition.
fn typed_rows(table: &Table, records: &[EveryType]) -> (BTreeMap<String, RecordBatch>, lakebed::Stats) {
    let plan = Plan::compile(table).expect("a sound table");
    let mut batch = Batch::new(&plan, 0);
    for record in records {
        typed::append(record, &plan, &mut batch).unwrap_or_else(|reject| panic!("{}", reject.message()));
    }
    let stats = batch.stats();
    (batch.split(&plan).expect("a batch").into_iter().collect(), stats)
}

fn same_columns(path: &str, left: &RecordBatch, right: &RecordBatch) {
    assert_eq!(left.num_rows(), right.num_rows(), "{path}");
    assert_eq!(left.num_columns(), right.num_columns(), "{path}");
    let fields = left.schema();
    for (index, field) in fields.fields().iter().enumerate() {
        let (one, other) = (left.column(index), right.column(index));
        assert_eq!(field, &right.schema().fields()[index], "{path}");
        for row in 0..one.len() {
            assert_eq!(&one.slice(row, 1), &other.slice(row, 1), "{path} {} in row {row}", field.name());
        }
    }
}

fn same_rows(table: &Table, lake: &std::path::Path, expected: &BTreeMap<String, RecordBatch>) {
    let found = lake::rows(lake, table);
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (path, batches) in &found {
        assert_eq!(batches.len(), 1, "one file with one row group in {path}");
        same_columns(path, &batches[0], &expected[path]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_and_typed_records_give_the_same_columns(records in vec(record(), 1..24)) {
        let table = every_type();
        let bench = Bench::new();
        let input = bench.input("in.json", lines(&records));
        let report = bench.convert(&table, &[input], "lake", |_| {});
        prop_assert_eq!(report.total.written, records.len() as u64, "{:?}", report.rejects);
        let (expected, stats) = typed_rows(&table, &records);
        same_rows(&table, &bench.lake("lake"), &expected);
        prop_assert_eq!(report.floored_times, stats.floored_times);
        prop_assert_eq!(report.rounded_decimals, stats.rounded_decimals);
    }
}
