//! Calls for many items at once.

use super::call::Call;
use super::client::Connection;
use super::error::kind_of;
use super::{convert, unfit, unreadable};
use crate::catalog::{
    CatalogError, CatalogErrorKind, ItemFault, MAX_CREATE, MAX_DELETE, MAX_DELETE_VERSIONS, MAX_GET,
    MAX_UPDATE, TableName,
};
use aws_sdk_glue::types;
use lakebed_schema::artifacts::glue::GluePartition;
use std::time::Duration;

/// Answers in a row that may hold no item at all before we give up.
const PATIENCE: u32 = 5;
/// Wait after the first such answer; it doubles.
const PAUSE: Duration = Duration::from_millis(100);

pub(super) fn delete_versions(
    connection: &Connection,
    name: &TableName,
    versions: &[String],
) -> Result<Vec<ItemFault>, CatalogError> {
    let call = Call::of_table("BatchDeleteTableVersion", name);
    if within(&call, versions.len(), MAX_DELETE_VERSIONS, "versions")? {
        return Ok(Vec::new());
    }
    let request = connection.client().batch_delete_table_version().set_catalog_id(connection.catalog_id());
    let request = request.database_name(&name.database).table_name(&name.table);
    let answer = connection.run(&call, request.set_version_ids(Some(versions.to_vec())).send())?;
    let faults = answer.errors().iter();
    Ok(faults
        .map(|fault| item(fault.version_id.iter().cloned().collect(), fault.error_detail.as_ref()))
        .collect())
}

pub(super) fn get(
    connection: &Connection,
    name: &TableName,
    values: &[Vec<String>],
) -> Result<Vec<GluePartition>, CatalogError> {
    let call = Call::of_table("BatchGetPartition", name);
    if within(&call, values.len(), MAX_GET, "partitions")? {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    let mut keys = keys(&call, values)?;
    let mut fruitless = 0;
    while !keys.is_empty() {
        let asked = keys.len();
        let request = connection.client().batch_get_partition().set_catalog_id(connection.catalog_id());
        let request = request.database_name(&name.database).table_name(&name.table);
        let answer = connection.run(&call, request.set_partitions_to_get(Some(keys)).send())?;
        for partition in answer.partitions() {
            found.push(convert::partition(partition).map_err(unreadable(&call))?);
        }
        keys = answer.unprocessed_keys.unwrap_or_default();
        if keys.len() < asked {
            fruitless = 0;
            continue;
        }
        fruitless += 1;
        if fruitless == PATIENCE {
            let message = format!("Glue did not look at {} of {} partitions", keys.len(), values.len());
            return Err(call.error(CatalogErrorKind::Throttled, message).with_hint("run it again"));
        }
        std::thread::sleep(PAUSE * 2_u32.pow(fruitless - 1));
    }
    Ok(found)
}

pub(super) fn create(
    connection: &Connection,
    name: &TableName,
    partitions: &[GluePartition],
) -> Result<Vec<ItemFault>, CatalogError> {
    let call = Call::of_table("BatchCreatePartition", name);
    if within(&call, partitions.len(), MAX_CREATE, "partitions")? {
        return Ok(Vec::new());
    }
    let inputs = inputs(&call, partitions)?;
    let request = connection.client().batch_create_partition().set_catalog_id(connection.catalog_id());
    let request = request.database_name(&name.database).table_name(&name.table);
    let answer = connection.run(&call, request.set_partition_input_list(Some(inputs)).send())?;
    Ok(faults(answer.errors()))
}

pub(super) fn update(
    connection: &Connection,
    name: &TableName,
    partitions: &[GluePartition],
) -> Result<Vec<ItemFault>, CatalogError> {
    let call = Call::of_table("BatchUpdatePartition", name);
    if within(&call, partitions.len(), MAX_UPDATE, "partitions")? {
        return Ok(Vec::new());
    }
    let entries = inputs(&call, partitions)?.into_iter().zip(partitions).map(|(input, partition)| {
        types::BatchUpdatePartitionRequestEntry::builder()
            .set_partition_value_list(Some(partition.values.clone()))
            .partition_input(input)
            .build()
            .map_err(|error| call.error(CatalogErrorKind::Invalid, error.to_string()))
    });
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    let request = connection.client().batch_update_partition().set_catalog_id(connection.catalog_id());
    let request = request.database_name(&name.database).table_name(&name.table);
    let answer = connection.run(&call, request.set_entries(Some(entries)).send())?;
    let faults = answer.errors().iter();
    Ok(faults.map(|fault| item(fault.partition_value_list().to_vec(), fault.error_detail.as_ref())).collect())
}

pub(super) fn delete(
    connection: &Connection,
    name: &TableName,
    values: &[Vec<String>],
) -> Result<Vec<ItemFault>, CatalogError> {
    let call = Call::of_table("BatchDeletePartition", name);
    if within(&call, values.len(), MAX_DELETE, "partitions")? {
        return Ok(Vec::new());
    }
    let request = connection.client().batch_delete_partition().set_catalog_id(connection.catalog_id());
    let request = request.database_name(&name.database).table_name(&name.table);
    let answer =
        connection.run(&call, request.set_partitions_to_delete(Some(keys(&call, values)?)).send())?;
    Ok(faults(answer.errors()))
}

/// Whether there is nothing to do.
///
/// # Errors
/// There are more items than one call takes.
fn within(call: &Call, number: usize, most: usize, what: &str) -> Result<bool, CatalogError> {
    if number > most {
        let message = format!("{number} {what} are more than the {most} that one call takes");
        return Err(call.error(CatalogErrorKind::Invalid, message));
    }
    Ok(number == 0)
}

fn inputs(call: &Call, partitions: &[GluePartition]) -> Result<Vec<types::PartitionInput>, CatalogError> {
    partitions.iter().map(|partition| convert::partition_input(partition).map_err(unfit(call))).collect()
}

fn keys(call: &Call, values: &[Vec<String>]) -> Result<Vec<types::PartitionValueList>, CatalogError> {
    let key = |values: &Vec<String>| {
        types::PartitionValueList::builder()
            .set_values(Some(values.clone()))
            .build()
            .map_err(|error| call.error(CatalogErrorKind::Invalid, error.to_string()))
    };
    values.iter().map(key).collect()
}

fn faults(errors: &[types::PartitionError]) -> Vec<ItemFault> {
    errors.iter().map(|fault| item(fault.partition_values().to_vec(), fault.error_detail.as_ref())).collect()
}

fn item(item: Vec<String>, detail: Option<&types::ErrorDetail>) -> ItemFault {
    let code = detail.and_then(|detail| detail.error_code()).unwrap_or_default();
    let message = detail.and_then(|detail| detail.error_message()).unwrap_or_default();
    let message = match (code, message) {
        ("", "") => "no reason was given".to_owned(),
        (code, "") => code.to_owned(),
        ("", message) => message.to_owned(),
        (code, message) => format!("{code}: {message}"),
    };
    ItemFault { item, kind: kind_of(code), message }
}
