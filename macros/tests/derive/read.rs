//! The reading derives take every shape that the writing ones do.

use lakebed::{ReadColumn, ReadRecord};
use lakebed_macros::{ColumnType, ReadColumn, ReadRecord, Record};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::marker::PhantomData;
use std::net::Ipv4Addr;
use std::sync::Arc;

#[derive(Clone, Default, ColumnType, ReadColumn)]
struct Point {
    x: f64,
    y: Option<f64>,
}

#[derive(ColumnType, ReadColumn)]
struct Meters(u32);

#[derive(ColumnType, ReadColumn)]
#[serde(transparent)]
struct Wrapped<T> {
    inner: Option<T>,
    #[serde(skip)]
    _marker: PhantomData<T>,
}

#[derive(ColumnType, ReadColumn)]
struct Digest(#[lake(binary)] [u8; 2]);

#[derive(ColumnType, ReadColumn)]
struct Counter(#[lake(as = "i64")] u64);

#[derive(ColumnType, ReadColumn)]
enum Kind {
    Car,
    #[serde(alias = "truck")]
    Lorry,
    #[serde(skip)]
    #[allow(dead_code, reason = "only what the derive makes of it is looked at")]
    Other(String),
}

#[derive(Serialize, Deserialize)]
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

fn seven() -> Option<u8> {
    Some(7)
}

#[derive(Record, ReadRecord)]
#[lake(table = "shapes")]
#[allow(dead_code, reason = "only what the derive makes of it is looked at")]
struct Shapes<'a, T> {
    name: Cow<'a, str>,
    shared: Arc<str>,
    generic: T,
    list: Vec<Option<T>>,
    #[serde(flatten)]
    at: Option<Point>,
    boxed: Box<Point>,
    length: Meters,
    wrapped: Wrapped<T>,
    digest: Digest,
    counter: Counter,
    kind: Kind,
    set: BTreeSet<u8>,
    hash_set: HashSet<String>,
    map: BTreeMap<String, Vec<T>>,
    hash_map: HashMap<i32, Meters>,
    #[lake(as = "i16")]
    narrow: Option<u64>,
    #[lake(as = "string")]
    address: Ipv4Addr,
    #[lake(json)]
    event: Option<Event>,
    #[lake(json)]
    #[serde(with = "doubled")]
    twice: u8,
    #[lake(binary)]
    bytes: Option<Vec<u8>>,
    #[serde(default)]
    filled: u8,
    #[serde(default = "seven")]
    seven: Option<u8>,
    #[serde(skip_deserializing)]
    unread: u8,
    #[serde(skip, default = "seven")]
    skipped: Option<u8>,
}

#[derive(Record, ReadRecord)]
#[lake(table = "settings")]
#[serde(default)]
struct Settings {
    limit: u32,
    #[serde(flatten)]
    at: Point,
    #[serde(skip)]
    seen: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { limit: 9, at: Point { x: 1.0, y: None }, seen: true }
    }
}

/// A source in which every column is missing.
struct Nothing;

macro_rules! refuse {
    ($($name:ident -> $value:ty;)*) => {$(
        fn $name(&mut self) -> Result<$value, lakebed::ReadFault> {
            Err(lakebed::ReadFault::new(stringify!($name), "nothing"))
        }
    )*};
}

impl lakebed::RowSource for Nothing {
    fn nulls(&mut self, _: usize) -> bool {
        true
    }
    fn missing(&mut self) -> bool {
        true
    }
    fn skip(&mut self) {}
    refuse! {
        bool -> bool;
        int -> i64;
        wide_int -> i128;
        float32 -> f32;
        float64 -> f64;
        decimal -> (i128, u32);
        text -> &str;
        binary -> &[u8];
        date -> i32;
        timestamp -> (i64, u32);
        begin_list -> usize;
        end_list -> ();
        begin_map -> usize;
        end_map -> ();
        begin_struct -> ();
        end_struct -> ();
    }
}

#[test]
fn defaults_take_the_place_of_what_is_missing() {
    let settings = Settings::read(&mut Nothing).unwrap();
    assert_eq!((settings.limit, settings.at.x, settings.seen), (9, 1.0, true));
    let wrapped = Wrapped::<u8>::read_value(&mut Nothing).unwrap();
    assert!(wrapped.inner.is_none());
    let fault = Meters::read_value(&mut Nothing).map(|meters| meters.0).unwrap_err();
    assert_eq!(fault.to_string(), "expected int, found nothing");
    let Err(fault) = Shapes::<u8>::read(&mut Nothing) else { panic!("a name is missing") };
    assert_eq!(fault.expected, "text");
}
