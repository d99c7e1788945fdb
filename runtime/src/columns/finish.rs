//! Columns to Arrow arrays, without copying values.

use super::buffer::{Buffer, Validity};
use super::{ColumnId, Columns};
use arrow_array::builder::StringBuilder;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float32Array, Float64Array,
    Int8Array, Int16Array, Int32Array, Int64Array, ListArray, MapArray, StringArray, StructArray,
    TimestampMicrosecondArray, TimestampMillisecondArray,
};
use arrow_buffer::{Buffer as ArrowBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use std::mem;
use std::sync::Arc;

impl Columns {
    /// Takes the committed rows out as one array for each member of the record, and starts anew. A row under way
    /// is dropped.
    ///
    /// # Errors
    /// When a text column was given bytes that are no UTF-8.
    pub fn finish(&mut self) -> Result<Vec<ArrayRef>, ArrowError> {
        self.rollback();
        let mut arrays = Vec::new();
        let mut id = 1;
        while id < self.nodes.len() {
            self.pad(id);
            arrays.push(self.finish_node(id)?);
            id = self.node(id).end;
        }
        self.node_mut(0).len = 0;
        Ok(arrays)
    }

    fn finish_node(&mut self, id: ColumnId) -> Result<ArrayRef, ArrowError> {
        let children = self.finish_children(id)?;
        let node = self.node_mut(id);
        let len = mem::take(&mut node.len);
        node.sentinel = 0;
        let nulls = match mem::take(&mut node.validity) {
            Validity::AllValid => None,
            Validity::Bits(bits) => {
                Some(NullBuffer::new(bits.build())).filter(|nulls| nulls.null_count() > 0)
            }
        };
        // The next batch will hardly be longer: its columns do not grow by doubling.
        let empty = Buffer::with_capacity_of(&node.buffer, &node.data_type);
        let mut buffer = mem::replace(&mut node.buffer, empty);
        buffer.shrink();
        Ok(match buffer {
            Buffer::Bits(bits) => Arc::new(BooleanArray::new(bits.build(), nulls)),
            Buffer::I8(values) => Arc::new(Int8Array::try_new(values.into(), nulls)?),
            Buffer::I16(values) => Arc::new(Int16Array::try_new(values.into(), nulls)?),
            Buffer::I32(values) => {
                if node.data_type == DataType::Date32 {
                    Arc::new(Date32Array::try_new(values.into(), nulls)?)
                } else {
                    Arc::new(Int32Array::try_new(values.into(), nulls)?)
                }
            }
            Buffer::I64(values) => finish_i64(&node.data_type, values.into(), nulls)?,
            Buffer::I128(values) => {
                let array = Decimal128Array::try_new(values.into(), nulls)?;
                Arc::new(array.with_data_type(node.data_type.clone()))
            }
            Buffer::F32(values) => Arc::new(Float32Array::try_new(values.into(), nulls)?),
            Buffer::F64(values) => Arc::new(Float64Array::try_new(values.into(), nulls)?),
            Buffer::Bytes { offsets, data } => {
                let offsets = OffsetBuffer::new(offsets.into());
                if node.data_type == DataType::Binary {
                    Arc::new(BinaryArray::try_new(offsets, ArrowBuffer::from_vec(data), nulls)?)
                } else {
                    Arc::new(finish_texts(offsets, data, nulls)?)
                }
            }
            Buffer::Offsets(offsets) => finish_list(&node.data_type, offsets, children, nulls)?,
            Buffer::Struct => finish_struct(&node.data_type, len, children, nulls)?,
        })
    }

    fn finish_children(&mut self, id: ColumnId) -> Result<Vec<ArrayRef>, ArrowError> {
        let end = self.node(id).end;
        let mut arrays = Vec::new();
        let mut child = id + 1;
        while child < end {
            self.pad(child);
            arrays.push(self.finish_node(child)?);
            child = self.node(child).end;
        }
        Ok(arrays)
    }
}

/// Texts, checked once more to be UTF-8.
///
/// Arrow checks what it takes over, which is quick for ASCII and slow for all else: there, the texts are checked with
/// vectors and copied, which takes a third of the time.
fn finish_texts(
    offsets: OffsetBuffer<i32>,
    data: Vec<u8>,
    nulls: Option<NullBuffer>,
) -> Result<StringArray, ArrowError> {
    let checked = if data.is_ascii() { None } else { simdutf8::basic::from_utf8(&data).ok() };
    let Some(all) = checked else {
        // What is at fault is said by Arrow.
        return StringArray::try_new(offsets, ArrowBuffer::from_vec(data), nulls);
    };
    let mut texts = StringBuilder::with_capacity(offsets.len(), all.len());
    for (slot, ends) in offsets.windows(2).enumerate() {
        let [start, end] = [ends.first(), ends.last()].map(|end| end.map_or(0, |&end| end as usize));
        let Some(text) = all.get(start..end) else {
            let message = format!("text {slot} of a column ends outside its bytes or within a character");
            return Err(ArrowError::InvalidArgumentError(message));
        };
        if nulls.as_ref().is_some_and(|nulls| nulls.is_null(slot)) {
            texts.append_null();
        } else {
            texts.append_value(text);
        }
    }
    Ok(texts.finish())
}

fn finish_i64(
    data_type: &DataType,
    values: ScalarBuffer<i64>,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, ArrowError> {
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other 64-bit column is an integer")]
    Ok(match data_type {
        DataType::Timestamp(TimeUnit::Millisecond, zone) => {
            Arc::new(TimestampMillisecondArray::try_new(values, nulls)?.with_timezone_opt(zone.clone()))
        }
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            Arc::new(TimestampMicrosecondArray::try_new(values, nulls)?.with_timezone_opt(zone.clone()))
        }
        _ => Arc::new(Int64Array::try_new(values, nulls)?),
    })
}

fn finish_list(
    data_type: &DataType,
    offsets: Vec<i32>,
    mut children: Vec<ArrayRef>,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, ArrowError> {
    let offsets = OffsetBuffer::new(offsets.into());
    #[allow(clippy::wildcard_enum_match_arm, reason = "offsets belong to lists and maps")]
    Ok(match data_type {
        DataType::Map(entries, ordered) => {
            let DataType::Struct(fields) = entries.data_type() else {
                return Err(ArrowError::SchemaError(format!("map entries are {}", entries.data_type())));
            };
            let entry = StructArray::try_new(fields.clone(), children, None)?;
            Arc::new(MapArray::try_new(entries.clone(), offsets, entry, nulls, *ordered)?)
        }
        DataType::List(element) => {
            let values =
                children.pop().ok_or_else(|| ArrowError::SchemaError("list without element".into()))?;
            Arc::new(ListArray::try_new(element.clone(), offsets, values, nulls)?)
        }
        other => return Err(ArrowError::SchemaError(format!("{other} has no offsets"))),
    })
}

fn finish_struct(
    data_type: &DataType,
    len: usize,
    children: Vec<ArrayRef>,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, ArrowError> {
    let DataType::Struct(fields) = data_type else {
        return Err(ArrowError::SchemaError(format!("{data_type} has no members")));
    };
    debug_assert!(children.iter().all(|child| child.len() == len));
    Ok(Arc::new(StructArray::try_new(fields.clone(), children, nulls)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offsets(texts: &[&str]) -> OffsetBuffer<i32> {
        OffsetBuffer::from_lengths(texts.iter().map(|text| text.len()))
    }

    #[test]
    fn texts_are_the_same_whatever_their_characters() {
        for texts in [vec!["a", "", "bc"], vec!["é", "", "→ 3", "x"], vec![], vec!["日本"; 300]] {
            let nulls = |at: usize| at % 3 == 1 && texts.len() > 3;
            let shown: Vec<Option<&str>> =
                texts.iter().enumerate().map(|(at, &text)| (!nulls(at)).then_some(text)).collect();
            let validity = NullBuffer::from_iter((0..texts.len()).map(|at| !nulls(at)));
            let validity = Some(validity).filter(|validity| validity.null_count() > 0);
            let array = finish_texts(offsets(&texts), texts.concat().into_bytes(), validity).unwrap();
            assert_eq!(array, StringArray::from(shown));
        }
    }

    #[test]
    fn what_is_no_utf_8_is_refused() {
        let text = "aé".as_bytes();
        for (lengths, data) in
            [(vec![2, 1], text.to_vec()), (vec![2], vec![b'a', 0xff]), (vec![9], text.to_vec())]
        {
            let refused = finish_texts(OffsetBuffer::from_lengths(lengths.clone()), data, None);
            assert!(refused.is_err(), "{lengths:?}");
        }
    }
}
