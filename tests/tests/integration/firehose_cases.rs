//! Firehose's own conversion, case by case: what was probed on AWS holds under the `firehose` semantics.

use lakebed::explain::{ExplainOptions, Explanation, explain};
use lakebed::hive_type::HiveType;
use lakebed::{Column, Error, ErrorKind, Semantics, Table};
use lakebed_tests::workspace::root;
use serde_json::{Map, Value};

/// Cases that were not probed on AWS: an emulator's own choice, what we do with them, and why.
const EMULATOR_OWN: [(&str, Ours, &str); 10] = [
    ("tinyint-max", Ours::Same, "127 is a tinyint"),
    ("tinyint-overflow", Ours::Same, "the facts name the overflow of a tinyint as a fault of its record"),
    ("huge-exponent-decimal(22,2)-1e1000000000", Ours::Same, "it does not fit, and is never written out"),
    ("huge-exponent-timestamp-1e1000000000", Ours::Same, "it is no time, and is never written out"),
    ("nonfinite-float-1e1000", Ours::Same, "readers disagree about infinity"),
    ("nonfinite-double-NaN", Ours::Same, "readers disagree about NaN"),
    (
        "odd-column-names",
        Ours::NoTable,
        "a column name is lower-case letters, digits and underscores with us",
    ),
    ("key-mapping-case-insensitive", Ours::Same, "the JSON key of a column is what the mapping carries"),
    ("sized-text-char(10)", Ours::Same, "sized texts are texts with us, never padded or cut"),
    ("sized-text-varchar(255)", Ours::Same, "sized texts are texts with us, never padded or cut"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ours {
    Same,
    /// The table is refused.
    NoTable,
}

fn cases() -> Vec<Value> {
    let file = root().join("tests/data/firehose/format-conversion-cases.ndjson");
    let text = std::fs::read_to_string(file).expect("the cases");
    text.lines().map(|line| serde_json::from_str(line).expect("one case a line")).collect()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn table(case: &Value) -> Table {
    let mappings = &case["serde_options"]["ColumnToJsonKeyMappings"];
    let column = |column: &Value| {
        let name = text(column, "name");
        let ty: HiveType = text(column, "type").parse().expect("a Hive type");
        let key = mappings[name].as_str().unwrap_or(name).to_owned();
        Column { nullable: true, key, ..Column::new(name, ty.to_logical()) }
    };
    Table::new("cases", case["columns"].as_array().expect("columns").iter().map(column).collect())
}

fn explained(case: &Value) -> Result<Explanation, Error> {
    let semantics = match text(case, "serde") {
        "OpenXJsonSerDe" => Semantics::Firehose,
        "HiveJsonSerDe" => Semantics::FirehoseHive,
        other => panic!("no deserializer is called {other}"),
    };
    let options = ExplainOptions { semantics, ..ExplainOptions::default() };
    explain(&table(case), text(case, "record").as_bytes().to_vec(), &options)
}

/// The row with nested records put together again, and times without the zone that every one of them has.
fn row(explanation: &Explanation) -> Value {
    let mut row = Map::new();
    for field in &explanation.fields {
        let value = match field.stored.as_str() {
            Some(time) if time.ends_with('Z') => Value::from(time.trim_end_matches('Z')),
            _ => field.stored.clone(),
        };
        let mut place = &mut row;
        let (record, name) = field.column.rsplit_once('.').unwrap_or(("", &field.column));
        for step in record.split('.').filter(|step| !step.is_empty()) {
            let inner = place.entry(step).or_insert_with(|| Value::Object(Map::new()));
            place = inner.as_object_mut().expect("a record");
        }
        place.insert(name.to_owned(), value);
    }
    Value::Object(row)
}

/// What is wrong with a case, if anything.
fn check(case: &Value) -> Result<(), String> {
    let explanation = explained(case).map_err(|error| error.to_string())?;
    let expect = &case["expect"];
    let differs = |what: &str, found: &dyn std::fmt::Debug| Err(format!("{what}: {found:?}, not {expect}"));
    if let Some(expected) = expect.get("row") {
        if !explanation.accepted {
            return differs("refused", &explanation.faults);
        }
        let row = row(&explanation);
        return if row == *expected { Ok(()) } else { differs("stored", &row) };
    }
    let Some(first) = explanation.faults.first().filter(|_| !explanation.accepted) else {
        return differs("stored", &row(&explanation));
    };
    let error = &expect["error"];
    let message_fits = match (error.get("message"), error.get("message_starts_with")) {
        (Some(message), _) => *message == first.message.as_str(),
        (None, Some(start)) => first.message.starts_with(start.as_str().unwrap_or_default()),
        (None, None) => true,
    };
    if error["code"] == first.code && message_fits { Ok(()) } else { differs("refused with", first) }
}

#[test]
fn every_case_that_was_probed_on_aws_holds() {
    let cases = cases();
    let probed: Vec<_> = cases.iter().filter(|case| text(case, "basis") == "probed-on-aws").collect();
    assert_eq!(probed.len(), 29);
    let broken: Vec<_> = probed
        .iter()
        .filter_map(|case| Some(format!("{}: {}", text(case, "id"), check(case).err()?)))
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_case_of_the_emulator_is_decided() {
    let cases = cases();
    let own: Vec<_> = cases.iter().filter(|case| text(case, "basis") != "probed-on-aws").collect();
    assert_eq!(own.len(), EMULATOR_OWN.len());
    for case in own {
        let id = text(case, "id");
        let (_, ours, why) = EMULATOR_OWN.iter().find(|(own, ..)| *own == id).expect(id);
        match ours {
            Ours::Same => assert_eq!(check(case), Ok(()), "{id}: {why}"),
            Ours::NoTable => {
                let error = explained(case).expect_err(why);
                assert_eq!(error.kind(), ErrorKind::Table, "{id}: {error}");
            }
        }
    }
}
