use super::*;
use serde_json::json;

/// Id of a message, and the objects that it names.
type Named = (Option<String>, Result<Vec<String>, String>);

fn objects(event: &Value) -> Vec<Named> {
    let shown = |objects: Vec<Location>| objects.iter().map(ToString::to_string).collect();
    messages(event).into_iter().map(|message| (message.id, message.objects.map(shown))).collect()
}

fn created(key: &str) -> Value {
    json!({ "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
            "s3": { "bucket": { "name": "b" }, "object": { "key": key, "size": 1 } } })
}

#[test]
fn keys_of_notifications_are_encoded_and_those_of_event_bridge_are_not() {
    let event = json!({ "Records": [created("in/a+b%2Bc%3D1/%C3%A9.json"), created("plain")] });
    assert_eq!(objects(&event), [(None, Ok(vec!["s3://b/in/a b+c=1/é.json".into(), "s3://b/plain".into()]))]);
    let event = json!({ "source": "aws.s3", "detail-type": "Object Created",
        "detail": { "bucket": { "name": "b" }, "object": { "key": "in/a+b%2B.json" } } });
    assert_eq!(objects(&event), [(None, Ok(vec!["s3://b/in/a+b%2B.json".into()]))]);
    for broken in ["%", "%2", "%zz", "%FF"] {
        let event = json!({ "Records": [created(broken)] });
        assert!(objects(&event)[0].1.as_ref().is_err_and(|why| why.contains(broken)), "{broken}");
    }
}

#[test]
fn other_events_of_s3_name_no_objects() {
    let mut removed = created("a");
    removed["eventName"] = "ObjectRemoved:Delete".into();
    for event in [
        json!({ "Records": [removed] }),
        json!({ "Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b" }),
        json!({ "source": "aws.s3", "detail-type": "Object Deleted", "detail": {} }),
        json!({ "Records": [] }),
    ] {
        assert_eq!(objects(&event), [(None, Ok(Vec::new()))], "{event}");
    }
}

#[test]
fn envelopes_are_opened() {
    let s3 = json!({ "Records": [created("a")] });
    let sns = json!({ "Records": [{ "EventSource": "aws:sns", "Sns": { "Message": s3.to_string() } }] });
    assert_eq!(objects(&sns), [(None, Ok(vec!["s3://b/a".into()]))]);
    let queued = |id: &str, body: String| json!({ "messageId": id, "eventSource": "aws:sqs", "body": body });
    let in_sns = json!({ "Type": "Notification", "Message": s3.to_string() });
    let bridge = json!({ "source": "aws.s3", "detail-type": "Object Created",
        "detail": { "bucket": { "name": "b" }, "object": { "key": "c" } } });
    let sqs = json!({ "Records": [
        queued("1", s3.to_string()), queued("2", in_sns.to_string()), queued("3", bridge.to_string()),
        queued("4", "no JSON".into()), queued("5", "{}".into()),
    ] });
    let found = objects(&sqs);
    let ids: Vec<_> = found.iter().map(|(id, _)| id.as_deref().unwrap()).collect();
    assert_eq!(ids, ["1", "2", "3", "4", "5"]);
    let read: Vec<_> = found.iter().filter_map(|(_, read)| read.as_ref().ok()).flatten().collect();
    assert_eq!(read, ["s3://b/a", "s3://b/a", "s3://b/c"]);
    let mut deep = s3;
    for _ in 0..8 {
        deep = json!({ "Type": "Notification", "Message": deep.to_string() });
    }
    assert!(objects(&deep)[0].1.as_ref().is_err_and(|why| why.contains("envelopes")));
}

#[test]
fn what_is_no_event_fails() {
    for (event, word) in [
        (json!({}), "no event of S3"),
        (json!([1]), "no event of S3"),
        (json!({ "Records": [{ "eventSource": "aws:kinesis" }] }), "`aws:kinesis`"),
        (json!({ "Records": [{ "eventSource": "aws:s3", "eventName": "ObjectCreated:Put" }] }), "no bucket"),
    ] {
        assert!(objects(&event)[0].1.as_ref().is_err_and(|why| why.contains(word)), "{event}");
    }
}

#[test]
fn what_stands_for_a_folder_is_passed_over() {
    use lakebed_schema::{Column, LogicalType};
    let table = Table::new("t", vec![Column::new("n", LogicalType::Int64)]);
    let lake = Location::from_s3_uri("s3://b/lake").unwrap();
    let options = ConvertOptions::new([""; 0].map(std::path::PathBuf::from), lake);
    let made = ObjectConverter::new(table, options).handle(&json!({ "Records": [created("in/")] })).unwrap();
    assert_eq!(made.passed_over.iter().map(ToString::to_string).collect::<Vec<_>>(), ["s3://b/in/"]);
    assert!(made.reports.is_empty());
}
