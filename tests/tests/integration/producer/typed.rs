//! Typed records: checked by their table, written so that whoever reads the stream stores them as they are.

use super::{close, spooling, stream};
use chrono::{DateTime, TimeZone, Utc};
use lakebed::producer::{Durability, Packing, ProducerOptions, SendError, TypedProducer};
use lakebed::target::{StreamTarget, Target};
use lakebed::{ErrorKind, Record};
use lakebed_tests::command::lakebed;
use lakebed_tests::strict_stream::{Kind, StrictStream, Trouble};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::sync::Arc;

#[derive(Clone, Debug, Record)]
#[lake(table = "minute", key = "point, observed_at")]
#[lake(partition(by = observed_at, layout = "dt={yyyy-MM-dd}"))]
struct Minute {
    point: String,
    #[lake(time(epoch_seconds))]
    observed_at: DateTime<Utc>,
    #[lake(null_if(252))]
    speed: Option<u8>,
}

#[derive(Clone, Debug, Record)]
#[lake(table = "arrival", partition(by = arrival, layout = "dt={yyyy-MM-dd}"))]
struct Arrival {
    limits: BTreeMap<String, f64>,
}

fn minute(point: &str, seconds: i64) -> Minute {
    Minute { point: point.to_owned(), observed_at: Utc.timestamp_opt(seconds, 0).unwrap(), speed: Some(252) }
}

fn target(stream: StreamTarget) -> Target {
    Target { stream, ..Target::default() }
}

fn with_function() -> Target {
    let function = "arn:aws:lambda:eu-west-1:123456789012:function:normalise";
    target(StreamTarget { transform: Some(function.to_owned()), ..StreamTarget::default() })
}

#[tokio::test(start_paused = true)]
async fn records_are_written_for_whoever_reads_them() {
    for (target, expected) in [
        // Firehose knows RFC 3339 alone, and the table seconds.
        (Target::default(), r#"{"point":"A","observed_at":"2026-11-23T08:15:00Z"}"#),
        (with_function(), r#"{"point":"A","observed_at":1795421700}"#),
    ] {
        let stream = stream(Trouble::default());
        let producer = TypedProducer::open(Arc::clone(&stream) as _, &target, ProducerOptions::default());
        let producer = producer.await.unwrap();
        let seconds = Utc.with_ymd_and_hms(2026, 11, 23, 8, 15, 0).unwrap().timestamp();
        producer.send(&minute("A", seconds)).await.unwrap();
        let far = minute("A", 253_402_300_800);
        let error = producer.send(&far).await.unwrap_err();
        assert!(matches!(error, SendError::Refused(_)) && error.to_string().contains("outside the years"));
        assert_eq!(producer.flush().await.held, 0);
        let report = close(producer.producer(), &stream).await;
        assert_eq!((report.accepted, report.refused, report.delivered), (1, 1, 1));
        assert_eq!(stream.texts(), [expected]);
        assert!(stream.state().lines[0].1.ends_with(b"\n"));
    }
}

#[tokio::test(start_paused = true)]
async fn what_firehose_would_store_otherwise_is_refused() {
    let stream = stream(Trouble::default());
    let (target, options) = (Target::default(), ProducerOptions::default());
    let producer = TypedProducer::open(Arc::clone(&stream) as _, &target, options).await.unwrap();
    let limit = |name: &str, value| Arrival { limits: BTreeMap::from([(name.to_owned(), value)]) };
    for (record, expected) in [
        (limit("Cars", 90.0), "Firehose would store the key `Cars` as `cars`"),
        (limit("cars", f64::NAN), "NaN is no JSON number"),
    ] {
        let error = producer.send(&record).await.unwrap_err();
        assert_eq!((error.code(), error.retryable()), ("not-canonical", false));
        assert!(error.to_string().contains(expected), "{error}");
    }
    producer.send(&limit("cars", 90.0)).await.unwrap();
    let report = close(producer.producer(), &stream).await;
    assert_eq!((report.delivered, report.refused), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn what_the_service_refuses_is_replayed_into_the_lake() {
    let folder = tempfile::tempdir().unwrap();
    let (spool, lake) = (folder.path().join("spool"), folder.path().join("lake"));
    let stream = stream(Trouble { poison: Some(b"B".to_vec()), ..Trouble::default() });
    let (target, options) = (with_function(), spooling(&spool, Durability::Memory));
    let producer = TypedProducer::open(Arc::clone(&stream) as _, &target, options).await.unwrap();
    for (number, point) in (0..).zip(["A", "B1", "A", "B2", "A"]) {
        producer.send(&minute(point, 60 * number)).await.unwrap();
    }
    let report = close(producer.producer(), &stream).await;
    assert_eq!((report.delivered, report.undeliverable), (3, 2), "{report}");

    let file = spool.join("undeliverable.ndjson");
    let args = [OsStr::new("replay"), file.as_ref(), OsStr::new("--to"), lake.as_ref(), OsStr::new("--json")];
    // The command line has a runtime of its own.
    let ran = std::thread::scope(|scope| scope.spawn(|| lakebed(&[Minute::TABLE], args)).join()).unwrap();
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let total = &report["total"];
    assert_eq!((&total["read"], &total["written"]), (&2.into(), &2.into()), "{report}");
}

#[tokio::test(start_paused = true)]
async fn keys_are_the_tables_or_your_own() {
    let kinesis = || Arc::new(StrictStream::new(Kind::Kinesis));
    let keys = |stream: &StrictStream| {
        let state = stream.state();
        state.lines.iter().map(|(key, _)| key.clone().unwrap()).collect::<Vec<_>>()
    };
    let options = ProducerOptions::default;
    let stream = kinesis();
    let producer =
        TypedProducer::open(Arc::clone(&stream) as _, &Target::default(), options()).await.unwrap();
    producer.send(&minute("A", 60)).await.unwrap();
    producer.send(&minute(&"ä".repeat(400), 60)).await.unwrap();
    close(producer.producer(), &stream).await;
    let [short, long] = &keys(&stream)[..] else { panic!("two records") };
    assert_eq!((short.as_str(), long.len()), ("A|60000", 64), "a hash, where the text is too long");

    let stream = kinesis();
    let by_point = |minute: &Minute| minute.point.clone();
    let target = Target::default();
    let producer = TypedProducer::open_keyed(Arc::clone(&stream) as _, &target, options(), by_point);
    let producer = producer.await.unwrap();
    producer.send(&minute("A", 60)).await.unwrap();
    let error = producer.clone().send(&minute("", 60)).await.unwrap_err();
    assert_eq!(error.code(), "bad-key");
    close(producer.producer(), &stream).await;
    assert_eq!(keys(&stream), ["A"]);

    let error = TypedProducer::<Arrival>::open(kinesis(), &Target::default(), options()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(error.to_string(), "the stream needs a key for each record, and the table `arrival` has none");
}

#[tokio::test(start_paused = true)]
async fn lines_are_packed_only_where_the_stream_parts_them() {
    let packed = || ProducerOptions { packing: Packing::BILLING_STEP, ..ProducerOptions::default() };
    let parts = target(StreamTarget { deaggregate: true, ..StreamTarget::default() });
    let both =
        Target { stream: StreamTarget { deaggregate: true, ..with_function().stream }, ..Target::default() };
    let open = async |target: &Target| {
        let (one, other) = (stream(Trouble::default()), stream(Trouble::default()));
        let of_records = TypedProducer::<Minute>::open(one, target, packed()).await.err();
        let of_arrival = TypedProducer::<Arrival>::open(other, target, packed()).await.err();
        [of_records, of_arrival].map(|error| error.map(|error| error.to_string()))
    };
    let of_keys = "records of the table `minute` cannot be packed: the stream partitions by what is in a record, and \
                   would look at the first of several only";
    let of_function = |table| {
        let why = "the stream's function would get several of them as one";
        Some(format!("records of the table `{table}` cannot be packed: {why}"))
    };
    assert_eq!(open(&Target::default()).await, [Some(of_keys.to_owned()), None]);
    assert_eq!(open(&with_function()).await, [of_function("minute"), of_function("arrival")]);
    assert_eq!(open(&parts).await, [None, None]);
    assert_eq!(open(&both).await, [None, None]);
}
