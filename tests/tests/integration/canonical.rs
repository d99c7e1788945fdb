//! Records made canonical are to Firehose what they were to the table: every real one, and any of any table.

use crate::readers::table as stock;
use crate::sample::strategy;
use arrow_array::RecordBatch;
use lakebed::canonical::{Canonical, CanonicalValue};
use lakebed::feed::json::JsonDecoder;
use lakebed::feed::xml::XmlDecoder;
use lakebed::reject::Rejects;
use lakebed::{Batch, Limits, Plan, Semantics, Table};
use lakebed_schema::sample::{SampleOptions, Sampler};
use lakebed_tests::property::cases;
use lakebed_tests::workspace;
use proptest::prelude::*;

type Rows = Vec<(String, RecordBatch)>;

fn json(plan: &Plan, text: &[u8]) -> (Batch, Rejects) {
    let (mut batch, mut rejects) = (Batch::new(plan, 0), Rejects::default());
    let read = JsonDecoder::new(plan, Limits::default()).decode(text, 0, true, &mut batch, &mut rejects);
    assert_eq!(read, text.len(), "all of it was read");
    (batch, rejects)
}

fn stored(plan: &Plan, text: &[u8]) -> Result<Rows, String> {
    let (mut batch, rejects) = json(plan, text);
    match rejects.list.first() {
        Some(reject) => Err(format!("{}\n{}", reject.message(), String::from_utf8_lossy(text))),
        None => Ok(batch.split(plan).expect("a batch")),
    }
}

/// Records of a file by the rules of their table, and what the semantics of Firehose make of the same ones in canonical
/// form: rows, and paths of partitions.
fn both_ways(file: &str, name: &str) -> (usize, Rows, Rows) {
    let table = stock(name);
    let plan = Plan::compile(&table).expect("a stock table");
    let text = std::fs::read(workspace::miv().join(file)).expect("the file is there");
    let (mut batch, rejects) = if file.ends_with(".xml") {
        let (mut batch, mut rejects) = (Batch::new(&plan, 0), Rejects::default());
        let element = table.xml.as_ref().expect("an element that is a record");
        XmlDecoder::new(&plan, element, Limits::default()).decode(&text, 0, true, &mut batch, &mut rejects);
        (batch, rejects)
    } else {
        json(&plan, &text)
    };
    assert!(rejects.list.is_empty(), "{file}: {:?}", rejects.list);
    let canonical = Canonical::new(&plan);
    let mut lines = Vec::new();
    let rows = batch.rows().len();
    for row in 0..rows {
        canonical.write(&batch, row, &mut lines).unwrap_or_else(|error| panic!("{file}: {error}"));
        lines.push(b'\n');
    }
    let ours = batch.split(&plan).expect("a batch");
    let firehose = Plan::compile_with(&table, Semantics::Firehose).expect("the same table");
    let theirs = stored(&firehose, &lines).unwrap_or_else(|why| panic!("{file}: {why}"));
    // It says all that the table itself wants to know, too.
    assert_eq!(stored(&plan, &lines).unwrap_or_else(|why| panic!("{file}: {why}")), ours, "{file}");
    (rows, ours, theirs)
}

#[test]
fn firehose_stores_every_real_event_that_was_made_canonical_as_its_table_does() {
    let mut events = 0;
    for (file, name) in [
        ("flat/event-flat-2020-04-07.json", "traffic_measurement"),
        ("flat/event-flat-isotime.json", "traffic_measurement"),
        ("flat/event-flat-payload.json", "traffic_measurement"),
        ("flat/events-flat-firehose-input.ndjson", "traffic_measurement"),
        ("flat/events-flat-incoming.ndjson", "traffic_measurement"),
        ("flat/snapshot-2017-04-27.sample.flat.derived.ndjson", "traffic_measurement"),
        ("derived/event-flat-dropped-classes.derived.json", "traffic_measurement"),
        ("xml/verkeersdata-2017-04-27-2points.xml", "traffic_measurement"),
        ("xml/verkeersdata-2020-05-01-2points.xml", "traffic_snapshot"),
        ("xml/verkeersdata-2023-05-02-1point.xml", "traffic_snapshot"),
        ("nested/snapshot-2017-04-27.sample.nested.ndjson", "traffic_snapshot"),
        ("nested/event-nested-2020-04-06.json", "traffic_snapshot"),
        ("odd/verkeersdata-2020-04-06-2points.xmltodict.json", "traffic_snapshot"),
        ("odd/verkeersdata-2023-08-01-1point.xml2js.json", "traffic_snapshot"),
        ("config/xml/config-2019-12-05.sample.xml", "measuring_point"),
        ("config/json/config-2017-02-17.sample.ndjson", "measuring_point"),
        ("odd/config-2017-05-18.logstash.sample.ndjson", "measuring_point"),
    ] {
        let (rows, ours, theirs) = both_ways(file, name);
        assert_eq!(ours, theirs, "{file}");
        events += rows;
    }
    assert_eq!(events, 972);
}

/// One record at a time, so that a row that has no canonical form leaves the others alone.
fn check(table: &Table, options: &SampleOptions) -> Result<(), TestCaseError> {
    let plan = Plan::compile(table).expect("a valid table");
    let firehose = Plan::compile_with(table, Semantics::Firehose).expect("a valid table");
    let (canonical, for_table) = (Canonical::new(&plan), Canonical::for_table(&plan));
    let sampler = Sampler::new(table, options.clone()).unwrap_or_else(|findings| panic!("{findings}"));
    for number in 0..options.rows {
        let mut record = String::new();
        sampler.write(number, &mut record);
        let (mut batch, rejects) = json(&plan, record.as_bytes());
        prop_assert!(rejects.list.is_empty(), "{:?}\n{}", rejects.list, record);
        let (mut line, mut back) = (Vec::new(), Vec::new());
        let written = canonical.write(&batch, 0, &mut line);
        for_table.write(&batch, 0, &mut back).expect("JSON has a form of all that JSON can say");
        let ours = batch.split(&plan).expect("a batch");
        let again = stored(&plan, &back).map_err(|why| TestCaseError::fail(format!("{why}\n{record}")))?;
        prop_assert_eq!(&again, &ours, "{}\n{}", String::from_utf8_lossy(&back), record);
        match written {
            Ok(()) => {
                let theirs = stored(&firehose, &line)
                    .map_err(|why| TestCaseError::fail(format!("{why}\n{record}")))?;
                prop_assert_eq!(&theirs, &ours, "{}\n{}", String::from_utf8_lossy(&line), record);
            }
            Err(error) => {
                let CanonicalValue::MapKey(key) = &error.value else { panic!("{error}") };
                prop_assert_ne!(&key.to_lowercase(), key);
            }
        }
    }
    Ok(())
}

fn options() -> impl Strategy<Value = SampleOptions> {
    let window = (-62_135_596_800_i64..253_302_300_799, 1..100_000_000_i64);
    (any::<u64>(), window, 0.0..0.5, 0.0..0.5, 0.0..0.9).prop_map(
        |(seed, (from, seconds), nulls, sentinels, edges)| SampleOptions {
            rows: 8,
            seed,
            from,
            to: from + seconds,
            keys: 3,
            nulls,
            sentinels,
            edges,
            ..SampleOptions::default()
        },
    )
}

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn firehose_stores_any_record_that_was_made_canonical_as_its_table_does(
        table in strategy::table(),
        options in options(),
    ) {
        check(&table, &options)?;
    }
}
