use super::*;
use crate::layout::Layout;
use crate::logical_type::{EnumWord, LogicalType};
use crate::table::Column;

/// A table with columns `at`, `day`, `road`, `lane`, `open` and `region`, and these partitions: source, layout, null.
fn table(partitions: &[(&str, &str, Option<&str>)]) -> Table {
    let word = |word: &str| EnumWord { word: word.into(), aliases: Vec::new() };
    let time = LogicalType::Timestamp { unit: crate::TimeUnit::Millis, instant: true, offset: false };
    let mut table = Table::new(
        "t",
        vec![
            Column::new("at", time),
            Column::new("day", LogicalType::Date),
            Column::new("road", LogicalType::String),
            Column::new("lane", LogicalType::UInt8),
            Column::new("open", LogicalType::Boolean),
            Column::new("region", LogicalType::Enum(vec![word("be-vlg"), word("be-wal")])),
        ],
    );
    for (by, layout, null) in partitions {
        let by = (*by != "arrival").then_some(*by);
        if let (Some(by), true) = (by, null.is_some()) {
            table.columns.iter_mut().find(|column| column.name == by).unwrap().nullable = true;
        }
        table.partitions.push(Partition {
            by: by.map_or(PartitionBy::Arrival, |by| PartitionBy::Column(by.into())),
            layout: Layout::parse(layout, by).unwrap(),
            null: null.map(str::to_owned),
        });
    }
    table.validate().unwrap();
    table
}

fn target() -> Target {
    let mut target = Target::default();
    target.projection.from = Some("2026-02-28".into());
    target
}

/// The parameters without `projection.`, one a line.
fn written(table: &Table, target: &Target) -> Vec<String> {
    match properties(table, target) {
        Ok(properties) => {
            assert_eq!(properties[0], ("projection.enabled".into(), "true".into()));
            let rest = properties[1..].iter();
            rest.map(|(key, value)| format!("{}={value}", key.strip_prefix("projection.").unwrap())).collect()
        }
        Err(findings) => findings.0.iter().map(ToString::to_string).collect(),
    }
}

fn of(by: &str, layout: &str) -> Vec<String> {
    written(&table(&[(by, layout, None)]), &target())
}

#[test]
fn default_layout() {
    assert_eq!(
        of("at", "dt={yyyy-MM-dd}/hour={HH}"),
        [
            "dt.type=date",
            "dt.range=2026-02-28,NOW+1DAY",
            "dt.format=yyyy-MM-dd",
            "dt.interval=1",
            "dt.interval.unit=DAYS",
            "hour.type=integer",
            "hour.range=0,23",
            "hour.digits=2",
        ]
    );
}

#[test]
fn classic_layout() {
    assert_eq!(
        of("arrival", "year={yyyy}/month={MM}/date={dd}/hour={HH}/minute={mm}"),
        [
            "year.type=integer",
            "year.range=2026,2035",
            "year.digits=4",
            "month.type=integer",
            "month.range=1,12",
            "month.digits=2",
            "date.type=integer",
            "date.range=1,31",
            "date.digits=2",
            "hour.type=integer",
            "hour.range=0,23",
            "hour.digits=2",
            "minute.type=integer",
            "minute.range=0,59",
            "minute.digits=2",
        ]
    );
}

#[test]
fn dates_of_every_unit_and_text_around_them() {
    for (layout, range, format, unit) in [
        ("m={yyyy-MM}", "2026-02", "yyyy-MM", "MONTHS"),
        ("m={MM.uuuu}", "02.2026", "MM.uuuu", "MONTHS"),
        ("d={yyyyMMdd}", "20260228", "yyyyMMdd", "DAYS"),
        ("d=d{yyyy-MM-dd}", "d2026-02-28", "'d'yyyy-MM-dd", "DAYS"),
        ("d={yyyy}-{MM}-{dd}z", "2026-02-28z", "yyyy-MM-dd'z'", "DAYS"),
        ("d={yyyy}'W'", "", "", ""),
        ("h={yyyy-MM-dd'T'HH}", "2026-02-28T00", "yyyy-MM-dd'T'HH", "HOURS"),
        ("m={yyyy-MM-dd-HH-mm}", "2026-02-28-00-00", "yyyy-MM-dd-HH-mm", "MINUTES"),
    ] {
        if range.is_empty() {
            assert!(Layout::parse(layout, None).is_err());
            continue;
        }
        let column = &layout[..1];
        let wanted = [
            format!("{column}.type=date"),
            format!("{column}.range={range},NOW+1DAY"),
            format!("{column}.format={format}"),
            format!("{column}.interval=1"),
            format!("{column}.interval.unit={unit}"),
        ];
        assert_eq!(of("at", layout), wanted);
    }
    assert_eq!(of("at", "hour=h{HH}")[0], "hour.type=enum");
    assert!(of("at", "hour=h{HH}")[1].starts_with("hour.values=h00,h01,"));
    assert_eq!(of("day", "day={day}")[2], "day.format=yyyy-MM-dd");
}

#[test]
fn dates_that_cannot_be_read_back() {
    for (layout, part) in [
        ("x={MM-dd}", "`{MM-dd}` does not say when its date begins"),
        ("x={HHmm}", "does not say when"),
        ("x={yyyy-dd}", "does not say when"),
        ("x={yyyy-MM-dd}_{yyyy}", "has the letter `y` in two places"),
        ("x={yyyy}1{MM}", "has digits behind the year"),
    ] {
        let found = of("at", layout);
        assert!(found.len() == 1 && found[0].contains(part), "{layout}: {found:?}");
    }
}

#[test]
fn the_first_day_is_asked_for_once() {
    let mut target = Target::default();
    let both = table(&[("at", "dt={yyyy-MM-dd}", None), ("arrival", "year={yyyy}", None)]);
    assert_eq!(
        written(&both, &target),
        [
            "projection.from: is not set: write the first day with data into lakebed.toml, projection.from = \"2026-01-01\", or give --set projection.from=2026-01-01 [projection-from]"
        ]
    );
    assert_eq!(written(&table(&[("at", "hour={HH}", None)]), &target).len(), 3);
    for bad in ["2026-02-30", "2026-1-1", "yesterday", "2026-01-01T00"] {
        target.projection.from = Some(bad.into());
        assert!(written(&both, &target)[0].contains("is no day"), "{bad}");
    }
    target.projection.from = Some("9995-01-01".into());
    assert!(written(&both, &target).iter().any(|line| line.contains("10 years from 9995 on end in 10004")));
    target.projection.years = 0;
    assert!(written(&both, &target).iter().any(|line| line.contains("[projection-years]")));
}

#[test]
fn nothing_without_partitions_or_when_turned_off() {
    let mut target = target();
    assert_eq!(properties(&table(&[]), &target), Ok(Vec::new()));
    target.projection.enabled = false;
    assert_eq!(properties(&table(&[("road", "road={road}", None)]), &target), Ok(Vec::new()));
}

#[test]
fn values_of_the_record() {
    assert_eq!(of("region", "region={region}"), ["region.type=enum", "region.values=be-vlg,be-wal"]);
    assert_eq!(of("region", "r=r-{region}")[1], "r.values=r-be-vlg,r-be-wal");
    assert_eq!(of("open", "open={open}")[1], "open.values=false,true");
    let asked = of("lane", "lane={lane}");
    assert!(
        asked[0].contains(
            "lane = { range = [FIRST, LAST] } or lane = { values = [\"…\", \"…\"] }, or lane = \"injected\""
        ),
        "{asked:?}"
    );
    assert!(!of("road", "road={road}")[0].contains("range"));
    let spaced = LogicalType::Enum(vec![EnumWord { word: "a b".into(), aliases: Vec::new() }]);
    let mut table = table(&[("region", "region={region}", None)]);
    table.columns[5].ty = spaced;
    assert!(written(&table, &target())[0].contains("the value `a b` cannot stand in a path"));
}

#[test]
fn values_of_the_target() {
    let check = |by: &str, layout: &str, column: &str, projection: ColumnProjection| {
        let mut target = target();
        target.projection.columns.insert(column.into(), projection);
        written(&table(&[(by, layout, None)]), &target)
    };
    let words = |words: &[&str]| ColumnProjection::Values(words.iter().map(|word| (*word).into()).collect());
    assert_eq!(check("road", "road={road}", "road", words(&["e40", "r0"]))[1], "road.values=e40,r0");
    assert_eq!(
        check("lane", "lane={lane}", "lane", ColumnProjection::Range(-1, 9)),
        ["lane.type=integer", "lane.range=-1,9"]
    );
    assert_eq!(check("road", "road={road}", "road", ColumnProjection::Injected), ["road.type=injected"]);
    for (layout, projection, part) in [
        ("road={road}", words(&[]), "has no values"),
        ("road={road}", words(&["a", "a"]), "`a` twice"),
        ("road={road}", words(&["a,b"]), "`a,b` cannot stand"),
        ("road={road}", words(&[" a"]), "` a` cannot stand"),
        ("road={road}", words(&["__HIVE_DEFAULT_PARTITION__"]), "cannot stand"),
        ("r=r-{road}", words(&["e40"]), "`e40` does not fit `r-{value}`"),
        ("road={road}", ColumnProjection::Range(2, 1), "from 2 down to 1"),
        ("r=r{road}", ColumnProjection::Range(1, 2), "`r{value}`"),
    ] {
        let found = check("road", layout, layout.split('=').next().unwrap(), projection);
        assert!(found.len() == 1 && found[0].contains(part), "{layout}: {found:?}");
    }
}

#[test]
fn null_is_one_of_the_values_or_nothing() {
    let null = Some("unknown");
    let lines = |partitions: &[(&str, &str, Option<&str>)]| written(&table(partitions), &target());
    assert_eq!(lines(&[("region", "region={region}", null)])[1], "region.values=be-vlg,be-wal,unknown");
    assert_eq!(lines(&[("region", "region={region}", Some("be-wal"))])[1], "region.values=be-vlg,be-wal");
    assert_eq!(
        lines(&[("at", "month={MM}", null)]),
        ["month.type=enum", "month.values=01,02,03,04,05,06,07,08,09,10,11,12,unknown"]
    );
    assert!(lines(&[("at", "dt={yyyy-MM-dd}", null)])[0].contains("[projection-null]"));
    let mut target = target();
    let lane = table(&[("lane", "lane={lane}", null)]);
    target.projection.columns.insert("lane".into(), ColumnProjection::Range(1, 2));
    assert!(written(&lane, &target)[0].contains("[projection-null]"));
    target.projection.columns.insert("lane".into(), ColumnProjection::Injected);
    assert_eq!(written(&lane, &target), ["lane.type=injected"]);
}

#[test]
fn notes_name_injected_columns_and_great_numbers() {
    let both = table(&[("road", "road={road}", None), ("at", "dt={yyyy-MM-dd}/hour={HH}", None)]);
    let mut target = target();
    target.projection.columns.insert("road".into(), ColumnProjection::Injected);
    assert_eq!(
        notes(&both, &target).unwrap(),
        ["Partition column `road` is injected: every query must say `road = '…'`."]
    );
    target.projection.columns.insert("road".into(), ColumnProjection::Range(0, 199));
    assert!(notes(&both, &target).unwrap()[0].contains("1756800 partitions for each year"));
    target.projection.columns.insert("road".into(), ColumnProjection::Range(i64::MIN, i64::MAX));
    assert_eq!(notes(&both, &target).unwrap().len(), 1);
}
