//! The generated JSON Schemas against the decoder: what one accepts the other stores.

mod random;
mod values;

use crate::readers::table;
use lakebed::artifacts::json_schema::{Draft, schema};
use lakebed::feed::json::JsonDecoder;
use lakebed::reject::Rejects;
use lakebed::{Batch, Limits, Plan, Table, artifacts};
use lakebed_tests::rig::Rig;
use lakebed_tests::workspace;
use std::fmt::Write as _;
use std::fs;

/// A record of a table, by its number.
pub(crate) struct Case {
    pub(crate) table: usize,
    pub(crate) record: String,
}

/// What both drafts of each table's schema say about each case; they must say the same.
pub(crate) fn validated(tables: &[Table], cases: &[Case]) -> Vec<bool> {
    let drafts = |table| [schema(table, Draft::Draft202012), schema(table, Draft::Draft07)];
    let rows: Vec<_> = tables.iter().map(drafts).collect();
    let drafts_agree = |(answer, case): (&String, &Case)| match answer.as_str() {
        "11" => true,
        "00" => false,
        other => panic!("the drafts differ: {other} for {}", case.record),
    };
    judged(&rows, cases).iter().zip(cases).map(drafts_agree).collect()
}

/// What the schemas of its row say about each case, by Python's validator: a digit each, 1 for accepted.
pub(crate) fn judged<T: serde::Serialize>(rows: &[T], cases: &[Case]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (schemas, records) = (folder.path().join("schemas"), folder.path().join("cases"));
    let mut text = String::new();
    for row in rows {
        let _ = writeln!(text, "{}", serde_json::to_string(row).expect("JSON"));
    }
    fs::write(&schemas, text).expect("a file that can be written");
    let line =
        |case: &Case| serde_json::json!({"schemas": case.table, "record": case.record}).to_string() + "\n";
    fs::write(&records, cases.iter().map(line).collect::<String>()).expect("a file that can be written");

    let rig = Rig::install_aws(env!("CARGO_TARGET_TMPDIR")).unwrap_or_else(|error| panic!("{error}"));
    let said = rig.run("json_schema.py", [schemas, records]).unwrap_or_else(|found| panic!("{found}"));
    let answers: Vec<String> = said.lines().map(str::to_owned).collect();
    assert_eq!(answers.len(), cases.len());
    answers
}

/// Whether the decoder stores a record, with the reason when it does not.
fn decoded(plan: &Plan, record: &str) -> Result<(), String> {
    let (mut batch, mut rejects) = (Batch::new(plan, 0), Rejects::default());
    let mut decoder = JsonDecoder::new(plan, Limits::default());
    let read = decoder.decode(record.as_bytes(), 0, true, &mut batch, &mut rejects);
    assert_eq!(read, record.len(), "{record}");
    assert_eq!(batch.rows().len() + rejects.list.len(), 1, "{record}");
    match rejects.list.first() {
        Some(reject) => Err(reject.message()),
        None => Ok(()),
    }
}

fn plan(table: &Table) -> Plan {
    Plan::compile(table).unwrap_or_else(|error| panic!("{error}"))
}

/// The records of a file, taken apart as the decoder does it.
fn records(file: &str, table: &Table) -> Vec<String> {
    let bytes = fs::read(workspace::miv().join(file)).expect("the file is there");
    let plan = plan(table);
    let (mut batch, mut rejects) = (Batch::new(&plan, 0), Rejects::default());
    JsonDecoder::new(&plan, Limits::default()).decode(&bytes, 0, true, &mut batch, &mut rejects);
    assert!(rejects.list.is_empty(), "{file}: {}", rejects.list[0].message());
    let place = |number: u64| usize::try_from(number).expect("a place in the file");
    let text =
        |(offset, len): (usize, usize)| String::from_utf8_lossy(&bytes[offset..offset + len]).into_owned();
    batch.rows().iter().map(|row| text((place(row.offset), place(row.len)))).collect()
}

const STOCK: [&str; 3] = ["traffic_measurement", "traffic_snapshot", "measuring_point"];

/// JSON files of the traffic data: file, number of the table, records.
const FILES: &[(&str, usize, usize)] = &[
    ("flat/event-flat-2020-04-07.json", 0, 1),
    ("flat/event-flat-isotime.json", 0, 1),
    ("flat/event-flat-payload.json", 0, 1),
    ("flat/events-flat-firehose-input.ndjson", 0, 11),
    ("flat/events-flat-incoming.ndjson", 0, 35),
    ("flat/snapshot-2017-04-27.sample.flat.derived.ndjson", 0, 361),
    ("derived/event-flat-dropped-classes.derived.json", 0, 1),
    ("nested/snapshot-2017-04-27.sample.nested.ndjson", 1, 361),
    ("nested/event-nested-2020-04-06.json", 1, 1),
    ("odd/verkeersdata-2020-04-06-2points.xmltodict.json", 1, 2),
    ("odd/verkeersdata-2023-08-01-1point.xml2js.json", 1, 1),
    ("config/json/config-2017-02-17.sample.ndjson", 2, 30),
    ("odd/config-2017-05-18.logstash.sample.ndjson", 2, 60),
];

#[test]
fn every_real_record_is_accepted() {
    let tables = STOCK.map(table);
    let mut cases = Vec::new();
    for &(file, number, expected) in FILES {
        let found = records(file, &tables[number]);
        assert_eq!(found.len(), expected, "{file}");
        cases.extend(found.into_iter().map(|record| Case { table: number, record }));
    }
    let is_json = |file: &std::path::PathBuf| file.extension().is_some_and(|end| end != "xml");
    let listed = |file: &std::path::PathBuf| FILES.iter().any(|(name, ..)| file.ends_with(name));
    let files = workspace::files("tests/data/miv").into_iter().filter(is_json);
    let missing: Vec<_> =
        files.filter(|file| !listed(file) && !file.to_string_lossy().contains("/bad/")).collect();
    assert!(missing.is_empty(), "not listed here: {missing:?}");
    for (accepted, case) in validated(&tables, &cases).into_iter().zip(&cases) {
        assert!(accepted, "{}: {}", STOCK[case.table], case.record);
    }
}

/// Records made broken by hand, each with its reason.
#[test]
fn every_broken_record_is_refused() {
    let tables = STOCK.map(table);
    let text = fs::read_to_string(workspace::root().join("tests/data/json-schema/refused.ndjson"));
    let mut cases = Vec::new();
    let mut reasons = Vec::new();
    for line in text.expect("the file is there").lines() {
        let line: serde_json::Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let number = STOCK.iter().position(|name| line["table"] == **name).expect("a stock table");
        cases.push(Case { table: number, record: line["record"].to_string() });
        // What the type's own JsonSchema says, decoding does not ask.
        reasons.push((line["why"].to_string(), line["stored"] == true));
    }
    assert!(cases.len() >= 40);
    let plans = [0, 1, 2].map(|number: usize| plan(&tables[number]));
    for ((accepted, case), (why, stored)) in validated(&tables, &cases).into_iter().zip(&cases).zip(reasons) {
        assert!(!accepted, "{why}: {}", case.record);
        assert_eq!(decoded(&plans[case.table], &case.record).is_ok(), stored, "{why}: {}", case.record);
    }
}

/// The schema from a struct and the one from its contract are the same, to the byte.
#[test]
fn struct_and_contract_give_the_same_schema() {
    let artifact = artifacts::find("json-schema").expect("the artifact");
    for name in STOCK {
        let table = table(name);
        let read = Table::from_contract(&table.to_contract()).expect("a contract");
        for part in artifact.parts() {
            let text = |table: &Table| {
                let rendered = artifact.render(part, table, &lakebed::Target::default()).expect("a schema");
                rendered.expect("a schema for every table").content.to_text()
            };
            assert_eq!(text(&table), text(&read));
        }
    }
}

/// What the documentation of the artifact lists as its limits: record, whether the schema accepts it, whether it is
/// stored.
const LIMITS: &[(usize, &str, bool, bool)] = &[
    (0, r#"{"unieke_id":"1","tijd_waarneming":"2020-02-30T00:00:00Z"}"#, true, false),
    (0, r#"{"unieke_id":"1","tijd_waarneming":"9999-12-31T23:59:59-01:00"}"#, true, false),
    (0, r#"{"unieke_id":"1","tijd_waarneming":"0000-12-31T23:59:59-01:00"}"#, false, true),
    (0, r#"{"unieke_id":"1","tijd_waarneming":0,"lve_nr":1,"lve_nr":1}"#, true, false),
    (0, r#"{"unieke_id":"1","tijd_waarneming":0,"lve_nr":1,"LVE_NR":1}"#, true, false),
    (0, r#"{"unieke_id":"1","tijd_waarneming":0,"LVE_NR":"many"}"#, true, false),
    (0, r#"{"Unieke_ID":"1","tijd_waarneming":0}"#, false, true),
    (0, r#"{"unieke_id":"\ud800","tijd_waarneming":0}"#, true, false),
    (1, r#"{"unieke_id":[["1"]],"tijd_waarneming":0}"#, false, true),
    (2, r#"{"unieke_id":"1","lengtegraad_EPSG_4326":"1e9"}"#, true, false),
];

#[test]
fn what_a_schema_cannot_say() {
    let tables = STOCK.map(table);
    let case = |&(table, record, ..): &(usize, &str, bool, bool)| Case { table, record: record.to_owned() };
    let cases: Vec<Case> = LIMITS.iter().map(case).collect();
    for (accepted, &(number, record, accepts, stores)) in validated(&tables, &cases).into_iter().zip(LIMITS) {
        assert_eq!(accepted, accepts, "{record}");
        assert_eq!(decoded(&plan(&tables[number]), record).is_ok(), stores, "{record}");
    }
}
