//! What a writer writes: the keys that its schema declares.
//!
//! A JSON Schema lets every key pass that it does not name. Taken at its word, no key could ever be added, since older
//! documents might hold it with any value. A registry means less: adding an optional key is compatible. So a document
//! of a schema holds declared keys only, wherever the schema declares any.

use super::refs;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Deepest nesting, references counted.
const MAX_DEPTH: usize = 64;

/// The schema that says so, to be held beside the schema itself.
pub(crate) fn shape(schema: &Value) -> Value {
    of_all(schema, &[schema], 0)
}

fn of_all(root: &Value, schemas: &[&Value], depth: usize) -> Value {
    let mut all = Vec::new();
    for schema in schemas {
        in_place(root, schema, depth, &mut all);
    }
    if depth > MAX_DEPTH {
        return Value::Bool(true);
    }
    let mut keys: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    let (mut others, mut items) = (Vec::new(), Vec::new());
    let mut open = false;
    for schema in all {
        for (name, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            keys.entry(name).or_default().push(inner);
        }
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            if let Some(name) = name.as_str() {
                keys.entry(name).or_default();
            }
        }
        others.extend(schema.get("additionalProperties").filter(|inner| inner.is_object()));
        open |= schema.get("additionalProperties").is_some() || schema.get("patternProperties").is_some();
        items.extend(schema.get("items").filter(|inner| inner.is_object()));
    }
    let mut out = Map::new();
    let declared = !keys.is_empty();
    let keys: Map<String, Value> = keys
        .into_iter()
        .map(|(name, schemas)| (name.to_owned(), of_all(root, &schemas, depth + 1)))
        .collect();
    if declared {
        out.insert("properties".to_owned(), Value::Object(keys));
    }
    if declared && !open {
        out.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    if !others.is_empty() {
        out.insert("additionalProperties".to_owned(), of_all(root, &others, depth + 1));
    }
    if !items.is_empty() {
        out.insert("items".to_owned(), of_all(root, &items, depth + 1));
    }
    if out.is_empty() { json!(true) } else { Value::Object(out) }
}

/// A schema and those within it that are about the same value.
fn in_place<'a>(root: &'a Value, schema: &'a Value, depth: usize, out: &mut Vec<&'a Value>) {
    if depth > MAX_DEPTH {
        return;
    }
    if let Some(reference) = schema.get("$ref") {
        if let Some(target) = reference.as_str().and_then(|text| refs::find(root, text)) {
            in_place(root, target, depth + 1, out);
        }
        return;
    }
    out.push(schema);
    for keyword in ["allOf", "anyOf", "oneOf"] {
        for inner in schema.get(keyword).and_then(Value::as_array).into_iter().flatten() {
            in_place(root, inner, depth + 1, out);
        }
    }
    for keyword in ["not", "if", "then", "else"] {
        if let Some(inner) = schema.get(keyword) {
            in_place(root, inner, depth + 1, out);
        }
    }
    for inner in schema.get("dependencies").and_then(Value::as_object).into_iter().flat_map(Map::values) {
        if inner.is_object() {
            in_place(root, inner, depth + 1, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::shape;
    use serde_json::json;

    #[test]
    fn declared_keys_close_an_object_and_nothing_else_does() {
        let schema = json!({
            "type": "object",
            "properties": {
                "point": {"properties": {"x": {"type": "number"}}},
                "any": {"type": "object"},
                "map": {"type": "object", "additionalProperties": {"properties": {"y": {}}}},
                "list": {"type": "array", "items": {"$ref": "#/definitions/lane"}},
            },
            "allOf": [{"oneOf": [{"required": ["a"]}, {"properties": {"$": {"required": ["b"]}}}]}],
            "definitions": {"lane": {"properties": {"z": {}}}},
        });
        let closed = |keys| json!({"properties": keys, "additionalProperties": false});
        assert_eq!(
            shape(&schema),
            closed(json!({
                "$": closed(json!({"b": true})),
                "a": true,
                "any": true,
                "list": {"items": closed(json!({"z": true}))},
                "map": {"additionalProperties": closed(json!({"y": true}))},
                "point": closed(json!({"x": true})),
            }))
        );
        assert_eq!(shape(&json!(true)), json!(true));
        let open = json!({"properties": {"a": {}}, "additionalProperties": true});
        assert_eq!(shape(&open), json!({"properties": {"a": true}}));
    }
}
