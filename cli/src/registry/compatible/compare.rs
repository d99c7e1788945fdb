//! Two schemas, keyword by keyword.

use super::compile::{Compiler, canonical};
use super::node::Id;
use super::refs;
use super::search::{Found, Search};
use super::shape::shape;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt;

/// Deepest nesting that is taken apart.
const MAX_DEPTH: usize = 64;
/// Most references of a reader that are taken apart, for schemas that need each other. What is behind further ones is
/// named as a whole.
const MAX_REFERENCES: usize = 100;

/// A place in documents: `$.vehicle.lanes[].speed`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Place(String);

impl Place {
    fn root() -> Self {
        Self("$".to_owned())
    }

    fn member(&self, name: &str) -> Self {
        let plain = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        Self(if plain { format!("{}.{name}", self.0) } else { format!("{}[{}]", self.0, json!(name)) })
    }

    fn members(&self) -> Self {
        Self(format!("{}.*", self.0))
    }

    fn items(&self) -> Self {
        Self(format!("{}[]", self.0))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A keyword that refuses what the other schema takes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Where in documents.
    pub path: Place,
    /// The keyword of the reader's schema.
    pub keyword: String,
    /// What the writer's schema says there: the same keyword where it has it, else the whole schema of the place.
    pub writer: Option<Value>,
    /// What the reader's schema says there.
    pub reader: Value,
    /// A value of that place that the writer may write and the reader refuses.
    pub example: Option<Value>,
    /// Why it cannot be decided, when it cannot.
    pub undecided: Option<String>,
}

/// Every keyword by which `reader` refuses a document of `writer`; none when every document of the one is one of the
/// other.
pub fn differences(writer: &Value, reader: &Value) -> Vec<Difference> {
    if canonical(writer) == canonical(reader) {
        return Vec::new();
    }
    let written = shape(writer);
    let mut compare = Compare {
        search: Search::new(),
        writer,
        written: &written,
        reader,
        references: 0,
        open: Vec::new(),
        out: Vec::new(),
    };
    let holds = vec![compare.writer(writer), compare.written(&written)];
    let spots = Spots { schemas: vec![writer], shapes: vec![&written] };
    compare.schema(&holds, &spots, reader, &Place::root(), 0);
    // Whatever order the members of a document are kept in.
    compare.out.sort_by(|one, other| (&one.path, &one.keyword).cmp(&(&other.path, &other.keyword)));
    compare.out
}

/// What the writer says of one place.
struct Spots<'a> {
    schemas: Vec<&'a Value>,
    shapes: Vec<&'a Value>,
}

struct Compare<'a> {
    search: Search,
    writer: &'a Value,
    written: &'a Value,
    reader: &'a Value,
    /// How many references of the reader were followed.
    references: usize,
    /// Where those lead that are being followed.
    open: Vec<&'a Value>,
    out: Vec<Difference>,
}

impl<'a> Compare<'a> {
    fn compile(&mut self, root: &Value, mark: &str, schema: &Value) -> Id {
        let references = BTreeMap::new();
        Compiler { nodes: &mut self.search.nodes, root, mark, references }.schema(schema)
    }

    fn writer(&mut self, schema: &Value) -> Id {
        self.compile(self.writer, "writer", schema)
    }

    fn written(&mut self, schema: &Value) -> Id {
        self.compile(self.written, "written", schema)
    }

    fn reader(&mut self, schema: &Value) -> Id {
        self.compile(self.reader, "reader", schema)
    }

    fn find(&mut self, holds: &[Id], reader: &Value) -> Found {
        let fails = self.reader(reader);
        self.search.find(holds, &[fails])
    }

    /// Looks at a schema of the reader, where these formulas hold for what the writer writes.
    fn schema(&mut self, holds: &[Id], spots: &Spots<'a>, schema: &'a Value, path: &Place, depth: usize) {
        let found = self.find(holds, schema);
        if found == Found::Nothing {
            return;
        }
        let before = self.out.len();
        match schema {
            Value::Object(members) if depth <= MAX_DEPTH => {
                let reference = members.get("$ref").and_then(Value::as_str);
                if let Some(target) = reference.and_then(|text| refs::find(self.reader, text)) {
                    let again = self.open.iter().any(|open| std::ptr::eq(*open, target));
                    if !again && self.references < MAX_REFERENCES {
                        self.references += 1;
                        self.open.push(target);
                        self.schema(holds, spots, target, path, depth + 1);
                        self.open.pop();
                    }
                } else {
                    for keyword in members.keys() {
                        self.keyword(keyword, holds, spots, members, path, depth);
                    }
                }
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => {}
        }
        if self.out.len() == before {
            self.report(found, spots, "schema", schema, path);
        }
    }

    fn keyword(
        &mut self,
        keyword: &str,
        holds: &[Id],
        spots: &Spots<'a>,
        schema: &'a Map<String, Value>,
        path: &Place,
        depth: usize,
    ) {
        let Some(value) = schema.get(keyword) else { return };
        let alone = alone(keyword, schema);
        let found = self.find(holds, &alone);
        if found == Found::Nothing {
            return;
        }
        match (keyword, value) {
            ("properties", Value::Object(members)) => {
                for (name, inner) in members {
                    let path = path.member(name);
                    let below = spots.member(self.writer, self.written, name);
                    self.below(holds, &json!({"properties": {name: inner}}), below, inner, &path, depth);
                }
            }
            ("additionalProperties", Value::Object(_)) => {
                let below = spots.others(self.writer, self.written);
                self.below(holds, &alone, below, value, &path.members(), depth);
            }
            ("items", Value::Object(_)) => {
                let below = spots.items(self.writer, self.written);
                self.below(holds, &alone, below, value, &path.items(), depth);
            }
            ("required", Value::Array(names)) => {
                for name in names {
                    let alone = json!({"required": [name]});
                    let found = self.find(holds, &alone);
                    if found != Found::Nothing {
                        let path = path.member(name.as_str().unwrap_or_default());
                        let example = match found {
                            Found::Undecided(why) => Found::Undecided(why),
                            Found::Nothing | Found::Witness(_) => Found::Nothing,
                        };
                        self.report(example, &Spots::none(), keyword, value, &path);
                    }
                }
            }
            ("allOf", Value::Array(schemas)) => {
                for inner in schemas {
                    self.schema(holds, spots, inner, path, depth + 1);
                }
            }
            _ => self.report(found, spots, keyword, value, path),
        }
    }

    /// Looks at a schema further in, when documents of the writer break `rule`, which holds it.
    fn below(
        &mut self,
        holds: &[Id],
        rule: &Value,
        below: Spots<'a>,
        schema: &'a Value,
        path: &Place,
        depth: usize,
    ) {
        let found = self.find(holds, rule);
        if found == Found::Nothing {
            return;
        }
        let before = self.out.len();
        if !below.schemas.is_empty() {
            let mut inner: Vec<Id> = below.schemas.iter().map(|schema| self.writer(schema)).collect();
            inner.extend(below.shapes.iter().map(|shape| self.written(shape)).collect::<Vec<_>>());
            self.schema(&inner, &below, schema, path, depth + 1);
        }
        if self.out.len() == before {
            // The writer says it in another way, so that there is no schema of that place alone.
            let keyword = rule.as_object().and_then(|rule| rule.keys().next()).cloned().unwrap_or_default();
            self.report(found, &below, &keyword, schema, path);
        }
    }

    fn report(&mut self, found: Found, spots: &Spots<'a>, keyword: &str, reader: &Value, path: &Place) {
        let (example, undecided) = match found {
            Found::Witness(value) => (Some(value), None),
            Found::Undecided(why) => (None, Some(why)),
            Found::Nothing => (None, None),
        };
        let difference = Difference {
            path: path.clone(),
            keyword: keyword.to_owned(),
            writer: spots.says(keyword).map(plain),
            reader: plain(reader),
            example,
            undecided,
        };
        if !self.out.contains(&difference) {
            self.out.push(difference);
        }
    }
}

impl<'a> Spots<'a> {
    fn none() -> Self {
        Self { schemas: Vec::new(), shapes: Vec::new() }
    }

    fn says(&self, keyword: &str) -> Option<&'a Value> {
        let same = self.schemas.iter().find_map(|schema| schema.get(keyword));
        same.or(self.schemas.first().copied())
    }

    fn deeper(&self, roots: (&'a Value, &'a Value), pick: &dyn Fn(&'a Value) -> Option<&'a Value>) -> Self {
        let through = |root: &'a Value, schemas: &[&'a Value]| {
            let mut plain = Vec::new();
            schemas.iter().for_each(|schema| conjoined(root, schema, 0, &mut plain));
            plain.into_iter().filter_map(pick).collect()
        };
        Self { schemas: through(roots.0, &self.schemas), shapes: through(roots.1, &self.shapes) }
    }

    fn member(&self, writer: &'a Value, written: &'a Value, name: &str) -> Self {
        self.deeper((writer, written), &|schema| {
            let named = schema.get("properties").and_then(|members| members.get(name));
            // With patterns it hangs on the name; then there is no schema for it alone.
            let others =
                || schema.get("additionalProperties").filter(|_| schema.get("patternProperties").is_none());
            named.or_else(others)
        })
    }

    fn others(&self, writer: &'a Value, written: &'a Value) -> Self {
        self.deeper((writer, written), &|schema| {
            let only =
                ["properties", "patternProperties"].iter().all(|keyword| schema.get(*keyword).is_none());
            schema.get("additionalProperties").filter(|_| only)
        })
    }

    fn items(&self, writer: &'a Value, written: &'a Value) -> Self {
        self.deeper((writer, written), &|schema| schema.get("items").filter(|items| !items.is_array()))
    }
}

/// A schema and those that must hold with it.
fn conjoined<'a>(root: &'a Value, schema: &'a Value, depth: usize, out: &mut Vec<&'a Value>) {
    if depth > MAX_DEPTH {
        return;
    }
    if let Some(reference) = schema.get("$ref") {
        if let Some(target) = reference.as_str().and_then(|text| refs::find(root, text)) {
            conjoined(root, target, depth + 1, out);
        }
        return;
    }
    if out.iter().any(|known| std::ptr::eq(*known, schema)) {
        return;
    }
    out.push(schema);
    for inner in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        conjoined(root, inner, depth + 1, out);
    }
}

/// A keyword with those that change its meaning.
fn alone(keyword: &str, schema: &Map<String, Value>) -> Value {
    let with: &[&str] = match keyword {
        "additionalProperties" => &["properties", "patternProperties"],
        "minimum" => &["exclusiveMinimum"],
        "maximum" => &["exclusiveMaximum"],
        "items" => &["additionalItems"],
        "if" => &["then", "else"],
        _ => &[],
    };
    let mut out = Map::new();
    for name in std::iter::once(&keyword).chain(with) {
        let Some(value) = schema.get(*name) else { continue };
        let value = match (*name, keyword) {
            // What they say themselves is looked at apart.
            ("properties" | "patternProperties", "additionalProperties") => {
                let names = value.as_object().into_iter().flat_map(Map::keys);
                Value::Object(names.map(|name| (name.clone(), Value::Bool(true))).collect())
            }
            // A bound of its own in later drafts.
            ("exclusiveMinimum" | "exclusiveMaximum", "minimum" | "maximum") if !value.is_boolean() => {
                continue;
            }
            _ => value.clone(),
        };
        out.insert((*name).to_owned(), value);
    }
    Value::Object(out)
}

/// A schema without what people read.
fn plain(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Value::Object(members) = &mut schema {
        for words in ["title", "description", "examples", "default", "$comment"] {
            members.remove(words);
        }
    }
    schema
}
