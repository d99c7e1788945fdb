//! Rows that were just decoded, as typed records.

use super::row::Row;
use super::shape::Shape;
use crate::columns::Columns;
use lakebed_schema::{ReadRecord, Table};

/// Reads the columns of one table.
#[derive(Debug)]
pub(crate) struct Decoded {
    shape: Shape,
}

impl Decoded {
    pub(crate) fn new(table: &Table) -> Self {
        Self { shape: Shape::new(table) }
    }

    /// Takes all rows out of columns. The path of the partition is not asked: a column that stands in it is among these.
    ///
    /// # Errors
    /// A value that is none of its field's type, with its column.
    pub(crate) fn take<T: ReadRecord>(&self, columns: &mut Columns) -> Result<Vec<T>, String> {
        let rows = columns.rows();
        let arrays = columns.finish().map_err(|error| format!("columns do not form arrays: {error}"))?;
        let mut values = Vec::new();
        for (id, array) in self.shape.roots().zip(&arrays) {
            self.shape.load(id, Some(array), &mut values).map_err(|mismatch| mismatch.found)?;
        }
        let mut stack = Vec::new();
        let record = |slot| {
            let mut row = Row::new(&self.shape, &values, &mut stack, slot);
            T::read(&mut row).map_err(|fault| {
                format!("column `{}`: expected {}, found {}", row.column(), fault.expected, fault.found)
            })
        };
        (0..rows).map(record).collect()
    }
}
