//! Rows moved to other columns of the same table.

use super::buffer::{Buffer, Validity};
use super::{ColumnId, Columns};
use arrow_buffer::BooleanBufferBuilder;

impl Columns {
    /// Moves committed rows to other columns of the same table, behind those committed there. `slots` rise. What stands
    /// behind them, rows that are not committed too, moves up.
    pub(crate) fn move_rows(&mut self, slots: &[usize], to: &mut Columns) {
        for &slot in slots {
            self.copy_members(0, slot, to);
            to.commit();
        }
        self.remove_members(0, slots);
        self.node_mut(0).len -= slots.len();
    }

    /// Copies the members of a struct, those that were left out excepted: they are filled in there as here.
    fn copy_members(&self, id: ColumnId, slot: usize, to: &mut Columns) {
        let mut member = id + 1;
        while member < self.end(id) {
            if slot < self.len(member) {
                self.copy_value(member, slot, to);
            }
            member = self.end(member);
        }
    }

    fn copy_value(&self, id: ColumnId, slot: usize, to: &mut Columns) {
        if self.is_null(id, slot) {
            return to.push_null(id);
        }
        match &self.node(id).buffer {
            Buffer::Bits(bits) => to.push_bool(id, bits.get_bit(slot)),
            Buffer::I8(_) | Buffer::I16(_) | Buffer::I32(_) | Buffer::I64(_) => {
                to.push_int(id, self.int(id, slot).unwrap_or_default());
            }
            Buffer::I128(values) => to.push_decimal(id, values.get(slot).copied().unwrap_or_default()),
            Buffer::F32(values) => to.push_f32(id, values.get(slot).copied().unwrap_or_default()),
            Buffer::F64(values) => to.push_f64(id, values.get(slot).copied().unwrap_or_default()),
            Buffer::Bytes { .. } => to.push_bytes(id, self.text(id, slot).unwrap_or_default()),
            Buffer::Offsets(offsets) => {
                to.begin(id);
                for element in place(offsets, slot)..place(offsets, slot + 1) {
                    let mut child = id + 1;
                    while child < self.end(id) {
                        self.copy_value(child, element, to);
                        child = self.end(child);
                    }
                }
                to.end_list(id);
            }
            Buffer::Struct => {
                to.begin(id);
                self.copy_members(id, slot, to);
                to.end_struct(id);
            }
        }
    }

    fn remove_members(&mut self, id: ColumnId, slots: &[usize]) {
        let mut member = id + 1;
        while member < self.end(id) {
            self.remove(member, slots);
            member = self.end(member);
        }
    }

    /// Takes values out of a column; those left out behind its end are not there.
    fn remove(&mut self, id: ColumnId, slots: &[usize]) {
        let node = self.node_mut(id);
        let slots = slots.get(..slots.partition_point(|&slot| slot < node.len)).unwrap_or_default();
        if slots.is_empty() {
            return;
        }
        node.len -= slots.len();
        node.sentinel = 0;
        if let Validity::Bits(bits) = &mut node.validity {
            remove_bits(bits, slots);
        }
        let below = match &mut node.buffer {
            Buffer::Bits(bits) => return remove_bits(bits, slots),
            Buffer::I8(values) => return remove_values(values, slots),
            Buffer::I16(values) => return remove_values(values, slots),
            Buffer::I32(values) => return remove_values(values, slots),
            Buffer::I64(values) => return remove_values(values, slots),
            Buffer::I128(values) => return remove_values(values, slots),
            Buffer::F32(values) => return remove_values(values, slots),
            Buffer::F64(values) => return remove_values(values, slots),
            Buffer::Bytes { offsets, data } => {
                let spans = remove_ends(offsets, slots);
                let end = data.len();
                let mut to = spans.first().map_or(end, |(start, _)| *start);
                for (at, &(_, from)) in spans.iter().enumerate() {
                    let next = spans.get(at + 1).map_or(end, |(start, _)| *start);
                    data.copy_within(from..next, to);
                    to += next - from;
                }
                data.truncate(to);
                return;
            }
            Buffer::Offsets(offsets) => {
                remove_ends(offsets, slots).into_iter().flat_map(|(a, b)| a..b).collect()
            }
            Buffer::Struct => slots.to_vec(),
        };
        self.remove_members(id, &below);
    }
}

fn place(offsets: &[i32], slot: usize) -> usize {
    offsets.get(slot).map_or(0, |&end| end as usize)
}

fn remove_values<T: Copy>(values: &mut Vec<T>, slots: &[usize]) {
    let mut to = slots.first().copied().unwrap_or(values.len());
    for (at, slot) in slots.iter().enumerate() {
        let next = slots.get(at + 1).copied().unwrap_or(values.len());
        values.copy_within(slot + 1..next, to);
        to += next - slot - 1;
    }
    values.truncate(to);
}

fn remove_bits(bits: &mut BooleanBufferBuilder, slots: &[usize]) {
    let first = slots.first().copied().unwrap_or(bits.len());
    let mut to = first;
    let mut removed = slots.iter().peekable();
    for slot in first..bits.len() {
        if removed.next_if_eq(&&slot).is_none() {
            let bit = bits.get_bit(slot);
            bits.set_bit(to, bit);
            to += 1;
        }
    }
    bits.truncate(to);
}

/// Takes values out of a list of ends, a leading 0 included; gives where each of them stood.
fn remove_ends(offsets: &mut Vec<i32>, slots: &[usize]) -> Vec<(usize, usize)> {
    let spans: Vec<(usize, usize)> =
        slots.iter().map(|&slot| (place(offsets, slot), place(offsets, slot + 1))).collect();
    let mut shift = 0;
    for (at, (slot, (start, end))) in slots.iter().zip(&spans).enumerate() {
        shift += super::buffer::offset(end - start);
        let next = slots.get(at + 1).map_or(offsets.len(), |next| next + 1);
        for end in offsets.get_mut(slot + 2..next).unwrap_or_default() {
            *end -= shift;
        }
    }
    // The end of each value that is left moves up with it; the leading 0 stays.
    let ends: Vec<usize> = slots.iter().map(|slot| slot + 1).collect();
    remove_values(offsets, &ends);
    spans
}
