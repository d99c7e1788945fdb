//! The Arrow schema that a contract file describes, as far as the benchmarks' contracts go.

use crate::Outcome;
use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use parquet::basic::{Compression, ZstdLevel};
use serde_json::Value;
use std::fs;
use std::sync::Arc;

/// The column that partitions are made of.
pub const OBSERVED: &str = "tijd_waarneming";

pub struct Contract {
    /// What is parsed; the time that partitions are made of is still a number of seconds.
    pub schema: SchemaRef,
    pub by_hour: bool,
    pub compression: Compression,
}

impl Contract {
    pub fn read(path: &str) -> Outcome<Self> {
        let file: Value = serde_json::from_str(&fs::read_to_string(path)?)?;
        let by_hour = file.get("partitions").is_some();
        let mut fields = fields(&file["columns"])?;
        if by_hour {
            for field in &mut fields {
                if field.name() == OBSERVED {
                    *field = field.clone().with_data_type(DataType::Int64);
                }
            }
        }
        let compression = match file["storage"]["compression"].as_str() {
            Some("snappy") => Compression::SNAPPY,
            // The level that lakebed writes.
            Some("zstd") => Compression::ZSTD(ZstdLevel::try_new(1)?),
            other => return Err(format!("unknown compression {other:?}").into()),
        };
        Ok(Self { schema: Arc::new(Schema::new(fields)), by_hour, compression })
    }
}

fn fields(columns: &Value) -> Outcome<Vec<Field>> {
    let columns = columns.as_array().ok_or("columns are an array")?;
    columns
        .iter()
        .map(|column| {
            let name = column["name"].as_str().ok_or("a column has a name")?;
            Ok(Field::new(name, data_type(&column["type"])?, column["nullable"] == true))
        })
        .collect()
}

fn data_type(ty: &Value) -> Outcome<DataType> {
    match ty.as_str() {
        Some("int32") => return Ok(DataType::Int32),
        Some("int64") => return Ok(DataType::Int64),
        Some("float64") => return Ok(DataType::Float64),
        Some("string") => return Ok(DataType::Utf8),
        Some(other) => return Err(format!("unknown type {other}").into()),
        None => {}
    }
    if ty.get("timestamp").is_some() {
        return Ok(DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())));
    }
    if let Some(list) = ty.get("list") {
        // serde_arrow's name of an element.
        let element = Field::new("element", data_type(&list["element"]["type"])?, true);
        return Ok(DataType::List(Arc::new(element)));
    }
    Ok(DataType::Struct(Fields::from(fields(&ty["struct"])?)))
}
