//! Registering what is missing, in batches, with an exact account.

use super::{Comparison, Elsewhere, PartitionFolders, compare};
use crate::catalog::{
    Catalog, CatalogError, CatalogErrorKind, ItemFault, MAX_CREATE, MAX_DELETE, StoredTable, TableName,
};
use lakebed_schema::artifacts::glue::GluePartition;
use serde::Serialize;
use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

/// How partitions are brought in step.
#[derive(Clone, Copy)]
pub struct SyncOptions<'a> {
    /// Remove registered partitions whose folder holds no file. Without it they are listed.
    pub prune: bool,
    /// With [`prune`](Self::prune): remove none but these, which somebody has seen. Others are listed.
    pub shown: Option<&'a [GluePartition]>,
    /// Change nothing, and tell what would be done.
    pub dry_run: bool,
    /// How often one partition is tried, at least once. Only faults that pass are tried again.
    pub attempts: u32,
    /// Waits between two tries; [`std::thread::sleep`] outside of tests.
    pub wait: &'a dyn Fn(Duration),
}

impl Default for SyncOptions<'_> {
    fn default() -> Self {
        Self { prune: false, shown: None, dry_run: false, attempts: 5, wait: &std::thread::sleep }
    }
}

/// What became of each partition.
///
/// Every folder counts once: added, present, elsewhere, failed, or left when the run was cut short. Every registered
/// partition without a folder counts once: gone, pruned, elsewhere, failed, or left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SyncReport {
    /// Partitions that were registered; with `dry_run`, that would be.
    pub added: Vec<Vec<String>>,
    /// Partitions that were registered already, those among them that somebody else registered meanwhile.
    pub present: u64,
    /// Registered partitions whose folder holds no file, and which were left.
    pub gone: Vec<Removed>,
    /// The same, removed; with `dry_run`, those that would be.
    pub pruned: Vec<Removed>,
    /// Registered partitions that are read from another folder than their own; they are left.
    pub elsewhere: Vec<Elsewhere>,
    /// Partitions of which the catalog said no, each with its words.
    pub failed: Vec<Failed>,
    /// Partitions that were not tried, because the run was cut short.
    pub left: u64,
}

/// A registered partition whose folder holds no file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Removed {
    /// Its values.
    pub values: Vec<String>,
    /// Where the catalog says it is.
    pub location: String,
}

/// A partition of which the catalog said no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failed {
    /// Its values.
    pub values: Vec<String>,
    /// The call.
    pub operation: &'static str,
    /// The catalog's own words.
    pub message: String,
}

/// Registers the folders that are not yet registered partitions of the table, and with
/// [`prune`](SyncOptions::prune) removes registered ones whose folder is gone.
///
/// It can run again at any time and does nothing twice: what is registered is read first, and a partition that
/// somebody registers meanwhile counts as present. Batches keep the limits of the API. A fault that passes
/// (throttling, a server that fails, no connection) is tried again after a growing, random pause, single partitions as
/// well as whole batches.
///
/// # Errors
/// A call that failed for good, together with what was done before it.
pub fn sync(
    catalog: &dyn Catalog,
    stored: &StoredTable,
    folders: &PartitionFolders,
    options: &SyncOptions<'_>,
) -> Result<SyncReport, Box<(CatalogError, SyncReport)>> {
    let name = TableName::new(&stored.database, &stored.table.name);
    let registered = catalog.partitions(&name).map_err(|error| Box::new((error, SyncReport::default())))?;
    let Comparison { missing, present, gone, elsewhere } = compare(&stored.table, folders, &registered);
    let mut report = SyncReport { present, elsewhere, ..SyncReport::default() };
    let removed = |partition: &GluePartition| Removed {
        values: partition.values.clone(),
        location: partition.storage.location.clone().unwrap_or_default(),
    };
    let is_shown = |partition: &GluePartition| {
        let same = |shown: &GluePartition| {
            shown.values == partition.values && shown.storage.location == partition.storage.location
        };
        options.shown.is_none_or(|shown| shown.iter().any(same))
    };
    let (prune, keep): (Vec<_>, Vec<_>) =
        gone.into_iter().partition(|partition| options.prune && is_shown(partition));
    report.gone = keep.iter().map(removed).collect();
    if options.dry_run {
        report.pruned = prune.iter().map(removed).collect();
        report.added = missing.into_iter().map(|partition| partition.values).collect();
        return Ok(report);
    }
    let create = Job {
        operation: "BatchCreatePartition",
        subject: format!("table `{name}`"),
        batch: MAX_CREATE,
        // Somebody else was quicker, or an answer of the catalog was lost on the way.
        done_already: CatalogErrorKind::AlreadyExists,
        call: &|batch: &[GluePartition]| catalog.create_partitions(&name, batch),
    };
    let (account, error) = create.run(missing, options);
    report.added = account.done.into_iter().map(|partition| partition.values).collect();
    report.present += account.already.len() as u64;
    report.failed = account.failed;
    report.left = account.left.len() as u64;
    if let Some(error) = error {
        report.left += prune.len() as u64;
        return Err(Box::new((error, report)));
    }
    if options.prune {
        let delete = Job {
            operation: "BatchDeletePartition",
            subject: format!("table `{name}`"),
            batch: MAX_DELETE,
            done_already: CatalogErrorKind::NotFound,
            call: &|batch: &[GluePartition]| {
                let values: Vec<_> = batch.iter().map(|partition| partition.values.clone()).collect();
                catalog.delete_partitions(&name, &values)
            },
        };
        let (account, error) = delete.run(prune, options);
        report.pruned = account.done.iter().chain(&account.already).map(removed).collect();
        report.failed.extend(account.failed);
        report.left += account.left.len() as u64;
        if let Some(error) = error {
            return Err(Box::new((error, report)));
        }
    }
    Ok(report)
}

/// A batch call.
type Call<'a> = &'a dyn Fn(&[GluePartition]) -> Result<Vec<ItemFault>, CatalogError>;

/// One kind of batch call.
struct Job<'a> {
    operation: &'static str,
    subject: String,
    batch: usize,
    /// The fault which says that a partition is as it should be.
    done_already: CatalogErrorKind,
    call: Call<'a>,
}

/// What became of the partitions of a job.
#[derive(Default)]
struct Account {
    done: Vec<GluePartition>,
    already: Vec<GluePartition>,
    failed: Vec<Failed>,
    left: Vec<GluePartition>,
}

impl Job<'_> {
    fn run(
        &self,
        partitions: Vec<GluePartition>,
        options: &SyncOptions<'_>,
    ) -> (Account, Option<CatalogError>) {
        let mut account = Account::default();
        let mut rest = partitions;
        while !rest.is_empty() {
            let behind = rest.split_off(self.batch.min(rest.len()));
            if let Some(error) = self.batch(rest, options, &mut account) {
                account.left.extend(behind);
                return (account, Some(error));
            }
            rest = behind;
        }
        (account, None)
    }

    /// One batch, and again those of it that may do better later.
    fn batch(
        &self,
        mut batch: Vec<GluePartition>,
        options: &SyncOptions<'_>,
        account: &mut Account,
    ) -> Option<CatalogError> {
        for attempt in 1.. {
            let last = attempt >= options.attempts;
            match self.checked(&batch) {
                Ok(faults) => batch = self.settle(batch, &faults, last, account),
                Err(error) if error.is_retryable() && !last => {}
                Err(error) => {
                    account.left.extend(batch);
                    return Some(error);
                }
            }
            if batch.is_empty() {
                break;
            }
            (options.wait)(pause(attempt));
        }
        None
    }

    /// The call, with a fault that is about none of the partitions as an error of it.
    fn checked(&self, batch: &[GluePartition]) -> Result<Vec<ItemFault>, CatalogError> {
        let faults = (self.call)(batch)?;
        let is_item = |item: &[String]| batch.iter().any(|partition| partition.values == item);
        match ItemFault::of_no_item(&faults, is_item) {
            Some(fault) => Err(fault.of_call(self.operation, &self.subject)),
            None => Ok(faults),
        }
    }

    /// Writes down what an answer says, and gives those that are to be tried again.
    fn settle(
        &self,
        batch: Vec<GluePartition>,
        faults: &[ItemFault],
        last: bool,
        account: &mut Account,
    ) -> Vec<GluePartition> {
        let mut again = Vec::new();
        for partition in batch {
            match faults.iter().find(|fault| fault.item == partition.values) {
                None => account.done.push(partition),
                Some(fault) if fault.kind == self.done_already => account.already.push(partition),
                Some(fault) if may_pass(fault.kind) && !last => again.push(partition),
                Some(fault) => account.failed.push(Failed {
                    values: partition.values,
                    operation: self.operation,
                    message: fault.message.clone(),
                }),
            }
        }
        again
    }
}

/// Whether a single partition may do better later: also one that somebody else was changing.
fn may_pass(kind: CatalogErrorKind) -> bool {
    kind.is_retryable() || kind == CatalogErrorKind::Conflict
}

/// A random time that grows with the attempts: up to 200 ms, 400 ms, … 10 s.
fn pause(attempt: u32) -> Duration {
    const FIRST: u64 = 200;
    const LONGEST: u64 = 10_000;
    let longest = FIRST.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(LONGEST);
    // The standard library's source of randomness; good enough to keep callers apart.
    Duration::from_millis(longest / 2 + RandomState::new().hash_one(attempt) % (longest / 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    fn partitions(count: usize) -> Vec<GluePartition> {
        let partition =
            |at: usize| GluePartition { values: vec![at.to_string()], ..GluePartition::default() };
        (0..count).map(partition).collect()
    }

    fn fault(value: usize, kind: CatalogErrorKind) -> ItemFault {
        ItemFault { item: vec![value.to_string()], kind, message: format!("{kind:?}") }
    }

    /// Runs a job over a catalog that gives these answers, then only good ones. Gives the sizes of its batches too.
    fn run(
        count: usize,
        answers: Vec<Result<Vec<ItemFault>, CatalogErrorKind>>,
    ) -> (Account, Option<CatalogErrorKind>, Vec<usize>) {
        let answers = RefCell::new(answers.into_iter());
        let calls = RefCell::new(Vec::new());
        let job = Job {
            operation: "BatchCreatePartition",
            subject: "table `t`".to_owned(),
            batch: 100,
            done_already: CatalogErrorKind::AlreadyExists,
            call: &|batch: &[GluePartition]| {
                calls.borrow_mut().push(batch.len());
                let answer = answers.borrow_mut().next().unwrap_or_else(|| Ok(Vec::new()));
                answer.map_err(|kind| CatalogError::new(kind, "BatchCreatePartition", "t", "no"))
            },
        };
        let options = SyncOptions { attempts: 3, wait: &|_| (), ..SyncOptions::default() };
        let (account, error) = job.run(partitions(count), &options);
        (account, error.map(|error| error.kind()), calls.into_inner())
    }

    fn counts(account: &Account) -> [usize; 4] {
        [account.done.len(), account.already.len(), account.failed.len(), account.left.len()]
    }

    #[test]
    fn batches_keep_the_limit() {
        let (account, error, calls) = run(10_000, Vec::new());
        assert_eq!((counts(&account), error), ([10_000, 0, 0, 0], None));
        assert_eq!(calls, vec![100; 100]);
        assert_eq!(run(0, Vec::new()).2, [0; 0]);
        assert_eq!(run(101, Vec::new()).2, [100, 1]);
    }

    #[test]
    fn single_partitions_are_tried_again_when_that_may_help() {
        use CatalogErrorKind::{AlreadyExists, Invalid, Throttled};
        let (account, error, calls) = run(
            150,
            vec![
                Ok(vec![
                    fault(1, Throttled),
                    fault(2, AlreadyExists),
                    fault(3, Invalid),
                    fault(4, Throttled),
                ]),
                Ok(vec![fault(4, Throttled)]),
                Ok(vec![fault(4, Throttled)]),
            ],
        );
        assert_eq!((counts(&account), error), ([147, 1, 2, 0], None));
        assert_eq!(calls, [100, 2, 1, 50]);
        let failed: Vec<_> = account
            .failed
            .iter()
            .map(|failed| (failed.values[0].as_str(), failed.message.as_str()))
            .collect();
        assert_eq!(failed, [("3", "Invalid"), ("4", "Throttled")]);
    }

    #[test]
    fn a_conflict_of_a_single_partition_passes() {
        let (account, error, calls) = run(2, vec![Ok(vec![fault(1, CatalogErrorKind::Conflict)])]);
        assert_eq!((counts(&account), error, calls), ([2, 0, 0, 0], None, vec![2, 1]));
    }

    #[test]
    fn a_fault_of_no_partition_is_no_success() {
        use CatalogErrorKind::{Invalid, Throttled};
        let nameless = |kind| ItemFault { item: Vec::new(), kind, message: "no".into() };
        let (account, error, _) = run(150, vec![Ok(vec![nameless(Invalid)])]);
        assert_eq!((counts(&account), error), ([0, 0, 0, 150], Some(Invalid)));
        let (account, error, calls) = run(2, vec![Ok(vec![nameless(Throttled)])]);
        assert_eq!((counts(&account), error, calls), ([2, 0, 0, 0], None, vec![2, 2]));
    }

    #[test]
    fn whole_batches_are_tried_again_and_what_is_left_is_counted() {
        use CatalogErrorKind::{Denied, Network};
        let (account, error, calls) = run(150, vec![Err(Network)]);
        assert_eq!((counts(&account), error, calls), ([150, 0, 0, 0], None, vec![100, 100, 50]));
        let (account, error, calls) = run(250, vec![Ok(vec![]), Err(Network), Err(Network), Err(Network)]);
        assert_eq!((counts(&account), error), ([100, 0, 0, 150], Some(Network)));
        assert_eq!(calls, [100, 100, 100, 100]);
        let (account, error, calls) = run(250, vec![Err(Denied)]);
        assert_eq!((counts(&account), error, calls.len()), ([0, 0, 0, 250], Some(Denied), 1));
    }

    #[test]
    fn pauses_grow_and_end() {
        for (attempt, least, most) in [(1, 100, 200), (2, 200, 400), (3, 400, 800), (40, 5_000, 10_000)] {
            for _ in 0..20 {
                let millis = pause(attempt).as_millis();
                assert!((least..most).contains(&millis), "{attempt}: {millis}");
            }
        }
    }
}
