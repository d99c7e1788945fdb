//! Keys that S3 takes and that nobody can write as a path: one is told, and what stands beside it is read.

use super::{open, settings};
use lakebed::report::InputStatus;
use lakebed::store::Store;
use lakebed::{Column, ConvertOptions, Location, LogicalType, NoProgress, Stores, Table, convert};
use lakebed_tests::scripted::{Asked, Reply, Scripted};

const ODD: [&str; 3] = ["in//b.json", "in/../c.json", "in/d/./e.json"];
const SOUND: [&str; 2] = ["in/a.json", "in/z &amp; y.json"];
const LINE: &[u8] = b"{\"n\":1}\n";

/// A bucket of two pages: the first with the odd ones, and one sound key in each.
fn answer(asked: &Asked) -> Reply {
    let object = |key: &str| {
        format!(
            "<Contents><Key>{key}</Key><LastModified>2026-11-23T07:15:01.000Z</LastModified>\
             <ETag>&quot;v1&quot;</ETag><Size>{}</Size></Contents>",
            LINE.len()
        )
    };
    if asked.target.contains("list-type=2") {
        let is_second = asked.target.contains("continuation-token=");
        let keys: Vec<&str> = if is_second { vec![SOUND[1]] } else { [&ODD[..], &SOUND[..1]].concat() };
        let more = if is_second { "" } else { "<NextContinuationToken>t</NextContinuationToken>" };
        let one_level = asked.target.contains("delimiter=");
        let (mut objects, mut folders) = (String::new(), String::new());
        for key in keys {
            match key.strip_prefix("in/").and_then(|rest| rest.split_once('/')).filter(|_| one_level) {
                Some((folder, _)) => {
                    folders += &format!("<CommonPrefixes><Prefix>in/{folder}/</Prefix></CommonPrefixes>");
                }
                None => objects += &object(key),
            }
        }
        let body = format!(
            "<ListBucketResult><IsTruncated>{}</IsTruncated>{more}{objects}{folders}</ListBucketResult>",
            !is_second
        );
        return Reply::Answer(200, vec![], body.into());
    }
    let headers = vec![
        ("etag", "\"v1\"".to_owned()),
        ("last-modified", "Mon, 23 Nov 2026 07:15:01 GMT".to_owned()),
        ("content-range", format!("bytes 0-{}/{}", LINE.len() - 1, LINE.len())),
    ];
    match asked.method.as_str() {
        "GET" if asked.target.contains(".json") => Reply::Answer(206, headers, LINE.to_vec()),
        _ => Reply::Answer(404, vec![], vec![]),
    }
}

#[test]
fn a_list_has_them_as_they_are() {
    let server = Scripted::start(answer);
    let store = open(&settings(server.url()), "s3://bucket/in");
    let found = store.list("").unwrap_or_else(|error| panic!("{error}"));
    let keys: Vec<&str> = found.iter().map(|meta| meta.key.as_str()).collect();
    assert_eq!(keys, ["../c.json", "/b.json", "a.json", "d/./e.json", "z & y.json"]);
    assert!(found.iter().all(|meta| meta.bytes == LINE.len() as u64 && meta.modified == 1_795_418_101));
    assert!(found.iter().all(|meta| meta.version.0 == "\"v1\""), "{found:?}");
    let names = store.names("").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(names, ["../", "/", "a.json", "d/", "z & y.json"]);
}

#[test]
fn one_is_told_and_the_others_are_converted() {
    let server = Scripted::start(answer);
    let table = Table::new("t", vec![Column::new("n", LogicalType::Int64)]);
    let folder = tempfile::tempdir().expect("a folder");
    let input = Location::from_s3_uri("s3://bucket/in/").expect("an address");
    let mut options = ConvertOptions::new([input], folder.path().join("lake"));
    options.stores = Stores::with_s3(settings(server.url()));
    let report = convert(&table, &options, &NoProgress).unwrap_or_else(|error| panic!("{error}"));
    let failed: Vec<&str> = report
        .inputs
        .iter()
        .filter(|input| input.status == InputStatus::Failed)
        .map(|input| input.path.as_str())
        .collect();
    assert_eq!((report.total.written, report.passed_over.hidden), (2, 0), "{report:?}");
    assert_eq!(failed, ["s3://bucket/in/../c.json", "s3://bucket/in//b.json", "s3://bucket/in/d/./e.json"]);
    for input in report.inputs.iter().filter(|input| input.status == InputStatus::Failed) {
        let message = input.message.clone().unwrap_or_default();
        assert!(message.contains("copy the object to another key"), "{message}");
    }
}
