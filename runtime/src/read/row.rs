//! One row of a batch as a source of typed values.

use super::shape::Shape;
use super::values::{Data, Values};
use lakebed_schema::{ReadFault, RowSource};

/// What is open.
#[derive(Debug)]
pub(super) enum Frame {
    /// A record: its next column, one past its last, its own column unless it is the row, and its slot.
    Record { next: usize, end: usize, id: Option<usize>, slot: usize },
    /// A list: the column of its elements and their slots.
    List { element: usize, slot: usize, end: usize },
    /// A map: its own column, slots of its entries, and whether a value comes next.
    Map { id: usize, slot: usize, end: usize, value: bool },
}

/// A row under way.
pub(super) struct Row<'a> {
    shape: &'a Shape,
    values: &'a [Values],
    stack: &'a mut Vec<Frame>,
    last: Option<usize>,
}

impl<'a> Row<'a> {
    /// The row in a slot; the stack is one that may be used again.
    pub(super) fn new(
        shape: &'a Shape,
        values: &'a [Values],
        stack: &'a mut Vec<Frame>,
        slot: usize,
    ) -> Self {
        stack.clear();
        stack.push(Frame::Record { next: 0, end: shape.nodes.len(), id: None, slot });
        Self { shape, values, stack, last: None }
    }

    /// The column that was pulled last.
    pub(super) fn column(&self) -> &str {
        self.last.and_then(|id| self.shape.nodes.get(id)).map_or("", |node| node.path.as_str())
    }

    /// Column and slot of the next value.
    fn peek(&self) -> Option<(usize, usize)> {
        match *self.stack.last()? {
            Frame::Record { next, end, slot, .. } => (next < end).then_some((next, slot)),
            Frame::List { element, slot, end } => (slot < end).then_some((element, slot)),
            Frame::Map { id, slot, end, value } => {
                (slot < end).then_some((if value { id + 2 } else { id + 1 }, slot))
            }
        }
        .and_then(|(id, slot)| Some((id, self.values.get(id)?.slot(slot))))
    }

    fn advance(&mut self) {
        self.last = self.peek().map(|(id, _)| id);
        match self.stack.last_mut() {
            Some(Frame::Record { next, .. }) => {
                *next = self.shape.nodes.get(*next).map_or(*next, |node| node.end)
            }
            Some(Frame::List { slot, .. }) => *slot += 1,
            Some(Frame::Map { slot, value, .. }) => {
                *slot += usize::from(*value);
                *value = !*value;
            }
            None => {}
        }
    }

    /// The next value, which is not null.
    fn take(&mut self) -> Result<(usize, usize, &'a Values), ReadFault> {
        let values: &'a [Values] = self.values;
        let next = self.peek().and_then(|(id, slot)| Some((id, slot, values.get(id)?)));
        let Some((id, slot, column)) = next else {
            return Err(ReadFault::new("as many values as the table has columns", "more pulls than that"));
        };
        self.advance();
        if column.is_null(slot) {
            let found = if matches!(column.data, Data::Missing) { "no such column" } else { "null" };
            return Err(self.fault(id, found));
        }
        Ok((id, slot, column))
    }

    fn fault(&self, id: usize, found: impl Into<String>) -> ReadFault {
        let expected = self.shape.nodes.get(id).map_or_else(String::new, |node| node.expected.clone());
        ReadFault::new(expected, found)
    }

    /// A pull that does not fit the column: a `ReadColumn` by hand does not mirror its `ColumnType`.
    fn other_kind(&self, id: usize) -> ReadFault {
        self.fault(id, "a pull of another type: `ReadColumn` differs from `ColumnType`")
    }

    /// Start and end of the list or map that comes next.
    fn open(&mut self) -> Result<(usize, usize, usize), ReadFault> {
        let (id, slot, column) = self.take()?;
        let Data::Offsets(offsets) = &column.data else {
            return Err(self.other_kind(id));
        };
        let at = |slot: usize| offsets.get(slot).and_then(|&offset| usize::try_from(offset).ok());
        at(slot).zip(at(slot + 1)).map(|(start, end)| (id, start, end)).ok_or_else(|| self.other_kind(id))
    }

    /// Closes what is open if it was read to its end.
    fn close(&mut self, closes: impl Fn(&Frame) -> Option<usize>) -> Result<(), ReadFault> {
        match self.stack.last().and_then(closes) {
            Some(id) => {
                self.stack.pop();
                self.last = Some(id);
                Ok(())
            }
            None => Err(ReadFault::new("all parts of a value", "fewer pulls than that")),
        }
    }
}

impl RowSource for Row<'_> {
    fn nulls(&mut self, count: usize) -> bool {
        let is_null =
            |(id, slot): (usize, usize)| self.values.get(id).is_some_and(|values| values.is_null(slot));
        if count == 1 {
            let null = self.peek().is_some_and(is_null);
            if null {
                self.advance();
            }
            return null;
        }
        let Some(&Frame::Record { next: first, end, slot, .. }) = self.stack.last() else {
            return false;
        };
        let mut after = first;
        for _ in 0..count {
            let (Some(node), Some(values)) = (self.shape.nodes.get(after), self.values.get(after)) else {
                return false;
            };
            if after >= end || !values.is_null(values.slot(slot)) {
                return false;
            }
            after = node.end;
        }
        if let Some(Frame::Record { next, .. }) = self.stack.last_mut() {
            *next = after;
        }
        true
    }
    fn missing(&mut self) -> bool {
        let next = self.peek().and_then(|(id, _)| self.values.get(id));
        let missing = next.is_some_and(|values| matches!(values.data, Data::Missing));
        if missing {
            self.advance();
        }
        missing
    }
    fn skip(&mut self) {
        self.advance();
    }
    fn bool(&mut self) -> Result<bool, ReadFault> {
        let (id, slot, column) = self.take()?;
        let value = if let Data::Bool(bits) = &column.data {
            (slot < bits.len()).then(|| bits.value(slot))
        } else {
            None
        };
        value.ok_or_else(|| self.other_kind(id))
    }
    fn int(&mut self) -> Result<i64, ReadFault> {
        let (id, slot, column) = self.take()?;
        let value = if let Data::Int(values) = &column.data { values.get(slot).copied() } else { None };
        value.ok_or_else(|| self.other_kind(id))
    }
    fn wide_int(&mut self) -> Result<i128, ReadFault> {
        let (unscaled, scale) = self.decimal()?;
        let unit = 10_i128.checked_pow(scale).filter(|unit| unscaled % unit == 0);
        unit.map(|unit| unscaled / unit)
            .ok_or_else(|| ReadFault::new("an integer", format!("{unscaled}e-{scale}")))
    }
    fn float32(&mut self) -> Result<f32, ReadFault> {
        let (id, slot, column) = self.take()?;
        let value = if let Data::Float32(values) = &column.data { values.get(slot).copied() } else { None };
        value.ok_or_else(|| self.other_kind(id))
    }
    fn float64(&mut self) -> Result<f64, ReadFault> {
        let (id, slot, column) = self.take()?;
        let value = if let Data::Float64(values) = &column.data { values.get(slot).copied() } else { None };
        value.ok_or_else(|| self.other_kind(id))
    }
    fn decimal(&mut self) -> Result<(i128, u32), ReadFault> {
        let (id, slot, column) = self.take()?;
        #[allow(clippy::wildcard_enum_match_arm, reason = "nothing else is a decimal")]
        let value = match &column.data {
            Data::Decimal(values, scale) => values.get(slot).map(|&value| (value, *scale)),
            Data::Int(values) => values.get(slot).map(|&value| (value.into(), 0)),
            _ => None,
        };
        value.ok_or_else(|| self.other_kind(id))
    }
    fn text(&mut self) -> Result<&str, ReadFault> {
        let (id, slot, column) = self.take()?;
        let bytes = column.bytes(slot).ok_or_else(|| self.other_kind(id))?;
        std::str::from_utf8(bytes)
            .map_err(|_| ReadFault::new("text in UTF-8", format!("{} other bytes", bytes.len())))
    }
    fn binary(&mut self) -> Result<&[u8], ReadFault> {
        let (id, slot, column) = self.take()?;
        column.bytes(slot).ok_or_else(|| self.other_kind(id))
    }
    fn date(&mut self) -> Result<i32, ReadFault> {
        let days = self.int()?;
        i32::try_from(days).map_err(|_| ReadFault::new("a date", format!("{days} days since 1970")))
    }
    fn timestamp(&mut self) -> Result<(i64, u32), ReadFault> {
        let (id, slot, column) = self.take()?;
        let Data::Time(values, per_second) = &column.data else {
            return Err(self.other_kind(id));
        };
        let split = values.get(slot).and_then(|value| {
            let nanos = value.rem_euclid(*per_second) * (1_000_000_000 / per_second);
            Some((value.div_euclid(*per_second), u32::try_from(nanos).ok()?))
        });
        split.ok_or_else(|| self.other_kind(id))
    }
    fn begin_list(&mut self) -> Result<usize, ReadFault> {
        let (id, slot, end) = self.open()?;
        self.stack.push(Frame::List { element: id + 1, slot, end });
        Ok(end.saturating_sub(slot))
    }
    fn end_list(&mut self) -> Result<(), ReadFault> {
        self.close(|frame| match frame {
            Frame::List { element, slot, end } if slot >= end => Some(element - 1),
            Frame::List { .. } | Frame::Map { .. } | Frame::Record { .. } => None,
        })
    }
    fn begin_map(&mut self) -> Result<usize, ReadFault> {
        let (id, slot, end) = self.open()?;
        self.stack.push(Frame::Map { id, slot, end, value: false });
        Ok(end.saturating_sub(slot))
    }
    fn end_map(&mut self) -> Result<(), ReadFault> {
        self.close(|frame| match frame {
            Frame::Map { id, slot, end, value: false } if slot >= end => Some(*id),
            Frame::List { .. } | Frame::Map { .. } | Frame::Record { .. } => None,
        })
    }
    fn begin_struct(&mut self) -> Result<(), ReadFault> {
        let (id, slot, column) = self.take()?;
        let end = self.shape.nodes.get(id).map_or(id, |node| node.end);
        if !matches!(column.data, Data::Struct) {
            return Err(self.other_kind(id));
        }
        self.stack.push(Frame::Record { next: id + 1, end, id: Some(id), slot });
        Ok(())
    }
    fn end_struct(&mut self) -> Result<(), ReadFault> {
        self.close(|frame| match frame {
            Frame::Record { next, end, id, .. } if next >= end => *id,
            Frame::List { .. } | Frame::Map { .. } | Frame::Record { .. } => None,
        })
    }
}
