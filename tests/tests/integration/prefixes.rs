//! S3 prefixes and partition key queries, case by case: public ones, many of them measured on AWS.

use lakebed::date_pattern::{Zone, ZonedTime};
use lakebed::prefix::{Delivery, Prefix, PrefixFinding, PrefixSettings, Severity, check, query_keys};
use lakebed_tests::{jq, workspace};
use serde_json::Value;
use std::collections::BTreeMap;

fn cases(file: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(workspace::root().join("tests/data/prefixes").join(file)).expect(file);
    text.lines().map(|line| serde_json::from_str(line).expect("one case a line")).collect()
}

fn settings(case: &Value) -> PrefixSettings<'_> {
    PrefixSettings {
        prefix: case["prefix"].as_str(),
        error_output_prefix: case["error_output_prefix"].as_str(),
        dynamic_partitioning: case["dynamic_partitioning"].as_bool().expect("yes or no"),
        query: case["metadata_extraction_query"].as_str(),
        custom_time_zone: case["custom_time_zone"].as_str(),
        file_extension: None,
        buffer_mib: case["buffer_mib"].as_i64(),
    }
}

fn errors(case: &Value) -> Vec<PrefixFinding> {
    let mut findings = check(&settings(case));
    findings.retain(|finding| finding.severity == Severity::Error);
    findings
}

/// A random string in the shape of Firehose's, other ones each time; the cases write `<random-string>` for it.
fn random(n: &mut u32) -> String {
    *n += 1;
    format!("046b6c7f-{n:02}")
}

/// What the case's two prefixes come to at an instant.
fn evaluated(case: &Value, at: &str) -> (String, Option<String>) {
    let zone = Zone::named(case["custom_time_zone"].as_str().unwrap_or("UTC")).expect("a zone");
    let seconds = at.parse::<jiff::Timestamp>().expect("an instant").as_second();
    let keys = case["evaluates"]["partition_keys"].as_object().into_iter().flatten();
    let keys: BTreeMap<String, String> =
        keys.map(|(key, value)| (key.clone(), value.as_str().expect("a text").to_owned())).collect();
    let mut n = 0;
    let mut random = || random(&mut n);
    let time = ZonedTime::new(seconds, 0, &zone).expect("a time");
    let mut delivery = Delivery { time, keys: &keys, random: &mut random };
    let prefix = Prefix::parse(case["prefix"].as_str().unwrap_or_default()).expect("a prefix");
    let data = prefix.evaluate(&mut delivery).expect("a text");
    let errors = case["error_output_prefix"].as_str().map(|text| {
        let prefix = Prefix::parse(text).expect("a prefix");
        prefix.evaluate_errors("processing-failed", &mut delivery).expect("a text")
    });
    (data, errors)
}

/// The text of a case with its random strings filled in, counted on from `n`.
fn filled(text: &str, n: &mut u32) -> String {
    let mut parts = text.split("<random-string>");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        filled += &random(n);
        filled += part;
    }
    filled
}

#[test]
fn valid_prefixes_come_to_what_was_measured() {
    let (mut seen, mut with_errors) = (0, 0);
    for case in cases("prefix-cases.ndjson").iter().filter(|case| case["verdict"] == "valid") {
        let id = &case["id"];
        assert_eq!(errors(case), [], "{id}");
        for text in [&case["prefix"], &case["error_output_prefix"]].into_iter().filter_map(Value::as_str) {
            assert_eq!(Prefix::parse(text).expect("a prefix").to_string(), text);
        }
        let expected = &case["evaluates"];
        let (data, errors) = evaluated(case, expected["at"].as_str().expect("an instant"));
        let mut n = 0;
        assert_eq!(data, filled(expected["prefix"].as_str().expect("a text"), &mut n), "{id}");
        if let Some(text) = expected["error_output_prefix"].as_str() {
            assert_eq!(errors.as_deref(), Some(&*filled(text, &mut n)), "{id}");
            with_errors += 1;
        }
        seen += 1;
    }
    assert_eq!((seen, with_errors), (19, 15));
}

#[test]
fn the_year_turns_in_the_zone_of_the_stream() {
    let cases = cases("prefix-cases.ndjson");
    let case = cases.iter().find(|case| case["id"] == "madrid-year-rollover").expect("the case");
    // The second instant of the case's note.
    assert!(
        case["note"].as_str().is_some_and(|note| note.contains("2026-01-01T23:30:00Z gives 2026/01/02/00/"))
    );
    assert_eq!(evaluated(case, "2026-01-01T23:30:00Z").0, "2026/01/02/00/");
}

/// Rules that the cases which Firehose refuses break.
const RULES: [(&str, &str); 12] = [
    ("unclosed", "prefix-expression"),
    ("unknown-namespace", "prefix-namespace"),
    ("bad-pattern-letter", "prefix-date-pattern"),
    ("expression-without-error-prefix", "error-prefix-required"),
    ("error-prefix-without-type", "error-prefix-type"),
    ("dp-on-plain-prefix", "dynamic-partitioning-needs-key"),
    ("dp-off-with-key", "partition-key-without-dynamic-partitioning"),
    ("query-key-unused", "query-key-unused"),
    ("dp-buffer-too-small", "dynamic-partitioning-buffer"),
    ("config-error-prefix-no-type", "error-prefix-type"),
    ("time-zone-bogus", "time-zone-unknown"),
    ("time-zone-three-letter", "time-zone-three-letters"),
];

#[test]
fn invalid_prefixes_are_refused_in_the_words_of_firehose() {
    let cases = cases("prefix-cases.ndjson");
    let invalid: Vec<_> = cases.iter().filter(|case| case["verdict"] == "invalid").collect();
    for case in &invalid {
        let id = case["id"].as_str().expect("a name");
        let (_, rule) =
            RULES.iter().find(|(case, _)| *case == id).unwrap_or_else(|| panic!("{id} has no rule"));
        let findings = errors(case);
        let finding = findings.iter().find(|finding| finding.rule == *rule);
        let finding = finding.unwrap_or_else(|| panic!("{id}: {findings:?}"));
        let message = case["message"].as_str().expect("Firehose's message");
        assert!(finding.problem.contains(message), "{id}: {}", finding.problem);
        assert!(!finding.fix.is_empty(), "{id}");
    }
    assert_eq!(invalid.len(), 12);
}

#[test]
fn queries_give_what_jq_gave() {
    let cases = cases("jq-queries.ndjson");
    for case in &cases {
        let (id, query) = (&case["id"], case["query"].as_str().expect("a query"));
        let answer = jq::run(query, &[case["input"].to_string()]).remove(0);
        let expected = &case["jq_1_6"];
        match (&answer, expected["outputs"].as_array()) {
            (Ok(value), Some(outputs)) => assert_eq!(std::slice::from_ref(value), outputs.as_slice(), "{id}"),
            (Err(error), None) => {
                // The case has jq's whole line, the place of the record in it.
                assert!(
                    expected["error"].as_str().is_some_and(|line| line.ends_with(error)),
                    "{id}: {error}"
                );
            }
            (answer, _) => panic!("{id}: {answer:?}"),
        }
        let Some(usable) = case["all_keys_nonempty_strings"].as_bool() else { continue };
        let value = answer.expect("an object");
        let values = value.as_object().expect("an object");
        let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
        assert_eq!(values.values().all(is_text), usable, "{id}");
        // Our reader of queries names the keys that jq made.
        let mut keys = query_keys(query).expect("keys");
        keys.sort();
        assert_eq!(keys, values.keys().cloned().collect::<Vec<_>>(), "{id}");
    }
    assert_eq!(cases.len(), 13);
}
