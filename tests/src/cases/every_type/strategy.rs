//! Generates records of [`EveryType`]: every value the types hold and the lake can store.

use super::{Carton, Crate, EveryType, Extra, Item, Label, Numbers, Options, Shapes, Texts, Times, Vehicle};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

/// First second of the year 1, and the last of the year 9999.
const SECONDS: (i64, i64) = (-62_135_596_800, 253_402_300_799);
/// One past the largest unscaled value of a column of 38 digits.
const DIGITS_38: i128 = 10_i128.pow(38);

/// A record.
pub fn record() -> impl Strategy<Value = EveryType> {
    (near(), numbers(), texts(), times(), options(), of(extra()), shapes(), vec(a_crate(), 0..3)).prop_map(
        |(at, numbers, texts, times, options, extra, shapes, crates)| EveryType {
            at,
            numbers,
            texts,
            times,
            options,
            extra,
            shapes,
            crates,
        },
    )
}

/// A moment within six hours, so that records share partitions.
fn near() -> impl Strategy<Value = DateTime<Utc>> {
    (0..6 * 3_600_000_i64)
        .prop_map(|ms| DateTime::UNIX_EPOCH + TimeDelta::milliseconds(1_795_392_000_000 + ms))
}

fn numbers() -> impl Strategy<Value = Numbers> {
    let small = any::<(bool, i8, i16, i32, i64, u8, u16, u32)>();
    let wide =
        (any::<u64>(), 0..=i64::MAX.unsigned_abs(), 1 - DIGITS_38..DIGITS_38, 0..DIGITS_38.unsigned_abs());
    (small, wide, float32(), float64(), decimal()).prop_map(|(small, wide, float32, float64, price)| {
        Numbers {
            truth: small.0,
            int8: small.1,
            int16: small.2,
            int32: small.3,
            int64: small.4,
            uint8: small.5,
            uint16: small.6,
            uint32: small.7,
            uint64: wide.0,
            narrow: wide.1,
            int128: wide.2,
            uint128: wide.3,
            float32,
            float64,
            price,
        }
    })
}

/// Finite ones only: JSON has no others.
fn float32() -> impl Strategy<Value = f32> {
    prop_oneof![any::<f32>().prop_filter("finite", |f| f.is_finite()), Just(f32::MAX), Just(-0.0)]
}

fn float64() -> impl Strategy<Value = f64> {
    let edges = prop_oneof![Just(f64::MAX), Just(f64::MIN_POSITIVE), Just(-0.0), Just(5e-324), Just(-1.0)];
    prop_oneof![3 => any::<f64>().prop_filter("finite", |f| f.is_finite()), 1 => edges]
}

/// One that fits twelve digits, two of them behind the point; finer ones are rounded on the way.
fn decimal() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        (-999_999_999_999..=999_999_999_999_i64, 2..=2_u32),
        (-999_999_999_900..=999_999_999_900_i64, 3..=9_u32),
        (-9_999_999_999..=9_999_999_999_i64, 0..=1_u32),
    ]
    .prop_map(|(unscaled, scale)| Decimal::new(unscaled, scale))
}

/// Text of any characters: control characters, quotes, backslashes, emoji.
fn text() -> impl Strategy<Value = String> {
    let c = prop_oneof![
        3 => any::<char>(),
        3 => prop::char::range(' ', '~'),
        1 => prop::char::range('\0', '\u{1f}'),
        1 => prop::sample::select(vec!['"', '\\', '/', '\u{7f}', '\u{2028}', '😀', '{', '}', '[', ']', ',']),
    ];
    vec(c, 0..12).prop_map(|chars| chars.into_iter().collect())
}

fn label() -> impl Strategy<Value = Label> {
    text().prop_map(Label)
}

fn vehicle() -> impl Strategy<Value = Vehicle> {
    prop::sample::select(vec![Vehicle::SmallCar, Vehicle::Lorry, Vehicle::Bicycle])
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        float64().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(text(), inner, 0..4).prop_map(Value::from_iter),
        ]
    })
}

fn texts() -> impl Strategy<Value = Texts> {
    let bytes = (vec(any::<u8>(), 0..9), any::<[u8; 4]>(), vec(any::<u8>(), 0..9));
    (text(), any::<char>(), any::<u128>(), vehicle(), json(), bytes, label()).prop_map(
        |(text, letter, uuid, vehicle, any, (blob, digest, shared), label)| Texts {
            text,
            letter,
            uuid: Uuid::from_u128(uuid),
            vehicle,
            any,
            blob,
            digest,
            shared: shared.into(),
            label,
        },
    )
}

/// A moment of the years 1 to 9999; nanoseconds as often coarse as fine.
fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    let nanos = prop_oneof![Just(0), (0..1000_u32).prop_map(|ms| ms * 1_000_000), 0..1_000_000_000_u32];
    (SECONDS.0..=SECONDS.1, nanos)
        .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).unwrap_or_default())
}

/// A moment and an offset in which its wall clock is within the years 1 to 9999 too.
fn zoned() -> impl Strategy<Value = DateTime<FixedOffset>> {
    (instant(), -1439..=1439_i32).prop_filter_map("a year of four digits", |(instant, minutes)| {
        let zoned = instant.with_timezone(&FixedOffset::east_opt(minutes * 60)?);
        let wall = zoned.naive_local().and_utc().timestamp();
        (SECONDS.0..=SECONDS.1).contains(&wall).then_some(zoned)
    })
}

fn wall() -> impl Strategy<Value = NaiveDateTime> {
    instant().prop_map(|instant| instant.naive_utc())
}

fn day() -> impl Strategy<Value = NaiveDate> {
    instant().prop_map(|instant| instant.date_naive())
}

fn times() -> impl Strategy<Value = Times> {
    (day(), wall(), instant(), instant(), zoned(), instant()).prop_map(
        |(day, wall, instant, fine, zoned, epoch)| {
            // Below 10^12 an epoch number would be read as seconds by the default set; this column says
            // milliseconds, so that any number goes. Its own text holds no more than milliseconds.
            let epoch = DateTime::from_timestamp_millis(epoch.timestamp_millis()).unwrap_or_default();
            Times { day, wall, instant, fine, zoned, epoch }
        },
    )
}

fn options() -> impl Strategy<Value = Options> {
    let speed = prop_oneof![Just(Some(252)), any::<Option<u8>>()];
    let remark = prop_oneof![Just("".to_owned()), Just("-".to_owned()), text()];
    let rest = (of(vehicle()), of(json()), of(vec(any::<u8>(), 0..5)), vec(text(), 0..2));
    (of(text()), speed, any::<Option<i16>>(), of(float64()), of(day()), of(decimal()), of(remark), rest)
        .prop_map(|(maybe_text, speed, speed_quality, ratio, maybe_day, discount, remark, rest)| Options {
            maybe_text,
            speed,
            speed_quality,
            ratio,
            maybe_day,
            discount,
            remark,
            maybe_vehicle: rest.0,
            maybe_any: rest.1,
            maybe_blob: rest.2,
            tags: rest.3,
        })
}

fn extra() -> impl Strategy<Value = Extra> {
    (any::<i32>(), vec(text(), 0..3))
        .prop_map(|(extra_number, extra_list)| Extra { extra_number, extra_list })
}

fn shapes() -> impl Strategy<Value = Shapes> {
    (
        vec(any::<i64>(), 0..4),
        any::<[i16; 2]>(),
        vec(of(text()), 0..4),
        of(vec(vec(any::<u8>(), 0..3), 0..3)),
        btree_map(text(), float64(), 0..4),
        btree_map(any::<i32>(), of(label()), 0..4),
        btree_map(vehicle(), day(), 0..4),
        vec(decimal(), 0..3),
    )
        .prop_map(|shapes| Shapes {
            list_of_numbers: shapes.0,
            fixed_pair: shapes.1,
            list_with_nulls: shapes.2,
            maybe_list: shapes.3,
            by_text: shapes.4,
            by_number: shapes.5,
            by_vehicle: shapes.6,
            prices: shapes.7,
        })
}

fn a_crate() -> impl Strategy<Value = Crate> {
    (any::<u32>(), btree_map(text(), carton(), 0..3), of(carton())).prop_map(|(number, boxes, lid)| Crate {
        number,
        boxes,
        lid,
    })
}

fn carton() -> impl Strategy<Value = Carton> {
    (of(instant()), of(vec(of(item()), 0..3))).prop_map(|(packed, items)| Carton { packed, items })
}

fn item() -> impl Strategy<Value = Item> {
    let weight = prop_oneof![Just(Some(0)), any::<Option<i64>>()];
    let marks = btree_map(any::<i64>(), vec(vehicle(), 0..3), 0..3);
    (label(), weight, marks).prop_map(|(name, weight, marks)| Item { name, weight, marks })
}
