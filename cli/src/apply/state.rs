//! Whether a plan still fits what the catalog holds.

use crate::catalog::StoredTable;
use crate::plan::TablePlan;

/// How a table stands to a plan that was made for it earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is what the plan was made for.
    AtBase,
    /// It is already as the plan leaves it.
    AsPlanned,
    /// It is something else.
    Moved,
}

/// How the table that is there stands to the plan. Equal means equal in [normal
/// form](lakebed_schema::artifacts::glue::GlueTable::normal).
pub fn state(plan: &TablePlan, present: Option<&StoredTable>) -> State {
    let as_planned = match (&plan.result, present) {
        (Some(result), Some(stored)) => result.normal() == stored.table.normal(),
        (Some(_) | None, _) => false,
    };
    match () {
        () if as_planned => State::AsPlanned,
        () if plan.base.is(present) => State::AtBase,
        () => State::Moved,
    }
}
