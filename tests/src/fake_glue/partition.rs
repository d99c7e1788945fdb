//! Partitions, one by one and in batches.

use super::check::{stored_descriptor, values};
use super::error::ApiError;
use super::fault::Fault;
use super::store::{Request, Store, Table, members, now, scrambled, text};
use super::{ACCOUNT, NEW_MEMBER};
use serde_json::{Value, json};

type Answer = Result<Value, ApiError>;

impl Store {
    pub(super) fn create_partition(&mut self, request: Request<'_>) -> Answer {
        self.table(request, "TableName")?.add(&request.input["PartitionInput"])?;
        Ok(json!({}))
    }

    pub(super) fn get_partition(&mut self, request: Request<'_>) -> Answer {
        let table = self.table(request, "TableName")?;
        let values = table.values(&request.input["PartitionValues"])?;
        let found = table.partitions.get(&values);
        Ok(json!({ "Partition": found.ok_or_else(|| ApiError::not_found("Cannot find partition."))? }))
    }

    pub(super) fn get_partitions(&mut self, request: Request<'_>) -> Answer {
        request.without(&[
            "Expression",
            "Segment",
            "ExcludeColumnSchema",
            "TransactionId",
            "QueryAsOfTime",
        ])?;
        self.page(request, "Partitions", |store| {
            let table = store.table(request, "TableName")?;
            let key = |values: &[String]| scrambled(&values.join("\u{0}"));
            let all: Vec<_> =
                table.partitions.iter().map(|(values, partition)| (key(values), partition.clone())).collect();
            Ok(all)
        })
    }

    pub(super) fn update_partition(&mut self, request: Request<'_>) -> Answer {
        let table = self.table(request, "TableName")?;
        table.replace(&request.input["PartitionValueList"], &request.input["PartitionInput"])?;
        Ok(json!({}))
    }

    pub(super) fn delete_partition(&mut self, request: Request<'_>) -> Answer {
        self.table(request, "TableName")?.remove(&request.input["PartitionValues"])?;
        Ok(json!({}))
    }

    pub(super) fn batch_create_partition(&mut self, request: Request<'_>) -> Answer {
        let table = self.table(request, "TableName")?;
        batch(request, "PartitionInputList", "PartitionValues", |item| (&item["Values"], table.add(item)))
    }

    pub(super) fn batch_update_partition(&mut self, request: Request<'_>) -> Answer {
        let table = self.table(request, "TableName")?;
        batch(request, "Entries", "PartitionValueList", |entry| {
            let values = &entry["PartitionValueList"];
            (values, table.replace(values, &entry["PartitionInput"]))
        })
    }

    pub(super) fn batch_delete_partition(&mut self, request: Request<'_>) -> Answer {
        let table = self.table(request, "TableName")?;
        batch(request, "PartitionsToDelete", "PartitionValues", |item| {
            (&item["Values"], table.remove(&item["Values"]))
        })
    }

    pub(super) fn batch_get_partition(&mut self, request: Request<'_>) -> Answer {
        let most = match request.fault {
            Some(Fault::Unprocessed { keys }) => *keys,
            _ => self.settings.keys_at_once,
        };
        let table = self.table(request, "TableName")?;
        let empty = Vec::new();
        let wanted = request.input["PartitionsToGet"].as_array().unwrap_or(&empty);
        let (now, later) = wanted.split_at(most.min(wanted.len()));
        let mut found = Vec::new();
        for key in now {
            // What is not there is left out.
            let values = table.values(&key["Values"])?;
            found.extend(table.partitions.get(&values).cloned());
        }
        Ok(json!({ "Partitions": found, "UnprocessedKeys": later }))
    }
}

/// Does one thing with each item; those that fail are listed under their values, and the others are done.
fn batch<'a>(
    request: Request<'a>,
    list: &str,
    named: &str,
    mut act: impl FnMut(&'a Value) -> (&'a Value, Result<(), ApiError>),
) -> Answer {
    let mut errors = Vec::new();
    for (i, item) in request.input[list].as_array().into_iter().flatten().enumerate() {
        let (values, done) = match request.item_fault(i) {
            Ok(()) => act(item),
            Err(error) => {
                let values =
                    if item["Values"].is_null() { &item["PartitionValueList"] } else { &item["Values"] };
                (values, Err(error))
            }
        };
        if let Err(error) = done {
            errors.push(json!({ named: values, "ErrorDetail": error.detail() }));
        }
    }
    Ok(json!({ "Errors": errors }))
}

impl Table {
    fn values(&self, list: &Value) -> Result<Vec<String>, ApiError> {
        values(list, self.shown(), !self.indexes.is_empty())
    }

    fn add(&mut self, input: &Value) -> Result<(), ApiError> {
        let values = self.values(&input["Values"])?;
        if self.partitions.contains_key(&values) {
            return Err(ApiError::exists("Partition already exists."));
        }
        let partition = self.stored(input, now());
        self.partitions.insert(values, partition);
        Ok(())
    }

    fn replace(&mut self, old: &Value, input: &Value) -> Result<(), ApiError> {
        let old = self.values(old)?;
        let Some(present) = self.partitions.get(&old) else {
            return Err(ApiError::not_found("Cannot find partition."));
        };
        let new = self.values(&input["Values"])?;
        if new != old && self.partitions.contains_key(&new) {
            return Err(ApiError::exists("Partition already exists."));
        }
        let partition = self.stored(input, present["CreationTime"].clone());
        self.partitions.remove(&old);
        self.partitions.insert(new, partition);
        Ok(())
    }

    fn remove(&mut self, list: &Value) -> Result<(), ApiError> {
        let values = self.values(list)?;
        self.partitions
            .remove(&values)
            .map(|_| ())
            .ok_or_else(|| ApiError::not_found("Cannot find partition."))
    }

    /// A partition as answers show it.
    fn stored(&self, input: &Value, created: Value) -> Value {
        let mut partition = members(input);
        if let Some(storage) = partition.get_mut("StorageDescriptor") {
            *storage = stored_descriptor(storage);
        }
        partition.insert("DatabaseName".to_owned(), json!(text(self.shown(), "DatabaseName")));
        partition.insert("TableName".to_owned(), json!(text(self.shown(), "Name")));
        partition.insert("CreationTime".to_owned(), created);
        partition.insert("CatalogId".to_owned(), json!(ACCOUNT));
        partition.insert(NEW_MEMBER.to_owned(), json!(1));
        Value::Object(partition)
    }
}
