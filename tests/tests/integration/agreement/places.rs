//! One table, four ways to the same place: the key that Firehose writes, the path that the runtime writes, a location
//! that the projection enumerates, and the values that Athena reads back.

use lakebed::artifacts::firehose::{KeySource, prefixes};
use lakebed::artifacts::glue::GlueTable;
use lakebed::date_pattern::{Zone, ZonedTime};
use lakebed::jq::Records;
use lakebed::prefix::{Delivery, Prefix};
use lakebed::projection::Projection;
use lakebed::target::ColumnProjection;
use lakebed::{
    Column, EnumWord, Layout, LogicalType, Partition, PartitionBy, Rules, Table, Target, TimeFormat, TimeUnit,
};
use lakebed_tests::partition_value::{keys_of_jq, of_runtime};
use lakebed_tests::property::cases;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use std::collections::BTreeMap;

/// 2027-03-01T00:00:00Z, the time of the query.
const NOW: i64 = 1_803_859_200;
/// Bucket and prefix of the lake.
const LAKE: &str = "s3://my-lake/prod/";

fn target() -> Target {
    let mut target = Target { lake: Some(LAKE.into()), database: Some("lake".into()), ..Target::default() };
    target.projection.from = Some("2019-12-31".into());
    let values = |values: [&str; 2]| ColumnProjection::Values(values.map(str::to_owned).into());
    target.projection.columns = [
        ("region".to_owned(), values(["be", "nl"])),
        ("zone".to_owned(), values(["z-be.x", "z-nl.x"])),
        ("lane".to_owned(), ColumnProjection::Range(-1, 9)),
    ]
    .into();
    target
}

fn partition(by: Option<&str>, layout: &str) -> Partition {
    Partition {
        by: by.map_or(PartitionBy::Arrival, |by| PartitionBy::Column(by.to_owned())),
        layout: Layout::parse(layout, by).expect("a legal layout"),
        null: None,
    }
}

fn table(partitions: Vec<Partition>, formats: Vec<TimeFormat>) -> Table {
    let instant = LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false };
    let word = |word: &str, alias: &str| EnumWord { word: word.into(), aliases: vec![alias.into()] };
    let at = Column { rules: Rules { time: formats, ..Rules::default() }, ..Column::new("at", instant) };
    let mut count = Column::new("n", LogicalType::Int64);
    count.nullable = true;
    let columns = vec![
        Column { key: "tijd_waarneming".into(), ..at },
        Column::new("on_day", LogicalType::Date),
        Column::new("region", LogicalType::String),
        Column::new("lane", LogicalType::UInt8),
        Column::new("side", LogicalType::Enum(vec![word("left", "links"), word("right", "rechts")])),
        Column::new("wet", LogicalType::Boolean),
        count,
    ];
    let table = Table { partitions, ..Table::new("traffic", columns) };
    table.validate().unwrap_or_else(|problems| panic!("{problems}"));
    table
}

/// Partitions that no two of them make the same column.
fn partitions() -> impl Strategy<Value = Vec<Partition>> {
    let time = select(vec![
        partition(Some("at"), "dt={yyyy-MM-dd}/hour={HH}"),
        partition(Some("at"), "year={yyyy}/month={MM}/day={dd}/hour={HH}"),
        partition(Some("at"), "dt={yyyyMMdd}"),
        partition(Some("at"), "month={yyyy-MM}"),
        partition(Some("at"), "dthour={yyyy-MM-dd-HH}"),
        partition(Some("on_day"), "dt={yyyy-MM-dd}"),
        partition(None, "dt={yyyy-MM-dd}/hour={HH}"),
        partition(None, "year={yyyy}/month={MM}/day={dd}/hour={HH}"),
    ]);
    let values = vec![
        partition(Some("region"), "region={region}"),
        partition(Some("region"), "zone=z-{region}.x"),
        partition(Some("lane"), "lane={lane}"),
        partition(Some("side"), "side={side}"),
        partition(Some("wet"), "wet={wet}"),
    ];
    let size = 0..=values.len();
    (time, subsequence(values, size)).prop_map(|(time, mut all)| {
        all.push(time);
        all
    })
}

/// Seconds around the ends of months and years, and anywhere else.
fn second() -> impl Strategy<Value = i64> {
    prop_oneof![
        1 => 1_577_750_400..NOW + 90_000,
        // 2019-12-31T23:59:59, 2020-02-28, 2020-02-29, 2021-02-28, 2024-02-29, 2026-12-31, and the day after NOW.
        1 => (select(vec![1_577_836_799, 1_582_934_399, 1_583_020_799, 1_614_556_799, 1_709_251_199, 1_798_761_599, 1_803_945_599, 1_804_031_999_i64]), -1..=1_i64)
            .prop_map(|(second, off)| second + off),
    ]
}

/// A time as one of its declared spellings has it.
fn spelled(second: i64, spelling: usize) -> String {
    let civil = lakebed::civil::Civil::from_seconds(second);
    let iso = |civil: lakebed::civil::Civil, zone: &str| {
        format!(
            "\"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{zone}\"",
            civil.year, civil.month, civil.day, civil.hour, civil.minute, civil.second
        )
    };
    match spelling {
        0 => second.to_string(),
        1 => format!("\"{second}\""),
        2 => iso(lakebed::civil::Civil::from_seconds(second + 3600), "+01:00"),
        _ => iso(civil, "Z"),
    }
}

#[derive(Clone, Debug)]
struct Event {
    at: i64,
    spelling: usize,
    arrival: i64,
    region: String,
    lane: String,
    side: &'static str,
    wet: &'static str,
}

fn event() -> impl Strategy<Value = Event> {
    let region = select(vec!["be", "nl", "nl", "fr", "a/b", "", "..", "é"]).prop_map(str::to_owned);
    let lane = prop_oneof![4 => (0..9_i32).prop_map(|n| n.to_string()), 1 => select(vec!["\"3\"", "300", "\"x\""]).prop_map(str::to_owned)];
    let side = select(vec!["left", "rechts", "links", "right", "up"]);
    let wet = select(vec!["true", "false", "\"TRUE\"", "1"]);
    (second(), 0..4_usize, second(), region, lane, side, wet).prop_map(
        |(at, spelling, arrival, region, lane, side, wet)| Event {
            at,
            spelling,
            arrival,
            region,
            lane,
            side,
            wet,
        },
    )
}

impl Event {
    fn line(&self) -> String {
        let day = lakebed::civil::Civil::from_seconds(self.at);
        format!(
            r#"{{"tijd_waarneming":{},"on_day":"{:04}-{:02}-{:02}","region":"{}","lane":{},"side":"{}","wet":{},"n":1}}"#,
            spelled(self.at, self.spelling),
            day.year,
            day.month,
            day.day,
            self.region,
            self.lane,
            self.side,
            self.wet
        )
    }
}

/// The key that Firehose writes a record to that arrived at that second: the prefix evaluated, its keys computed by jq.
fn firehose_key(
    prefix: &Prefix,
    keys: Option<&Result<BTreeMap<String, String>, String>>,
    arrival: i64,
) -> Result<String, String> {
    let none = BTreeMap::new();
    let keys = match keys {
        Some(Ok(keys)) => keys,
        Some(Err(why)) => return Err(why.clone()),
        None => &none,
    };
    let time = ZonedTime::new(arrival, 0, &Zone::utc()).expect("a time of our days");
    let mut delivery = Delivery { time, keys, random: &mut || "random".into() };
    prefix.evaluate(&mut delivery).map_err(|error| error.to_string())
}

/// Whether the projection reaches the event: from the first day on, to the end of the day after NOW, or as far as a
/// coarser or finer layout goes.
fn is_projected(table: &Table, event: &Event) -> bool {
    let time = table.partitions.last().expect("the one by time");
    let second = if time.by == PartitionBy::Arrival { event.arrival } else { event.at };
    let end = match time.layout.text.as_str() {
        // Ten years from 2019 on.
        "year={yyyy}/month={MM}/day={dd}/hour={HH}" => 1_861_920_000,
        "month={yyyy-MM}" => 1_806_537_600,
        "dthour={yyyy-MM-dd-HH}" => NOW + 86_400 + 3_600,
        _ => NOW + 2 * 86_400,
    };
    (1_577_750_400..end).contains(&second)
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn four_ways_to_one_place(partitions in partitions(), events in vec(event(), 40)) {
        let table = table(partitions, vec![TimeFormat::Rfc3339, TimeFormat::EpochSeconds]);
        let mut target = target();
        // The times are not Firehose's own, so the records stay JSON; the places are the same for converted ones.
        target.stream.convert = false;
        let made = prefixes(&table, &target, false).unwrap_or_else(|findings| panic!("{findings}"));
        let prefix = Prefix::parse(&made.prefix).unwrap_or_else(|error| panic!("{error}"));
        let lines: Vec<_> = events.iter().map(Event::line).collect();
        let keys = (made.keys == KeySource::Query(Records::Raw)).then(|| keys_of_jq(&table, Records::Raw, &lines));

        target.stream.convert = true;
        let glue = GlueTable::of(&table, &target).unwrap_or_else(|findings| panic!("{findings}"));
        let columns: Vec<_> = glue.partition_keys.iter().map(|key| (key.name.clone(), key.ty.clone())).collect();
        let location = glue.storage.location.clone().unwrap_or_default();
        prop_assert_eq!(&location, &format!("{LAKE}traffic/"));
        let projection = Projection::from_properties(&columns, &location, &glue.parameters).unwrap_or_else(|findings| panic!("{findings}"));
        let projection = projection.expect("projection is on");

        for (i, (event, line)) in events.iter().zip(&lines).enumerate() {
            let runtime = of_runtime(&table, std::slice::from_ref(line), event.arrival).remove(0);
            let firehose = firehose_key(&prefix, keys.as_ref().map(|keys| &keys[i]), event.arrival);
            let firehose = firehose.map(|key| key.strip_prefix("prod/traffic_raw/").map(str::to_owned).unwrap_or(key));
            match (&runtime, &firehose) {
                (Ok(runtime), Ok(firehose)) => prop_assert_eq!(runtime, firehose, "{}", line),
                (Err(_), Err(_)) => continue,
                // Firehose looks at the sources of partitions only; other columns are for the conversion to refuse.
                (Err(why), Ok(_)) => {
                    let source = why.split('`').nth(1).unwrap_or_default();
                    let is_source = table.partitions.iter().any(|partition| partition.by == PartitionBy::Column(source.to_owned()));
                    prop_assert!(!is_source, "{line}\nruntime: {why}\nfirehose: {firehose:?}");
                    continue;
                }
                (Ok(_), Err(_)) => prop_assert!(false, "{line}\nruntime: {runtime:?}\nfirehose: {firehose:?}"),
            }
            let path = runtime.unwrap_or_default();
            let values: Vec<_> = path.trim_end_matches('/').split('/').filter_map(|part| part.split_once('=')).map(|(_, value)| value.to_owned()).collect();
            let place = format!("{location}{path}");
            prop_assert_eq!(projection.location_of(&values), Some(place.clone()));
            match projection.matches(&place, NOW) {
                Ok(read) => {
                    prop_assert_eq!(read, values);
                    prop_assert!(is_projected(&table, event), "{place}");
                }
                // What is outside: a region that nobody has listed, a time beyond the range.
                Err(miss) => {
                    let by_region = path.contains("region=") || path.contains("zone=");
                    let listed = !by_region || ["be", "nl"].contains(&event.region.as_str());
                    prop_assert!(!(listed && is_projected(&table, event)), "{place}: {miss}");
                }
            }
        }
    }
}
