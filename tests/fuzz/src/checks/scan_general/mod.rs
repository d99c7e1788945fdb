//! The JSON scanner against the general decoder, which says what a document means: any table, any input, blocks that
//! end anywhere give the same rows, places, partitions, rejects and counts.

pub mod choices;
mod edits;
mod inputs;
mod tables;
mod tree;

use arrow_array::{Array, RecordBatch};
use choices::Choices;
use inputs::Input;
use lakebed::convert::Limits;
use lakebed::feed::json::JsonDecoder;
use lakebed::reject::{Reject, Rejects};
use lakebed::{Batch, Plan, RowPlace, Semantics, Stats};
use lakebed_schema::Table;

/// A table, an input for it, and how to read it.
#[derive(Clone, Debug)]
pub struct Case {
    pub table: Table,
    pub semantics: Semantics,
    pub limits: Limits,
    pub input: Input,
    /// Sizes of blocks.
    pub cuts: Vec<usize>,
}

/// What came out of an input.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub parts: Vec<(String, RecordBatch)>,
    pub places: Vec<RowPlace>,
    pub rejects: Vec<Reject>,
    pub stats: Stats,
    /// Whether the decoder stands between records at the end.
    pub between: bool,
}

/// Reads as a case by itself; [`case`] says how.
pub fn check(data: &[u8]) {
    if let Some(case) = case(data) {
        same(&case);
    }
}

/// Eight bytes of a seed and any number of decisions; none when they make no table that has samples.
pub fn case(data: &[u8]) -> Option<Case> {
    let mut choices = Choices::new(data);
    let semantics = *choices.pick(&[
        Semantics::Schema,
        Semantics::Schema,
        Semantics::Schema,
        Semantics::Schema,
        Semantics::Strict,
        Semantics::Firehose,
        Semantics::FirehoseHive,
    ]);
    let mut limits = Limits::default();
    if choices.happens(24) {
        limits.depth = 1 + choices.below(6);
    }
    if choices.happens(24) {
        limits.document_bytes = 10 + choices.below(500);
    }
    if choices.happens(24) {
        limits.number_digits = 1 + choices.below(40);
    }
    let table = tables::table(&mut choices)?;
    let input = inputs::input(&mut choices, &table)?;
    let cuts = input.cuts(&mut choices);
    Some(Case { table, semantics, limits, input, cuts })
}

/// Holds both decoders against each other, in one block and in several.
///
/// # Panics
/// When they differ.
pub fn same(case: &Case) -> Outcome {
    let plan = Plan::compile_with(&case.table, case.semantics)
        .unwrap_or_else(|error| panic!("a valid table has no plan: {error}\n{:?}", case.table));
    let bytes = &case.input.bytes;
    let expected = decode(&plan, JsonDecoder::general(&plan, case.limits), bytes, &[]);
    for (name, cuts, scans) in [
        ("the general decoder in blocks", case.cuts.as_slice(), false),
        ("the scanner", &[], true),
        ("the scanner in blocks", case.cuts.as_slice(), true),
    ] {
        let decoder = if scans {
            JsonDecoder::new(&plan, case.limits)
        } else {
            JsonDecoder::general(&plan, case.limits)
        };
        let found = decode(&plan, decoder, bytes, cuts);
        if let Some(difference) = difference(&expected, &found) {
            let head = (case.semantics, case.limits, cuts);
            let text = String::from_utf8_lossy(bytes);
            panic!("{name}: {difference}\n{head:?}\n{:?}\n{text}", case.table);
        }
    }
    expected
}

fn decode(plan: &Plan, mut decoder: JsonDecoder<'_>, input: &[u8], cuts: &[usize]) -> Outcome {
    let mut batch = Batch::new(plan, 1_767_225_600);
    let mut rejects = Rejects::default();
    let (mut start, mut end, mut cuts) = (0, 0, cuts.iter());
    loop {
        end = cuts.next().map_or(input.len(), |size| (end + size.max(&1)).min(input.len()));
        let last = end == input.len();
        let used = decoder.decode(&input[start..end], start as u64, last, &mut batch, &mut rejects);
        start += used;
        assert!(start <= end, "consumed more than there is");
        if last {
            break;
        }
    }
    assert!(input[start..].trim_ascii().is_empty(), "left over: {:?}", &input[start..]);
    let (places, stats) = (batch.rows().to_vec(), batch.stats());
    let parts = batch.split(plan).unwrap_or_else(|error| panic!("{error}"));
    for column in parts.iter().flat_map(|(_, rows)| rows.columns()) {
        column.to_data().validate_full().unwrap_or_else(|error| panic!("{error}"));
    }
    let rows: usize = parts.iter().map(|(_, rows)| rows.num_rows()).sum();
    assert_eq!(rows, places.len());
    Outcome { parts, places, rejects: rejects.list, stats, between: decoder.is_between_records() }
}

/// The first thing that differs, in a few words.
fn difference(expected: &Outcome, found: &Outcome) -> Option<String> {
    let first =
        |what: &str, pair: (String, String)| format!("{what} differs: expected {}, found {}", pair.0, pair.1);
    let (more, less) = (&expected.places, &found.places);
    if let Some(at) = (0..more.len().max(less.len())).find(|&at| more.get(at) != less.get(at)) {
        let shown = (format!("{:?}", more.get(at)), format!("{:?}", less.get(at)));
        return Some(first(&format!("row {at}"), shown));
    }
    let (more, less) = (&expected.rejects, &found.rejects);
    if let Some(at) = (0..more.len().max(less.len())).find(|&at| more.get(at) != less.get(at)) {
        let shown = (format!("{:?}", more.get(at)), format!("{:?}", less.get(at)));
        return Some(first(&format!("reject {at}"), shown));
    }
    for ((path, rows), (other, same)) in expected.parts.iter().zip(&found.parts) {
        if path != other {
            return Some(first("a partition", (path.clone(), other.clone())));
        }
        for ((field, one), two) in rows.schema().fields().iter().zip(rows.columns()).zip(same.columns()) {
            if let Some(row) = (0..one.len()).find(|&row| one.slice(row, 1) != two.slice(row, 1)) {
                let shown = (format!("{:?}", one.slice(row, 1)), format!("{:?}", two.slice(row, 1)));
                return Some(first(&format!("column {} of row {row} in {path:?}", field.name()), shown));
            }
        }
    }
    let rest = |outcome: &Outcome| format!("{:?}, between records: {}", outcome.stats, outcome.between);
    (expected != found).then(|| first("the rest", (rest(expected), rest(found))))
}
