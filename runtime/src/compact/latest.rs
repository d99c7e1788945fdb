//! Which rows of a partition are the latest of their key.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use std::collections::HashMap;

/// Bytes of the map beside keys and values, for each entry.
const ENTRY_BYTES: usize = 96;

/// A value that can be compared; null counts lowest, and not-a-number highest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    Null,
    Int(i128),
    /// Bits in the order of the numbers.
    Float(u64),
    Bytes(Box<[u8]>),
}

/// Rows seen so far, by key.
#[derive(Debug)]
pub(super) struct Latest {
    /// Columns of the batches that are the key.
    keys: Vec<usize>,
    /// The column that says which of two rows is later.
    by: Option<usize>,
    seen: HashMap<Box<[u8]>, (Value, usize)>,
    keep: Vec<bool>,
    dropped: u64,
    bytes: usize,
    limit: usize,
}

/// More keys than memory is allowed for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooManyKeys;

impl Latest {
    /// Nothing seen yet; at most `limit` bytes will be held.
    pub(super) fn new(keys: Vec<usize>, by: Option<usize>, limit: usize) -> Self {
        Self { keys, by, seen: HashMap::new(), keep: Vec::new(), dropped: 0, bytes: 0, limit }
    }

    /// Takes the next rows. Of two rows with one key the later one stays, and of two equally late ones the one that
    /// came later: files are read in the order in which they were stored.
    pub(super) fn add(&mut self, batch: &RecordBatch) -> Result<(), TooManyKeys> {
        let columns: Vec<&ArrayRef> = self.keys.iter().filter_map(|&key| batch.columns().get(key)).collect();
        let by = self.by.and_then(|by| batch.columns().get(by));
        let mut key = Vec::new();
        for row in 0..batch.num_rows() {
            key.clear();
            for column in &columns {
                push(&mut key, &value(column, row));
            }
            let rank = by.map_or(Value::Null, |by| value(by, row));
            let number = self.keep.len();
            self.keep.push(true);
            self.bytes += 1;
            match self.seen.get_mut(key.as_slice()) {
                Some((best, _)) if *best > rank => self.drop(number),
                Some(entry) => {
                    let (_, old) = std::mem::replace(entry, (rank, number));
                    self.drop(old);
                }
                None => {
                    self.bytes += ENTRY_BYTES + key.len() + rank.bytes();
                    self.seen.insert(key.as_slice().into(), (rank, number));
                }
            }
            if self.bytes > self.limit {
                return Err(TooManyKeys);
            }
        }
        Ok(())
    }

    fn drop(&mut self, row: usize) {
        self.dropped += 1;
        if let Some(keep) = self.keep.get_mut(row) {
            *keep = false;
        }
    }

    /// For each row in order whether it stays, and how many do not.
    pub(super) fn finish(self) -> (Vec<bool>, u64) {
        (self.keep, self.dropped)
    }
}

impl Value {
    fn bytes(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Null | Self::Int(_) | Self::Float(_) => 0,
        }
    }
}

/// Adds a value to a key, so that keys are equal only when all their values are.
fn push(key: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => key.push(0),
        Value::Int(int) => {
            key.push(1);
            key.extend_from_slice(&int.to_le_bytes());
        }
        Value::Float(bits) => {
            key.push(2);
            key.extend_from_slice(&bits.to_le_bytes());
        }
        Value::Bytes(bytes) => {
            key.push(3);
            key.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            key.extend_from_slice(bytes);
        }
    }
}

fn value(array: &ArrayRef, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    macro_rules! int {
        ($arrow:ty) => {
            Value::Int(i128::from(array.as_primitive::<$arrow>().value(row)))
        };
    }
    #[allow(clippy::wildcard_enum_match_arm, reason = "validation lets only scalars be keys")]
    match array.data_type() {
        DataType::Boolean => Value::Int(i128::from(array.as_boolean().value(row))),
        DataType::Int8 => int!(Int8Type),
        DataType::Int16 => int!(Int16Type),
        DataType::Int32 => int!(Int32Type),
        DataType::Int64 => int!(Int64Type),
        DataType::Date32 => int!(Date32Type),
        DataType::Decimal128(..) => int!(Decimal128Type),
        DataType::Timestamp(..) => {
            super::cast::time(array, row).map_or(Value::Null, |time| Value::Int(time.into()))
        }
        DataType::Float32 => float(f64::from(array.as_primitive::<Float32Type>().value(row))),
        DataType::Float64 => float(array.as_primitive::<Float64Type>().value(row)),
        DataType::Utf8 => Value::Bytes(array.as_string::<i32>().value(row).as_bytes().into()),
        DataType::Binary => Value::Bytes(array.as_binary::<i32>().value(row).into()),
        _ => Value::Null,
    }
}

/// Bits whose order is that of the numbers; the two zeros are one, and so are all that are not a number.
fn float(value: f64) -> Value {
    let value = if value.is_nan() { f64::NAN } else { value + 0.0 };
    let bits = value.to_bits();
    Value::Float(if value.is_sign_negative() && !value.is_nan() { !bits } else { bits | 1 << 63 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{Float64Array, Int64Array, StringArray, TimestampMillisecondArray};
    use std::sync::Arc;

    fn batch(keys: &[Option<&str>], floats: &[f64], times: &[Option<i64>]) -> RecordBatch {
        let keys: ArrayRef = Arc::new(StringArray::from(keys.to_vec()));
        let floats: ArrayRef = Arc::new(Float64Array::from(floats.to_vec()));
        let times: ArrayRef = Arc::new(TimestampMillisecondArray::from(times.to_vec()));
        RecordBatch::try_from_iter_with_nullable([("k", keys, true), ("f", floats, true), ("t", times, true)])
            .unwrap()
    }

    #[test]
    fn the_latest_stays_and_of_equals_the_one_that_came_later() {
        let mut latest = Latest::new(vec![0, 1], Some(2), usize::MAX);
        let nan = f64::NAN;
        latest
            .add(&batch(
                &[Some("a"), Some("a"), Some("a"), None, None, Some("a")],
                &[0.0, 0.0, 1.0, nan, -nan, -0.0],
                &[Some(5), Some(4), Some(9), None, None, None],
            ))
            .unwrap();
        latest.add(&batch(&[Some("a"), Some("a")], &[1.0, -1.0], &[Some(9), None])).unwrap();
        let (keep, dropped) = latest.finish();
        assert_eq!(keep, [true, false, false, false, true, false, true, true]);
        assert_eq!(dropped, 4);
    }

    #[test]
    fn texts_do_not_run_into_each_other() {
        let columns = [["a", "ab"], ["bc", "c"]].map(|texts| Arc::new(StringArray::from(texts.to_vec())));
        let [a, b] = columns.map(|column| column as ArrayRef);
        let mut latest = Latest::new(vec![0, 1], None, usize::MAX);
        latest.add(&RecordBatch::try_from_iter([("a", a), ("b", b)]).unwrap()).unwrap();
        assert_eq!(latest.finish().1, 0);
    }

    #[test]
    fn floats_are_in_their_order() {
        let values = [f64::NEG_INFINITY, -2.5, -0.0, 1e-300, 3.0, f64::INFINITY, f64::NAN];
        let ranks: Vec<Value> = values.into_iter().map(float).collect();
        assert!(ranks.is_sorted() && ranks.windows(2).all(|pair| pair[0] != pair[1]), "{ranks:?}");
    }

    #[test]
    fn memory_has_a_bound() {
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..1000));
        let batch = RecordBatch::try_from_iter([("n", numbers)]).unwrap();
        assert_eq!(Latest::new(vec![0], None, 10_000).add(&batch), Err(TooManyKeys));
    }
}
