use super::*;
use std::collections::BTreeMap;

/// 2026-06-15T12:00:00Z
const NOW: i64 = 1_781_524_800;

/// The projection of one text column `c` with these parameters: `type range …`, with `;` between them.
fn read(text: &str) -> Projection {
    let mut properties = BTreeMap::from([("projection.enabled".to_owned(), "true".to_owned())]);
    for property in text.split(';') {
        let (key, value) = property.trim().split_once('=').unwrap();
        properties.insert(format!("projection.c.{key}"), value.to_owned());
    }
    let keys = [("c".to_owned(), "string".to_owned())];
    Projection::from_properties(&keys, "s3://b/t", &properties).unwrap().unwrap()
}

const DAYS: &str = "type=date;format=yyyy-MM-dd;range=";
const WEEKS: &str = "type=date;format=yyyy-MM-dd;interval=1;interval.unit=WEEKS;range=";

fn cases() -> Vec<(String, String, bool)> {
    let mut cases = Vec::new();
    for (old, new, reached) in [
        ("type=enum;values=a,b", "type=enum;values=b,a,c", true),
        ("type=enum;values=a,b", "type=enum;values=b", false),
        ("type=enum;values=1,2", "type=integer;range=0,9", true),
        ("type=enum;values=1,02", "type=integer;range=0,9", false),
        ("type=enum;values=a", "type=injected", false),
        ("type=injected", "type=enum;values=a", false),
        ("type=injected", "type=injected", true),
        ("type=integer;range=0,23", "type=integer;range=0,23", true),
        ("type=integer;range=2020,2025", "type=integer;range=2019,2035", true),
        ("type=integer;range=2020,2025", "type=integer;range=2021,2035", false),
        ("type=integer;range=0,23;digits=2", "type=integer;range=0,23", false),
        ("type=integer;range=10,23;digits=2", "type=integer;range=0,23", true),
        ("type=integer;range=0,20;interval=4", "type=integer;range=0,20;interval=2", true),
        ("type=integer;range=0,20;interval=2", "type=integer;range=0,20;interval=4", false),
        ("type=integer;range=0,20;interval=4", "type=integer;range=-1,20;interval=2", false),
        ("type=integer;range=1,3", "type=enum;values=1,2,3", true),
        ("type=integer;range=1,3", "type=enum;values=1,2", false),
        ("type=date;format=yyyy-MM-dd;range=2026-01-01,NOW", "type=enum;values=a", false),
        (
            "type=date;format=yyyy-MM-dd;range=2026-01-01,NOW",
            "type=date;format=yyyy/MM/dd;range=2026/01/01,NOW",
            false,
        ),
    ] {
        cases.push((old.to_owned(), new.to_owned(), reached));
    }
    for (steps, old, new, reached) in [
        (DAYS, "2026-01-01,NOW", "2025-12-31,NOW+1DAY", true),
        (DAYS, "2026-01-01,NOW", "2026-01-02,NOW", false),
        (DAYS, "2026-01-01,NOW+1DAY", "2026-01-01,NOW", false),
        (DAYS, "2026-01-01,NOW+1DAY", "2026-01-01,NOW+24HOURS", true),
        (DAYS, "NOW-3DAYS,NOW", "NOW-1WEEK,NOW", true),
        (DAYS, "NOW-1MONTH,NOW", "NOW-1YEARS,NOW", true),
        (DAYS, "NOW-1MONTH,NOW", "NOW-3DAYS,NOW", false),
        (DAYS, "NOW,NOW+1MONTH", "NOW-3DAYS,NOW+1YEAR", true),
        (DAYS, "2020-01-01,2026-12-31", "2020-01-01,NOW", false),
        (WEEKS, "2026-01-01,NOW", "2026-01-01,NOW+1DAY", true),
        (WEEKS, "2026-01-08,NOW", "2026-01-02,NOW", false),
    ] {
        cases.push((format!("{steps}{old}"), format!("{steps}{new}"), reached));
    }
    cases.push((format!("{WEEKS}2026-01-01,NOW"), format!("{DAYS}2026-01-01,NOW"), true));
    cases.push((format!("{DAYS}2026-01-01,NOW"), format!("{WEEKS}2026-01-01,NOW"), false));
    cases
}

#[test]
fn what_is_reached_and_what_is_not() {
    for (old, new, reached) in cases() {
        let losses = read(&new).losses(&read(&old));
        assert_eq!(losses.is_empty(), reached, "{old} -> {new}: {losses:?}");
    }
}

/// Where nothing is said to be lost, a query at some time really finds all values.
#[test]
fn nothing_is_lost_where_none_is_named() {
    let all: Vec<_> = cases().into_iter().flat_map(|(old, new, _)| [old, new]).collect();
    let mut covered = 0;
    for (old, new) in all.iter().flat_map(|old| all.iter().map(move |new| (old, new))) {
        let (old, new) = (read(old), read(new));
        if !new.losses(&old).is_empty() {
            continue;
        }
        for value in old.values("c", NOW).into_iter().flatten() {
            let location = old.location_of(&[&value]).unwrap();
            assert!(new.matches(&location, NOW).is_ok(), "{value} of {old:?} in {new:?}");
            covered += 1;
        }
    }
    assert!(covered > 1_000, "{covered}");
}
