//! Transformation functions of Firehose: what they answer, as Firehose takes it.

mod cargo_lambda;
mod objects;
pub(crate) mod served;

use crate::readers::table as stock;
use crate::sample::strategy;
use arrow_array::RecordBatch;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lakebed::artifacts::firehose::{KeySource, prefixes};
use lakebed::feed::json::JsonDecoder;
use lakebed::lambda::{EventRecord, Normaliser, Outcome, TransformEvent, Transformed, transform};
use lakebed::reject::Rejects;
use lakebed::{Batch, Limits, Plan, Semantics, Table};
use lakebed_cli::domain::{Measurement, Snapshot};
use lakebed_schema::sample::{SampleOptions, Sampler};
use lakebed_tests::lambda_judge::{Judged, judge};
use lakebed_tests::property::cases;
use lakebed_tests::{golden, workspace};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;

fn data(file: &str) -> String {
    let path = workspace::root().join("tests/data").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn event<D: AsRef<[u8]>>(data: impl IntoIterator<Item = D>) -> TransformEvent {
    let record = |(number, data): (usize, D)| EventRecord {
        record_id: format!("4954698668313554428650745793632162567570019247115678515000000000{number:04}"),
        approximate_arrival_timestamp: 1_588_327_980_000,
        data: STANDARD.encode(data),
    };
    TransformEvent {
        records: data.into_iter().enumerate().map(record).collect(),
        ..TransformEvent::default()
    }
}

fn judged(event: &TransformEvent, made: &Transformed) -> Judged {
    let ids: Vec<_> = event.records.iter().map(|record| record.record_id.clone()).collect();
    let answer = serde_json::to_vec(&made.response).expect("JSON");
    let judged = judge(&ids, &answer);
    assert_eq!((judged.delivered.len(), judged.dropped), (made.ok, made.dropped));
    assert_eq!(judged.errors.len(), made.failures.len());
    judged
}

/// Rows and their paths.
fn stored(plan: &Plan, text: &[u8]) -> Vec<(String, RecordBatch)> {
    let (mut batch, mut rejects) = (Batch::new(plan, 1_588_327_980), Rejects::default());
    JsonDecoder::new(plan, Limits::default()).decode(text, 0, true, &mut batch, &mut rejects);
    assert!(rejects.list.is_empty(), "{:?}\n{}", rejects.list, String::from_utf8_lossy(text));
    batch.split(plan).expect("a batch")
}

#[test]
fn the_judge_says_what_was_probed_on_aws() {
    let lines = data("firehose/lambda-response-cases.ndjson");
    assert_eq!(lines.lines().count(), 5);
    for line in lines.lines() {
        let case: Value = serde_json::from_str(line).expect("one case a line");
        let ids: Vec<_> =
            (0..case["request"].as_array().expect("records").len()).map(|id| format!("r{id}")).collect();
        let judged = judge(&ids, case["response"].to_string().as_bytes());
        let expect = &case["expect"];
        let delivered: Vec<_> =
            judged.delivered.iter().map(|(data, _)| String::from_utf8_lossy(data).into_owned()).collect();
        assert_eq!(serde_json::json!(delivered), expect["delivered"], "{line}");
        assert_eq!(judged.dropped, expect["dropped"], "{line}");
        let errors = expect["errors"].as_array().expect("errors");
        assert_eq!(judged.errors.len(), errors.len(), "{line}");
        for ((id, code, message), expected) in judged.errors.iter().zip(errors) {
            assert_eq!(
                (id.as_str(), code.as_str()),
                (text(expected, "recordId"), text(expected, "errorCode"))
            );
            assert!(message.starts_with(text(expected, "errorMessageStartsWith")), "{message}");
            assert!(message.starts_with(text(expected, "errorMessage")), "{message}");
        }
    }
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// The path that the prefix of the generated stream makes of a record's keys.
fn path(table: &Table, keys: &BTreeMap<String, String>) -> String {
    let prefixes = prefixes(table, &golden::target(), true).unwrap_or_else(|findings| panic!("{findings}"));
    assert_eq!(prefixes.keys, KeySource::Lambda);
    let mut path =
        prefixes.prefix.split_once(&format!("/{}/", table.name)).expect("its location").1.to_owned();
    for (name, value) in keys {
        let expression = format!("!{{partitionKeyFromLambda:{name}}}");
        assert!(path.contains(&expression), "{name} is no key of {path}");
        path = path.replace(&expression, value);
    }
    assert!(!path.contains('!'), "{path} has keys that the function does not give: {keys:?}");
    path
}

#[test]
fn every_real_event_goes_on_as_its_table_stores_it_to_the_path_of_the_generated_stream() {
    let mut events = 0;
    for (file, name) in [
        ("miv/flat/event-flat-2020-04-07.json", "traffic_measurement"),
        ("miv/flat/event-flat-isotime.json", "traffic_measurement"),
        ("miv/flat/event-flat-payload.json", "traffic_measurement"),
        ("miv/flat/events-flat-firehose-input.ndjson", "traffic_measurement"),
        ("miv/flat/events-flat-incoming.ndjson", "traffic_measurement"),
        ("miv/flat/snapshot-2017-04-27.sample.flat.derived.ndjson", "traffic_measurement"),
        ("miv/derived/event-flat-dropped-classes.derived.json", "traffic_measurement"),
        ("miv/nested/snapshot-2017-04-27.sample.nested.ndjson", "traffic_snapshot"),
        ("miv/nested/event-nested-2020-04-06.json", "traffic_snapshot"),
        ("miv/odd/verkeersdata-2020-04-06-2points.xmltodict.json", "traffic_snapshot"),
        ("miv/odd/verkeersdata-2023-08-01-1point.xml2js.json", "traffic_snapshot"),
    ] {
        let table = stock(name);
        let text = data(file);
        let records: Vec<&str> =
            if file.ends_with(".ndjson") { text.lines().collect() } else { vec![text.as_str()] };
        let event = event(&records);
        let judged = judged(&event, &Normaliser::new(&table).expect("a table").transform(&event));
        assert_eq!((judged.delivered.len(), &judged.errors), (records.len(), &Vec::new()), "{file}");
        let plan = Plan::compile(&table).expect("a table");
        let firehose = Plan::compile_with(&table, Semantics::Firehose).expect("a table");
        for (record, (line, keys)) in records.iter().zip(&judged.delivered) {
            assert_eq!(line.last(), Some(&b'\n'));
            let ours = stored(&plan, record.as_bytes());
            assert_eq!(stored(&firehose, line), ours, "{record}");
            assert_eq!(
                [path(&table, keys)],
                ours.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>()[..]
            );
        }
        events += records.len();
    }
    assert_eq!(events, 775);
}

#[test]
fn events_as_others_publish_them_are_answered() {
    let normaliser = Normaliser::new(&stock("traffic_measurement")).expect("a table");
    for (file, ok, failed) in [
        ("firehose/lambda-transform-event-miv.derived.json", 3, 0),
        ("firehose/lambda-transform-event-kinesis-source.json", 0, 2),
        ("firehose/lambda-transform-event-not-json-payload.json", 0, 1),
    ] {
        let event: TransformEvent = serde_json::from_str(&data(file)).expect("an event");
        let judged = judged(&event, &normaliser.transform(&event));
        assert_eq!((judged.delivered.len(), judged.errors.len()), (ok, failed), "{file}");
        assert_eq!(judged.faults(), [""; 0], "{file}");
    }
}

/// A feed's XML as a record: both points come out, since both are of one hour.
#[test]
fn xml_goes_on_as_json() {
    let table = stock("traffic_snapshot");
    let event = event([data("miv/xml/verkeersdata-2020-05-01-2points.xml")]);
    let judged = judged(&event, &Normaliser::new(&table).expect("a table").transform(&event));
    let [(lines, _)] = judged.delivered.as_slice() else { panic!("{:?}", judged.errors) };
    assert_eq!(lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count(), 2);
}

/// The function sees null where the feed has a sentinel, and what it returns is checked like any record.
#[test]
fn a_team_s_own_function_gets_typed_records_and_gives_typed_records() {
    let function = transform(|mut point: Measurement| match point.point_id.as_str() {
        "1" => Outcome::Drop,
        "2" => Outcome::Fail("no such point".to_owned()),
        "3" => panic!("point three"),
        _ => {
            assert_ne!(point.car_speed, Some(252));
            point.point_name = point.point_name.map(|name| name + "-seen");
            Outcome::Keep(point)
        }
    })
    .expect("two tables");
    let all = data("miv/flat/snapshot-2017-04-27.sample.flat.derived.ndjson");
    let mut records: Vec<Value> =
        all.lines().take(20).map(|line| serde_json::from_str(line).expect("JSON")).collect();
    for (number, record) in records.iter_mut().take(4).enumerate() {
        record["unieke_id"] = number.to_string().into();
    }
    records[5] = Value::Null;
    let event = event(records.iter().map(Value::to_string));
    let made = function.transform(&event);
    let judged = judged(&event, &made);
    assert_eq!((judged.delivered.len(), judged.dropped, judged.faults()), (16, 1, vec![]));
    let codes: Vec<_> = made.failures.iter().map(|failure| (failure.place, failure.code)).collect();
    assert_eq!(codes, [(2, "Lambda.Function"), (3, "Lambda.Panic"), (5, "DataFormatConversion.ParseError")]);
    let table = stock("traffic_measurement");
    let (plan, firehose) = (Plan::compile(&table), Plan::compile_with(&table, Semantics::Firehose));
    let (plan, firehose) = (plan.expect("a table"), firehose.expect("a table"));
    let mut kept: Vec<Value> = records.clone();
    let is_kept = |record: &Value| !["1", "2", "3", ""].contains(&text(record, "unieke_id"));
    kept.retain(is_kept);
    for (record, (line, keys)) in kept.iter_mut().zip(&judged.delivered) {
        record["beschrijvende_id"] = format!("{}-seen", text(record, "beschrijvende_id")).into();
        let ours = stored(&plan, record.to_string().as_bytes());
        assert_eq!(stored(&firehose, line), ours);
        assert_eq!(path(&table, keys), ours[0].0);
    }
}

/// Nested records come out of the columns whole, and go back in.
#[test]
fn a_function_that_changes_nothing_is_the_normaliser() {
    let function = transform(|snapshot: Snapshot| Outcome::Keep(snapshot)).expect("two tables");
    let normaliser = Normaliser::new(&stock("traffic_snapshot")).expect("a table");
    let event = event(data("miv/nested/snapshot-2017-04-27.sample.nested.ndjson").lines());
    assert_eq!(function.transform(&event), normaliser.transform(&event));
}

proptest! {
    #![proptest_config(cases(64))]

    /// Whatever comes, the answer has no fault, and every record its place in it.
    #[test]
    fn any_batch_of_any_table_is_answered_without_fault(
        table in strategy::table(),
        seed in any::<u64>(),
        garbage in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..4),
    ) {
        let options = SampleOptions { rows: 12, seed, broken: 0.3, edges: 0.1, ..SampleOptions::default() };
        let sampler = Sampler::new(&table, options).unwrap_or_else(|findings| panic!("{findings}"));
        let mut records = garbage;
        for number in 0..6 {
            let mut record = String::new();
            sampler.write(number * 2, &mut record);
            sampler.write(number * 2 + 1, &mut record);
            records.push(record.into_bytes());
            let mut record = String::new();
            sampler.write(number, &mut record);
            records.push(record.into_bytes());
        }
        let event = event(records);
        let made = Normaliser::new(&table).expect("a valid table").transform(&event);
        let judged = judged(&event, &made);
        prop_assert_eq!(judged.faults(), Vec::<&str>::new());
        let ids: Vec<_> = made.response.records.iter().map(|record| &record.record_id).collect();
        prop_assert_eq!(ids, event.records.iter().map(|record| &record.record_id).collect::<Vec<_>>());
        prop_assert_eq!(made.ok + made.dropped + made.failures.len(), event.records.len());
    }
}
