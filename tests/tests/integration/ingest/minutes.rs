//! A feed of traffic that plays recorded minutes.

use flate2::Compression;
use flate2::write::GzEncoder;
use lakebed_tests::scripted::{Asked, Reply, Scripted};
use lakebed_tests::workspace;
use std::collections::VecDeque;
use std::fs;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

/// The second since 1970 at which the first minute begins.
pub(crate) const START: i64 = 1_795_392_000;

/// Points of a recorded document.
pub(crate) const POINTS: u64 = 2;

/// The recorded document, as it would have been published so many minutes after the start.
pub(crate) fn document(minute: i64) -> String {
    let path = workspace::root().join("tests/data/miv/xml/verkeersdata-2017-04-27-2points.xml");
    let recorded = fs::read_to_string(path).expect("a recorded document");
    let time = |seconds: i64| {
        let time = chrono::DateTime::from_timestamp(START + minute * 60 + seconds, 0).expect("a time");
        time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    };
    [("tijd_publicatie", 54), ("tijd_waarneming", 0), ("tijd_laatst_gewijzigd", 50)]
        .into_iter()
        .fold(recorded, |text, (element, seconds)| with_text(&text, element, &time(seconds)))
}

/// The document with another text in all elements of a name.
pub(crate) fn with_text(document: &str, element: &str, text: &str) -> String {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let mut parts = document.split(&open);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (_, rest) = part.split_once(&close).expect("the element's end");
        out.push_str(&format!("{open}{text}{close}{rest}"));
    }
    out
}

pub(crate) fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()).expect("gzip")
}

/// What goes wrong with an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// This status, without a document.
    Status(u16),
    /// The connection ends in the middle.
    Cut,
    /// In the middle nothing comes any more.
    Stall,
    /// Compressed.
    Gzip,
    /// Compressed and cut off, though the length is right.
    HalfGzip,
}

/// What a feed shows, and what goes wrong with its next answers.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    pub(crate) minute: i64,
    pub(crate) faults: VecDeque<Fault>,
}

/// A feed that shows a minute until it is known that the client has it: then the next one.
#[derive(Debug)]
pub(crate) struct Feed {
    pub(crate) shown: Arc<Mutex<Shown>>,
    server: Scripted,
}

impl Feed {
    /// Starts one; with `next`, a client that has a document gets the next one instead of a 304.
    pub(crate) fn start(next: bool) -> Self {
        let shown = Arc::<Mutex<Shown>>::default();
        let state = Arc::clone(&shown);
        let server = Scripted::start(move |asked| {
            let mut shown = state.lock().unwrap_or_else(PoisonError::into_inner);
            let is_known = asked.header("if-none-match") == tag(shown.minute);
            if is_known && next {
                shown.minute += 1;
            }
            let fault = shown.faults.pop_front();
            answer(asked, &document(shown.minute), &tag(shown.minute), fault)
        });
        Self { shown, server }
    }

    pub(crate) fn fails(&self, faults: impl IntoIterator<Item = Fault>) {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).faults.extend(faults);
    }

    pub(crate) fn minute(&self) -> i64 {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).minute
    }

    pub(crate) fn set_minute(&self, minute: i64) {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).minute = minute;
    }

    pub(crate) fn url(&self) -> String {
        format!("{}/minute.xml", self.server.url())
    }

    pub(crate) fn asked(&self) -> usize {
        self.server.asked().len()
    }
}

pub(crate) fn tag(minute: i64) -> String {
    format!("\"{minute}\"")
}

/// The answer of a server that knows conditions.
pub(crate) fn answer(asked: &Asked, document: &str, tag: &str, fault: Option<Fault>) -> Reply {
    let headers = || vec![("etag", tag.to_owned()), ("content-type", "text/xml".to_owned())];
    let half = |bytes: &[u8]| bytes.len() / 2;
    let packed = || {
        let mut headers = headers();
        headers.push(("content-encoding", "gzip".to_owned()));
        (headers, gzip(document))
    };
    match fault {
        Some(Fault::Status(status)) => Reply::Answer(status, Vec::new(), Vec::new()),
        Some(Fault::Cut) => Reply::Cut(200, headers(), document.into(), half(document.as_bytes())),
        Some(Fault::Stall) => Reply::Stall(200, headers(), document.into(), half(document.as_bytes())),
        Some(Fault::Gzip) => {
            let (headers, bytes) = packed();
            Reply::Answer(200, headers, bytes)
        }
        Some(Fault::HalfGzip) => {
            let (headers, mut bytes) = packed();
            bytes.truncate(half(&bytes));
            Reply::Answer(200, headers, bytes)
        }
        None if asked.header("if-none-match") == tag => Reply::Answer(304, headers(), Vec::new()),
        None => Reply::Answer(200, headers(), document.into()),
    }
}
