//! Column buffers that can be undone: what every feeder fills, and what becomes Arrow arrays without copying.
//!
//! All columns of a table stand in one list, parents before their children: the record itself is node 0, a list is
//! followed by its element, a map by its key and its value, a struct by its members. A row is pushed, then committed
//! or rolled back; Arrow's own builders cannot be truncated, so a record refused half-way could not be undone there.
//!
//! Members of a struct that a record leaves out are filled with nulls when the next value or the end comes, so an
//! absent column costs nothing.

mod buffer;
mod bulk;
mod finish;
mod moved;
mod read;

use arrow_schema::DataType;
use buffer::{Buffer, Validity};
pub(crate) use bulk::{Bulk, BulkValues};

/// Place of a column in the list: 0 is the record, its first member 1.
pub type ColumnId = usize;

/// The columns of a table.
#[derive(Debug)]
pub struct Columns {
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    buffer: Buffer,
    validity: Validity,
    len: usize,
    /// One past the last node below this one.
    end: ColumnId,
    /// The struct whose member this is; elements of lists and maps have none and are never padded.
    parent: Option<ColumnId>,
    data_type: DataType,
    /// One past the slot whose raw value was a sentinel last.
    sentinel: usize,
}

impl Columns {
    /// Empty columns for a record with members of these types.
    ///
    /// # Panics
    /// On a type that no logical type maps to.
    pub fn new(members: &[DataType]) -> Self {
        let mut columns = Self { nodes: Vec::new() };
        columns.add(&DataType::Struct(arrow_schema::Fields::empty()), None);
        for member in members {
            columns.add(member, Some(0));
        }
        columns.node_mut(0).end = columns.nodes.len();
        columns
    }

    fn add(&mut self, data_type: &DataType, parent: Option<ColumnId>) {
        let id = self.nodes.len();
        self.nodes.push(Node {
            buffer: Buffer::new(data_type),
            validity: Validity::default(),
            len: 0,
            end: id + 1,
            parent,
            data_type: data_type.clone(),
            sentinel: 0,
        });
        #[allow(clippy::wildcard_enum_match_arm, reason = "every other type is a leaf")]
        match data_type {
            DataType::List(element) => self.add(element.data_type(), None),
            DataType::Map(entries, _) => {
                if let DataType::Struct(fields) = entries.data_type() {
                    for field in fields {
                        self.add(field.data_type(), None);
                    }
                }
            }
            DataType::Struct(fields) => {
                for field in fields {
                    self.add(field.data_type(), Some(id));
                }
            }
            _ => {}
        }
        self.node_mut(id).end = self.nodes.len();
    }

    /// A node by its id.
    #[inline]
    #[allow(
        clippy::indexing_slicing,
        reason = "ids come from the plan that made these columns; every push of every value goes through here"
    )]
    fn node(&self, id: ColumnId) -> &Node {
        &self.nodes[id]
    }

    /// As [`node`](Self::node), to change it.
    #[inline]
    #[allow(clippy::indexing_slicing, reason = "as in `node`")]
    fn node_mut(&mut self, id: ColumnId) -> &mut Node {
        &mut self.nodes[id]
    }

    /// Committed rows.
    pub fn rows(&self) -> usize {
        self.node(0).len
    }

    /// Values of a column, those of a row under way included.
    pub fn len(&self, id: ColumnId) -> usize {
        self.node(id).len
    }

    /// Whether nothing is committed.
    pub fn is_empty(&self) -> bool {
        self.rows() == 0
    }

    /// One past the last column below `id`.
    pub fn end(&self, id: ColumnId) -> ColumnId {
        self.node(id).end
    }

    /// Whether a member of a struct has a value in the slot under way.
    pub fn is_filled(&self, id: ColumnId) -> bool {
        match self.node(id).parent {
            Some(parent) => self.node(id).len > self.node(parent).len,
            None => false,
        }
    }

    /// Bytes held by the buffers, roughly.
    pub fn bytes(&self) -> usize {
        self.nodes.iter().map(|node| node.buffer.bytes()).sum()
    }

    /// Commits the row under way.
    pub fn commit(&mut self) {
        self.node_mut(0).len += 1;
    }

    /// Undoes the row under way: no column keeps a trace of it.
    pub fn rollback(&mut self) {
        self.truncate(self.rows());
    }

    /// Keeps the first `rows` rows.
    pub fn truncate(&mut self, rows: usize) {
        self.truncate_node(0, rows);
    }

    fn truncate_node(&mut self, id: ColumnId, len: usize) {
        let node = self.node_mut(id);
        if node.sentinel > len {
            node.sentinel = 0;
        }
        if node.len > len {
            node.len = len;
            node.validity.truncate(len);
            node.buffer.truncate(len);
        }
        let len = node.len.min(len);
        let children = match &node.buffer {
            Buffer::Struct => len,
            Buffer::Offsets(offsets) => offsets.last().map_or(0, |&last| last as usize),
            Buffer::Bits(_)
            | Buffer::I8(_)
            | Buffer::I16(_)
            | Buffer::I32(_)
            | Buffer::I64(_)
            | Buffer::I128(_)
            | Buffer::F32(_)
            | Buffer::F64(_)
            | Buffer::Bytes { .. } => return,
        };
        let end = node.end;
        let mut child = id + 1;
        while child < end {
            self.truncate_node(child, children);
            child = self.node(child).end;
        }
    }

    /// Fills the slots that earlier records left out, so that the next push lands in the slot under way.
    #[inline]
    pub(crate) fn pad(&mut self, id: ColumnId) {
        if let Some(parent) = self.node(id).parent {
            let len = self.node(parent).len;
            if self.node(id).len < len {
                self.fill_nulls(id, len);
            }
        }
    }

    #[cold]
    fn fill_nulls(&mut self, id: ColumnId, len: usize) {
        let node = self.node_mut(id);
        let missing = len.saturating_sub(node.len);
        node.validity.push_nulls(node.len, missing);
        node.buffer.push_defaults(missing);
        node.len += missing;
    }

    /// Pushes a null.
    pub fn push_null(&mut self, id: ColumnId) {
        self.pad(id);
        let len = self.node(id).len;
        self.fill_nulls(id, len + 1);
    }

    /// Takes back what was pushed below a column since it had `len` values.
    pub(crate) fn cut(&mut self, id: ColumnId, len: usize) {
        self.truncate_node(id, len);
    }

    /// Replaces the value of the slot under way, if there is one, by a null.
    pub fn make_null(&mut self, id: ColumnId) {
        if self.is_filled(id) {
            let len = self.node(id).len - 1;
            self.truncate_node(id, len);
            self.push_null(id);
        }
    }

    #[inline]
    fn pushed(&mut self, id: ColumnId) {
        let node = self.node_mut(id);
        node.validity.push(node.len, true);
        node.len += 1;
    }

    /// Pushes a truth value.
    pub fn push_bool(&mut self, id: ColumnId, value: bool) {
        self.pad(id);
        if let Buffer::Bits(bits) = &mut self.node_mut(id).buffer {
            bits.append(value);
            self.pushed(id);
        }
    }

    /// Pushes a value of an integer, date or timestamp column. The caller has checked the range of the column's
    /// type; what lies outside is cut to its low bits.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "the caller has checked the range")]
    pub fn push_int(&mut self, id: ColumnId, value: i64) {
        self.pad(id);
        match &mut self.node_mut(id).buffer {
            Buffer::I8(values) => values.push(value as i8),
            Buffer::I16(values) => values.push(value as i16),
            Buffer::I32(values) => values.push(value as i32),
            Buffer::I64(values) => values.push(value),
            Buffer::Bits(_)
            | Buffer::I128(_)
            | Buffer::F32(_)
            | Buffer::F64(_)
            | Buffer::Bytes { .. }
            | Buffer::Offsets(_)
            | Buffer::Struct => return,
        }
        self.pushed(id);
    }

    /// Pushes an unscaled decimal.
    pub fn push_decimal(&mut self, id: ColumnId, unscaled: i128) {
        self.pad(id);
        if let Buffer::I128(values) = &mut self.node_mut(id).buffer {
            values.push(unscaled);
            self.pushed(id);
        }
    }

    /// Pushes a single-precision number.
    pub fn push_f32(&mut self, id: ColumnId, value: f32) {
        self.pad(id);
        if let Buffer::F32(values) = &mut self.node_mut(id).buffer {
            values.push(value);
            self.pushed(id);
        }
    }

    /// Pushes a double-precision number.
    pub fn push_f64(&mut self, id: ColumnId, value: f64) {
        self.pad(id);
        if let Buffer::F64(values) = &mut self.node_mut(id).buffer {
            values.push(value);
            self.pushed(id);
        }
    }

    /// Pushes text or bytes. Text columns must be given UTF-8.
    pub fn push_bytes(&mut self, id: ColumnId, value: &[u8]) {
        self.pad(id);
        if let Buffer::Bytes { offsets, data } = &mut self.node_mut(id).buffer {
            data.extend_from_slice(value);
            offsets.push(buffer::offset(data.len()));
            self.pushed(id);
        }
    }

    /// Opens a struct, list or map: what follows goes to the columns below it.
    pub fn begin(&mut self, id: ColumnId) {
        self.pad(id);
    }

    /// Closes a struct.
    pub fn end_struct(&mut self, id: ColumnId) {
        self.pushed(id);
    }

    /// Closes a list or map: all elements pushed since the last one belong to it.
    pub fn end_list(&mut self, id: ColumnId) {
        let elements = buffer::offset(self.node(id + 1).len);
        if let Buffer::Offsets(offsets) = &mut self.node_mut(id).buffer {
            offsets.push(elements);
            self.pushed(id);
        }
    }

    /// Elements pushed since the last list or map of this column was closed.
    pub fn open_elements(&self, id: ColumnId) -> usize {
        match &self.node(id).buffer {
            Buffer::Offsets(offsets) => {
                self.node(id + 1).len - offsets.last().map_or(0, |&last| last as usize)
            }
            Buffer::Bits(_)
            | Buffer::I8(_)
            | Buffer::I16(_)
            | Buffer::I32(_)
            | Buffer::I64(_)
            | Buffer::I128(_)
            | Buffer::F32(_)
            | Buffer::F64(_)
            | Buffer::Bytes { .. }
            | Buffer::Struct => 0,
        }
    }

    /// Notes that the raw value of the slot under way is a sentinel.
    pub fn mark_sentinel(&mut self, id: ColumnId) {
        let slot = match self.node(id).parent {
            Some(parent) => self.node(parent).len,
            None => self.node(id).len,
        };
        self.node_mut(id).sentinel = slot + 1;
    }

    /// Whether a sentinel was the last value of a column since this was asked last.
    pub(crate) fn take_sentinel(&mut self, id: ColumnId) -> bool {
        std::mem::take(&mut self.node_mut(id).sentinel) > 0
    }

    /// Whether the raw value of the slot under way was a sentinel.
    pub fn is_sentinel(&self, id: ColumnId) -> bool {
        match self.node(id).parent {
            Some(parent) => self.node(id).sentinel == self.node(parent).len + 1,
            None => false,
        }
    }
}
