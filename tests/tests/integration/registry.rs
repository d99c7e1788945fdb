//! Registries of schemas: those that need no service do what the suite says, and what is called compatible is so by
//! another validator's judgement.

mod schemas;

use crate::json_schema::{Case, judged};
use lakebed_cli::registry::compatible::{differences, written};
use lakebed_cli::registry::{
    FolderRegistry, MemoryRegistry, NewSchema, SchemaName, SchemaRegistry, VersionStatus,
};
use lakebed_schema::target::Compatibility;
use lakebed_tests::cases::documents::Random;
use lakebed_tests::registry_suite;
use schemas::{document, pair};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::thread::scope;

fn passes_the_suite(registry: &dyn SchemaRegistry) {
    let mut failures = Vec::new();
    for case in registry_suite::cases() {
        if let Err(failure) = (case.run)(registry) {
            failures.push(format!("{}: {failure}", case.name));
        }
    }
    assert!(failures.is_empty(), "{} in {}:\n{}", failures.len(), registry.shown(), failures.join("\n"));
}

#[test]
fn memory_passes_the_suite() {
    passes_the_suite(&MemoryRegistry::new());
}

#[test]
fn a_folder_passes_the_suite() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    passes_the_suite(&FolderRegistry::new(folder.path(), "catalog"));
}

/// Many at once register: every version has a number of its own, and none is lost.
#[test]
fn a_folder_loses_no_version() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let name = SchemaName::new("default-registry", "orders");
    let definition = |number: usize| json!({"maximum": number}).to_string();
    let first =
        NewSchema { compatibility: Compatibility::None, description: None, definition: definition(0) };
    FolderRegistry::new(folder.path(), "catalog").create_schema(&name, &first).expect("a schema");
    scope(|scope| {
        for writer in 0..8 {
            let (folder, name) = (folder.path(), &name);
            scope.spawn(move || {
                let registry = FolderRegistry::new(folder, "catalog");
                for turn in 0..5 {
                    let number = 1 + writer * 5 + turn;
                    registry.register(name, &definition(number)).unwrap_or_else(|error| panic!("{error}"));
                }
            });
        }
    });
    let registry = FolderRegistry::new(folder.path(), "catalog");
    let versions = registry.versions(&name).expect("versions");
    let numbers: Vec<u64> = versions.iter().map(|version| version.number).collect();
    assert_eq!(numbers, (1..=41).collect::<Vec<_>>());
    let read = |number| registry.version(&name, number).expect("a version").expect("a version");
    let mut all: Vec<String> = numbers.iter().map(|number| read(*number).definition).collect();
    let mut expected: Vec<String> = (0..41).map(definition).collect();
    all.sort();
    expected.sort();
    assert_eq!(all, expected);
    assert!(versions.iter().all(|version| version.status == VersionStatus::Available));
}

/// A schema of draft-07 around one without it.
fn whole(schema: &Value) -> Value {
    json!({"$schema": "http://json-schema.org/draft-07/schema#", "allOf": [schema]})
}

const PAIRS: u64 = 600;
const DOCUMENTS: u64 = 40;

/// Whenever the checker says that every document of one schema is one of another, the Python validator refuses none of
/// those it was given; and whatever the checker gives as an example, the validator refuses.
#[test]
fn what_is_compatible_is_refused_by_no_validator() {
    let mut random = Random(2026);
    let (mut rows, mut cases, mut about) = (Vec::new(), Vec::new(), Vec::new());
    let mut said: BTreeMap<&str, u64> = BTreeMap::new();
    for _ in 0..PAIRS {
        let (writer, reader) = pair(&mut random);
        let found = differences(&writer, &reader);
        let row = rows.len();
        rows.push(vec![whole(&writer), whole(&written(&writer)), whole(&reader)]);
        let compatible = found.is_empty();
        let key = match found.iter().any(|difference| difference.undecided.is_some()) {
            _ if compatible => "compatible",
            true => "undecided",
            false => "incompatible",
        };
        *said.entry(key).or_default() += 1;
        if compatible {
            for _ in 0..DOCUMENTS {
                let document = document(&mut random, &[&writer, &reader], 0);
                cases.push(Case { table: row, record: document.to_string() });
                about.push(None);
            }
        }
        // Examples of the whole document; those from further in are values of their place.
        for difference in found.iter().filter(|difference| difference.path.to_string() == "$") {
            if let Some(example) = &difference.example {
                cases.push(Case { table: row, record: example.to_string() });
                about.push(Some(difference.keyword.clone()));
            }
        }
    }
    let answers = judged(&rows, &cases);
    let (mut judged, mut examples) = (0, 0);
    for ((answer, case), about) in answers.iter().zip(&cases).zip(about) {
        let [writer, _, reader] = rows[case.table].as_slice() else { panic!("three schemas") };
        match (answer.as_str(), about) {
            ("110", None) => panic!("{} is refused by {reader}, and not by {writer}", case.record),
            ("111", None) => judged += 1,
            (_, None) => {}
            ("110", Some(_)) => examples += 1,
            (answer, Some(keyword)) => {
                panic!("{} ({keyword}) is no example: {answer}, {writer} and {reader}", case.record)
            }
        }
    }
    // The test has seen enough of everything to mean something.
    assert!(judged > 2000, "{judged} documents of {said:?}");
    assert!(examples > 50, "{examples} examples of {said:?}");
    assert!(said["compatible"] > PAIRS / 10 && said["incompatible"] > PAIRS / 10, "{said:?}");
    assert!(said.get("undecided").copied().unwrap_or_default() < PAIRS / 20, "{said:?}");
}
