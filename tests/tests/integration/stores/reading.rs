//! What a run asks a bucket for: no more than it reads, and nothing again when the bucket does not answer.

use super::settings;
use lakebed::report::InputStatus;
use lakebed::store::S3Settings;
use lakebed::{
    Column, ConvertOptions, Error, Location, LogicalType, NoProgress, Report, Stores, Table, convert,
};
use lakebed_tests::scripted::{Asked, Reply, Scripted};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Lines of JSON, so many bytes or a few more.
fn lines(bytes: usize) -> Vec<u8> {
    let mut text = Vec::new();
    while text.len() < bytes {
        text.extend_from_slice(format!("{{\"n\":{}}}\n", text.len()).as_bytes());
    }
    text
}

/// First and last byte of the range that a request asks for.
fn range(asked: &Asked) -> (usize, usize) {
    let (start, end) = asked.header("range").trim_start_matches("bytes=").split_once('-').expect("a range");
    (start.parse().expect("a start"), end.parse().expect("an end"))
}

/// An object as S3 gives it.
fn reply(asked: &Asked, whole: &[u8]) -> Reply {
    let mut headers =
        vec![("etag", "\"v1\"".to_owned()), ("last-modified", "Mon, 23 Nov 2026 07:00:00 GMT".to_owned())];
    if asked.method == "HEAD" {
        headers.push(("content-length", whole.len().to_string()));
        return Reply::Answer(200, headers, vec![]);
    }
    let (start, end) = range(asked);
    headers.push(("content-range", format!("bytes {start}-{end}/{}", whole.len())));
    Reply::Answer(206, headers, whole.get(start..=end).expect("a part").to_vec())
}

fn busy() -> Reply {
    let body = "<Error><Code>SlowDown</Code><Message>as a test says</Message></Error>";
    Reply::Answer(503, vec![], body.into())
}

/// Counts what is in objects of the bucket.
fn read(server: &Scripted, keys: &[&str], segment_bytes: u64) -> Result<Report, Error> {
    let table = Table::new("t", vec![Column::new("n", LogicalType::Int64)]);
    let folder = tempfile::tempdir().expect("a folder");
    let inputs =
        keys.iter().map(|key| Location::from_s3_uri(&format!("s3://bucket/{key}")).expect("an address"));
    let mut options = ConvertOptions::new(inputs, folder.path().join("lake"));
    options.stores = Stores::with_s3(S3Settings { retries: Some(1), ..settings(server.url()) });
    options.dry_run = true;
    options.segment_bytes = segment_bytes;
    convert(&table, &options, &NoProgress)
}

/// Keys of the reads of content, in order.
fn gets(server: &Scripted) -> Vec<String> {
    let asked = server.asked();
    let gets = asked.iter().filter(|asked| asked.method == "GET");
    gets.map(|asked| asked.target.rsplit('/').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_segment_asks_for_nothing_beyond_its_end() {
    const CUT: usize = 64 << 10;
    let whole = lines(1_500_000);
    let shared = whole.clone();
    let server = Scripted::start(move |asked| reply(asked, &shared));
    let segment = 150_000;
    let report = read(&server, &["x"], segment).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(report.total.read as usize, whole.iter().filter(|byte| **byte == b'\n').count());
    let asked = server.asked();
    let gets = asked.iter().filter(|asked| asked.method == "GET");
    let bytes: usize = gets.map(range).map(|(start, end)| end + 1 - start).sum();
    // Each segment looks for both of its cuts, and the start tells what the object is.
    let segments = whole.len().div_ceil(usize::try_from(segment).expect("a size"));
    assert!(bytes <= whole.len() + (2 * segments + 1) * CUT, "{bytes} bytes of {}", whole.len());
}

#[test]
fn inputs_of_a_bucket_that_stops_answering_fail_without_being_waited_for() {
    let (whole, told) = (lines(1_000), AtomicUsize::new(0));
    // The looks at what the inputs are are answered, and nothing after them.
    let server = Scripted::start(move |asked| {
        let answers = asked.method == "HEAD" || told.fetch_add(1, Ordering::SeqCst) < 3;
        if answers { reply(asked, &whole) } else { busy() }
    });
    let report = read(&server, &["x", "y", "z"], 8 << 20).unwrap_or_else(|error| panic!("{error}"));
    let found: Vec<_> = report.inputs.iter().map(|input| input.status).collect();
    assert_eq!(found, [InputStatus::Failed; 3]);
    let asked = gets(&server);
    assert_eq!(asked.get(3..).expect("reads"), ["x", "x"]);
    for input in report.inputs.iter().skip(1) {
        let message = input.message.clone().unwrap_or_default();
        assert!(message.contains("did not answer for another input"), "{message}");
        assert!(message.contains("503 SlowDown"), "{message}");
    }
}

#[test]
fn a_bucket_that_does_not_answer_at_the_start_ends_the_run() {
    let whole = lines(1_000);
    let server =
        Scripted::start(move |asked| if asked.method == "HEAD" { reply(asked, &whole) } else { busy() });
    let error = read(&server, &["x", "y"], 8 << 20).expect_err("an outage");
    assert!(error.retryable() && error.to_string().contains("does not answer"), "{error}");
    assert!(gets(&server).len() <= 4, "{:?}", gets(&server));
}
