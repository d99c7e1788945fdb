use super::*;
use crate::ingest::{Ingest, IngestOptions, IngestReport};
use crate::producer::{CallError, CallErrorKind, EntryResult, Retry, ServiceLimits};
use crate::source::FileSource;
use futures_util::future::ready;
use lakebed_schema::{Column, LogicalType, Scalar};
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// A stream that keeps what it gets, or is down.
#[derive(Debug, Default)]
struct Stream {
    got: Mutex<Vec<Entry>>,
    is_down: Mutex<bool>,
}

impl Service for Stream {
    fn name(&self) -> &str {
        "kinesis:test"
    }
    fn limits(&self) -> ServiceLimits {
        ServiceLimits { record_bytes: 100, ..ServiceLimits::KINESIS }
    }
    fn put<'a>(&'a self, entries: &'a [Entry]) -> BoxFuture<'a, Result<Vec<EntryResult>, CallError>> {
        if *self.is_down.lock().unwrap_or_else(PoisonError::into_inner) {
            return Box::pin(ready(Err(CallError::new(CallErrorKind::Transient, "Down", "not today"))));
        }
        self.got.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(entries);
        Box::pin(ready(Ok(vec![EntryResult::Delivered; entries.len()])))
    }
}

fn table() -> Table {
    let mut speed = Column::new("speed", LogicalType::UInt8);
    speed.nullable = true;
    speed.rules.null_if = vec![Scalar::Int(252)];
    let mut table = Table::new("traffic", vec![Column::new("lane", LogicalType::String), speed]);
    table.key = vec!["lane".to_owned()];
    table
}

fn options(folder: &Path) -> StreamOptions {
    let quick = Duration::from_millis(1);
    StreamOptions {
        outbox: folder.join("outbox"),
        rejects: folder.join("rejects"),
        limits: Limits::default(),
        accept_event_time: None,
        target: Target::default(),
        producer: ProducerOptions {
            linger: quick,
            retry: Retry { first: quick, most: quick, attempts: 2, time: Duration::from_secs(5) },
            ..ProducerOptions::default()
        },
    }
}

async fn once(folder: &Path, stream: &Arc<Stream>) -> IngestReport {
    let service: Arc<dyn Service> = Arc::<Stream>::clone(stream);
    let sink = StreamSink::new(table(), service, options(folder)).expect("a table with a key");
    let mut polled = IngestOptions::new(folder.join("spool"));
    polled.once = true;
    let source = FileSource::new(folder.join("in"), 1 << 20);
    Ingest::new(table(), source, sink, polled).expect("options").run().await.expect("a run")
}

fn got(stream: &Stream) -> Vec<(String, String)> {
    let got = stream.got.lock().unwrap_or_else(PoisonError::into_inner);
    let text = |entry: &Entry| String::from_utf8(entry.data.to_vec()).expect("text");
    got.iter().map(|entry| (entry.partition_key.clone().unwrap_or_default(), text(entry))).collect()
}

#[tokio::test]
async fn records_are_sent_as_canonical_json_and_rejects_are_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let stream = Arc::new(Stream::default());
    fs::create_dir(folder.path().join("in")).expect("a folder");
    let long = "x".repeat(100);
    let text = format!(
        "{{\"lane\":\"a\",\"speed\":252}}\n{{\"speed\":1}}\n{{\"lane\":\"{long}\"}}\n {{\"lane\":\"b\",\"speed\":\"7\"}}"
    );
    fs::write(folder.path().join("in/1.json"), text).expect("a file");
    let report = once(folder.path(), &stream).await;
    let pair = |key: &str, line: &str| (key.to_owned(), line.to_owned());
    let sent = [pair("a", "{\"lane\":\"a\"}\n"), pair("b", "{\"lane\":\"b\",\"speed\":7}\n")];
    assert_eq!(got(&stream), sent);
    let counts = Counts { read: 4, written: 2, rejected: 2, ..Counts::default() };
    assert_eq!((report.total, report.waiting_documents, report.held_records), (counts, 0, 0));
    assert_eq!(report.possible_duplicates, 0);
    let files: Vec<_> =
        fs::read_dir(folder.path().join("rejects/traffic")).expect("a folder").flatten().collect();
    let [file] = files.as_slice() else { panic!("one file of rejects: {files:?}") };
    let lines: Vec<serde_json::Value> = fs::read_to_string(file.path())
        .expect("a file")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let told: Vec<_> =
        lines.iter().map(|line| (line["lastErrorCode"].clone(), line["line"].clone())).collect();
    assert_eq!(told[0], ("Lakebed.MissingColumn".into(), 2.into()));
    assert_eq!(told[1].0, "Lakebed.TooLong");
    assert_eq!(lines[0]["rawData"], base64(b"{\"speed\":1}"));
    assert!(
        lines
            .iter()
            .all(|line| line["run"].as_str().is_some_and(|run| run.len() == 16 && !run.contains('-')))
    );
    // The next process has nothing to do.
    let report = once(folder.path(), &stream).await;
    assert_eq!((got(&stream).len(), report.repeated), (2, 1));
}

#[tokio::test]
async fn what_a_stream_does_not_take_waits_for_the_next_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let stream = Arc::new(Stream::default());
    fs::create_dir(folder.path().join("in")).expect("a folder");
    fs::write(folder.path().join("in/1.json"), "{\"lane\":\"a\"}{\"lane\":\"b\"}").expect("a file");
    *stream.is_down.lock().unwrap_or_else(PoisonError::into_inner) = true;
    let report = once(folder.path(), &stream).await;
    assert_eq!((got(&stream).len(), report.held_records), (0, 2));
    assert!(report.error.as_ref().is_some_and(|error| error.contains("2 records wait in")), "{report:?}");
    *stream.is_down.lock().unwrap_or_else(PoisonError::into_inner) = false;
    let report = once(folder.path(), &stream).await;
    assert_eq!((got(&stream).len(), report.held_records, report.error), (2, 0, None));
}

#[test]
fn a_stream_with_keys_needs_a_table_with_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyless = Table { key: Vec::new(), ..table() };
    let service: Arc<dyn Service> = Arc::new(Stream::default());
    let error = StreamSink::new(keyless, service, options(folder.path())).expect_err("no key");
    assert_eq!(error.kind(), ErrorKind::Usage);
}

fn waiting(folder: &Path) -> usize {
    fs::read_dir(folder.join("spool/waiting")).map(Iterator::count).unwrap_or_default()
}

/// Two ticks of the same process; `between` is done after the first.
async fn twice(
    folder: &Path,
    options: StreamOptions,
    stream: &Arc<Stream>,
    between: impl FnOnce(),
) -> [Delivery; 2] {
    let service: Arc<dyn Service> = Arc::<Stream>::clone(stream);
    let mut sink = StreamSink::new(table(), service, options).expect("a table with a key");
    let spool = folder.join("spool");
    let mut kept = crate::ingest::spool::Spool::open(&spool, "traffic", "kinesis:test").expect("a spool");
    let arrival = now() * 1000;
    kept.keep([1; 16], b"{\"lane\":\"a\"}{\"lane\":\"b\"}{\"speed\":1}", arrival).expect("a document");
    kept.keep([2; 16], b"{\"lane\":\"c\"}{\"speed\":1}", arrival).expect("a document");
    let first = sink.deliver(kept.waiting()).await.expect("a delivery");
    kept.remove(&first.done).expect("a removal");
    between();
    let second = sink.deliver(kept.waiting()).await.expect("a delivery");
    let _ = sink.close().await;
    [first, second]
}

#[tokio::test]
async fn documents_are_kept_while_their_records_are_in_memory_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let stream = Arc::new(Stream::default());
    *stream.is_down.lock().unwrap_or_else(PoisonError::into_inner) = true;
    let outbox = folder.path().join("outbox");
    fs::create_dir(&outbox).expect("a folder");
    let service: Arc<dyn Service> = Arc::<Stream>::clone(&stream);
    let mut sink = StreamSink::new(table(), service, options(folder.path())).expect("a table with a key");
    sink.producer().await.expect("a producer");
    // The outbox cannot be written any more.
    fs::rename(&outbox, folder.path().join("gone")).expect("a folder");
    fs::write(&outbox, "in the way").expect("a file");
    let spool = folder.path().join("spool");
    let mut kept = crate::ingest::spool::Spool::open(&spool, "traffic", "kinesis:test").expect("a spool");
    kept.keep([1; 16], b"{\"lane\":\"a\"}{\"lane\":\"b\"}", now() * 1000).expect("a document");
    let first = sink.deliver(kept.waiting()).await.expect("a delivery");
    assert_eq!((first.done.len(), first.counts.written), (0, 0), "{first:?}");
    assert!(first.error.is_some_and(|error| error.contains("in memory only")));
    *stream.is_down.lock().unwrap_or_else(PoisonError::into_inner) = false;
    let second = loop {
        let next = sink.deliver(kept.waiting()).await.expect("a delivery");
        if !next.done.is_empty() {
            break next;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert_eq!((second.counts.written, got(&stream).len()), (2, 2), "each record once");
    assert_eq!(waiting(folder.path()), 1);
}

#[tokio::test]
async fn a_folder_that_takes_no_rejects_holds_up_and_doubles_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let stream = Arc::new(Stream::default());
    let rejects = folder.path().join("rejects");
    fs::create_dir_all(&rejects).expect("a folder");
    fs::write(rejects.join("traffic"), "in the way").expect("a file");
    let between = || fs::remove_file(rejects.join("traffic")).expect("a file");
    let [first, second] = twice(folder.path(), options(folder.path()), &stream, between).await;
    assert_eq!((first.done.len(), first.counts.read), (0, 0), "{first:?}");
    assert!(first.error.is_some_and(|error| error.contains("rejects")));
    assert_eq!((second.done.len(), second.counts.written, second.counts.rejected), (2, 3, 2));
    assert_eq!((got(&stream).len(), second.possible_duplicates, second.error), (3, 0, None));
}

#[tokio::test]
async fn a_full_outbox_is_told_and_what_was_taken_is_not_sent_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let stream = Arc::new(Stream::default());
    *stream.is_down.lock().unwrap_or_else(PoisonError::into_inner) = true;
    let mut options = options(folder.path());
    // Room for a record on the disk.
    options.producer.queue_bytes = 1000;
    let outbox = folder.path().join("outbox");
    options.producer.durability = crate::producer::Durability::Disk;
    options.producer.spool = Some(SpoolConfig { bytes: 1045, ..SpoolConfig::new(&outbox) });
    let service: Arc<dyn Service> = Arc::<Stream>::clone(&stream);
    let mut sink = StreamSink::new(table(), service, options).expect("a table with a key");
    let spool = folder.path().join("spool");
    let mut kept = crate::ingest::spool::Spool::open(&spool, "traffic", "kinesis:test").expect("a spool");
    let text = b"{\"lane\":\"a\"}{\"lane\":\"b\"}{\"lane\":\"c\"}";
    kept.keep([1; 16], text, now() * 1000).expect("a document");
    let first = sink.deliver(kept.waiting()).await.expect("a delivery");
    assert_eq!(first.done.len(), 0, "{first:?}");
    assert!(first.error.as_ref().is_some_and(|error| error.contains("spool is full")), "{first:?}");
    *stream.is_down.lock().unwrap_or_else(PoisonError::into_inner) = false;
    let last = loop {
        let next = sink.deliver(kept.waiting()).await.expect("a delivery");
        if !next.done.is_empty() {
            break next;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    let lanes: Vec<String> = got(&stream).into_iter().map(|(key, _)| key).collect();
    assert_eq!(
        (lanes, last.counts.written),
        (["a", "b", "c"].map(str::to_owned).to_vec(), 3),
        "each record once"
    );
}
