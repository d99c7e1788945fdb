use super::*;
use crate::{ReadRecord, Record};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Record, ReadRecord)]
#[lake(crate = "crate", table = "reading")]
struct Reading {
    task: u8,
    number: i64,
    #[lake(null_if("-"))]
    note: Option<String>,
}

fn reading(task: u8, number: i64) -> Reading {
    Reading { task, number, note: Some(format!("ü\n{number}")) }
}

struct World(TempDir);

impl World {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Nothing rolls by itself.
    fn options(&self) -> WriterOptions {
        let long = Duration::from_secs(3600);
        WriterOptions {
            roll_age: long,
            roll_idle: long,
            ..WriterOptions::new(self.path("spool"), self.path("lake"))
        }
    }

    async fn open(&self, options: WriterOptions) -> LakeWriter<Reading> {
        // The threads of an earlier writer give the folder back when they have ended.
        for _ in 0..600 {
            match LakeWriter::<Reading>::open(options.clone()).await {
                Err(error) if error.kind() == ErrorKind::Locked => sleep(Duration::from_millis(10)).await,
                other => return other.expect("a writer"),
            }
        }
        panic!("the folder was not given back");
    }

    /// How often each record is in the lake.
    fn stored(&self) -> BTreeMap<Reading, u32> {
        let mut stored = BTreeMap::new();
        if self.path("lake/reading").exists() {
            for record in crate::read::<Reading>(self.path("lake")) {
                *stored.entry(record.expect("a row")).or_default() += 1;
            }
        }
        stored
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_tasks_with_futures_dropped_at_any_time() {
    let world = World::new();
    let options = WriterOptions { roll_rows: 97, queue_bytes: 300, ..world.options() };
    let writer = world.open(options).await;
    let mut tasks = Vec::new();
    for task in 0..8 {
        let writer = writer.clone();
        tasks.push(tokio::spawn(async move {
            let (mut acknowledged, mut dropped) = (Vec::new(), Vec::new());
            for number in 0..150 {
                let record = reading(task, number);
                // Some futures are dropped before they were polled twice, some while they wait for the disk.
                let patience = Duration::from_micros(match (number * 7 + i64::from(task)) % 4 {
                    0 => 0,
                    1 => 150,
                    _ => 60_000_000,
                });
                match timeout(patience, writer.append(&record)).await {
                    Ok(done) => {
                        done.expect("an acknowledgement");
                        acknowledged.push(record);
                    }
                    Err(_) => dropped.push(record),
                }
            }
            (acknowledged, dropped)
        }));
    }
    let (mut acknowledged, mut dropped) = (Vec::new(), Vec::new());
    for task in tasks {
        let (some, others) = task.await.expect("a task");
        acknowledged.extend(some);
        dropped.extend(others);
    }
    let report = writer.close().await.expect("an end");
    assert!(!dropped.is_empty() && acknowledged.len() > 300, "{} and {}", acknowledged.len(), dropped.len());
    let mut stored = world.stored();
    assert_eq!(report.stored.written, stored.len() as u64);
    assert_eq!((report.appended, report.waiting_bytes, report.waiting_segments), (stored.len() as u64, 0, 0));
    for record in &acknowledged {
        assert_eq!(stored.remove(record), Some(1), "acknowledged, so stored once: {record:?}");
    }
    for record in &dropped {
        assert!(stored.remove(record).is_none_or(|times| times == 1), "once or not at all: {record:?}");
    }
    assert_eq!(stored, BTreeMap::new(), "nothing else");
    assert!(report.segments > 2, "{report:?}");
}

#[tokio::test]
async fn equal_records_and_equal_segments_count_each() {
    let world = World::new();
    let writer = world.open(world.options()).await;
    for _ in 0..2 {
        writer.append(&reading(1, 1)).await.expect("an acknowledgement");
        writer.append(&reading(1, 1)).await.expect("an acknowledgement");
        writer.flush().await.expect("a lake");
    }
    assert_eq!(world.stored(), BTreeMap::from([(reading(1, 1), 4)]));
    // With nothing new there is nothing to do.
    writer.flush().await.expect("a lake");
    assert_eq!(writer.report().segments, 2);
}

#[tokio::test]
async fn what_is_no_record_is_given_back() {
    let world = World::new();
    let writer = world.open(world.options()).await;
    for (json, said) in [
        ("", "expected one record, found 0"),
        ("{\"task\":1,\"number\":2}{\"task\":1,\"number\":3}", "found 2"),
        ("{\"task\":1}", "number"),
        ("{\"task\":300,\"number\":1}", "task"),
        ("{\"task\":1,\"number\":", "expected"),
        ("nonsense", "expected"),
    ] {
        let refused = writer.append_json(json.as_bytes()).await.expect_err(json);
        assert!(matches!(&refused, AppendError::Refused(_)), "{json}: {refused:?}");
        assert!(refused.to_string().contains(said), "{json}: {refused}");
    }
    writer
        .append_json(b"\n{\n  \"task\": \"7\",\r\n  \"number\": 9, \"note\": \"-\", \"other\": [1]\n}\n")
        .await
        .expect("a record over several lines");
    let report = writer.close().await.expect("an end");
    assert_eq!((report.appended, report.refused, report.stored.rejected), (1, 6, 0));
    assert_eq!(world.stored(), BTreeMap::from([(Reading { task: 7, number: 9, note: None }, 1)]));
}

#[tokio::test]
async fn what_a_killed_process_left_is_stored_without_what_it_never_acknowledged() {
    let world = World::new();
    let folder = world.path("spool/open");
    fs::create_dir_all(&folder).expect("a folder");
    let line = |number| format!("{{\"task\":1,\"number\":{number}}}\n");
    let name = |n: u8| format!("writer-1-2026-11-23-08-15-00-{n:08x}-0000-0000-0000-000000000000.ndjson");
    fs::write(folder.join(name(1)), format!("{}{}{{\"task\":1,\"num", line(1), line(2))).expect("a file");
    fs::write(folder.join(name(2)), format!("{}\0\0\0\0\n{}", line(3), line(4))).expect("a file");
    fs::write(folder.join(name(3)), "{\"task\":1").expect("a file");
    fs::write(folder.join(name(4)), "").expect("a file");
    let writer = world.open(world.options()).await;
    let report = writer.close().await.expect("an end");
    assert_eq!(
        (report.segments, report.stored.written, report.stored.rejected, report.appended),
        (2, 3, 0, 0)
    );
    let numbers: Vec<i64> = world.stored().into_keys().map(|reading| reading.number).collect();
    assert_eq!(numbers, [1, 2, 3]);
    assert_eq!((names(&folder).len(), names(&world.path("spool/sealed")).len()), (0, 0));
}

#[tokio::test]
async fn a_writer_that_was_dropped_keeps_what_it_acknowledged() {
    let world = World::new();
    let writer = world.open(world.options()).await;
    writer.append(&reading(1, 1)).await.expect("an acknowledgement");
    drop(writer);
    let writer = world.open(world.options()).await;
    writer.flush().await.expect("a lake");
    assert_eq!(world.stored(), BTreeMap::from([(reading(1, 1), 1)]));
}

#[tokio::test]
async fn a_lake_that_cannot_be_written_holds_nothing_up_but_the_end() {
    let world = World::new();
    fs::write(world.path("lake"), "in the way").expect("a file");
    let writer = world.open(world.options()).await;
    writer.append(&reading(1, 1)).await.expect("an acknowledgement");
    let error = writer.close().await.expect_err("no lake");
    assert_eq!(error.kind(), ErrorKind::Output, "{error}");
    assert!(matches!(writer.append(&reading(1, 2)).await, Err(AppendError::Closed)));
    let report = writer.report();
    assert!(report.failures > 0 && report.error.is_some());
    assert_eq!((report.waiting_segments, report.stored.written), (1, 0));
    fs::remove_file(world.path("lake")).expect("a file");
    let report = writer.close().await.expect("an end");
    assert_eq!((report.waiting_segments, report.stored.written, report.error), (0, 1, None));
    assert_eq!(world.stored(), BTreeMap::from([(reading(1, 1), 1)]));
}

#[tokio::test]
async fn a_full_spool_makes_those_who_append_wait() {
    let world = World::new();
    fs::write(world.path("lake"), "in the way").expect("a file");
    let options = WriterOptions { spool_bytes: 20, ..world.options() };
    let writer = world.open(options).await;
    writer.append(&reading(1, 1)).await.expect("an acknowledgement");
    let second = reading(1, 2);
    let mut waiting = Box::pin(writer.append(&second));
    assert!(timeout(Duration::from_millis(50), &mut waiting).await.is_err(), "there is no room");
    fs::remove_file(world.path("lake")).expect("a file");
    // Nothing rolls by itself here: a flush makes room.
    writer.flush().await.expect("a lake");
    waiting.await.expect("an acknowledgement");
    assert_eq!(writer.close().await.expect("an end").stored.written, 2);
}

#[tokio::test]
async fn segments_roll_by_rows_bytes_age_and_idleness() {
    let world = World::new();
    let options = || WriterOptions::new(world.path("spool"), world.path("lake"));
    let long = Duration::from_secs(3600);
    let short = Duration::from_millis(20);
    let (rows, bytes, age) = (u64::MAX, u64::MAX, long);
    let all = [
        WriterOptions { roll_rows: 2, roll_bytes: bytes, roll_age: age, roll_idle: long, ..options() },
        WriterOptions { roll_rows: rows, roll_bytes: 60, roll_age: age, roll_idle: long, ..options() },
        WriterOptions { roll_rows: rows, roll_bytes: bytes, roll_age: short, roll_idle: long, ..options() },
        WriterOptions { roll_rows: rows, roll_bytes: bytes, roll_age: age, roll_idle: short, ..options() },
    ];
    for (task, options) in (0..).zip(all) {
        let writer = world.open(options).await;
        writer.append(&reading(task, 1)).await.expect("an acknowledgement");
        writer.append(&reading(task, 2)).await.expect("an acknowledgement");
        let rolled = async {
            while writer.report().stored.written < 2 {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(60), rolled)
            .await
            .unwrap_or_else(|_| panic!("option {task} rolls nothing"));
    }
    assert_eq!(world.stored().len(), 8);
}

#[tokio::test]
async fn one_folder_is_for_one_writer_one_table_and_one_lake() {
    let world = World::new();
    let writer = world.open(world.options()).await;
    let error = LakeWriter::<Reading>::open(world.options()).await.expect_err("it is held");
    assert_eq!(error.kind(), ErrorKind::Locked);
    drop(writer);
    drop(world.open(world.options()).await);
    let options = WriterOptions::new(world.path("spool"), world.path("other"));
    let error = loop {
        match LakeWriter::<Reading>::open(options.clone()).await.expect_err("another lake") {
            error if error.kind() == ErrorKind::Locked => sleep(Duration::from_millis(10)).await,
            error => break error,
        }
    };
    assert!(error.to_string().contains("holds records of table `reading`"), "{error}");
    let options = WriterOptions { roll_rows: 0, ..world.options() };
    let error = LakeWriter::<Reading>::open(options).await.expect_err("no rows");
    assert!(error.to_string().contains("roll_rows"), "{error}");
}

#[tokio::test]
async fn a_table_without_a_type_takes_json() {
    let world = World::new();
    let table = Table::try_from(Reading::TABLE).expect("a table");
    let writer = LakeWriter::open_table(table, world.options()).await.expect("a writer");
    writer.append_json(br#"{"task":1,"number":2}"#).await.expect("an acknowledgement");
    assert_eq!(writer.close().await.expect("an end").stored.written, 1);
}

#[tokio::test]
async fn a_segment_that_cannot_be_read_fails_the_flush() {
    let world = World::new();
    let sealed = world.path("spool/sealed");
    fs::create_dir_all(&sealed).expect("a folder");
    let name = "writer-1-2026-11-23-08-15-00-00000001-0000-0000-0000-000000000000.ndjson";
    // Opened, and not read: as a file on a broken disk.
    fs::create_dir(sealed.join(name)).expect("a folder");
    let writer = world.open(world.options()).await;
    let error = writer.flush().await.expect_err("it cannot be read now");
    assert!(error.retryable() && error.full().contains(name), "{}", error.full());
    assert_eq!((names(&sealed).len(), writer.report().refused_segments), (1, 0), "it is not set aside");
    fs::remove_dir(sealed.join(name)).expect("a folder");
    fs::write(sealed.join(name), b"\x28\xb5\x2f\xfd nonsense").expect("a file");
    let error = loop {
        match writer.flush().await.expect_err("it is damaged") {
            error if error.retryable() => {}
            error => break error,
        }
    };
    assert!(error.full().contains("set aside in"), "{}", error.full());
    assert_eq!((writer.report().refused_segments, names(&world.path("spool/refused")).len()), (1, 2));
    writer.close().await.expect("it was told");
}
