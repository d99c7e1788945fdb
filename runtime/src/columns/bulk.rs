//! Many values at once, from a decoder that has staged whole rows.

use super::buffer::{self, Buffer, Validity};
use super::{ColumnId, Columns};

/// Values for one column and which of them are null.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bulk<'a> {
    pub(crate) values: BulkValues<'a>,
    /// One bit for each value, set where it is null; missing words have none.
    pub(crate) nulls: &'a [u64],
    pub(crate) null_count: usize,
}

/// Values, each in a word.
#[derive(Clone, Copy, Debug)]
pub(crate) enum BulkValues<'a> {
    Ints(&'a [u64]),
    Float64(&'a [u64]),
    Float32(&'a [u64]),
    Bools(&'a [u64]),
    /// Ends of texts whose bytes are in the column already.
    Texts(&'a [u64]),
    /// Ends of lists among the elements that were appended with them.
    Lists(&'a [u64]),
    Records(usize),
}

impl Columns {
    /// Lends the bytes of a column of texts, or takes them back; does nothing to other columns.
    pub(crate) fn swap_bytes(&mut self, id: ColumnId, bytes: &mut Vec<u8>) {
        if let Buffer::Bytes { data, .. } = &mut self.node_mut(id).buffer {
            std::mem::swap(data, bytes);
        }
    }

    /// Values as the column's buffer takes them.
    pub(crate) fn bulk_of<'a>(&self, id: ColumnId, values: &'a [u64]) -> BulkValues<'a> {
        match &self.node(id).buffer {
            Buffer::Bits(_) => BulkValues::Bools(values),
            Buffer::I8(_) | Buffer::I16(_) | Buffer::I32(_) | Buffer::I64(_) | Buffer::I128(_) => {
                BulkValues::Ints(values)
            }
            Buffer::F32(_) => BulkValues::Float32(values),
            Buffer::F64(_) => BulkValues::Float64(values),
            Buffer::Bytes { .. } => BulkValues::Texts(values),
            Buffer::Offsets(_) => BulkValues::Lists(values),
            Buffer::Struct => BulkValues::Records(values.len()),
        }
    }

    /// Appends values behind those of the committed rows, where nothing that those left out is still to be filled.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        reason = "the values were checked when they were staged; words are only their carriers"
    )]
    pub(crate) fn append(&mut self, id: ColumnId, bulk: &Bulk<'_>) {
        let count = match bulk.values {
            BulkValues::Ints(values)
            | BulkValues::Float64(values)
            | BulkValues::Float32(values)
            | BulkValues::Bools(values)
            | BulkValues::Texts(values)
            | BulkValues::Lists(values) => values.len(),
            BulkValues::Records(count) => count,
        };
        if count == 0 {
            return;
        }
        let node = self.node_mut(id);
        match (&mut node.buffer, bulk.values) {
            (Buffer::I8(own), BulkValues::Ints(values)) => own.extend(values.iter().map(|&v| v as i8)),
            (Buffer::I16(own), BulkValues::Ints(values)) => own.extend(values.iter().map(|&v| v as i16)),
            (Buffer::I32(own), BulkValues::Ints(values)) => own.extend(values.iter().map(|&v| v as i32)),
            (Buffer::I64(own), BulkValues::Ints(values)) => own.extend(values.iter().map(|&v| v as i64)),
            (Buffer::F64(own), BulkValues::Float64(values)) => {
                own.extend(values.iter().map(|&v| f64::from_bits(v)));
            }
            (Buffer::F32(own), BulkValues::Float32(values)) => {
                own.extend(values.iter().map(|&v| f32::from_bits(v as u32)));
            }
            (Buffer::Bits(own), BulkValues::Bools(values)) => values.iter().for_each(|&v| own.append(v != 0)),
            (Buffer::Bytes { offsets, .. }, BulkValues::Texts(ends)) => {
                offsets.extend(ends.iter().map(|&end| buffer::offset(end as usize)));
            }
            (Buffer::Offsets(offsets), BulkValues::Lists(ends)) => {
                let base = offsets.last().map_or(0, |&last| last as usize);
                offsets.extend(ends.iter().map(|&end| buffer::offset(base + end as usize)));
            }
            (Buffer::Struct, BulkValues::Records(_)) => {}
            (
                Buffer::Bits(_)
                | Buffer::I8(_)
                | Buffer::I16(_)
                | Buffer::I32(_)
                | Buffer::I64(_)
                | Buffer::I128(_)
                | Buffer::F32(_)
                | Buffer::F64(_)
                | Buffer::Bytes { .. }
                | Buffer::Offsets(_)
                | Buffer::Struct,
                _,
            ) => return,
        }
        node.validity.append(node.len, count, bulk);
        node.len += count;
    }
}

impl Validity {
    /// Notes `count` values after `len` others.
    fn append(&mut self, len: usize, count: usize, bulk: &Bulk<'_>) {
        if bulk.null_count == 0 {
            if let Self::Bits(bits) = self {
                bits.append_n(count, true);
            }
            return;
        }
        self.materialize(len);
        if let Self::Bits(bits) = self {
            let words = bulk.nulls.iter().map(|nulls| !nulls).chain(std::iter::repeat(u64::MAX));
            let valid: Vec<u8> = words.take(count.div_ceil(64)).flat_map(u64::to_le_bytes).collect();
            bits.append_packed_range(0..count, &valid);
        }
    }
}
