//! Rows under way from a feeder to the files, with the partition of each.

use crate::bounds::Bounds;
use crate::columns::Columns;
use crate::error::{Error, ErrorKind};
use crate::fault::Step;
use crate::partition::Router;
use crate::plan::Plan;
use arrow_array::{ArrayRef, RecordBatch, UInt32Array};
use arrow_schema::ArrowError;
use arrow_select::take::take_record_batch;
use std::sync::Arc;

/// Rows, columns and partitions of one batch.
#[derive(Debug)]
pub struct Batch {
    pub(crate) columns: Columns,
    pub(crate) router: Router,
    bounds: Bounds,
    rows: Vec<RowPlace>,
    pub(crate) stats: Stats,
    max_bytes: usize,
}

/// Rows of some partitions in one batch: those of each stand together.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    pub(crate) batch: RecordBatch,
    /// Path and rows of each partition, in the order in which they stand in the batch.
    pub(crate) parts: Vec<(String, usize)>,
}

/// Where a row came from and where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowPlace {
    /// First byte in the decoded input.
    pub offset: u64,
    /// Bytes of the record.
    pub len: u64,
    /// Number of its partition within the batch.
    pub partition: u32,
}

/// What was stored less exactly than it came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Times finer than their column's unit.
    pub floored_times: u64,
    /// Decimals finer than their column's scale.
    pub rounded_decimals: u64,
}

impl Stats {
    pub(crate) fn add(&mut self, other: Self) {
        self.floored_times += other.floored_times;
        self.rounded_decimals += other.rounded_decimals;
    }
}

/// Rows after which a batch is full.
const MAX_ROWS: usize = 65_536;
/// Bytes after which a batch is full.
const MAX_BYTES: usize = 48 << 20;
/// Bytes of a record after which the batch is weighed at once; others are weighed every 64 rows.
const LONG_RECORD: u64 = 64 << 10;

impl Batch {
    /// An empty batch for a plan. `arrival` is when the input arrived, in seconds since 1970.
    pub fn new(plan: &Plan, arrival: i64) -> Self {
        let (router, bounds) = (Router::new(arrival), Bounds::default());
        let (rows, stats) = (Vec::new(), Stats::default());
        Self { columns: plan.columns(), router, bounds, rows, stats, max_bytes: MAX_BYTES }
    }

    /// The same batch, which takes only records within bounds of time.
    #[must_use]
    pub(crate) fn with_bounds(mut self, bounds: Bounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// From the next row on, that is when records arrived, in seconds since 1970: for inputs whose records say it each,
    /// such as error objects.
    pub fn set_arrival(&mut self, seconds: i64) {
        self.router.arrival = seconds;
    }

    /// The same batch, full after fewer bytes.
    #[must_use]
    pub(crate) fn with_max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes.min(MAX_BYTES);
        self
    }

    /// Committed rows.
    pub fn rows(&self) -> &[RowPlace] {
        &self.rows
    }

    /// What was stored less exactly than it came, in all rows so far, those taken out included.
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Whether it is time to take the rows out.
    pub fn is_full(&self) -> bool {
        let rows = self.rows.len();
        let weigh = rows.is_multiple_of(64) || self.rows.last().is_some_and(|row| row.len >= LONG_RECORD);
        rows >= MAX_ROWS || (weigh && rows > 0 && self.columns.bytes() >= self.max_bytes)
    }

    /// Rows that it takes before it is full, whatever they weigh.
    pub(crate) fn rows_left(&self) -> usize {
        MAX_ROWS.saturating_sub(self.rows.len())
    }

    /// Commits the row under way to its partition.
    pub(crate) fn commit(&mut self, plan: &Plan, offset: u64, len: u64) -> Step {
        let row = self.columns.rows();
        let partition = self.router.route(&plan.partitions, &self.bounds, &self.columns, row)?;
        self.bounds.check_event_time(self.router.arrival, &self.columns, row)?;
        self.columns.commit();
        self.rows.push(RowPlace { offset, len, partition });
        Ok(())
    }

    /// Takes the rows out, split by partition: path and rows of each, in the order in which the partitions came up.
    /// Columns that the path holds are left out.
    ///
    /// # Errors
    /// Only on a defect: a feeder pushed text that is no UTF-8.
    pub fn split(&mut self, plan: &Plan) -> Result<Vec<(String, RecordBatch)>, Error> {
        let Some(taken) = self.take(plan)? else {
            return Ok(Vec::new());
        };
        taken.parts().map(|(path, rows)| Ok((path.clone(), taken.pick(rows)?))).collect()
    }

    /// Takes the rows out as few batches. A partition that holds a good share of the rows has a batch of its own, so
    /// that what is held of the others does not keep its rows in memory; all others share one. When there is but one
    /// partition nothing is copied.
    pub(crate) fn group(&mut self, plan: &Plan) -> Result<Vec<Rows>, Error> {
        let Some(taken) = self.take(plan)? else {
            return Ok(Vec::new());
        };
        let large = taken.order.len().div_ceil(LARGE_SHARE);
        let mut groups = Vec::new();
        let (mut parts, mut shared) = (Vec::new(), Vec::new());
        for (path, rows) in taken.parts() {
            if rows.len() >= large {
                groups.push(Rows { batch: taken.pick(rows)?, parts: vec![(path.clone(), rows.len())] });
            } else {
                parts.push((path.clone(), rows.len()));
                shared.extend_from_slice(rows);
            }
        }
        if !shared.is_empty() {
            groups.push(Rows { batch: taken.pick(&shared)?, parts });
        }
        Ok(groups)
    }

    fn take(&mut self, plan: &Plan) -> Result<Option<Taken>, Error> {
        if self.rows.is_empty() {
            return Ok(None);
        }
        let all = self.columns.finish().map_err(defect)?;
        let arrays: Vec<ArrayRef> =
            plan.projection.iter().filter_map(|&index| all.get(index)).map(Arc::clone).collect();
        let batch = RecordBatch::try_new(Arc::clone(&plan.schema), arrays).map_err(defect)?;
        // Sorted by counting: how many rows each partition has, where its first one goes, then every row.
        let mut counts: Vec<usize> = Vec::new();
        for row in &self.rows {
            let partition = row.partition as usize;
            if counts.len() <= partition {
                counts.resize(partition + 1, 0);
            }
            if let Some(count) = counts.get_mut(partition) {
                *count += 1;
            }
        }
        let mut places = Vec::with_capacity(counts.len());
        let mut next = 0;
        for count in &counts {
            places.push(next);
            next += count;
        }
        let mut order = vec![0; self.rows.len()];
        for (index, row) in (0_u32..).zip(&self.rows) {
            if let Some(place) = places.get_mut(row.partition as usize) {
                if let Some(slot) = order.get_mut(*place) {
                    *slot = index;
                }
                *place += 1;
            }
        }
        let named = (0_u32..).zip(&counts).filter(|(_, rows)| **rows > 0);
        let lens = named.map(|(number, &rows)| (self.router.path(number).to_owned(), rows)).collect();
        self.rows.clear();
        self.router.clear();
        Ok(Some(Taken { batch, order, lens }))
    }
}

/// A partition with one row in so many has a batch of its own.
const LARGE_SHARE: usize = 4;

/// Rows that were taken out, sorted by partition.
struct Taken {
    batch: RecordBatch,
    /// Places in the batch.
    order: Vec<u32>,
    /// Path and rows of each partition, in that order.
    lens: Vec<(String, usize)>,
}

impl Taken {
    /// Path of each partition, and the places of its rows.
    fn parts(&self) -> impl Iterator<Item = (&String, &[u32])> {
        let mut rest = self.order.as_slice();
        self.lens.iter().map(move |(path, len)| {
            let (rows, behind) = rest.split_at_checked(*len).unwrap_or((rest, &[]));
            rest = behind;
            (path, rows)
        })
    }

    /// Rows at those places, in that order; without a copy when these are all rows as they stand.
    fn pick(&self, rows: &[u32]) -> Result<RecordBatch, Error> {
        let as_they_stand = || (0_u32..).zip(rows).all(|(place, &row)| place == row);
        if rows.len() == self.batch.num_rows() && as_they_stand() {
            return Ok(self.batch.clone());
        }
        let indices = UInt32Array::from_iter_values(rows.iter().copied());
        take_record_batch(&self.batch, &indices).map_err(defect)
    }
}

fn defect(e: ArrowError) -> Error {
    Error::new(ErrorKind::Internal, "columns do not form a batch").with_source(e)
}
