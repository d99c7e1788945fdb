//! Rows under way from a feeder to the files, with the partition of each.

mod sorting;
#[cfg(test)]
mod tests;

use crate::bounds::Bounds;
use crate::columns::Columns;
use crate::error::{Error, ErrorKind};
use crate::fault::Step;
use crate::partition::Router;
use crate::plan::Plan;
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow_schema::ArrowError;
use arrow_select::take::take_record_batch;
use sorting::{ASIDE_SHARE, ENOUGH, Sorting};
use std::sync::Arc;

/// Rows, columns and partitions of one batch.
#[derive(Debug)]
pub struct Batch {
    pub(crate) columns: Columns,
    pub(crate) router: Router,
    bounds: Bounds,
    order: Order,
    pub(crate) stats: Stats,
    max_bytes: usize,
    /// Rows at which the batch is weighed next.
    weigh_at: usize,
    /// Whether it is full, whatever the number of its rows.
    is_ripe: bool,
}

/// What is known of the rows beside their columns.
#[derive(Debug)]
enum Order {
    /// Where each row came from and where it goes.
    Places(Vec<RowPlace>),
    /// Where it goes.
    Sorting(Box<Sorting>),
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
/// Rows after which the batch is weighed.
const WEIGH: usize = 64;
/// Bytes of a record after which it is weighed at once.
const LONG_RECORD: u64 = 64 << 10;

impl Batch {
    /// An empty batch for a plan. `arrival` is when the input arrived, in seconds since 1970.
    pub fn new(plan: &Plan, arrival: i64) -> Self {
        let (router, bounds) = (Router::new(arrival), Bounds::default());
        let (order, stats) = (Order::Places(Vec::new()), Stats::default());
        let (max_bytes, weigh_at, is_ripe) = (MAX_BYTES, WEIGH, false);
        Self { columns: plan.columns(), router, bounds, order, stats, max_bytes, weigh_at, is_ripe }
    }

    /// The same batch, which forgets where rows came from, and keeps those of its first partition in place.
    #[must_use]
    pub(crate) fn for_files(mut self, plan: &Plan) -> Self {
        self.order = Order::Sorting(Box::new(Sorting::new(plan)));
        self
    }

    /// The same batch, which takes only records within bounds of time.
    #[must_use]
    pub(crate) fn with_bounds(mut self, bounds: Bounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// Starts over for an input that arrived at that second since 1970. Room stays reserved.
    pub(crate) fn restart(&mut self, arrival: i64) {
        self.columns.truncate(0);
        match &mut self.order {
            Order::Places(rows) => rows.clear(),
            Order::Sorting(sorting) => sorting.clear(),
        }
        self.router.clear();
        self.router.arrival = arrival;
        self.stats = Stats::default();
        (self.weigh_at, self.is_ripe) = (WEIGH, false);
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

    /// Committed rows, unless the batch forgets where they came from.
    pub fn rows(&self) -> &[RowPlace] {
        match &self.order {
            Order::Places(rows) => rows,
            Order::Sorting(_) => &[],
        }
    }

    /// How many rows are committed.
    pub(crate) fn len(&self) -> usize {
        match &self.order {
            Order::Places(_) => self.columns.rows(),
            Order::Sorting(sorting) => self.columns.rows() + sorting.aside.rows(),
        }
    }

    /// What was stored less exactly than it came, in all rows so far, those taken out included.
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Whether it is time to take the rows out.
    pub fn is_full(&self) -> bool {
        self.is_ripe || self.len() >= MAX_ROWS
    }

    fn weigh(&mut self) {
        let (aside, is_settled) = match &self.order {
            Order::Places(_) => (0, false),
            Order::Sorting(sorting) => (sorting.aside.bytes(), sorting.is_settled(&self.columns)),
        };
        self.weigh_at = self.len() + WEIGH;
        self.is_ripe |= is_settled || self.columns.bytes() + aside >= self.max_bytes;
    }

    /// Rows that it takes at most before it is full; it may be full before.
    pub(crate) fn rows_left(&self) -> usize {
        let most = MAX_ROWS.saturating_sub(self.len());
        match &self.order {
            Order::Sorting(sorting) if !sorting.is_mixed => {
                most.min((ENOUGH + WEIGH).saturating_sub(self.columns.rows()).max(WEIGH))
            }
            Order::Sorting(_) | Order::Places(_) => most,
        }
    }

    /// Commits the row under way to its partition.
    pub(crate) fn commit(&mut self, plan: &Plan, offset: u64, len: u64) -> Step {
        let row = self.columns.rows();
        let partition = self.router.route(&plan.partitions, &self.bounds, &self.columns, row)?;
        self.bounds.check_event_time(self.router.arrival, &self.columns, row)?;
        match &mut self.order {
            Order::Places(rows) => {
                self.columns.commit();
                rows.push(RowPlace { offset, len, partition });
            }
            Order::Sorting(sorting) => sorting.commit(&mut self.columns, partition),
        }
        if self.len() >= self.weigh_at || len >= LONG_RECORD {
            self.weigh();
        }
        Ok(())
    }

    /// Takes the rows out, split by partition: path and rows of each, in the order in which the partitions came up.
    /// Columns that the path holds are left out.
    ///
    /// # Errors
    /// Only on a defect: a feeder pushed text that is no UTF-8.
    pub fn split(&mut self, plan: &Plan) -> Result<Vec<(String, RecordBatch)>, Error> {
        let mut parts = Vec::new();
        for taken in self.take(plan)? {
            for (path, rows) in taken.parts() {
                parts.push((path.clone(), taken.pick(rows)?));
            }
        }
        Ok(parts)
    }

    /// Takes the rows out as few batches. A partition that holds a good share of the rows has a batch of its own, so
    /// that what is held of the others does not keep its rows in memory; all others share one. Where all rows but a few
    /// are of one partition, these are not copied.
    pub(crate) fn group(&mut self, plan: &Plan) -> Result<Vec<Rows>, Error> {
        let mut groups = Vec::new();
        for taken in self.take(plan)? {
            taken.group(&mut groups)?;
        }
        Ok(groups)
    }

    /// Takes the rows out: those set aside first, since a partition's that came later are not among them.
    fn take(&mut self, plan: &Plan) -> Result<Vec<Taken>, Error> {
        let mut all = Vec::new();
        match &mut self.order {
            Order::Places(rows) => {
                let parts: Vec<u32> = rows.iter().map(|row| row.partition).collect();
                all.push(Taken::sort(finish(&mut self.columns, plan)?, &parts, &self.router));
                rows.clear();
            }
            Order::Sorting(sorting) => {
                if !sorting.strangers.is_empty() {
                    sorting.settle(&mut self.columns);
                }
                if !sorting.aside_parts.is_empty() {
                    let aside = finish(&mut sorting.aside, plan)?;
                    all.push(Taken::sort(aside, &sorting.aside_parts, &self.router));
                }
                let batch = finish(&mut self.columns, plan)?;
                let rows = batch.num_rows();
                if sorting.is_mixed {
                    let taken = Taken::sort(batch, &sorting.parts, &self.router);
                    // So it stays until one partition has nearly all rows again.
                    let largest = taken.lens.iter().map(|(_, rows)| *rows).max().unwrap_or_default();
                    sorting.is_mixed = largest < rows - rows / ASIDE_SHARE;
                    all.push(taken);
                } else if let Some(home) = sorting.home {
                    let lens = vec![(self.router.path(home).to_owned(), rows)];
                    all.push(Taken { batch, order: Vec::new(), lens });
                }
                sorting.clear();
            }
        }
        self.router.clear();
        (self.weigh_at, self.is_ripe) = (WEIGH, false);
        all.retain(|taken| taken.batch.num_rows() > 0);
        Ok(all)
    }
}

/// Rows of columns as a batch.
fn finish(columns: &mut Columns, plan: &Plan) -> Result<RecordBatch, Error> {
    let all = columns.finish().map_err(defect)?;
    let arrays: Vec<ArrayRef> =
        plan.projection.iter().filter_map(|&index| all.get(index)).map(Arc::clone).collect();
    let rows = RecordBatchOptions::new().with_row_count(all.first().map(|array| array.len()));
    RecordBatch::try_new_with_options(Arc::clone(&plan.schema), arrays, &rows).map_err(defect)
}

/// A partition with one row in so many has a batch of its own.
const LARGE_SHARE: usize = 4;

/// Rows that were taken out, sorted by partition.
struct Taken {
    batch: RecordBatch,
    /// Places in the batch; nothing where the rows stand as they are sorted.
    order: Vec<u32>,
    /// Path and rows of each partition, in that order.
    lens: Vec<(String, usize)>,
}

impl Taken {
    /// Sorts rows by counting: how many each partition has, where its first one goes, then every row.
    fn sort(batch: RecordBatch, parts: &[u32], router: &Router) -> Self {
        let mut counts: Vec<usize> = Vec::new();
        for &part in parts {
            let part = part as usize;
            if counts.len() <= part {
                counts.resize(part + 1, 0);
            }
            if let Some(count) = counts.get_mut(part) {
                *count += 1;
            }
        }
        let mut places = Vec::with_capacity(counts.len());
        let mut next = 0;
        for count in &counts {
            places.push(next);
            next += count;
        }
        let mut order = vec![0; parts.len()];
        for (index, &part) in (0_u32..).zip(parts) {
            if let Some(place) = places.get_mut(part as usize) {
                if let Some(slot) = order.get_mut(*place) {
                    *slot = index;
                }
                *place += 1;
            }
        }
        let named = (0_u32..).zip(&counts).filter(|(_, rows)| **rows > 0);
        let lens = named.map(|(number, &rows)| (router.path(number).to_owned(), rows)).collect();
        Self { batch, order, lens }
    }

    fn group(self, groups: &mut Vec<Rows>) -> Result<(), Error> {
        if self.lens.len() == 1 {
            groups.push(Rows { batch: self.batch, parts: self.lens });
            return Ok(());
        }
        let large = self.order.len().div_ceil(LARGE_SHARE);
        let (mut parts, mut shared) = (Vec::new(), Vec::new());
        for (path, rows) in self.parts() {
            if rows.len() >= large {
                groups.push(Rows { batch: self.pick(rows)?, parts: vec![(path.clone(), rows.len())] });
            } else {
                parts.push((path.clone(), rows.len()));
                shared.extend_from_slice(rows);
            }
        }
        if !shared.is_empty() {
            groups.push(Rows { batch: self.pick(&shared)?, parts });
        }
        Ok(())
    }

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
