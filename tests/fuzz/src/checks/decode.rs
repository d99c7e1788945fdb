//! The JSON decoder against `serde_json` and the declared rules.
//!
//! The bytes stand between good records. Whatever they are, the first neighbour and the last one survive, and where
//! blocks end makes no difference. A sound document is exactly one row or one reject, with the values that
//! `serde_json` reads; a broken one is no row.

use super::decoded::{Decoded, json};
use super::oracle::{Outcome, compare, outcome, table};
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use lakebed::convert::Limits;
use lakebed::{Plan, Semantics};
use std::sync::LazyLock;

static PLANS: LazyLock<[Plan; 3]> = LazyLock::new(|| {
    [Semantics::Schema, Semantics::Strict, Semantics::Firehose]
        .map(|semantics| Plan::compile_with(&table(), semantics).unwrap_or_else(|error| panic!("{error}")))
});

/// Narrow enough that small documents exceed them.
pub const LIMITS: Limits = Limits { depth: 24, document_bytes: 1 << 20, number_digits: 1000 };

/// Neighbours, with numbers that nothing makes by chance.
const BEFORE: &[u8] = b"{\"id\":7000000000000000001}\n";
/// Two behind: the bytes may end where a value is due, so that the first is part of a document that is broken only
/// at the second.
const BEHIND: &[u8] = b"\n{\"id\":7000000000000000002}\n{\"id\":7000000000000000003}\n";

/// The table of the oracle in each semantics: `schema`, `strict`, `firehose`.
pub fn plans() -> &'static [Plan; 3] {
    &PLANS
}

/// Two bytes of settings, then the bytes that stand between the neighbours.
pub fn check(data: &[u8]) {
    let Some((&[settings, block], data)) = data.split_first_chunk() else { return };
    let plan = &PLANS[usize::from(settings % 3)];
    document(plan, settings % 3 != 2, data);
    let input = [BEFORE, data, BEHIND].concat();
    let whole = json(plan, LIMITS, &input, &mut std::iter::empty());
    neighbours(&whole, data);
    let size = usize::from(block);
    let blocks = json(plan, LIMITS, &input, &mut std::iter::repeat(size.max(1)));
    assert!(blocks == whole, "blocks of {size} give {blocks:?}, one gives {whole:?}");
}

/// The first neighbour and the last are rows, and so is the one directly behind when the bytes end a line of their
/// own and leave nothing open that a value could close.
fn neighbours(whole: &Decoded, data: &[u8]) {
    let shown = String::from_utf8_lossy(data);
    let rows = whole.rows.as_ref().unwrap_or_else(|| panic!("no rows at all: {shown:?}"));
    let ids = rows.column(0).as_primitive::<Int64Type>().values();
    let has = |id: i64| ids.iter().filter(|&&found| found == id).count();
    // An id may also come out of the bytes.
    assert!(has(7_000_000_000_000_000_001) >= 1, "the record before is gone: {shown:?}");
    assert!(has(7_000_000_000_000_000_003) >= 1, "the last record is gone: {shown:?}");
    let ends_open = matches!(data.trim_ascii_end().last(), Some(b',' | b':' | b'['));
    if !ends_open {
        assert!(has(7_000_000_000_000_000_002) >= 1, "the record behind is gone: {shown:?}");
    }
}

/// Bytes that are one document by `serde_json`: a row with its values, or one reject.
fn document(plan: &Plan, declared: bool, data: &[u8]) {
    let data = data.trim_ascii();
    if !data.starts_with(b"{") {
        return;
    }
    let decoded = json(plan, LIMITS, data, &mut std::iter::empty());
    let count = (decoded.places.len(), decoded.rejects.len());
    let shown = || format!("{:?}: {:?}", String::from_utf8_lossy(data), decoded.rejects);
    match outcome(data, LIMITS.depth, LIMITS.number_digits) {
        Outcome::Row(expected) => {
            // In Strict semantics a record without a declared key is none.
            let undeclared = expected.iter().all(|(_, value)| *value == super::oracle::Stored::Null);
            if count == (0, 1) && (undeclared || !declared) {
                return;
            }
            assert_eq!(count, (1, 0), "{}", shown());
            if let (Some(rows), true) = (&decoded.rows, declared) {
                compare(rows, 0, &expected, data);
            }
        }
        Outcome::Either => assert!(matches!(count, (1, 0) | (0, 1)), "{}", shown()),
        Outcome::Reject => match super::document::read(data) {
            // Broken text may hold sound documents, one behind the other; it is never one row.
            super::document::Reading::Broken => {
                assert!(decoded.rejects.len() + decoded.places.len() > 1 || count == (0, 1), "{}", shown())
            }
            _ => assert_eq!(count, (0, 1), "{}", shown()),
        },
    }
}
