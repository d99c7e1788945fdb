//! HTTP/1.1, as much of it as the SDK's client needs.

use super::Settings;
use super::error::ApiError;
use super::fault::{Fault, Script};
use super::journal::{Call, Journal, Outcome};
use super::model::model;
use super::store::{Request, Store};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Longest body that is read; the service takes much less.
const MOST_BODY: usize = 64 << 20;
/// Longest head that is read.
const MOST_HEAD: usize = 64 << 10;
/// How answers call their JSON.
const JSON: &str = "application/x-amz-json-1.1";

/// What connections share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) store: Mutex<Store>,
    pub(super) script: Mutex<Script>,
    pub(super) journal: Mutex<Journal>,
    pub(super) stop: AtomicBool,
    region: Option<String>,
    open: Mutex<BTreeMap<u64, TcpStream>>,
    answers: AtomicU64,
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A test that panicked elsewhere says so by itself.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            region: settings.region.clone(),
            store: Mutex::new(Store::new(settings)),
            script: Mutex::default(),
            journal: Mutex::default(),
            stop: AtomicBool::new(false),
            open: Mutex::default(),
            answers: AtomicU64::new(0),
        }
    }

    /// Ends every connection.
    pub(super) fn close(&self) {
        for stream in lock(&self.open).values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Holds an input against the description, and does what it says.
    pub(super) fn perform(
        &self,
        operation: &str,
        input: &Value,
        fault: Option<&Fault>,
    ) -> Result<Value, ApiError> {
        if !model().knows(operation) {
            return Err(ApiError::new(
                "UnknownOperationException",
                format!("this fake does not play {operation}"),
            ));
        }
        model().check_input(operation, input)?;
        let answer = lock(&self.store).perform(Request { operation, input, fault })?;
        model().check_output(operation, &answer).map_err(|error| {
            ApiError::new("InternalFailure", format!("the fake's own answer is wrong: {}", error.message))
        })?;
        Ok(answer)
    }
}

/// Takes connections until the fake is dropped.
pub(super) fn listen(listener: &TcpListener, shared: &Arc<Shared>) {
    for (id, stream) in (0..).zip(listener.incoming()) {
        if shared.stop.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        // Answers are small and waited for.
        let _ = stream.set_nodelay(true);
        let Ok(kept) = stream.try_clone() else { continue };
        lock(&shared.open).insert(id, kept);
        let shared = Arc::clone(shared);
        std::thread::spawn(move || {
            // A client that goes away is no matter of the fake.
            let _ = converse(&stream, &shared);
            lock(&shared.open).remove(&id);
        });
    }
}

struct Head {
    start: String,
    headers: BTreeMap<String, String>,
}

/// Answers one request after the other until the client has no more.
fn converse(mut stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    while let Some(head) = read_head(&mut stream)? {
        if !answer(stream, &head, shared)? {
            return Ok(());
        }
    }
    Ok(())
}

/// Reads a head and not a byte more: what is not read when the connection is closed makes the system reset it.
fn read_head(stream: &mut &TcpStream) -> io::Result<Option<Head>> {
    let (mut text, mut byte) = (Vec::new(), [0]);
    while !text.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte)? == 0 || text.len() > MOST_HEAD {
            return Ok(None);
        }
        text.push(byte[0]);
    }
    let text = String::from_utf8_lossy(&text);
    let mut lines = text.lines();
    let start = lines.next().unwrap_or_default().to_owned();
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers =
        headers.map(|(name, value)| (name.trim().to_lowercase(), value.trim().to_owned())).collect();
    Ok(Some(Head { start, headers }))
}

/// Reads a body but for its last byte, which is only looked at.
fn read_body(mut stream: &TcpStream, length: usize) -> io::Result<Vec<u8>> {
    let mut body = vec![0; length];
    if let Some((last, front)) = body.split_last_mut() {
        stream.read_exact(front)?;
        if stream.peek(std::slice::from_mut(last))? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(body)
}

/// Reads the body, does the call, and answers. Whether the connection goes on.
fn answer(mut stream: &TcpStream, head: &Head, shared: &Shared) -> io::Result<bool> {
    let target = head.headers.get("x-amz-target").map(String::as_str).unwrap_or_default();
    let operation = target.strip_prefix("AWSGlue.").unwrap_or_default().to_owned();
    let authorization = head.headers.get("authorization").cloned();
    let call =
        Call { operation: operation.clone(), input: Value::Null, outcome: Outcome::Running, authorization };
    let length = head.headers.get("content-length").and_then(|length| length.parse().ok());
    let length = length.filter(|length| (1..=MOST_BODY).contains(length));
    let (Some(length), "POST / HTTP/1.1", false) = (length, head.start.as_str(), operation.is_empty()) else {
        let error = ApiError::new("UnknownOperationException", "POST / with X-Amz-Target: AWSGlue.OPERATION");
        refuse(stream, shared, call, &error)?;
        return Ok(false);
    };

    let fault = lock(&shared.script).take(&operation);
    let body = read_body(stream, length)?;
    let input = serde_json::from_slice(&body);
    let call = Call { input: input.as_ref().cloned().unwrap_or_default(), ..call };
    if fault == Some(Fault::ResetBefore) {
        note(shared, Call { outcome: Outcome::Dropped, ..call });
        return Ok(false);
    }
    let early = match (input, &fault) {
        (Err(error), _) => {
            Some(ApiError::new("SerializationException", format!("the body is no JSON: {error}")))
        }
        (Ok(_), fault) => signed(head, shared.region.as_deref())
            .err()
            .or_else(|| fault.as_ref().and_then(|fault| fault.error(&operation))),
    };
    if fault != Some(Fault::ResetAfter) {
        stream.read_exact(&mut [0])?;
    }
    if let Some(error) = early {
        refuse(stream, shared, call, &error)?;
        return Ok(fault != Some(Fault::ResetAfter));
    }
    if fault == Some(Fault::Unavailable) {
        note(shared, Call { outcome: Outcome::Refused("503".to_owned()), ..call });
        send(stream, shared, 503, "text/html", b"<html><body>Service Temporarily Unavailable</body></html>")?;
        return Ok(true);
    }

    // Noted before it is done: whoever sees what was done also finds the call.
    let noted = note(shared, call.clone());
    let done = shared.perform(&operation, &call.input, fault.as_ref());
    let outcome = match (&done, &fault) {
        (Err(error), _) => Outcome::Refused(error.code.to_owned()),
        (Ok(_), Some(Fault::ResetAfter | Fault::Malformed)) => Outcome::DoneUnanswered,
        (Ok(_), _) => Outcome::Done,
    };
    lock(&shared.journal).end(noted, outcome);
    if fault == Some(Fault::ResetAfter) {
        return Ok(false);
    }
    if let Some(Fault::Slow(time)) = fault {
        let since = Instant::now();
        while since.elapsed() < time && !shared.stop.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(10).min(time));
        }
    }
    let (status, body) = match done {
        Ok(body) => (200, body),
        Err(error) => (error.status(), error.body()),
    };
    let body = body.to_string();
    let body = body.as_bytes();
    let whole = if fault == Some(Fault::Malformed) { body.len() / 2 } else { body.len() };
    send(stream, shared, status, JSON, &body[..whole])?;
    Ok(true)
}

/// Whether a request is signed the way the SDK does. The signature itself is not worked out.
fn signed(head: &Head, region: Option<&str>) -> Result<(), ApiError> {
    let missing = || ApiError::new("MissingAuthenticationTokenException", "Missing Authentication Token");
    let authorization = head.headers.get("authorization").ok_or_else(missing)?;
    let invalid = |message: &str| ApiError::new("InvalidSignatureException", message);
    let parts =
        authorization.strip_prefix("AWS4-HMAC-SHA256 ").ok_or_else(|| invalid("Not AWS4-HMAC-SHA256"))?;
    let part = |name: &str| parts.split(',').find_map(|part| part.trim().strip_prefix(name));
    let (Some(scope), Some(_), Some(_)) = (part("Credential="), part("SignedHeaders="), part("Signature="))
    else {
        return Err(invalid("Credential, SignedHeaders and Signature are needed"));
    };
    let scope: Vec<&str> = scope.split('/').collect();
    let [_, _, signed_for, "glue", "aws4_request"] = *scope else {
        return Err(invalid("Credential should be scoped to correct service: 'glue'."));
    };
    if region.is_some_and(|region| region != signed_for) {
        return Err(invalid("Credential should be scoped to a valid region."));
    }
    if head.headers.contains_key("x-amz-date") { Ok(()) } else { Err(invalid("X-Amz-Date is needed")) }
}

fn note(shared: &Shared, call: Call) -> usize {
    lock(&shared.journal).note(call)
}

fn refuse(stream: &TcpStream, shared: &Shared, call: Call, error: &ApiError) -> io::Result<()> {
    note(shared, Call { outcome: Outcome::Refused(error.code.to_owned()), ..call });
    send(stream, shared, error.status(), JSON, error.body().to_string().as_bytes())
}

/// Sends an answer.
fn send(mut stream: &TcpStream, shared: &Shared, status: u16, kind: &str, body: &[u8]) -> io::Result<()> {
    let reason = match status {
        200 => "OK",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Bad Request",
    };
    let id = shared.answers.fetch_add(1, Ordering::Relaxed);
    let mut answer = format!(
        "HTTP/1.1 {status} {reason}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         x-amzn-RequestId: 00000000-0000-4000-8000-{id:012}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    answer.extend_from_slice(body);
    stream.write_all(&answer)
}
