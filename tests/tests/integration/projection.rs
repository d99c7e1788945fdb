//! Partition projection: the public cases, and public tables as their parameters stand.

use lakebed::Findings;
use lakebed::civil::Civil;
use lakebed::date_pattern::DatePattern;
use lakebed::projection::Projection;
use lakebed_tests::workspace;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;

/// 2026-08-26T12:00:00Z, the time of the cases that name one.
const NOW: i64 = 1_787_745_600;

fn cases() -> Vec<Value> {
    let text = fs::read_to_string(workspace::root().join("tests/data/projection/cases.ndjson")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// The case's projection; one about a single column has the key `c`.
fn projection(case: &Value) -> Result<Projection, Findings> {
    let members = |name: &str| case[name].as_object().cloned().unwrap_or_default().into_iter();
    let (keys, properties): (Vec<_>, BTreeMap<_, _>) = if case["column_type"].is_string() {
        let properties = members("properties").map(|(key, value)| (format!("projection.c.{key}"), value));
        let enabled = ("projection.enabled".to_owned(), Value::from("true"));
        (
            vec![("c".to_owned(), case["column_type"].as_str().unwrap().to_owned())],
            properties.chain([enabled]).collect(),
        )
    } else {
        let keys = texts(&case["partition_keys"]).into_iter().map(|key| (key, "string".to_owned()));
        (keys.collect(), members("table_properties").collect())
    };
    let properties =
        properties.into_iter().map(|(key, value)| (key, value.as_str().unwrap().to_owned())).collect();
    let location = case["location"].as_str().unwrap_or("s3://lake/t/");
    Ok(Projection::from_properties(&keys, location, &properties)?.expect("projection is turned on"))
}

#[test]
fn every_public_case_expands_as_stated_or_is_refused() {
    let at = DatePattern::parse("yyyy-MM-dd'T'HH:mm:ssX").unwrap();
    // Which rule refuses it. AWS's guide, Trino and the simulator agree on all of them.
    let refused = BTreeMap::from([
        ("missing-column-config", "projection-missing-column"),
        ("template-misses-column", "projection-template-column"),
        ("unknown-type", "projection-unknown-type"),
        ("integer-with-now", "projection-now-in-integer"),
        ("date-without-format", "projection-date-format-required"),
        ("hour-format-without-unit", "projection-interval-required"),
    ]);
    let (mut expanded, mut seen) = (0, 0);
    for case in cases() {
        let id = case["id"].as_str().unwrap();
        if case["verdict"] == "invalid" {
            let findings = projection(&case).expect_err(id);
            let rules: Vec<_> = findings.0.iter().map(|finding| finding.rule).collect();
            assert_eq!(rules, [refused[id]], "{id}: {findings}");
            seen += 1;
            continue;
        }
        let projection = projection(&case).unwrap_or_else(|findings| panic!("{id}: {findings}"));
        let now = case["now"].as_str().map_or(NOW, |now| at.parse_time(now.as_bytes()).unwrap().to_seconds());
        let listed: Vec<_> = projection.locations(now).unwrap().collect();
        if case["values"].is_array() {
            let values: Vec<_> = projection.values("c", now).unwrap().collect();
            assert_eq!(values, texts(&case["values"]), "{id}");
        }
        if case["prefixes"].is_array() {
            let locations: Vec<_> = listed.iter().map(|(_, location)| location.clone()).collect();
            assert_eq!(locations, texts(&case["prefixes"]), "{id}");
        }
        for (values, location) in listed {
            assert_eq!(projection.location_of(&values).as_ref(), Some(&location), "{id}");
            assert_eq!(projection.values_of(&location, now), Some(values), "{id}");
        }
        expanded += 1;
    }
    assert_eq!((expanded, seen), (9, refused.len()));
    assert_eq!(Civil::from_seconds(NOW).hour, 12);
}

/// Keys, parameters and a location of tables that the AWS guide shows for Firehose, at 2021-01-02T01:00:00Z.
#[test]
fn the_tables_of_the_firehose_guide() {
    let read = |keys: &[&str], properties: &[(&str, &str)]| {
        let keys: Vec<_> = keys.iter().map(|key| ((*key).to_owned(), "string".to_owned())).collect();
        let properties =
            properties.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Projection::from_properties(&keys, "s3://DOC-EXAMPLE-BUCKET/prefix/", &properties).unwrap().unwrap()
    };
    let now = 1_609_549_200;
    let hours = read(
        &["datehour"],
        &[
            ("projection.enabled", "true"),
            ("projection.datehour.type", "date"),
            ("projection.datehour.format", "yyyy/MM/dd/HH"),
            ("projection.datehour.range", "2021/01/01/00,NOW"),
            ("projection.datehour.interval", "1"),
            ("projection.datehour.interval.unit", "HOURS"),
            ("storage.location.template", "s3://DOC-EXAMPLE-BUCKET/prefix/${datehour}/"),
        ],
    );
    assert_eq!(hours.count(now), Some(26));
    assert_eq!(
        hours.locations(now).unwrap().last().unwrap(),
        (vec!["2021/01/02/01".to_owned()], "s3://DOC-EXAMPLE-BUCKET/prefix/2021/01/02/01/".to_owned())
    );
    let customers = read(
        &["day", "customer_id"],
        &[
            ("projection.enabled", "true"),
            ("projection.day.type", "date"),
            ("projection.day.format", "yyyy-MM-dd"),
            ("projection.day.range", "2021-01-01,NOW"),
            ("projection.day.interval", "1"),
            ("projection.day.interval.unit", "DAYS"),
            ("projection.customer_id.type", "injected"),
            ("storage.location.template", "s3://DOC-EXAMPLE-BUCKET/prefix/${day}/${customer_id}/"),
        ],
    );
    let location = "s3://DOC-EXAMPLE-BUCKET/prefix/2021-01-02/c-7/";
    assert_eq!(customers.values_of(location, now).unwrap(), ["2021-01-02", "c-7"]);
    let miss = customers.matches(&location.replace("01-02", "01-03"), now).unwrap_err();
    assert_eq!(
        miss.to_string(),
        "partition column `day`: `2021-01-03` is not projected, which is 2021-01-01 to 2021-01-02, every 1 DAYS in the format yyyy-MM-dd"
    );
}
