//! Rules that the description of the API does not tell, and the forms in which things are stored.

use super::error::ApiError;
use super::store::{members, text};
use serde_json::{Value, json};

type Answer = Result<Value, ApiError>;

/// A table as it is stored: names in lower case, the descriptor with its defaults.
pub(super) fn stored_table(input: &Value) -> Answer {
    if input.is_null() {
        return Err(ApiError::invalid("TableInput must not be null"));
    }
    for key in input["PartitionKeys"].as_array().into_iter().flatten() {
        if key["Parameters"].as_object().is_some_and(|parameters| !parameters.is_empty()) {
            return Err(ApiError::invalid("Parameters not supported for partition columns"));
        }
        let ty = text(key, "Type").to_lowercase();
        if ["array<", "map<", "struct<", "uniontype<"].iter().any(|nested| ty.starts_with(nested)) {
            let name = text(key, "Name");
            return Err(ApiError::invalid(format!(
                "Partition column {name} is {ty}, which is no primitive type"
            )));
        }
    }
    let mut table = members(input);
    table.insert("Name".to_owned(), json!(text(input, "Name").to_lowercase()));
    table.entry("Retention").or_insert(json!(0));
    if let Some(keys) = table.get_mut("PartitionKeys") {
        lower_names(keys);
    }
    if let Some(storage) = table.get_mut("StorageDescriptor") {
        *storage = stored_descriptor(storage);
    }
    Ok(Value::Object(table))
}

/// A descriptor as it is stored: names of columns in lower case, those inside their types as they are; what the
/// service fills in.
pub(super) fn stored_descriptor(input: &Value) -> Value {
    let mut storage = members(input);
    if let Some(columns) = storage.get_mut("Columns") {
        lower_names(columns);
    }
    storage.entry("Compressed").or_insert(json!(false));
    storage.entry("NumberOfBuckets").or_insert(json!(0));
    storage.entry("StoredAsSubDirectories").or_insert(json!(false));
    Value::Object(storage)
}

fn lower_names(columns: &mut Value) {
    for column in columns.as_array_mut().into_iter().flatten() {
        column["Name"] = json!(text(column, "Name").to_lowercase());
    }
}

/// Values of a partition: one for each key, and of the key's type where an index is there.
pub(super) fn values(list: &Value, table: &Value, indexed: bool) -> Result<Vec<String>, ApiError> {
    let empty = Vec::new();
    let keys = table["PartitionKeys"].as_array().unwrap_or(&empty);
    let values: Vec<String> =
        list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    if values.len() != keys.len() || keys.is_empty() {
        return Err(ApiError::invalid(
            "The number of partition keys do not match the number of partition values",
        ));
    }
    for (value, key) in values.iter().zip(keys) {
        let ty = text(key, "Type");
        if indexed && is_integer(ty) && value.parse::<i64>().is_err() {
            let name = text(key, "Name");
            return Err(ApiError::invalid(format!("The value {value} of {name} is no {ty}")));
        }
    }
    Ok(values)
}

/// Types of numbers that an index takes.
pub(super) fn is_integer(ty: &str) -> bool {
    matches!(ty, "tinyint" | "smallint" | "int" | "bigint" | "long")
}
