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
/// Most places that are told apart; further ones are open.
const MAX_PLACES: usize = 10_000;

/// The schema that says so, to be held beside the schema itself.
///
/// What the same schemas say of several places stands there once, with references to it; so does what holds itself.
pub(crate) fn shape(schema: &Value) -> Value {
    let mut shapes = Shapes { root: schema, places: BTreeMap::new(), said: Vec::new() };
    let mut shape = shapes.of_all(&[schema], 0);
    let shared: Map<String, Value> = shapes
        .said
        .into_iter()
        .enumerate()
        .filter(|(_, said)| said.shared)
        .map(|(number, said)| (number.to_string(), said.shape))
        .collect();
    if let Some(members) = shape.as_object_mut().filter(|_| !shared.is_empty()) {
        members.insert("definitions".to_owned(), Value::Object(shared));
    }
    shape
}

struct Shapes<'a> {
    root: &'a Value,
    /// Numbers of what was said, by the schemas that say it, known by their addresses.
    places: BTreeMap<Vec<usize>, usize>,
    said: Vec<Said>,
}

struct Said {
    shape: Value,
    /// Whether it was needed again.
    shared: bool,
}

impl<'a> Shapes<'a> {
    fn of_all(&mut self, schemas: &[&'a Value], depth: usize) -> Value {
        let mut all = Vec::new();
        for schema in schemas {
            in_place(self.root, schema, depth, &mut all);
        }
        if all.is_empty() || depth > MAX_DEPTH || self.said.len() >= MAX_PLACES {
            return Value::Bool(true);
        }
        let mut place: Vec<usize> = all.iter().map(|schema| std::ptr::from_ref(*schema).addr()).collect();
        place.sort_unstable();
        if let Some(number) = self.places.get(&place) {
            if let Some(said) = self.said.get_mut(*number) {
                said.shared = true;
            }
            return json!({"$ref": format!("#/definitions/{number}")});
        }
        let number = self.said.len();
        self.places.insert(place, number);
        self.said.push(Said { shape: Value::Bool(true), shared: false });
        let shape = self.of_place(&all, depth);
        if let Some(said) = self.said.get_mut(number) {
            said.shape = shape.clone();
        }
        shape
    }

    /// What these schemas say, which are all about the same value.
    fn of_place(&mut self, all: &[&'a Value], depth: usize) -> Value {
        let mut keys: BTreeMap<&str, Vec<&'a Value>> = BTreeMap::new();
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
            .map(|(name, schemas)| (name.to_owned(), self.of_all(&schemas, depth + 1)))
            .collect();
        if declared {
            out.insert("properties".to_owned(), Value::Object(keys));
        }
        if declared && !open {
            out.insert("additionalProperties".to_owned(), Value::Bool(false));
        }
        if !others.is_empty() {
            out.insert("additionalProperties".to_owned(), self.of_all(&others, depth + 1));
        }
        if !items.is_empty() {
            out.insert("items".to_owned(), self.of_all(&items, depth + 1));
        }
        if out.is_empty() { json!(true) } else { Value::Object(out) }
    }
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
    // Known already: schemas may hold each other.
    if out.iter().any(|known| std::ptr::eq(*known, schema)) {
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
