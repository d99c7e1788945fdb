//! Files of error objects. Any bytes are cut into stretches that do not depend on where blocks end, an object says what
//! `serde_json` reads in it, data that is wrapped comes back, and what is broken takes no neighbour with it.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use lakebed::replay::{ErrorObject, Found, next};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::{Value, json};
use std::fmt;

/// Neighbours: the first ends where it ends, whatever follows, and of those behind the first may be part of what is
/// broken, when that ends where a value is due.
const BEFORE: &[u8] = b"{\"rawData\":\"QkVGT1JF\"}";
const BEHIND: &[u8] = b"{\"errorCode\":\"behind\",\"rawData\":\"QkVISU5E\"}";
const LAST: &[u8] = b"{\"errorCode\":\"last\",\"rawData\":\"TEFTVA==\"}";

/// Three bytes of settings, then the bytes of a file, which are the data of an object as well.
pub fn check(data: &[u8]) {
    let Some((&[settings, place, block], data)) = data.split_first_chunk() else { return };
    file(data, block);
    for stretch in stretches(data) {
        object(&stretch.text);
    }
    object(data);
    between(data, block);
    wrapped(data, settings, place);
}

/// What stands in a file: whether it could be an object, where, and its bytes.
#[derive(Debug, PartialEq, Eq)]
struct Stretch {
    is_object: bool,
    start: usize,
    text: Vec<u8>,
}

fn stretches(file: &[u8]) -> Vec<Stretch> {
    read(file, file.len().max(1))
}

/// The stretches of a file that comes in blocks of one size.
fn read(file: &[u8], block: usize) -> Vec<Stretch> {
    let (mut found, mut at, mut filled) = (Vec::new(), 0, 0);
    loop {
        filled = (filled + block).min(file.len());
        let last = filled == file.len();
        loop {
            let (is_object, start, end) = match next(&file[at..filled], last) {
                Found::Object { start, end } => (true, start, end),
                Found::Broken { start, end } => (false, start, end),
                Found::Incomplete { start } => {
                    assert!(at + start <= filled);
                    assert!(!last || at + start == filled, "{} bytes are left", filled - at - start);
                    break;
                }
            };
            assert!(start < end && at + end <= filled, "{start}..{end} at {at} of {filled}");
            let blank = file[at..at + start].iter().all(|byte| b"\xef\xbb\xbf \t\n\r\x0c".contains(byte));
            assert!(blank, "bytes are passed over: {:?}", &file[at..at + start]);
            found.push(Stretch { is_object, start: at + start, text: file[at + start..at + end].to_vec() });
            at += end;
        }
        if last {
            return found;
        }
    }
}

fn file(data: &[u8], block: u8) {
    let whole = stretches(data);
    for stretch in whole.iter().filter(|stretch| stretch.is_object) {
        assert!(stretch.text.starts_with(b"{") && stretch.text.ends_with(b"}"), "{stretch:?}");
    }
    let size = 1 + usize::from(block);
    assert_eq!(read(data, size), whole, "blocks of {size}");
}

/// Members in their order, each as often as it stands there.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(All)
    }
}

/// One object against `serde_json`, which does not read all that is passed over here.
fn object(text: &[u8]) {
    let read = ErrorObject::parse(text);
    let Ok(Members(members)) = serde_json::from_slice(text) else {
        if let Ok(object) = read {
            let _ = (object.is_one(), object.kind(), object.data().is_ok(), object.is_before_lambda());
        }
        return;
    };
    let named = |name: &'static str| {
        let all = members.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name));
        all.map(|(_, value)| value).filter(|value| !value.is_null())
    };
    let shown = String::from_utf8_lossy(text);
    if !named("rawData").all(Value::is_string) {
        assert!(read.is_err(), "rawData is no text: {shown}");
        return;
    }
    let object = read.unwrap_or_else(|error| panic!("{error}: {shown}"));
    assert_eq!(object.raw.as_deref(), named("rawData").next().and_then(Value::as_str), "{shown}");
    assert_eq!(
        object.code.is_some(),
        named("errorCode").chain(named("lastErrorCode")).next().is_some(),
        "{shown}"
    );
    assert_eq!(object.is_one(), object.raw.is_some() || object.code.is_some());
    assert!(!object.kind().word().is_empty());
    if let (Ok(Some(data)), Some(raw)) = (object.data(), object.raw.as_deref()) {
        // But for the padding, and for bits of the last letter that say nothing.
        let (raw, again) = (raw.trim_end_matches('='), STANDARD_NO_PAD.encode(&data));
        assert_eq!(raw.len(), again.len(), "{shown}");
        let all_but_one = raw.len().saturating_sub(1);
        assert_eq!(raw.get(..all_but_one), again.get(..all_but_one), "{shown}");
    }
}

/// Whatever stands between objects, they are found.
fn between(data: &[u8], block: u8) {
    let text = [BEFORE, data, b"\n", BEHIND, b"\n", LAST, b"\n"].concat();
    let found = read(&text, 64 + usize::from(block));
    let has = |object: &[u8]| found.iter().any(|stretch| stretch.is_object && stretch.text == object);
    let shown = String::from_utf8_lossy(data);
    assert!(has(BEFORE), "the object before is gone: {shown:?}");
    assert!(has(LAST), "the last object is gone: {shown:?}");
    if !matches!(data.trim_ascii_end().last(), Some(b':' | b'[')) {
        assert!(has(BEHIND), "the object behind is gone: {shown:?}");
    }
}

/// An object that holds the bytes as data, in one of the spellings, between others.
fn wrapped(data: &[u8], settings: u8, place: u8) {
    let has = |bit: u8| settings >> bit & 1 == 1;
    let name = if has(0) { "rawData" } else { "rawdata" };
    let raw = if has(1) { STANDARD.encode(data) } else { STANDARD_NO_PAD.encode(data) };
    let mut object = json!({ "errorMessage": String::from_utf8_lossy(data), "attemptsMade": 3 });
    object[name] = raw.into();
    object["arrivalTimestamp"] = if has(2) { 1_622_242_573_374_i64.into() } else { "1622242573374".into() };
    object[if has(3) { "errorCode" } else { "lastErrorCode" }] = "Lambda.FunctionError".into();
    object["dataCatalogTable"] = json!({ "tableName": "t", "databaseName": "d" });
    let text = if has(4) { format!("{object:#}") } else { object.to_string() };
    let glue = if has(5) {
        "\n"
    } else if has(6) {
        "\r\n \n"
    } else {
        ""
    };
    let start = if has(7) { "\u{feff}" } else { "" };

    let file = format!("{start}{text}{glue}{text}{glue}");
    let found = stretches(file.as_bytes());
    assert!(
        found.iter().all(|stretch| stretch.is_object && stretch.text == text.as_bytes()),
        "{file:?}: {found:?}"
    );
    assert_eq!(found.len(), 2, "{file:?}");
    let read = ErrorObject::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(read.data().ok().flatten().as_deref(), Some(data), "{text}");
    assert_eq!((read.attempts, read.arrival_ms), (Some(3), Some(1_622_242_573_374)), "{text}");
    assert_eq!((read.table.as_deref(), read.database.as_deref()), (Some("t"), Some("d")), "{text}");
    assert!(read.is_one() && read.is_before_lambda() && read.ours.is_none(), "{text}");

    // A write that stopped half way.
    let cut = usize::from(place) * text.len() / 256;
    between(text.as_bytes().get(..cut).unwrap_or_default(), place);
}
