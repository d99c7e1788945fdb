//! Looking at values that were pushed: what partitions are computed from.

use super::buffer::{Buffer, Validity};
use super::{ColumnId, Columns};
use std::ops::Range;

impl Columns {
    /// Whether the value in a slot is null or was left out.
    pub fn is_null(&self, id: ColumnId, slot: usize) -> bool {
        let node = self.node(id);
        if slot >= node.len {
            return true;
        }
        match &node.validity {
            Validity::AllValid => false,
            Validity::Bits(bits) => !bits.get_bit(slot),
        }
    }

    /// The value of an integer, date or timestamp column.
    pub fn int(&self, id: ColumnId, slot: usize) -> Option<i64> {
        match &self.node(id).buffer {
            Buffer::I8(values) => values.get(slot).map(|&value| value.into()),
            Buffer::I16(values) => values.get(slot).map(|&value| value.into()),
            Buffer::I32(values) => values.get(slot).map(|&value| value.into()),
            Buffer::I64(values) => values.get(slot).copied(),
            Buffer::Bits(_)
            | Buffer::I128(_)
            | Buffer::F32(_)
            | Buffer::F64(_)
            | Buffer::Bytes { .. }
            | Buffer::Offsets(_)
            | Buffer::Struct => None,
        }
    }

    /// The value of a boolean column.
    pub fn bool(&self, id: ColumnId, slot: usize) -> Option<bool> {
        match &self.node(id).buffer {
            Buffer::Bits(bits) if slot < bits.len() => Some(bits.get_bit(slot)),
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
            | Buffer::Struct => None,
        }
    }

    /// The value of a text or binary column.
    pub fn text(&self, id: ColumnId, slot: usize) -> Option<&[u8]> {
        let Buffer::Bytes { offsets, data } = &self.node(id).buffer else {
            return None;
        };
        let (start, end) = (*offsets.get(slot)?, *offsets.get(slot + 1)?);
        data.get(start as usize..end as usize)
    }

    /// The unscaled value of a decimal column.
    pub(crate) fn decimal(&self, id: ColumnId, slot: usize) -> Option<i128> {
        match &self.node(id).buffer {
            Buffer::I128(values) => values.get(slot).copied(),
            Buffer::Bits(_)
            | Buffer::I8(_)
            | Buffer::I16(_)
            | Buffer::I32(_)
            | Buffer::I64(_)
            | Buffer::F32(_)
            | Buffer::F64(_)
            | Buffer::Bytes { .. }
            | Buffer::Offsets(_)
            | Buffer::Struct => None,
        }
    }

    /// The slots, in the columns below, of the elements of a list or map.
    pub(crate) fn elements(&self, id: ColumnId, slot: usize) -> Range<usize> {
        let Buffer::Offsets(offsets) = &self.node(id).buffer else {
            return 0..0;
        };
        match (offsets.get(slot), offsets.get(slot + 1)) {
            (Some(&start), Some(&end)) => start as usize..end as usize,
            _ => 0..0,
        }
    }

    /// A value as one machine word: an integer, the bits of a floating-point number, a truth value.
    pub(crate) fn word(&self, id: ColumnId, slot: usize) -> Option<u64> {
        match &self.node(id).buffer {
            Buffer::F32(values) => values.get(slot).map(|value| value.to_bits().into()),
            Buffer::F64(values) => values.get(slot).map(|value| value.to_bits()),
            Buffer::Bits(_) => self.bool(id, slot).map(u64::from),
            Buffer::I8(_) | Buffer::I16(_) | Buffer::I32(_) | Buffer::I64(_) => {
                self.int(id, slot).map(i64::cast_unsigned)
            }
            Buffer::I128(_) | Buffer::Bytes { .. } | Buffer::Offsets(_) | Buffer::Struct => None,
        }
    }
}
