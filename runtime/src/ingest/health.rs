//! Two pages for those who watch a loop, on this machine only: `/healthz` and `/metrics`.

use super::clock::Clock;
use super::prometheus;
use super::report::{IngestReport, Status};
use crate::error::{Error, ErrorKind};
use serde::Serialize;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Connections at the same time; more are closed at once.
const CONNECTIONS: usize = 16;
/// Bytes of a request's head at most.
const HEAD_BYTES: usize = 8 << 10;
/// How long a client may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Ticks without an answer after which a loop counts as behind.
const TICKS: u32 = 3;

/// Serves the two pages until it is dropped.
#[derive(Debug)]
pub struct Health {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Health {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What `/healthz` says, as JSON; with status 200 when it is well, else 503.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Vital {
    /// Whether the source answers and what waits is delivered, as far as the last ticks tell.
    pub healthy: bool,
    /// Milliseconds since 1970 at which the source answered last.
    pub last_fetch_ms: Option<i64>,
    /// Milliseconds since 1970 at which everything was delivered last.
    pub last_delivery_ms: Option<i64>,
    /// Milliseconds since the source answered last, or since the oldest of what waits arrived, if that is more.
    pub behind_ms: i64,
    /// Documents that wait.
    pub waiting_documents: u64,
    /// Their bytes on disk.
    pub spool_bytes: u64,
    /// The last failure, while it lasts.
    pub error: Option<String>,
}

impl Vital {
    /// How a loop is that asks and delivers at least that often.
    pub fn of(report: &IngestReport, every: Duration, now_ms: i64) -> Self {
        let since = |at: Option<i64>| now_ms.saturating_sub(at.unwrap_or(report.started_ms)).max(0);
        let mut behind_ms = since(report.last_fetch_ms);
        if report.waiting_documents > 0 || report.held_records > 0 {
            behind_ms = behind_ms.max(since(report.waiting_since_ms.or(report.last_delivery_ms)));
        }
        let most = i64::try_from(every.saturating_mul(TICKS).as_millis()).unwrap_or(i64::MAX);
        Self {
            healthy: behind_ms <= most,
            last_fetch_ms: report.last_fetch_ms,
            last_delivery_ms: report.last_delivery_ms,
            behind_ms,
            waiting_documents: report.waiting_documents,
            spool_bytes: report.waiting_bytes,
            error: report.error.clone(),
        }
    }
}

impl Health {
    /// Serves the pages of a loop at an address of this machine alone; `every` is how often it asks and delivers.
    ///
    /// # Errors
    /// An address that others could reach, or one that is taken.
    pub async fn serve(
        address: SocketAddr,
        status: Arc<Status>,
        clock: Arc<dyn Clock>,
        every: Duration,
    ) -> Result<Self, Error> {
        if !address.ip().is_loopback() {
            let message =
                format!("the pages of health are for this machine alone, and {address} is no address of it");
            return Err(Error::new(ErrorKind::Usage, message).with_hint("give one such as 127.0.0.1:9090"));
        }
        let failed = |e| {
            let message = format!("the pages of health cannot be served at {address}");
            Error::new(ErrorKind::Output, message).with_source(e).with_hint("give another port")
        };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let page = Arc::new(move |path: &str| page(path, &status.report(), every, clock.now_ms()));
        let task = tokio::spawn(async move {
            let room = Arc::new(Semaphore::new(CONNECTIONS));
            loop {
                let Ok((stream, _)) = listener.accept().await else {
                    // Out of file descriptors, it may be: not at once again.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                };
                let Ok(place) = Arc::clone(&room).try_acquire_owned() else { continue };
                let page = Arc::clone(&page);
                tokio::spawn(async move {
                    // A client that goes away is no matter of the loop.
                    let _ = timeout(PATIENCE, answer(stream, page.as_ref())).await;
                    drop(place);
                });
            }
        });
        Ok(Self { address, task })
    }

    /// Where it is served.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Status, kind and text of a page.
type Page = (&'static str, &'static str, String);

const TEXT: &str = "text/plain; charset=utf-8";

fn page(path: &str, report: &IngestReport, every: Duration, now_ms: i64) -> Page {
    match path {
        "/healthz" => {
            let vital = Vital::of(report, every, now_ms);
            let status = if vital.healthy { "200 OK" } else { "503 Service Unavailable" };
            let text = serde_json::to_string(&vital).unwrap_or_default() + "\n";
            (status, "application/json", text)
        }
        "/metrics" => {
            ("200 OK", "text/plain; version=0.0.4; charset=utf-8", prometheus::text(report, now_ms))
        }
        _ => ("404 Not Found", TEXT, "there are /healthz and /metrics\n".to_owned()),
    }
}

async fn answer(mut stream: TcpStream, page: &(impl Fn(&str) -> Page + Sync)) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut buffer = [0; 1024];
    let (status, kind, text) = loop {
        let read = stream.read(&mut buffer).await?;
        head.extend_from_slice(buffer.get(..read).unwrap_or_default());
        if head.windows(4).any(|four| four == b"\r\n\r\n") {
            break respond(&head, page);
        }
        if head.len() > HEAD_BYTES {
            break ("431 Request Header Fields Too Large", TEXT, "too long\n".to_owned());
        }
        if read == 0 {
            return Ok(());
        }
    };
    let head_only = head.starts_with(b"HEAD ");
    let length = text.len();
    let mut answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nCache-Control: no-store\r\n\
         Connection: close\r\n\r\n"
    );
    if !head_only {
        answer.push_str(&text);
    }
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

fn respond(head: &[u8], page: &impl Fn(&str) -> Page) -> Page {
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let mut words = line.split(|byte| *byte == b' ');
    let (method, target, version) = (words.next(), words.next(), words.next());
    let bad = || ("400 Bad Request", TEXT, "no request of HTTP/1.1\n".to_owned());
    let is_http = version.is_some_and(|version| version.starts_with(b"HTTP/1.")) && words.next().is_none();
    let Some(target) = target.and_then(|target| std::str::from_utf8(target).ok()).filter(|_| is_http) else {
        return bad();
    };
    match method {
        Some(b"GET" | b"HEAD") => page(target.split('?').next().unwrap_or_default()),
        _ => ("405 Method Not Allowed", TEXT, "only GET\n".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::SystemClock;

    async fn ask(address: SocketAddr, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(request).await.expect("a request");
        let mut answer = Vec::new();
        // One that closes early resets the connection, after its answer.
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[tokio::test]
    async fn pages_are_served_and_nonsense_is_survived() {
        let status = Arc::new(Status::default());
        let clock = Arc::new(SystemClock::new());
        let every = Duration::from_secs(60);
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let serving = Health::serve(any, Arc::clone(&status), clock.clone(), every).await;
        let health = serving.expect("a free port");
        status.change(|report| {
            report.table = "t".to_owned();
            report.started_ms = clock.now_ms();
        });
        let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").into_bytes();
        let at = health.address();
        let answer = ask(at, &get("/healthz?x=1")).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("\"healthy\":true"), "{answer}");
        status.change(|report| report.started_ms -= 200_000);
        assert!(ask(at, &get("/healthz")).await.starts_with("HTTP/1.1 503 "));
        status.change(|report| report.last_fetch_ms = Some(clock.now_ms()));
        assert!(ask(at, &get("/healthz")).await.starts_with("HTTP/1.1 200 "));
        status.change(|report| report.waiting_documents = 1);
        assert!(ask(at, &get("/healthz")).await.starts_with("HTTP/1.1 503 "));
        let answer = ask(at, &get("/metrics")).await;
        assert!(answer.contains("lakebed_ingest_ticks_total{table=\"t\"} 0\n"), "{answer}");
        for (request, status) in [
            (get("/"), "404"),
            (b"POST /healthz HTTP/1.1\r\n\r\n".to_vec(), "405"),
            (b"HEAD /healthz HTTP/1.1\r\n\r\n".to_vec(), "503"),
            (b"\x00\xff\xfe\r\n\r\n".to_vec(), "400"),
            (b"GET /healthz\r\n\r\n".to_vec(), "400"),
            (b"GET /a b HTTP/1.1\r\n\r\n".to_vec(), "400"),
            ([b"GET / HTTP/1.1\r\nX: ".to_vec(), vec![b'x'; 9 << 10]].concat(), "431"),
        ] {
            let answer = ask(at, &request).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{status}: {answer}");
        }
        // Connections that say nothing take no more than their places.
        let mut silent = Vec::new();
        for _ in 0..2 * CONNECTIONS {
            silent.push(TcpStream::connect(at).await.expect("a connection"));
        }
        drop(silent);
        // Until their places are free again it answers nothing.
        let answer = loop {
            let answer = ask(at, &get("/")).await;
            if !answer.is_empty() {
                break answer;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        };
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    }

    #[test]
    fn what_came_just_now_is_not_late_however_long_nothing_came() {
        let (minute, night) = (60_000, 8 * 3_600_000);
        let mut report = IngestReport {
            last_fetch_ms: Some(night),
            last_delivery_ms: Some(0),
            waiting_documents: 1,
            waiting_since_ms: Some(night - minute),
            ..IngestReport::default()
        };
        let vital = |report: &IngestReport| Vital::of(report, Duration::from_secs(60), night);
        assert_eq!((vital(&report).healthy, vital(&report).behind_ms), (true, minute));
        report.waiting_since_ms = Some(night - 4 * minute);
        assert!(!vital(&report).healthy);
    }

    #[tokio::test]
    async fn others_cannot_be_served() {
        let (status, clock) = (Arc::new(Status::default()), Arc::new(SystemClock::new()));
        let all = SocketAddr::from(([0, 0, 0, 0], 0));
        let error = Health::serve(all, status, clock, Duration::from_secs(1)).await.err();
        assert_eq!(error.map(|e| e.kind()), Some(ErrorKind::Usage));
    }
}
