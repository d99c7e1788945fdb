use super::*;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lakebed_schema::{
    Column, Layout, LogicalType, Partition, PartitionBy, Scalar, Table, TimeFormat, TimeUnit,
};
use serde_json::{Value, json};

/// Minutes of lanes, partitioned by region, hour of the event and, last, day of arrival.
fn table() -> Table {
    let instant = LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false };
    let mut at = Column::new("at", instant);
    at.rules.time = vec![TimeFormat::Rfc3339];
    let mut speed = Column::new("speed", LogicalType::UInt8);
    speed.nullable = true;
    speed.rules.null_if = vec![Scalar::Int(252)];
    let mut table = Table::new("t", vec![Column::new("region", LogicalType::String), at, speed]);
    let partition = |by: Option<&str>, layout: &str| Partition {
        by: by.map_or(PartitionBy::Arrival, |by| PartitionBy::Column(by.to_owned())),
        layout: Layout::parse(layout, by).unwrap(),
        null: None,
    };
    table.partitions = vec![
        partition(Some("region"), "region={region}"),
        partition(Some("at"), "dt={yyyy-MM-dd}/hour={HH}"),
        partition(None, "arrived={yyyy-MM-dd}"),
    ];
    table
}

fn event<D: AsRef<[u8]>>(data: impl IntoIterator<Item = D>) -> TransformEvent {
    let record = |(number, data): (usize, D)| EventRecord {
        record_id: format!("id{number}"),
        approximate_arrival_timestamp: 1_795_392_000_000,
        data: STANDARD.encode(data),
    };
    TransformEvent {
        records: data.into_iter().enumerate().map(record).collect(),
        ..TransformEvent::default()
    }
}

fn data(record: &ResponseRecord) -> String {
    String::from_utf8(STANDARD.decode(record.data.as_ref().expect("data")).unwrap()).unwrap()
}

fn minute(region: &str, time: &str, speed: &str) -> String {
    format!(r#"{{"region":"{region}","at":"2026-11-23T{time}:00+01:00","speed":"{speed}"}}"#)
}

#[test]
fn records_come_out_canonical_with_the_keys_of_the_stream() {
    let made = Normaliser::new(&table()).unwrap().transform(&event([
        minute("be", "00:15", "252"),
        "{\"region\": 1}".into(),
        minute("nl", "09:15", "120"),
    ]));
    assert_eq!((made.ok, made.dropped, made.failures.len()), (2, 0, 1));
    let answer = serde_json::to_value(&made.response).unwrap();
    // A time of arrival is no key: Firehose knows it.
    let keys = json!({ "region": "be", "dt": "2026-11-22", "hour": "23" });
    assert_eq!(answer["records"][0]["metadata"], json!({ "partitionKeys": keys }));
    assert_eq!(answer["records"][1], json!({ "recordId": "id1", "result": "ProcessingFailed" }));
    assert_eq!(data(&made.response.records[0]), "{\"region\":\"be\",\"at\":\"2026-11-22T23:15:00Z\"}\n");
    assert_eq!(
        data(&made.response.records[2]),
        "{\"region\":\"nl\",\"at\":\"2026-11-23T08:15:00Z\",\"speed\":120}\n"
    );
    let failure = &made.failures[0];
    assert_eq!(
        (failure.record_id.as_str(), failure.place, failure.code),
        ("id1", 1, "Lakebed.MissingColumn")
    );
}

#[test]
fn a_table_without_keys_has_no_metadata() {
    let mut table = table();
    table.partitions.retain(|partition| partition.by == PartitionBy::Arrival);
    let made = Normaliser::new(&table).unwrap().transform(&event([minute("be", "00:15", "1")]));
    assert_eq!(made.response.records[0].metadata, None);
    table.partitions.clear();
    let made = Normaliser::new(&table).unwrap().transform(&event([minute("be", "00:15", "1")]));
    assert_eq!((made.ok, &made.response.records[0].metadata), (1, &None));
}

/// JSON values are texts to Firehose, and values to a table that decodes what the stream keeps.
#[test]
fn a_stream_that_keeps_json_gets_what_its_table_reads() {
    let table = Table::new("t", vec![Column::new("a", LogicalType::Json)]);
    let normaliser = Normaliser::new(&table).unwrap();
    let event = event([r#"{"a":{"B":1}}"#]);
    assert_eq!(data(&normaliser.transform(&event).response.records[0]), "{\"a\":\"{\\\"B\\\":1}\"}\n");
    assert_eq!(data(&normaliser.for_table().transform(&event).response.records[0]), "{\"a\":{\"B\":1}}\n");
}

#[test]
fn several_documents_in_a_record_stay_together_or_fail_together() {
    let (first, second) = (minute("be", "00:15", "1"), minute("be", "00:16", "2"));
    let made = Normaliser::new(&table()).unwrap().transform(&event([
        format!("{first}{second}"),
        format!("{first}\n{second}\n"),
        format!("[{first},{second}]"),
        format!("{first}{}", minute("be", "01:15", "2")),
        format!("{first}{{}}{second}"),
        first.clone(),
    ]));
    let results: Vec<_> = made.response.records.iter().map(|record| record.result).collect();
    let (ok, failed) = (RecordResult::Ok, RecordResult::ProcessingFailed);
    assert_eq!(results, [ok, ok, ok, failed, failed, ok]);
    assert_eq!(data(&made.response.records[0]).lines().count(), 2);
    let codes: Vec<_> = made.failures.iter().map(|failure| failure.code).collect();
    assert_eq!(codes, ["Lambda.SeveralPartitions", "Lakebed.MissingColumn"]);
    assert!(made.failures[0].reason.contains("hour=23/"), "{}", made.failures[0].reason);
    assert!(made.failures[1].reason.starts_with("1 of the 3 documents"), "{}", made.failures[1].reason);
}

#[test]
fn what_holds_no_record_fails() {
    let mut event = event([&b""[..], b" \n", b"Hello", b"\xff\xfe", b"{\"region\":\"be\""]);
    event.records.push(EventRecord { data: "no base64".into(), ..EventRecord::default() });
    let made = Normaliser::new(&table()).unwrap().transform(&event);
    let codes: Vec<_> = made.failures.iter().map(|failure| failure.code).collect();
    let parse = "DataFormatConversion.ParseError";
    assert_eq!(codes, ["Lambda.Empty", "Lambda.Empty", parse, parse, parse, "Lambda.NoBase64"]);
    assert!(made.response.records.iter().all(|record| record.result == RecordResult::ProcessingFailed));
}

#[test]
fn late_and_early_records_fail_when_a_window_is_asked_for() {
    let options = TransformOptions {
        accept_event_time: Some("-1h..+1h".parse().unwrap()),
        ..TransformOptions::default()
    };
    let event = event(["00:15", "01:15", "02:15"].map(|time| minute("be", time, "1")));
    let made = Normaliser::with(&table(), &options).unwrap().transform(&event);
    let codes: Vec<_> = made.failures.iter().map(|failure| failure.code).collect();
    assert_eq!((made.ok, codes), (2, vec!["Lakebed.EarlyEvent"]));
}

/// Bytes of an answer as Lambda sends it.
fn bytes(made: &Transformed) -> usize {
    serde_json::to_vec(&made.response).unwrap().len()
}

#[test]
fn an_answer_stays_below_the_limit_and_fails_what_does_not_fit() {
    let event = event(vec!["x"; 200]);
    for most in [20_000, 21_000, 22_000, 40_000] {
        let made = respond_within(most, &event, |_| {
            Ok(Verdict::Keep { data: vec![b'x'; 300], keys: Some([("k".into(), "v".into())].into()) })
        });
        assert!(bytes(&made) <= most, "{} of {most}", bytes(&made));
        // There was no room for one more.
        assert!(bytes(&made) + 600 > most, "{} of {most}", bytes(&made));
        assert!(made.ok > 0 && made.ok + made.failures.len() == 200);
        assert!(made.failures.iter().all(|failure| failure.code == "Lambda.ResponseTooLong"));
        let ids: Vec<_> = made.response.records.iter().map(|record| record.record_id.clone()).collect();
        assert_eq!(ids, (0..200).map(|number| format!("id{number}")).collect::<Vec<_>>());
    }
    // A long record in the middle leaves the others alone.
    let mut number = 0;
    let made = respond_within(20_000, &event, |_| {
        number += 1;
        Ok(Verdict::Keep { data: vec![b'x'; if number == 7 { 100_000 } else { 1 }], keys: None })
    });
    assert_eq!((made.ok, made.failures.len(), made.failures[0].place), (199, 1, 6));
}

#[test]
fn six_megabytes_of_records_are_answered_within_six_megabytes() {
    let table = Table::new("t", vec![Column::new("text", LogicalType::String)]);
    let record = json!({ "text": "é".repeat(100_000) }).to_string();
    let made = Normaliser::new(&table).unwrap().transform(&event(vec![record; 25]));
    assert!(bytes(&made) <= MAX_RESPONSE_BYTES);
    assert_eq!((made.ok, made.failures.len()), (23, 2));
}

#[test]
fn a_panic_fails_its_record_and_no_other() {
    let mut number = 0;
    let made = respond(&event(["a", "b", "c"]), |_| {
        number += 1;
        assert!(number != 2, "number two");
        Ok(Verdict::Drop)
    });
    assert_eq!((made.dropped, made.failures.len()), (2, 1));
    let failure = &made.failures[0];
    assert_eq!((failure.place, failure.code), (1, "Lambda.Panic"));
    assert!(failure.reason.contains("number two"), "{}", failure.reason);
}

#[test]
fn records_of_both_kinds_of_stream_are_read() {
    let event = json!({
        "invocationId": "i", "deliveryStreamArn": "arn", "region": "eu-west-1",
        "sourceKinesisStreamArn": "arn:aws:kinesis:eu-west-1:123456789012:stream/s",
        "records": [{
            "recordId": "r", "approximateArrivalTimestamp": 1_507_217_624_302_i64, "data": "e30=",
            "kinesisRecordMetadata": { "shardId": "shardId-000000000000", "partitionKey": "k",
                "approximateArrivalTimestamp": 1_507_217_624_302_i64, "sequenceNumber": "1",
                "subsequenceNumber": "" },
        }],
    });
    let event: TransformEvent = serde_json::from_value(event).unwrap();
    assert_eq!(event.source_kinesis_stream_arn.as_deref().map(|arn| arn.ends_with("/s")), Some(true));
    assert_eq!(
        (event.records[0].arrival(), event.records[0].bytes().unwrap()),
        (1_507_217_624, b"{}".to_vec())
    );
    assert!(serde_json::from_value::<TransformEvent>(Value::Null).is_err());
}
