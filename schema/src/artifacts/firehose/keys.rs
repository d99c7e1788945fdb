//! Who computes the partition keys.

use crate::finding::{Finding, Findings};
use crate::jq::Records;
use crate::table::{PartitionBy, Table};
use crate::target::{PartitionKeys, Target};

/// Where the values of partition columns come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// All from the time of arrival: Firehose knows it, and needs no dynamic partitioning.
    Arrival,
    /// From the record, by a jq query over records of that kind.
    Query(Records),
    /// From the record, by the Lambda function.
    Lambda,
}

/// Who computes the partition keys of a table's stream; `has_transform` tells whether a Lambda function is in it.
///
/// # Errors
/// The target asks for Lambda, and there is no function.
pub fn key_source(table: &Table, target: &Target, has_transform: bool) -> Result<KeySource, Findings> {
    let from_record = |partition: &crate::table::Partition| matches!(partition.by, PartitionBy::Column(_));
    if !table.partitions.iter().any(from_record) {
        return Ok(KeySource::Arrival);
    }
    let query = KeySource::Query(if has_transform { Records::Canonical } else { Records::Raw });
    match target.stream.partition_keys {
        PartitionKeys::Auto if has_transform => Ok(KeySource::Lambda),
        PartitionKeys::Auto | PartitionKeys::Query => Ok(query),
        PartitionKeys::Lambda if has_transform => Ok(KeySource::Lambda),
        PartitionKeys::Lambda => Err(Finding::new(
            "firehose-lambda-keys",
            "stream.partition_keys",
            "a Lambda function is to compute the keys, and stream.transform names none",
            "set stream.transform to the function's ARN, or stream.partition_keys = \"query\"",
        )
        .into()),
    }
}
