use super::*;
use crate::civil::Civil;
use crate::layout::{Layout, Part};
use crate::table::{Partition, PartitionBy, Table};
use crate::target::{ColumnProjection, Target};
use proptest::prelude::*;

/// 2024-03-01T12:00:00Z
const NOW: i64 = 1_709_294_400;

/// The projection of partition columns (each `name type`) with these parameters, `projection.` left out.
fn read(keys: &[&str], properties: &[(&str, &str)]) -> Result<Projection, Findings> {
    let keys: Vec<_> = keys
        .iter()
        .map(|key| key.split_once(' ').unwrap_or((key, "string")))
        .map(|(name, ty)| (name.to_owned(), ty.to_owned()))
        .collect();
    let mut all = BTreeMap::from([("projection.enabled".to_owned(), "true".to_owned())]);
    for (key, value) in properties {
        let start = if key.starts_with("storage") { "" } else { "projection." };
        all.insert(format!("{start}{key}"), (*value).to_owned());
    }
    Ok(Projection::from_properties(&keys, "s3://b/t", &all)?.unwrap())
}

/// The values of a text column `c` with these parameters, `projection.c.` left out.
fn values(properties: &[(&str, &str)]) -> Vec<String> {
    let named: Vec<_> = properties.iter().map(|(key, value)| (format!("c.{key}"), *value)).collect();
    let named: Vec<_> = named.iter().map(|(key, value)| (key.as_str(), *value)).collect();
    let projection = read(&["c"], &named).unwrap();
    let values: Vec<_> = projection.values("c", NOW).unwrap().collect();
    assert_eq!(projection.count(NOW), Some(values.len() as u128));
    for value in &values {
        let location = projection.location_of(&[value]).unwrap();
        assert_eq!(projection.values_of(&location, NOW).as_deref(), Some(std::slice::from_ref(value)));
    }
    values
}

fn dates(range: &str, format: &str, interval: &str, unit: &str) -> Vec<String> {
    values(&[
        ("type", "date"),
        ("range", range),
        ("format", format),
        ("interval", interval),
        ("interval.unit", unit),
    ])
}

#[test]
fn dates_step_as_java_adds() {
    assert_eq!(
        dates("2024-02-27,NOW", "yyyy-MM-dd", "1", "DAYS"),
        ["2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01"]
    );
    assert_eq!(dates("2023-02-28,2023-03-01", "yyyy-MM-dd", "1", "days"), ["2023-02-28", "2023-03-01"]);
    assert_eq!(dates("2024-02-27,NOW", "yyyy-MM-dd", "2", "DAYS"), ["2024-02-27", "2024-02-29"]);
    assert_eq!(
        dates("2024-01-31,2024-05-31", "yyyy-MM-dd", "1", "MONTHS"),
        ["2024-01-31", "2024-02-29", "2024-03-29", "2024-04-29", "2024-05-29"]
    );
    assert_eq!(
        dates("2020-02-29,2025-12-31", "yyyy-MM-dd", "1", "YEARS"),
        ["2020-02-29", "2021-02-28", "2022-02-28", "2023-02-28", "2024-02-28", "2025-02-28"]
    );
}

#[test]
fn dates_of_other_units() {
    assert_eq!(
        dates("20231220,20240110", "yyyyMMdd", "1", "WEEKS"),
        ["20231220", "20231227", "20240103", "20240110"]
    );
    assert_eq!(
        dates("2024-02-29-22,2024-03-01-01", "yyyy-MM-dd-HH", "1", "HOURS"),
        ["2024-02-29-22", "2024-02-29-23", "2024-03-01-00", "2024-03-01-01"]
    );
    assert_eq!(
        dates("NOW-1HOUR,NOW", "yyyy/MM/dd/HH/mm", "30", "MINUTES"),
        ["2024/03/01/11/00", "2024/03/01/11/30", "2024/03/01/12/00"]
    );
    assert_eq!(dates("NOW-2MONTHS,NOW", "yyyy-MM", "1", "MONTHS"), ["2024-01", "2024-02", "2024-03"]);
    assert_eq!(dates("NOW-20SECONDS,NOW", "yyyy-MM-dd HH:mm:ss", "9", "SECONDS").len(), 3);
    // Steps finer than the format: each text once.
    assert_eq!(dates("2024-02-29,2024-03-02", "yyyy-MM-dd", "7", "HOURS"), ["2024-02-29", "2024-03-01"]);
    assert_eq!(dates("2024-02-29,2024-03-02", "yyyy-MM-dd", "8", "HOURS").len(), 3);
    assert_eq!(dates("2024-01,2024-03", "yyyy-MM", "7", "DAYS"), ["2024-01", "2024-02"]);
    assert_eq!(dates("2024-02-29,2024-03-01", "yyyy-MM-dd", "1", "MILLISECONDS").len(), 2);
    // A range that has not begun yet.
    assert_eq!(dates("2025-01-01,NOW", "yyyy-MM-dd", "1", "DAYS"), [""; 0]);
    // The last day of all.
    assert_eq!(dates("9999-12-30,9999-12-31", "yyyy-MM-dd", "1", "DAYS").len(), 2);
}

#[test]
fn numbers_and_words() {
    let integer = |range: &str, interval: &str, digits: &str| {
        values(&[("type", " Integer "), ("range", range), ("interval", interval), ("digits", digits)])
    };
    assert_eq!(integer("-2,2", "2", "3"), ["-02", "000", "002"]);
    assert_eq!(integer("08,011", "1", "2"), ["08", "09", "10", "11"]);
    assert_eq!(integer("9223372036854775806,9223372036854775807", "3", "1"), ["9223372036854775806"]);
    assert_eq!(values(&[("type", "ENUM"), ("values", "b, a,b")]), ["b", " a"]);
}

#[test]
fn every_broken_rule_has_its_name() {
    let date = |range, format| vec![("c.type", "date"), ("c.range", range), ("c.format", format)];
    let with = |mut all: Vec<(&'static str, &'static str)>, more| {
        all.push(more);
        all
    };
    let integer = |range| vec![("c.type", "integer"), ("c.range", range)];
    type Properties = Vec<(&'static str, &'static str)>;
    let cases: Vec<(&str, &str, Properties)> = vec![
        ("projection-missing-column", "string", vec![]),
        ("projection-missing-column", "string", vec![("C.type", "injected")]),
        ("projection-unknown-type", "string", vec![("c.type", "sequence")]),
        ("projection-key-type", "int", vec![("c.type", "injected")]),
        ("projection-key-type", "double", integer("1,2")),
        ("projection-key-type", "int", date("NOW-1DAY,NOW", "yyyy-MM-dd")),
        ("projection-enum-values", "string", vec![("c.type", "enum")]),
        ("projection-enum-values", "string", vec![("c.type", "enum"), ("c.values", "a,,b")]),
        ("projection-range", "string", vec![("c.type", "integer")]),
        ("projection-range", "string", integer("1")),
        ("projection-range", "string", integer("1,2,3")),
        ("projection-range", "string", integer("2,1")),
        ("projection-integer-range", "string", integer("1,x")),
        ("projection-integer-range", "string", integer("1,9223372036854775808")),
        ("projection-now-in-integer", "string", integer("0,NOW")),
        ("projection-interval", "string", with(integer("1,2"), ("c.interval", "0"))),
        ("projection-digits", "string", with(integer("1,2"), ("c.digits", "-1"))),
        ("projection-digits", "string", with(integer("1,2"), ("c.digits", "20"))),
        ("projection-date-format-required", "string", vec![("c.type", "date"), ("c.range", "NOW-1DAY,NOW")]),
        ("projection-date-format", "string", date("2024,NOW", "yyyy")),
        ("projection-date-format", "string", date("2024-01-01,NOW", "YYYY-MM-dd")),
        ("projection-format-comma", "string", date("1,2", "yyyy,MM")),
        ("projection-range", "string", date("2024-01-01", "yyyy-MM-dd")),
        ("projection-range", "string", date("2024/01/01,NOW", "yyyy-MM-dd")),
        ("projection-range", "string", date("NOW-3,NOW", "yyyy-MM-dd")),
        ("projection-range", "string", date("2024-01-02,2024-01-01", "yyyy-MM-dd")),
        ("projection-interval-required", "string", date("NOW-1DAY,NOW", "yyyy-MM-dd-HH")),
        (
            "projection-interval-required",
            "string",
            with(date("NOW-1DAY,NOW", "yyyy-MM-dd-HH"), ("c.interval.unit", "HOURS")),
        ),
        (
            "projection-unit",
            "string",
            with(date("NOW-1DAY,NOW", "yyyy-MM-dd"), ("c.interval.unit", "FORTNIGHTS")),
        ),
        (
            "projection-template-column",
            "string",
            with(vec![("c.type", "injected")], ("storage.location.template", "s3://b/t/")),
        ),
        (
            "projection-template-unknown",
            "string",
            with(vec![("c.type", "injected")], ("storage.location.template", "s3://b/${c}/${d}/")),
        ),
    ];
    for (rule, ty, properties) in cases {
        let key = format!("c {ty}");
        let findings = read(&[&key], &properties).unwrap_err();
        let rules: Vec<_> = findings.0.iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, [rule], "{properties:?}: {findings}");
        assert!(findings.0.iter().all(|finding| !finding.fix.is_empty()));
    }
    assert_eq!(read(&[], &[]).unwrap_err().0[0].rule, "projection-without-partitions");
    // All at once.
    let all = read(&["a", "b", "c"], &[("b.type", "x"), ("storage.location.template", "s3://b/${a}/")]);
    let rules: Vec<_> = all.unwrap_err().0.iter().map(|finding| finding.rule).collect();
    assert_eq!(
        rules,
        [
            "projection-missing-column",
            "projection-unknown-type",
            "projection-missing-column",
            "projection-template-column",
            "projection-template-column"
        ]
    );
}

#[test]
fn what_works_and_is_odd_is_noted() {
    let notes = |key: &str, properties: &[(&str, &str)]| {
        let projection = read(&[key], properties).unwrap();
        projection.notes().iter().map(|note| note.rule).collect::<Vec<_>>()
    };
    let date = [("c.type", "date"), ("c.range", "2024-01-01,2024-01-01"), ("c.format", "yyyy-MM-dd")];
    assert_eq!(notes("c", &date), ["projection-range-one"]);
    assert_eq!(notes("c", &[("c.type", "enum"), ("c.values", "a, b")]), ["projection-enum-blank"]);
    assert_eq!(notes("c", &[("c.type", "enum"), ("c.values", "a,a")]), ["projection-enum-twice"]);
    assert_eq!(notes("c", &[("c.type", "injected"), ("c.range", "1,2")]), ["projection-unknown-property"]);
    assert_eq!(
        notes("c", &[("c.type", "injected"), ("storage.location.template", "s3://b/${c}")]),
        ["projection-template-slash"]
    );
    let fine = [
        ("c.type", "date"),
        ("c.range", "NOW-1DAY,NOW"),
        ("c.format", "yyyy/MM/dd"),
        ("c.interval.unit", "HOURS"),
    ];
    assert_eq!(notes("c date", &fine), ["projection-unit-finer", "projection-date-column"]);
}

#[test]
fn turned_off_gives_nothing() {
    for enabled in [None, Some("false"), Some("yes")] {
        let properties = enabled
            .map(|value: &str| ("projection.enabled".to_owned(), value.to_owned()))
            .into_iter()
            .collect();
        assert_eq!(Projection::from_properties(&[], "", &properties), Ok(None));
    }
    let properties = BTreeMap::from([("projection.enabled".to_owned(), "true".to_owned())]);
    let key = [("c".to_owned(), "string".to_owned())];
    let findings = Projection::from_properties(&key, "", &properties).unwrap_err();
    assert_eq!(findings.0[1].rule, "projection-location");
}

#[test]
fn locations_turn_the_last_column_first() {
    let projection = read(
        &["region", "hour"],
        &[
            ("region.type", "enum"),
            ("region.values", "a/b,c"),
            ("hour.type", "integer"),
            ("hour.range", "8,9"),
        ],
    )
    .unwrap();
    let locations: Vec<_> = projection.locations(NOW).unwrap().map(|(_, location)| location).collect();
    assert_eq!(
        locations,
        [
            "s3://b/t/region=a%2Fb/hour=8/",
            "s3://b/t/region=a%2Fb/hour=9/",
            "s3://b/t/region=c/hour=8/",
            "s3://b/t/region=c/hour=9/"
        ]
    );
    assert_eq!(projection.columns().collect::<Vec<_>>(), ["region", "hour"]);
    assert!(projection.values("day", NOW).is_none());
    assert_eq!(projection.location_of(&["a"]), None);
    // Never all of them at once.
    let great = [
        ("a.type", "integer"),
        ("a.range", "1,9223372036854775807"),
        ("b.type", "integer"),
        ("b.range", "0,9"),
    ];
    let great = read(&["a", "b"], &great).unwrap();
    assert_eq!(great.locations(NOW).unwrap().nth(25).unwrap().1, "s3://b/t/a=3/b=5/");
    assert_eq!(great.count(NOW), Some(92_233_720_368_547_758_070));
}

#[test]
fn templates_take_values_as_they_are() {
    let template = |template: &'static str| {
        read(
            &["day", "id"],
            &[
                ("day.type", "date"),
                ("day.range", "2024/02/28,NOW"),
                ("day.format", "yyyy/MM/dd"),
                ("id.type", "injected"),
                ("storage.location.template", template),
            ],
        )
        .unwrap()
    };
    let projection = template("s3://b/x/${id}/${day}/${id}.d/");
    let location = projection.location_of(&["2024/02/29", "a%b"]).unwrap();
    assert_eq!(location, "s3://b/x/a%b/2024/02/29/a%b.d/");
    assert_eq!(projection.matches(&location, NOW).unwrap(), ["2024/02/29", "a%b"]);
    assert_eq!(projection.values_of("s3://b/x/a%b/2024/02/29/c.d/", NOW), None);
    assert_eq!(projection.count(NOW), None);
    assert!(projection.locations(NOW).unwrap_err().to_string().contains("id = '…'"));
    // Values may run into each other.
    let projection = template("s3://b/${id}${day}");
    assert_eq!(projection.values_of("s3://b/72024/02/29", NOW).unwrap(), ["2024/02/29", "7"]);
    assert_eq!(projection.values_of("s3://b/2024/02/29", NOW), None, "an injected value is never empty");
    let hostile = format!("s3://b/{}", "2024/02/2".repeat(200));
    assert!(projection.matches(&hostile, NOW).is_err());
}

#[test]
fn many_ways_of_reading_end() {
    let names = ["a", "b", "c", "d", "e", "f"];
    let mut properties: Vec<_> = names.iter().map(|name| (format!("{name}.type"), "injected")).collect();
    properties.push(("storage.location.template".into(), "s3://${a}${b}${c}${d}${e}${f}!"));
    let properties: Vec<_> = properties.iter().map(|(key, value)| (key.as_str(), *value)).collect();
    let projection = read(&names, &properties).unwrap();
    assert_eq!(projection.matches(&format!("s3://{}", "x".repeat(200)), NOW), Err(Miss::TooManyWays));
    assert!(projection.matches("s3://xxxxxx!", NOW).is_ok());
}

#[test]
fn date_columns_show_dates() {
    let projection =
        read(&["d date"], &[("d.type", "date"), ("d.range", "2024/02/29,NOW"), ("d.format", "yyyy/MM/dd")])
            .unwrap();
    assert_eq!(projection.values("d", NOW).unwrap().collect::<Vec<_>>(), ["2024-02-29", "2024-03-01"]);
    let location = projection.location_of(&["2024-02-29"]).unwrap();
    assert_eq!(location, "s3://b/t/d=2024%2F02%2F29/");
    assert_eq!(projection.values_of(&location, NOW).unwrap(), ["2024-02-29"]);
    assert_eq!(projection.location_of(&["2024/02/29"]), None);
}

#[test]
fn misses_name_the_column_and_its_values() {
    let projection = read(
        &["dt", "hour", "region"],
        &[
            ("dt.type", "date"),
            ("dt.range", "2024-01-01,NOW"),
            ("dt.format", "yyyy-MM-dd"),
            ("hour.type", "integer"),
            ("hour.range", "0,20"),
            ("hour.interval", "4"),
            ("hour.digits", "2"),
            ("region.type", "enum"),
            ("region.values", "be,n l"),
        ],
    )
    .unwrap();
    let miss = |path: &str| projection.matches(&format!("s3://b/t/{path}"), NOW).unwrap_err().to_string();
    let day = "is not projected, which is 2024-01-01 to 2024-03-01, every 1 DAYS in the format yyyy-MM-dd";
    assert_eq!(
        miss("dt=2024-03-02/hour=00/region=be/"),
        format!("partition column `dt`: `2024-03-02` {day}")
    );
    assert_eq!(
        miss("dt=2024-02-30/hour=00/region=be/"),
        format!("partition column `dt`: `2024-02-30` {day}")
    );
    assert_eq!(
        miss("dt=2024-03-01/hour=05/region=be/"),
        "partition column `hour`: `05` is not projected, which is 00 to 20 in steps of 4"
    );
    assert_eq!(
        miss("dt=2024-03-01/hour=04/region=fr/"),
        "partition column `region`: `fr` is not projected, which is one of be, n l"
    );
    // Athena writes the blank as it is.
    assert!(miss("dt=2024-03-01/hour=04/region=n%20l/").contains("`n%20l` is not projected"));
    assert!(projection.matches("s3://b/t/dt=2024-03-01/hour=04/region=n l", NOW).is_ok());
    let elsewhere = "s3://b/t/dt=${dt}/hour=${hour}/region=${region}/";
    for path in ["day=1/", "dt=2024-03-01/", "dt=2024-03-01/hour=04/region=be/x/"] {
        assert!(miss(path).ends_with(&format!("`{elsewhere}`")), "{path}: {}", miss(path));
    }
}

/// The path of a time in a layout whose values are `value`.
fn path(table: &Table, seconds: i64, value: &str) -> String {
    let mut path = String::new();
    for segment in table.partitions.iter().flat_map(|partition| &partition.layout.segments) {
        path.push_str(&segment.column);
        path.push('=');
        for part in &segment.parts {
            match part {
                Part::Literal(text) => path.push_str(text),
                Part::Date(pattern) => pattern.format(&mut path, &Civil::from_seconds(seconds)),
                Part::Value => path.push_str(value),
            }
        }
        path.push('/');
    }
    path
}

proptest! {
    /// What [`properties`] writes, [`Projection`] reads, and every path of the layout from the first day on is among
    /// its locations; one of the day before is not.
    #[test]
    fn a_layout_and_its_projection_agree(
        // 2026-02-28 to 2035
        seconds in 1_772_236_800_i64..=2_082_758_399,
        layout in prop::sample::select(vec![
            "dt={yyyy-MM-dd}/hour={HH}",
            "year={yyyy}/month={MM}/day={dd}/hour={HH}",
            "month={yyyy-MM}",
            "m=m{MM.uuuu}x",
            "dt={yyyyMMdd}/hm={HH}/minute={mm}",
            "h={yyyy-MM-dd'T'HH}",
            "minute={ddMMyyyyHHmm}",
            "y=y{yyyy}/d={dd}.",
        ]),
        road in prop::sample::select(vec!["e40", "r0", "unknown"]),
    ) {
        let mut table = Table::new("t", vec![crate::Column::new("road", crate::LogicalType::String)]);
        table.columns[0].nullable = true;
        table.partitions = vec![
            Partition {
                by: PartitionBy::Column("road".into()),
                layout: Layout::parse("road={road}", Some("road")).unwrap(),
                null: Some("unknown".into()),
            },
            Partition { by: PartitionBy::Arrival, layout: Layout::parse(layout, None).unwrap(), null: None },
        ];
        let mut target = Target::default();
        target.projection.from = Some("2026-02-28".into());
        let roads = ColumnProjection::Values(vec!["e40".into(), "r0".into()]);
        target.projection.columns.insert("road".into(), roads);
        let properties: BTreeMap<_, _> = super::properties(&table, &target).unwrap().into_iter().collect();
        let keys: Vec<_> = table.partition_columns().map(|name| (name.to_owned(), "string".to_owned())).collect();
        let projection = Projection::from_properties(&keys, "s3://b/t/", &properties).unwrap().unwrap();
        prop_assert_eq!(projection.notes(), []);

        // A zone ahead of UTC by 14 hours writes tomorrow's paths.
        for now in [seconds, seconds - 14 * 3_600, seconds + 1_000_000_000] {
            let location = format!("s3://b/t/{}", path(&table, seconds, road));
            let values = projection.matches(&location, now);
            let values = values.map_err(|miss| TestCaseError::fail(format!("{miss}")))?;
            prop_assert_eq!(&values[0], road);
            prop_assert_eq!(projection.location_of(&values), Some(location));
        }
        let other = format!("s3://b/t/{}", path(&table, seconds, "e19"));
        let miss = projection.matches(&other, seconds).unwrap_err().to_string();
        prop_assert!(miss.starts_with("partition column `road`: `e19`"), "{}", miss);
        if layout.contains("yyyy-MM-dd") {
            let early = format!("s3://b/t/{}", path(&table, 1_772_236_799, road));
            prop_assert!(projection.matches(&early, seconds).is_err());
            let late = format!("s3://b/t/{}", path(&table, seconds + 2 * 86_400, road));
            prop_assert!(projection.matches(&late, seconds).is_err());
        }
    }

    /// Every location that is listed is found again, with the same values.
    #[test]
    fn every_location_is_found_again(
        interval in 1_i64..40,
        unit in prop::sample::select(Unit::ALL.to_vec()),
        format in prop::sample::select(vec!["yyyy-MM-dd", "yyyy-MM", "yyyy/MM/dd/HH", "yyyyMMddHHmmss", "yyyy-DDD"]),
        words in prop::collection::vec("[ -+.--~é]{1,6}", 1..4),
        skip in 0_usize..50,
        with_template: bool,
    ) {
        let interval = interval.to_string();
        let words = words.join(",");
        let mut properties = vec![
            ("d.type", "date"),
            ("d.range", "NOW-3YEARS,NOW"),
            ("d.format", format),
            ("d.interval", interval.as_str()),
            ("d.interval.unit", unit.name()),
            ("w.type", "enum"),
            ("w.values", words.as_str()),
        ];
        if with_template {
            properties.push(("storage.location.template", "s3://b/t/${w}-${d}"));
        }
        let projection = read(&["d", "w"], &properties).unwrap();
        let listed: Vec<_> = projection.locations(NOW).unwrap().skip(skip).take(20).collect();
        prop_assert!(listed.len() == 20 || projection.count(NOW).unwrap() < 70);
        for (values, location) in listed {
            prop_assert_eq!(projection.location_of(&values), Some(location.clone()));
            let found = projection.matches(&location, NOW);
            let found = found.map_err(|miss| TestCaseError::fail(miss.to_string()))?;
            // Without escapes, two partitions may have one location.
            prop_assert!(found == values || projection.location_of(&found) == Some(location), "{found:?}");
        }
    }

    /// No text does harm.
    #[test]
    fn any_parameters_are_read(
        ty in prop::sample::select(vec!["enum", "integer", "date", "injected", ""]),
        range in "(NOW|[0-9-]{0,12}|.{0,9})[,]?(NOW|[0-9-]{0,12}|.{0,9})",
        format in ".{0,8}",
        template in "s3://([$][{](c|d)[}]|.){0,9}",
        location in ".{0,20}",
    ) {
        let properties = [
            ("c.type", ty), ("c.range", &range), ("c.format", &format), ("c.values", &range),
            ("storage.location.template", &template),
        ];
        if let Ok(projection) = read(&["c"], &properties) {
            let _ = projection.matches(&location, NOW);
            let _ = projection.count(NOW);
            let _ = projection.values("c", NOW).map(|values| values.take(3).count());
        }
    }
}
