use super::*;
use crate::def::TimeUnit;
use crate::layout::Layout;
use crate::table::{Scalar, TimeFormat};

fn table(column: Column, layout: &str) -> Table {
    let partition = Partition {
        layout: Layout::parse(layout, Some(&column.name)).unwrap(),
        by: PartitionBy::Column(column.name.clone()),
        null: None,
    };
    Table { partitions: vec![partition], ..Table::new("t", vec![column]) }
}

fn rule(table: &Table) -> &'static str {
    query(table, Records::Raw).unwrap_err().0[0].rule
}

#[test]
fn what_jq_cannot_compute_names_the_way_out() {
    assert_eq!(rule(&table(Column::new("a", LogicalType::Int64), "a={a}")), "jq-source");
    let mut wide = Column { nullable: true, ..Column::new("a", LogicalType::Int32) };
    wide.rules.null_if = vec![Scalar::Int(i128::from(i64::MAX))];
    assert_eq!(rule(&table(wide, "a={a}")), "jq-source");
    let plain = || table(Column::new("a", LogicalType::String), "a={a}");
    assert_eq!(rule(&Table { records: vec!["x/y".into()], ..plain() }), "jq-records");
    assert_eq!(rule(&Table { xml_json: true, ..plain() }), "jq-xml-json");
    let findings = query(&Table { xml_json: true, ..plain() }, Records::Raw).unwrap_err();
    assert!(findings.to_string().contains("stream.partition_keys = \"lambda\""), "{findings}");
    // The function has unpacked both.
    assert!(
        query(&Table { xml_json: true, records: vec!["x/y".into()], ..plain() }, Records::Canonical).is_ok()
    );
}

#[test]
fn a_query_has_its_limits() {
    let instant = LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false };
    let mut at = Column::new("at", instant);
    at.rules.time = vec![TimeFormat::Pattern("yyyy-MM-dd HH:mm:ss".into()); 40];
    assert_eq!(rule(&table(at, "dt={yyyy}")), "jq-length");
    let segments: Vec<_> = (0..51).map(|n| format!("a{n}={{a}}")).collect();
    let many = table(Column::new("a", LogicalType::Boolean), &segments.join("/"));
    let rules: Vec<_> =
        query(&many, Records::Raw).unwrap_err().0.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["jq-keys", "jq-length"]);
}

#[test]
fn the_time_of_arrival_is_no_key() {
    let mut table = table(Column::new("a", LogicalType::Boolean), "a={a}");
    table.partitions[0] =
        Partition { by: PartitionBy::Arrival, layout: Layout::parse("dt={yyyy}", None).unwrap(), null: None };
    assert_eq!(query(&table, Records::Raw), Ok(String::new()));
}

#[test]
fn texts_of_the_table_cannot_leave_their_quotes() {
    assert_eq!(literal("a\"b\\(1)\n"), r#""a\"b\\(1)\u000a""#);
}
