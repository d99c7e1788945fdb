//! Rows under way from a feeder to the files, with the partition of each.

use crate::columns::Columns;
use crate::error::{Error, ErrorKind};
use crate::fault::Step;
use crate::partition::Router;
use crate::plan::Plan;
use arrow_array::{ArrayRef, RecordBatch, UInt32Array};
use arrow_select::take::take_record_batch;
use std::sync::Arc;

/// Rows, columns and partitions of one batch.
#[derive(Debug)]
pub struct Batch {
    pub(crate) columns: Columns,
    pub(crate) router: Router,
    rows: Vec<RowPlace>,
    pub(crate) stats: Stats,
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
        let router = Router::new(arrival);
        Self { columns: plan.columns(), router, rows: Vec::new(), stats: Stats::default() }
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
        rows >= MAX_ROWS || (weigh && rows > 0 && self.columns.bytes() >= MAX_BYTES)
    }

    /// Commits the row under way to its partition.
    pub(crate) fn commit(&mut self, plan: &Plan, offset: u64, len: u64) -> Step {
        let partition = self.router.route(&plan.partitions, &self.columns, self.columns.rows())?;
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
        if self.rows.is_empty() {
            return Ok(Vec::new());
        }
        let defect = |e| Error::new(ErrorKind::Internal, "columns do not form a batch").with_source(e);
        let all = self.columns.finish().map_err(defect)?;
        let arrays: Vec<ArrayRef> =
            plan.projection.iter().filter_map(|&index| all.get(index).map(Arc::clone)).collect();
        let batch = RecordBatch::try_new(Arc::clone(&plan.schema), arrays).map_err(defect)?;
        let rows = std::mem::take(&mut self.rows);
        let mut by_partition: Vec<Vec<u32>> = Vec::new();
        for (index, row) in (0_u32..).zip(&rows) {
            let partition = row.partition as usize;
            if by_partition.len() <= partition {
                by_partition.resize_with(partition + 1, Vec::new);
            }
            if let Some(indices) = by_partition.get_mut(partition) {
                indices.push(index);
            }
        }
        let mut parts = Vec::new();
        let single = by_partition.iter().filter(|indices| !indices.is_empty()).count() == 1;
        for (number, indices) in (0_u32..).zip(by_partition) {
            if indices.is_empty() {
                continue;
            }
            let path = self.router.path(number).to_owned();
            let part = if single {
                batch.clone()
            } else {
                take_record_batch(&batch, &UInt32Array::from(indices)).map_err(defect)?
            };
            parts.push((path, part));
        }
        self.router.clear();
        Ok(parts)
    }
}
