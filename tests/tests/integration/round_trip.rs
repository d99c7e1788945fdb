//! Records go into a lake, as JSON and typed, and come back as what they were; where a value changes on the way, a
//! function says how.

mod domain;

use chrono::{DateTime, DurationRound, TimeDelta, Timelike, Utc};
use lakebed::def::{ColumnDef, Member};
use lakebed::feed::typed;
use lakebed::{Batch, Fields as _, Plan, ReadRecord, Record, Table, read, write_batches};
use lakebed_cli::domain::{Measurement, MeasuringPoint, Snapshot};
use lakebed_tests::cases::every_type::strategy::record;
use lakebed_tests::cases::every_type::{Carton, EveryType, Item};
use lakebed_tests::cases::same_in_chrono_and_jiff::{with_chrono, with_jiff};
use lakebed_tests::lake::Bench;
use lakebed_tests::property::cases;
use lakebed_tests::workspace;
use proptest::collection::vec;
use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;
use serde_json::Value;
use std::fmt::Debug;
use std::path::{Path, PathBuf};

fn table<T: Record>() -> Table {
    Table::try_from(T::TABLE).unwrap_or_else(|problems| panic!("{problems}"))
}

fn read_all<T: ReadRecord>(lake: &Path) -> Vec<T> {
    read(lake).map(|record| record.unwrap_or_else(|error| panic!("{error}"))).collect()
}

/// Record to JSON to Parquet to record.
fn through_json<T: ReadRecord + Serialize>(records: &[T]) -> Vec<T> {
    through_lines(records, |record| serde_json::to_string(record).expect("a record of JSON"))
}

/// The same where the wire does not have what serde writes.
fn through_wire<T: ReadRecord + Serialize>(records: &[T], wire: impl Fn(Value) -> Value) -> Vec<T> {
    through_lines(records, |record| wire(serde_json::to_value(record).expect("a record of JSON")).to_string())
}

fn through_lines<T: ReadRecord>(records: &[T], line: impl Fn(&T) -> String) -> Vec<T> {
    let bench = Bench::new();
    let lines = records.iter().map(|record| line(record) + "\n");
    let input = bench.input("in.json", lines.collect::<String>());
    let report = bench.convert(&table::<T>(), &[input], "lake", |_| {});
    assert_eq!(report.total.written, records.len() as u64, "{:?}", report.rejects);
    read_all(&bench.lake("lake"))
}

/// Record to Parquet to record.
fn typed<T: ReadRecord>(records: &[T]) -> Vec<T> {
    let bench = Bench::new();
    let table = table::<T>();
    let plan = Plan::compile(&table).expect("a sound table");
    let mut batch = Batch::new(&plan, 0);
    for record in records {
        typed::append(record, &plan, &mut batch).unwrap_or_else(|reject| panic!("{}", reject.message()));
    }
    let parts = batch.split(&plan).expect("a batch");
    write_batches(&table, bench.lake("lake"), "typed", &parts).expect("a lake");
    read_all(&bench.lake("lake"))
}

/// In an order that does not depend on partitions and sort columns.
fn sorted<T: Debug>(mut records: Vec<T>) -> Vec<T> {
    records.sort_by_cached_key(|record| format!("{record:?}"));
    records
}

/// What the lake makes of a time.
fn floored(time: DateTime<Utc>, nanos: u32) -> DateTime<Utc> {
    time.with_nanosecond(time.nanosecond() / nanos * nanos).expect("fewer nanoseconds than there were")
}

fn to_millis(time: DateTime<Utc>) -> DateTime<Utc> {
    floored(time, 1_000_000)
}

fn to_cents(price: Decimal) -> Decimal {
    price.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

/// What comes back for a record: times floored to their unit, decimals rounded to their scale, sentinels as nulls,
/// offsets gone.
fn stored(mut record: EveryType) -> EveryType {
    record.at = to_millis(record.at);
    record.numbers.price = to_cents(record.numbers.price);
    let times = &mut record.times;
    times.wall = to_millis(times.wall.and_utc()).naive_utc();
    times.instant = to_millis(times.instant);
    times.fine = floored(times.fine, 1_000);
    times.zoned = to_millis(times.zoned.to_utc()).fixed_offset();
    times.epoch = to_millis(times.epoch);
    let options = &mut record.options;
    if matches!(options.speed, Some(251 | 252 | 254)) {
        (options.speed, options.speed_quality) = (None, None);
    }
    options.ratio = options.ratio.filter(|ratio| *ratio != -1.0);
    options.discount = options.discount.map(to_cents).filter(|discount| !discount.is_zero());
    options.remark = options.remark.take().filter(|remark| !matches!(remark.as_str(), "" | "-"));
    options.maybe_any = options.maybe_any.take().filter(|any| !any.is_null());
    record.shapes.prices.iter_mut().for_each(|price| *price = to_cents(*price));
    for a_crate in &mut record.crates {
        a_crate.boxes.values_mut().chain(&mut a_crate.lid).for_each(stored_carton);
    }
    record
}

fn stored_carton(carton: &mut Carton) {
    carton.packed = carton.packed.map(to_millis);
    for item in carton.items.iter_mut().flatten().flatten() {
        let Item { weight, .. } = item;
        *weight = weight.filter(|weight| *weight != 0);
    }
}

/// All records as they come back, in path order, and in each partition in their own.
fn stored_in_order(records: &[EveryType]) -> Vec<EveryType> {
    let mut expected: Vec<_> = records.iter().cloned().map(stored).collect();
    expected.sort_by_key(|record| record.at.duration_trunc(TimeDelta::hours(1)).ok());
    expected
}

/// Real records: what the lake makes of the feed's files.
fn from_files<T: ReadRecord>(files: &[&str]) -> Vec<T> {
    let bench = Bench::new();
    let inputs: Vec<PathBuf> = files.iter().map(|file| workspace::miv().join(file)).collect();
    let report = bench.convert(&table::<T>(), &inputs, "lake", |_| {});
    let records = read_all(&bench.lake("lake"));
    assert_eq!(records.len() as u64, report.total.written);
    assert!(!records.is_empty(), "{files:?}");
    records
}

/// Records that came from a lake change no more.
fn stays<T: ReadRecord + Serialize + Clone + Debug + PartialEq>(records: Vec<T>) {
    let records = sorted(records);
    assert_eq!(sorted(through_json(&records)), records);
    assert_eq!(sorted(typed(&records)), records);
}

#[test]
fn real_measurements() {
    stays::<Measurement>(from_files(&["flat", "xml"]));
}

#[test]
fn real_snapshots() {
    stays::<Snapshot>(from_files(&["nested", "xml"]));
}

/// The feed writes a decimal comma, and the columns that say so take nothing else in text.
pub(crate) fn with_commas(mut point: Value) -> Value {
    for column in MeasuringPoint::MEMBERS {
        if let Member::Column(ColumnDef { key, decimal_comma: true, .. }) = column
            && let Some(Value::String(number)) = point.get_mut(*key)
        {
            *number = number.replace('.', ",");
        }
    }
    point
}

#[test]
fn real_measuring_points() {
    let records = sorted(from_files::<MeasuringPoint>(&["config"]));
    assert_eq!(sorted(through_wire(&records, with_commas)), records);
    assert_eq!(sorted(typed(&records)), records);
}

/// The sentinels of a speed are null, and so is the other mean beside them.
fn stored_speeds(harmonic: &mut Option<u8>, arithmetic: &mut Option<u8>) {
    if matches!(harmonic, Some(251 | 252 | 254)) {
        (*harmonic, *arithmetic) = (None, None);
    }
}

fn stored_measurement(mut record: Measurement) -> Measurement {
    record.observed_at = to_millis(record.observed_at);
    record.updated_at = record.updated_at.map(to_millis);
    let r = &mut record;
    stored_speeds(&mut r.motorcycle_speed, &mut r.motorcycle_speed_arithmetic);
    stored_speeds(&mut r.car_speed, &mut r.car_speed_arithmetic);
    stored_speeds(&mut r.van_speed, &mut r.van_speed_arithmetic);
    stored_speeds(&mut r.rigid_lorry_speed, &mut r.rigid_lorry_speed_arithmetic);
    stored_speeds(&mut r.articulated_lorry_speed, &mut r.articulated_lorry_speed_arithmetic);
    record
}

fn speed() -> impl Strategy<Value = Option<u8>> {
    prop_oneof![any::<Option<u8>>(), prop::sample::select(vec![Some(251), Some(252), Some(254)])]
}

/// A minute of 2026 and some nanoseconds.
fn minute() -> impl Strategy<Value = DateTime<Utc>> {
    (0..525_600_i64, 0..1_000_000_000_u32).prop_map(|(minute, nanos)| {
        DateTime::from_timestamp(1_767_225_600 + minute * 60, nanos).unwrap_or_default()
    })
}

fn measurement() -> impl Strategy<Value = Measurement> {
    let texts = ("[0-9]{1,6}", any::<Option<String>>(), any::<Option<i32>>());
    let times = (minute(), prop::option::of(minute()));
    let flags = any::<[Option<u8>; 4]>();
    let counts = any::<[Option<u16>; 5]>();
    let speeds = prop::array::uniform10(speed());
    let computed = any::<(Option<u8>, Option<u8>, Option<u16>)>();
    (texts, times, flags, counts, speeds, computed).prop_map(
        |(texts, times, flags, counts, speeds, computed)| Measurement {
            point_id: texts.0,
            point_name: texts.1,
            local_unit: texts.2,
            observed_at: times.0,
            updated_at: times.1,
            recent: flags[0],
            available: flags[1],
            defect_level: flags[2],
            doubt_level: flags[3],
            motorcycle_count: counts[0],
            car_count: counts[1],
            van_count: counts[2],
            rigid_lorry_count: counts[3],
            articulated_lorry_count: counts[4],
            motorcycle_speed: speeds[0],
            motorcycle_speed_arithmetic: speeds[1],
            car_speed: speeds[2],
            car_speed_arithmetic: speeds[3],
            van_speed: speeds[4],
            van_speed_arithmetic: speeds[5],
            rigid_lorry_speed: speeds[6],
            rigid_lorry_speed_arithmetic: speeds[7],
            articulated_lorry_speed: speeds[8],
            articulated_lorry_speed_arithmetic: speeds[9],
            occupancy: computed.0,
            availability: computed.1,
            unrest: computed.2,
        },
    )
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn every_type_comes_back(records in vec(record(), 1..14)) {
        let expected = stored_in_order(&records);
        prop_assert_eq!(&through_json(&records), &expected);
        prop_assert_eq!(&typed(&records), &expected);
    }

    #[test]
    fn measurements_come_back(records in vec(measurement(), 1..14)) {
        let expected = sorted(records.iter().cloned().map(stored_measurement).collect());
        prop_assert_eq!(&sorted(through_json(&records)), &expected);
        prop_assert_eq!(&sorted(typed(&records)), &expected);
    }
}

/// A line that both declarations of a departure take.
const DEPARTURE: &str = r#"{"train":"IC 1","day":"2026-11-23","planned":"2026-11-23T07:15:00","left_at":"2026-11-23T07:16:01.25Z","measured":"1969-12-31T23:59:59.999999Z","reported":["2026-11-23T07:16:00Z"],"stops":[{"place":"Gent","wall":"0001-01-01T00:00:00.5"},{"place":"Brugge","wall":null}]}"#;

fn departure<T: ReadRecord + Serialize + for<'de> serde::Deserialize<'de> + Debug + PartialEq>() {
    let record: T = serde_json::from_str(DEPARTURE).expect("a departure");
    let records = [record];
    assert_eq!(through_json(&records), records);
    assert_eq!(typed(&records), records);
}

#[test]
fn types_of_chrono_and_of_jiff_come_back() {
    departure::<with_chrono::Departure>();
    departure::<with_jiff::Departure>();
}

#[derive(Record, ReadRecord)]
#[lake(table = "number")]
struct Number {
    single: f32,
    double: f64,
}

/// JSON has no such numbers, so they come typed; NaN is equal to nothing, hence apart.
#[test]
fn numbers_beyond_the_finite_come_back() {
    let found = typed(&[
        Number { single: f32::NAN, double: f64::NAN },
        Number { single: f32::NEG_INFINITY, double: f64::INFINITY },
    ]);
    assert!(found[0].single.is_nan() && found[0].double.is_nan());
    assert_eq!((found[1].single, found[1].double), (f32::NEG_INFINITY, f64::INFINITY));
}
