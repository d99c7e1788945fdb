//! What changed from one version of a table to another.

use crate::catalog::StoredTable;
use crate::plan::{Change, changes};

/// What has to change for `older` to become `newer`, whoever put it there.
pub fn since(older: &StoredTable, newer: &StoredTable) -> Vec<Change> {
    changes(&older.table, &newer.table, None)
}
