//! Replays as a whole: what is stored, what fails again, what is remembered.

use super::*;
use crate::journal::RunKind;
use crate::reject::base64;
use crate::report::InputStatus;
use crate::testing::optional;
use crate::{NoProgress, convert};
use flate2::Compression;
use flate2::write::GzEncoder;
use lakebed_schema::{Layout, LogicalType, Partition, PartitionBy};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A table of `n`, by the day of arrival.
fn table(ty: LogicalType) -> Table {
    let mut table = Table::new("t", vec![optional("n", ty)]);
    table.partitions.push(Partition {
        by: PartitionBy::Arrival,
        layout: Layout::parse("dt={yyyy-MM-dd}", None).unwrap(),
        null: None,
    });
    table
}

/// Stored like [`wide`], so that only what is refused differs.
fn narrow() -> Table {
    table(LogicalType::UInt8)
}

fn wide() -> Table {
    table(LogicalType::Int16)
}

struct Bench(TempDir);

impl Bench {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn convert(&self, table: &Table, input: &Path, force: bool) -> Result<Report, Error> {
        let mut options = ConvertOptions::new([input], self.path("lake"));
        options.force = force;
        convert(table, &options, &NoProgress)
    }

    fn replay(
        &self,
        table: &Table,
        input: &Path,
        change: impl FnOnce(&mut ReplayOptions),
    ) -> Result<Report, Error> {
        let mut options = ReplayOptions::new(ConvertOptions::new([input], self.path("lake")));
        change(&mut options);
        replay(table, &options, &NoProgress)
    }

    fn rows(&self) -> u64 {
        crate::inspect(&crate::store::LocalStore::new(self.path("lake")), "t", Some(&wide())).map_or(
            0,
            |seen| {
                assert!(!seen.has_findings(), "{seen:?}");
                seen.rows
            },
        )
    }

    /// All lines below the error folder, by file.
    fn rejects(&self) -> Vec<(PathBuf, Value)> {
        fn walk(folder: &Path, found: &mut Vec<(PathBuf, Value)>) {
            let mut entries: Vec<PathBuf> =
                fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
            entries.sort();
            for path in entries {
                if path.is_dir() {
                    walk(&path, found);
                } else {
                    let text = fs::read_to_string(&path).unwrap();
                    found
                        .extend(text.lines().map(|line| (path.clone(), serde_json::from_str(line).unwrap())));
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.path("lake/_errors/t"), &mut found);
        found
    }
}

fn object(raw: &[u8], more: Value) -> String {
    let mut line =
        json!({ "attemptsMade": 1, "arrivalTimestamp": 1_588_327_980_000_i64, "rawData": base64(raw) });
    for (key, value) in more.as_object().unwrap() {
        line[key] = value.clone();
    }
    format!("{line}\n")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn after_a_fix_the_rejects_are_stored_once() {
    let bench = Bench::new();
    let input = bench.write("in.json", "{\"n\":1}\n{\"n\":1000}\n{\"n\":2000}\n{\"n\":\"x\"}\n");
    assert_eq!(bench.convert(&narrow(), &input, false).unwrap().total.rejected, 3);
    let lake = bench.path("lake");
    let report = bench.replay(&wide(), &lake, |_| {}).unwrap();
    assert_eq!((report.total.read, report.total.written, report.total.rejected), (3, 2, 1), "{report:?}");
    assert_eq!(report.replay.map(|replay| (replay.objects, replay.foreign)), Some((3, 0)));
    assert_eq!(bench.rows(), 3);

    // What failed again says so, and where it came from.
    let rejects = bench.rejects();
    let (file, line) = rejects.iter().find(|(_, line)| line["attemptsMade"] == 2).unwrap();
    assert_eq!(
        (rejects.len(), &line["line"], &line["source"]),
        (4, &json!(4), &json!(input.display().to_string()))
    );
    assert!(line["replayOf"].as_str().unwrap().contains("/_errors/t/malformed-data/dt="), "{line}");
    assert!(file.to_string_lossy().contains("/malformed-data/dt="));
    assert_eq!(line["run"], json!(report.run));

    // Again: the old files are marked, the new one fails once more.
    let again = bench.replay(&wide(), &lake, |_| {}).unwrap();
    assert_eq!((again.total.read, again.total.rejected), (1, 1));
    assert_eq!(again.inputs.iter().filter(|input| input.status == InputStatus::AlreadyInLake).count(), 1);
    assert!(bench.rejects().iter().any(|(_, line)| line["attemptsMade"] == 3));
    assert_eq!(bench.rows(), 3);

    // A copy of what was replayed is known by its content.
    let copy = bench.write("copy.ndjson", fs::read(&rejects[0].0).unwrap());
    let report = bench.replay(&wide(), &copy, |_| {}).unwrap();
    assert_eq!((report.total.read, report.inputs[0].status), (0, InputStatus::AlreadyInLake));
}

#[test]
fn a_forced_conversion_takes_the_replays_of_its_rejects_along() {
    let bench = Bench::new();
    let input = bench.write("in.json", "{\"n\":1}\n{\"n\":1000}\n{\"n\":\"x\"}\n");
    bench.convert(&narrow(), &input, false).unwrap();
    let (lake, old) = (bench.path("lake"), bench.rejects()[0].0.clone());
    let copy = bench.write("copy.ndjson", fs::read(&old).unwrap());
    bench.replay(&wide(), &lake, |_| {}).unwrap();
    bench.replay(&wide(), &lake, |_| {}).unwrap();
    assert_eq!(bench.rows(), 2);
    let forced = bench.convert(&wide(), &input, true).unwrap();
    assert_eq!((forced.total.written, bench.rows()), (2, 2));
    let runs: Vec<Value> = bench.rejects().into_iter().map(|(_, line)| line["run"].clone()).collect();
    assert_eq!(runs, [json!(forced.run)], "the rejects of the runs that are no more went with them");

    // The rejects of before are in the lake now; a copy of them must not come in again, not even after another run.
    for _ in 0..2 {
        let report = bench.replay(&wide(), &copy, |_| {}).unwrap();
        assert_eq!(report.inputs[0].status, InputStatus::Failed);
        assert!(report.inputs[0].message.as_deref().unwrap().contains("twice"), "{report:?}");
        assert_eq!(bench.rows(), 2);
        let mut wider = wide();
        wider.comment = Some("another contract".into());
        bench.convert(&wider, &input, true).unwrap();
    }
}

#[test]
fn a_replay_of_several_inputs_is_not_replaced_by_one_of_them() {
    let bench = Bench::new();
    let a = bench.write("a.json", "{\"n\":1000}\n");
    let b = bench.write("b.json", "{\"n\":2000}\n");
    bench.convert(&narrow(), &a, false).unwrap();
    bench.convert(&narrow(), &b, false).unwrap();
    bench.replay(&wide(), &bench.path("lake"), |_| {}).unwrap();
    let error = bench.convert(&wide(), &a, true).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("together with"), "{error}");
    let mut options = ConvertOptions::new([&a, &b], bench.path("lake"));
    options.force = true;
    convert(&wide(), &options, &NoProgress).unwrap();
    assert_eq!(bench.rows(), 2);
}

#[test]
fn objects_of_firehose_keep_their_time() {
    let bench = Bench::new();
    // A year apart, in both spellings.
    let now = object(
        b"{\"n\":1}{\"n\":2}\n",
        json!({ "errorCode": "DynamicPartitioning.MetadataExtractionFailed" }),
    );
    let old = object(
        b"{\"n\":3}",
        json!({ "lastErrorCode": "DataFormatConversion.MalformedData", "arrivalTimestamp": "1556705580000",
            "dataCatalogTable": { "tableName": "t" }, "sequenceNumber": "49546986683135544286507457936321625675700192471156785154" }),
    );
    let packed =
        object(&gzip(b"{\"n\":4}\n{\"n\":{}}"), json!({ "errorCode": "S3.x", "subsequenceNumber": 7 }));
    let empty = object(b" \n", json!({ "errorCode": "S3.x" }));
    let bad =
        "{\"rawData\":\"%\",\"errorCode\":\"x\"}\n{\"errorCode\":\"x\"}\nnonsense\n{\"rawData\":\"e30=\n";
    let damaged = object(gzip(b"{\"n\":5}").get(..12).unwrap(), json!({ "errorCode": "x" }));
    let text =
        format!("{}{old}{packed}{empty}{bad}{damaged}{}", now.trim_end(), object(b"{\"n\":6}", json!({})));
    let input = bench.write("errors/x-1-2026-11-23-08-15-00-uuid", text);
    let mut first = None;
    for (threads, segment_bytes) in [(1, 8 << 20), (3, 100)] {
        let bench = Bench::new();
        let report = bench
            .replay(&wide(), input.parent().unwrap(), |options| {
                options.convert.threads = threads;
                options.convert.segment_bytes = segment_bytes;
            })
            .unwrap();
        // Five records, one of a wrong type, and five broken objects.
        assert_eq!(
            (report.total.read, report.total.written, report.total.rejected),
            (11, 5, 6),
            "{report:#?}"
        );
        let replay = report.replay.unwrap();
        assert_eq!((replay.objects, replay.empty, replay.broken), (10, 1, 5));
        let paths: Vec<&str> = report.partitions.iter().map(|partition| partition.path.as_str()).collect();
        assert_eq!(paths, ["dt=2019-05-01/", "dt=2020-05-01/"]);
        let rejects = bench.rejects();
        let (file, line) = rejects.iter().find(|(_, line)| line["field"] == "n").unwrap();
        assert!(file.to_string_lossy().contains("malformed-data/dt=2020-05-01/"), "{file:?}");
        assert_eq!((&line["subSequenceNumber"], &line["attemptsMade"]), (&json!(7), &json!(2)));
        assert_eq!((&line["rawData"], &line["fault"]), (&json!(base64(b"{\"n\":{}}")), &json!(5)));
        let lines: Vec<Value> = rejects.into_iter().map(|(_, line)| line).collect();
        assert_eq!(*first.get_or_insert(lines.clone()), lines);
    }
}

#[test]
fn data_from_before_a_function_is_kept_until_somebody_says_how_to_read_it() {
    let bench = Bench::new();
    let more =
        json!({ "errorCode": "Lambda.InvokeAccessDenied", "lambdaArn": "REDACTED", "attemptsMade": 4 });
    let input = bench.write("errors.ndjson", object(b"{\"n\":1}", more));
    let report = bench.replay(&wide(), &input, |_| {}).unwrap();
    assert_eq!((report.total.rejected, report.rejects[0].code.as_str()), (1, "Lakebed.BeforeLambda"));
    let (file, line) = bench.rejects().remove(0);
    assert!(file.to_string_lossy().contains("/before-lambda/dt=2020-05-01/"), "{file:?}");
    assert_eq!((&line["attemptsMade"], &line["lambdaArn"]), (&json!(5), &json!("REDACTED")));
    let report = bench
        .replay(&wide(), &bench.path("lake"), |options| options.before_lambda = BeforeLambda::Decode)
        .unwrap();
    assert_eq!((report.total.written, bench.rows()), (1, 1));
}

#[test]
fn objects_of_other_tables_and_events_fail_as_a_whole() {
    let bench = Bench::new();
    let other = object(b"{\"n\":1}", json!({ "dataCatalogTable": { "tableName": "other" } }));
    let input = bench.write("errors.ndjson", object(b"{\"n\":1}", json!({})) + &other);
    let report = bench.replay(&wide(), &input, |_| {}).unwrap();
    assert_eq!((report.inputs[0].status, report.total.read), (InputStatus::Failed, 0));
    assert!(report.inputs[0].message.as_deref().unwrap().contains("--any-table"), "{report:?}");
    assert_eq!(bench.replay(&wide(), &input, |options| options.any_table = true).unwrap().total.written, 2);
    let events = bench.write("events.ndjson", "{\"n\":1}\n");
    let report = bench.replay(&wide(), &events, |_| {}).unwrap();
    assert!(report.inputs[0].message.as_deref().unwrap().contains("no error object"), "{report:?}");
}

#[test]
fn too_many_rejects_leave_nothing_behind() {
    let bench = Bench::new();
    let input = bench.write("in.json", "{\"n\":1}\n{\"n\":\"x\"}\n{\"n\":\"y\"}\n{\n");
    let mut options = ConvertOptions::new([&input], bench.path("lake"));
    for max in
        [crate::MaxRejects::Count(1), crate::MaxRejects::Percent(0.0), crate::MaxRejects::Percent(50.0)]
    {
        options.max_rejects = Some(max);
        let error = convert(&narrow(), &options, &NoProgress).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooManyRejects);
        let said = error.to_string();
        assert!(said.contains("nothing was published") && said.contains("× DataFormatConversion."), "{said}");
        assert!(!bench.path("lake/t").exists() && !bench.path("lake/_errors").exists());
        let left = fs::read_dir(bench.path("lake/_lakebed/t/tmp")).map_or(0, Iterator::count);
        assert_eq!(left, 0, "files under way");
    }
    options.max_rejects = Some(crate::MaxRejects::Count(3));
    assert_eq!(convert(&narrow(), &options, &NoProgress).unwrap().total.rejected, 3);
}

#[test]
fn the_journal_says_what_was_replayed() {
    let bench = Bench::new();
    let input = bench.write("in.json", "{\"n\":1000}\n");
    let first = bench.convert(&narrow(), &input, false).unwrap();
    let report = bench.replay(&wide(), &bench.path("lake"), |_| {}).unwrap();
    let store = Stores::local().open(&bench.path("lake").into()).unwrap();
    let (runs, _) = crate::journal::read_journal(store.as_ref(), "t").unwrap();
    let run = runs.iter().find(|run| run.run == report.run).unwrap();
    assert_eq!(run.kind, RunKind::Replay);
    let (path, record) = run.inputs.iter().next().unwrap();
    assert!(path.ends_with(&format!("{}.ndjson", first.run)), "{path}");
    assert_eq!(record.rejects_of, [first.run]);
    assert!(bench.replay(&wide(), &bench.path("none"), |_| {}).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// A reject holds the record's very bytes, also after another replay.
    #[test]
    fn rejects_come_back_as_they_were(text in "[ -~é☃\\n]{1,40}", other in prop::collection::vec(any::<u8>(), 1..40)) {
        let bench = Bench::new();
        let mut bytes = format!("{{\"n\":{text}").into_bytes();
        bytes.extend_from_slice(&other);
        let input = bench.write("in.json", &bytes);
        let report = bench.convert(&narrow(), &input, false).unwrap();
        prop_assume!(report.total.written == 0);
        let raws = |attempts: u64| {
            let mut raws = Vec::new();
            for (path, _) in bench.rejects() {
                for line in fs::read_to_string(path).unwrap().lines() {
                    let object = ErrorObject::parse(line.as_bytes()).unwrap();
                    if object.attempts == Some(attempts) {
                        raws.push(object.data().unwrap().unwrap());
                    }
                }
            }
            raws.sort();
            raws.dedup();
            raws
        };
        let first = raws(1);
        for raw in &first {
            prop_assert!(bytes.windows(raw.len()).any(|window| window == &raw[..]));
        }
        let replayed = bench.replay(&narrow(), &bench.path("lake"), |_| {}).unwrap();
        prop_assume!(replayed.total.rejected == report.total.rejected);
        prop_assert_eq!(raws(2), first);
    }
}
