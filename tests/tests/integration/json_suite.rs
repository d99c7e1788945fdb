//! JSON by the book: values that RFC 8259 wants taken (`YES`), wants refused (`NO`), and leaves open (`OPEN`), each in
//! columns of several types and as a document of its own, between good neighbours.
//!
//! `serde_json` and the declared rules say what must come of each: a row with these values, or one reject. Whatever
//! it is, the neighbours survive, and where the input is cut makes no difference.

mod values;

use crate::fuzzing::checks::decode::{self, LIMITS, plans};
use crate::fuzzing::checks::decoded::json;
use crate::fuzzing::checks::document::{Reading, read};
use crate::fuzzing::checks::oracle::{Outcome, outcome, table};
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use lakebed_tests::trial::Trial;
use std::iter;
use values::{no, open, yes};

type Bytes = Vec<u8>;

/// Columns that each value is put into; the last is one that nobody declared.
const KEYS: [&str; 9] = ["j", "b", "u", "f", "s", "l", "m", "r", "zz"];

fn member(key: &str, value: &[u8]) -> Bytes {
    [b"{\"", key.as_bytes(), b"\":", value, b"}"].concat()
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.get(..200).unwrap_or(bytes)).into_owned()
}

/// Whether a broken value closes more than it opens, so that the document around it ends before its time.
fn closes_early(value: &[u8]) -> bool {
    let mut depth = 0_i64;
    value.iter().any(|byte| {
        depth += match byte {
            b'{' | b'[' => 1,
            b'}' | b']' => -1,
            _ => 0,
        };
        depth < 0
    })
}

/// Ids of the rows of an input in lines, and its rejects.
fn decoded(input: &[u8], sizes: &mut dyn Iterator<Item = usize>) -> (Vec<i64>, usize) {
    let decoded = json(&plans()[0], LIMITS, input, sizes);
    let ids = decoded.rows.map(|rows| {
        let ids = rows.column(0).as_primitive::<Int64Type>().clone();
        ids.iter().map(Option::unwrap_or_default).collect()
    });
    (ids.unwrap_or_default(), decoded.rejects.len())
}

/// The categories are what they say, or the rest would prove nothing.
#[test]
fn serde_json_agrees_with_the_categories() {
    let count = yes().len() + no().len() + open().len();
    assert!(count > 300, "{count} values");
    for value in yes() {
        assert!(matches!(read(&value), Reading::Sound(_) | Reading::Beyond), "{}", shown(&value));
    }
    for value in no() {
        // Beyond: 100,000 open brackets end where `serde_json` gives up.
        assert!(matches!(read(&value), Reading::Broken | Reading::Beyond), "{}", shown(&value));
    }
    for value in open() {
        assert_ne!(read(&value), Reading::Broken, "{}", shown(&value));
    }
}

/// Each value in each column: as `serde_json` reads it, or one reject; in blocks and whole; in all semantics.
#[test]
fn every_value_in_every_column() {
    for value in [yes(), no(), open()].concat() {
        for key in KEYS {
            let document = member(key, &value);
            let settings: &[u8] = if key == "j" || key == "f" { &[0, 1, 2] } else { &[0] };
            for &semantics in settings {
                // Blocks of one byte for what is small.
                let block = if document.len() < 200 { 1 } else { 255 };
                decode::check(&[&[semantics, block], &document[..]].concat());
            }
        }
        // As a document of its own: no object is no record.
        decode::check(&[&[0, 1], &value[..value.len().min(2000)]].concat());
    }
}

/// In lines, each document counts once, whatever it is: read = written + rejected.
#[test]
fn every_document_counts_once() {
    let mut cases: Vec<Bytes> = Vec::new();
    for value in [yes(), no(), open()].concat() {
        if !closes_early(&value) {
            cases.extend(KEYS.iter().map(|key| member(key, &value)));
        }
    }
    let mut input = Vec::new();
    let (mut least, mut most) = (0, 0);
    for (number, document) in cases.iter().enumerate() {
        let id = 1_000_000 + number as i64;
        let line = [format!("{{\"id\":{id}}}\n").as_bytes(), document, b"\n"].concat();
        let (ids, rejects) = decoded(&[&line[..], b"{\"id\":7}\n"].concat(), &mut iter::empty());
        let inner = ids.len().checked_sub(2);
        assert_eq!((ids.first(), ids.last()), (Some(&id), Some(&7)), "{}", shown(document));
        let expected = outcome(document, LIMITS.depth, LIMITS.number_digits);
        match (&expected, inner, rejects) {
            (Outcome::Row(_) | Outcome::Either, Some(1), 0) => (least, most) = (least + 1, most + 1),
            (Outcome::Reject | Outcome::Either, Some(0), 1) => {}
            _ => panic!("{}: {inner:?} rows and {rejects} rejects, expected {expected:?}", shown(document)),
        }
        input.extend(line);
    }
    // The same in one run, whose limits are larger: documents that were too deep are rows there.
    let trial = Trial::of(&table(), &input, |options| options.limits = LIMITS);
    let total = trial.report.total;
    assert_eq!(total.read, 2 * cases.len() as u64, "{}", trial.said());
    assert_eq!(total.written, (cases.len() + least) as u64, "{}", trial.said());
    assert_eq!(least, most);
}

/// Sound documents in the other framings; broken ones there leave what stood before and the next line.
#[test]
fn other_framings() {
    for value in [yes(), no(), open()].concat() {
        let document = member("j", &value);
        let sound = matches!(read(&document), Reading::Sound(_));
        for (before, between, after) in [
            (&b"{\"id\":1}"[..], &b"{\"id\":2}"[..], &b""[..]),
            (b"[{\"id\":1},", b",{\"id\":2}", b"]"),
            (b"[\n{\"id\":1},\n", b",\n{\"id\":2}\n", b"]"),
            (b"\xef\xbb\xbf{\"id\":1}\r\n", b"\r\n{\"id\":2}", b"\r\n"),
            (b" {\"id\":1} ", b" \t{\"id\":2}", b" "),
        ] {
            let input = [before, &document, between, after, b"\n{\"id\":3}\n{\"id\":4}\n"].concat();
            let (ids, rejects) = decoded(&input, &mut iter::empty());
            let count = |id| ids.iter().filter(|&&found| found == id).count();
            assert_eq!((count(1), count(4)), (1, 1), "{} rejects, {:?}", rejects, shown(&input));
            if sound {
                assert_eq!((count(2), count(3)), (1, 1), "{} rejects, {:?}", rejects, shown(&input));
                assert_eq!(ids.len() + rejects, 5, "{:?}", shown(&input));
            }
        }
    }
}

/// Small documents cut at every byte.
#[test]
fn every_cut() {
    for value in [yes(), no(), open()].concat() {
        let document = member("j", &value);
        if document.len() > 40 {
            continue;
        }
        let input = [b"{\"id\":1}\n", &document[..], b"\n{\"id\":2}\n"].concat();
        let whole = decoded(&input, &mut iter::empty());
        for cut in 1..input.len() {
            assert_eq!(decoded(&input, &mut iter::once(cut)), whole, "cut at {cut}: {:?}", shown(&input));
        }
    }
}

/// Keys that come twice, in whatever spelling.
#[test]
fn keys_that_come_twice() {
    for (document, expected) in [
        (r#"{"id":5,"id":5}"#, 1),
        (r#"{"id":5,"ID":6}"#, 1),
        (r#"{"ID":5,"Id":6}"#, 1),
        (r#"{"id":5,"\u0069d":6}"#, 1),
        (r#"{"id":5,"zz":1,"zz":2}"#, 0),
        (r#"{"id":5,"zz":1,"ZZ":2}"#, 0),
        (r#"{"id":5,"j":{"a":1,"a":2}}"#, 0),
        (r#"{"id":5,"m":{"a":1,"a":2}}"#, 1),
        (r#"{"id":5,"m":{"a":1,"A":2}}"#, 0),
        (r#"{"id":5,"r":{"x":1,"X":2}}"#, 1),
        (r#"{"id":5,"r":{"x":1,"zz":2,"zz":3}}"#, 0),
        (r#"{"id":null,"id":5}"#, 1),
    ] {
        let input = format!("{{\"id\":1}}\n{document}\n{{\"id\":2}}\n");
        let (ids, rejects) = decoded(input.as_bytes(), &mut iter::empty());
        let good = if expected == 0 { vec![1, 5, 2] } else { vec![1, 2] };
        assert_eq!((ids, rejects), (good, expected), "{document}");
        decode::check(&[&[0, 1], document.as_bytes()].concat());
    }
}
