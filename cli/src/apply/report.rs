//! What carrying plans out came to.

use super::{Refusal, Step};
use crate::catalog::{CatalogError, CatalogErrorKind, TableName};
use crate::plan::{Change, TablePlan};

/// What [`apply`](super::apply) did, table by table.
#[derive(Debug, Default)]
pub struct Report {
    /// One entry a table, in the order they were given.
    pub tables: Vec<TableReport>,
}

/// What was done for one table.
#[derive(Debug)]
pub struct TableReport {
    /// The table.
    pub name: TableName,
    /// What it came to.
    pub ended: Ended,
    /// What was done, in order, also when it failed after that.
    pub done: Vec<Step>,
    /// What is left of the plan.
    pub not_done: Vec<Step>,
    /// The plan that was carried out last: the one that was shown, unless the table changed meanwhile.
    pub plan: TablePlan,
}

/// How a table's plan ended.
#[derive(Debug)]
pub enum Ended {
    /// The plan was empty.
    NothingToDo,
    /// It was done.
    Applied,
    /// Everything was there as planned: an earlier run had done it.
    AlreadyDone,
    /// It holds changes that may not be made; nothing was done.
    Refused(Vec<Refusal>),
    /// Exactly this plan was meant, and the table is not what it was made for any more; nothing was done.
    Stale {
        /// What the table was then.
        then: String,
        /// What it is now.
        now: String,
        /// What changed in between, when that can still be told.
        since: Vec<Change>,
    },
    /// Exactly this plan was meant, and it does something else than it says: how, one phrase each; nothing was done.
    Contradictory(Vec<String>),
    /// Whoever was asked did not want to go on with the plan as it had become.
    Declined,
    /// Others changed the table before every attempt.
    Contested {
        /// How many attempts there were.
        attempts: u32,
        /// What the catalog said to the last.
        last: Option<CatalogError>,
    },
    /// A call failed, or partitions did.
    Failed(Failure),
}

/// What failed.
#[derive(Debug)]
pub enum Failure {
    /// A call.
    Call {
        /// The error.
        error: CatalogError,
        /// Whether the catalog may have done it all the same: no answer is no refusal.
        may_be_done: bool,
        /// Single partitions that had been refused before.
        partitions: Vec<PartitionFault>,
    },
    /// Single partitions; the others are done.
    Partitions(Vec<PartitionFault>),
}

/// A partition that does not follow its table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionFault {
    /// Its values.
    pub values: Vec<String>,
    /// What went wrong.
    pub kind: CatalogErrorKind,
    /// The catalog's words.
    pub message: String,
}

impl Ended {
    /// Its name: `applied`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NothingToDo => "nothing_to_do",
            Self::Applied => "applied",
            Self::AlreadyDone => "already_done",
            Self::Refused(_) => "refused",
            Self::Stale { .. } => "stale",
            Self::Contradictory(_) => "contradictory",
            Self::Declined => "declined",
            Self::Contested { .. } => "contested",
            Self::Failed(_) => "failed",
        }
    }

    /// Whether the catalog holds what the plan wants.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::NothingToDo | Self::Applied | Self::AlreadyDone)
    }

    /// Whether a call failed, as opposed to a plan that was not carried out for its own sake.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Contested { .. } | Self::Failed(_))
    }
}

impl Report {
    /// Whether the catalog holds what every plan wants.
    pub fn is_good(&self) -> bool {
        self.tables.iter().all(|table| table.ended.is_good())
    }
}
