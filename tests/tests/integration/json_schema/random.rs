//! Records with every type in every shape, whole and with one value changed.

use super::{Case, decoded, plan, validated};
use lakebed::{Record, Table};
use lakebed_tests::cases::every_type::EveryType;
use lakebed_tests::cases::every_type::strategy::record;
use lakebed_tests::property::cases;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::Config;
use serde_json::{Value, json};

/// What is done to one value of a record.
#[derive(Clone, Debug)]
enum Change {
    Replace(Value),
    Remove,
    /// Into a list of one.
    Wrap,
    /// A number into quotes, or out of them.
    Quote,
}

fn change() -> impl Strategy<Value = Change> {
    let values = vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(300),
        json!(70_000),
        json!(1.5),
        json!(-2.0),
        json!(3e9),
        json!(1e15),
        json!(""),
        json!("x"),
        json!("12"),
        json!("-7"),
        json!("1,5"),
        json!("TRUE"),
        json!("truck"),
        json!("2026-11-23"),
        json!("2026-11-23T08:15:00Z"),
        json!("2026-11-23T08:15:00+01:00"),
        json!("2026-11-23 8:15:00"),
        json!("2026-11-23T08:15:00"),
        json!([]),
        json!({}),
        json!(["x"]),
        json!([1]),
        json!([null]),
        json!({"a": 1}),
        json!({"number": 1, "boxes": {}}),
    ];
    prop_oneof![
        4 => select(values).prop_map(Change::Replace),
        1 => Just(Change::Remove),
        1 => Just(Change::Wrap),
        2 => Just(Change::Quote),
    ]
}

/// Places of all values in a record, its own left out.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    let mut add = |key: &str, value: &Value| {
        let place = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        places(value, &place, out);
        out.push(place);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| add(key, value)),
        Value::Array(values) => {
            values.iter().enumerate().for_each(|(index, value)| add(&index.to_string(), value))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The text of a record after a change.
fn changed(record: &EveryType, at: Index, change: &Change) -> String {
    // Serialised numbers of 128 bits have no place in a Value.
    let small = EveryType {
        numbers: lakebed_tests::cases::every_type::Numbers {
            int128: 7,
            uint128: 8,
            ..record.numbers.clone()
        },
        ..record.clone()
    };
    let mut value = serde_json::to_value(small).expect("a record of JSON");
    let mut found = Vec::new();
    places(&value, "", &mut found);
    let place = at.get(&found);
    let slot = value.pointer_mut(place).expect("a place in the record");
    match change {
        Change::Replace(new) => *slot = new.clone(),
        Change::Wrap => *slot = json!([slot.take()]),
        Change::Quote => {
            let quoted = match &*slot {
                Value::Number(number) => Some(Value::from(number.to_string())),
                Value::String(text) => serde_json::from_str(text).ok().filter(Value::is_number),
                Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
            };
            *slot = quoted.unwrap_or(Value::Null);
        }
        Change::Remove => {
            let (parent, key) = place.rsplit_once('/').expect("a place in something");
            match value.pointer_mut(parent).expect("a place in the record") {
                Value::Object(members) => {
                    members.remove(&key.replace("~1", "/").replace("~0", "~"));
                }
                Value::Array(values) => {
                    values.remove(key.parse().expect("a number"));
                }
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
    }
    value.to_string()
}

proptest! {
    #![proptest_config(Config { max_shrink_iters: 40, ..cases(5) })]

    #[test]
    fn what_the_schema_accepts_is_stored(
        records in vec((record(), vec((any::<Index>(), change()), 8)), 20..60)
    ) {
        let table = Table::try_from(EveryType::TABLE).unwrap_or_else(|problems| panic!("{problems}"));
        let mut all = Vec::new();
        for (record, changes) in &records {
            let whole = serde_json::to_string(record).expect("a record of JSON");
            let changed = changes.iter().map(|(at, change)| changed(record, *at, change));
            all.extend(std::iter::once(whole).chain(changed).map(|record| Case { table: 0, record }));
        }
        let plan = plan(&table);
        let mut both = [0, 0];
        for (index, (accepted, case)) in validated(&[table], &all).into_iter().zip(&all).enumerate() {
            let stored = decoded(&plan, &case.record);
            prop_assert_eq!(accepted, stored.is_ok(), "{:?}: {}", stored, case.record);
            prop_assert!(accepted || index % 9 != 0, "{}", case.record);
            both[usize::from(accepted)] += 1;
        }
        prop_assert!(both[0] > 0 && both[1] > 0, "{:?}", both);
    }
}
