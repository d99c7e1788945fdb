//! Descriptors of registered partitions follow their table, within the limits of the batch calls.

use super::{PartitionFault, Pauses};
use crate::catalog::{Catalog, CatalogError, CatalogErrorKind, ItemFault, MAX_GET, MAX_UPDATE, TableName};
use crate::plan::follow;
use lakebed_schema::artifacts::glue::GlueTable;
use std::collections::BTreeMap;

/// How often a single partition is tried.
const ROUNDS: u32 = 5;

/// What following came to.
#[derive(Debug, Default)]
pub(super) struct Followed {
    /// How many were updated; those that followed already do not count.
    pub(super) updated: usize,
    /// Those that could not be.
    pub(super) faults: Vec<PartitionFault>,
    /// The call that ended it early.
    pub(super) error: Option<Broken>,
}

/// A call that failed as a whole.
#[derive(Debug)]
pub(super) enum Broken {
    /// It only reads.
    Read(CatalogError),
    /// It writes.
    Write(CatalogError),
}

/// Lets the partitions with these values follow. Each is read right before it is written, so that what is done
/// already, or gone, is left alone; faults that may pass are tried again.
pub(super) fn follow_all(
    catalog: &dyn Catalog,
    name: &TableName,
    values: &[Vec<String>],
    table: &GlueTable,
    pauses: Pauses,
) -> Followed {
    let mut followed = Followed::default();
    let mut pending = values.to_vec();
    let mut last: BTreeMap<Vec<String>, ItemFault> = BTreeMap::new();
    for round in 1..=ROUNDS {
        if round > 1 {
            pauses.wait(round - 1);
        }
        if let Err(error) = once(catalog, name, &pending, table, &mut followed, &mut last) {
            followed.error = Some(error);
        }
        pending = last.keys().cloned().collect();
        if pending.is_empty() || followed.error.is_some() {
            break;
        }
    }
    followed.faults.extend(last.into_values().map(fault));
    followed
}

fn fault(fault: ItemFault) -> PartitionFault {
    PartitionFault { values: fault.item, kind: fault.kind, message: fault.message }
}

fn once(
    catalog: &dyn Catalog,
    name: &TableName,
    pending: &[Vec<String>],
    table: &GlueTable,
    followed: &mut Followed,
    again: &mut BTreeMap<Vec<String>, ItemFault>,
) -> Result<(), Broken> {
    for some in pending.chunks(MAX_GET) {
        let mut present = catalog.partitions_of(name, some).map_err(Broken::Read)?;
        present.sort_by(|a, b| a.values.cmp(&b.values));
        let behind: Vec<_> = present.iter().filter_map(|partition| follow(partition, table)).collect();
        // What is done already, or gone, is at fault no more; the others stay so until they are tried again.
        let is_behind = |values: &Vec<String>| behind.iter().any(|partition| partition.values == *values);
        again.retain(|values, _| !some.contains(values) || is_behind(values));
        for batch in behind.chunks(MAX_UPDATE) {
            let faults = catalog.update_partitions(name, batch).map_err(Broken::Write)?;
            let is_item = |item: &[String]| batch.iter().any(|partition| partition.values == item);
            if let Some(fault) = ItemFault::of_no_item(&faults, is_item) {
                return Err(Broken::Write(fault.of_call("BatchUpdatePartition", format!("table `{name}`"))));
            }
            for partition in batch {
                again.remove(&partition.values);
            }
            followed.updated += batch.len().saturating_sub(faults.len());
            for item in faults {
                // One that is not found was taken away meanwhile; there is nothing to follow.
                if item.kind.is_retryable() || item.kind == CatalogErrorKind::Conflict {
                    again.insert(item.item.clone(), item);
                } else if item.kind != CatalogErrorKind::NotFound {
                    followed.faults.push(fault(item));
                }
            }
        }
    }
    Ok(())
}
