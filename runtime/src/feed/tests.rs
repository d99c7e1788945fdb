//! What each type makes of each form of a value, as JSON and, where the form is text, as XML.

use crate::testing::{json_of, list, optional, plan, xml_of};
use crate::{Column, EnumWord, LogicalType as Type, Rules, Scalar, TimeFormat, TimeUnit};
use serde_json::{Value, json};

const REJECT: &str = "reject";

fn ruled(ty: Type, rules: Rules) -> Column {
    Column { rules, ..optional("v", ty) }
}

/// Checks what a column stores for JSON texts; texts in quotes without escapes are checked as XML too.
fn check_column(column: &Column, cases: &[(&str, Value)]) {
    let plan = plan(vec![column.clone()]);
    for (text, expected) in cases {
        let decoded = json_of(&plan, format!("{{\"v\":{text}}}"));
        let stored = match decoded.rejects.first() {
            Some(_) => json!(REJECT),
            None => decoded.rows(&plan)[0].get("v").cloned().unwrap_or_default(),
        };
        assert_eq!(&stored, expected, "{text} into {}", column.ty.name());
        let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        let Some(inner) = inner.filter(|t| t.trim() == *t && !t.is_empty() && !t.contains('\\')) else {
            continue;
        };
        if matches!(column.ty, Type::Json | Type::Map { .. }) {
            continue;
        }
        let decoded = xml_of(&plan, "r", format!("<r><v>{inner}</v></r>"));
        let stored = match decoded.rejects.first() {
            Some(_) => json!(REJECT),
            None => decoded.rows(&plan)[0].get("v").cloned().unwrap_or_default(),
        };
        assert_eq!(&stored, expected, "<v>{inner}</v> into {}", column.ty.name());
    }
}

fn check(ty: Type, cases: &[(&str, Value)]) {
    check_column(&optional("v", ty), cases);
}

#[test]
fn integers() {
    check(
        Type::Int8,
        &[
            ("7", json!(7)),
            ("\"7\"", json!(7)),
            ("\"+7\"", json!(7)),
            ("\"-007\"", json!(-7)),
            ("7.0", json!(7)),
            ("0.7e1", json!(7)),
            ("null", Value::Null),
            ("127", json!(127)),
            ("-128", json!(-128)),
            ("\"-128\"", json!(-128)),
            ("128", json!(REJECT)),
            ("300", json!(REJECT)),
            ("-129", json!(REJECT)),
            ("7.5", json!(REJECT)),
            ("\"7.0\"", json!(REJECT)),
            ("\" 7\"", json!(REJECT)),
            ("\"\"", json!(REJECT)),
            ("true", json!(REJECT)),
            ("{}", json!(REJECT)),
            ("[7]", json!(REJECT)),
            ("1e400", json!(REJECT)),
            ("\"x\"", json!(REJECT)),
        ],
    );
    check(
        Type::Int64,
        &[
            ("9223372036854775807", json!(i64::MAX)),
            ("-9223372036854775808", json!(i64::MIN)),
            ("\"9223372036854775807\"", json!(i64::MAX)),
            ("\"-9223372036854775808\"", json!(i64::MIN)),
            ("9223372036854775808", json!(REJECT)),
            ("\"9223372036854775808\"", json!(REJECT)),
            ("\"-9223372036854775809\"", json!(REJECT)),
            ("\"00000000000000000000000000042\"", json!(42)),
        ],
    );
    for (ty, max) in [(Type::UInt8, 255_i64), (Type::UInt16, 65_535), (Type::UInt32, 4_294_967_295)] {
        let (most, over) = (max.to_string(), (max + 1).to_string());
        check(
            ty,
            &[
                (&most, json!(max)),
                (&over, json!(REJECT)),
                ("-1", json!(REJECT)),
                ("0", json!(0)),
                ("-0", json!(0)),
            ],
        );
    }
}

#[test]
fn floats_and_booleans() {
    check(
        Type::Float64,
        &[
            ("1.5", json!(1.5)),
            ("\"1.5e3\"", json!(1500.0)),
            ("2", json!(2.0)),
            ("\".5\"", json!(0.5)),
            ("1e999", json!(REJECT)),
            ("\"NaN\"", json!(REJECT)),
            ("\"inf\"", json!(REJECT)),
            ("\"oops\"", json!(REJECT)),
            ("\"1,5\"", json!(REJECT)),
            ("\"\"", json!(REJECT)),
            ("\"1e\"", json!(REJECT)),
            ("false", json!(REJECT)),
        ],
    );
    check(
        Type::Float32,
        &[("0.1", json!(0.1_f32)), ("3e38", json!(3e38_f32)), ("4e38", json!(REJECT)), ("1e-60", json!(0.0))],
    );
    check(
        Type::Boolean,
        &[
            ("true", json!(true)),
            ("\"TRUE\"", json!(true)),
            ("\"False\"", json!(false)),
            ("1", json!(REJECT)),
            ("\"1\"", json!(REJECT)),
            ("\"yes\"", json!(REJECT)),
            ("null", Value::Null),
        ],
    );
}

#[test]
fn texts() {
    check(
        Type::String,
        &[
            ("\"x\"", json!("x")),
            ("\"\"", json!("")),
            ("12", json!("12")),
            ("1.50", json!("1.50")),
            ("-1E+2", json!("-1E+2")),
            ("true", json!("true")),
            ("false", json!("false")),
            ("{ \"a\" : [ 1, \" x \" ] }", json!("{\"a\":[1,\" x \"]}")),
            ("[ ]", json!("[]")),
            ("null", Value::Null),
        ],
    );
    check(
        Type::Char,
        &[("\"é\"", json!("é")), ("\"\"", json!(REJECT)), ("\"ab\"", json!(REJECT)), ("1", json!(REJECT))],
    );
    check(
        Type::Uuid,
        &[
            ("\"F47AC10B-58CC-4372-A567-0E02B2C3D479\"", json!("f47ac10b-58cc-4372-a567-0e02b2c3d479")),
            ("\"f47ac10b58cc4372a5670e02b2c3d479\"", json!("f47ac10b-58cc-4372-a567-0e02b2c3d479")),
            ("\"f47ac10b58cc-4372a567-0e02b2c3d479\"", json!(REJECT)),
            ("\"f47ac10b\"", json!(REJECT)),
            ("\"g47ac10b58cc4372a5670e02b2c3d479\"", json!(REJECT)),
            ("\"\"", json!(REJECT)),
            ("7", json!(REJECT)),
            ("\"f47ac10b-58cc-4372-a567-0e02b2c3d4790\"", json!(REJECT)),
        ],
    );
    let word = |word: &str, alias: &str| EnumWord { word: word.into(), aliases: vec![alias.into()] };
    check(
        Type::Enum(vec![word("on", "1"), word("off", "Aus")]),
        &[
            ("\"on\"", json!("on")),
            ("\"1\"", json!("on")),
            ("\"Aus\"", json!("off")),
            ("\"ON\"", json!(REJECT)),
            ("1", json!(REJECT)),
            ("\"\"", json!(REJECT)),
            ("null", Value::Null),
        ],
    );
    check(
        Type::Json,
        &[
            ("{ \"a\": 1.0 }", json!("{\"a\":1.0}")),
            ("\"x\"", json!("\"x\"")),
            ("1e5", json!("1e5")),
            ("null", Value::Null),
            ("[1,\n2]", json!("[1,2]")),
            ("true", json!("true")),
        ],
    );
}

#[test]
fn bytes() {
    check(
        Type::Binary,
        &[
            ("\"AQL/\"", json!([1, 2, 255])),
            ("\"AQ==\"", json!([1])),
            ("\"AQ\"", json!([1])),
            ("[0, 255]", json!([0, 255])),
            ("[]", json!([])),
            ("[256]", json!(REJECT)),
            ("[-1]", json!(REJECT)),
            ("[1.5]", json!(REJECT)),
            ("[\"1\"]", json!(REJECT)),
            ("\"A\"", json!(REJECT)),
            ("\"!!!!\"", json!(REJECT)),
            ("1", json!(REJECT)),
        ],
    );
}

#[test]
fn decimals() {
    let ty = Type::Decimal { precision: 6, scale: 2 };
    check(
        ty.clone(),
        &[
            ("1", json!("1.00")),
            ("\"1.5\"", json!("1.50")),
            ("1.005", json!("1.01")),
            ("-1.005", json!("-1.01")),
            ("1.00499", json!("1.00")),
            ("9999.99", json!("9999.99")),
            ("9999.995", json!(REJECT)),
            ("1e4", json!(REJECT)),
            ("12e-1", json!("1.20")),
            ("\"x\"", json!(REJECT)),
            ("\"1,5\"", json!(REJECT)),
            ("true", json!(REJECT)),
        ],
    );
    let plan = plan(vec![optional("v", ty.clone())]);
    let decoded = json_of(&plan, "{\"v\":1.005}{\"v\":1.00}{\"v\":1.000}{\"v\":0.001}");
    assert_eq!(decoded.stats.rounded_decimals, 2);
    let comma = Rules { decimal_comma: true, ..Rules::default() };
    check_column(
        &ruled(ty, comma.clone()),
        &[
            ("\"54,7\"", json!("54.70")),
            ("\"54\"", json!("54.00")),
            ("\"54.7\"", json!(REJECT)),
            ("54.7", json!("54.70")),
            ("\"1,2,3\"", json!(REJECT)),
        ],
    );
    let null = Rules { null_if: vec![Scalar::Float(-1.5)], ..comma };
    check_column(
        &ruled(Type::Float64, null),
        &[
            ("\"-1,5\"", Value::Null),
            ("-1.5", Value::Null),
            ("\"4,25\"", json!(4.25)),
            ("\"NULL\"", json!(REJECT)),
        ],
    );
}

#[test]
fn dates_and_times() {
    check(
        Type::Date,
        &[
            ("\"1970-01-02\"", json!(1)),
            ("\"1969-12-31\"", json!(-1)),
            ("\"2024-2-29\"", json!(19_782)),
            ("\"2023-02-29\"", json!(REJECT)),
            ("\"2023-13-01\"", json!(REJECT)),
            ("\"0000-01-01\"", json!(REJECT)),
            ("\"2024-02-29T00:00:00Z\"", json!(REJECT)),
            ("19782", json!(REJECT)),
            ("\"24-01-01\"", json!(REJECT)),
        ],
    );
    let instant = Type::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false };
    check(
        instant.clone(),
        &[
            ("\"1970-01-01 00:00:01\"", json!(1000)),
            ("\"1970-1-1 0:0:1.5\"", json!(1500)),
            ("\"1970-01-01T00:00:01Z\"", json!(1000)),
            ("\"1970-01-01T00:00:01.123456789Z\"", json!(1123)),
            ("\"1970-1-1T00:00:01Z\"", json!(REJECT)),
            ("\"1970-01-01T00:0:01Z\"", json!(REJECT)),
            ("\"1970-01-01T01:00:01+01:00\"", json!(REJECT)),
            ("\"1970-01-01T00:00:01\"", json!(REJECT)),
            ("\"1970-01-01\"", json!(REJECT)),
            ("\"1970-01-01 24:00:00\"", json!(REJECT)),
            ("1.5", json!(REJECT)),
            ("1", json!(1000)),
            ("-1", json!(-1000)),
            ("\"1\"", json!(1000)),
            ("1e3", json!(1_000_000)),
            ("999999999999", json!(REJECT)),
            ("253402300799", json!(253_402_300_799_000_i64)),
            ("1000000000000", json!(1_000_000_000_000_i64)),
            ("-1000000000000", json!(-1_000_000_000_000_i64)),
            ("\"1588063800000\"", json!(1_588_063_800_000_i64)),
            ("true", json!(REJECT)),
            ("\"\"", json!(REJECT)),
            ("9223372036854775807", json!(REJECT)),
            ("99999999999999999999", json!(REJECT)),
        ],
    );
    let local = Type::Timestamp { unit: TimeUnit::Micros, instant: false, offset: false };
    check(
        local,
        &[
            ("\"1970-01-01T00:00:01.5\"", json!(1_500_000)),
            ("\"1970-01-01 00:00:00.000001\"", json!(1)),
            ("\"1969-12-31 23:59:59.9999999\"", json!(-1)),
        ],
    );
    let offset = Type::Timestamp { unit: TimeUnit::Millis, instant: true, offset: true };
    check(offset, &[("\"1970-01-01T01:00:01+01:00\"", json!(1000)), ("5", json!(5000))]);
    let plan = plan(vec![optional("v", instant)]);
    let decoded = json_of(&plan, "{\"v\":\"1969-12-31T23:59:59.9999Z\"}{\"v\":\"1970-01-01T00:00:00.123Z\"}");
    assert_eq!(decoded.rows(&plan), [json!({"v": -1}), json!({"v": 123})]);
    assert_eq!(decoded.stats.floored_times, 1);
}

#[test]
fn declared_times() {
    let instant = Type::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false };
    let with = |time: Vec<TimeFormat>| ruled(instant.clone(), Rules { time, ..Rules::default() });
    check_column(
        &with(vec![TimeFormat::Rfc3339]),
        &[
            ("\"1970-01-01T01:00:01.5+01:00\"", json!(1500)),
            ("\"1970-01-01T00:00:01Z\"", json!(1000)),
            ("\"1970-01-01 00:00:01-00:30\"", json!(1_801_000)),
            ("\"1970-01-01T00:00:01z\"", json!(1000)),
            ("\"1970-01-01 00:00:01\"", json!(REJECT)),
            ("1", json!(REJECT)),
            ("\"1\"", json!(REJECT)),
            ("\"1970-01-01T00:00:01+24:00\"", json!(REJECT)),
            ("\"1970-01-01T00:00:01+0100\"", json!(REJECT)),
            ("\"0001-01-01T00:30:00+01:00\"", json!(REJECT)),
            ("\"9999-12-31T23:30:00-01:00\"", json!(REJECT)),
        ],
    );
    check_column(
        &with(vec![TimeFormat::EpochSeconds]),
        &[
            ("1", json!(1000)),
            ("\"1588063800\"", json!(1_588_063_800_000_i64)),
            ("1000000000000", json!(REJECT)),
            ("\"1970-01-01T00:00:01Z\"", json!(REJECT)),
        ],
    );
    check_column(&with(vec![TimeFormat::EpochMillis]), &[("1", json!(1)), ("\"-1\"", json!(-1))]);
    check_column(
        &with(vec![TimeFormat::EpochSeconds, TimeFormat::EpochMillis]),
        &[("999999999", json!(999_999_999_000_i64)), ("1000000000000", json!(1_000_000_000_000_i64))],
    );
    let pattern = TimeFormat::Pattern("dd/MM/yyyy HH:mm:ss XXX".into());
    check_column(
        &with(vec![pattern, TimeFormat::Rfc3339]),
        &[
            ("\"01/01/1970 01:00:01 +01:00\"", json!(1000)),
            ("\"1970-01-01T00:00:01Z\"", json!(1000)),
            ("\"32/01/1970 01:00:01 +01:00\"", json!(REJECT)),
            ("\"01/01/1970\"", json!(REJECT)),
        ],
    );
    let day = Rules { time: vec![TimeFormat::Pattern("yyyyMMdd".into())], ..Rules::default() };
    check_column(&ruled(Type::Date, day), &[("\"19700102\"", json!(1)), ("\"1970-01-02\"", json!(REJECT))]);
}

#[test]
fn lists_of_one() {
    check(
        list(Type::Int8, true),
        &[
            ("[1,null,\"2\"]", json!([1, null, 2])),
            ("7", json!([7])),
            ("\"7\"", json!([7])),
            ("[]", json!([])),
            ("null", Value::Null),
            ("[[1]]", json!(REJECT)),
            ("{}", json!(REJECT)),
            ("[300]", json!(REJECT)),
        ],
    );
    check(
        list(Type::Int8, false),
        &[("[null]", json!(REJECT)), ("[1,]", json!(REJECT)), ("[,1]", json!(REJECT))],
    );
    let record = Type::Struct { columns: vec![optional("a", Type::Int8)] };
    check(
        list(record.clone(), true),
        &[("{\"a\":1}", json!([{"a": 1}])), ("[{},{\"a\":2}]", json!([{}, {"a": 2}]))],
    );
    check(
        record,
        &[
            ("5", json!(REJECT)),
            ("\"x\"", json!(REJECT)),
            ("[]", json!(REJECT)),
            ("{\"A\":1}", json!({"a": 1})),
        ],
    );
}

#[test]
fn sentinels_in_any_order() {
    let sentinel = Rules { null_if: vec![Scalar::Int(252), Scalar::Int(251)], ..Rules::default() };
    let with = Rules { null_with: Some("v".into()), ..Rules::default() };
    let plan = plan(vec![
        ruled(Type::UInt8, sentinel),
        Column { rules: with.clone(), ..optional("w", Type::UInt8) },
        Column { rules: with, ..optional("l", list(Type::String, true)) },
    ]);
    for input in [
        "{\"v\":252,\"w\":0,\"l\":[\"a\",\"b\"]}",
        "{\"w\":0,\"l\":[\"a\"],\"v\":\"252\"}",
        "{\"l\":[\"a\"],\"v\":252.0,\"w\":\"0\"}",
        "{\"l\":[],\"v\":251}",
    ] {
        let around = format!("{{\"v\":1,\"w\":2,\"l\":[\"x\"]}}{input}{{\"w\":3,\"l\":\"y\"}}");
        let rows = json_of(&plan, around).rows(&plan);
        assert_eq!(
            rows,
            [json!({"v": 1, "w": 2, "l": ["x"]}), json!({}), json!({"w": 3, "l": ["y"]})],
            "{input}"
        );
    }
    // A null is no sentinel, and a sentinel of a refused record is forgotten.
    let rows = json_of(&plan, "{\"v\":252,\"w\":\"x\"}{\"w\":5,\"v\":null}{\"w\":6}").rows(&plan);
    assert_eq!(rows, [json!({"w": 5}), json!({"w": 6})]);
    let words = Rules { null_if: vec![Scalar::Text("NULL".into())], ..Rules::default() };
    check_column(&ruled(Type::String, words), &[("\"NULL\"", Value::Null), ("\"null\"", json!("null"))]);
    let no = Rules { null_if: vec![Scalar::Bool(false)], ..Rules::default() };
    check_column(&ruled(Type::Boolean, no), &[("\"false\"", Value::Null), ("true", json!(true))]);
}

#[test]
fn required_and_default_columns() {
    let plan =
        plan(vec![Column::new("v", Type::Int8), Column { default: true, ..Column::new("d", Type::Int8) }]);
    let decoded = json_of(&plan, "{\"v\":1}{\"d\":1}{\"v\":null}{\"v\":2,\"d\":null}{}");
    assert_eq!(decoded.rows(&plan), [json!({"v": 1}), json!({"v": 2})]);
    let found: Vec<_> = decoded.rejects.iter().map(|reject| (reject.code(), reject.found.as_str())).collect();
    let missing = ("Lakebed.MissingColumn", "no such key");
    assert_eq!(found, [missing, ("DataFormatConversion.MalformedData", "null"), missing]);
}
