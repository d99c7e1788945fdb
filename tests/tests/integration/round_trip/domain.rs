//! Generated snapshots and measuring points, there and back.

use super::{
    minute, sorted, speed, stored_speeds, through_json, through_wire, to_millis, typed, with_commas,
};
use lakebed_cli::domain::{ClassData, ComputedData, MeasuringPoint, Snapshot};
use lakebed_tests::property::cases;
use proptest::collection::vec;
use proptest::prelude::*;
use rust_decimal::Decimal;

fn class_data() -> impl Strategy<Value = ClassData> {
    let counts = (1..=5_u8, any::<Option<u16>>());
    (counts, speed(), speed()).prop_map(|((class_id, count), speed, speed_arithmetic)| ClassData {
        class_id,
        count,
        speed,
        speed_arithmetic,
    })
}

fn computed_data() -> impl Strategy<Value = ComputedData> {
    any::<(Option<u8>, Option<u8>, Option<u16>)>()
        .prop_map(|(occupancy, availability, unrest)| ComputedData { occupancy, availability, unrest })
}

fn snapshot() -> impl Strategy<Value = Snapshot> {
    let texts = ("[0-9]{1,6}", any::<Option<String>>(), any::<Option<i32>>());
    let times = (minute(), prop::option::of(minute()));
    let flags = any::<[Option<u8>; 4]>();
    let nested = (vec(class_data(), 0..6), prop::option::of(computed_data()));
    (texts, times, flags, nested).prop_map(|(texts, times, flags, nested)| Snapshot {
        point_id: texts.0,
        point_name: texts.1,
        local_unit: texts.2,
        observed_at: times.0,
        updated_at: times.1,
        recent: flags[0],
        available: flags[1],
        defect_level: flags[2],
        doubt_level: flags[3],
        classes: nested.0,
        computed: nested.1,
    })
}

fn stored_snapshot(mut record: Snapshot) -> Snapshot {
    record.observed_at = to_millis(record.observed_at);
    record.updated_at = record.updated_at.map(to_millis);
    for class in &mut record.classes {
        stored_speeds(&mut class.speed, &mut class.speed_arithmetic);
    }
    record
}

/// A decimal of that many digits, all of those behind the point written out.
fn decimal(digits: u32, scale: u32) -> impl Strategy<Value = Option<Decimal>> {
    let limit = 10_i64.pow(digits) - 1;
    prop::option::of((-limit..=limit).prop_map(move |unscaled| Decimal::new(unscaled, scale)))
}

/// Text, and now and then a word that means null.
fn text() -> impl Strategy<Value = Option<String>> {
    prop_oneof![3 => any::<Option<String>>(), 1 => prop::sample::select(vec![Some("".into()), Some("NULL".into())])]
}

fn measuring_point() -> impl Strategy<Value = MeasuringPoint> {
    let texts = ("[0-9]{1,6}", any::<Option<String>>(), text(), text(), text());
    let numbers = (any::<Option<i32>>(), decimal(7, 3), decimal(11, 5), decimal(11, 5));
    (texts, numbers, decimal(12, 9), decimal(12, 9)).prop_map(|(texts, numbers, longitude, latitude)| {
        MeasuringPoint {
            point_id: texts.0,
            point_name: texts.1,
            full_name: texts.2,
            road_number: texts.3,
            lane: texts.4,
            local_unit: numbers.0,
            kilometre_point: numbers.1,
            lambert_x: numbers.2,
            lambert_y: numbers.3,
            longitude,
            latitude,
        }
    })
}

fn stored_point(mut record: MeasuringPoint) -> MeasuringPoint {
    for text in [&mut record.full_name, &mut record.road_number, &mut record.lane] {
        *text = text.take().filter(|text| !matches!(text.as_str(), "" | "NULL"));
    }
    record
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn snapshots_come_back(records in vec(snapshot(), 1..14)) {
        let expected = sorted(records.iter().cloned().map(stored_snapshot).collect());
        prop_assert_eq!(&sorted(through_json(&records)), &expected);
        prop_assert_eq!(&sorted(typed(&records)), &expected);
    }

    #[test]
    fn measuring_points_come_back(records in vec(measuring_point(), 1..14)) {
        let expected = sorted(records.iter().cloned().map(stored_point).collect());
        prop_assert_eq!(&sorted(through_wire(&records, with_commas)), &expected);
        prop_assert_eq!(&sorted(typed(&records)), &expected);
    }
}
