//! Partition indexes: built and removed in the background, one at a time.

use super::check::is_integer;
use super::error::ApiError;
use super::store::{Request, Store, text};
use serde_json::{Value, json};

type Answer = Result<Value, ApiError>;

/// Most indexes of a table.
const MOST: usize = 3;

/// An index over partition keys.
#[derive(Clone, Debug)]
pub(super) struct Index {
    name: String,
    /// Keys with their types, as answers show them.
    keys: Value,
    /// How often it is read until its state changes.
    reads_left: usize,
    /// Whether it is going rather than coming.
    going: bool,
}

impl Store {
    pub(super) fn create_partition_index(&mut self, request: Request<'_>) -> Answer {
        let reads = self.settings.index_reads;
        let table = self.table(request, "TableName")?;
        if let Some(busy) = table.indexes.iter().find(|index| index.is_busy()) {
            return Err(ApiError::invalid(format!(
                "Index {} is in {} state. Only 1 index can be created or deleted simultaneously per table.",
                busy.name,
                busy.state()
            )));
        }
        let index = Index::new(&request.input["PartitionIndex"], table.shown(), &table.indexes, reads)?;
        table.indexes.push(index);
        Ok(json!({}))
    }

    pub(super) fn get_partition_indexes(&mut self, request: Request<'_>) -> Answer {
        let answer = self.page(request, "PartitionIndexDescriptorList", |store| {
            let table = store.table(request, "TableName")?;
            let all: Vec<_> = table.indexes.iter().map(|index| (index.name.clone(), index.shown())).collect();
            Ok(all)
        })?;
        // The last page ends a reading.
        if answer["NextToken"].is_null() {
            let table = self.table(request, "TableName")?;
            for index in &mut table.indexes {
                index.reads_left = index.reads_left.saturating_sub(1);
            }
            table.indexes.retain(|index| !(index.going && index.reads_left == 0));
        }
        Ok(answer)
    }

    pub(super) fn delete_partition_index(&mut self, request: Request<'_>) -> Answer {
        let reads = self.settings.index_reads;
        let table = self.table(request, "TableName")?;
        let name = text(request.input, "IndexName");
        let missing = ApiError::not_found(format!("Index with the given indexName : {name} does not exist"));
        let index = table.indexes.iter_mut().find(|index| index.name == name).ok_or(missing)?;
        if index.is_busy() {
            let message = format!(
                "Index {} is in {} state. Only 1 index can be created or deleted simultaneously per table.",
                index.name,
                index.state()
            );
            return Err(ApiError::new("ConflictException", message));
        }
        (index.going, index.reads_left) = (true, reads);
        Ok(json!({}))
    }
}

impl Index {
    /// An index over keys of `table`, beside those that it has.
    pub(super) fn new(input: &Value, table: &Value, others: &[Self], reads: usize) -> Result<Self, ApiError> {
        let name = text(input, "IndexName").to_lowercase();
        let empty = Vec::new();
        let table_keys = table["PartitionKeys"].as_array().unwrap_or(&empty);
        let mut keys = Vec::new();
        for wanted in input["Keys"].as_array().unwrap_or(&empty) {
            let wanted = wanted.as_str().unwrap_or_default().to_lowercase();
            let Some(key) = table_keys.iter().find(|key| text(key, "Name") == wanted) else {
                return Err(ApiError::invalid(format!(
                    "IndexKeys not a part of PartitionColumns. Verify the indexKeys : [{wanted}]"
                )));
            };
            let ty = text(key, "Type");
            if ty != "string" && !is_integer(ty) {
                return Err(ApiError::invalid(format!(
                    "Index key {wanted} is {ty}: only string and integer types"
                )));
            }
            keys.push(json!({ "Name": wanted, "Type": ty }));
        }
        let keys = Value::Array(keys);
        for (same, what) in [
            (others.iter().any(|other| other.name == name), "name"),
            (others.iter().any(|other| other.keys == keys), "keys"),
        ] {
            if same {
                let message = format!("Partition Index {name} already exists with the same {what}.");
                return Err(ApiError::exists(message));
            }
        }
        if others.len() >= MOST {
            let message = format!("Partition index limit exceeded. Maximum: {MOST}");
            return Err(ApiError::new("ResourceNumberLimitExceededException", message));
        }
        Ok(Self { name, keys, reads_left: reads, going: false })
    }

    fn is_busy(&self) -> bool {
        self.reads_left > 0 || self.going
    }

    fn state(&self) -> &'static str {
        match (self.going, self.reads_left) {
            (true, _) => "DELETING",
            (false, 0) => "ACTIVE",
            (false, _) => "CREATING",
        }
    }

    fn shown(&self) -> Value {
        json!({ "IndexName": self.name, "Keys": self.keys, "IndexStatus": self.state() })
    }
}
