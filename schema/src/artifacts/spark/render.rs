//! The schema as Spark's own JSON.

use super::{SparkField, SparkType, python, record_fields, table_fields};
use crate::artifacts::{Artifact, Part, Rendered};
use crate::finding::Findings;
use crate::json::Json;
use crate::table::Table;
use crate::target::Target;

const JSON: Part = Part {
    name: "json",
    suffix: "spark.json",
    about: "StructType of the table: file columns, then partition columns",
};
const RECORDS: Part = Part {
    name: "records",
    suffix: "spark-records.json",
    about: "StructType of the records as canonical JSON, by their JSON keys",
};
const PYTHON: Part = Part {
    name: "python",
    suffix: "spark.py",
    about: "both as a Python module, and which key each column has",
};

/// Schemas for Spark, as `StructType.fromJson` takes them and as Python.
#[derive(Clone, Copy, Debug)]
pub struct Spark;

impl Artifact for Spark {
    fn name(&self) -> &'static str {
        "spark"
    }

    fn about(&self) -> &'static str {
        "the schema for Spark jobs: StructType as JSON and as Python"
    }

    fn parts(&self) -> &'static [Part] {
        &[JSON, RECORDS, PYTHON]
    }

    fn has_yaml(&self) -> bool {
        false
    }

    fn render(&self, part: &Part, table: &Table, target: &Target) -> Result<Option<Rendered>, Findings> {
        let (fields, records) = (table_fields(table, target), record_fields(table));
        let mut rendered = match part.name {
            "json" => Rendered::json(struct_json(&fields)),
            "records" => Rendered::json(struct_json(&records)),
            "python" => Rendered::text(python::module(table, &fields, &records)),
            _ => return Ok(None),
        };
        if records.iter().any(|field| field.ty.has_wall_clock()) {
            let note = "The type timestamp_ntz, for times without a zone, needs Spark 3.4 or later.";
            rendered.notes.push(note.to_owned());
        }
        Ok(Some(rendered))
    }
}

/// A record. Members stand in the order in which Spark's own `json()` has them: that of the alphabet.
fn struct_json(fields: &[SparkField]) -> Json {
    let fields = fields.iter().map(|field| {
        let comment = field.comment.as_ref().map(|comment| ("comment", Json::from(comment)));
        Json::object([
            ("metadata", Json::object(comment)),
            ("name", Json::from(&field.name)),
            ("nullable", Json::Bool(true)),
            ("type", type_json(&field.ty)),
        ])
    });
    Json::object([("fields", Json::List(fields.collect())), ("type", "struct".into())])
}

fn type_json(ty: &SparkType) -> Json {
    match ty {
        SparkType::Boolean => "boolean".into(),
        SparkType::Byte => "byte".into(),
        SparkType::Short => "short".into(),
        SparkType::Integer => "integer".into(),
        SparkType::Long => "long".into(),
        SparkType::Float => "float".into(),
        SparkType::Double => "double".into(),
        SparkType::Decimal { precision, scale } => format!("decimal({precision},{scale})").into(),
        SparkType::String => "string".into(),
        SparkType::Binary => "binary".into(),
        SparkType::Date => "date".into(),
        SparkType::Timestamp => "timestamp".into(),
        SparkType::TimestampNtz => "timestamp_ntz".into(),
        SparkType::Array(element) => Json::object([
            ("containsNull", Json::Bool(true)),
            ("elementType", type_json(element)),
            ("type", "array".into()),
        ]),
        SparkType::Map(key, value) => Json::object([
            ("keyType", type_json(key)),
            ("type", "map".into()),
            ("valueContainsNull", Json::Bool(true)),
            ("valueType", type_json(value)),
        ]),
        SparkType::Struct(fields) => struct_json(fields),
    }
}
