//! Records that hold little of what their table could, and keys of every length.

use super::Scanner;
use super::tests::{Random, check, column};
use crate::batch::Batch;
use crate::convert::Limits;
use crate::plan::Plan;
use crate::semantics::Semantics;
use crate::testing::{list, optional, plan};
use lakebed_schema::{Column, LogicalType as Type, Rules, Scalar, Table};

fn decimal() -> Type {
    Type::Decimal { precision: 9, scale: 2 }
}

/// Members that are read straight into their columns, some of them deep within records that may be missing.
fn table() -> Table {
    let deep = vec![optional("n", Type::Int32), optional("price", decimal())];
    let inner = vec![
        optional("n", Type::Int64),
        optional("name", Type::String),
        optional("deep", Type::Struct { columns: deep }),
        optional("flat", Type::Struct { columns: vec![optional("share", Type::Float64)] }),
    ];
    let class = vec![
        Column::new("id", Type::Int32),
        optional("n", Type::Int32),
        optional("name", Type::String),
        optional("price", decimal()),
    ];
    let sentinel = Rules { null_if: vec![Scalar::Int(252)], ..Rules::default() };
    let columns = vec![
        Column::new("id", Type::Int64),
        optional("a", Type::Int32),
        column("speed", Type::Int32, sentinel),
        column("mean", Type::Int32, Rules { null_with: Some("speed".into()), ..Rules::default() }),
        optional("name", Type::String),
        optional("on", Type::Boolean),
        optional("price", decimal()),
        optional("day", Type::Date),
        column(
            "inner",
            Type::Struct { columns: inner },
            Rules { null_with: Some("speed".into()), ..Rules::default() },
        ),
        optional("classes", list(Type::Struct { columns: class }, true)),
        optional("matrix", list(list(Type::Int32, true), true)),
        optional("z", Type::Int32),
    ];
    Table::new("t", columns)
}

fn value(name: &str, random: &mut Random, share: usize) -> String {
    let odd = random.below(400) == 0;
    match name {
        "id" | "n" | "a" | "z" => {
            random.one(if odd { &["x", "null", "1.5"] } else { &["1", "42", "700", "12345"] }).into()
        }
        "speed" | "mean" => random.one(&["7", "252", "90"]).into(),
        "name" => random
            .one(if odd { &["1", "\"\\u00\""] } else { &["\"a\"", "\"b c\"", "\"\\u00e9\"", "\"\""] })
            .into(),
        "on" => random.one(&["true", "false"]).into(),
        "price" => random.one(if odd { &["\"x\""] } else { &["1.25", "3"] }).into(),
        "share" => random.one(&["0.5", "2"]).into(),
        "day" => "\"2026-11-23\"".into(),
        "inner" => object(&["n", "name", "deep", "flat"], random, share),
        "deep" => object(&["n", "price"], random, share),
        "flat" => object(&["share"], random, share),
        "classes" => {
            let items: Vec<String> = (0..random.below(3))
                .map(|id| {
                    let rest = object(&["n", "name", "price"], random, share);
                    let rest = rest.trim_start_matches('{');
                    format!("{{\"id\": {id}{}{rest}", if rest == "}" { "" } else { ", " })
                })
                .collect();
            format!("[{}]", items.join(", "))
        }
        _ => random.one(&["[[1, 2], []]", "[]", "[null]"]).into(),
    }
}

/// An object with each of the keys in so many of a hundred.
fn object(keys: &[&str], random: &mut Random, share: usize) -> String {
    let mut members = Vec::new();
    for key in keys {
        if random.chance(share) {
            let is_null = random.chance(4);
            let value = if is_null { "null".into() } else { value(key, random, share) };
            members.push(format!("\"{key}\": {value}"));
        }
    }
    format!("{{{}}}", members.join(", "))
}

#[test]
fn columns_that_records_leave_out_catch_up() {
    let table = table();
    let keys: Vec<&str> = table.columns.iter().skip(1).map(|column| column.key.as_str()).collect();
    for semantics in [Semantics::Schema, Semantics::Strict] {
        let plan = Plan::compile_with(&table, semantics).unwrap();
        for seed in 0..120_u64 {
            let mut random = Random(seed);
            let share = [1, 5, 20, 60, 95][random.below(5)];
            let mut input = String::new();
            for id in 0..random.below(900) {
                let rest = object(&keys, &mut random, share);
                let rest = rest.trim_start_matches('{');
                let comma = if rest == "}" { "" } else { ", " };
                input.push_str(&format!("{{\"id\": {id}{comma}{rest}\n"));
            }
            let cuts: Vec<usize> = (0..20).map(|_| 1 + random.below(6000)).collect();
            check(&plan, Limits::default(), input.as_bytes(), &[], &format!("{semantics:?} {seed}"));
            check(&plan, Limits::default(), input.as_bytes(), &cuts, &format!("{semantics:?} {seed}"));
        }
    }
}

#[test]
fn integers_stand_behind_keys_of_every_length() {
    let numbers = [
        "0",
        "7",
        "42",
        "700",
        "1234",
        "12345",
        "1234567",
        "12345678",
        "123456789",
        "123456789012345",
        "1234567890123456",
        "9223372036854775807",
        "9223372036854775808",
        "-5",
        "00",
        "01",
        "-",
        "",
        "4x",
        "1:",
        "0/",
    ];
    for length in 1..=70 {
        let key = "k".repeat(length);
        let plan = plan(vec![optional(&key, Type::Int64), optional("b", Type::Int16)]);
        let mut input = String::new();
        let mut random = Random(length as u64);
        for turn in 0..120 {
            let quote = if turn / 30 % 2 == 0 { "" } else { "\"" };
            let usual = if random.chance(70) { 9 } else { numbers.len() };
            let [first, second] = [usual, 4].map(|most| random.one(&numbers[..most]));
            // The other key, of another length, makes this one stand behind a number too.
            let separator = if random.chance(95) { ", " } else { "," };
            input.push_str(&format!(
                "{{\"b\": {quote}{second}{quote}{separator}\"{key}\": {quote}{first}{quote}}}\n"
            ));
        }
        check(&plan, Limits::default(), input.as_bytes(), &[], &format!("key of {length}"));
    }
}

#[test]
fn what_a_panic_left_half_done_is_gone_after_a_restart() {
    let plan =
        plan(vec![optional("name", Type::String), optional("price", decimal()), optional("n", Type::Int32)]);
    // Records at the very end of a block are left to the general decoder.
    let room = " ".repeat(200);
    let input =
        format!("{{\"name\": \"one\", \"price\": 1.5, \"n\": 1}}\n{{\"name\": \"two\", \"n\": 2}}\n{room}");
    let input = input.as_bytes();
    let read = |breaks: bool| {
        let mut scanner = Scanner::new(&plan, Limits::default()).unwrap();
        let mut batch = Batch::new(&plan, 0);
        scanner.scan(input, 0, 0, &mut batch);
        assert_eq!(batch.rows().len(), 2);
        if breaks {
            // As a panic between the two would leave it: staged, and in no column.
            scanner.stage_rows(input, 0, &mut batch);
        }
        scanner.restart();
        batch.restart(0);
        scanner.scan(input, 0, 0, &mut batch);
        batch.split(&plan).unwrap()
    };
    let whole = read(false);
    assert_eq!(whole.iter().map(|(_, rows)| rows.num_rows()).sum::<usize>(), 2);
    assert_eq!(read(true), whole);
}
