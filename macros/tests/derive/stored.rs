//! The words that say how a value is stored: `binary`, `json`, `as`, `decimal`, and types of other crates.

use crate::keys::columns;
use crate::recorder::row;
use lakebed::Fields as _;
use lakebed::def::TypeDef;
use lakebed_macros::Record;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

#[derive(Record)]
#[lake(table = "converted")]
struct Converted {
    #[lake(as = "i64")]
    counter: u64,
    #[lake(as = "i16")]
    small: Option<u64>,
    #[lake(as = "f64")]
    ratio: f32,
    #[lake(as = "string")]
    address: Ipv4Addr,
    #[lake(as = "string")]
    maybe_address: Option<Ipv4Addr>,
    #[lake(binary)]
    bytes: Option<Vec<u8>>,
    #[lake(binary)]
    parts: Vec<Box<[u8]>>,
    blob: bytes::Bytes,
    #[lake(decimal(20, 0))]
    wide: u64,
    #[lake(decimal(12, 2), null_if(-1, 0.5))]
    price: Option<Decimal>,
    #[lake(decimal(5, 1))]
    prices: BTreeMap<String, Vec<Decimal>>,
}

#[test]
fn values_are_stored_as_the_words_say() {
    let types: Vec<_> = columns(Converted::MEMBERS).iter().map(|c| (c.ty, c.nullable)).take(6).collect();
    assert_eq!(
        types,
        [
            (TypeDef::Int64, false),
            (TypeDef::Int16, true),
            (TypeDef::Float64, false),
            (TypeDef::String, false),
            (TypeDef::String, true),
            (TypeDef::Binary, true),
        ]
    );
    let record = Converted {
        counter: 9,
        small: Some(40_000),
        ratio: 0.5,
        address: Ipv4Addr::LOCALHOST,
        maybe_address: None,
        bytes: Some(vec![1]),
        parts: vec![[2].into()],
        blob: "b".into(),
        wide: u64::MAX,
        price: Some(Decimal::new(125, 2)),
        prices: BTreeMap::new(),
    };
    assert_eq!(
        row(&record),
        [
            "int 9",
            "refused: i16, not a u64 outside its range",
            "f64 0.5",
            "text 127.0.0.1",
            "null",
            "bytes [1]",
            "[1",
            "bytes [2]",
            "]",
            "bytes [98]",
            "wide 18446744073709551615",
            "decimal 125 e-2",
            "<0",
            ">",
        ]
    );
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "t")]
enum Event {
    Started { at: u8 },
}

mod doubled {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(value * 2)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
        Ok(u8::deserialize(deserializer)? / 2)
    }
}

#[derive(Serialize, Deserialize, Record)]
#[lake(table = "documents")]
struct Documents {
    #[lake(json)]
    any: serde_json::Value,
    #[lake(json)]
    event: Event,
    #[lake(json)]
    events: Option<Vec<Event>>,
    #[lake(json)]
    #[serde(with = "doubled")]
    twice: u8,
    #[lake(json)]
    #[serde(serialize_with = "doubled::serialize")]
    written: u8,
    #[lake(time(epoch_seconds))]
    #[serde(with = "chrono::serde::ts_seconds")]
    at: chrono::DateTime<chrono::Utc>,
    #[lake(decimal(12, 2))]
    #[serde(with = "rust_decimal::serde::str")]
    price: Decimal,
    #[lake(json)]
    refused: BTreeMap<(u8, u8), u8>,
}

#[test]
fn json_is_stored_as_its_text() {
    let nullable: Vec<_> =
        columns(Documents::MEMBERS).iter().map(|c| (c.ty == TypeDef::Json, c.nullable)).collect();
    assert_eq!(nullable[..3], [(true, false), (true, false), (true, true)]);
    let record = Documents {
        any: serde_json::Value::Null,
        event: Event::Started { at: 1 },
        events: None,
        twice: 4,
        written: 5,
        at: chrono::DateTime::UNIX_EPOCH,
        price: Decimal::ONE,
        refused: [((1, 2), 3)].into(),
    };
    assert_eq!(
        row(&record),
        [
            "null",
            "text {\"t\":\"Started\",\"at\":1}",
            "null",
            "text 8",
            "text 10",
            "time 0 0",
            "decimal 1 e-0",
            "refused: a value that can be written as JSON, not key must be a string",
        ]
    );
}
