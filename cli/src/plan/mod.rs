//! What a catalog has to change so that it holds what the tables say.
//!
//! `diff` is pure: a wanted and an actual table give a [`TablePlan`] of typed [`Change`]s, each with a stable
//! [`Code`] and a [`Class`]. `read` gets the actual one from a [`Catalog`](crate::catalog::Catalog), and
//! `apply` carries a plan out.
//!
//! A plan never takes away what lakebed did not put there. What lakebed owns of a table is remembered in one of the
//! table's parameters, so that a column which left the struct can be told from one that somebody else added.

mod base;
mod change;
mod contradictions;
mod describe;
mod diff;
mod follow;
mod foreign;
mod hands;
mod json;
mod merge;
mod obstacle;
mod owned;
mod projection;
mod read;
mod reading;
mod rename;
mod rules;
mod types;
mod widening;

#[cfg(test)]
mod tests;

pub use base::{Base, content};
pub use change::{Change, Class, Code};
pub use contradictions::contradictions;
pub use describe::changes;
pub(crate) use diff::obstructions;
pub use diff::{diff, left_out};
pub use follow::follow;
pub(crate) use hands::is_by_others;
pub use json::Plan;
pub use owned::{OWNED, Owned};
pub(crate) use projection::is_enabled as is_projected;
pub use read::{read, read_with};

use crate::catalog::{GlueDatabase, PartitionIndex, StoredTable, TableName};
use lakebed_schema::artifacts::glue::{GluePartition, GlueTable};

/// What the catalog should hold for a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Its database. It is made when it is not there; one that is there stays as it is, whatever its description,
    /// location and parameters say.
    pub database: GlueDatabase,
    /// The table, as [`GlueTable::of`] makes it.
    pub table: GlueTable,
    /// Partition indexes; none are asked for by default.
    pub indexes: Vec<PartitionIndex>,
    /// Whether everything that is there counts as lakebed's, so that what is not wanted goes. Parameters that engines
    /// and crawlers keep for themselves stay nevertheless.
    pub adopt: bool,
}

/// What the catalog holds for a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Actual {
    /// Its database, when it exists.
    pub database: Option<GlueDatabase>,
    /// The table, when it exists.
    pub table: Option<StoredTable>,
    /// Registered partitions; none when nobody needs to look at them, since the table's are computed by projection.
    pub partitions: Option<Vec<GluePartition>>,
    /// Partition indexes; not read when none are wanted.
    pub indexes: Vec<PartitionIndex>,
    /// Names of other tables of the database that stand in the place of a table which does not exist.
    pub same_location: Vec<String>,
}

/// What is to be done for one table.
#[derive(Clone, Debug, PartialEq)]
pub struct TablePlan {
    /// The table.
    pub name: TableName,
    /// The state it was made for.
    pub base: Base,
    /// Whether its database has to be made first.
    pub create_database: bool,
    /// Every change, in the order of their codes; none when the catalog holds what it should.
    pub changes: Vec<Change>,
    /// What others put there, which stays: one phrase each, such as "parameter `owner` = `mobility`".
    pub foreign: Vec<String>,
    /// The table as it will be sent; none when the table itself stays as it is.
    pub result: Option<GlueTable>,
    /// Values of the registered partitions whose descriptors follow the table's.
    pub partitions: Vec<Vec<String>>,
    /// Indexes to make.
    pub indexes: Vec<PartitionIndex>,
}

impl TablePlan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// Lists the making of a database once: with the first of its tables that can be made. Whichever table comes first
/// makes it nevertheless.
pub(crate) fn list_databases_once(plans: &mut [TablePlan]) {
    let is_listed = |plan: &TablePlan| plan.changes.iter().any(|change| change.code == Code::CreateDatabase);
    let is_possible = |plan: &TablePlan| plan.changes.iter().all(|change| change.class != Class::Impossible);
    for at in 0..plans.len() {
        let Some(name) = plans.get(at).map(|plan| plan.name.clone()) else { continue };
        let same = |plan: &&TablePlan| is_listed(plan) && plan.name.database == name.database;
        let mut others = plans.iter().filter(same);
        let first = others.clone().find(|plan| is_possible(plan)).or_else(|| others.next());
        let is_another = first.is_some_and(|first| first.name != name);
        if let Some(plan) = plans.get_mut(at).filter(|_| is_another) {
            plan.changes.retain(|change| change.code != Code::CreateDatabase);
        }
    }
}
