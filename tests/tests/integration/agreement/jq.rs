//! The jq query that Firehose runs gives each record the partition that the runtime gives it, and refuses what the
//! runtime refuses; by the real jq 1.6.

use lakebed::jq::Records;
use lakebed::layout::Layout;
use lakebed::{
    Column, EnumWord, LogicalType, Partition, PartitionBy, Rules, Scalar, Table, TimeFormat, TimeUnit,
};
use lakebed_tests::partition_value::{canonical, of_jq, of_runtime, query_text};
use lakebed_tests::property::cases;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Patterns of time, each with a way to write a time in it that is often right.
const PATTERNS: [&str; 7] = [
    "d/M/yyyy HH:mm",
    "yyyyMMddHHmmss",
    "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    "dd.MM.uuuu H:m:s X",
    "yyyy-MM-dd HH:mm:ssZ",
    "yyyy(MM)dd+HH",
    "yyyyMMddHHmmssSSSSSSSSS",
];

fn table(column: Column, layout: &str, null: Option<&str>) -> Table {
    let mut other = Column::new("other", LogicalType::String);
    other.nullable = true;
    let partition = Partition {
        layout: Layout::parse(layout, Some(&column.name)).expect("a legal layout"),
        by: PartitionBy::Column(column.name.clone()),
        null: null.map(str::to_owned),
    };
    let mut table = Table::new("t", vec![column, other]);
    table.partitions.push(partition);
    table.validate().unwrap_or_else(|problems| panic!("{problems}"));
    table
}

fn source(ty: LogicalType, time: Vec<TimeFormat>) -> Column {
    let rules = Rules { time, ..Rules::default() };
    Column { key: "Tijd-\"toen\"".into(), aliases: vec!["t".into()], rules, ..Column::new("at", ty) }
}

/// Each record has the same partition on both sides, or is refused by both; made canonical it still has it.
fn agree(table: &Table, lines: &[String]) -> Result<usize, TestCaseError> {
    let (mut accepted, mut paths) = (Vec::new(), Vec::new());
    let sides = of_runtime(table, lines, 0).into_iter().zip(of_jq(table, Records::Raw, lines));
    for (line, (runtime, jq)) in lines.iter().zip(sides) {
        if runtime.is_ok() {
            accepted.push(canonical(table, line));
            paths.push(runtime.clone());
        }
        let same = match (&runtime, &jq) {
            (Ok(runtime), Ok(jq)) => runtime == jq,
            (Err(_), Err(_)) => true,
            (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
        };
        prop_assert!(same, "{line}\nruntime: {runtime:?}\njq: {jq:?}\n{}", query_text(table, Records::Raw));
    }
    // Those that the normalising function made canonical stay where they were.
    let again = of_jq(table, Records::Canonical, &accepted);
    prop_assert_eq!(again, paths, "{:?}\n{}", accepted, query_text(table, Records::Canonical));
    Ok(accepted.len())
}

fn instant(offset: bool) -> LogicalType {
    LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset }
}

/// Declared sets of spellings, the default ones of the types among them.
fn time_source() -> impl Strategy<Value = Column> {
    let format = prop_oneof![
        3 => Just(TimeFormat::Rfc3339),
        2 => Just(TimeFormat::EpochSeconds),
        2 => Just(TimeFormat::EpochMillis),
        3 => select(PATTERNS.to_vec()).prop_map(|pattern| TimeFormat::Pattern(pattern.into())),
    ];
    let wall_clock = LogicalType::Timestamp { unit: TimeUnit::Micros, instant: false, offset: false };
    let ty = select(vec![instant(false), instant(true), wall_clock, LogicalType::Date]);
    (ty, vec(format, 0..4)).prop_map(|(ty, mut formats)| {
        let mut seen = Vec::new();
        formats.retain(|format| {
            let new = !seen.contains(format);
            seen.push(format.clone());
            new
        });
        // No table has both: validation refuses digits that mean two things.
        let is_epoch = |format: &TimeFormat| matches!(format, TimeFormat::EpochSeconds | TimeFormat::EpochMillis);
        if formats.iter().any(is_epoch) {
            formats.retain(|format| {
                !matches!(format, TimeFormat::Pattern(pattern) if pattern.chars().all(char::is_alphabetic) && !pattern.contains('X'))
            });
        }
        source(ty, formats)
    })
}

/// Two digits that are mostly within a range, now and then beyond it or a single one.
fn number(from: u32, to: u32) -> impl Strategy<Value = String> {
    prop_oneof![
        20 => (from..=to).prop_map(|n| format!("{n:02}")),
        2 => (from..=to).prop_map(|n| n.to_string()),
        1 => (0..=99_u32).prop_map(|n| format!("{n:02}")),
    ]
}

fn year() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => (1970..2100_u32).prop_map(|year| year.to_string()),
        2 => select(vec!["0000", "0001", "0033", "0999", "1000", "1900", "2000", "2024", "9999", "10000", "24"])
            .prop_map(str::to_owned),
    ]
}

/// A text that looks like a time: ISO 8601 with all its liberties, and the patterns.
fn time_text() -> impl Strategy<Value = String> {
    let parts = (
        year(),
        number(1, 12),
        prop_oneof![3 => number(1, 28), 1 => number(28, 31)],
        number(0, 23),
        number(0, 59),
        number(0, 59),
    );
    let fraction = prop_oneof![
        3 => Just(String::new()),
        1 => "[.][0-9]{1,3}",
        1 => "[.][0-9]{3}",
        1 => "[.][0-9]{9}",
        1 => "[.][0-9]{0,12}",
    ];
    let zone = prop_oneof![
        3 => Just("Z".to_owned()),
        2 => Just(String::new()),
        3 => select(vec!["+01:00", "-11:30", "+18:00", "-18:01", "+23:59", "+24:00", "z", "+0100", "+01", "+1:00", " Z"])
            .prop_map(str::to_owned),
        1 => "[+-][0-9]{2}:[0-9]{2}",
    ];
    let form = select(vec![
        "y-m-dTHMS",
        "y-m-d HMS",
        "y-m-dtHMS",
        "y-m-d",
        "d/m/y H:M",
        "ymdhms",
        "d.m.y H:M:S X",
        "y-m-d H:M:SZ",
        "y(m)d+H",
        "ymdhmsf",
        "y-m-dTHMSz",
    ]);
    (parts, fraction, zone, form).prop_map(|((y, m, d, h, min, s), fraction, zone, form)| match form {
        "d/m/y H:M" => format!("{d}/{m}/{y} {h}:{min}"),
        "ymdhms" => format!("{y}{m}{d}{h}{min}{s}"),
        "d.m.y H:M:S X" => format!("{d}.{m}.{y} {h}:{min}:{s} {zone}"),
        "y-m-d H:M:SZ" => format!("{y}-{m}-{d} {h}:{min}:{s}{}", zone.replace(':', "")),
        "y(m)d+H" => format!("{y}({m}){d}+{h}"),
        "ymdhmsf" => format!("{y}{m}{d}{h}{min}{s}{}", fraction.trim_start_matches('.')),
        "y-m-d" => format!("{y}-{m}-{d}"),
        _ => {
            let separator = if form.contains('T') {
                "T"
            } else if form.contains('t') {
                "t"
            } else {
                " "
            };
            format!("{y}-{m}-{d}{separator}{h}:{min}:{s}{fraction}{zone}")
        }
    })
}

/// Epoch numbers of every size, and other numbers, as JSON writes them.
fn epoch() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (-100_000_000_000..300_000_000_000_i64).prop_map(|n| n.to_string()),
        4 => (-100_000_000_000_000..300_000_000_000_000_i64).prop_map(|n| n.to_string()),
        2 => select(vec![
            "0", "-0", "-1", "999999999999", "1000000000000", "-999999999999", "-1000000000000", "253402300799",
            "253402300800", "253402300799999", "253402300800000", "-62135596800", "-62135596801", "1588327980.0",
            "1.58832798e9", "1588327980.5", "1e400", "9223372036854775807", "9223372036854775808",
            "99999999999999999999999",
        ]).prop_map(str::to_owned),
        1 => any::<i64>().prop_map(|n| n.to_string()),
    ]
}

/// What stands in the record for the source, as JSON; nothing at all when `None`.
fn time_value() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        12 => time_text().prop_map(|text| Some(format!("\"{text}\""))),
        5 => epoch().prop_map(Some),
        4 => epoch().prop_map(|number| Some(format!("\"{number}\""))),
        1 => select(vec![
            "null", "true", "{}", "[]", "[0]", "\"\"", "\" 0\"", "\"+1588327980\"", "\"007\"", "\"0\\n\"",
            "\"2026-11-23T00:00:00Z\\n\"", "\"2026-11-23\\n\"", "\"+\"", "\"1e9\"", "\"0x10\"", "\"nan\"", "\"n/a\"",
        ]).prop_map(|value| Some(value.to_owned())),
        1 => Just(None),
    ]
}

/// A record with the value under one of the spellings of its key.
fn line((value, key, twice): (Option<String>, &str, bool)) -> String {
    let value = value.map(|value| format!("{key}:{value}"));
    // In another spelling: of a key that stands there twice to the letter jq sees the last one only.
    let again = (twice && key != "\"T\"").then(|| "\"T\":0".to_owned());
    let other = "\"other\":\"x\"".to_owned();
    format!("{{{}}}", value.into_iter().chain(again).chain([other]).collect::<Vec<_>>().join(","))
}

fn key() -> impl Strategy<Value = (&'static str, bool)> {
    let keys = select(vec![r#""Tijd-\"toen\"""#, r#""t""#, r#""T""#, r#""TIJD-\"toen\"""#, r#""\u0074""#]);
    (keys, prop_oneof![15 => Just(false), 1 => Just(true)])
}

fn lines(value: impl Strategy<Value = Option<String>>) -> impl Strategy<Value = Vec<String>> {
    vec((value, key()).prop_map(|(value, (key, twice))| line((value, key, twice))), 60)
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn times(
        column in time_source(),
        nullable in any::<bool>(),
        null in option::of(Just("unknown")),
        sentinel in any::<bool>(),
        layout in select(vec![
            "dt={yyyy-MM-dd}/hour={HH}", "year={yyyy}/month={MM}/day={dd}", "d=d{yyyyMMdd}.x", "m={MM-yyyy}",
            "w={uuuu'w'MM}/min={HH.mm}", "on={dd'-'yyyy'-'MM}",
        ]),
        lines in lines(time_value()),
    ) {
        let date = column.ty == LogicalType::Date;
        let layout = if date && layout.contains("HH") { "dt={yyyy-MM-dd}" } else { layout };
        let mut column = Column { nullable, ..column };
        if sentinel && nullable {
            column.rules.null_if = vec![Scalar::Text("n/a".into()), Scalar::Text("0".into())];
        }
        agree(&table(column, layout, null.filter(|_| nullable)), &lines)?;
    }

    #[test]
    fn values(
        (ty, sentinels) in value_source(),
        nullable in any::<bool>(),
        null in option::of(Just("unknown")),
        layout in select(vec!["at={at}", "zone=z-{at}.x", "a={at}/b={at}"]),
        lines in lines(plain_value()),
    ) {
        let mut column = Column { nullable, ..source(ty, Vec::new()) };
        if nullable {
            column.rules.null_if = sentinels;
        }
        agree(&table(column, layout, null.filter(|_| nullable)), &lines)?;
    }
}

/// Types whose value stands in the path, each with sentinels that fit.
fn value_source() -> impl Strategy<Value = (LogicalType, Vec<Scalar>)> {
    let word = |word: &str, aliases: &[&str]| EnumWord {
        word: word.into(),
        aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
    };
    let text = |text: &str| Scalar::Text(text.into());
    select(vec![
        (LogicalType::String, vec![]),
        (LogicalType::String, vec![text("n/a"), text("be"), text("17"), text("true")]),
        (LogicalType::Char, vec![text("x")]),
        (LogicalType::Uuid, vec![text("none")]),
        (
            LogicalType::Enum(vec![
                word("be", &["Belgium", "\"b\""]),
                word("nl\\", &[]),
                word("a b", &["ab"]),
            ]),
            vec![text("n/a")],
        ),
        (LogicalType::Boolean, vec![]),
        (LogicalType::Boolean, vec![Scalar::Bool(false)]),
        (LogicalType::Int8, vec![Scalar::Int(-1), text("n/a")]),
        (LogicalType::UInt8, vec![Scalar::Int(252)]),
        (LogicalType::Int16, vec![]),
        (LogicalType::UInt16, vec![]),
        (LogicalType::Int32, vec![]),
        (LogicalType::UInt32, vec![Scalar::Int(0)]),
        (LogicalType::Date, vec![text("n/a")]),
    ])
}

/// Any value a record may have there. Numbers are spelled as jq spells them, or are no whole numbers.
fn plain_value() -> impl Strategy<Value = Option<String>> {
    let number = prop_oneof![
        (-300..70_000_i64).prop_map(|n| n.to_string()),
        any::<i32>().prop_map(|n| n.to_string()),
        select(vec!["0.5", "-1.25", "4294967295", "4294967296", "999999999999999", "1e400"])
            .prop_map(str::to_owned),
    ];
    let quoted = prop_oneof![
        "[a-zA-Z0-9._-]{0,6}",
        "[+-]?[0-9]{1,11}",
        "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
        "[0-9a-fA-F]{32}",
        "[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}",
        "[a-z]{127,130}",
        "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}",
        select(vec![
            "be",
            "Belgium",
            "BE",
            "nl",
            "nl\\\\",
            "\\\"b\\\"",
            "ab",
            "a b",
            "a/b",
            "é",
            "x",
            "..",
            ".",
            "none",
            "n/a",
            "__HIVE_DEFAULT_PARTITION__",
            "true",
            "TRUE",
            "False",
            "be\\n",
            "\\u0062e",
            "7\\n",
            "-0",
            "0.0",
            "\\u0000",
        ])
        .prop_map(str::to_owned),
    ];
    prop_oneof![
        4 => number.prop_map(Some),
        8 => quoted.prop_map(|text| Some(format!("\"{text}\""))),
        2 => select(vec!["null", "true", "false", "{}", "[]", "[\"be\"]", "{\"a\":1}"])
            .prop_map(|value| Some(value.to_owned())),
        1 => Just(None),
    ]
}

/// The generated cases would prove nothing if both sides refused them all.
#[test]
fn what_the_properties_try_is_mostly_accepted() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = lines(time_text().prop_map(|text| Some(format!("\"{text}\""))));
    let tree = strategy.new_tree(&mut runner).expect("a value");
    let patterns = PATTERNS.map(|pattern| TimeFormat::Pattern(pattern.into()));
    let column = source(instant(true), [TimeFormat::Rfc3339].into_iter().chain(patterns).collect());
    let table = table(column, "dt={yyyy-MM-dd}/hour={HH}", None);
    let accepted = agree(&table, &proptest::strategy::ValueTree::current(&tree)).expect("they agree");
    assert!(accepted > 15, "{accepted} of 60");
}
