use super::*;
use crate::batch::Batch;
use crate::feed::json::JsonDecoder;
use crate::reject::Rejects;
use crate::testing::{list, map, optional};
use lakebed_schema::firehose_class::{FirehoseClass, worst};
use lakebed_schema::{Column, EnumWord, LogicalType, Scalar, TimeFormat, TimeUnit};
use proptest::prelude::*;
use proptest::sample::select;

const TIMESTAMP: LogicalType =
    LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false };

fn explained(table: &Table, input: &str, semantics: Semantics) -> Explanation {
    explain(table, input.as_bytes().to_vec(), &ExplainOptions { semantics, ..ExplainOptions::default() })
        .unwrap()
}

/// A table with every kind of rule.
fn every_rule() -> Table {
    let mut speed = optional("speed", LogicalType::UInt8);
    speed.rules.null_if = vec![Scalar::Int(252)];
    let mut mean = optional("mean", LogicalType::Int8);
    mean.rules.null_with = Some("speed".into());
    let mut seen_at = Column::new("seen_at", TIMESTAMP);
    seen_at.rules.time = vec![TimeFormat::Rfc3339, TimeFormat::EpochSeconds];
    let mut price = optional("price", LogicalType::Decimal { precision: 6, scale: 2 });
    price.rules.decimal_comma = true;
    let word = EnumWord { word: "a".into(), aliases: vec!["b".into()] };
    let part = LogicalType::Struct {
        columns: vec![Column::new("x", LogicalType::Int8), optional("y", list(LogicalType::Uuid, false))],
    };
    let columns = vec![
        speed,
        mean,
        seen_at,
        price,
        Column { aliases: vec!["naam".into()], ..Column::new("name", LogicalType::String) },
        optional("word", LogicalType::Enum(vec![word])),
        optional("json", LogicalType::Json),
        optional("bytes", LogicalType::Binary),
        optional("flag", LogicalType::Boolean),
        optional("day", LogicalType::Date),
        optional("numbers", list(LogicalType::Int8, false)),
        optional("counts", map(LogicalType::Int8)),
        optional("part", part.clone()),
        optional("parts", list(part, true)),
    ];
    let mut table = Table::new("t", columns);
    let layout = lakebed_schema::Layout::parse("dt={yyyy-MM-dd}", Some("seen_at")).unwrap();
    table.partitions.push(lakebed_schema::Partition {
        by: lakebed_schema::PartitionBy::Column("seen_at".into()),
        layout,
        null: None,
    });
    table
}

/// A table whose rules are all equal to Firehose's.
fn equal_rules() -> Table {
    let part = LogicalType::Struct {
        columns: vec![optional("x", LogicalType::Int8), optional("y", list(LogicalType::Float64, true))],
    };
    let columns = vec![
        Column { key: "Snelheid".into(), ..optional("speed", LogicalType::Int16) },
        optional("seen_at", TIMESTAMP),
        optional("price", LogicalType::Decimal { precision: 6, scale: 2 }),
        optional("name", LogicalType::String),
        optional("flag", LogicalType::Boolean),
        optional("day", LogicalType::Date),
        optional("ratio", LogicalType::Float32),
        optional("numbers", list(LogicalType::Int8, true)),
        optional("part", part.clone()),
        optional("parts", list(part, true)),
    ];
    let table = Table::new("t", columns);
    assert_eq!(worst(&classify(&table)), FirehoseClass::Equal);
    table
}

/// JSON values, sound and unsound, for any type.
const TOKENS: &[&str] = &[
    "null",
    "true",
    "\"false\"",
    "0",
    "5",
    "-3",
    "252",
    "300",
    "12.0",
    "\"12\"",
    "\"oops\"",
    "\"\"",
    "1e3",
    "\"a\"",
    "\"b\"",
    "\"1,5\"",
    "1.005",
    "\"2026-11-23 08:15:00\"",
    "\"2026-11-23T08:15:00Z\"",
    "\"2026-9-7T08:15:00Z\"",
    "\"2026-11-23T08:15:00+01:00\"",
    "1518033528",
    "1518033528123",
    "\"1518033528\"",
    "\"2026-9-7\"",
    "[]",
    "[1, 2]",
    "[\"3\", null, \"x\", 400]",
    "{}",
    "{\"x\": 1}",
    "{\"x\": \"7\", \"z\": [1, {\"q\": 2}]}",
    "{\"x\": \"seven\", \"y\": [\"z\", 1.5], \"x\": 2}",
    "[{\"x\": 1}, null, {\"x\": 900}, 5]",
    "{\"k\": 1, \"l\": \"m\"}",
    "{\"k\": 1, \"k\": 2}",
    "\"67e55044-10b1-426f-9247-bb680e5fe0c8\"",
    "\"AAEC\"",
    "\"\\u00e9\\n\"",
];
/// Values that break the document.
const BROKEN: &[&str] = &["tru", "01", "\"\\x\"", "[1,]", "{\"x\" 1}", "\"open"];

fn record(keys: &'static [&'static str], tokens: Vec<&'static str>) -> impl Strategy<Value = String> {
    proptest::collection::vec((select(keys.to_vec()), select(tokens)), 0..8).prop_map(|members| {
        let members: Vec<String> = members.iter().map(|(key, token)| format!("\"{key}\": {token}")).collect();
        format!("{{{}}}", members.join(", "))
    })
}

const KEYS: &[&str] = &[
    "speed", "mean", "seen_at", "price", "name", "NAAM", "word", "json", "bytes", "flag", "day", "numbers",
    "counts", "part", "parts", "other",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_verdict_is_that_of_a_conversion(
        text in record(KEYS, TOKENS.iter().chain(TOKENS).chain(TOKENS).chain(BROKEN).copied().collect()),
        semantics in select(vec![Semantics::Schema, Semantics::Firehose, Semantics::Strict]),
        sound in any::<bool>(),
    ) {
        let table = every_rule();
        let head = "{\"name\": \"n\", \"seen_at\": 1518033528, ";
        let text = if sound && text.len() > 2 { text.replacen('{', head, 1) } else { text };
        let plan = Plan::compile_with(&table, semantics).unwrap();
        let (mut batch, mut rejects) = (Batch::new(&plan, 0), Rejects::default());
        JsonDecoder::new(&plan, Limits::default()).decode(text.as_bytes(), 0, true, &mut batch, &mut rejects);
        let explanation = explained(&table, &text, semantics);
        prop_assert_eq!(explanation.accepted, rejects.list.is_empty());
        prop_assert_eq!(explanation.accepted, explanation.faults.is_empty());
        prop_assert_eq!(explanation.accepted, explanation.partition.is_some());
        match rejects.list.first() {
            Some(reject) => {
                let first = &explanation.faults[0];
                prop_assert_eq!((first.code, &first.column), (reject.code(), &reject.column), "{}", text);
                prop_assert_eq!(&first.message, &reject.message(), "{}", text);
                prop_assert_eq!(first.at.offset, reject.fault_offset, "{}", text);
            }
            None => {
                let arrays = batch.columns.finish().unwrap();
                let traced: Vec<_> = arrays.iter().map(|array| value::stored(array, 0)).collect();
                let source = Source::find(text.clone().into_bytes(), &plan, &ExplainOptions::default()).unwrap();
                let options = ExplainOptions { semantics, ..ExplainOptions::default() };
                prop_assert_eq!(trace::trace(&source, &plan, &options, true).unwrap().stored, traced);
            }
        }
    }

    #[test]
    fn equal_rules_give_equal_rows(
        text in record(
            &["Snelheid", "seen_at", "price", "NAME", "flag", "day", "ratio", "numbers", "part", "parts", "x"],
            // Edges that no class counts: arrays for records, fractions of epochs.
            TOKENS.iter().filter(|token| !token.starts_with('[') && **token != "1.005").copied().collect(),
        ),
    ) {
        let table = equal_rules();
        let ours = explained(&table, &text, Semantics::Schema);
        let firehose = explained(&table, &text, Semantics::Firehose);
        prop_assert_eq!(ours.accepted, firehose.accepted, "{}", text);
        prop_assert_eq!(ours.accepted, ours.firehose.accepts);
        prop_assert_eq!(&ours.firehose.differs, &vec![]);
        for (ours, firehose) in ours.fields.iter().zip(&firehose.fields) {
            prop_assert_eq!(&ours.stored, &firehose.stored, "{}", text);
        }
    }
}

#[test]
fn strict_coerces_nothing() {
    let columns = vec![
        optional("int", LogicalType::Int8),
        optional("text", LogicalType::String),
        optional("list", list(LogicalType::Int8, true)),
        optional("price", LogicalType::Decimal { precision: 6, scale: 2 }),
        optional("flag", LogicalType::Boolean),
        optional("at", TIMESTAMP),
    ];
    let table = Table::new("t", columns);
    for (record, accepted) in [
        (r#"{"int": 1, "text": "a", "list": [1], "price": 1.25, "flag": true, "at": 1518033528}"#, true),
        (r#"{"price": "1.25"}"#, false),
        (r#"{"price": 1.250}"#, true),
        (r#"{"price": 1.255}"#, false),
        (r#"{"int": "1"}"#, false),
        (r#"{"text": 1}"#, false),
        (r#"{"text": true}"#, false),
        (r#"{"text": {"a": 1}}"#, false),
        (r#"{"list": 1}"#, false),
        (r#"{"flag": "true"}"#, false),
        (r#"{"at": "1518033528"}"#, false),
        (r#"{"at": "2026-11-23T08:15:00Z"}"#, true),
        (r#"{"int": null}"#, true),
        (r#"{"other": 1}"#, false),
        ("{}", false),
    ] {
        let explanation = explained(&table, record, Semantics::Strict);
        assert_eq!(explanation.accepted, accepted, "{record}: {:?}", explanation.faults);
        let schema = explained(&table, record, Semantics::Schema);
        assert!(schema.accepted, "{record}: {:?}", schema.faults);
    }
}

#[test]
fn firehose_lower_cases_fills_by_position_and_wraps() {
    let part = LogicalType::Struct {
        columns: vec![optional("name", LogicalType::String), optional("age", LogicalType::Int32)],
    };
    let columns = vec![
        optional("text", LogicalType::String),
        optional("map", map(LogicalType::Int8)),
        optional("part", part),
    ];
    let table = Table::new("t", [columns, vec![optional("at", TIMESTAMP)]].concat());
    let stored = |record: &str| {
        let explanation = explained(&table, record, Semantics::Firehose);
        let field = explanation.fields.iter().find(|field| !field.stored.is_null()).unwrap();
        field.stored.to_string()
    };
    assert_eq!(
        stored(r#"{"text": {"Outer": {"\u0041B\"C": ["K", 1]}}}"#),
        r#""{\"outer\":{\"\\u0041b\\\"c\":[\"K\",1]}}""#
    );
    assert_eq!(stored(r#"{"map": {"MixedKey": 1}}"#), r#"{"mixedkey":1}"#);
    assert_eq!(stored(r#"{"part": ["Zoe", 9, "ignored"]}"#), "\"Zoe\"");
    assert_eq!(stored(r#"{"at": 999999999999}"#), "\"2092-10-26T00:40:18.684Z\"");
    assert_eq!(stored(r#"{"at": 1518033528.5}"#), "\"2018-02-07T19:58:48.500Z\"");
    assert!(!explained(&table, r#"[{"text": "a"}]"#, Semantics::Firehose).accepted);
}

#[test]
fn rejects_and_later_records_are_found() {
    let table = Table::new("t", vec![optional("a", LogicalType::Int8)]);
    let at = |input: &str, nth| {
        let options = ExplainOptions { nth, ..ExplainOptions::default() };
        explain(&table, input.as_bytes().to_vec(), &options).map_err(|error| error.to_string())
    };
    let input = "{\"a\": 1}\n{\"a\": \"x\"}{\"a\": 3}";
    let second = at(input, 2).unwrap();
    assert!(!second.accepted);
    assert_eq!((second.faults[0].at.line, second.faults[0].at.line_column), (2, 7));
    assert_eq!(at(input, 3).unwrap().fields[0].stored, 3);
    assert_eq!(at(input, 4).unwrap_err(), "the input has only 3 records");
    let reject = r#"{"lastErrorCode":"DataFormatConversion.MalformedData","lastErrorMessage":"m","rawData":"eyJhIjogMzAwfQ=="}"#;
    let explanation = at(reject, 1).unwrap();
    assert_eq!(explanation.from_reject.unwrap().message.as_deref(), Some("m"));
    assert_eq!(explanation.faults[0].found, "300");
    assert_eq!(at(reject, 2).unwrap_err(), "the input has only 1 reject");
    assert_eq!(at("", 1).unwrap().faults[0].code, "DataFormatConversion.ParseError");
}

#[test]
fn what_firehose_has_no_equal_of_is_told() {
    let value = Box::new(lakebed_schema::Element { ty: LogicalType::Int32, nullable: true });
    let map = LogicalType::Map { key: Box::new(LogicalType::String), value };
    let table = Table::new("t", vec![Column::new("m", map)]);
    let told = |record: &str| explained(&table, record, Semantics::Schema).not_canonical;
    assert!(told(r#"{"m":{"Key":1}}"#).is_some_and(|why| why.contains("`Key` as `key`")));
    assert_eq!((told(r#"{"m":{"key":1}}"#), told(r#"{"m":1}"#)), (None, None));
    assert_eq!(explained(&table, r#"{"m":{"Key":1}}"#, Semantics::Firehose).not_canonical, None);
}
