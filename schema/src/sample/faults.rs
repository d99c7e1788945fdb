//! Records that the decoder must refuse, each a whole JSON object, so that none takes the next one with it.

use crate::logical_type::LogicalType;
use crate::table::{Column, Table};

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The first key comes twice.
    Repeated,
    /// The required key of this field is not there.
    Missing(usize),
    /// This field holds an object instead of a scalar.
    Wrong(usize),
}

/// The faults that records of a table can have. Any table has the first, since no reader takes a key twice.
pub(super) fn of(table: &Table) -> Vec<Fault> {
    let columns = || table.columns.iter().enumerate();
    let missing = columns().filter(|(_, column)| !column.nullable && !column.default);
    let wrong = columns().filter(|(_, column)| refuses_objects(column));
    std::iter::once(Fault::Repeated)
        .chain(missing.map(|(index, _)| Fault::Missing(index)))
        .chain(wrong.map(|(index, _)| Fault::Wrong(index)))
        .collect()
}

/// Whether an object is no value of the column. A text column takes it as its JSON text.
fn refuses_objects(column: &Column) -> bool {
    column.ty.is_scalar() && !matches!(column.ty, LogicalType::String | LogicalType::Json)
}
