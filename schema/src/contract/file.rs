//! The members of a contract, in their order. What a member holds by default is not written.

use super::{CONTRACT_VERSION, value};
use crate::def::Encoding;
use crate::keywords::Keywords;
use crate::layout::{Layout, LayoutError};
use crate::logical_type::LogicalType;
use crate::table::{Column, Partition, PartitionBy, Rules, Scalar, SortColumn, Storage, Table, TimeFormat};
use crate::validate::ARRIVAL;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is read first.
#[derive(Deserialize)]
pub(super) struct Header {
    pub(super) lakebed_contract: Option<serde_json::Value>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContractFile {
    lakebed_contract: u64,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    database: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    columns: Vec<Column>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    partitions: Vec<Partition>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    key: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    latest_by: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sort: Vec<SortColumn>,
    #[serde(default, skip_serializing_if = "is_default")]
    storage: Storage,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "value::unique")]
    parameters: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    xml: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    records: Vec<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    xml_json: bool,
}

impl From<&Table> for ContractFile {
    fn from(table: &Table) -> Self {
        let Table {
            name,
            database,
            comment,
            columns,
            partitions,
            key,
            latest_by,
            sort,
            storage,
            parameters,
            xml,
            records,
            xml_json,
        } = table.clone();
        Self {
            lakebed_contract: CONTRACT_VERSION,
            name,
            database,
            comment,
            columns,
            partitions,
            key,
            latest_by,
            sort,
            storage,
            parameters,
            xml,
            records,
            xml_json,
        }
    }
}

impl From<ContractFile> for Table {
    fn from(file: ContractFile) -> Self {
        Self {
            name: file.name,
            database: file.database,
            comment: file.comment,
            columns: file.columns,
            partitions: file.partitions,
            key: file.key,
            latest_by: file.latest_by,
            sort: file.sort,
            storage: file.storage,
            parameters: file.parameters,
            xml: file.xml,
            records: file.records,
            xml_json: file.xml_json,
        }
    }
}

/// A column with its rules beside its other words, as in the derive. The key is left out where it is the name.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ColumnFile {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
    #[serde(rename = "type")]
    ty: LogicalType,
    #[serde(default, skip_serializing_if = "is_default")]
    nullable: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    default: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    time: Vec<TimeFormat>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    null_if: Vec<Scalar>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    null_with: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    decimal_comma: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    bloom: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    encoding: Option<Encoding>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    xml: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    schema: Keywords,
}

impl From<Column> for ColumnFile {
    fn from(column: Column) -> Self {
        let Rules { time, null_if, null_with, decimal_comma } = column.rules;
        Self {
            key: (column.key != column.name).then_some(column.key),
            name: column.name,
            aliases: column.aliases,
            ty: column.ty,
            nullable: column.nullable,
            default: column.default,
            comment: column.comment,
            time,
            null_if,
            null_with,
            decimal_comma,
            tags: column.tags,
            bloom: column.bloom,
            encoding: column.encoding,
            xml: column.xml,
            schema: column.schema,
        }
    }
}

impl From<ColumnFile> for Column {
    fn from(file: ColumnFile) -> Self {
        let ColumnFile { time, null_if, null_with, decimal_comma, .. } = file;
        Self {
            key: file.key.unwrap_or_else(|| file.name.clone()),
            name: file.name,
            aliases: file.aliases,
            ty: file.ty,
            nullable: file.nullable,
            default: file.default,
            comment: file.comment,
            rules: Rules { time, null_if, null_with, decimal_comma },
            tags: file.tags,
            bloom: file.bloom,
            encoding: file.encoding,
            xml: file.xml,
            schema: file.schema,
        }
    }
}

/// A partition; `by` is a column, or `arrival`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartitionFile {
    by: String,
    layout: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    null: Option<String>,
}

impl From<Partition> for PartitionFile {
    fn from(partition: Partition) -> Self {
        let by = match partition.by {
            PartitionBy::Arrival => ARRIVAL.to_owned(),
            PartitionBy::Column(column) => column,
        };
        Self { by, layout: partition.layout.text, null: partition.null }
    }
}

impl TryFrom<PartitionFile> for Partition {
    type Error = LayoutError;

    fn try_from(file: PartitionFile) -> Result<Self, LayoutError> {
        let by = if file.by == ARRIVAL { PartitionBy::Arrival } else { PartitionBy::Column(file.by) };
        let source = match &by {
            PartitionBy::Arrival => None,
            PartitionBy::Column(column) => Some(column.as_str()),
        };
        Ok(Self { layout: Layout::parse(&file.layout, source)?, by, null: file.null })
    }
}

/// A nested record is the list of its members: `{"struct": [{"name": …}]}`.
pub(crate) mod members {
    use crate::table::Column;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(columns: &[Column], serializer: S) -> Result<S::Ok, S::Error> {
        columns.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Column>, D::Error> {
        Vec::deserialize(deserializer)
    }
}
