//! Firehose's objects, ours, and what is neither.

use super::*;
use crate::testing::optional;
use crate::{ConvertOptions, NoProgress, Table, convert};
use lakebed_schema::LogicalType;
use std::fs;

const FIREHOSE: &str = "\
{\"attemptsMade\":1,\"arrivalTimestamp\":1588327980000,\"lastErrorCode\":\"DataFormatConversion.MalformedData\",\
\"lastErrorMessage\":\"Data does not match the schema. For input string: \\\"oops\\\"\",\"rawData\":\"eyJwcmljZSI6ICJvb3BzIn0K\",\
\"dataCatalogTable\":{\"tableName\":\"t\"}}
nonsense
{\"attemptsMade\":4,\"arrivalTimestamp\":1622242573374,\"errorCode\":\"DataFormatConversion.MalformedData\",\
\"errorMessage\":\"Data does not match the schema. For input string: \\\"other\\\"\",\"rawData\":\"e30=\",\
\"dataCatalogTable\":{\"tableName\":\"t\"}}{\"errorCode\":\"Lambda.FunctionError\",\"rawData\":\"\",\"lambdaARN\":\"arn\"}
{\"id\":1}
";

fn seen(place: &std::path::Path, change: impl FnOnce(&mut RejectsOptions)) -> RejectsReport {
    let mut options = RejectsOptions::new(place, Stores::local());
    change(&mut options);
    rejects(&options).unwrap()
}

#[test]
fn firehose_objects_are_grouped_without_their_values() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("errors.ndjson");
    fs::write(&file, FIREHOSE).unwrap();
    let report = seen(&file, |_| {});
    assert_eq!((report.objects, report.broken, report.files), (3, 2, 1));
    assert!(report.broken_at[0].ends_with("errors.ndjson:2: nonsense"), "{:?}", report.broken_at);
    assert!(report.broken_at[1].contains("errors.ndjson:4: {\"id\":1}"), "{:?}", report.broken_at);
    let group = &report.groups[0];
    assert_eq!((group.count, group.attempts, group.kind.as_str()), (2, 4, "format-conversion-failed"));
    assert_eq!(group.first_arrival.as_deref(), Some("2020-05-01T10:13:00Z"));
    assert_eq!(group.last_arrival.as_deref(), Some("2021-05-28T22:56:13Z"));
    let example = &group.example;
    assert_eq!(example.snippet.as_deref(), Some("{\"price\": \"oops\"}"));
    assert_eq!((example.before, example.marked), (10, 6));
    assert_eq!(seen(&file, |options| options.reason = Some("malformed-data".into())).objects, 2);
    assert_eq!(seen(&file, |options| options.reason = Some("processing-failed".into())).objects, 1);
    assert_eq!(seen(&file, |options| options.since_ms = Some(1_600_000_000_000)).objects, 1);
    assert_eq!(seen(&file, |options| options.table = Some("u".into())).others, 2);
}

#[test]
fn rejects_of_a_lake_point_into_the_record() {
    let folder = tempfile::tempdir().unwrap();
    let (input, lake) = (folder.path().join("in.json"), folder.path().join("lake"));
    fs::write(&input, "{\"n\":1}\n  {\"s\":\"ä\",\"n\": 3000}\n{\"n\":[]}\n{\"n\":1,\"n\":2}\n{\"n\":4000}")
        .unwrap();
    let columns = vec![optional("s", LogicalType::String), optional("n", LogicalType::Int8)];
    let table = Table::new("t", columns);
    let report = convert(&table, &ConvertOptions::new([&input], &lake), &NoProgress).unwrap();
    assert_eq!((report.total.rejected, report.reject_files.len()), (4, 2), "{:?}", report.reject_files);
    assert!(report.reject_files.iter().all(|file| file.starts_with("_errors/t/")));
    let report = seen(&lake, |options| options.table = Some("t".into()));
    assert_eq!((report.objects, report.groups.len()), (4, 2), "{:#?}", report.groups);
    let group = &report.groups[0];
    assert_eq!((group.count, group.column.as_deref()), (3, Some("n")));
    let example = &group.example;
    assert_eq!(example.snippet.as_deref(), Some("{\"s\":\"ä\",\"n\": 3000}"));
    assert_eq!((example.before, example.marked), (14, 4));
    assert!(example.source.as_deref().unwrap().contains("in.json:2:"), "{example:?}");
    assert_eq!(seen(&folder.path().join("lake/_errors/t"), |_| {}).objects, 4);
    fs::create_dir_all(folder.path().join("empty/_lakebed")).unwrap();
    assert_eq!(
        seen(&folder.path().join("empty"), |_| {}),
        RejectsReport {
            place: folder.path().join("empty").display().to_string(),
            ..RejectsReport::default()
        }
    );
    assert!(rejects(&RejectsOptions::new(folder.path().join("none").as_path(), Stores::local())).is_err());
}
