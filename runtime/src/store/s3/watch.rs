//! The wire below `object_store`: each answer is read whole, checked and noted, so that a broken one is asked for
//! again and a failure can be told in its own words.

use futures_util::StreamExt;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
    ReqwestConnector,
};
use std::error::Error;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Slowest rate, in bytes a second, at which an answer or a request may take longer than the stall timeout.
const SLOWEST: u64 = 16 << 10;
/// Attempts at a service that never answered before: a wrong address should be told soon.
const FIRST_ATTEMPTS: u32 = 3;
/// Most bytes that are set aside for an answer before they come.
const MOST_AHEAD: usize = 16 << 20;

/// What a service answered when it was no success.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// Status of HTTP.
    pub(super) status: u16,
    /// S3's code, such as `NoSuchKey`; empty when there was no body, as with HEAD.
    pub(super) code: String,
    /// S3's message.
    pub(super) message: String,
    /// S3's number for the request.
    pub(super) request: String,
    /// The bucket's own region, when that is said.
    pub(super) region: Option<String>,
}

/// What became of the requests of one call.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// Requests that were sent.
    pub(super) attempts: u32,
    /// What the last one was answered, when it was no success.
    pub(super) answer: Option<Answer>,
    /// Why the last one has no answer.
    pub(super) broken: Option<String>,
    /// Why there are no credentials.
    pub(super) credentials: Option<String>,
}

type Noted = Arc<Mutex<Seen>>;

tokio::task_local! {
    static SEEN: Noted;
}

/// Runs a call, and gives what was seen of its requests.
pub(super) async fn watched<T>(call: impl Future<Output = T>) -> (T, Seen) {
    let noted = Noted::default();
    let result = SEEN.scope(Arc::clone(&noted), call).await;
    let seen = noted.lock().unwrap_or_else(PoisonError::into_inner).clone();
    (result, seen)
}

fn note(change: impl FnOnce(&mut Seen)) {
    let _ = SEEN.try_with(|seen| change(&mut seen.lock().unwrap_or_else(PoisonError::into_inner)));
}

/// Notes why there are no credentials.
pub(super) fn note_credentials(reason: String) {
    note(|seen| seen.credentials = Some(reason));
}

/// Makes clients that watch.
#[derive(Clone, Debug)]
pub(super) struct Connector {
    stall: Duration,
    /// Whether the service has answered at all.
    answers: Arc<AtomicBool>,
}

impl Connector {
    pub(super) fn new(stall: Duration) -> Self {
        Self { stall, answers: Arc::default() }
    }
}

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let inner = ReqwestConnector::default().connect(options)?;
        Ok(HttpClient::new(Watching { inner, stall: self.stall, answers: Arc::clone(&self.answers) }))
    }
}

#[derive(Debug)]
struct Watching {
    inner: HttpClient,
    stall: Duration,
    answers: Arc<AtomicBool>,
}

impl HttpService for Watching {
    fn call<'life, 'called>(
        &'life self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'called>>
    where
        'life: 'called,
        Self: 'called,
    {
        Box::pin(async move {
            note(|seen| {
                seen.attempts += 1;
                (seen.answer, seen.broken) = (None, None);
            });
            match self.ask(request).await {
                Ok(response) => {
                    self.answers.store(true, Ordering::Relaxed);
                    Ok(response)
                }
                Err(reason) => Err(self.broken(reason)),
            }
        })
    }
}

impl Watching {
    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, String> {
        let method = request.method().clone();
        let lists = request.uri().query().is_some_and(|query| query.contains("list-type=2"));
        let sent = u64::try_from(request.body().content_length()).unwrap_or(u64::MAX);
        let deadline = Instant::now() + self.stall + Duration::from_secs(sent / SLOWEST);
        let response = match timeout_at(deadline, self.inner.execute(request)).await {
            Ok(answered) => answered.map_err(|e| innermost(&e))?,
            Err(_) => return Err(format!("no answer within {} seconds", self.stall.as_secs())),
        };
        let (mut parts, body) = response.into_parts();
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let length = header("content-length").and_then(|length| length.parse::<usize>().ok());
        let length = length.filter(|_| method.as_str() != "HEAD");
        let mut all = Vec::with_capacity(length.unwrap_or(0).min(MOST_AHEAD));
        let slowest = u64::try_from(length.unwrap_or(0)).unwrap_or(0) / SLOWEST;
        let deadline = Instant::now() + self.stall + Duration::from_secs(slowest);
        let mut stream = body.bytes_stream();
        loop {
            let stalled = Instant::now() + self.stall;
            // A body of unknown length may go on for as long as it moves.
            let until = if length.is_some() { stalled.min(deadline) } else { stalled };
            match timeout_at(until, stream.next()).await {
                Ok(Some(chunk)) => all.extend_from_slice(&chunk.map_err(|e| {
                    format!("the answer broke off after {}: {}", got(all.len(), length), innermost(&e))
                })?),
                Ok(None) => break,
                Err(_) => return Err(format!("the answer stalled after {}", got(all.len(), length))),
            }
        }
        if length.is_some_and(|length| length != all.len()) {
            return Err(format!("the answer broke off after {}", got(all.len(), length)));
        }
        let region = header("x-amz-bucket-region").map(str::to_owned);
        let request = header("x-amz-request-id").unwrap_or_default().to_owned();
        let writes = matches!(method.as_str(), "PUT" | "POST");
        let status = parts.status.as_u16();
        // S3 may begin with 200 and end with an error: a copy and the end of a multipart upload take their time.
        let failed_late = writes && parts.status.is_success() && find(&all, b"<Error>").is_some();
        if failed_late || !parts.status.is_success() {
            let answer = Answer { status, ..answer(&all, request, region) };
            if let Some(status) = for_the_library(status, &answer.code, failed_late)
                && let Ok(status) = status.try_into()
            {
                parts.status = status;
            }
            note(|seen| seen.answer = Some(answer));
        } else if lists {
            all = without_markers(all);
            parts.headers.remove("content-length");
        }
        Ok(HttpResponse::from_parts(parts, all.into()))
    }

    /// A request without an answer is made again, for every call here can be: what it may have done is looked at
    /// by the caller.
    fn broken(&self, reason: String) -> HttpError {
        let mut kind = HttpErrorKind::Request;
        note(|seen| {
            if seen.attempts >= FIRST_ATTEMPTS && !self.answers.load(Ordering::Relaxed) {
                kind = HttpErrorKind::Unknown;
            }
            seen.broken = Some(reason.clone());
        });
        HttpError::new(kind, io::Error::other(reason))
    }
}

fn got(got: usize, length: Option<usize>) -> String {
    match length {
        Some(length) => format!("{got} of {length} bytes"),
        None => format!("{got} bytes"),
    }
}

/// The cause of all, which says the most: `Connection refused`.
fn innermost(error: &dyn Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

/// The status to go on with, where `object_store` would do something else than should be done.
fn for_the_library(status: u16, code: &str, failed_late: bool) -> Option<u16> {
    const TRANSIENT: [&str; 5] =
        ["IncompleteBody", "InternalError", "RequestTimeout", "ServiceUnavailable", "SlowDown"];
    let transient = TRANSIENT.contains(&code);
    if failed_late || status == 400 {
        // It takes 400 for final, and 200 for success whatever the body says.
        Some(if transient { 503 } else { 400 })
    } else if status == 501 {
        // It would be asked again and again.
        Some(400)
    } else {
        None
    }
}

fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).take(512).position(|window| window == word)
}

/// Reads S3's error document. Its other parts are left out: some hold what was signed.
fn answer(body: &[u8], request: String, region: Option<String>) -> Answer {
    let text = String::from_utf8_lossy(body);
    let part = |name: &str| element(&text, name).unwrap_or_default();
    let region = region.or_else(|| element(&text, "Region").filter(|region| !region.is_empty()));
    let request = if request.is_empty() { part("RequestId") } else { request };
    Answer { status: 0, code: part("Code"), message: part("Message"), request, region }
}

/// The text of the first element of that name.
pub(super) fn element(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    let (inside, _) = rest.split_once(&format!("</{name}>"))?;
    Some(quick_xml::escape::unescape(inside).map_or_else(|_| inside.to_owned(), |text| text.into_owned()))
}

/// A list without the empty objects whose keys end in `/`, which consoles make to show a folder: `object_store`
/// drops the slash and takes them for files.
fn without_markers(list: Vec<u8>) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(&list) else { return list };
    let mut parts = text.split("<Contents>");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        if element(part, "Key").is_some_and(|key| key.ends_with('/')) {
            kept.push_str(part.split_once("</Contents>").map_or("", |(_, rest)| rest));
        } else {
            kept.push_str("<Contents>");
            kept.push_str(part);
        }
    }
    kept.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_read_without_what_was_signed() {
        let body =
            b"<?xml version=\"1.0\"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>a &amp; b</Message>\
                     <AWSAccessKeyId>AKIDSECRET</AWSAccessKeyId><CanonicalRequest>x-amz-security-token:TOKEN\
                     </CanonicalRequest><RequestId>R1</RequestId></Error>";
        let found = answer(body, String::new(), None);
        assert_eq!((found.code.as_str(), found.message.as_str()), ("SignatureDoesNotMatch", "a & b"));
        assert_eq!(found.request, "R1");
        assert!(!format!("{found:?}").contains("TOKEN") && !format!("{found:?}").contains("AKIDSECRET"));
        assert_eq!(answer(b"<html>Bad Gateway", String::new(), None), Answer::default());
    }

    #[test]
    fn markers_of_folders_leave_a_list() {
        let object = |key: &str| format!("<Contents><Key>{key}</Key><Size>0</Size></Contents>");
        let list = format!("<L>{}{}{}<KeyCount>3</KeyCount></L>", object("a/"), object("a/b"), object("c/"));
        let kept = String::from_utf8(without_markers(list.into_bytes())).unwrap();
        assert_eq!(kept, format!("<L>{}<KeyCount>3</KeyCount></L>", object("a/b")));
    }

    #[test]
    fn what_is_final_is_not_asked_again() {
        assert_eq!(for_the_library(501, "NotImplemented", false), Some(400));
        assert_eq!(for_the_library(400, "RequestTimeout", false), Some(503));
        assert_eq!(for_the_library(400, "InvalidRequest", false), Some(400));
        assert_eq!(for_the_library(200, "AccessDenied", true), Some(400));
        assert_eq!(for_the_library(200, "InternalError", true), Some(503));
        assert_eq!(for_the_library(403, "AccessDenied", false), None);
        assert_eq!(for_the_library(503, "SlowDown", false), None);
    }
}
