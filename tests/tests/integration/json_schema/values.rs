//! Every kind of column against every kind of wire value, one at a time.

use super::{Case, decoded, plan, validated};
use lakebed::{
    Column, Element, EnumWord, Layout, LogicalType, Partition, PartitionBy, Rules, Scalar, Table, TimeFormat,
    TimeUnit,
};
use std::collections::BTreeSet;

/// JSON values as they are written, texts without their quotes apart.
const VALUES: &str = r#"
null true false
0 -0 1 -1 7 12.0 1.2e1 1e2 0.5 -0.5 1.5 99 100 127 128 -128 -129 200 201 251 252 255 256 999 1000 -999 -1000
32767 32768 -32768 -32769 65535 65536 2147483647 2147483648 -2147483648 -2147483649 4294967295 4294967296
9007199254740991 9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809
1e10 9999999999 9999999999.99 -9999999999.99 10000000000 99999999999999999999 1e39 3.5e38 -3.5e38 3.4e38 1e308 5e-324
253402300799 253402300800 -62135596800 -62135596801 999999999999 1000000000000 -1000000000000 -999999999999
253402300799999 253402300800000 -62135596800000 -62135596800001 1e12 0.99999 0.999994 1.0 -0.0
[] {} [1] ["1"] [null] [[1]] [1,2] ["a","b"] [1,"x"] [[1],[2]] [[]] [{}] [true] [256] [255,0] [1.5] [-1] ["QQ=="]
["2026-11-23"] ["lorry","truck"] [["a"],["b"]] [1,2,3] ["-"] [252]
{"a":1} {"a":null} {"1":1} {"x":"y"} {"a":1,"b":"2"} {"lorry":1} {"tractor":1} {"2026-11-23":1} {"true":1} {"TRUE":"2"}
{"é":1} {"1.5":1} {"QQ==":"a"} {"00000000-0000-0000-0000-00000000000f":1} {"1526":7} {"-1":"x"}
{"n":1} {"n":"x"} {"n":null} {"m":5} {"n":2,"m":null} {"n":"3","z":[]} [{"n":1}] [{"n":"x"}] [{"n":1},{"n":"2"}]
"#;

/// Texts, one on each side of a bar.
const TEXTS: &[&str] = &[
    "",
    " ",
    "-",
    "+",
    ".",
    ",",
    "0",
    "00",
    "-0",
    "+0",
    "1",
    "01",
    "+7",
    "-7",
    "--1",
    "+-1",
    " 1",
    "1 ",
    "1\n",
    "\t1",
    "12.0",
    "5.",
    ".5",
    "-.5",
    "1.5",
    "1,5",
    ",5",
    "5,",
    "1,5,5",
    "1.5,5",
    "1e5",
    "1E+5",
    "1e-5",
    "1e",
    "e5",
    "1.e1",
    ".e1",
    "1,5e1",
    "0x10",
    "1_0",
    "\u{661}",
    "inf",
    "NaN",
    "Infinity",
    "1e39",
    "99",
    "100",
    "127",
    "128",
    "-128",
    "-129",
    "200",
    "251",
    "0252",
    "252",
    "+255",
    "256",
    "00000000255",
    "999",
    "1000",
    "-999",
    "-1000",
    "999.99",
    "1000.5",
    "0.99999",
    "0.999994",
    "32767",
    "32768",
    "-32768",
    "-32769",
    "65535",
    "65536",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "10000000000000000000",
    "99999999999999999999",
    "100000000000000000000",
    "9999999999.99",
    "10000000000",
    "99999999999999999999999999999999999999",
    "100000000000000000000000000000000000000",
    "253402300799",
    "253402300800",
    "-62135596800",
    "-62135596801",
    "999999999999",
    "1000000000000",
    "-1000000000000",
    "253402300799999",
    "253402300800000",
    "-62135596800000",
    "-62135596800001",
    "true",
    "TRUE",
    "tRuE",
    "false",
    "false ",
    "yes",
    "t",
    "null",
    "NULL",
    "n/a",
    "a",
    "ab",
    "é",
    "😀",
    "e\u{301}",
    "lorry",
    "truck",
    "Lorry",
    "small-car",
    "unknown",
    "67e55044-10b1-426f-9247-bb680e5fe0c8",
    "67E5504410B1426F9247BB680E5FE0C8",
    "67e5504410b1-426f-9247-bb680e5fe0c8",
    "{67e55044-10b1-426f-9247-bb680e5fe0c8}",
    "67e55044-10b1-426f-9247-bb680e5fe0cg",
    "QQ",
    "QQ==",
    "QQ=",
    "QR==",
    "QR",
    "QUI=",
    "QUI",
    "QUJ",
    "QUJD",
    "QUJDRA==",
    "QUJD RA==",
    "_-8=",
    "+/8=",
    "QUJDR",
    "====",
    "QUJD=",
    "2026-11-23",
    "2026-1-2",
    "2026-01-02",
    "26-1-2",
    "2026-13-01",
    "2026-00-10",
    "2026-11-00",
    "2026-11-32",
    "0000-01-01",
    "0001-01-01",
    "1000-01-01",
    "1970-10-10",
    "2000-12-31",
    "9999-12-31",
    "10000-01-01",
    "2026/11/23",
    "2026-11-23 ",
    "-2026-11-23",
    "2026-11-23T08:15:00",
    "2026-11-23T08:15:00Z",
    "2026-11-23t08:15:00z",
    "2026-11-23T08:15:00+01:00",
    "2026-11-23T08:15:00-00:00",
    "2026-11-23T08:15:00+23:59",
    "2026-11-23T08:15:00+24:00",
    "2026-11-23T08:15:00+01:60",
    "2026-11-23T08:15:00+0100",
    "2026-11-23T08:15:00+01",
    "2026-11-23T08:15:00 +01:00",
    "2026-11-23 08:15:00",
    "2026-11-23 8:5:0",
    "2026-1-2 8:5:0",
    "2026-11-23 08:15:00Z",
    "2026-11-23 08:15:00+01:00",
    "2026-11-23 8:15:00Z",
    "2026-1-23T08:15:00Z",
    "2026-11-23T8:15:00Z",
    "2026-11-23T24:00:00Z",
    "2026-11-23T23:59:60Z",
    "2026-11-23T08:60:00Z",
    "2026-11-23T08:15Z",
    "2026-11-23 08:15",
    "2026-11-23T08:15:00.1Z",
    "2026-11-23T08:15:00.123456789Z",
    "2026-11-23T08:15:00.1234567891Z",
    "2026-11-23T08:15:00.Z",
    "2026-11-23T08:15:00,5Z",
    "2026-11-23 08:15:00.5",
    "2026-11-23 08:15:00.1234567891",
    "2026-11-23T08:15:00.5",
    "2026-11-23T08:15:00.1234567891",
    "2026-11-23T08:15:00.1234567891+01:00",
    "0000-06-01T00:00:00Z",
    "0000-06-01 00:00:00",
    "20261123",
    "20261323",
    "202611230815",
    "20261123081500123",
    "20261123Z",
    "20261123+0100",
    "20261123+1800",
    "20261123+1830",
    "20261123+01",
    "20261123+01:00",
    "23/11/2026 08:15",
    "3/1/2026 8:05",
    "3/1/2026 8:5",
    "33/1/2026 8:05",
    "(2026)-11.23",
    "A.b_c-1",
    "a b",
    "a/b",
    "..",
    "__HIVE_DEFAULT_PARTITION__",
    "ä",
];

fn element(ty: LogicalType, nullable: bool) -> Box<Element> {
    Box::new(Element { ty, nullable })
}

fn list(ty: LogicalType, nullable: bool, length: Option<u64>) -> LogicalType {
    LogicalType::List { element: element(ty, nullable), length }
}

fn map(key: LogicalType, ty: LogicalType, nullable: bool) -> LogicalType {
    LogicalType::Map { key: Box::new(key), value: element(ty, nullable) }
}

fn vehicle() -> LogicalType {
    let word = |word: &str, aliases: &[&str]| EnumWord {
        word: word.into(),
        aliases: aliases.iter().map(|alias| (*alias).into()).collect(),
    };
    LogicalType::Enum(vec![word("small-car", &[]), word("lorry", &["truck"])])
}

fn record() -> LogicalType {
    let optional = Column { nullable: true, ..Column::new("m", LogicalType::UInt8) };
    LogicalType::Struct { columns: vec![Column::new("n", LogicalType::Int8), optional] }
}

fn decimal(precision: u8, scale: u8) -> LogicalType {
    LogicalType::Decimal { precision, scale }
}

fn timestamp(instant: bool, offset: bool) -> LogicalType {
    LogicalType::Timestamp { unit: TimeUnit::Millis, instant, offset }
}

fn types() -> Vec<LogicalType> {
    use LogicalType::*;
    vec![
        Boolean,
        Int8,
        Int16,
        Int32,
        Int64,
        UInt8,
        UInt16,
        UInt32,
        Float32,
        Float64,
        decimal(12, 2),
        decimal(5, 5),
        decimal(3, 0),
        decimal(5, 2),
        decimal(20, 0),
        decimal(38, 0),
        String,
        Char,
        Uuid,
        vehicle(),
        Json,
        Binary,
        Date,
        timestamp(true, false),
        timestamp(true, true),
        timestamp(false, false),
        record(),
        list(Int8, false, None),
        list(Int64, true, None),
        list(String, false, None),
        list(String, true, Some(2)),
        list(UInt8, false, Some(1)),
        list(Binary, false, None),
        list(vehicle(), false, None),
        list(Date, true, None),
        list(record(), false, None),
        list(list(UInt8, false, None), false, None),
        list(Json, false, None),
        list(map(String, Int8, false), false, None),
        map(String, Int8, true),
        map(Int16, String, false),
        map(vehicle(), UInt8, false),
        map(Date, Int8, false),
        map(Boolean, Int8, false),
        map(Uuid, Int8, false),
        map(Binary, String, false),
        map(Char, Int8, true),
        map(decimal(3, 1), Int8, false),
        map(timestamp(true, false), Int8, false),
        map(String, record(), false),
        map(String, list(Int8, false, None), false),
    ]
}

fn formats() -> Vec<Vec<TimeFormat>> {
    use TimeFormat::*;
    let pattern = |text: &str| Pattern(text.into());
    vec![
        vec![Rfc3339],
        vec![EpochSeconds],
        vec![EpochMillis],
        vec![Rfc3339, EpochSeconds],
        vec![EpochSeconds, EpochMillis],
        vec![pattern("yyyyMMdd")],
        vec![pattern("yyyyMMddX"), EpochSeconds],
        vec![pattern("yyyyMMddxx"), pattern("yyyyMMddXXX")],
        vec![pattern("yyyyMMddZ")],
        vec![pattern("d/M/yyyy H:mm"), Rfc3339],
        vec![pattern("'('uuuu')-'MM.dd")],
        vec![pattern("yyyyMMddHHmmssSSS")],
        vec![pattern("yyyy-MM-dd HH:mm")],
    ]
}

/// Tables of one column.
fn tables() -> Vec<Table> {
    use LogicalType::*;
    let mut columns = Vec::new();
    for ty in types() {
        columns.push(Column::new("c", ty.clone()));
        columns.push(Column { nullable: true, ..Column::new("c", ty) });
    }
    columns.push(Column { default: true, ..Column::new("c", UInt8) });
    for formats in formats() {
        for ty in [timestamp(true, false), Date] {
            let rules = Rules { time: formats.clone(), ..Rules::default() };
            columns.push(Column { rules, ..Column::new("c", ty) });
        }
    }
    let text = |text: &str| Scalar::Text(text.into());
    let null_if = [
        (UInt8, vec![Scalar::Int(251), Scalar::Int(252)]),
        (Int64, vec![text("n/a"), text("")]),
        (Float64, vec![Scalar::Float(-1.0), text("-")]),
        (decimal(12, 2), vec![Scalar::Int(0), text("NULL")]),
        (String, vec![text(""), text("-")]),
        (Char, vec![text("n/a"), text("-")]),
        (Uuid, vec![text("")]),
        (vehicle(), vec![text("unknown"), text("lorry")]),
        (Date, vec![text("0000-01-01")]),
        (timestamp(true, false), vec![text("unknown"), text("0")]),
        (Boolean, vec![Scalar::Bool(false)]),
        (list(UInt8, true, None), vec![Scalar::Int(252), text("-")]),
        (map(String, String, true), vec![text("y")]),
    ];
    for (ty, null_if) in null_if {
        let rules = Rules { null_if, ..Rules::default() };
        columns.push(Column { nullable: true, rules, ..Column::new("c", ty) });
    }
    for ty in [Float32, Float64, decimal(12, 2), Int16, list(decimal(5, 2), false, None)] {
        let rules = Rules { decimal_comma: true, ..Rules::default() };
        columns.push(Column { rules, ..Column::new("c", ty) });
    }
    let mut tables: Vec<Table> = columns.iter().map(|column| Table::new("t", vec![column.clone()])).collect();
    // JSON made of XML; whether null is taken makes a difference there.
    for column in columns.into_iter().filter(|column| column.rules.time.is_empty()) {
        tables.push(Table { xml_json: true, ..Table::new("t", vec![column]) });
    }
    tables.extend(partitioned());
    tables
}

/// Tables whose partitions come from the column, which is in the file too.
fn partitioned() -> Vec<Table> {
    use LogicalType::*;
    let text = |text: &str| Scalar::Text(text.into());
    let sources = [
        (String, "p={c}", vec![text("1"), text("a"), text("true")]),
        (String, "p=x-{c}", Vec::new()),
        (Char, "p={c}", vec![text("a")]),
        (vehicle(), "p={c}", vec![text("lorry")]),
        (Uuid, "p={c}", Vec::new()),
        (UInt8, "p={c}", vec![Scalar::Int(252)]),
        (Boolean, "p={c}", vec![Scalar::Bool(true)]),
        (Date, "p={yyyy-MM}", vec![text("2026-1-2")]),
        (timestamp(true, true), "p={yyyy-MM-dd}", vec![text("unknown"), text("0")]),
    ];
    let mut tables = Vec::new();
    for (ty, layout, null_if) in sources {
        for nullable in [false, true] {
            for null in [None, Some("none".to_owned())] {
                let rules = Rules {
                    null_if: if nullable { null_if.clone() } else { Vec::new() },
                    ..Rules::default()
                };
                let column = Column { nullable, rules, ..Column::new("c", ty.clone()) };
                let layout = Layout::parse(layout, Some("c")).expect("a layout");
                let mut table = Table::new("t", vec![column]);
                table.partitions.push(Partition { by: PartitionBy::Column("c".into()), layout, null });
                tables.push(table);
            }
        }
    }
    tables
}

/// Why schema and decoder may differ, as the documentation of the artifact lists it.
fn known(table: &Table, value: &str) -> Option<&'static str> {
    let leaf = |ty: &LogicalType| -> LogicalType {
        match ty {
            LogicalType::List { element, .. } => element.ty.clone(),
            other => other.clone(),
        }
    };
    let ty = leaf(&table.columns[0].ty);
    if table.xml_json && value.starts_with("[[") {
        return Some("several lists of one");
    }
    match ty {
        LogicalType::Float32 if value.contains("1e39") => Some("beyond single precision, in quotes"),
        LogicalType::Decimal { .. } if value.starts_with('"') && value.contains(['e', 'E']) => {
            Some("too large by its exponent, in quotes")
        }
        LogicalType::Decimal { precision: 3, scale: 0 } if value == r#""999.99""# => {
            Some("rounded up, in quotes")
        }
        LogicalType::String
            if !table.partitions.is_empty()
                && ["12.0", "1.2e1", "1e2", "1e10", "1e12", "1.0", "-0.0"].contains(&value) =>
        {
            Some("a whole number with a point or an exponent, as partition text")
        }
        _ => None,
    }
}

#[test]
fn every_column_takes_the_values_that_its_schema_says() {
    let values: Vec<&str> = VALUES.split_whitespace().collect();
    let texts: Vec<String> = TEXTS.iter().map(|text| serde_json::Value::from(*text).to_string()).collect();
    let tables = tables();
    let mut cases = Vec::new();
    for (number, table) in tables.iter().enumerate() {
        // What XML adds is in lists and objects.
        let step = if table.xml_json { 5 } else { 1 };
        let texts = texts.iter().step_by(step).map(String::as_str);
        let record = |value: &str| Case { table: number, record: format!(r#"{{"c":{value}}}"#) };
        cases.push(Case { table: number, record: "{}".into() });
        cases.extend(values.iter().copied().chain(texts).map(record));
    }
    let accepted = validated(&tables, &cases);
    let plans: Vec<_> = tables.iter().map(plan).collect();
    let (mut wrong, mut both, mut reasons) = (Vec::new(), [0, 0], BTreeSet::new());
    for (accepted, case) in accepted.into_iter().zip(&cases) {
        let table = &tables[case.table];
        let stored = decoded(&plans[case.table], &case.record);
        both[usize::from(accepted)] += 1;
        let value = case.record.strip_prefix(r#"{"c":"#).and_then(|rest| rest.strip_suffix('}'));
        let value = value.unwrap_or_default();
        if accepted == stored.is_ok() {
            continue;
        }
        if let Some(reason) = known(table, value) {
            reasons.insert(reason);
            continue;
        }
        let Column { ty, nullable, rules, .. } = &table.columns[0];
        let about =
            format!("{ty:?} nullable {nullable} xml {} {rules:?} {:?}", table.xml_json, table.partitions);
        wrong.push(format!("schema {accepted}, decoder {stored:?}: {} into {about}", case.record));
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong[..wrong.len().min(60)].join("\n")
    );
    assert!(both[0] > 10_000 && both[1] > 10_000, "{both:?}");
    // None of the reasons is left over.
    assert_eq!(reasons.len(), 5, "{reasons:?}");
}
