use super::*;
use crate::error::{Error, ErrorKind};
use crate::report::Counts;
use crate::source::{Document, Fetched, Source, SourceError};
use bytes::Bytes;
use futures_util::future::{BoxFuture, ready};
use lakebed_schema::{Column, LogicalType, Table};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// A clock that is where it was told to wait for.
#[derive(Debug, Default)]
struct Quick(Mutex<Duration>);

impl Quick {
    fn advance(&self, time: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += time;
    }
}

impl Clock for Quick {
    fn now_ms(&self) -> i64 {
        1_795_421_730_000 + i64::try_from(self.elapsed().as_millis()).unwrap_or_default()
    }
    fn elapsed(&self) -> Duration {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn sleep(&self, time: Duration) -> BoxFuture<'_, ()> {
        self.advance(time);
        Box::pin(tokio::task::yield_now())
    }
}

type Answer = Box<dyn FnMut() -> Result<Fetched, SourceError> + Send>;

/// A source that answers as a test says, and then ends.
struct Script {
    answers: VecDeque<Answer>,
    stored: Arc<Mutex<u32>>,
}

impl Script {
    fn new(answers: impl IntoIterator<Item = Answer>) -> (Self, Arc<Mutex<u32>>) {
        let stored = Arc::<Mutex<u32>>::default();
        (Self { answers: answers.into_iter().collect(), stored: Arc::clone(&stored) }, stored)
    }
}

impl Source for Script {
    fn name(&self) -> String {
        "script".to_owned()
    }
    fn fetch(&mut self) -> BoxFuture<'_, Result<Fetched, SourceError>> {
        let answer = self.answers.pop_front().map_or(Ok(Fetched::Ended), |mut answer| answer());
        Box::pin(ready(answer))
    }
    fn stored(&mut self) -> BoxFuture<'_, Result<(), SourceError>> {
        *self.stored.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        Box::pin(ready(Ok(())))
    }
}

fn document(text: &'static str) -> Answer {
    let document = Document { bytes: Bytes::from_static(text.as_bytes()), ..Document::default() };
    Box::new(move || Ok(Fetched::Document(document.clone())))
}

fn unchanged() -> Answer {
    Box::new(|| Ok(Fetched::Unchanged))
}

fn fails(transient: bool) -> Answer {
    Box::new(move || {
        Err(if transient { SourceError::transient("busy") } else { SourceError::permanent("gone") })
    })
}

/// What a sink got, and what it says to each delivery; `Done` when nothing is left to say.
#[derive(Default)]
struct Target {
    got: Vec<String>,
    says: VecDeque<Says>,
}

enum Says {
    Fails(ErrorKind),
    /// So many of the oldest.
    Takes(usize),
    Refuses,
}

struct Fake(Arc<Mutex<Target>>);

impl Sink for Fake {
    fn name(&self) -> String {
        "fake".to_owned()
    }
    fn deliver<'a>(&'a mut self, documents: &'a [SpooledDocument]) -> BoxFuture<'a, Result<Delivery, Error>> {
        let mut target = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let most = match target.says.pop_front() {
            Some(Says::Fails(kind)) => {
                return Box::pin(ready(Err(Error::new(kind, "no room").with_source("disk"))));
            }
            Some(Says::Refuses) => {
                let refused = documents.iter().map(|it| (it.name.clone(), "no JSON".to_owned())).collect();
                return Box::pin(ready(Ok(Delivery { refused, ..Delivery::default() })));
            }
            Some(Says::Takes(most)) => most,
            None => documents.len(),
        };
        let mut delivery = Delivery::default();
        for document in documents.iter().take(most) {
            let file = std::fs::File::open(&document.path).expect("a file");
            let text = zstd::decode_all(file).expect("a document");
            target.got.push(String::from_utf8(text).expect("text"));
            delivery.done.push(document.name.clone());
            delivery.counts.add(Counts { read: 1, written: 1, ..Counts::default() });
        }
        Box::pin(ready(Ok(delivery)))
    }
}

fn table() -> Table {
    let columns = vec![Column::new("id", LogicalType::String), Column::new("n", LogicalType::Int64)];
    let mut table = Table::new("point", columns);
    table.key = vec!["id".to_owned()];
    table.latest_by = Some("n".to_owned());
    table
}

struct World {
    folder: tempfile::TempDir,
    target: Arc<Mutex<Target>>,
    clock: Arc<Quick>,
    ticks: Arc<Mutex<Vec<TickReport>>>,
}

impl World {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            target: Arc::default(),
            clock: Arc::default(),
            ticks: Arc::default(),
        }
    }

    fn says(&self, says: impl IntoIterator<Item = Says>) {
        self.target.lock().unwrap_or_else(PoisonError::into_inner).says.extend(says);
    }

    fn got(&self) -> Vec<String> {
        self.target.lock().unwrap_or_else(PoisonError::into_inner).got.clone()
    }

    fn ticks(&self) -> Vec<TickReport> {
        self.ticks.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn options(&self) -> IngestOptions {
        IngestOptions::new(self.folder.path())
    }

    async fn run(
        &self,
        options: IngestOptions,
        stop: Stop,
        answers: impl IntoIterator<Item = Answer>,
    ) -> Result<IngestReport, Error> {
        let (script, _) = Script::new(answers);
        let ticks = Arc::clone(&self.ticks);
        Ingest::new(table(), script, Fake(Arc::clone(&self.target)), options)?
            .with_clock(Arc::<Quick>::clone(&self.clock))
            .with_stop(stop)
            .with_listener(move |tick| {
                ticks.lock().unwrap_or_else(PoisonError::into_inner).push(tick.clone());
            })
            .run()
            .await
    }
}

#[tokio::test]
async fn documents_are_delivered_once_each() {
    let world = World::new();
    let answers = [document("a"), unchanged(), document("b"), document("a")];
    let report = world.run(world.options(), Stop::never(), answers).await.expect("a run");
    assert_eq!(world.got(), ["a", "b"]);
    assert_eq!((report.ticks, report.documents, report.unchanged, report.repeated), (5, 2, 1, 1));
    assert_eq!((report.total.written, report.waiting_documents, report.missed), (2, 0, 0));
    assert_eq!(report.elapsed_ms, 240_000, "four waits of a minute");
    // Nor by the next process.
    let report =
        world.run(world.options(), Stop::never(), [document("b"), document("c")]).await.expect("a run");
    assert_eq!((world.got().len(), report.repeated, report.documents), (3, 1, 1));
}

#[tokio::test]
async fn what_cannot_be_delivered_waits_and_goes_first() {
    let world = World::new();
    let fail = Says::Fails(ErrorKind::Output);
    world.says([fail, Says::Takes(1), Says::Fails(ErrorKind::Locked)]);
    let answers = [document("a"), document("b"), document("c")];
    let report = world.run(world.options(), Stop::never(), answers).await.expect("a run");
    // The second tick delivers one of two, the third nothing, the last one, at which the source ends, the rest.
    assert_eq!(world.got(), ["a", "b", "c"]);
    assert_eq!((report.waiting_documents, report.error), (0, None));
    let told: Vec<(TickOutcome, u64)> =
        world.ticks().iter().map(|tick| (tick.outcome, tick.waiting_documents)).collect();
    let failed = TickOutcome::DeliveryFailed;
    assert_eq!(told, [(failed, 1), (failed, 1), (failed, 2), (TickOutcome::Delivered, 0)]);
    assert!(world.ticks()[0].error.as_ref().is_some_and(|error| error.contains("no room: disk")));
}

#[tokio::test]
async fn what_still_waits_at_the_end_is_told_and_left_for_the_next_process() {
    let world = World::new();
    let mut options = world.options();
    options.once = true;
    world.says([Says::Fails(ErrorKind::Output)]);
    let report = world.run(options.clone(), Stop::never(), [document("a")]).await.expect("a run");
    assert_eq!((report.ticks, report.waiting_documents, world.got().len()), (1, 1, 0));
    let report = world.run(options, Stop::never(), [unchanged()]).await.expect("a run");
    assert_eq!((report.waiting_documents, world.got()), (0, vec!["a".to_owned()]));
}

#[tokio::test]
async fn wrong_tables_and_options_end_it() {
    let world = World::new();
    world.says([Says::Fails(ErrorKind::Table)]);
    let error = world.run(world.options(), Stop::never(), [document("a"), document("b")]).await.err();
    assert_eq!(error.map(|e| e.kind()), Some(ErrorKind::Table));
    // It is kept for when they are right.
    assert_eq!(files(&world.folder.path().join("waiting")), 1);
    let mut options = world.options();
    options.every = Duration::ZERO;
    let error = world.run(options, Stop::never(), [unchanged()]).await.err();
    assert_eq!(error.map(|e| e.kind()), Some(ErrorKind::Usage));
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).map(Iterator::count).unwrap_or_default()
}

#[tokio::test]
async fn what_nobody_can_read_is_set_aside() {
    let world = World::new();
    world.says([Says::Refuses]);
    let report =
        world.run(world.options(), Stop::never(), [document("x"), document("y")]).await.expect("a run");
    assert_eq!((report.refused_documents, report.waiting_documents), (1, 0));
    assert_eq!(world.got(), ["y"]);
    assert_eq!(files(&world.folder.path().join("refused")), 2, "the document and the reason");
    assert!(world.ticks()[0].error.as_ref().is_some_and(|error| error.contains("no JSON")));
}

#[tokio::test]
async fn transient_failures_are_tried_again_within_the_tick() {
    let world = World::new();
    let answers = [fails(true), fails(true), document("a"), fails(false), document("b")];
    let report = world.run(world.options(), Stop::never(), answers).await.expect("a run");
    assert_eq!((report.retries, report.failed_ticks, report.ticks), (2, 1, 4));
    assert_eq!(world.got(), ["a", "b"]);
    let told = world.ticks();
    assert_eq!((told[0].retries, told[0].outcome), (2, TickOutcome::Delivered));
    assert_eq!((told[1].outcome, told[1].error.as_deref()), (TickOutcome::FetchFailed, Some("gone")));
    // A tick is no longer than the time to the next one, however often its requests fail.
    let world = World::new();
    let mut options = world.options();
    options.every = Duration::from_secs(2);
    options.retry = Retry { attempts: 100, first: Duration::from_secs(1), most: Duration::from_secs(1) };
    let report = world.run(options, Stop::never(), (0..8).map(|_| fails(true))).await.expect("a run");
    assert_eq!(report.missed, 0);
    assert!(report.failed_ticks >= 2, "{report:?}");
}

#[tokio::test]
async fn ticks_that_come_too_late_are_missed_not_caught_up() {
    let world = World::new();
    let clock = Arc::clone(&world.clock);
    let slow: Answer = Box::new(move || {
        clock.advance(Duration::from_secs(150));
        Ok(Fetched::Unchanged)
    });
    let report = world.run(world.options(), Stop::never(), [slow, unchanged()]).await.expect("a run");
    // Begun at 0 s, done at 150 s; the ticks of 60 s and 120 s are gone, the next are those of 180 s and 240 s.
    assert_eq!((report.ticks, report.missed, report.elapsed_ms), (3, 2, 240_000));
    assert_eq!(world.ticks().iter().map(|tick| tick.missed).collect::<Vec<_>>(), [0, 2, 0]);
}

#[tokio::test]
async fn told_to_end_it_delivers_what_waits() {
    let world = World::new();
    let (stopper, stop) = Stopper::new();
    let mut options = world.options();
    options.deliver_every = Duration::from_secs(3600);
    let stops: Answer = Box::new(move || {
        stopper.stop();
        Ok(Fetched::Unchanged)
    });
    let answers = [document("a"), document("b"), stops, document("c")];
    let report = world.run(options, stop, answers).await.expect("a run");
    assert_eq!(world.got(), ["a", "b"]);
    assert!(report.stopped);
    assert_eq!((report.ticks, report.waiting_documents), (3, 0));
    let told: Vec<TickOutcome> = world.ticks().iter().map(|tick| tick.outcome).collect();
    assert_eq!(told, [TickOutcome::Waiting, TickOutcome::Waiting, TickOutcome::Delivered]);
}

#[tokio::test]
async fn a_full_spool_stops_asking() {
    let world = World::new();
    let mut options = world.options();
    options.spool_bytes = 1;
    options.once = true;
    world.says([Says::Fails(ErrorKind::Output), Says::Fails(ErrorKind::Output)]);
    world.run(options.clone(), Stop::never(), [document("a")]).await.expect("a run");
    let report = world.run(options, Stop::never(), [document("b")]).await.expect("a run");
    assert_eq!((report.documents, report.waiting_documents), (0, 1));
}

#[tokio::test]
async fn a_source_is_told_what_is_safe() {
    let folder = tempfile::tempdir().expect("a folder");
    let (script, stored) = Script::new([document("a"), fails(false), document("a")]);
    let fake = Fake(Arc::default());
    let ingest = Ingest::new(table(), script, fake, IngestOptions::new(folder.path())).expect("options");
    ingest.with_clock(Arc::new(Quick::default())).run().await.expect("a run");
    assert_eq!(*stored.lock().unwrap_or_else(PoisonError::into_inner), 2);
}

#[tokio::test]
async fn unchanged_points_are_left_out_also_by_the_next_process() {
    let world = World::new();
    let mut options = world.options();
    options.skip_unchanged = true;
    let answers = [
        document("{\"id\":\"a\",\"n\":1}\n{\"id\":\"b\",\"n\":1}\n"),
        document("{\"id\":\"a\",\"n\":1}\n{\"id\":\"b\",\"n\":2}\n"),
        // Nothing new at all.
        document("[{\"id\":\"a\",\"n\":1},{\"id\":\"b\",\"n\":2}]"),
    ];
    let report = world.run(options.clone(), Stop::never(), answers).await.expect("a run");
    assert_eq!(world.got().len(), 2);
    assert_eq!(world.got()[1], "{\"id\":\"b\",\"n\":2}\n");
    assert_eq!((report.documents, report.total.skipped, report.total.balances()), (3, 3, true));
    // Older is skipped too; a broken record stays, to be told.
    let next = [document("[{\"id\":\"a\",\"n\":0},\n{\"id\":\"b\",\"n\":2},\n{\"id\":\"c\",\"n\":\"x\"}]")];
    let report = world.run(options, Stop::never(), next).await.expect("a run");
    assert_eq!(
        (report.total.skipped, &world.got()[2..]),
        (2, &["{\"id\":\"c\",\"n\":\"x\"}\n".to_owned()][..])
    );
}

#[tokio::test]
async fn a_process_killed_before_it_noted_a_document_has_still_seen_it() {
    let world = World::new();
    let mut options = world.options();
    options.skip_unchanged = true;
    let text = "{\"id\":\"a\",\"n\":1}\n";
    {
        // As a killed process leaves it: kept, and nothing noted.
        let mut spool = spool::Spool::open(world.folder.path(), "point", "fake").expect("a spool");
        spool.keep(skip::hash(text.as_bytes()), text.as_bytes(), 1_795_421_730_000).expect("a document");
    }
    let answers = [document(text), document("{\"id\":\"a\",\"n\":1}\n{\"id\":\"b\",\"n\":1}")];
    let report = world.run(options, Stop::never(), answers).await.expect("a run");
    assert_eq!(world.got(), [text, "{\"id\":\"b\",\"n\":1}\n"]);
    assert_eq!((report.repeated, report.total.skipped), (1, 1));
}

#[tokio::test]
async fn a_source_that_breaks_off_ends_it_and_is_told() {
    let world = World::new();
    let breaks: Answer = Box::new(|| Err(SourceError::permanent("a long line").at_the_end()));
    let report = world
        .run(world.options(), Stop::never(), [document("a"), breaks, document("b")])
        .await
        .expect("a run");
    assert_eq!((world.got(), report.ticks, report.waiting_documents), (vec!["a".to_owned()], 2, 0));
    let said = Some("a long line");
    assert_eq!((report.broken_off.as_deref(), report.error.as_deref()), (said, said));
}

#[tokio::test]
async fn told_to_end_it_takes_what_the_source_has_read_ahead() {
    for once in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        let target = Arc::<Mutex<Target>>::default();
        let (stopper, stop) = Stopper::new();
        let mut options = IngestOptions::new(folder.path());
        options.once = once;
        let (reader, mut writer) = std::io::pipe().expect("a pipe");
        std::io::Write::write_all(&mut writer, b"{}\n").expect("a line");
        let source = crate::source::LineSource::new("stdin", reader, 100);
        let ingest = Ingest::new(table(), source, Fake(Arc::clone(&target)), options).expect("options");
        let ran = ingest.with_stop(stop).with_listener(move |_| {
            // Told between two ticks; the line came after the source was asked.
            let _ = std::io::Write::write_all(&mut writer, b"[]\n");
            std::thread::sleep(Duration::from_millis(50));
            stopper.stop();
        });
        let report = ran.run().await.expect("a run");
        assert_eq!(
            target.lock().unwrap_or_else(PoisonError::into_inner).got,
            ["{}\n", "[]\n"],
            "once: {once}"
        );
        assert_eq!((report.documents, report.waiting_documents), (2, 0));
    }
}
