//! What tests of decoding share: tables by hand, inputs in blocks, rows as JSON.

use crate::batch::{Batch, RowPlace, Stats};
use crate::convert::Limits;
use crate::feed::json::JsonDecoder;
use crate::feed::xml::XmlDecoder;
use crate::plan::Plan;
use crate::reject::{Reject, Rejects};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use lakebed_schema::{Column, Element, LogicalType, Table};
use serde_json::{Map, Value, json};

/// A column that may be null.
pub(crate) fn optional(name: &str, ty: LogicalType) -> Column {
    Column { nullable: true, ..Column::new(name, ty) }
}

pub(crate) fn list(ty: LogicalType, nullable: bool) -> LogicalType {
    LogicalType::List { element: Box::new(Element { ty, nullable }), length: None }
}

pub(crate) fn map(ty: LogicalType) -> LogicalType {
    let value = Box::new(Element { ty, nullable: true });
    LogicalType::Map { key: Box::new(LogicalType::String), value }
}

pub(crate) fn plan(columns: Vec<Column>) -> Plan {
    Plan::compile(&Table::new("t", columns)).unwrap()
}

/// What came out of an input.
#[derive(Debug, PartialEq)]
pub(crate) struct Decoded {
    pub(crate) arrays: Vec<ArrayRef>,
    pub(crate) places: Vec<RowPlace>,
    pub(crate) paths: Vec<String>,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) stats: Stats,
}

impl Decoded {
    /// The rows as JSON objects, nulls left out.
    pub(crate) fn rows(&self, plan: &Plan) -> Vec<Value> {
        let names: Vec<&str> = plan.root().members.iter().map(|&id| plan.nodes[id].path.as_str()).collect();
        let row = |row| object(names.iter().copied().zip(&self.arrays), row);
        (0..self.places.len()).map(row).collect()
    }

    /// Rows and rejects cover stretches of the input that do not overlap and come in order.
    pub(crate) fn check_accounting(&self, input: &[u8]) {
        for (places, what) in [
            (self.places.iter().map(|p| (p.offset, p.len)).collect::<Vec<_>>(), "rows"),
            (self.rejects.iter().map(|r| (r.offset, r.len)).collect(), "rejects"),
        ] {
            assert!(places.windows(2).all(|w| w[0].0 + w[0].1 <= w[1].0), "{what} overlap: {places:?}");
        }
        let mut all: Vec<(u64, u64)> = self.places.iter().map(|p| (p.offset, p.len)).collect();
        all.extend(self.rejects.iter().map(|r| (r.offset, r.len)));
        all.sort_unstable();
        assert!(all.windows(2).all(|w| w[0].0 + w[0].1 <= w[1].0), "overlap: {all:?}");
        assert!(all.iter().all(|&(offset, len)| len > 0 && offset + len <= input.len() as u64), "{all:?}");
        for reject in &self.rejects {
            let (from, to) = (reject.offset as usize, (reject.offset + reject.len) as usize);
            assert_eq!(reject.raw.as_deref(), Some(&input[from..to]));
            let fault = reject.fault_offset as usize;
            assert!((from..=input.len()).contains(&fault), "{reject:?}");
        }
    }
}

/// What a feeder's `decode` looks like.
type Decode<'a> = dyn FnMut(&[u8], u64, bool, &mut Batch, &mut Rejects) -> usize + 'a;

/// Decodes blocks as a run does: what is not consumed comes again with more behind it.
pub(crate) fn drive(
    plan: &Plan,
    input: &[u8],
    mut sizes: impl Iterator<Item = usize>,
    decode: &mut Decode<'_>,
) -> Decoded {
    let mut batch = Batch::new(plan, 0);
    let mut rejects = Rejects::default();
    let (mut start, mut end) = (0, 0);
    loop {
        end = (end + sizes.next().unwrap_or(input.len()).max(1)).min(input.len());
        let last = end == input.len();
        start += decode(&input[start..end], start as u64, last, &mut batch, &mut rejects);
        assert!(start <= end);
        if last {
            break;
        }
    }
    assert!(input[start..].trim_ascii().is_empty(), "left over: {:?}", &input[start..]);
    let places = batch.rows().to_vec();
    let paths = places.iter().map(|place| batch.router.path(place.partition).to_owned()).collect();
    let arrays = batch.columns.finish().unwrap();
    assert!(arrays.iter().all(|array| array.len() == places.len()));
    Decoded { arrays, places, paths, rejects: rejects.list, stats: batch.stats }
}

pub(crate) fn json_in(plan: &Plan, limits: Limits, input: &[u8], sizes: &[usize]) -> Decoded {
    let mut decoder = JsonDecoder::new(plan, limits);
    let sizes = sizes.iter().copied();
    drive(plan, input, sizes, &mut |a, b, c, d, e| decoder.decode(a, b, c, d, e))
}

/// As [`json_in`], without the fast path.
pub(crate) fn general_in(plan: &Plan, limits: Limits, input: &[u8], sizes: &[usize]) -> Decoded {
    let mut decoder = JsonDecoder::general(plan, limits);
    let sizes = sizes.iter().copied();
    drive(plan, input, sizes, &mut |a, b, c, d, e| decoder.decode(a, b, c, d, e))
}

/// Decodes JSON in one block, and checks that the decoder without a fast path, and blocks of one and of three bytes,
/// give the same.
pub(crate) fn json_of(plan: &Plan, input: impl AsRef<[u8]>) -> Decoded {
    let (input, limits) = (input.as_ref(), Limits::default());
    let whole = json_in(plan, limits, input, &[]);
    whole.check_accounting(input);
    assert_eq!(general_in(plan, limits, input, &[]), whole, "without the fast path");
    if input.len() < 4096 {
        for size in [1, 3] {
            assert_eq!(json_in(plan, limits, input, &vec![size; input.len()]), whole, "in blocks of {size}");
        }
    }
    whole
}

pub(crate) fn xml_in(plan: &Plan, record: &str, limits: Limits, input: &[u8], sizes: &[usize]) -> Decoded {
    let mut decoder = XmlDecoder::new(plan, record, limits);
    let sizes = sizes.iter().copied();
    drive(plan, input, sizes, &mut |a, b, c, d, e| decoder.decode(a, b, c, d, e))
}

/// As [`json_of`], for XML.
pub(crate) fn xml_of(plan: &Plan, record: &str, input: impl AsRef<[u8]>) -> Decoded {
    let (input, limits) = (input.as_ref(), Limits::default());
    let whole = xml_in(plan, record, limits, input, &[]);
    whole.check_accounting(input);
    if input.len() < 4096 {
        for size in [1, 3] {
            let blocks = xml_in(plan, record, limits, input, &vec![size; input.len()]);
            assert_eq!(blocks, whole, "in blocks of {size}");
        }
    }
    whole
}

fn object<'a>(members: impl Iterator<Item = (&'a str, &'a ArrayRef)>, row: usize) -> Value {
    let values = members.map(|(name, array)| (name.to_owned(), value(array, row)));
    Value::Object(values.filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>())
}

/// A value as JSON: times and dates as their stored numbers, decimals as text, bytes as numbers.
pub(crate) fn value(array: &ArrayRef, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    #[allow(clippy::wildcard_enum_match_arm, reason = "a test helper knows the types it makes")]
    match array.data_type() {
        DataType::Boolean => json!(array.as_boolean().value(row)),
        DataType::Int8 => json!(array.as_primitive::<Int8Type>().value(row)),
        DataType::Int16 => json!(array.as_primitive::<Int16Type>().value(row)),
        DataType::Int32 => json!(array.as_primitive::<Int32Type>().value(row)),
        DataType::Int64 => json!(array.as_primitive::<Int64Type>().value(row)),
        DataType::Float32 => json!(array.as_primitive::<Float32Type>().value(row)),
        DataType::Float64 => json!(array.as_primitive::<Float64Type>().value(row)),
        DataType::Date32 => json!(array.as_primitive::<Date32Type>().value(row)),
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            json!(array.as_primitive::<TimestampMillisecondType>().value(row))
        }
        DataType::Timestamp(..) => json!(array.as_primitive::<TimestampMicrosecondType>().value(row)),
        DataType::Decimal128(..) => json!(array.as_primitive::<Decimal128Type>().value_as_string(row)),
        DataType::Utf8 => json!(array.as_string::<i32>().value(row)),
        DataType::Binary => json!(array.as_binary::<i32>().value(row)),
        DataType::List(_) => {
            let list = array.as_list::<i32>().value(row);
            (0..list.len()).map(|i| value(&list, i)).collect()
        }
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            let (keys, values) = (entries.column(0).as_string::<i32>(), entries.column(1));
            let entry = |i| (keys.value(i).to_owned(), value(values, i));
            Value::Object((0..entries.len()).map(entry).collect())
        }
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns();
            object(fields.iter().map(|field| field.name().as_str()).zip(columns), row)
        }
        other => panic!("no column has the type {other}"),
    }
}
