use super::*;
use crate::convert::Limits;
use crate::feed::json::JsonDecoder;
use crate::reject::Rejects;
use crate::semantics::Semantics;
use crate::testing::{json_of, list, map, optional};
use lakebed_schema::{Column, EnumWord, LogicalType, Scalar, Table, TimeFormat, TimeUnit};

fn time(unit: TimeUnit, instant: bool) -> LogicalType {
    LogicalType::Timestamp { unit, instant, offset: false }
}

fn record(columns: Vec<Column>) -> LogicalType {
    LogicalType::Struct { columns }
}

/// Records of a table as JSON of that form.
fn written(plan: &Plan, canonical: &Canonical, input: &str) -> Result<Vec<String>, CanonicalError> {
    let (mut batch, mut rejects) = (Batch::new(plan, 0), Rejects::default());
    let mut decoder = JsonDecoder::new(plan, Limits::default());
    decoder.decode(input.as_bytes(), 0, true, &mut batch, &mut rejects);
    assert!(rejects.list.is_empty(), "{:?}", rejects.list);
    let one = |row| {
        let mut out = Vec::new();
        canonical.write(&batch, row, &mut out)?;
        Ok(String::from_utf8(out).expect("UTF-8"))
    };
    (0..batch.rows().len()).map(one).collect()
}

/// The canonical JSON of records, which Firehose stores as the table does.
#[track_caller]
fn canonical(table: &Table, input: &str) -> Vec<String> {
    let plan = Plan::compile(table).unwrap();
    let lines = written(&plan, &Canonical::new(&plan), input).unwrap();
    let firehose = Plan::compile_with(table, Semantics::Firehose).unwrap();
    let (ours, theirs) = (json_of(&plan, input), json_of(&firehose, lines.join("\n")));
    assert!(theirs.rejects.is_empty(), "{lines:?}: {:?}", theirs.rejects);
    assert_eq!(ours.arrays, theirs.arrays, "{lines:?}");
    if reads_back(&plan) {
        let again = json_of(&plan, lines.join("\n"));
        assert!(again.rejects.is_empty(), "{lines:?}: {:?}", again.rejects);
        assert_eq!(ours.arrays, again.arrays, "{lines:?}");
    }
    lines
}

/// The JSON of records for their table, which stores it as the records themselves.
#[track_caller]
fn for_table(table: &Table, input: &str) -> Vec<String> {
    let plan = Plan::compile(table).unwrap();
    let lines = written(&plan, &Canonical::for_table(&plan), input).unwrap();
    let (before, after) = (json_of(&plan, input), json_of(&plan, lines.join("\n")));
    assert!(after.rejects.is_empty(), "{lines:?}: {:?}", after.rejects);
    assert_eq!(before.arrays, after.arrays, "{lines:?}");
    lines
}

fn of(columns: Vec<Column>) -> Table {
    Table::new("t", columns)
}

#[test]
fn numbers_are_numbers() {
    let table = of(vec![
        optional("a", LogicalType::Int64),
        optional("b", LogicalType::Float64),
        optional("c", LogicalType::Float32),
        optional("d", LogicalType::Decimal { precision: 38, scale: 4 }),
        optional("e", LogicalType::Boolean),
    ]);
    let input = r#"{"a":"-9223372036854775808","b":1e300,"c":0.1,"d":"-12.3400","e":"TRUE"}
        {"a":1.0,"b":-0.0,"c":3.4028235e38,"d":1234567890123456.7,"e":false}
        {"b":5e-324,"c":1e-45,"d":0}"#;
    let lines = [
        r#"{"a":-9223372036854775808,"b":1e300,"c":0.1,"d":-12.34,"e":true}"#,
        r#"{"a":1,"b":-0.0,"c":3.4028235e38,"d":"1234567890123456.7","e":false}"#,
        r#"{"b":5e-324,"c":1e-45,"d":0}"#,
    ];
    assert_eq!(canonical(&table, input), lines);
    // A decoder of ours reads all digits of a number.
    assert_eq!(
        for_table(&table, input)[1],
        lines[1].replace(r#""1234567890123456.7""#, "1234567890123456.7")
    );
}

/// Shortest texts of single precision that double precision would round to a neighbour are written longer.
#[test]
fn single_precision_survives_a_reader_in_double_precision() {
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let (mut out, mut longer) = (Vec::new(), 0);
    for _ in 0..200_000 {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let value = f32::from_bits(random as u32);
        if !value.is_finite() {
            continue;
        }
        out.clear();
        text::push_f32(value, &mut out);
        let text = std::str::from_utf8(&out).unwrap();
        assert_eq!(text.parse::<f32>().unwrap().to_bits(), value.to_bits(), "{text}");
        assert_eq!((text.parse::<f64>().unwrap() as f32).to_bits(), value.to_bits(), "{text}");
        longer += usize::from(format!("{value:?}") != text);
    }
    assert!(longer < 20_000, "{longer}");
}

#[test]
fn times_are_in_utc_and_days_are_days() {
    let mut declared = optional("c", time(TimeUnit::Millis, true));
    declared.rules.time = vec![TimeFormat::Rfc3339, TimeFormat::EpochMillis];
    let table = of(vec![
        optional("a", time(TimeUnit::Millis, true)),
        optional("b", time(TimeUnit::Micros, true)),
        declared,
        optional("d", time(TimeUnit::Millis, false)),
        optional("e", LogicalType::Date),
    ]);
    let input = r#"{"a":1795392000,"b":"2026-11-23 00:00:00.1234567","c":"2026-11-23T09:15:00.5+01:00",
         "d":"2026-11-23T08:15:00","e":"2026-1-2"}
        {"a":"0001-01-01T00:00:00Z","b":"9999-12-31T23:59:59.999999Z","c":-1,"d":"1969-12-31 23:59:59.9"}"#;
    let lines = [
        r#"{"a":"2026-11-23T00:00:00Z","b":"2026-11-23T00:00:00.123456Z","c":"2026-11-23T08:15:00.500Z","d":"2026-11-23 08:15:00","e":"2026-01-02"}"#,
        r#"{"a":"0001-01-01T00:00:00Z","b":"9999-12-31T23:59:59.999999Z","c":"1969-12-31T23:59:59.999Z","d":"1969-12-31 23:59:59.900"}"#,
    ];
    assert_eq!(canonical(&table, input), lines);
    assert_eq!(for_table(&table, input), lines);
}

/// A table that declares neither RFC 3339 nor Firehose's own forms reads its own.
#[test]
fn times_for_a_table_are_in_a_form_that_it_declares() {
    let declared = |name: &str, ty: LogicalType, formats: &[TimeFormat]| {
        let mut column = optional(name, ty);
        column.rules.time = formats.to_vec();
        column
    };
    let table = of(vec![
        declared("a", time(TimeUnit::Millis, true), &[TimeFormat::EpochSeconds]),
        declared("b", time(TimeUnit::Millis, true), &[TimeFormat::EpochMillis]),
        declared("c", time(TimeUnit::Millis, true), &[TimeFormat::Pattern("dd/MM/yyyy HH:mm".into())]),
        declared("d", LogicalType::Date, &[TimeFormat::Pattern("yyyyMMdd".into())]),
        declared("e", LogicalType::Date, &[TimeFormat::Rfc3339]),
        declared("f", time(TimeUnit::Millis, false), &[TimeFormat::Rfc3339]),
    ]);
    let input = r#"{"a":1795392000,"b":5,"c":"23/11/2026 08:15","d":"20261123","e":"2026-11-23T23:00:00-02:00","f":"2026-11-23T08:15:00Z"}"#;
    assert_eq!(
        for_table(&table, input),
        [
            r#"{"a":1795392000,"b":5,"c":"23/11/2026 08:15","d":"20261123","e":"2026-11-24T00:00:00Z","f":"2026-11-23T08:15:00Z"}"#
        ]
    );
    assert_eq!(
        canonical(&table, input),
        [
            r#"{"a":"2026-11-23T00:00:00Z","b":"1970-01-01T00:00:00.005Z","c":"2026-11-23T08:15:00Z","d":"2026-11-23","e":"2026-11-24","f":"2026-11-23 08:15:00"}"#
        ]
    );
}

#[test]
fn texts_words_json_and_bytes() {
    let words =
        ["car", "LORRY"].map(|word| EnumWord { word: word.into(), aliases: vec![format!("{word}s")] });
    let table = of(vec![
        optional("a", LogicalType::String),
        optional("b", LogicalType::Enum(words.into())),
        optional("c", LogicalType::Uuid),
        optional("d", LogicalType::Json),
        optional("e", LogicalType::Binary),
        optional("f", LogicalType::Char),
    ]);
    let input = r#"{"a":"q\" \\ \u0000 é\n\u2028","b":"LORRYs","c":"5F2CCA5B3FBA4BE2A7D6B5F3D8E1C0A9",
         "d":{"B": [1.0, "x"]},"e":"AP8=","f":"é"}
        {"a":12,"d":"text"}"#;
    let lines = canonical(&table, input);
    assert_eq!(
        lines,
        [
            r#"{"a":"q\" \\ \u0000 é\n","b":"LORRY","c":"5f2cca5b-3fba-4be2-a7d6-b5f3d8e1c0a9","d":"{\"B\":[1.0,\"x\"]}","e":"AP8=","f":"é"}"#
                .replace("\\n\"", "\\n\u{2028}\""),
            r#"{"a":"12","d":"\"text\""}"#.to_owned(),
        ]
    );
    assert_eq!(for_table(&table, input)[1], r#"{"a":"12","d":"text"}"#);
}

#[test]
fn nulls_and_sentinels_are_left_out_but_stay_inside_lists_and_maps() {
    let mut speed = optional("speed", LogicalType::UInt8);
    speed.rules.null_if = vec![Scalar::Int(252)];
    let mut mean = optional("mean", LogicalType::UInt8);
    mean.rules.null_with = Some("speed".into());
    let table = of(vec![
        speed,
        mean,
        optional("l", list(LogicalType::Int32, true)),
        optional("m", map(LogicalType::Int32)),
        optional("r", record(vec![optional("x", LogicalType::Int32)])),
        // A value that must be there may still be null.
        Column::new("j", LogicalType::Json),
    ]);
    let input = r#"{"speed":252,"mean":0,"l":[1,null],"m":{"a":null},"r":{},"j":null}
        {"j":1,"l":[],"m":{},"r":null}"#;
    let lines = [r#"{"l":[1,null],"m":{"a":null},"r":{},"j":null}"#, r#"{"l":[],"m":{},"j":"1"}"#];
    assert_eq!(canonical(&table, input), lines);
    assert_eq!(for_table(&table, input)[1], r#"{"l":[],"m":{},"j":1}"#);
    assert_eq!(canonical(&of(vec![optional("a", LogicalType::Int32)]), "{}"), ["{}"]);
}

/// Key mappings reach columns only, so members have their names, and their keys for whoever decodes by the table.
#[test]
fn members_stand_under_their_names_and_their_keys() {
    let keyed = |name: &str, key: &str| {
        let mut column = optional(name, LogicalType::Int32);
        column.key = key.into();
        column
    };
    let mut aliased = keyed("d", "dee");
    aliased.aliases = vec!["d".into()];
    let members = vec![keyed("a", "A"), keyed("b", "bee"), keyed("x", "y"), keyed("y", "x"), aliased];
    let mut top = optional("r", record(members));
    top.key = "Record".into();
    let table = of(vec![top]);
    let input = r#"{"record":{"a":1,"bee":2,"y":3,"x":4,"dee":5}}"#;
    assert_eq!(canonical(&table, input), [r#"{"Record":{"A":1,"b":2,"bee":2,"x":3,"y":4,"d":5}}"#]);
    assert_eq!(for_table(&table, input), [r#"{"Record":{"A":1,"bee":2,"y":3,"x":4,"dee":5}}"#]);
}

#[test]
fn keys_of_maps_are_scalars_in_lower_case() {
    let keyed = |name: &str, key: LogicalType| {
        let value = Box::new(lakebed_schema::Element { ty: LogicalType::Int32, nullable: true });
        optional(name, LogicalType::Map { key: Box::new(key), value })
    };
    let table = of(vec![
        keyed("i", LogicalType::Int32),
        keyed("t", time(TimeUnit::Millis, true)),
        keyed("s", LogicalType::String),
        keyed("b", LogicalType::Boolean),
        keyed("d", LogicalType::Decimal { precision: 20, scale: 2 }),
    ]);
    let input = r#"{"i":{"-1":1},"t":{"2026-11-23T08:15:00Z":2},"s":{"é":3},"b":{"true":4},"d":{"12345678901234567.5":1,"1":2}}"#;
    let line = r#"{"i":{"-1":1},"t":{"2026-11-23 08:15:00":2},"s":{"é":3},"b":{"true":4},"d":{"12345678901234567.5":1,"1":2}}"#;
    assert_eq!(canonical(&table, input), [line]);
    assert_eq!(for_table(&table, input), [line]);

    let plan = Plan::compile(&table).unwrap();
    let error = written(&plan, &Canonical::new(&plan), r#"{"s":{"Key":1}}"#).unwrap_err();
    assert_eq!((error.column.as_str(), &error.value), ("s key", &CanonicalValue::MapKey("Key".into())));
    assert!(error.to_string().contains("`Key` as `key`"), "{error}");
    assert_eq!(for_table(&table, r#"{"s":{"Key":1}}"#), [r#"{"s":{"Key":1}}"#]);
}

#[test]
fn what_is_no_number_is_refused_and_nothing_is_written() {
    let table = of(vec![optional("n", LogicalType::Float64)]);
    let plan = Plan::compile(&table).unwrap();
    let mut batch = Batch::new(&plan, 0);
    batch.columns.push_f64(1, f64::NAN);
    batch.commit(&plan, 0, 0).unwrap();
    let mut out = b"before".to_vec();
    let error = Canonical::new(&plan).write(&batch, 0, &mut out).unwrap_err();
    assert_eq!(out, b"before");
    assert!(matches!(error.value, CanonicalValue::NotFinite(value) if value.is_nan()), "{error}");
}
