use crate::plan::Plan;
use crate::testing::{json_of, optional};
use crate::{Column, LogicalType as Type, Partition, PartitionBy, Table, TimeUnit};
use lakebed_schema::layout::Layout;

fn plan(ty: Type, layout: &str, null: Option<&str>) -> Plan {
    let mut table = Table::new("t", vec![optional("v", ty), optional("a", Type::Int8)]);
    let layout = Layout::parse(layout, Some("v")).unwrap();
    table.partitions =
        vec![Partition { by: PartitionBy::Column("v".into()), layout, null: null.map(str::to_owned) }];
    Plan::compile(&table).unwrap()
}

fn instant(unit: TimeUnit) -> Type {
    Type::Timestamp { unit, instant: true, offset: false }
}

/// The path of a record with that value, or the message of its reject.
fn path(plan: &Plan, value: &str) -> String {
    let decoded = json_of(plan, format!("{{\"v\":{value}}}"));
    match decoded.rejects.first() {
        Some(reject) => reject.message(),
        None => decoded.paths[0].clone(),
    }
}

#[test]
fn days_and_hours() {
    for unit in [TimeUnit::Millis, TimeUnit::Micros] {
        let plan = plan(instant(unit), "dt={yyyy-MM-dd}/hour={HH}", None);
        for (text, expected) in [
            ("2026-11-23 00:00:00", "dt=2026-11-23/hour=00/"),
            ("2026-11-23 23:59:59.999999999", "dt=2026-11-23/hour=23/"),
            ("2026-11-30 23:59:59", "dt=2026-11-30/hour=23/"),
            ("2026-12-31 23:59:59.999", "dt=2026-12-31/hour=23/"),
            ("2027-01-01 00:00:00", "dt=2027-01-01/hour=00/"),
            ("2024-02-29 12:00:00", "dt=2024-02-29/hour=12/"),
            ("2000-02-29 23:59:59", "dt=2000-02-29/hour=23/"),
            ("1969-12-31 23:59:59.001", "dt=1969-12-31/hour=23/"),
            ("1900-03-01 00:00:00", "dt=1900-03-01/hour=00/"),
            ("0001-01-01 00:00:00", "dt=0001-01-01/hour=00/"),
            ("9999-12-31 23:59:59", "dt=9999-12-31/hour=23/"),
        ] {
            assert_eq!(path(&plan, &format!("\"{text}\"")), expected, "{text}");
        }
    }
}

#[test]
fn one_batch_with_many_hours() {
    let plan = plan(instant(TimeUnit::Millis), "dt={yyyy-MM-dd}/hour={HH}", None);
    let seconds = [-1_i64, 0, 3599, 3600, -3600, -3601, 0, 86_399, 86_400, 951_782_400];
    let input: String = seconds.iter().map(|s| format!("{{\"v\":{s}}}")).collect();
    let decoded = json_of(&plan, input);
    let expected = [
        "1969-12-31/hour=23",
        "1970-01-01/hour=00",
        "1970-01-01/hour=00",
        "1970-01-01/hour=01",
        "1969-12-31/hour=23",
        "1969-12-31/hour=22",
        "1970-01-01/hour=00",
        "1970-01-01/hour=23",
        "1970-01-02/hour=00",
        "2000-02-29/hour=00",
    ];
    assert_eq!(decoded.paths, expected.map(|path| format!("dt={path}/")));
}

#[test]
fn classic_and_coarse_layouts() {
    for (layout, expected) in [
        ("year={yyyy}/month={MM}/day={dd}/hour={HH}", "year=2024/month=02/day=29/hour=07/"),
        ("month={yyyy-MM}", "month=2024-02/"),
        ("year={yyyy}", "year=2024/"),
        ("dt={yyyy-MM-dd-HH}/mi={mm}", "dt=2024-02-29-07/mi=05/"),
    ] {
        let plan = plan(instant(TimeUnit::Millis), layout, None);
        assert_eq!(path(&plan, "\"2024-02-29T07:05:09Z\""), expected);
    }
    assert_eq!(path(&plan(Type::Date, "month={yyyy-MM}", None), "\"1969-12-31\""), "month=1969-12/");
}

#[test]
fn values() {
    let text = plan(Type::String, "v={v}", None);
    assert_eq!(path(&text, "\"a.B-9_\""), "v=a.B-9_/");
    for bad in ["", " ", "a/b", "a b", "é", "..", ".", "a%20b", "__HIVE_DEFAULT_PARTITION__", "a=b", "x\\n"]
    {
        let message = path(&text, &format!("\"{bad}\""));
        assert!(message.starts_with("column `v`: expected partition text of 1 to 128"), "{bad}: {message}");
    }
    let long = "x".repeat(128);
    assert_eq!(path(&text, &format!("\"{long}\"")), format!("v={long}/"));
    assert!(path(&text, &format!("\"{long}x\"")).starts_with("column `v`: expected partition text"));
    assert_eq!(path(&plan(Type::Int32, "v={v}", None), "-7"), "v=-7/");
    assert_eq!(path(&plan(Type::Boolean, "v={v}", None), "\"TRUE\""), "v=true/");
}

#[test]
fn null_sources() {
    let message = "column `v`: expected a value to partition by, found null";
    for ty in [Type::String, Type::Int32, instant(TimeUnit::Millis)] {
        let layout = if ty == instant(TimeUnit::Millis) { "dt={yyyy-MM-dd}" } else { "v={v}" };
        let (plan, opted) = (plan(ty.clone(), layout, None), plan(ty, layout, Some("unknown")));
        let column = &layout[..layout.find('=').unwrap()];
        for input in ["{\"v\":null}", "{}", "{\"a\":1}"] {
            let decoded = json_of(&plan, input);
            assert_eq!(decoded.rejects[0].message(), message);
            assert_eq!(decoded.rejects[0].fault_offset, input.len() as u64 - 1);
            assert_eq!(json_of(&opted, input).paths, [format!("{column}=unknown/")]);
        }
    }
}

#[test]
fn rows_go_to_their_parts() {
    let plan = plan(Type::String, "v={v}", None);
    let mut batch = crate::Batch::new(&plan, 0);
    let mut rejects = crate::reject::Rejects::default();
    let input = b"{\"v\":\"x\",\"a\":1}{\"v\":\"y\",\"a\":2}{\"v\":\"x\",\"a\":3}{\"v\":\"z z\",\"a\":4}";
    let mut decoder = crate::feed::json::JsonDecoder::new(&plan, crate::Limits::default());
    for _ in 0..2 {
        decoder.decode(input, 0, true, &mut batch, &mut rejects);
        let parts = batch.split(&plan).unwrap();
        let parts: Vec<_> =
            parts.iter().map(|(path, part)| (path.as_str(), part.num_rows(), part.num_columns())).collect();
        assert_eq!(parts, [("v=x/", 2, 1), ("v=y/", 1, 1)]);
    }
    assert_eq!(rejects.list.len(), 2);
}

#[test]
fn arrival() {
    let mut table = Table::new("t", vec![Column::new("a", Type::Int8)]);
    let layout = Layout::parse("dt={yyyy-MM-dd}/hour={HH}", None).unwrap();
    table.partitions = vec![Partition { by: PartitionBy::Arrival, layout, null: None }];
    let plan = Plan::compile(&table).unwrap();
    let mut batch = crate::Batch::new(&plan, 1_795_392_000);
    let mut decoder = crate::feed::json::JsonDecoder::new(&plan, crate::Limits::default());
    decoder.decode(b"{\"a\":1}", 0, true, &mut batch, &mut crate::reject::Rejects::default());
    assert_eq!(batch.split(&plan).unwrap()[0].0, "dt=2026-11-23/hour=00/");
}

/// jq forgets how a number was written, so only spellings that it would write itself make a path.
#[test]
fn numbers_that_make_a_path_are_whole() {
    let by_text = plan(Type::String, "v={v}", None);
    for (value, expected) in [
        ("17", "v=17/"),
        ("-17", "v=-17/"),
        ("\"1.0\"", "v=1.0/"),
        ("true", "v=true/"),
        ("999999999999999", "v=999999999999999/"),
    ] {
        assert_eq!(path(&by_text, value), expected);
    }
    for value in ["1.0", "1e2", "1000000000000000", "0.5"] {
        let message = path(&by_text, value);
        assert!(
            message.contains("whole number of at most 15 digits") && message.contains(value),
            "{message}"
        );
    }
    // The other columns of a table keep their text as it is written.
    let by_int = plan(Type::Int8, "v={v}", None);
    assert_eq!(path(&by_int, "1.0"), "v=1/");
}
