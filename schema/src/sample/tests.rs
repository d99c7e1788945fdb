use super::*;
use crate::def::TimeUnit;
use crate::layout::Layout;
use crate::logical_type::{Element, EnumWord, LogicalType};
use crate::table::{Column, Partition, PartitionBy, Scalar, TimeFormat};
use serde_json::Value;
use std::collections::BTreeSet;

fn instant() -> LogicalType {
    LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false }
}

fn element(ty: LogicalType) -> Box<Element> {
    Box::new(Element { ty, nullable: true })
}

/// Measuring points that report: a key, a time, a value with a sentinel.
fn traffic() -> Table {
    let mut speed = Column::new("speed", LogicalType::UInt8);
    speed.nullable = true;
    speed.rules.null_if = vec![Scalar::Int(252)];
    let columns = vec![Column::new("point_id", LogicalType::String), Column::new("at", instant()), speed];
    let mut table = Table::new("traffic", columns);
    table.key = vec!["point_id".into(), "at".into()];
    table.partitions.push(Partition {
        by: PartitionBy::Column("at".into()),
        layout: Layout::parse("dt={yyyy-MM-dd}", Some("at")).unwrap(),
        null: None,
    });
    table.validate().unwrap();
    table
}

/// A column of every type.
fn kinds() -> Table {
    let word = |word: &str, aliases: &[&str]| EnumWord {
        word: word.into(),
        aliases: aliases.iter().map(|alias| (*alias).into()).collect(),
    };
    let types = [
        LogicalType::Boolean,
        LogicalType::Int8,
        LogicalType::UInt32,
        LogicalType::Float64,
        LogicalType::Decimal { precision: 5, scale: 3 },
        LogicalType::String,
        LogicalType::Char,
        LogicalType::Uuid,
        LogicalType::Enum(vec![word("car", &["auto"]), word("van", &[])]),
        LogicalType::Json,
        LogicalType::Binary,
        LogicalType::Date,
        instant(),
        LogicalType::Timestamp { unit: TimeUnit::Micros, instant: false, offset: false },
        LogicalType::List { element: element(LogicalType::Int16), length: Some(2) },
        LogicalType::Map { key: Box::new(LogicalType::Date), value: element(LogicalType::Boolean) },
        LogicalType::Struct { columns: vec![Column::new("inner", LogicalType::Char)] },
    ];
    let column = |(index, ty): (usize, LogicalType)| {
        let mut column = Column::new(format!("{}_{index}", ty.name().replace(['(', ')', ','], "_")), ty);
        column.nullable = index % 2 == 0;
        column
    };
    Table::new("kinds", types.into_iter().enumerate().map(column).collect())
}

fn lines(table: &Table, options: SampleOptions) -> Vec<String> {
    let rows = options.rows;
    let sampler = Sampler::new(table, options).unwrap();
    let line = |row| {
        let mut line = String::new();
        sampler.write(row, &mut line);
        line
    };
    (0..rows).map(line).collect()
}

fn values(table: &Table, options: SampleOptions) -> Vec<Value> {
    lines(table, options).iter().map(|line| serde_json::from_str(line).expect(line)).collect()
}

fn texts(values: &[Value], key: &str) -> Vec<String> {
    values.iter().map(|value| value[key].as_str().expect("a text").to_owned()).collect()
}

fn rows(rows: u64) -> SampleOptions {
    SampleOptions { rows, ..SampleOptions::default() }
}

/// Samples are committed as fixtures and quoted in reports, so these bytes stay.
#[test]
fn bytes_never_change() {
    let made = lines(&kinds(), SampleOptions { rows: 2, seed: 7, ..SampleOptions::default() });
    assert_eq!(made, GOLDEN, "\n{}", made.join("\n"));
}

const GOLDEN: [&str; 2] = [
    r#"{"boolean_0":true,"int8_1":90,"uint32_2":61,"float64_3":34.86,"decimal_5_3__4":84.070,"string_5":"string_5-12","char_6":"a","uuid_7":"222c937e-52c7-4b0d-9391-84e4d840a22a","enum_8":"van","json_9":{"n":34,"ok":true},"binary_10":"U3trhQ==","date_11":"2026-01-01","timestamp_12":"2026-01-01T00:00:10.243Z","timestamp_13":"2026-01-01T00:00:02.783478","list_14":[null,50],"map_15":{"2026-01-01":true,"2025-12-31":false},"struct_16":{"inner":"j"}}"#,
    r#"{"int8_1":75,"uint32_2":55,"float64_3":13.94,"decimal_5_3__4":3.783,"string_5":"string_5-95","char_6":"h","uuid_7":"e90e4d92-807e-41ab-b425-14f960bde8e2","enum_8":"car","json_9":{"n":3,"ok":true},"binary_10":"gKpe6Q==","date_11":"2026-01-01","timestamp_12":"2026-01-01T12:00:05.138Z","timestamp_13":"2026-01-01T12:00:34.182818","list_14":[83,13],"map_15":{"2026-01-01":false},"struct_16":{"inner":"b"}}"#,
];

#[test]
fn things_report_together_at_even_distances() {
    let values = values(&traffic(), SampleOptions { keys: 3, ..rows(12) });
    let points = texts(&values, "point_id");
    assert_eq!(points[..4], ["point-01", "point-02", "point-03", "point-01"]);
    let times = texts(&values, "at");
    let wanted = [0, 6, 12, 18].map(|hour| [(); 3].map(|()| format!("2026-01-01T{hour:02}:00:00Z")));
    assert_eq!(times, wanted.concat());
}

#[test]
fn times_stay_in_the_window_and_never_go_back() {
    for (rows, seconds) in [(1, 1), (999, 86_400), (1000, 7), (5000, 1)] {
        let options = SampleOptions { rows, to: DEFAULT_FROM + seconds, keys: 7, ..SampleOptions::default() };
        let times = Sampler::new(&traffic(), options).unwrap();
        let times: Vec<i64> = (0..rows).map(|row| times.time(row)).collect();
        assert!(times.is_sorted() && times[0] == DEFAULT_FROM * 1000);
        assert!(times.iter().all(|time| *time < (DEFAULT_FROM + seconds) * 1000));
    }
}

#[test]
fn without_a_time_each_record_is_a_thing_of_its_own() {
    let mut table = Table::new("points", vec![Column::new("id", LogicalType::Int64)]);
    table.key = vec!["id".into()];
    let values = values(&table, SampleOptions { keys: 2, ..rows(50) });
    let ids: BTreeSet<i64> = values.iter().filter_map(|value| value["id"].as_i64()).collect();
    assert_eq!(ids.into_iter().collect::<Vec<_>>(), (1..=50).collect::<Vec<_>>());
}

#[test]
fn shares_are_kept() {
    let table = traffic();
    let count = |options: SampleOptions, test: fn(&&Value) -> bool| {
        values(&table, SampleOptions { rows: 2000, ..options }).iter().filter(test).count()
    };
    let is_sentinel = |value: &&Value| value["speed"] == 252;
    let is_absent = |value: &&Value| value["speed"].is_null();
    let none = SampleOptions { nulls: 0.0, sentinels: 0.0, ..SampleOptions::default() };
    assert_eq!((count(none.clone(), is_sentinel), count(none.clone(), is_absent)), (0, 0));
    let some = SampleOptions { nulls: 0.25, sentinels: 0.5, ..none.clone() };
    assert!((400..=600).contains(&count(some.clone(), is_absent)));
    assert!((650..=850).contains(&count(some.clone(), is_sentinel)));
    let left_out = count(some, |value| value.get("speed").is_none());
    assert!((180..=320).contains(&left_out), "half of those that are absent: {left_out}");
    assert_eq!(count(SampleOptions { nulls: 1.0, ..none }, is_absent), 2000);
}

#[test]
fn every_declared_spelling_of_time_comes_up() {
    let mut table = traffic();
    let pattern = |text: &str| TimeFormat::Pattern(text.into());
    table.columns[1].rules.time = vec![
        TimeFormat::Rfc3339,
        TimeFormat::EpochSeconds,
        TimeFormat::EpochMillis,
        pattern("d/M/yyyy HH:mm"),
    ];
    let values = values(&table, SampleOptions { keys: 1, ..rows(200) });
    let found: BTreeSet<&str> = values
        .iter()
        .map(|value| match &value["at"] {
            Value::String(text) if text.ends_with('Z') => "utc",
            Value::String(text) if text.ends_with("+01:00") => "offset",
            Value::String(text) if text.starts_with("1/1/2026 ") => "pattern",
            Value::Number(number) if number.as_i64() > Some(1_000_000_000_000) => "millis",
            Value::Number(_) => "seconds",
            Value::String(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                panic!("{value}")
            }
        })
        .collect();
    assert_eq!(found.len(), 5, "{found:?}");
}

/// Times before 2001 in milliseconds would be read as seconds; digits of a pattern as an epoch number.
#[test]
fn spellings_that_would_be_read_otherwise_are_left_out() {
    let mut table = traffic();
    table.columns[1].rules.time =
        vec![TimeFormat::EpochSeconds, TimeFormat::EpochMillis, TimeFormat::Pattern("yyyyMMddHHmmss".into())];
    let options = SampleOptions { from: 0, to: 86_400, keys: 1, ..rows(60) };
    for value in values(&table, options) {
        assert!(value["at"].as_i64().is_some_and(|seconds| seconds < 86_400), "{value}");
    }
}

#[test]
fn partition_texts_fit_a_path_and_are_never_absent() {
    let mut table = traffic();
    let words = ["north", "south side", "-"].map(|word| EnumWord { word: word.into(), aliases: vec![] });
    let mut region = Column::new("region", LogicalType::Enum(words.into()));
    region.nullable = true;
    region.rules.null_if = vec![Scalar::Text("-".into())];
    table.columns.push(region);
    table.partitions.push(Partition {
        by: PartitionBy::Column("region".into()),
        layout: Layout::parse("region={region}", Some("region")).unwrap(),
        null: None,
    });
    table.validate().unwrap();
    let regions = |table: &Table, options| texts(&values(table, options), "region");
    let all = SampleOptions { nulls: 1.0, sentinels: 1.0, edges: 1.0, ..rows(50) };
    assert!(regions(&table, all.clone()).iter().all(|region| region == "north"));

    table.columns[3].ty = LogicalType::Enum(vec![EnumWord { word: "south side".into(), aliases: vec![] }]);
    let findings = Sampler::new(&table, all).unwrap_err();
    assert_eq!(
        findings.to_string(),
        "column `region`: none of its words can stand in a path: partition by a column whose words hold only \
         A-Z a-z 0-9 . _ - [sample-partition]"
    );
}

#[test]
fn canonical_records_are_the_same_ones_spelled_plainly() {
    let mut table = traffic();
    table.columns[1].rules.time = vec![TimeFormat::EpochSeconds];
    let mut partner = Column::new("partner", LogicalType::Int16);
    (partner.nullable, partner.rules.null_with) = (true, Some("speed".into()));
    table.columns.insert(0, partner);
    let mut price = Column::new("price", LogicalType::Decimal { precision: 4, scale: 1 });
    price.rules.decimal_comma = true;
    table.columns.push(price);
    table.validate().unwrap();
    let options = SampleOptions { sentinels: 0.5, ..rows(100) };
    let raw = values(&table, options.clone());
    let plain = values(&table, SampleOptions { canonical: true, ..options });
    let mut nulls = 0;
    for (raw, plain) in raw.iter().zip(&plain) {
        assert_eq!(raw["point_id"], plain["point_id"]);
        let Civil { hour, minute, second, .. } = Civil::from_seconds(raw["at"].as_i64().unwrap());
        assert_eq!(plain["at"], format!("2026-01-01T{hour:02}:{minute:02}:{second:02}Z"));
        assert_eq!(raw["price"].as_str().unwrap().replace(',', "."), plain["price"].to_string());
        let is_null = raw["speed"] == 252;
        assert_eq!(plain["speed"], if is_null { Value::Null } else { raw["speed"].clone() });
        assert_eq!(plain["partner"], if is_null { Value::Null } else { raw["partner"].clone() });
        nulls += usize::from(is_null && !raw["partner"].is_null());
    }
    assert!(nulls > 20, "{nulls}");
}

#[test]
fn broken_records_are_whole_objects() {
    let made = lines(&traffic(), SampleOptions { broken: 1.0, ..rows(300) });
    for line in &made {
        assert!(line.starts_with('{') && line.ends_with('}') && !line.contains('\n'));
        let keys = line.matches("\"point_id\":").count();
        let wrong = line.contains("{\"is\":\"wrong\"}") || keys != 1 || !line.contains("\"at\":");
        assert!(wrong, "{line}");
    }
    assert!(made.iter().any(|line| line.matches("\"point_id\":").count() == 2));
}

#[test]
fn options_that_make_no_sense_are_all_named() {
    let options = SampleOptions {
        to: DEFAULT_FROM - 1,
        keys: 0,
        nulls: -0.1,
        broken: f64::NAN,
        ..SampleOptions::default()
    };
    let findings = Sampler::new(&traffic(), options).unwrap_err();
    let rules: Vec<_> = findings.0.iter().map(|finding| (finding.rule, finding.place.as_str())).collect();
    let wanted = [
        ("sample-window", "to"),
        ("sample-keys", "keys"),
        ("sample-share", "nulls"),
        ("sample-share", "broken"),
    ];
    assert_eq!(rules, wanted);
    assert!(findings.0[0].problem.contains("2025-12-31T23:59:59Z, before its start at 2026-01-01T00:00:00Z"));
}
