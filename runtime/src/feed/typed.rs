//! Typed records into columns.

#[cfg(test)]
mod tests;

use super::cells::Cells;
use crate::batch::Batch;
use crate::columns::ColumnId;
use crate::fault::{Fault, FaultKind, Step};
use crate::plan::{Kind, Plan};
use crate::reject::Reject;
use crate::time::Moment;
use lakebed_schema::{Record, RowSink};

/// Pushes a record into a batch.
///
/// # Errors
/// A value that its column cannot hold, or a partition that cannot be told; the batch is then as before. The reject
/// carries no bytes, since a typed record has none.
pub fn append<R: Record>(record: &R, plan: &Plan, batch: &mut Batch) -> Result<(), Box<Reject>> {
    append_with(plan, batch, |sink| record.append(sink))
}

fn append_with(
    plan: &Plan,
    batch: &mut Batch,
    push: impl FnOnce(&mut RowAppender<'_>),
) -> Result<(), Box<Reject>> {
    let stats = batch.stats;
    let cells = Cells { plan, columns: &mut batch.columns, stats: &mut batch.stats };
    let mut sink = RowAppender { cells, cursor: 1, stack: vec![Frame::Record(0)], fault: None };
    push(&mut sink);
    let result = sink.close().and_then(|()| batch.commit(plan, 0, 0));
    result.map_err(|fault| {
        batch.columns.rollback();
        batch.stats = stats;
        Box::new(Reject::new(plan, *fault, 0, 0, 0))
    })
}

/// Where the next value goes: members one after the other, elements again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frame {
    Record(ColumnId),
    List(ColumnId),
    /// True when a value, false when a key comes next.
    Map(ColumnId, bool),
}

struct RowAppender<'a> {
    cells: Cells<'a>,
    cursor: ColumnId,
    stack: Vec<Frame>,
    fault: Option<Box<Fault>>,
}

impl RowAppender<'_> {
    fn close(mut self) -> Step {
        match self.fault.take() {
            Some(fault) => Err(fault),
            None if self.stack != [Frame::Record(0)] || self.cursor != self.cells.plan.nodes.len() => {
                Err(self.other_table())
            }
            None => self.cells.close_record(0),
        }
    }

    /// The fault of a record whose values do not follow the plan.
    fn other_table(&self) -> Box<Fault> {
        let expected = format!("{} columns", self.cells.plan.root().members.len());
        Fault::new(FaultKind::Value, 0, expected, "a record of another table")
    }

    /// The column of the value that comes now; moves on to the next. `None` when the record has no more columns.
    fn next(&mut self) -> Option<ColumnId> {
        let id = self.cursor;
        match self.stack.last_mut() {
            Some(Frame::Record(record)) => {
                if id >= self.cells.columns.end(*record) {
                    return None;
                }
                self.cursor = self.cells.columns.end(id);
            }
            Some(Frame::List(_)) | None => {}
            Some(Frame::Map(map, value)) => {
                *value = !*value;
                self.cursor = *map + if *value { 2 } else { 1 };
            }
        }
        Some(id)
    }

    /// Pushes one value. After a fault nothing more is pushed: the row will be undone.
    fn put(&mut self, push: impl FnOnce(&mut Cells<'_>, ColumnId) -> Step) {
        if self.fault.is_some() {
            return;
        }
        let pushed = match self.next() {
            Some(id) => push(&mut self.cells, id),
            None => Err(self.other_table()),
        };
        if let Err(fault) = pushed {
            self.fault = Some(fault);
        }
    }

    fn open(&mut self, frame: fn(ColumnId) -> Frame) {
        let mut opened = None;
        self.put(|cells, id| {
            let fits = match (frame(id), &cells.node(id).kind) {
                (Frame::Record(_), Kind::Struct(_))
                | (Frame::List(_), Kind::List { .. })
                | (Frame::Map(..), Kind::Map) => true,
                (Frame::Record(_) | Frame::List(_) | Frame::Map(..), _) => false,
            };
            if !fits {
                return Err(cells.refuse(id, "a value with parts"));
            }
            cells.columns.begin(id);
            opened = Some(id);
            Ok(())
        });
        if let Some(id) = opened {
            self.stack.push(frame(id));
            self.cursor = id + 1;
        }
    }

    /// Closes what `frame` opened.
    fn shut(&mut self, frame: fn(ColumnId) -> Frame, shut: impl FnOnce(&mut Cells<'_>, ColumnId) -> Step) {
        if self.fault.is_some() {
            return;
        }
        let top = self.stack.last().copied().unwrap_or(Frame::Record(0));
        let (Frame::Record(id) | Frame::List(id) | Frame::Map(id, _)) = top;
        // A map's frame is equal to a new one only when no key waits for its value.
        let whole = !matches!(top, Frame::Record(_)) || self.cursor == self.cells.columns.end(id);
        if id == 0 || top != frame(id) || !whole {
            self.fault = Some(self.other_table());
            return;
        }
        self.stack.pop();
        if let Err(fault) = shut(&mut self.cells, id) {
            self.fault = Some(fault);
        }
        self.cursor = match self.stack.last() {
            Some(Frame::Record(_)) | None => self.cells.columns.end(id),
            Some(Frame::List(list)) => list + 1,
            Some(Frame::Map(map, value)) => map + if *value { 2 } else { 1 },
        };
    }
}

impl RowSink for RowAppender<'_> {
    fn null(&mut self) {
        self.put(|cells, id| cells.null(id));
    }
    fn bool(&mut self, value: bool) {
        self.put(|cells, id| cells.bool(id, value));
    }
    fn int(&mut self, value: i64) {
        self.put(|cells, id| cells.int(id, value.into()));
    }
    fn wide_int(&mut self, value: i128) {
        self.put(|cells, id| cells.int(id, value));
    }
    fn float32(&mut self, value: f32) {
        self.put(|cells, id| cells.float32(id, value));
    }
    fn float64(&mut self, value: f64) {
        self.put(|cells, id| cells.float64(id, value));
    }
    fn decimal(&mut self, unscaled: i128, scale: u32) {
        self.put(|cells, id| cells.decimal(id, unscaled, scale));
    }
    fn text(&mut self, value: &str) {
        self.put(|cells, id| {
            // JSON is stored as the text it is; anything else is coerced as on the wire.
            if matches!(cells.node(id).kind, Kind::Json) {
                cells.string(id, value.as_bytes())
            } else {
                cells.text(id, value.as_bytes())
            }
        });
    }
    fn binary(&mut self, value: &[u8]) {
        self.put(|cells, id| cells.binary(id, value));
    }
    fn date(&mut self, days: i32) {
        self.put(|cells, id| cells.date(id, days));
    }
    fn timestamp(&mut self, seconds: i64, nanos: u32) {
        self.put(|cells, id| cells.moment(id, Moment { seconds, nanos: nanos.min(999_999_999) }));
    }
    fn begin_list(&mut self, _len: usize) {
        self.open(Frame::List);
    }
    fn end_list(&mut self) {
        self.shut(Frame::List, |cells, id| cells.close_list(id));
    }
    fn begin_map(&mut self, _len: usize) {
        self.open(|id| Frame::Map(id, false));
    }
    fn end_map(&mut self) {
        self.shut(|id| Frame::Map(id, false), |cells, id| cells.close_list(id));
    }
    fn begin_struct(&mut self) {
        self.open(Frame::Record);
    }
    fn end_struct(&mut self) {
        self.shut(Frame::Record, |cells, id| {
            cells.close_record(id)?;
            cells.columns.end_struct(id);
            Ok(())
        });
    }
    fn refuse(&mut self, expected: &str, found: &str) {
        let (expected, found) = (expected.to_owned(), found.to_owned());
        self.put(|_, id| Err(Fault::new(FaultKind::Value, 0, expected, found).in_column(id)));
    }
}
