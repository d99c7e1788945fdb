//! Partitions and their indexes.

use super::storage::{from_columns, from_storage, to_storage};
use super::time::{text, time};
use super::{Unfit, from_map, obstacle, to_map};
use crate::catalog::{IndexState, PartitionIndex};
use aws_sdk_glue::types;
use lakebed_schema::artifacts::glue::GluePartition;

/// The input of a partition, every member of it.
pub(crate) fn partition_input(partition: &GluePartition) -> Result<types::PartitionInput, Unfit> {
    let optional =
        |place, value: &Option<String>| value.as_deref().map(|value| time(place, value)).transpose();
    Ok(types::PartitionInput::builder()
        .set_values(Some(partition.values.clone()))
        .set_last_access_time(optional("LastAccessTime", &partition.last_access_time)?)
        .set_last_analyzed_time(optional("LastAnalyzedTime", &partition.last_analyzed_time)?)
        .storage_descriptor(to_storage(&partition.storage, &partition.columns)?)
        .set_parameters(Some(to_map(&partition.parameters)))
        .build())
}

/// A partition as the service answers it.
///
/// # Errors
/// An update of it would lose something.
pub(crate) fn partition(from: &types::Partition) -> Result<GluePartition, Unfit> {
    let storage = from.storage_descriptor.as_ref();
    let values = from.values().to_vec();
    if let Some(obstacle) = storage.and_then(|storage| obstacle::of_storage(storage).next()) {
        return Err(Unfit(format!("the partition {values:?} is more than files. {obstacle}")));
    }
    Ok(GluePartition {
        values,
        columns: from_columns(storage.and_then(|storage| storage.columns.as_ref())),
        storage: from_storage(storage),
        parameters: from_map(from.parameters.as_ref()),
        last_access_time: from.last_access_time.as_ref().map(text),
        last_analyzed_time: from.last_analyzed_time.as_ref().map(text),
    })
}

/// An index as the service answers it.
///
/// # Errors
/// Its state is one that only a later version knows.
pub(crate) fn index(from: &types::PartitionIndexDescriptor) -> Result<PartitionIndex, Unfit> {
    let state = match from.index_status.as_str() {
        "CREATING" => IndexState::Creating,
        "ACTIVE" => IndexState::Active,
        "DELETING" => IndexState::Deleting,
        "FAILED" => IndexState::Failed,
        state => {
            return Err(Unfit(format!(
                "the index `{}` is {state}, which is no known state",
                from.index_name
            )));
        }
    };
    Ok(PartitionIndex {
        name: from.index_name.clone(),
        keys: from.keys.iter().map(|key| key.name.clone()).collect(),
        state,
    })
}

pub(crate) fn index_input(index: &PartitionIndex) -> Result<types::PartitionIndex, Unfit> {
    types::PartitionIndex::builder()
        .index_name(&index.name)
        .set_keys(Some(index.keys.clone()))
        .build()
        .map_err(|error| Unfit(error.to_string()))
}
