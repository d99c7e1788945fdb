//! The Arrow schema of a table's files: what every writer and reader of its Parquet agrees on.
//!
//! Every column, list element, map value and record member may be null, because Glue has no NOT NULL and a column
//! added later is null in older files. Names inside lists and maps are those of the Parquet specification:
//! `element`, and `key_value` with `key` and `value`.

use crate::def::TimeUnit;
use crate::logical_type::LogicalType;
use crate::table::{Column, Table};
use arrow_schema::{DataType, Field, Fields, Schema};
use std::sync::Arc;

/// Metadata key of comments, of columns and of the table.
pub const COMMENT_KEY: &str = "comment";
/// Metadata key of the table's name.
pub const TABLE_KEY: &str = "table";

/// Schema of the files of a table: its [file columns](Table::file_columns) in order, with comments as metadata.
///
/// ```
/// use arrow_schema::DataType;
/// use lakebed_schema::{Column, LogicalType, Table, artifacts::arrow::arrow_schema};
///
/// let table = Table::new("traffic", vec![Column::new("car_speed", LogicalType::UInt8)]);
/// let schema = arrow_schema(&table);
/// assert_eq!(schema.field(0).data_type(), &DataType::Int16);
/// assert!(schema.field(0).is_nullable());
/// ```
pub fn arrow_schema(table: &Table) -> Schema {
    let fields: Fields = table.file_columns().map(field).collect();
    let comment = table.comment.as_deref().map(|comment| (COMMENT_KEY, comment));
    let metadata: Vec<_> = [(TABLE_KEY, table.name.as_str())].into_iter().chain(comment).collect();
    Schema::new(fields).with_metadata(metadata.into_iter().collect::<arrow_schema::Metadata>())
}

/// Arrow type of a column, list element, map value or member.
pub fn arrow_type(ty: &LogicalType) -> DataType {
    match ty {
        LogicalType::Boolean => DataType::Boolean,
        LogicalType::Int8 => DataType::Int8,
        LogicalType::Int16 | LogicalType::UInt8 => DataType::Int16,
        LogicalType::Int32 | LogicalType::UInt16 => DataType::Int32,
        LogicalType::Int64 | LogicalType::UInt32 => DataType::Int64,
        LogicalType::Float32 => DataType::Float32,
        LogicalType::Float64 => DataType::Float64,
        // Validation keeps the scale at 38 or less.
        LogicalType::Decimal { precision, scale } => DataType::Decimal128(*precision, scale.cast_signed()),
        LogicalType::String
        | LogicalType::Char
        | LogicalType::Uuid
        | LogicalType::Enum(_)
        | LogicalType::Json => DataType::Utf8,
        LogicalType::Binary => DataType::Binary,
        LogicalType::Date => DataType::Date32,
        LogicalType::Timestamp { unit, instant, .. } => {
            let unit = match unit {
                TimeUnit::Millis => arrow_schema::TimeUnit::Millisecond,
                TimeUnit::Micros => arrow_schema::TimeUnit::Microsecond,
            };
            DataType::Timestamp(unit, instant.then(|| Arc::from("UTC")))
        }
        LogicalType::List { element, .. } => {
            DataType::List(Arc::new(Field::new("element", arrow_type(&element.ty), true)))
        }
        LogicalType::Map { key, value } => {
            let key = Field::new("key", arrow_type(key), false);
            let value = Field::new("value", arrow_type(&value.ty), true);
            let entries = DataType::Struct(Fields::from(vec![key, value]));
            DataType::Map(Arc::new(Field::new("key_value", entries, false)), false)
        }
        LogicalType::Struct { columns } => DataType::Struct(columns.iter().map(field).collect()),
    }
}

fn field(column: &Column) -> Field {
    let field = Field::new(&column.name, arrow_type(&column.ty), true);
    match &column.comment {
        Some(comment) => field.with_metadata([(COMMENT_KEY, comment.as_str())]),
        None => field,
    }
}

#[cfg(feature = "contract")]
mod render;
#[cfg(test)]
mod tests;

#[cfg(feature = "contract")]
pub use render::ArrowSchema;
