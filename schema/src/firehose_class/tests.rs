use super::FirehoseClass::{Equal, FirehoseRefuses, FirehoseStoresAnother, OursIsStricter};
use super::*;
use crate::def::TimeUnit;
use crate::logical_type::{Element, EnumWord};
use crate::table::{Scalar, TimeFormat};

fn class(column: Column) -> FirehoseClass {
    worst(&classify(&Table::new("t", vec![column])))
}

fn of_type(ty: LogicalType) -> FirehoseClass {
    class(Column { nullable: true, ..Column::new("a", ty) })
}

fn timestamp(instant: bool, offset: bool) -> LogicalType {
    LogicalType::Timestamp { unit: TimeUnit::Millis, instant, offset }
}

fn list(ty: LogicalType, nullable: bool, length: Option<u64>) -> LogicalType {
    LogicalType::List { element: Box::new(Element { ty, nullable }), length }
}

fn map(key: LogicalType) -> LogicalType {
    LogicalType::Map {
        key: Box::new(key),
        value: Box::new(Element { ty: LogicalType::Int8, nullable: true }),
    }
}

fn record(member: Column) -> LogicalType {
    LogicalType::Struct { columns: vec![Column { nullable: true, ..member }] }
}

#[test]
fn every_type() {
    let word = |aliases: &[&str]| EnumWord {
        word: "a".into(),
        aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
    };
    let renamed = Column { key: "B".into(), ..Column::new("x", LogicalType::Int8) };
    for (ty, expected) in [
        (LogicalType::Boolean, Equal),
        (LogicalType::Int8, Equal),
        (LogicalType::Int16, Equal),
        (LogicalType::Int32, Equal),
        (LogicalType::Int64, Equal),
        (LogicalType::UInt8, OursIsStricter),
        (LogicalType::UInt16, OursIsStricter),
        (LogicalType::UInt32, OursIsStricter),
        (LogicalType::Float32, Equal),
        (LogicalType::Float64, Equal),
        (LogicalType::Decimal { precision: 9, scale: 2 }, Equal),
        (LogicalType::String, Equal),
        (LogicalType::Char, OursIsStricter),
        (LogicalType::Uuid, FirehoseStoresAnother),
        (LogicalType::Enum(vec![word(&[])]), OursIsStricter),
        (LogicalType::Enum(vec![word(&["b"])]), FirehoseStoresAnother),
        (LogicalType::Json, FirehoseStoresAnother),
        (LogicalType::Binary, FirehoseRefuses),
        (LogicalType::Date, Equal),
        (timestamp(true, false), Equal),
        (timestamp(true, true), FirehoseRefuses),
        (timestamp(false, false), FirehoseRefuses),
        (list(LogicalType::Int8, true, None), Equal),
        (list(LogicalType::Int8, false, None), OursIsStricter),
        (list(LogicalType::Int8, true, Some(2)), OursIsStricter),
        (list(LogicalType::Json, true, None), FirehoseStoresAnother),
        (map(LogicalType::Int32), Equal),
        (map(LogicalType::String), FirehoseStoresAnother),
        (record(Column::new("x", LogicalType::Int8)), Equal),
        (record(renamed), FirehoseStoresAnother),
    ] {
        assert_eq!(of_type(ty.clone()), expected, "{}", ty.name());
    }
}

#[test]
fn every_word() {
    let int = || Column { nullable: true, ..Column::new("a", LogicalType::Int16) };
    let time = |formats: Vec<TimeFormat>| {
        let mut column = Column { nullable: true, ..Column::new("a", timestamp(true, false)) };
        column.rules.time = formats;
        class(column)
    };
    assert_eq!(class(Column { key: "Sleutel".into(), ..int() }), Equal);
    assert_eq!(class(Column { aliases: vec!["b".into()], ..int() }), FirehoseStoresAnother);
    assert_eq!(class(Column { nullable: false, ..int() }), OursIsStricter);
    assert_eq!(class(Column { nullable: false, default: true, ..int() }), Equal);
    let mut column = int();
    column.rules.null_if = vec![Scalar::Int(252)];
    assert_eq!(class(column), FirehoseStoresAnother);
    let mut column = int();
    column.rules.null_with = Some("b".into());
    assert_eq!(class(column), FirehoseStoresAnother);
    let mut column = int();
    column.rules.decimal_comma = true;
    assert_eq!(class(column), FirehoseRefuses);
    let mut column = Column { nullable: true, ..Column::new("a", timestamp(true, false)) };
    column.rules.null_if = vec![Scalar::Text("unknown".into())];
    assert_eq!(class(column), FirehoseRefuses);
    assert_eq!(time(vec![TimeFormat::Rfc3339]), FirehoseRefuses);
    assert_eq!(time(vec![TimeFormat::EpochSeconds]), OursIsStricter);
    assert_eq!(time(vec![TimeFormat::EpochMillis]), FirehoseStoresAnother);
    assert_eq!(time(vec![TimeFormat::EpochSeconds, TimeFormat::EpochMillis]), OursIsStricter);
    assert_eq!(time(vec![TimeFormat::Pattern("d/M/yyyy HH:mm".into())]), FirehoseRefuses);
    assert_eq!(time(vec![TimeFormat::Pattern("yyyyMMddHHmm".into())]), FirehoseStoresAnother);
}

#[test]
fn every_reason_is_one_sentence_without_a_full_stop() {
    let mut column = Column::new("a", list(timestamp(true, true), false, Some(3)));
    column.rules.time = vec![TimeFormat::Rfc3339, TimeFormat::EpochMillis];
    for class in classify(&Table::new("t", vec![column])) {
        for rule in class.rules {
            assert!(!rule.why.ends_with('.') && !rule.why.contains(". "), "{rule:?}");
        }
    }
}
