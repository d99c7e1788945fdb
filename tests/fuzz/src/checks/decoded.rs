//! Drives a decoder over an input in blocks, and holds what came out against the input.

use arrow_array::{Array, RecordBatch};
use lakebed::convert::Limits;
use lakebed::feed::json::JsonDecoder;
use lakebed::feed::xml::XmlDecoder;
use lakebed::reject::{Reject, Rejects};
use lakebed::{Batch, Plan, RowPlace};

/// What came out of an input.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// Rows in the order of the input; none when there is no row.
    pub rows: Option<RecordBatch>,
    pub places: Vec<RowPlace>,
    pub rejects: Vec<Reject>,
}

type Decode<'a> = dyn FnMut(&[u8], u64, bool, &mut Batch, &mut Rejects) -> usize + 'a;

/// Decodes JSON in blocks of these sizes, the rest in one block.
pub fn json(plan: &Plan, limits: Limits, input: &[u8], sizes: &mut dyn Iterator<Item = usize>) -> Decoded {
    let mut decoder = JsonDecoder::new(plan, limits);
    drive(plan, input, sizes, &mut |a, b, c, d, e| decoder.decode(a, b, c, d, e))
}

/// As [`json`], for XML.
pub fn xml(
    plan: &Plan,
    record: &str,
    limits: Limits,
    input: &[u8],
    sizes: &mut dyn Iterator<Item = usize>,
) -> Decoded {
    let mut decoder = XmlDecoder::new(plan, record, limits);
    drive(plan, input, sizes, &mut |a, b, c, d, e| decoder.decode(a, b, c, d, e))
}

/// Gives blocks as a run does: what is not consumed comes again with more behind it. The tables here have no
/// partitions, and their batches are never full.
fn drive(
    plan: &Plan,
    input: &[u8],
    sizes: &mut dyn Iterator<Item = usize>,
    decode: &mut Decode<'_>,
) -> Decoded {
    let mut batch = Batch::new(plan, 0);
    let mut rejects = Rejects::default();
    let (mut start, mut end) = (0, 0);
    loop {
        end = (end + sizes.next().unwrap_or(input.len()).max(1)).min(input.len());
        let last = end == input.len();
        let consumed = decode(&input[start..end], start as u64, last, &mut batch, &mut rejects);
        start += consumed;
        assert!(start <= end, "consumed more than there is");
        if last {
            break;
        }
    }
    assert!(input[start..].trim_ascii().is_empty(), "left over: {:?}", &input[start..]);
    let places = batch.rows().to_vec();
    let mut parts = batch.split(plan).unwrap_or_else(|error| panic!("{error}"));
    assert!(parts.len() <= 1, "a table without partitions has one part");
    let rows = parts.pop().map(|(_, rows)| rows);
    assert_eq!(rows.as_ref().map_or(0, RecordBatch::num_rows), places.len());
    if let Some(rows) = &rows {
        for column in rows.columns() {
            column.to_data().validate_full().unwrap_or_else(|error| panic!("{error}"));
        }
    }
    let decoded = Decoded { rows, places, rejects: rejects.list };
    decoded.check_accounting(input);
    decoded
}

impl Decoded {
    /// Rows and rejects are stretches of the input that do not overlap; each kind comes in order, and a reject holds
    /// its bytes.
    fn check_accounting(&self, input: &[u8]) {
        let rows: Vec<_> = self.places.iter().map(|place| (place.offset, place.len)).collect();
        let rejects: Vec<_> = self.rejects.iter().map(|reject| (reject.offset, reject.len)).collect();
        let mut all = [rows.clone(), rejects.clone()].concat();
        all.sort_unstable();
        for (list, what) in [(&rows, "rows"), (&rejects, "rejects"), (&all, "records")] {
            assert!(
                list.windows(2).all(|pair| pair[0].0 + pair[0].1 <= pair[1].0),
                "{what} overlap or are out of order: {list:?}"
            );
        }
        for &(offset, len) in &all {
            assert!(len > 0 && offset + len <= input.len() as u64, "no place in the input: {offset}+{len}");
        }
        for reject in &self.rejects {
            let (from, to) = (reject.offset as usize, (reject.offset + reject.len) as usize);
            if let Some(raw) = &reject.raw {
                assert!(raw == &input[from..to], "a reject holds other bytes: {reject:?}");
            }
            let fault = reject.fault_offset as usize;
            assert!((from..=input.len()).contains(&fault), "a fault outside its record: {reject:?}");
            assert!(!reject.message().is_empty());
        }
    }
}
