//! JSON with its members in order.

use crate::finding::Finding;
use crate::json::Json;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Reads a schema.
///
/// # Errors
/// What is no JSON, with line and column.
pub fn read(text: &str) -> Result<Json, Finding> {
    match serde_json::from_str::<Ordered>(text.trim_start_matches('\u{feff}')) {
        Ok(Ordered(json)) => Ok(json),
        Err(error) => Err(Finding::new(
            "import-json-schema-json",
            format!("line {}, column {}", error.line(), error.column()),
            format!("is no JSON: {error}"),
            "correct the file",
        )),
    }
}

/// Whether a document is a JSON Schema rather than a record.
pub fn is_schema(json: &Json) -> bool {
    let text = |key: &str| json.get(key).and_then(Json::as_text).unwrap_or_default();
    text("$schema").contains("json-schema.org")
        || ["$id", "id"].iter().any(|key| text(key).starts_with("urn:lakebed:table:"))
        || text("type") == "object" && matches!(json.get("properties"), Some(Json::Object(_)))
}

struct Ordered(Json);

impl<'de> Deserialize<'de> for Ordered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OrderedVisitor).map(Self)
    }
}

struct OrderedVisitor;

impl<'de> Visitor<'de> for OrderedVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Int(value))
    }

    #[allow(clippy::cast_precision_loss, reason = "as a reader of doubles has it")]
    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(i64::try_from(value).map_or(Json::Float(value as f64), Json::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(Ordered(value)) = values.next_element()? {
            list.push(value);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut members: Vec<(String, Json)> = Vec::new();
        while let Some((key, Ordered(value))) = entries.next_entry::<String, Ordered>()? {
            members.retain(|(other, _)| *other != key);
            members.push((key, value));
        }
        Ok(Json::Object(members))
    }
}
