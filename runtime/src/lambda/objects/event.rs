//! Which objects an event is about, however it was delivered.

use crate::store::Location;
use serde_json::Value;

/// One message: what is delivered again when it fails.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Message {
    /// Its id, where it came out of an SQS queue.
    pub(super) id: Option<String>,
    /// The objects that it names, or why it cannot be read.
    pub(super) objects: Result<Vec<Location>, String>,
}

/// Deepest nesting of envelopes: SQS around SNS around S3.
const MAX_DEPTH: usize = 4;

/// The messages of an event: those of an SQS queue, or the event itself.
pub(super) fn messages(event: &Value) -> Vec<Message> {
    let records = records(event);
    if records.iter().any(|record| source(record) == "aws:sqs") {
        return records.iter().map(message).collect();
    }
    let mut objects = Vec::new();
    let read = collect(event, 0, &mut objects);
    vec![Message { id: None, objects: read.map(|()| objects) }]
}

fn message(record: &Value) -> Message {
    let id = text(record, "/messageId").unwrap_or_default().to_owned();
    let mut objects = Vec::new();
    let read = match text(record, "/body") {
        Some(body) => nested(body, 0, &mut objects),
        None => Err("a message of SQS without a body".to_owned()),
    };
    Message { id: Some(id), objects: read.map(|()| objects) }
}

fn records(event: &Value) -> &[Value] {
    event.pointer("/Records").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer)?.as_str()
}

/// Who a record is from; SNS writes the member with a capital.
fn source(record: &Value) -> &str {
    text(record, "/eventSource").or_else(|| text(record, "/EventSource")).unwrap_or_default()
}

fn nested(body: &str, depth: usize, objects: &mut Vec<Location>) -> Result<(), String> {
    let body: Value =
        serde_json::from_str(body).map_err(|error| format!("a message that is no JSON: {error}"))?;
    collect(&body, depth + 1, objects)
}

fn collect(event: &Value, depth: usize, objects: &mut Vec<Location>) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err(format!("more than {MAX_DEPTH} envelopes around each other"));
    }
    // What S3 sends once, when notifications are set up.
    if text(event, "/Event") == Some("s3:TestEvent") {
        return Ok(());
    }
    if text(event, "/source") == Some("aws.s3") {
        return bridged(event, objects);
    }
    if let (Some("Notification"), Some(message)) = (text(event, "/Type"), text(event, "/Message")) {
        return nested(message, depth, objects);
    }
    if event.pointer("/Records").is_none() {
        return Err(format!("no event of S3, SQS, SNS or EventBridge: {}", shown(event)));
    }
    for record in records(event) {
        match source(record) {
            "aws:s3" => notified(record, objects)?,
            "aws:sns" => {
                let message =
                    text(record, "/Sns/Message").ok_or("a notification of SNS without a message")?;
                nested(message, depth, objects)?;
            }
            "aws:sqs" => {
                let body = text(record, "/body").ok_or("a message of SQS without a body")?;
                nested(body, depth, objects)?;
            }
            other => return Err(format!("a record of `{other}`, and objects come from S3, SQS or SNS")),
        }
    }
    Ok(())
}

/// A notification of S3 itself, whose keys are encoded as in a form.
fn notified(record: &Value, objects: &mut Vec<Location>) -> Result<(), String> {
    let name = text(record, "/eventName").unwrap_or_default();
    // With the prefix in requests for notifications, without it in events.
    if !name.trim_start_matches("s3:").starts_with("ObjectCreated:") {
        return Ok(());
    }
    let (bucket, key) = (text(record, "/s3/bucket/name"), text(record, "/s3/object/key"));
    let (bucket, key) = bucket.zip(key).ok_or_else(|| format!("no bucket or no key: {}", shown(record)))?;
    let key = decode_key(key).ok_or_else(|| format!("`{key}` is no encoded key"))?;
    objects.push(Location::S3 { bucket: bucket.to_owned(), key });
    Ok(())
}

/// An event of EventBridge, whose keys are as they are.
fn bridged(event: &Value, objects: &mut Vec<Location>) -> Result<(), String> {
    if text(event, "/detail-type") != Some("Object Created") {
        return Ok(());
    }
    let (bucket, key) = (text(event, "/detail/bucket/name"), text(event, "/detail/object/key"));
    let (bucket, key) = bucket.zip(key).ok_or_else(|| format!("no bucket or no key: {}", shown(event)))?;
    objects.push(Location::S3 { bucket: bucket.to_owned(), key: key.to_owned() });
    Ok(())
}

/// A key as S3 writes it in notifications: `+` for a space, `%XX` for most others.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>
fn decode_key(encoded: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn shown(value: &Value) -> String {
    crate::fault::shorten(value.to_string().as_bytes())
}
