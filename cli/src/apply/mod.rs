//! Carrying plans out on a catalog.
//!
//! [`apply`] does what each [`TablePlan`] says, and nothing else: it names the version that the plan was made for, so
//! that a table which somebody changed meanwhile is read and planned again instead of overwritten. It can stop at any
//! point; what was done is in the [`Report`], and running again does the rest and nothing twice.

mod gate;
mod json;
mod partitions;
mod pause;
mod report;
mod rollback;
mod since;
mod state;
mod step;
mod table;

pub use gate::{Refusal, refusals};
pub(crate) use json::change;
pub use pause::Pauses;
pub use report::{Ended, Failure, PartitionFault, Report, TableReport};
pub use rollback::rollback;
pub use since::since;
pub use state::{State, state};
pub use step::{Step, steps};

use crate::catalog::{Archive, Catalog, CatalogError, TableName};
use crate::plan::{Change, Code, TablePlan};
use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

/// Makes a plan again, from what the catalog holds by now.
pub type Again<'a> = Box<dyn Fn(&dyn Catalog) -> Result<TablePlan, CatalogError> + 'a>;

/// A plan to carry out, and how to make it again when the table has changed since.
pub struct Job<'a> {
    /// The plan, as it was shown.
    pub plan: TablePlan,
    /// How to make it again; none when exactly this plan is meant, as for one out of a file.
    pub again: Option<Again<'a>>,
}

impl<'a> Job<'a> {
    /// A plan that is made by `again`, now and whenever the table has changed.
    ///
    /// # Errors
    /// Those of `again`.
    pub fn new(
        catalog: &dyn Catalog,
        again: impl Fn(&dyn Catalog) -> Result<TablePlan, CatalogError> + 'a,
    ) -> Result<Self, CatalogError> {
        Ok(Self { plan: again(catalog)?, again: Some(Box::new(again)) })
    }

    /// Exactly this plan: when the table is neither as the plan found it nor as the plan leaves it, nothing is done.
    pub fn exactly(plan: TablePlan) -> Self {
        Self { plan, again: None }
    }
}

impl fmt::Debug for Job<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("plan", &self.plan)
            .field("exactly", &self.again.is_none())
            .finish_non_exhaustive()
    }
}

/// How plans are carried out.
#[derive(Clone, Debug)]
pub struct Options {
    /// Codes of breaking changes that may be made.
    pub allow: BTreeSet<Code>,
    /// Whether the versions that are replaced are kept.
    pub archive: Archive,
    /// How often a table is planned at most; others may change it that often minus one meanwhile.
    pub attempts: u32,
    /// How long to wait before planning again.
    pub pauses: Pauses,
    /// How long to wait at most for a partition index that Glue still builds or removes, before the next is asked for.
    pub index_wait: Duration,
}

/// Longer than that, and whoever waits for the command should rather be told.
const INDEX_WAIT: Duration = Duration::from_secs(300);

impl Default for Options {
    /// Nothing breaking is allowed, versions are kept, 20 attempts, 5 minutes for an index.
    fn default() -> Self {
        Self {
            allow: BTreeSet::new(),
            archive: Archive::Keep,
            attempts: 20,
            pauses: Pauses::default(),
            index_wait: INDEX_WAIT,
        }
    }
}

/// Who follows an [`apply`].
pub trait Observer {
    /// A step is done.
    fn done(&mut self, table: &TableName, step: &Step) {
        let _ = (table, step);
    }

    /// Another index of the table, `busy`, has to be built or removed before the next can be asked for; that is waited
    /// for, for at most `longest`.
    fn waits(&mut self, table: &TableName, busy: &str, longest: Duration) {
        let _ = (table, busy, longest);
    }

    /// Whether to go on with a plan that was made again, of which `news` were not in the plan that was shown.
    fn go_on(&mut self, plan: &TablePlan, news: &[&Change]) -> bool {
        let _ = (plan, news);
        true
    }
}

/// An observer that looks at nothing and goes on, within what the options allow.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl Observer for Unobserved {}

/// Carries plans out, one table after the other; one that fails does not stop the others.
pub fn apply(
    catalog: &dyn Catalog,
    jobs: Vec<Job<'_>>,
    options: &Options,
    observer: &mut dyn Observer,
) -> Report {
    let tables = jobs.into_iter().map(|job| table::apply(catalog, job, options, observer)).collect();
    Report { tables }
}
