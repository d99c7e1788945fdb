//! The fast path against the general decoder: same rows, same rejects, same counts.

use crate::convert::Limits;
use crate::plan::Plan;
use crate::semantics::Semantics;
use crate::testing::{general_in, json_in, list, map, optional, plan};
use lakebed_schema::layout::Layout;
use lakebed_schema::{
    Column, EnumWord, LogicalType as Type, Partition, PartitionBy, Rules, Scalar, Table, TimeUnit,
};

pub(super) fn column(name: &str, ty: Type, rules: Rules) -> Column {
    Column { rules, ..optional(name, ty) }
}

fn time(instant: bool) -> Type {
    Type::Timestamp { unit: TimeUnit::Millis, instant, offset: true }
}

/// One column of each kind that is read in its own way, records and lists of them.
fn table() -> Table {
    let null_if = |value: Scalar| Rules { null_if: vec![value], ..Rules::default() };
    let class = vec![
        Column::new("id", Type::UInt8),
        column("speed", Type::Int32, null_if(Scalar::Int(252))),
        column("mean", Type::Int32, Rules { null_with: Some("speed".into()), ..Rules::default() }),
        optional("exact", Type::Decimal { precision: 9, scale: 2 }),
        optional("words", list(Type::String, true)),
    ];
    let words = ["on", "off"].map(|word| EnumWord { word: word.into(), aliases: vec![format!("{word}!")] });
    let computed = vec![optional("share", Type::Float64), optional("load", Type::Float32)];
    let columns = vec![
        Column::new("at", time(true)),
        optional("local", time(false)),
        column("name", Type::String, null_if(Scalar::Text("-".into()))),
        optional("n", Type::Int64),
        optional("small", Type::Int8),
        column("count", Type::Int32, null_if(Scalar::Int(-1))),
        optional("valid", Type::Boolean),
        optional("state", Type::Enum(words.to_vec())),
        optional("day", Type::Date),
        optional("uuid", Type::Uuid),
        optional("raw", Type::Json),
        optional("tags", map(Type::Int32)),
        optional("classes", list(Type::Struct { columns: class }, true)),
        optional("computed", Type::Struct { columns: computed }),
        optional("matrix", list(list(Type::Int32, true), true)),
        column("coded", Type::Int32, null_if(Scalar::Text("-".into()))),
        column("with", Type::Boolean, Rules { null_with: Some("count".into()), ..Rules::default() }),
    ];
    Table::new("t", columns)
}

/// A small generator of numbers, the same on every machine.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most.max(1)
    }

    pub(super) fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

const INTS: &[&str] = &[
    "0",
    "1",
    "17",
    "252",
    "-1",
    "-5",
    "127",
    "128",
    "-128",
    "2147483647",
    "2147483648",
    "1234567890123456789",
    "999999999999999999",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "12.0",
    "1e2",
    "007",
    "-0",
    "-",
    "+5",
    "\"5\"",
    "\"-7\"",
    "\"007\"",
    "\"\"",
    "\"x\"",
    "\" 5\"",
    "null",
    "true",
    "[]",
    "{}",
    "12345678",
    "1234567812345678",
    "123456781234567812",
    "\"252\"",
    "5x",
    "1_000",
    "\"12345678\"",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "2388136077506467359",
    "\"12345678\"",
    "123456789012345",
    "\"123456789012345\"",
    "1234567890123456",
    "012345678",
];
const TEXTS: &[&str] = &[
    "\"\"",
    "\"a\"",
    "\"-\"",
    "\"H291L10\"",
    "\"a longer text, of more than thirty-two bytes in all\"",
    "\"é\"",
    "\"日本語\"",
    "\"a\\\"b\"",
    "\"tab\\t\"",
    "\"\\u00e9\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud83d\"",
    "\"\\x\"",
    "\"a\tb\"",
    "12",
    "1.50",
    "true",
    "null",
    "{\"a\": 1}",
    "[1, 2]",
    "\"12345678\"",
    "\"1234567\"",
    "\"abcdefghijklmnopqrstuvwxyzabcdefgh\u{1}\"",
];
const TIMES: &[&str] = &[
    "\"2026-11-23T08:15:00+01:00\"",
    "\"2026-11-23T08:15:59+01:00\"",
    "\"2026-11-23T08:15:07+01:00\"",
    "\"2026-11-23T08:15:60+01:00\"",
    "\"2026-11-23T08:16:00Z\"",
    "\"2026-11-23T08:16:01z\"",
    "\"2026-11-23 08:16:02Z\"",
    "\"2026-11-23 08:15:00\"",
    "\"2026-11-23T08:15:00\"",
    "\"2026-11-23T08:15:00.1234Z\"",
    "\"2026-11-23T08:15:00.5+01:00\"",
    "1763885700",
    "1763885700123",
    "-5",
    "\"1763885700\"",
    "253402300800",
    "\"0001-01-01T00:00:00+01:00\"",
    "null",
    "\"2026-02-30T00:00:00Z\"",
    "\"x\"",
    "17638857001234567",
    "\"2026-11-23T08:15:00+01:0\"",
    "\"2026-11-23T08:15:0a+01:00\"",
];
const FLOATS: &[&str] = &[
    "0",
    "-0",
    "-0.0",
    "1.5",
    "0.1",
    "3.14159265358979",
    "1e10",
    "1.5e-3",
    "123456789012345678901234567890",
    "1.",
    ".5",
    "9007199254740993",
    "0.30000000000000004",
    "16777217",
    "16777216.5",
    "1e400",
    "\"1.5\"",
    "\"x\"",
    "null",
    "00.5",
    "1.7976931348623157e308",
    "0.00000000000000000000001",
    "12345678.12345678",
    "1234567890.1234567890123",
    "-1.5E+3",
    "0.50753923331010575",
    "2e",
    "2.5e+",
    "01e5",
    "-0e1",
    "1E-400",
    "4.111868e-21",
    "2.e1",
    "-1e1x",
    "0.1234567890123456789012345678901234567890123456789012345678901234567890",
];

fn value(name: &str, random: &mut Random, odd: usize) -> String {
    let odd = random.chance(odd);
    match name {
        "at" | "local" => random.one(if odd { TIMES } else { &TIMES[..3] }).to_owned(),
        "name" => random.one(if odd { TEXTS } else { &TEXTS[1..5] }).to_owned(),
        "n" | "small" | "count" | "id" | "speed" | "mean" => {
            random.one(if odd { INTS } else { &INTS[..4] }).to_owned()
        }
        "coded" => {
            let usual = ["\"-\"", "5", "17", "\"98\"", "99", "null"];
            random.one(if odd { INTS } else { &usual }).to_owned()
        }
        "valid" | "with" => {
            let all = ["true", "false", "null", "\"true\"", "1", "tru", "truex", "\"no\""];
            random.one(if odd { &all } else { &all[..2] }).to_owned()
        }
        "state" => {
            let all = ["\"on\"", "\"off!\"", "\"none\"", "null", "3", "\"o\\u006e\""];
            random.one(if odd { &all } else { &all[..2] }).to_owned()
        }
        "day" => random.one(&["\"2026-11-23\"", "\"2026-1-2\"", "null"]).to_owned(),
        "uuid" => {
            let all =
                ["\"0195e4b4-8d3f-7a55-8d42-1f3c3e2b1a00\"", "\"0195E4B48D3F7A558D421F3C3E2B1A00\"", "\"x\""];
            random.one(if odd { &all } else { &all[..2] }).to_owned()
        }
        "raw" => random.one(&["{\"a\": [1, null]}", "null", "1", "\"x\"", "[]", "[[[[]]]]"]).to_owned(),
        "tags" => random
            .one(&["{}", "{\"a\": 1}", "{\"a\": 1, \"b\": 2}", "{\"a\": 1, \"a\": 2}", "null"])
            .to_owned(),
        "exact" => random.one(&["1.25", "-3", "0.001", "\"7.5\"", "null", "99999999"]).to_owned(),
        "share" | "load" => random.one(if odd { FLOATS } else { &FLOATS[3..6] }).to_owned(),
        "words" => random.one(&["[]", "[\"a\", \"b\"]", "[null]", "\"lone\"", "null", "[1]"]).to_owned(),
        "matrix" => {
            random.one(&["[[1, 2], [3]]", "[]", "[[], null, [1,2,3]]", "null", "[1]", "[[\"4\"]]"]).to_owned()
        }
        "classes" => {
            let count = random.below(4);
            let items: Vec<String> = (0..count)
                .map(|_| object(&["id", "speed", "mean", "exact", "words"], random, usize::from(odd) * 10))
                .collect();
            if odd && random.chance(20) { "[null]".into() } else { format!("[{}]", items.join(", ")) }
        }
        _ => match random.below(if odd { 6 } else { 1 }) {
            0 => object(&["share", "load"], random, usize::from(odd) * 10),
            1 => "null".into(),
            2 => "{}".into(),
            3 => "[]".into(),
            _ => random.one(&["\"x\"", "{\"share\": }", "{\"share\": 1,}", "{\"share\"}"]).to_owned(),
        },
    }
}

/// An object with these keys; `odd` is how many in a hundred things about it are unlike the others.
fn object(keys: &[&str], random: &mut Random, odd: usize) -> String {
    let mut keys: Vec<String> = keys.iter().map(|&key| key.to_owned()).collect();
    if random.chance(odd) {
        for _ in 0..random.below(3) {
            if !keys.is_empty() {
                keys.remove(random.below(keys.len()));
            }
        }
    }
    if random.chance(odd) && !keys.is_empty() {
        let (a, b) = (random.below(keys.len()), random.below(keys.len()));
        keys.swap(a, b);
    }
    if random.chance(odd) && !keys.is_empty() {
        let again = keys[random.below(keys.len())].clone();
        keys.push(random.one(&["zz", "$", "é", "NAME", &again]).to_owned());
    }
    let mut text = String::from("{");
    for (index, key) in keys.iter().enumerate() {
        let value = match key.as_str() {
            "zz" | "$" | "é" => {
                random.one(&["1", "\"x\"", "{\"a\": [1, {}]}", "[]", "1.5", "nul", "\"\\u00\""]).to_owned()
            }
            key => value(&key.to_lowercase(), random, odd),
        };
        let space = if random.chance(odd / 2) { random.one(&["", "  ", "\n", "\t "]) } else { " " };
        let comma = if index == 0 {
            ""
        } else if random.chance(odd / 4) {
            " ,"
        } else {
            ", "
        };
        text.push_str(&format!("{comma}\"{key}\":{space}{value}"));
    }
    text.push_str(if random.chance(odd / 4) { " \n}" } else { "}" });
    text
}

fn input(random: &mut Random, odd: usize) -> Vec<u8> {
    let table = table();
    let keys: Vec<&str> = table.columns.iter().map(|column| column.key.as_str()).collect();
    let mut text = Vec::new();
    let is_compact = random.chance(30);
    for _ in 0..random.below(60) {
        let mut record = object(&keys, random, odd);
        if is_compact {
            record = record.replace(": ", ":").replace(", ", ",");
        }
        let mut record = record.into_bytes();
        if random.chance(odd / 3) {
            let at = random.below(record.len());
            match random.below(3) {
                0 => record.truncate(at),
                1 => record[at] = random.one(&["\"", "}", "\\", "\n", " ", "0", "\u{1}"]).as_bytes()[0],
                _ => record[at] = 0xff,
            }
        }
        text.extend(record);
        let between: &[&str] =
            if random.chance(odd) { &["", " ", "\n\n", ",", "\r\n", "x\n"] } else { &["\n"] };
        text.extend(random.one(between).bytes());
    }
    text
}

pub(super) fn check(plan: &Plan, limits: Limits, input: &[u8], sizes: &[usize], what: &str) {
    let general = general_in(plan, limits, input, &[]);
    let scanned = json_in(plan, limits, input, sizes);
    let text = String::from_utf8_lossy(input);
    assert_eq!(general.places, scanned.places, "{what}, blocks {sizes:?}: {text}");
    assert_eq!(general.rejects, scanned.rejects, "{what}, blocks {sizes:?}: {text}");
    for (id, (general, scanned)) in general.arrays.iter().zip(&scanned.arrays).enumerate() {
        assert_eq!(general, scanned, "{what}, column {id}, blocks {sizes:?}: {text}");
    }
    assert_eq!(
        (general.stats, general.paths),
        (scanned.stats, scanned.paths),
        "{what}, blocks {sizes:?}: {text}"
    );
}

#[test]
fn records_of_every_kind_are_read_as_the_general_decoder_reads_them() {
    let plans = [Semantics::Schema, Semantics::Strict].map(|of| Plan::compile_with(&table(), of).unwrap());
    for seed in 0..1500_u64 {
        let mut random = Random(seed);
        let plan = &plans[random.below(4) / 3];
        let odd = [0, 1, 5, 20, 60][random.below(5)];
        let input = input(&mut random, odd);
        let cuts: Vec<usize> = (0..20).map(|_| 1 + random.below(600)).collect();
        check(plan, Limits::default(), &input, &[], &format!("seed {seed}"));
        check(plan, Limits::default(), &input, &cuts, &format!("seed {seed}"));
    }
}

#[test]
fn limits_hold_on_the_fast_path_too() {
    let plan = Plan::compile(&table()).unwrap();
    for seed in 0..200_u64 {
        let mut random = Random(seed);
        let input = input(&mut random, 5);
        for limits in [
            Limits { depth: 1, ..Limits::default() },
            Limits { depth: 4, ..Limits::default() },
            Limits { document_bytes: 400, ..Limits::default() },
            Limits { number_digits: 9, ..Limits::default() },
        ] {
            check(&plan, limits, &input, &[], &format!("seed {seed} {limits:?}"));
        }
    }
}

#[test]
fn rows_that_belong_to_no_partition_are_refused_where_they_stand() {
    let mut table = table();
    for (by, layout) in [("at", "hour={yyyy-MM-dd-HH}"), ("name", "name={name}")] {
        let from = PartitionBy::Column(by.into());
        table.partitions.push(Partition {
            by: from,
            layout: Layout::parse(layout, Some(by)).unwrap(),
            null: None,
        });
    }
    let plan = Plan::compile(&table).unwrap();
    let mut random = Random(7);
    let mut text = String::new();
    for row in 0..4000 {
        let name =
            if random.chance(1) { random.one(&["null", "\"\"", "\"..\"", "\"-\""]) } else { "\"n_x\"" };
        let time = if random.chance(1) { "1.5" } else { &(1_763_885_700 + row * 6).to_string() };
        text.push_str(&format!("{{\"at\": {time}, \"name\": {name}}}\n"));
    }
    let general = general_in(&plan, Limits::default(), text.as_bytes(), &[]);
    assert!(general.rejects.len() > 20 && general.places.len() > 3000, "{:?}", general.rejects.first());
    check(&plan, Limits::default(), text.as_bytes(), &[], "partitions");
    check(&plan, Limits::default(), text.as_bytes(), &[5000; 50], "partitions");
}

/// The bytes before an object's first key are learnt with their brace, which says nothing behind a value.
#[test]
fn a_brace_is_no_comma() {
    let plan = plan(vec![optional("a", Type::Int32), optional("b", Type::Int32)]);
    let long = format!("\"{}\"", "x".repeat(70));
    for (first, odd) in [
        ("{\"b\":2,\"a\":1}".to_owned(), "{\"a\":1{\"b\":2}".to_owned()),
        (format!("{{{long}:3,\"a\":1}}"), format!("{{{long}:3{{\"a\":1}}")),
    ] {
        let usual = "{\"a\":1,\"b\":2}\n".repeat(3);
        let input = format!(
            "{usual}{first}\n{first}\n{usual}{odd}\n{first}\n{odd}\n{usual}{first}\n{usual}{odd}\n{usual}"
        );
        let scanned = json_in(&plan, Limits::default(), input.as_bytes(), &[]);
        assert_eq!(scanned.rejects.len(), 3, "{input}");
        assert_eq!(scanned, general_in(&plan, Limits::default(), input.as_bytes(), &[]));
    }
}

#[test]
fn numbers_stand_in_quotes_and_out_of_them() {
    let null_if = |value: Scalar| Rules { null_if: vec![value], ..Rules::default() };
    let columns =
        vec![column("n", Type::Int32, null_if(Scalar::Text("-".into()))), optional("m", Type::Int64)];
    let table = Table::new("t", columns);
    let values =
        ["\"-\"", "\"12\"", "5", "null", "\"123456789012\"", "\"007\"", "007", "-4", "\"-4\"", "1.0"];
    for semantics in [Semantics::Schema, Semantics::Strict] {
        let plan = Plan::compile_with(&table, semantics).unwrap();
        for seed in 0..300 {
            let mut random = Random(seed);
            let mut input = String::new();
            for _ in 0..40 {
                let (n, m) = (random.one(&values), random.one(&values[1..]));
                input.push_str(&format!("{{\"n\":{n},\"m\":{m}}}\n"));
            }
            check(&plan, Limits::default(), input.as_bytes(), &[], &format!("{semantics:?} {seed}"));
        }
    }
}
