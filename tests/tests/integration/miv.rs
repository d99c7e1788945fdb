//! Every file of the traffic data, with its counts and the reason for them, and every oddity of the feed on a real
//! record.

use crate::readers::table;
use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Int16Type, TimestampMillisecondType};
use arrow_array::{Array, RecordBatch};
use lakebed::{ConvertOptions, NoProgress, Report};
use lakebed_tests::{lake, workspace};

const MEASUREMENT: &str = "traffic_measurement";
const SNAPSHOT: &str = "traffic_snapshot";
const POINT: &str = "measuring_point";

/// File, table, records written and rejected.
const FILES: &[(&str, &str, u64, u64)] = &[
    ("flat/event-flat-2020-04-07.json", MEASUREMENT, 1, 0),
    ("flat/event-flat-isotime.json", MEASUREMENT, 1, 0),
    ("flat/event-flat-payload.json", MEASUREMENT, 1, 0),
    // Exact copies among them: a conversion removes no duplicates.
    ("flat/events-flat-firehose-input.ndjson", MEASUREMENT, 11, 0),
    ("flat/events-flat-incoming.ndjson", MEASUREMENT, 35, 0),
    ("flat/snapshot-2017-04-27.sample.flat.derived.ndjson", MEASUREMENT, 361, 0),
    ("derived/event-flat-dropped-classes.derived.json", MEASUREMENT, 1, 0),
    ("xml/verkeersdata-2017-04-27-2points.xml", MEASUREMENT, 2, 0),
    ("xml/verkeersdata-2020-05-01-2points.xml", MEASUREMENT, 2, 0),
    ("xml/verkeersdata-2023-05-02-1point.xml", MEASUREMENT, 1, 0),
    ("xml/verkeersdata-2017-04-27-2points.xml", SNAPSHOT, 2, 0),
    ("xml/verkeersdata-2020-05-01-2points.xml", SNAPSHOT, 2, 0),
    ("xml/verkeersdata-2023-05-02-1point.xml", SNAPSHOT, 1, 0),
    ("nested/snapshot-2017-04-27.sample.nested.ndjson", SNAPSHOT, 361, 0),
    ("nested/event-nested-2020-04-06.json", SNAPSHOT, 1, 0),
    ("odd/verkeersdata-2020-04-06-2points.xmltodict.json", SNAPSHOT, 2, 0),
    ("odd/verkeersdata-2023-08-01-1point.xml2js.json", SNAPSHOT, 1, 0),
    // Neither key nor time, and the rest is the printed form of some Ruby object: nothing of it can be a row.
    ("bad/event-logstash-malformed-sample.json", SNAPSHOT, 0, 2),
    ("bad/event-logstash-malformed-sample.json", MEASUREMENT, 0, 2),
    ("config/xml/config-2017-02-17.sample.xml", POINT, 22, 0),
    ("config/xml/config-2017-02-17-entity.derived.xml", POINT, 1, 0),
    ("config/xml/config-2019-12-05.sample.xml", POINT, 101, 0),
    ("config/xml/config-2019-12-05-1point.xml", POINT, 1, 0),
    ("config/json/config-2017-02-17.sample.ndjson", POINT, 30, 0),
    ("odd/config-2017-05-18.logstash.sample.ndjson", POINT, 60, 0),
];

fn convert(file: &str, name: &str) -> (Report, Vec<RecordBatch>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = ConvertOptions::new(vec![workspace::miv().join(file)], folder.path().to_path_buf());
    let report = lakebed::convert(&table(name), &options, &NoProgress).expect("the input is sound");
    (report, lake::rows(folder.path(), &table(name)).into_values().flatten().collect())
}

/// The rows of a file whose point has that number.
fn point(file: &str, name: &str, id: &str) -> Vec<RecordBatch> {
    let (_, batches) = convert(file, name);
    let rows = batches.iter().flat_map(|batch| (0..batch.num_rows()).map(move |row| batch.slice(row, 1)));
    rows.filter(|row| text(row, "point_id").as_deref() == Some(id)).collect()
}

fn column<'b>(row: &'b RecordBatch, name: &str) -> &'b dyn Array {
    row.column_by_name(name).unwrap_or_else(|| panic!("no column {name}"))
}

fn text(row: &RecordBatch, name: &str) -> Option<String> {
    column(row, name).as_string::<i32>().iter().next().flatten().map(str::to_owned)
}

fn int16(row: &RecordBatch, name: &str) -> Option<i16> {
    column(row, name).as_primitive::<Int16Type>().iter().next().flatten()
}

fn decimal(row: &RecordBatch, name: &str) -> Option<i128> {
    column(row, name).as_primitive::<Decimal128Type>().iter().next().flatten()
}

fn time(row: &RecordBatch, name: &str) -> Option<String> {
    let millis = column(row, name).as_primitive::<TimestampMillisecondType>().iter().next().flatten()?;
    Some(chrono::DateTime::from_timestamp_millis(millis)?.to_rfc3339())
}

#[test]
fn every_file_gives_the_rows_it_should() {
    for &(file, name, written, rejected) in FILES {
        let (report, batches) = convert(file, name);
        let counts = report.total;
        assert!(counts.balances(), "{file}: {counts:?}");
        let found = (counts.read, counts.written, counts.rejected);
        assert_eq!(found, (written + rejected, written, rejected), "{file}: {:?}", report.rejects);
        assert_eq!(batches.iter().map(|batch| batch.num_rows() as u64).sum::<u64>(), written, "{file}");
        assert_eq!(report.rounded_decimals, 0, "{file}");
    }
    let listed = |file: &std::path::PathBuf| FILES.iter().any(|(name, ..)| file.ends_with(name));
    let missing: Vec<_> =
        workspace::files("tests/data/miv").into_iter().filter(|file| !listed(file)).collect();
    assert!(missing.is_empty(), "not listed here: {missing:?}");
}

#[test]
fn two_offsets_in_one_record_are_two_instants_in_utc() {
    let (_, rows) = convert("xml/verkeersdata-2023-05-02-1point.xml", SNAPSHOT);
    let source = std::fs::read_to_string(workspace::miv().join("xml/verkeersdata-2023-05-02-1point.xml"));
    let source = source.expect("the file is there");
    for (name, element) in [("observed_at", "tijd_waarneming"), ("updated_at", "tijd_laatst_gewijzigd")] {
        let written = source.split(&format!("<{element}>")).nth(1).and_then(|rest| rest.split('<').next());
        let instant = chrono::DateTime::parse_from_rfc3339(written.expect("a time")).expect("an offset");
        assert_eq!(time(&rows[0], name), Some(instant.to_utc().to_rfc3339()), "{name}");
    }
    assert!(source.contains("+01:00</tijd_waarneming>") && source.contains("+02:00</tijd_laatst"));
}

/// xmltodict: no motorcycle passed, so both speeds are null, though the arithmetic one is written as 0.
#[test]
fn sentinels_are_null_in_pairs_inside_the_list() {
    let row = &point("odd/verkeersdata-2020-04-06-2points.xmltodict.json", SNAPSHOT, "50")[0];
    let classes = column(row, "classes").as_list::<i32>().value(0);
    let member = |name: &str| -> Vec<Option<i16>> {
        let values = classes.as_struct().column_by_name(name).expect("a member");
        values.as_primitive::<Int16Type>().iter().collect()
    };
    assert_eq!(member("class_id"), [Some(1), Some(2), Some(3), Some(4), Some(5)]);
    assert_eq!(member("speed"), [None, Some(110), None, None, Some(86)]);
    assert_eq!(member("speed_arithmetic"), member("speed"));
}

/// A vehicle of 2 km/h: harmonic 0 and arithmetic 2 are values, no sentinels.
#[test]
fn zero_is_a_speed() {
    let (_, batches) = convert("flat/snapshot-2017-04-27.sample.flat.derived.ndjson", MEASUREMENT);
    let rows = batches.iter().flat_map(|batch| (0..batch.num_rows()).map(move |row| batch.slice(row, 1)));
    let is_slow = |row: &RecordBatch| {
        ["motorcycle", "car", "van", "rigid_lorry", "articulated_lorry"].iter().any(|class| {
            let harmonic = int16(row, &format!("{class}_speed"));
            (harmonic, int16(row, &format!("{class}_speed_arithmetic"))) == (Some(0), Some(2))
        })
    };
    assert_eq!(rows.filter(is_slow).count(), 1);
}

#[test]
fn fields_of_a_class_may_be_missing() {
    let (_, rows) = convert("derived/event-flat-dropped-classes.derived.json", MEASUREMENT);
    assert_eq!(
        (int16(&rows[0], "motorcycle_speed"), column(&rows[0], "motorcycle_count").null_count()),
        (None, 1)
    );
}

/// The comma of decimals, an empty element turned into `{}`, and the word NULL.
#[test]
fn what_is_no_number_in_the_configuration_is_null() {
    let row = &point("config/json/config-2017-02-17.sample.ndjson", POINT, "3640")[0];
    assert_eq!(decimal(row, "kilometre_point"), Some(94_695));
    assert_eq!(decimal(row, "longitude"), Some(4_289_767_347));
    assert_eq!(decimal(row, "lambert_x"), Some(14_447_709_170));
    let row = &point("config/json/config-2017-02-17.sample.ndjson", POINT, "2303")[0];
    assert_eq!(decimal(row, "kilometre_point"), None);
    let (_, batches) = convert("config/xml/config-2019-12-05.sample.xml", POINT);
    let source = std::fs::read_to_string(workspace::miv().join("config/xml/config-2019-12-05.sample.xml"));
    let source = source.expect("the file is there");
    let empty = ["<Kmp_Rsys>NULL<", "<Kmp_Rsys></", "<Kmp_Rsys/>"].map(|text| source.matches(text).count());
    let nulls: usize = batches.iter().map(|batch| column(batch, "kilometre_point").null_count()).sum();
    assert!(empty[0] > 0 && nulls == empty.iter().sum::<usize>(), "{nulls}: {empty:?}");
}

/// A byte order mark, and a dash written as a character by number.
#[test]
fn marks_and_entities_are_read() {
    let row = &point("config/xml/config-2017-02-17-entity.derived.xml", POINT, "3699")[0];
    assert_eq!(text(row, "full_name").as_deref(), Some("Snede Winksele – Leuven 1"));
}

/// Lists of one are their value, also in columns of text.
#[test]
fn lists_of_one_are_their_value() {
    let row = &point("odd/config-2017-05-18.logstash.sample.ndjson", POINT, "3640")[0];
    assert_eq!(text(row, "road_number").as_deref(), Some("A0140002"));
    assert_eq!(text(row, "lane").as_deref(), Some("R10"));
    let row = &point("odd/verkeersdata-2023-08-01-1point.xml2js.json", SNAPSHOT, "29")[0];
    assert_eq!(time(row, "updated_at").as_deref(), Some("2023-08-01T09:11:12+00:00"));
    assert_eq!(column(row, "classes").as_list::<i32>().value(0).len(), 5);
}

/// Names are no key: several points share one.
#[test]
fn names_of_points_are_not_unique() {
    let (_, batches) = convert("config/json/config-2017-02-17.sample.ndjson", POINT);
    let names: Vec<_> =
        batches.iter().flat_map(|b| column(b, "point_name").as_string::<i32>().iter()).collect();
    let distinct: std::collections::BTreeSet<_> = names.iter().collect();
    assert!(distinct.len() < names.len());
}

/// The handler of 2020 read local time as UTC, so its epoch seconds are an hour late. They are kept as they are:
/// nothing in a record tells which writer it came from.
#[test]
fn a_wrong_epoch_is_kept() {
    let (report, rows) = convert("flat/event-flat-payload.json", MEASUREMENT);
    assert_eq!(report.total.rejected, 0);
    // 1588065065 in the file, whose point was updated on 6 April: edited by hand, and an hour ahead.
    assert_eq!(time(&rows[0], "observed_at").as_deref(), Some("2020-04-28T09:11:05+00:00"));
}

/// Events repeat, as exact copies and with other bodies; a stream delivers at least once, and all of it is stored.
#[test]
fn repeated_events_are_all_kept() {
    let mut events: Vec<serde_json::Value> = Vec::new();
    for file in workspace::files("tests/data/miv/flat") {
        let text = std::fs::read_to_string(file).expect("the file is there");
        let documents = serde_json::Deserializer::from_str(&text).into_iter();
        events.extend(documents.map(|event| event.expect("an event")));
    }
    let key = |event: &serde_json::Value| format!("{} {}", event["unieke_id"], event["tijd_waarneming"]);
    let keys: std::collections::BTreeSet<String> = events.iter().map(key).collect();
    assert!(keys.len() < events.len(), "no event repeats");
    let (report, rows) = convert("flat", MEASUREMENT);
    assert_eq!(report.total.written, events.len() as u64);
    assert_eq!(rows.iter().map(RecordBatch::num_rows).sum::<usize>(), events.len());
}

/// In one record the speeds of cars and the time are numbers, and every other leaf is text.
#[test]
fn numbers_and_text_mix_in_one_record() {
    let file = "flat/events-flat-incoming.ndjson";
    let text = std::fs::read_to_string(workspace::miv().join(file)).expect("the file is there");
    let first: serde_json::Value =
        serde_json::from_str(text.lines().next().unwrap_or_default()).expect("an event");
    assert!(first["voertuigsnelheid_harmonisch_klasse2"].is_number() && first["tijd_waarneming"].is_number());
    assert!(first["verkeersintensiteit_klasse5"].is_string());
    let rows = point(file, MEASUREMENT, "50");
    let (speed, count) = (int16(&rows[0], "car_speed"), int16(&rows[0], "occupancy"));
    assert_eq!((speed, count), (Some(120), Some(6)));
}

/// One bad record inside a document is a reject alone, with its own bytes.
#[test]
fn a_bad_record_in_a_document_is_alone() {
    let source = workspace::miv().join("odd/verkeersdata-2020-04-06-2points.xmltodict.json");
    let text = std::fs::read_to_string(source).expect("the file is there");
    let trial = tempfile::tempdir().expect("a temporary folder");
    let bad = text.replacen("\"18\"", "[\"18\", \"19\"]", 1);
    assert_ne!(bad, text);
    std::fs::write(trial.path().join("bad.json"), bad).expect("written");
    let options = ConvertOptions::new(vec![trial.path().join("bad.json")], trial.path().join("lake"));
    let report = lakebed::convert(&table(SNAPSHOT), &options, &NoProgress).expect("the input is sound");
    assert_eq!((report.total.written, report.total.rejected), (1, 1), "{:?}", report.rejects);
    assert_eq!(report.rejects[0].column.as_deref(), Some("local_unit"));
}
