//! JSON and typed records give the same lake, for every logical type in every shape.

use arrow_array::{Array, RecordBatch};
use lakebed::feed::typed;
use lakebed::{Batch, Plan, Record, Table};
use lakebed_tests::cases::every_type::EveryType;
use lakebed_tests::cases::every_type::strategy::record;
use lakebed_tests::lake::{self, Bench};
use lakebed_tests::property::cases;
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

/// What a record with many parts can break on once most of it is pushed.
const BAD_CRATES: [&str; 10] = [
    r#"{"number":1,"boxes":{"k":{"items":[{"name":"n","marks":{"1":["lorry"],"2":[],"01":["lorry"]}}]}}}"#,
    r#"{"number":1,"boxes":{"k":{"packed":null,"items":[{"name":"n","weight":1,"marks":{"7":["lorry"],"8":["tractor"]}}]}},"lid":null}"#,
    r#"{"number":1,"boxes":{"k":{"items":[{"name":"n","marks":{}},null,{"weight":1,"marks":{"1":["truck","lorry"]}}]}}}"#,
    r#"{"number":1,"boxes":{"k":{"packed":"1969-07-20T20:17:40.123456Z"}},"lid":{"packed":"yesterday"}}"#,
    r#"{"number":1,"boxes":{},"BOXES":{}}"#,
    r#"{"number":1,"boxes":{"a":{},"a":{}}}"#,
    r#"{"number":4294967296,"boxes":{"a":{"items":[null,null]}}}"#,
    r#"{"number":1,"boxes":{"a":{"items":[{"name":"n","marks":{"x":[]}}]}}}"#,
    r#"{"number":1,"boxes":{"a":{"items":[{"name":"n","marks":{}}, tru]}}}"#,
    r#"7"#,
];

/// A record that is refused at the end of its last list.
fn refused(record: &EveryType, fault: &str) -> String {
    let text = serde_json::to_string(record).expect("a record of JSON");
    let head = text.strip_suffix("]}").expect("the crates stand last");
    let comma = if record.crates.is_empty() { "" } else { "," };
    format!("{head}{comma}{fault}]}}\n")
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn json_and_typed_records_give_the_same_columns(records in vec(record(), 1..14)) {
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
    #[test]
    fn a_record_refused_half_way_leaves_no_trace(
        records in vec((record(), prop::option::of(0..BAD_CRATES.len())), 1..14)
    ) {
        let table = every_type();
        let bench = Bench::new();
        let text = |(record, fault): &(EveryType, Option<usize>)| match fault {
            Some(fault) => refused(record, BAD_CRATES[*fault]),
            None => lines(std::slice::from_ref(record)),
        };
        let mixed = bench.input("mixed.json", records.iter().map(text).collect::<String>());
        let good: Vec<EveryType> =
            records.iter().filter(|(_, fault)| fault.is_none()).map(|(record, _)| record.clone()).collect();
        let report = bench.convert(&table, &[mixed], "mixed", |_| {});
        prop_assert_eq!(report.total.written, good.len() as u64, "{:?}", report.rejects);
        prop_assert_eq!(report.total.rejected, (records.len() - good.len()) as u64);
        prop_assert_eq!(lake::rejects(&bench.lake("mixed"), &table.name).len() as u64, report.total.rejected);
        let alone = bench.convert(&table, &[bench.input("good.json", lines(&good))], "good", |_| {});
        prop_assert_eq!(report.floored_times, alone.floored_times);
        prop_assert_eq!(report.rounded_decimals, alone.rounded_decimals);
        // Names hold the hash of the input; the bytes are the same.
        let bytes = |name| lake::files(&bench.lake(name).join(&table.name)).into_values().collect::<Vec<_>>();
        prop_assert!(bytes("mixed") == bytes("good"), "the files differ");
    }
}
