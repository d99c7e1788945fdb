//! Points whose record is the same as last time, or older than that: cut out of a document before it is kept.
//!
//! A point is what the table's key names, its times left out: `point_id` where the key is `point_id, observed_at`. Its
//! record is the same when its bytes are. It is older when the column of `latest_by` says so. What the target does not
//! take now and may take later, since it is not its time yet, is not learned; nor is a time of `latest_by` that lies
//! beyond what can be: one wrong clock must not silence a point for good.

#[cfg(test)]
mod tests;

use crate::batch::Batch;
use crate::bounds::Bounds;
use crate::columns::{ColumnId, Columns};
use crate::convert::{Format, Limits};
use crate::error::{Error, ErrorKind};
use crate::fault::FaultKind;
use crate::feed::Feeder;
use crate::plan::{Kind, Plan};
use crate::reject::Rejects;
use crate::window::EventWindow;
use lakebed_schema::{Table, TimeUnit};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Points that are remembered at most.
const MOST: usize = 4 << 20;

/// How far a time of `latest_by` may lie ahead of its arrival, where no window says it.
const AHEAD_MS: i64 = 86_400_000;

type PointKey = [u8; 16];

/// What was kept last of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    record: [u8; 16],
    /// By which it is older or newer; nothing where it has none.
    order: Option<i64>,
}

/// Remembers what was kept last of each point.
#[derive(Debug)]
pub(super) struct Skipper {
    plan: Plan,
    limits: Limits,
    key: Vec<ColumnId>,
    order: Option<ColumnId>,
    /// What its numbers stand for; nothing where it is no time.
    order_ms: Option<Scale>,
    /// How far the order may lie ahead of the arrival, in milliseconds.
    ahead_ms: i64,
    points: BTreeMap<PointKey, Point>,
}

/// What a number of a column of time stands for.
#[derive(Clone, Copy, Debug)]
enum Scale {
    Days,
    PerMilli(i64),
}

impl Scale {
    fn of(kind: Option<&Kind>) -> Option<Self> {
        if let Kind::Time { unit, .. } = kind? {
            return Some(match unit {
                TimeUnit::Millis => Self::PerMilli(1),
                TimeUnit::Micros => Self::PerMilli(1000),
            });
        }
        matches!(kind?, Kind::Date(_)).then_some(Self::Days)
    }

    fn millis(self, value: i64) -> i64 {
        match self {
            Self::Days => value.saturating_mul(86_400_000),
            Self::PerMilli(per) => value.div_euclid(per),
        }
    }
}

/// A document without the points that were skipped.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// What is left; nothing when the whole document stays as it is.
    pub(super) text: Option<Vec<u8>>,
    /// Records cut out.
    pub(super) skipped: u64,
    /// Records and broken documents that stay.
    pub(super) left: u64,
    news: Vec<(PointKey, Point)>,
}

impl Skipper {
    /// For a table, with what an earlier one has [written](Self::write).
    ///
    /// # Errors
    /// A table without a key, or with one that holds no plain values.
    pub(super) fn new(
        table: &Table,
        plan: Plan,
        limits: Limits,
        window: Option<EventWindow>,
        written: &[u8],
    ) -> Result<Self, Error> {
        let wrong = |why: String| {
            let message = format!("unchanged points of table `{}` cannot be skipped: {why}", table.name);
            Error::new(ErrorKind::Usage, message)
        };
        let column = |name: &String| {
            let at = table.columns.iter().position(|column| column.name == *name)?;
            plan.root().members.get(at).copied()
        };
        let kind = |id: ColumnId| plan.nodes.get(id).map(|node| &node.kind);
        let is_time = |id: &ColumnId| matches!(kind(*id), Some(Kind::Time { .. } | Kind::Date(_)));
        let all: Vec<ColumnId> = table.key.iter().filter_map(column).collect();
        let mut key: Vec<ColumnId> = all.iter().copied().filter(|id| !is_time(id)).collect();
        if key.is_empty() {
            key = all;
        }
        if key.is_empty() {
            return Err(wrong("it has no key, which says what a point is (`key = \"…\"`)".to_owned()));
        }
        let order = table.latest_by.as_ref().and_then(column);
        for &id in key.iter().chain(&order) {
            let name = plan.nodes.get(id).map_or("", |node| node.path.as_str());
            let is_plain = kind(id).is_some_and(|kind| match kind {
                Kind::Boolean | Kind::Int { .. } | Kind::Date(_) | Kind::Time { .. } => true,
                Kind::String | Kind::Char | Kind::Uuid | Kind::Enum(_) => Some(id) != order,
                Kind::Float32
                | Kind::Float64
                | Kind::Decimal { .. }
                | Kind::Json
                | Kind::Binary
                | Kind::List { .. }
                | Kind::Map
                | Kind::Struct(_) => false,
            });
            if !is_plain {
                let wanted = if Some(id) == order {
                    "a time or a whole number"
                } else {
                    "text, whole numbers or times"
                };
                return Err(wrong(format!("its column `{name}` is not {wanted}")));
            }
        }
        let mut points = BTreeMap::new();
        for entry in written.as_chunks::<ENTRY>().0 {
            let (point, rest) = entry.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
            let (record, rest) = rest.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
            let order = rest.first_chunk::<8>().map_or(i64::MIN, |bytes| i64::from_le_bytes(*bytes));
            points.insert(*point, Point { record: *record, order: (order != i64::MIN).then_some(order) });
        }
        let order_ms = Scale::of(order.and_then(kind));
        let ahead_ms = window.and_then(|window| window.to).unwrap_or(AHEAD_MS);
        Ok(Self { plan, limits, key, order, order_ms, ahead_ms, points })
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What to hand to the next one.
    pub(super) fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.points.len() * ENTRY);
        for (key, point) in &self.points {
            bytes.extend_from_slice(key);
            bytes.extend_from_slice(&point.record);
            bytes.extend_from_slice(&point.order.unwrap_or(i64::MIN).to_le_bytes());
        }
        bytes
    }

    /// Looks at a document. What was found counts once it is [learned](Self::learn).
    ///
    /// # Errors
    /// A document in a format that the table has not.
    pub(super) fn cut(&self, text: &[u8], arrival_ms: i64, bounds: &Bounds) -> Result<Cut, Error> {
        let format = Format::of(text);
        let mut feeder = Feeder::new(&self.plan, format, self.limits)?;
        let arrival = arrival_ms.div_euclid(1000);
        // Bounds of time are looked at here: who is late stays late, and can be learned.
        let mut batch = Batch::new(&self.plan, arrival).with_bounds(bounds.without_window());
        let mut rejects = Rejects::default();
        let (mut kept, mut gone): (Vec<Range<usize>>, Vec<Range<usize>>) = (Vec::new(), Vec::new());
        let mut news: BTreeMap<PointKey, Point> = BTreeMap::new();
        let mut seen: BTreeSet<(PointKey, [u8; 16])> = BTreeSet::new();
        let mut at = 0;
        loop {
            let rest = text.get(at..).unwrap_or_default();
            let read = feeder.decode(rest, at as u64, true, &mut batch, &mut rejects);
            at += read;
            for (row, place) in batch.rows().iter().enumerate() {
                let range = range(place.offset, place.len);
                let record = text.get(range.clone()).unwrap_or_default();
                let is_early = bounds
                    .check_event_time(arrival, &batch.columns, row)
                    .is_err_and(|fault| fault.kind == FaultKind::Early);
                if is_early {
                    kept.push(range);
                    continue;
                }
                let key = self.key_of(&batch.columns, row);
                let known = self.points.get(&key);
                let can_be = |order: &i64| self.can_be(*order, arrival_ms);
                let known_order = known.and_then(|point| point.order).filter(can_be);
                let hash = hash(record);
                let order = self.order_of(&batch.columns, row);
                let last = news.get(&key);
                let is_same = last.or(known).is_some_and(|last| last.record == hash)
                    || (order.is_some()
                        && (known.is_some_and(|known| known.record == hash) || !seen.insert((key, hash))));
                // What stands before it in the same document says nothing: some list the newest first.
                let is_older = matches!((known_order, order), (Some(known), Some(now)) if now < known);
                if is_same || is_older {
                    gone.push(range);
                    continue;
                }
                kept.push(range);
                let last_order = last.map_or(known_order, |last| last.order);
                let order = order.filter(can_be).or(last_order);
                if !matches!((last_order, order), (Some(last), Some(now)) if now < last) {
                    news.insert(key, Point { record: hash, order });
                }
            }
            for reject in rejects.list.drain(..) {
                kept.push(range(reject.offset, reject.len));
            }
            let is_done = batch.rows().is_empty() || at >= text.len();
            batch.restart(arrival);
            if is_done || read == 0 {
                break;
            }
        }
        let (skipped, left) = (gone.len() as u64, kept.len() as u64);
        let text = (skipped > 0).then(|| match format {
            Format::Xml => without(text, gone),
            Format::Json => lines(text, kept),
        });
        Ok(Cut { text, skipped, left, news: news.into_iter().collect() })
    }

    /// Remembers what a document said.
    pub(super) fn learn(&mut self, cut: &Cut) {
        for (key, point) in &cut.news {
            if self.points.len() < MOST || self.points.contains_key(key) {
                self.points.insert(*key, *point);
            }
        }
    }

    fn key_of(&self, columns: &Columns, row: usize) -> PointKey {
        let mut hasher = blake3::Hasher::new();
        for &id in &self.key {
            if columns.is_null(id, row) {
                hasher.update(&[0]);
            } else if let Some(text) = columns.text(id, row) {
                hasher.update(&[1]).update(&(text.len() as u64).to_le_bytes()).update(text);
            } else {
                let word = columns.word(id, row).unwrap_or_default();
                hasher.update(&[2]).update(&word.to_le_bytes());
            }
        }
        first16(&hasher)
    }

    /// Whether a value of `latest_by` is no time that lies too far ahead.
    fn can_be(&self, order: i64, arrival_ms: i64) -> bool {
        let last = arrival_ms.saturating_add(self.ahead_ms);
        self.order_ms.is_none_or(|scale| scale.millis(order) <= last)
    }

    fn order_of(&self, columns: &Columns, row: usize) -> Option<i64> {
        let id = self.order.filter(|&id| !columns.is_null(id, row))?;
        columns.int(id, row)
    }
}

/// Bytes of a point as it is written.
const ENTRY: usize = 40;

/// The hash of some bytes.
pub(super) fn hash(bytes: &[u8]) -> [u8; 16] {
    first16(blake3::Hasher::new().update(bytes))
}

fn first16(hasher: &blake3::Hasher) -> [u8; 16] {
    hasher.finalize().as_bytes().first_chunk::<16>().copied().unwrap_or_default()
}

fn range(offset: u64, len: u64) -> Range<usize> {
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    place(offset)..place(offset.saturating_add(len))
}

/// A text with some parts left out.
fn without(text: &[u8], mut gone: Vec<Range<usize>>) -> Vec<u8> {
    gone.sort_by_key(|range| range.start);
    let mut left = Vec::with_capacity(text.len());
    let mut at = 0;
    for range in gone {
        left.extend_from_slice(text.get(at..range.start).unwrap_or_default());
        at = at.max(range.end);
    }
    left.extend_from_slice(text.get(at..).unwrap_or_default());
    left
}

/// Some parts of a text, each on lines of its own.
fn lines(text: &[u8], mut kept: Vec<Range<usize>>) -> Vec<u8> {
    kept.sort_by_key(|range| range.start);
    let mut left = Vec::with_capacity(text.len());
    for range in kept {
        left.extend_from_slice(text.get(range).unwrap_or_default());
        left.push(b'\n');
    }
    left
}
