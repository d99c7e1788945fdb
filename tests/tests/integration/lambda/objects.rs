//! Objects that events name, from a bucket of an emulator into a lake beside them.

use crate::readers::table as stock;
use lakebed::lambda::ObjectConverter;
use lakebed::store::{Keys, S3Settings};
use lakebed::{Access, ConvertOptions, Location, Stores};
use lakebed_tests::bucket::Bucket;
use lakebed_tests::server::{Emulator, REGION, Server};
use lakebed_tests::{lake, workspace};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

const BUCKET: &str = "traffic-data-origin-bucket";

struct Place {
    bucket: Bucket,
    converter: ObjectConverter,
    server: Server,
    _scratch: TempDir,
}

fn place() -> Place {
    let server = Server::start(Emulator::Ministack, env!("CARGO_TARGET_TMPDIR"))
        .unwrap_or_else(|problem| panic!("{problem}"));
    let bucket = Bucket::create(&server, BUCKET).unwrap_or_else(|problem| panic!("{problem}"));
    let keys = Keys { id: "test".to_owned(), secret: "test".to_owned(), ..Keys::default() };
    let settings = S3Settings {
        endpoint: Some(server.url()),
        region: Some(REGION.to_owned()),
        keys: Some(keys),
        ..S3Settings::default()
    };
    let lake = Location::from_s3_uri(&format!("s3://{BUCKET}/lake")).expect("an address");
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let options = ConvertOptions {
        access: Access { scratch: Some(scratch.path().to_owned()), ..Access::default() },
        stores: Stores::with_s3(settings),
        ..ConvertOptions::new([""; 0].map(PathBuf::from), lake)
    };
    let converter = ObjectConverter::new(stock("traffic_snapshot"), options);
    Place { bucket, converter, server, _scratch: scratch }
}

impl Place {
    fn put(&self, key: &str, file: &str) {
        let bytes = fs::read(workspace::miv().join(file)).expect("the file is there");
        self.bucket.put(key, &bytes).unwrap_or_else(|problem| panic!("{problem}"));
    }

    fn rows(&self) -> u64 {
        let folder = tempfile::tempdir().expect("a temporary folder");
        self.bucket.mirror("lake/", folder.path()).unwrap_or_else(|problem| panic!("{problem}"));
        lake::footer_rows(folder.path(), "traffic_snapshot")
    }
}

fn queued(id: &str, body: &Value) -> Value {
    json!({ "messageId": id, "eventSource": "aws:sqs", "body": body.to_string() })
}

fn created(key: &str) -> Value {
    json!({ "Records": [{ "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
        "s3": { "bucket": { "name": BUCKET }, "object": { "key": key } } }] })
}

#[test]
fn an_object_is_stored_once_however_often_its_event_comes() {
    let place = place();
    let event = fs::read(workspace::root().join("tests/data/lambda/s3-event-object-created.json"));
    let event: Value = serde_json::from_slice(&event.expect("the event")).expect("JSON");
    // Before the object is there, the call fails, and Lambda tries it again.
    assert!(place.converter.handle(&event).is_err());
    place.put("xml/input/1586187752640.xml", "xml/verkeersdata-2020-05-01-2points.xml");
    for time in 0..3 {
        let made = place.converter.handle(&event).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(made.reports[0].total.written, if time == 0 { 2 } else { 0 });
        assert_eq!(place.rows(), 2, "time {time}");
    }
    // What it writes itself makes events too, where the notification has no prefix.
    let own = place.bucket.list("lake/").expect("a list");
    assert!(own.len() > 1, "{own:?}");
    for key in own {
        let made = place.converter.handle(&created(&key)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((made.reports.len(), made.passed_over.len()), (0, 1), "{key}");
    }
}

#[test]
fn messages_of_a_queue_fail_one_by_one() {
    let place = place();
    let text = fs::read_to_string(workspace::miv().join("nested/event-nested-2020-04-06.json"));
    let packed = lakebed_tests::pack::gzip(text.expect("the event").as_bytes());
    place.bucket.put("in/minute 1+1=2 é.json.gz", &packed).expect("an object");
    place.put("in/points.xml", "xml/verkeersdata-2017-04-27-2points.xml");
    // A gzip file that breaks off.
    place.bucket.put("in/torn.json.gz", &packed[..packed.len() / 2]).expect("an object");
    let bridge = json!({ "source": "aws.s3", "detail-type": "Object Created",
        "detail": { "bucket": { "name": BUCKET }, "object": { "key": "in/points.xml" } } });
    let event = json!({ "Records": [
        queued("a", &created("in/minute+1%2B1%3D2+%C3%A9.json.gz")),
        queued("b", &created("in/missing.json")),
        queued("c", &bridge),
        queued("d", &created("in/torn.json.gz")),
        queued("e", &json!("no event")),
    ] });
    let failed = |event: &Value| {
        let made = place.converter.handle(event).unwrap_or_else(|error| panic!("{error}"));
        let answer = serde_json::to_value(&made.response).expect("JSON");
        let ids = answer["batchItemFailures"].as_array().expect("a list").clone();
        assert_eq!(ids.len(), made.failures.len());
        ids.iter().map(|failure| failure["itemIdentifier"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(failed(&event), ["b", "d", "e"]);
    assert_eq!(place.rows(), 3);
    // Delivered again together with one that is new by now.
    place.put("in/missing.json", "odd/verkeersdata-2023-08-01-1point.xml2js.json");
    assert_eq!(failed(&event), ["d", "e"]);
    assert_eq!(place.rows(), 4);
    assert_eq!(failed(&json!({ "Records": [queued("f", &created("in/points.xml"))] })), [""; 0]);
    assert_eq!(place.rows(), 4);
}

/// As Lambda runs it: the program, the environment, and nothing else.
#[test]
fn the_program_converts_what_it_is_called_for() {
    let place = place();
    place.put("in/points.xml", "xml/verkeersdata-2017-04-27-2points.xml");
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("contract.json"), stock("traffic_snapshot").to_contract()).expect("a file");
    let mut program = Command::new(env!("CARGO_BIN_EXE_s3_convert"));
    place.server.set(&mut program);
    program.env("LAMBDA_TASK_ROOT", folder.path()).env("LAKEBED_LAKE", format!("s3://{BUCKET}/lake"));
    let events = [created("in/points.xml"), created("in/points.xml"), created("in/missing")];
    let served = super::served::serve(&mut program, &events.map(|event| event.to_string()));
    assert_eq!(served.answers[0], (true, r#"{"batchItemFailures":[]}"#.to_owned()));
    assert_eq!(served.answers[1], served.answers[0]);
    assert!(!served.answers[2].0 && served.answers[2].1.contains("in/missing"), "{:?}", served.answers[2]);
    assert!(served.log.contains(r#""written":2"#) && served.log.contains(r#""written":0"#), "{}", served.log);
    assert_eq!(place.rows(), 2);
}
