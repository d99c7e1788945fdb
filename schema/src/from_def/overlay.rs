//! A type's own JSON Schema, walked beside the table it belongs to: what it says beyond the types is kept.

use crate::json::Json;
use crate::keywords::{Keywords, fault, narrower, restates};
use crate::logical_type::LogicalType;
use crate::problem::ProblemKind;
use crate::table::{Column, Table};
use crate::validate::Collector;

/// How far references and `allOf` are followed; only a schema that refers to itself goes further.
const MAX_PARTS: usize = 64;

/// Puts the keywords of a schema into the columns of its table.
pub(super) fn apply(table: &mut Table, schema: &Json, problems: &mut Collector) {
    let place = format!("table `{}`", table.name);
    let mut walk = Walk { root: schema, problems };
    let parts = walk.parts(schema);
    walk.columns(&mut table.columns, &parts, &place, "");
}

struct Walk<'a> {
    root: &'a Json,
    problems: &'a mut Collector,
}

impl<'a> Walk<'a> {
    fn columns(&mut self, columns: &mut [Column], parts: &[&'a Json], place: &str, prefix: &str) {
        let properties: Vec<&(String, Json)> =
            parts.iter().filter_map(|part| part.get("properties")).flat_map(members).collect();
        for (name, _) in &properties {
            if !columns.iter().any(|column| is_key(column, name)) {
                self.problems.add(place, ProblemKind::SchemaProperty { name: name.clone() });
            }
        }
        for column in columns {
            let schemas: Vec<&Json> = properties
                .iter()
                .filter(|(name, _)| is_key(column, name))
                .flat_map(|(_, schema)| self.parts(schema))
                .collect();
            let path = format!("{prefix}{}", column.name);
            column.schema = self.keywords(&mut column.ty, &schemas, &path);
        }
    }

    /// What the parts of a schema say about a value of a type.
    fn keywords(&mut self, ty: &mut LogicalType, parts: &[&'a Json], path: &str) -> Keywords {
        let mut found = Keywords::default();
        for (keyword, value) in parts.iter().flat_map(|part| members(part)) {
            if fault(keyword, value, ty).is_some() || restates(keyword, value, ty) {
                continue;
            }
            let value = match found.own.get(keyword) {
                Some(first) => narrower(keyword, first, value),
                None => value.clone(),
            };
            found.own.insert(keyword.clone(), value);
        }
        let inside = |walk: &Self, keyword: &str| -> Vec<&'a Json> {
            parts.iter().filter_map(|part| part.get(keyword)).flat_map(|inner| walk.parts(inner)).collect()
        };
        match ty {
            LogicalType::List { element, .. } => {
                let items = inside(self, "items");
                found.items = self.keywords(&mut element.ty, &items, path).boxed();
            }
            LogicalType::Map { value, .. } => {
                let mut values = inside(self, "additionalProperties");
                // Maps whose keys are numbers.
                let patterns = parts.iter().filter_map(|part| part.get("patternProperties"));
                values.extend(patterns.flat_map(members).flat_map(|(_, schema)| self.parts(schema)));
                found.values = self.keywords(&mut value.ty, &values, path).boxed();
            }
            LogicalType::Struct { columns } => {
                self.columns(columns, parts, &format!("column `{path}`"), &format!("{path}."));
            }
            LogicalType::Boolean
            | LogicalType::Int8
            | LogicalType::Int16
            | LogicalType::Int32
            | LogicalType::Int64
            | LogicalType::UInt8
            | LogicalType::UInt16
            | LogicalType::UInt32
            | LogicalType::Float32
            | LogicalType::Float64
            | LogicalType::Decimal { .. }
            | LogicalType::String
            | LogicalType::Char
            | LogicalType::Uuid
            | LogicalType::Enum(_)
            | LogicalType::Json
            | LogicalType::Binary
            | LogicalType::Date
            | LogicalType::Timestamp { .. } => {}
        }
        found
    }

    /// The schemas that hold for one value: the schema, what it refers to, all of its `allOf`, and of its
    /// alternatives the only one that is not null.
    fn parts(&self, schema: &'a Json) -> Vec<&'a Json> {
        let mut parts = vec![schema];
        let mut at = 0;
        while let Some(&part) = parts.get(at).filter(|_| parts.len() < MAX_PARTS) {
            at += 1;
            parts.extend(part.get("$ref").and_then(Json::as_text).and_then(|to| self.resolve(to)));
            parts.extend(part.get("allOf").into_iter().flat_map(elements));
            for word in ["anyOf", "oneOf"] {
                let mut values = part.get(word).into_iter().flat_map(elements).filter(|one| !is_null(one));
                if let (Some(only), None) = (values.next(), values.next()) {
                    parts.push(only);
                }
            }
        }
        parts
    }

    /// What a reference into the same schema stands for.
    fn resolve(&self, reference: &str) -> Option<&'a Json> {
        let pointer = reference.strip_prefix('#')?;
        pointer
            .split('/')
            .skip(1)
            .try_fold(self.root, |json, step| json.get(&step.replace("~1", "/").replace("~0", "~")))
    }
}

fn is_key(column: &Column, name: &str) -> bool {
    column.key == name || column.aliases.iter().any(|alias| alias == name)
}

fn is_null(schema: &Json) -> bool {
    schema.get("type").and_then(Json::as_text) == Some("null")
}

fn members(json: &Json) -> &[(String, Json)] {
    match json {
        Json::Object(members) => members,
        Json::Null | Json::Bool(_) | Json::Int(_) | Json::Float(_) | Json::Text(_) | Json::List(_) => &[],
    }
}

fn elements(json: &Json) -> &[Json] {
    match json {
        Json::List(values) => values,
        Json::Null | Json::Bool(_) | Json::Int(_) | Json::Float(_) | Json::Text(_) | Json::Object(_) => &[],
    }
}

#[cfg(all(test, feature = "contract"))]
mod tests;
