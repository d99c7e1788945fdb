//! Same table and same input, same files: whatever the origin of the table, the number of threads, the size of
//! segments, the crate of the time types.

use lakebed::report::Stages;
use lakebed::{ConvertOptions, Record, Report, Table};
use lakebed_tests::cases::documents::{Documents, FORMS, Form, documents};
use lakebed_tests::cases::same_in_chrono_and_jiff::{with_chrono, with_jiff};
use lakebed_tests::lake::{self, Bench};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const CUT: usize = 16 << 10;

fn departure() -> Table {
    Table::try_from(with_chrono::Departure::TABLE).unwrap_or_else(|problems| panic!("{problems}"))
}

fn convert(
    bench: &Bench,
    input: &PathBuf,
    name: &str,
    change: impl FnOnce(&mut ConvertOptions),
) -> (Report, BTreeMap<String, Vec<u8>>) {
    let table = departure();
    let report = bench.convert(&table, std::slice::from_ref(input), name, change);
    (report, lake::visible(&bench.lake(name), &table.name))
}

fn names(files: &BTreeMap<String, Vec<u8>>) -> Vec<&String> {
    files.keys().collect()
}

/// Says which file differs, without printing it.
fn same_files(what: &str, one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(names(one), names(other), "{what}");
    for (name, bytes) in one {
        if name.ends_with("ndjson") {
            let lines =
                |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect::<Vec<_>>();
            for (a, b) in lines(bytes).iter().zip(&lines(&other[name])) {
                assert_eq!(a, b, "{what}: {name}");
            }
        }
        assert!(bytes == &other[name], "{what}: {name} differs");
    }
}

fn splits_agree(form: Form, bytes: usize) {
    let Documents { text, good, bad } = documents(form, bytes, CUT, 7);
    let bench = Bench::new();
    let input = bench.input("in.json", &text);
    let (whole, expected) = convert(&bench, &input, "whole", |_| {});
    assert_eq!((whole.total.written, whole.total.rejected), (good, bad), "{form:?}: {:?}", whole.rejects);
    assert_eq!(whole.decoded_bytes, text.len() as u64, "{form:?}");
    for (threads, segment_bytes) in [(1, CUT), (2, CUT), (5, CUT), (5, 5000), (2, 100 << 10)] {
        let what = format!("{form:?} with {threads} threads and segments of {segment_bytes}");
        let (report, files) = convert(&bench, &input, &what, |options| {
            options.threads = threads;
            options.segment_bytes = segment_bytes as u64;
        });
        same_files(&what, &expected, &files);
        let comparable = |report: &Report| Report {
            lake: String::new(),
            elapsed_ms: 0,
            stages: Stages::default(),
            ..report.clone()
        };
        assert_eq!(comparable(&report), comparable(&whole), "{what}");
    }
}

#[test]
fn any_split_of_lines_gives_the_same_files() {
    splits_agree(Form::Lines, 1 << 20);
}

#[test]
fn any_split_of_other_forms_gives_the_same_files() {
    for form in FORMS.into_iter().filter(|form| *form != Form::Lines) {
        splits_agree(form, 200 << 10);
    }
}

#[test]
fn several_megabytes_are_the_same_on_any_number_of_threads() {
    let Documents { text, good, bad } = documents(Form::Lines, 3 << 20, 64 << 10, 1);
    let bench = Bench::new();
    let input = bench.input("in.json", &text);
    let (whole, expected) = convert(&bench, &input, "1", |_| {});
    assert_eq!((whole.total.written, whole.total.rejected), (good, bad));
    let (_, files) = convert(&bench, &input, "5", |options| {
        options.threads = 5;
        options.segment_bytes = 64 << 10;
    });
    same_files("five threads", &expected, &files);
}

/// All files of a lake; its journal without what says when and by whom a run was made.
fn whole_lake(lake: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = lake::files(lake);
    for (_, bytes) in files.iter_mut().filter(|(name, _)| name.contains("/runs/")) {
        let mut record: serde_json::Value = serde_json::from_slice(bytes).expect("a record of a run");
        let members = record.as_object_mut().expect("a record of a run");
        for member in ["attempt", "holder", "started_ms", "ended_ms"] {
            assert!(members.remove(member).is_some(), "a run has no {member}");
        }
        *bytes = record.to_string().into_bytes();
    }
    files
}

#[test]
fn a_derived_table_and_its_contract_give_the_same_lake() {
    let derived = departure();
    let contract = derived.to_contract();
    let loaded = Table::from_contract(&contract).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(derived, loaded);
    assert_eq!(contract, loaded.to_contract());
    let bench = Bench::new();
    let input = bench.input("in.json", documents(Form::Lines, 200 << 10, CUT, 3).text);
    for (table, name) in [(&derived, "derived"), (&loaded, "loaded")] {
        bench.convert(table, std::slice::from_ref(&input), name, |_| {});
    }
    same_files("contract", &whole_lake(&bench.lake("derived")), &whole_lake(&bench.lake("loaded")));
}

#[test]
fn chrono_and_jiff_give_the_same_table_contract_and_lake() {
    let jiff = Table::try_from(with_jiff::Departure::TABLE).unwrap_or_else(|problems| panic!("{problems}"));
    let chrono = departure();
    assert_eq!(chrono, jiff);
    assert_eq!(chrono.to_contract(), jiff.to_contract());
    let text = documents(Form::Lines, 100 << 10, CUT, 5).text;
    let bench = Bench::new();
    let input = bench.input("in.json", &text);
    for (table, name) in [(&chrono, "chrono"), (&jiff, "jiff")] {
        bench.convert(table, std::slice::from_ref(&input), name, |_| {});
    }
    same_files("jiff", &whole_lake(&bench.lake("chrono")), &whole_lake(&bench.lake("jiff")));
}

#[test]
fn chrono_and_jiff_push_the_same_rows() {
    let table = departure();
    let plan = lakebed::Plan::compile(&table).expect("a sound table");
    let mut batches = [(); 2].map(|()| lakebed::Batch::new(&plan, 0));
    let times = ["0001-01-03T00:00:00.000001Z", "1969-12-31T23:59:59.999999999Z", "9998-12-31T23:59:59.9Z"];
    for time in times {
        let line = format!(
            r#"{{"train":"IC","day":"{}","planned":"{}","left_at":"{time}","measured":"{time}","reported":["{time}"],"stops":[{{"place":"x","wall":null}}]}}"#,
            &time[..10],
            time.trim_end_matches('Z'),
        );
        let chrono: with_chrono::Departure = serde_json::from_str(&line).expect("a departure");
        let jiff: with_jiff::Departure = serde_json::from_str(&line).expect("a departure");
        lakebed::feed::typed::append(&chrono, &plan, &mut batches[0]).expect("a row");
        lakebed::feed::typed::append(&jiff, &plan, &mut batches[1]).expect("a row");
    }
    let [chrono, jiff] = batches.map(|mut batch| batch.split(&plan).expect("a batch"));
    assert_eq!(chrono.len(), times.len());
    assert_eq!(chrono, jiff);
}
