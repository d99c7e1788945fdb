//! The Arrow schema as text.

use super::arrow_schema;
use crate::artifacts::{Artifact, Part, Rendered};
use crate::finding::{Finding, Findings};
use crate::table::Table;
use crate::target::Target;
use arrow_schema::{DataType, Field, Metadata};
use serde::Serialize;
use std::collections::BTreeMap;

/// The Arrow schema as JSON: name, type, comment and children of each field.
#[derive(Clone, Copy, Debug)]
pub struct ArrowSchema;

impl Artifact for ArrowSchema {
    fn name(&self) -> &'static str {
        "arrow"
    }

    fn about(&self) -> &'static str {
        "the Arrow schema of the files"
    }

    fn parts(&self) -> &'static [Part] {
        &[Part {
            name: "schema",
            suffix: "arrow.json",
            about: "name, type, comment and children of each field",
        }]
    }

    fn render(&self, _: &Part, table: &Table, _: &Target) -> Result<Option<Rendered>, Findings> {
        let schema = arrow_schema(table);
        let file = SchemaFile {
            metadata: texts(schema.metadata()),
            fields: schema.fields().iter().map(|field| FieldFile::from(field.as_ref())).collect(),
        };
        match serde_json::to_string_pretty(&file) {
            Ok(text) => Ok(Some(Rendered::text(text))),
            // Only a map with keys that are no text could make this fail.
            Err(error) => Err(Finding::new(
                "arrow-schema",
                format!("table `{}`", table.name),
                format!("its schema is no JSON: {error}"),
                "report this: it is a defect of lakebed",
            )
            .into()),
        }
    }
}

#[derive(Serialize)]
struct SchemaFile<'a> {
    metadata: BTreeMap<&'a str, &'a str>,
    fields: Vec<FieldFile<'a>>,
}

#[derive(Serialize)]
struct FieldFile<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    ty: String,
    nullable: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<&'a str, &'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    children: Vec<Self>,
}

impl<'a> From<&'a Field> for FieldFile<'a> {
    fn from(field: &'a Field) -> Self {
        #[allow(clippy::wildcard_enum_match_arm, reason = "Arrow has more types than tables have")]
        let (ty, children) = match field.data_type() {
            DataType::List(element) => ("List".to_owned(), vec![Self::from(element.as_ref())]),
            DataType::Map(entries, _) => ("Map".to_owned(), vec![Self::from(entries.as_ref())]),
            DataType::Struct(members) => {
                ("Struct".to_owned(), members.iter().map(|member| Self::from(member.as_ref())).collect())
            }
            scalar => (scalar.to_string(), vec![]),
        };
        Self {
            name: field.name(),
            ty,
            nullable: field.is_nullable(),
            metadata: texts(field.metadata()),
            children,
        }
    }
}

fn texts(metadata: &Metadata) -> BTreeMap<&str, &str> {
    metadata.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}
