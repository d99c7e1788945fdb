//! One table: plan, write, and when somebody was faster, read, plan and write again.

use super::partitions::{self, Broken, Followed};
use super::{
    Ended, Failure, Job, Observer, Options, PartitionFault, State, Step, TableReport, refusals, since, state,
    steps,
};
use crate::catalog::{
    Catalog, CatalogError, CatalogErrorKind, GlueDatabase, IndexState, PartitionIndex, StoredTable,
};
use crate::plan::{Actual, Base, Change, TablePlan, contradictions, is_projected};
use lakebed_schema::artifacts::glue::GlueTable;
use std::time::Instant;

/// Why a plan was not carried out to its end.
enum Stop {
    /// The table, or its database, is not what the plan was made for; what the catalog said about that.
    Moved(Option<CatalogError>),
    /// A call failed, or partitions did.
    Failed(Failure),
}

impl From<CatalogError> for Stop {
    fn from(error: CatalogError) -> Self {
        let may_be_done = matches!(error.kind(), CatalogErrorKind::Unavailable | CatalogErrorKind::Network);
        Self::Failed(Failure::Call { error, may_be_done, partitions: Vec::new() })
    }
}

/// A call that only reads leaves nothing in doubt.
fn reading(error: CatalogError) -> Stop {
    Stop::Failed(Failure::Call { error, may_be_done: false, partitions: Vec::new() })
}

/// A call that failed after single partitions had been refused.
fn after(refused: Vec<PartitionFault>, broken: Broken) -> Stop {
    let stop = match broken {
        Broken::Read(error) => reading(error),
        Broken::Write(error) => error.into(),
    };
    match stop {
        Stop::Failed(Failure::Call { error, may_be_done, partitions: _ }) => {
            Stop::Failed(Failure::Call { error, may_be_done, partitions: refused })
        }
        Stop::Failed(Failure::Partitions(_)) | Stop::Moved(_) => stop,
    }
}

struct Run<'a> {
    catalog: &'a dyn Catalog,
    options: &'a Options,
    observer: &'a mut dyn Observer,
    done: Vec<Step>,
    /// Exactly this plan is meant, and the table is as it leaves it: only what follows the table may be left.
    as_planned: bool,
}

pub(super) fn apply(
    catalog: &dyn Catalog,
    job: Job<'_>,
    options: &Options,
    observer: &mut dyn Observer,
) -> TableReport {
    let Job { mut plan, again } = job;
    let mut run = Run { catalog, options, observer, done: Vec::new(), as_planned: false };
    let mut shown = plan.changes.clone();
    let mut attempt = 1;
    let ended = loop {
        match run.once(&plan, again.is_none()) {
            Ok(ended) => break ended,
            Err(Stop::Failed(failure)) => break Ended::Failed(failure),
            Err(Stop::Moved(last)) if attempt >= options.attempts => {
                break Ended::Contested { attempts: attempt, last };
            }
            Err(Stop::Moved(_)) => options.pauses.wait(attempt),
        }
        attempt += 1;
        let Some(again) = &again else { continue };
        match again(catalog) {
            Ok(new) => plan = new,
            Err(error) => {
                break Ended::Failed(Failure::Call { error, may_be_done: false, partitions: Vec::new() });
            }
        }
        if plan.is_empty() && run.done.is_empty() {
            break Ended::AlreadyDone;
        }
        let news: Vec<&Change> = plan.changes.iter().filter(|change| !shown.contains(change)).collect();
        if !news.is_empty() {
            if refusals(&plan, &options.allow).is_empty() && !run.observer.go_on(&plan, &news) {
                break Ended::Declined;
            }
            shown.clone_from(&plan.changes);
        }
    };
    let not_done = if ended.is_good() { Vec::new() } else { run.left(&plan) };
    TableReport { name: plan.name.clone(), ended, done: run.done, not_done, plan }
}

impl Run<'_> {
    /// Carries a plan out once.
    fn once(&mut self, plan: &TablePlan, exactly: bool) -> Result<Ended, Stop> {
        if plan.is_empty() {
            return Ok(if self.done.is_empty() { Ended::NothingToDo } else { Ended::Applied });
        }
        if exactly {
            let present = self.catalog.table(&plan.name).map_err(reading)?;
            match state(plan, present.as_ref()) {
                State::AtBase => {
                    let differences = self.contradictions(plan, present)?;
                    if !differences.is_empty() {
                        return Ok(Ended::Contradictory(differences));
                    }
                }
                State::AsPlanned => self.as_planned = true,
                State::Moved => return self.stale(plan, present.as_ref()),
            }
        }
        if !self.as_planned {
            let refused = refusals(plan, &self.options.allow);
            if !refused.is_empty() {
                return Ok(Ended::Refused(refused));
            }
            self.database(plan)?;
            self.table(plan, exactly)?;
        }
        self.partitions(plan)?;
        self.indexes(plan)?;
        Ok(if self.done.is_empty() { Ended::AlreadyDone } else { Ended::Applied })
    }

    /// How the plan out of a file differs from what it would do to the table.
    fn contradictions(&self, plan: &TablePlan, table: Option<StoredTable>) -> Result<Vec<String>, Stop> {
        // What a projection that comes makes vanish depends on what is registered.
        let partitions = match (&table, &plan.result) {
            (Some(stored), Some(result)) if !is_projected(&stored.table) && is_projected(result) => {
                Some(self.catalog.partitions(&plan.name).map_err(reading)?)
            }
            (Some(_) | None, _) => None,
        };
        Ok(contradictions(plan, &Actual { table, partitions, ..Actual::default() }))
    }

    fn record(&mut self, plan: &TablePlan, step: Step) {
        self.observer.done(&plan.name, &step);
        match (self.done.last_mut(), &step) {
            (Some(Step::UpdatePartitions { count }), Step::UpdatePartitions { count: more }) => {
                *count += more
            }
            _ => self.done.push(step),
        }
    }

    fn database(&mut self, plan: &TablePlan) -> Result<(), Stop> {
        if !plan.create_database {
            return Ok(());
        }
        match self.catalog.create_database(&GlueDatabase::new(&plan.name.database)) {
            Ok(()) => self.record(plan, Step::CreateDatabase),
            // Somebody else needed it too.
            Err(error) if error.kind() == CatalogErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn table(&mut self, plan: &TablePlan, exactly: bool) -> Result<(), Stop> {
        let Some(result) = &plan.result else { return Ok(()) };
        let database = &plan.name.database;
        let (step, written) = match &plan.base {
            Base::Absent => (Step::CreateTable, self.catalog.create_table(database, result)),
            Base::Version { version, .. } => (
                Step::UpdateTable { replaced: version.clone() },
                self.catalog.update_table(database, result, version, self.options.archive),
            ),
        };
        match written {
            Ok(()) => self.record(plan, step),
            // Exactly this plan does not make the database that went away.
            Err(error)
                if exactly && plan.base == Base::Absent && error.kind() == CatalogErrorKind::NotFound =>
            {
                return Err(error.into());
            }
            Err(error) if says_moved(error.kind()) && self.is_there(plan, result) => {
                let replaced = match &plan.base {
                    Base::Absent => None,
                    Base::Version { version, .. } => Some(version.clone()),
                };
                self.record(plan, Step::FindTable { replaced });
            }
            Err(error) if says_moved(error.kind()) => return Err(Stop::Moved(Some(error))),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Whether the table is what was just sent: a write whose answer was lost is refused when it is sent again.
    fn is_there(&self, plan: &TablePlan, result: &GlueTable) -> bool {
        let present = self.catalog.table(&plan.name).ok().flatten();
        present.is_some_and(|present| present.table.normal() == result.normal())
    }

    fn partitions(&mut self, plan: &TablePlan) -> Result<(), Stop> {
        if plan.partitions.is_empty() {
            return Ok(());
        }
        // They follow the table as it is, which is newer than the plan when somebody was quick.
        let Some(present) = self.catalog.table(&plan.name).map_err(reading)? else {
            return Err(Stop::Moved(None));
        };
        if plan.result.is_none() && !plan.base.is(Some(&present)) {
            return Err(Stop::Moved(None));
        }
        let (catalog, pauses) = (self.catalog, self.options.pauses);
        let mut faults = Vec::new();
        for some in plan.partitions.chunks(crate::catalog::MAX_GET) {
            let followed = partitions::follow_all(catalog, &plan.name, some, &present.table, pauses);
            let Followed { updated, faults: more, error } = followed;
            if updated > 0 {
                self.record(plan, Step::UpdatePartitions { count: updated });
            }
            faults.extend(more);
            if let Some(broken) = error {
                return Err(after(faults, broken));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Stop::Failed(Failure::Partitions(faults))) }
    }

    fn indexes(&mut self, plan: &TablePlan) -> Result<(), Stop> {
        for index in &plan.indexes {
            if self.create_index(plan, index)? {
                self.record(plan, Step::CreateIndex { name: index.name.clone() });
            }
        }
        Ok(())
    }

    /// Asks for an index, and waits for another that is in the way; whether it was not there yet.
    ///
    /// Glue builds and removes one at a time, and refuses to take more meanwhile.
    fn create_index(&mut self, plan: &TablePlan, index: &PartitionIndex) -> Result<bool, Stop> {
        let start = Instant::now();
        let (mut attempt, mut told, mut was_free) = (1, false, false);
        loop {
            let error = match self.catalog.create_partition_index(&plan.name, index) {
                Ok(()) => return Ok(true),
                Err(error) if error.kind() == CatalogErrorKind::AlreadyExists => return Ok(false),
                Err(error) if error.kind() == CatalogErrorKind::Limit => error,
                Err(error) if error.kind() == CatalogErrorKind::NotFound => {
                    return Err(Stop::Moved(Some(error)));
                }
                Err(error) => return Err(error.into()),
            };
            let there = self.catalog.partition_indexes(&plan.name).map_err(reading)?;
            // It says so too instead of "exists already" when it builds this one: the answer to an earlier attempt
            // was lost.
            let alive = |state: IndexState| matches!(state, IndexState::Creating | IndexState::Active);
            if there.iter().any(|other| other.keys == index.keys && alive(other.state)) {
                return Ok(false);
            }
            let is_busy = |state: IndexState| matches!(state, IndexState::Creating | IndexState::Deleting);
            let busy = there.iter().find(|other| is_busy(other.state));
            let left = self.options.index_wait.saturating_sub(start.elapsed());
            // The other may be ready since: only a second refusal is about something else.
            let is_about_another = busy.is_none() && was_free;
            if is_about_another || left.is_zero() {
                return Err(error.into());
            }
            was_free = busy.is_none();
            if let Some(other) = busy.filter(|_| !told) {
                self.observer.waits(&plan.name, &other.name, left);
                told = true;
            }
            self.options.pauses.wait(attempt);
            attempt += 1;
        }
    }

    /// What is left of a plan.
    fn left(&self, plan: &TablePlan) -> Vec<Step> {
        let is_table = |step: &Step| match step {
            Step::CreateDatabase | Step::CreateTable | Step::UpdateTable { .. } | Step::FindTable { .. } => {
                true
            }
            Step::UpdatePartitions { .. } | Step::CreateIndex { .. } => false,
        };
        let found = |step: &Step| match step {
            Step::CreateTable => Some(Step::FindTable { replaced: None }),
            Step::UpdateTable { replaced } => Some(Step::FindTable { replaced: Some(replaced.clone()) }),
            Step::CreateDatabase
            | Step::FindTable { .. }
            | Step::UpdatePartitions { .. }
            | Step::CreateIndex { .. } => None,
        };
        let left = |step: Step| match step {
            Step::UpdatePartitions { count } => {
                let updated = self.done.iter().find_map(|step| match step {
                    Step::UpdatePartitions { count } => Some(*count),
                    Step::CreateDatabase
                    | Step::CreateTable
                    | Step::UpdateTable { .. }
                    | Step::FindTable { .. }
                    | Step::CreateIndex { .. } => None,
                });
                let count = count.saturating_sub(updated.unwrap_or_default());
                (count > 0).then_some(Step::UpdatePartitions { count })
            }
            Step::CreateDatabase
            | Step::CreateTable
            | Step::UpdateTable { .. }
            | Step::FindTable { .. }
            | Step::CreateIndex { .. } => {
                let is_done = self.done.contains(&step)
                    || found(&step).is_some_and(|found| self.done.contains(&found))
                    || (self.as_planned && is_table(&step));
                (!is_done).then_some(step)
            }
        };
        steps(plan).into_iter().filter_map(left).collect()
    }

    /// A plan that is meant exactly, of a table that is something else by now.
    fn stale(&self, plan: &TablePlan, present: Option<&StoredTable>) -> Result<Ended, Stop> {
        let version = |version: &str| format!("version {version}");
        let absent = || "no table".to_owned();
        let mut changes = Vec::new();
        let mut now = present.map_or_else(absent, |present| version(&present.version));
        let then = match &plan.base {
            Base::Absent => absent(),
            Base::Version { version: then, .. } => {
                if let Some(present) = present {
                    let kept = self.catalog.table_version(&plan.name, then).map_err(reading)?;
                    // A table that was removed and made again has versions of its own.
                    let kept = kept.filter(|kept| plan.base.is(Some(kept)));
                    changes = kept.map(|kept| since(&kept, present)).unwrap_or_default();
                    if *then == present.version {
                        now = format!("another table with the same version {then}");
                    }
                }
                version(then)
            }
        };
        Ok(Ended::Stale { then, now, since: changes })
    }
}

/// Whether an error of a write says that the table, or its database, is not what it was.
fn says_moved(kind: CatalogErrorKind) -> bool {
    matches!(kind, CatalogErrorKind::Conflict | CatalogErrorKind::AlreadyExists | CatalogErrorKind::NotFound)
}
