//! The schema of a table for Spark: of its files, and of its records before they are converted.
//!
//! Every field, list element and map value may be null, as Spark has it for whatever it reads from files.

mod python;
mod render;
#[cfg(test)]
mod tests;

use crate::artifacts::glue::{key_comment, segments};
use crate::logical_type::LogicalType;
use crate::table::{Column, Table};
use crate::target::Target;

pub use render::Spark;

/// A type of Spark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SparkType {
    /// `boolean`
    Boolean,
    /// `byte`: 8 bits, signed.
    Byte,
    /// `short`: 16 bits, signed.
    Short,
    /// `integer`: 32 bits, signed.
    Integer,
    /// `long`: 64 bits, signed.
    Long,
    /// `float`: single precision.
    Float,
    /// `double`: double precision.
    Double,
    /// `decimal(p,s)`
    Decimal {
        /// Digits in all, 1 to 38.
        precision: u8,
        /// Digits after the point.
        scale: u8,
    },
    /// `string`
    String,
    /// `binary`
    Binary,
    /// `date`
    Date,
    /// `timestamp`: a moment.
    Timestamp,
    /// `timestamp_ntz`: wall-clock time; Spark 3.4 and later.
    TimestampNtz,
    /// An array of these.
    Array(Box<Self>),
    /// A map from the first to the second.
    Map(Box<Self>, Box<Self>),
    /// A record with these fields.
    Struct(Vec<SparkField>),
}

/// A field of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SparkField {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub ty: SparkType,
    /// Its comment, which Spark keeps in the metadata.
    pub comment: Option<String>,
}

/// What Spark finds in a table's folder: the file columns in order, then the partition columns in path order, as
/// texts. That is how Spark presents a partitioned folder.
///
/// ```
/// use lakebed_schema::artifacts::spark::{SparkType, table_fields};
/// use lakebed_schema::{Column, LogicalType, Table, Target};
///
/// let table = Table::new("traffic", vec![Column::new("car_speed", LogicalType::UInt8)]);
/// assert_eq!(table_fields(&table, &Target::default())[0].ty, SparkType::Short);
/// ```
pub fn table_fields(table: &Table, target: &Target) -> Vec<SparkField> {
    let mut fields: Vec<_> = table.file_columns().map(|column| field(column, Names::Columns)).collect();
    fields.extend(segments(table).map(|(partition, segment)| SparkField {
        name: segment.column.clone(),
        ty: SparkType::String,
        comment: key_comment(table, target, partition, segment),
    }));
    fields
}

/// What Spark finds in the records themselves, as canonical JSON: every column in order, under its JSON key.
///
/// Keys of maps are texts there, as JSON has no others.
pub fn record_fields(table: &Table) -> Vec<SparkField> {
    table.columns.iter().map(|column| field(column, Names::Keys)).collect()
}

/// By what name a field goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    Columns,
    Keys,
}

fn field(column: &Column, names: Names) -> SparkField {
    let name = match names {
        Names::Columns => &column.name,
        Names::Keys => &column.key,
    };
    SparkField { name: name.clone(), ty: spark_type(&column.ty, names), comment: column.comment.clone() }
}

fn spark_type(ty: &LogicalType, names: Names) -> SparkType {
    match ty {
        LogicalType::Boolean => SparkType::Boolean,
        LogicalType::Int8 => SparkType::Byte,
        LogicalType::Int16 | LogicalType::UInt8 => SparkType::Short,
        LogicalType::Int32 | LogicalType::UInt16 => SparkType::Integer,
        LogicalType::Int64 | LogicalType::UInt32 => SparkType::Long,
        LogicalType::Float32 => SparkType::Float,
        LogicalType::Float64 => SparkType::Double,
        LogicalType::Decimal { precision, scale } => {
            SparkType::Decimal { precision: *precision, scale: *scale }
        }
        LogicalType::String
        | LogicalType::Char
        | LogicalType::Uuid
        | LogicalType::Enum(_)
        | LogicalType::Json => SparkType::String,
        LogicalType::Binary => SparkType::Binary,
        LogicalType::Date => SparkType::Date,
        LogicalType::Timestamp { instant: true, .. } => SparkType::Timestamp,
        LogicalType::Timestamp { instant: false, .. } => SparkType::TimestampNtz,
        LogicalType::List { element, .. } => SparkType::Array(Box::new(spark_type(&element.ty, names))),
        LogicalType::Map { key, value } => {
            let key = match names {
                Names::Columns => spark_type(key, names),
                Names::Keys => SparkType::String,
            };
            SparkType::Map(Box::new(key), Box::new(spark_type(&value.ty, names)))
        }
        LogicalType::Struct { columns } => {
            SparkType::Struct(columns.iter().map(|column| field(column, names)).collect())
        }
    }
}

impl SparkType {
    /// Whether a wall-clock time stands in it, at any depth.
    fn has_wall_clock(&self) -> bool {
        match self {
            Self::TimestampNtz => true,
            Self::Array(element) => element.has_wall_clock(),
            Self::Map(key, value) => key.has_wall_clock() || value.has_wall_clock(),
            Self::Struct(fields) => fields.iter().any(|field| field.ty.has_wall_clock()),
            Self::Boolean
            | Self::Byte
            | Self::Short
            | Self::Integer
            | Self::Long
            | Self::Float
            | Self::Double
            | Self::Decimal { .. }
            | Self::String
            | Self::Binary
            | Self::Date
            | Self::Timestamp => false,
        }
    }
}
