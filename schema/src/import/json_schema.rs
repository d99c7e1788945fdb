//! A table from a JSON Schema, of draft-07 or 2020-12.
//!
//! A schema that lakebed generated gives back the types that it was made of. Any other is read by its types, bounds and
//! formats; a type is never narrower than what the schema allows. What a column cannot be, such as a union, is a
//! finding that names the place.

mod general;
mod ours;
mod read;
mod schemas;
#[cfg(test)]
mod tests;

use super::samples::Inferred;
use crate::finding::{Finding, Findings};
use crate::json::Json;

pub use read::{is_schema, read};

/// Imports a schema whose root describes a record.
///
/// ```
/// use lakebed_schema::LogicalType;
/// use lakebed_schema::import::json_schema::{from_json_schema, read};
///
/// let schema = read(r#"{"title": "visit", "type": "object", "required": ["page"], "properties": {
///     "page": {"type": "string", "description": "Its path."}, "seconds": {"type": "integer", "minimum": 0, "maximum": 4000}
/// }}"#).unwrap();
/// let table = from_json_schema(&schema, None).unwrap().table;
/// assert_eq!(table.name, "visit");
/// assert_eq!((table.columns[1].ty.clone(), table.columns[1].nullable), (LogicalType::UInt16, true));
/// ```
///
/// # Errors
/// What is no schema of an object, and everything in it that no column can be.
pub fn from_json_schema(schema: &Json, name: Option<&str>) -> Result<Inferred, Findings> {
    match schema.get("$id").and_then(Json::as_text).and_then(|id| id.strip_prefix(ours::ID)) {
        Some(id) => ours::import(schema, name.unwrap_or_else(|| id.split(':').next().unwrap_or(id))),
        None => general::import(schema, name),
    }
}

/// A finding about a place in a schema, written as a JSON pointer.
fn finding(rule: &'static str, place: &str, problem: impl Into<String>, fix: &str) -> Finding {
    Finding::new(rule, format!("schema at #{place}"), problem, fix)
}
