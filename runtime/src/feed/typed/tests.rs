use super::{RowAppender, append_with};
use crate::batch::Batch;
use crate::columns::Columns;
use crate::convert::Limits;
use crate::feed::json::JsonDecoder;
use crate::plan::Plan;
use crate::reject::Rejects;
use crate::testing::{list, map, optional, plan, value};
use crate::{Column, Element, LogicalType as Type, Partition, PartitionBy, RowSink, Rules, Scalar, Table};
use arrow_array::ArrayRef;
use lakebed_schema::layout::Layout;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Small numbers from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

fn leaf(dice: &mut Dice) -> Type {
    let types = [
        Type::Boolean,
        Type::Int8,
        Type::Int64,
        Type::Float64,
        Type::Decimal { precision: 9, scale: 2 },
        Type::String,
        Type::Binary,
    ];
    types[dice.roll(types.len())].clone()
}

fn random_type(dice: &mut Dice, depth: usize) -> Type {
    match dice.roll(if depth == 0 { 2 } else { 7 }) {
        0 | 1 => leaf(dice),
        2 | 3 => list(random_type(dice, depth - 1), true),
        4 => Type::Map {
            key: Box::new(Type::String),
            value: Box::new(Element { ty: random_type(dice, depth - 1), nullable: true }),
        },
        _ => Type::Struct { columns: random_columns(dice, depth - 1) },
    }
}

/// Columns whose second, if there is one, is null where the first held the sentinel 7.
fn random_columns(dice: &mut Dice, depth: usize) -> Vec<Column> {
    let count = 1 + dice.roll(4);
    let mut columns: Vec<Column> =
        (0..count).map(|i| optional(&format!("c{i}"), random_type(dice, depth))).collect();
    if columns.len() > 1 && columns[0].ty == Type::Int8 {
        columns[0].rules = Rules { null_if: vec![Scalar::Int(7)], ..Rules::default() };
        columns[1].rules = Rules { null_with: Some("c0".into()), ..Rules::default() };
    }
    columns
}

fn random_value(dice: &mut Dice, ty: &Type) -> Value {
    if dice.roll(6) == 0 {
        return Value::Null;
    }
    #[allow(clippy::wildcard_enum_match_arm, reason = "a test helper knows the types it makes")]
    match ty {
        Type::Boolean => json!(dice.roll(2) == 0),
        Type::Int8 => json!(dice.roll(10)),
        Type::Int64 => json!(dice.roll(1 << 20)),
        Type::Float64 => json!(dice.roll(1000) as f64 / 8.0),
        Type::Decimal { .. } => json!(dice.roll(100_000) as f64 / 8.0),
        Type::String => json!("x\n".repeat(dice.roll(4))),
        Type::Binary => json!("AAAA".repeat(dice.roll(3))),
        Type::List { element, .. } => (0..dice.roll(4)).map(|_| random_value(dice, &element.ty)).collect(),
        Type::Map { value, .. } => {
            let entries = (0..dice.roll(4)).map(|i| (format!("k{i}"), random_value(dice, &value.ty)));
            Value::Object(entries.collect())
        }
        Type::Struct { columns } => random_record(dice, columns),
        other => panic!("{other:?}"),
    }
}

fn random_record(dice: &mut Dice, columns: &[Column]) -> Value {
    let mut record = Map::new();
    for column in columns {
        let value = random_value(dice, &column.ty);
        // Null and absent are the same.
        if dice.roll(5) > 0 {
            record.insert(column.key.clone(), value);
        }
    }
    Value::Object(record)
}

/// Pushes a record as the derive does; the leaf whose turn it is when `fault` reaches 0 is refused.
fn push_record(sink: &mut RowAppender<'_>, columns: &[Column], record: &Value, fault: &mut usize) {
    for column in columns {
        push(sink, &column.ty, record.get(&column.key).unwrap_or(&Value::Null), fault);
    }
}

fn push(sink: &mut RowAppender<'_>, ty: &Type, value: &Value, fault: &mut usize) {
    *fault = fault.wrapping_sub(1);
    if *fault == 0 && ty.is_scalar() {
        return sink.refuse("something else", "this");
    }
    match (ty, value) {
        (_, Value::Null) => sink.null(),
        (Type::Boolean, value) => sink.bool(value.as_bool().unwrap()),
        (Type::Int8 | Type::Int64, value) => sink.int(value.as_i64().unwrap()),
        (Type::Float64, value) => sink.float64(value.as_f64().unwrap()),
        (Type::Decimal { .. }, value) => sink.decimal((value.as_f64().unwrap() * 1000.0) as i128, 3),
        (Type::String, value) => sink.text(value.as_str().unwrap()),
        (Type::Binary, value) => sink.binary(&vec![0; value.as_str().unwrap().len() / 4 * 3]),
        (Type::List { element, .. }, Value::Array(values)) => {
            sink.begin_list(values.len());
            values.iter().for_each(|value| push(sink, &element.ty, value, fault));
            sink.end_list();
        }
        (Type::Map { value: element, .. }, Value::Object(entries)) => {
            sink.begin_map(entries.len());
            for (key, value) in entries {
                sink.text(key);
                push(sink, &element.ty, value, fault);
            }
            sink.end_map();
        }
        (Type::Struct { columns }, record) => {
            sink.begin_struct();
            push_record(sink, columns, record, fault);
            sink.end_struct();
        }
        (ty, value) => panic!("{ty:?} {value}"),
    }
}

fn typed(
    plan: &Plan,
    columns: &[Column],
    records: &[(Value, usize)],
    refused: &mut Vec<usize>,
) -> Vec<ArrayRef> {
    let mut batch = Batch::new(plan, 0);
    for (number, (record, fault)) in records.iter().enumerate() {
        let mut fault = *fault;
        if append_with(plan, &mut batch, |sink| push_record(sink, columns, record, &mut fault)).is_err() {
            refused.push(number);
        }
    }
    batch.columns.finish().unwrap()
}

fn json(plan: &Plan, lines: &[String]) -> Vec<ArrayRef> {
    let mut batch = Batch::new(plan, 0);
    let input = lines.join("\n");
    let mut decoder = JsonDecoder::new(plan, Limits::default());
    decoder.decode(input.as_bytes(), 0, true, &mut batch, &mut Rejects::default());
    batch.columns.finish().unwrap()
}

/// A line with a fault planted behind one of its colons, commas or brackets.
fn plant(line: &str, dice: &mut Dice) -> String {
    let inside = &line.as_bytes()[..line.len() - 1];
    let places: Vec<usize> =
        inside.iter().enumerate().filter(|(_, b)| b":,[{]}".contains(b)).map(|(i, _)| i + 1).collect();
    let at = places[dice.roll(places.len())];
    let broken = ["!", "tru", "\"open", "01", "{]", "\u{1}"][dice.roll(6)];
    format!("{}{broken}{}", &line[..at], &line[at..])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    /// A record that is refused half-way leaves no trace in any column.
    #[test]
    fn refused_records_leave_no_trace(seed: u64) {
        let mut dice = Dice(seed);
        let columns = random_columns(&mut dice, 3);
        let plan = plan(columns.clone());
        let count = dice.roll(12);
        let records: Vec<(Value, usize)> = (0..count)
            .map(|_| (random_record(&mut dice, &columns), if dice.roll(2) == 0 { 0 } else { 1 + dice.roll(20) }))
            .collect();

        let mut refused = Vec::new();
        let arrays = typed(&plan, &columns, &records, &mut refused);
        let sound: Vec<(Value, usize)> = records.iter().enumerate()
            .filter(|(number, _)| !refused.contains(number))
            .map(|(_, (record, _))| (record.clone(), 0))
            .collect();
        prop_assert_eq!(&arrays, &typed(&plan, &columns, &sound, &mut Vec::new()));

        // The same records as JSON, with broken ones planted between them.
        let mut lines = Vec::new();
        let mut sound_lines = Vec::new();
        for (record, _) in &sound {
            let line = record.to_string();
            for _ in 0..dice.roll(3) {
                lines.push(plant(&line, &mut dice));
            }
            sound_lines.push(line.clone());
            lines.push(line);
        }
        let expected = json(&plan, &sound_lines);
        prop_assert_eq!(&arrays, &expected, "typed and JSON differ");
        let found = json(&plan, &lines);
        prop_assert_eq!(&found, &expected, "{:?}", lines);
    }
}

#[test]
fn columns_can_be_used_again_after_they_were_taken() {
    let plan =
        plan(vec![optional("l", list(Type::Struct { columns: vec![optional("a", Type::Int8)] }, true))]);
    let lines = ["{\"l\":[{\"a\":1},{},null]}".to_owned(), "{}".to_owned()];
    let mut batch = Batch::new(&plan, 0);
    let mut decoder = JsonDecoder::new(&plan, Limits::default());
    let mut first = None;
    for _ in 0..3 {
        decoder.decode(lines.join("\n").as_bytes(), 0, true, &mut batch, &mut Rejects::default());
        let parts = batch.split(&plan).unwrap();
        assert_eq!(parts.len(), 1);
        let part = parts[0].1.clone();
        assert_eq!(value(part.column(0), 0), json!([{"a": 1}, {}, null]));
        assert_eq!(&part, first.get_or_insert(part.clone()));
    }
}

#[test]
fn truncation_to_any_row() {
    let plan = plan(vec![optional("s", Type::String), optional("m", map(Type::Int8))]);
    let line = |i: usize| format!("{{\"s\":\"{}\",\"m\":{{\"k\":{i}}}}}", "x".repeat(i));
    let lines: Vec<String> = (0..6).map(|i| if i % 3 == 2 { "{}".into() } else { line(i) }).collect();
    for keep in 0..=6 {
        let mut batch = Batch::new(&plan, 0);
        let mut decoder = JsonDecoder::new(&plan, Limits::default());
        decoder.decode(lines.join("\n").as_bytes(), 0, true, &mut batch, &mut Rejects::default());
        let columns: &mut Columns = &mut batch.columns;
        columns.truncate(keep);
        assert_eq!(columns.rows(), keep);
        assert_eq!(columns.finish().unwrap(), json(&plan, &lines[..keep]));
    }
}

#[test]
fn a_record_without_partition_leaves_no_trace() {
    let mut table =
        Table::new("t", vec![optional("l", list(Type::String, true)), optional("p", Type::String)]);
    let layout = Layout::parse("p={p}", Some("p")).unwrap();
    table.partitions = vec![Partition { by: PartitionBy::Column("p".into()), layout, null: None }];
    let plan = Plan::compile(&table).unwrap();
    let sound = ["{\"l\":[\"a\",\"b\"],\"p\":\"x\"}", "{\"l\":[\"c\"],\"p\":\"y\"}"].map(str::to_owned);
    let bad = ["{\"l\":[\"d\",\"e\"],\"p\":\"x y\"}", "{\"l\":[\"f\"]}"].map(str::to_owned);
    let mixed = [bad[0].clone(), sound[0].clone(), bad[1].clone(), sound[1].clone(), bad[0].clone()];
    assert_eq!(json(&plan, &mixed), json(&plan, &sound));
}

#[test]
fn records_of_another_table_are_refused() {
    let inner = vec![optional("x", Type::Int8), optional("y", Type::Float64)];
    let plan = plan(vec![
        optional("a", Type::Int8),
        optional("l", list(Type::Int8, true)),
        optional("r", Type::Struct { columns: inner }),
        optional("m", map(Type::Int8)),
    ]);
    let push = |sink: &mut RowAppender<'_>| {
        sink.int(1);
        sink.begin_list(2);
        sink.int(2);
        sink.null();
        sink.end_list();
        sink.begin_struct();
        sink.null();
        sink.float64(0.5);
        sink.end_struct();
        sink.begin_map(1);
        sink.text("k");
        sink.int(3);
        sink.end_map();
    };
    let attempts: [fn(&mut RowAppender<'_>); 14] = [
        |_| {},
        |sink| sink.int(300),
        |sink| sink.wide_int(i128::MAX),
        |sink| sink.begin_struct(),
        |sink| (0..5).for_each(|_| sink.null()),
        |sink| (0..3).for_each(|_| sink.null()),
        |sink| sink.binary(b"x"),
        |sink| sink.float64(1.0),
        |sink| sink.float32(1.0),
        |sink| sink.end_list(),
        |sink| sink.end_struct(),
        |sink| {
            sink.null();
            sink.begin_list(1);
            sink.float64(1.0);
            sink.end_list();
            sink.null();
            sink.null();
        },
        |sink| {
            sink.null();
            sink.null();
            sink.begin_struct();
            sink.null();
            sink.end_struct();
            sink.null();
        },
        |sink| {
            (0..3).for_each(|_| sink.null());
            sink.begin_map(1);
            sink.text("k");
            sink.end_map();
        },
    ];
    let mut batch = Batch::new(&plan, 0);
    for (number, attempt) in attempts.into_iter().enumerate() {
        assert!(append_with(&plan, &mut batch, attempt).is_err(), "attempt {number}");
    }
    append_with(&plan, &mut batch, push).unwrap();
    let arrays = batch.columns.finish().unwrap();
    let row: Vec<Value> = arrays.iter().map(|array| value(array, 0)).collect();
    assert_eq!(row, [json!(1), json!([2, null]), json!({"y": 0.5}), json!({"k": 3})]);
}
