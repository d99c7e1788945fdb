//! Schemas of draft-04, -06 and -07 to formulas.

use super::node::{Id, Kind, Members, Node, Nodes};
use super::number::Number;
use super::refs;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Deepest nesting, references counted.
const MAX_DEPTH: usize = 64;

/// Reads the schemas of one document.
pub(super) struct Compiler<'a> {
    pub(super) nodes: &'a mut Nodes,
    /// The document, for references.
    pub(super) root: &'a Value,
    /// What tells its parts that are not understood from those of another document; the same text means the same
    /// within one.
    pub(super) mark: &'a str,
    /// What each reference came to; none of those that are being read. One that comes back to itself stays a statement
    /// of its own, wherever it is met again: schemas that need each other take no longer than others.
    pub(super) references: BTreeMap<String, Option<Id>>,
}

/// The equal value that has its whole numbers as integers.
pub(super) fn canonical(value: &Value) -> Value {
    match value {
        Value::Number(number) => Number::read(number).and_then(Number::json).unwrap_or_else(|| value.clone()),
        Value::Array(values) => values.iter().map(canonical).collect(),
        Value::Object(members) => {
            let mut members: Vec<_> =
                members.iter().map(|(key, value)| (key.clone(), canonical(value))).collect();
            members.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(members.into_iter().collect())
        }
        Value::Null | Value::Bool(_) | Value::String(_) => value.clone(),
    }
}

impl Compiler<'_> {
    pub(super) fn schema(&mut self, schema: &Value) -> Id {
        self.at_depth(schema, 0)
    }

    fn at_depth(&mut self, schema: &Value, depth: usize) -> Id {
        if depth > MAX_DEPTH {
            return self.opaque(None, schema);
        }
        match schema {
            Value::Bool(true) => self.nodes.all(),
            Value::Bool(false) => self.nodes.none(),
            Value::Object(members) => {
                if let Some(reference) = members.get("$ref") {
                    // What stands beside a reference is not looked at.
                    return self.reference(reference, depth);
                }
                let parts: Vec<Id> = members
                    .iter()
                    .map(|(keyword, value)| self.keyword(keyword, value, members, depth))
                    .collect();
                self.nodes.and(parts)
            }
            Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) => self.opaque(None, schema),
        }
    }

    fn reference(&mut self, reference: &Value, depth: usize) -> Id {
        let found = reference.as_str().and_then(|text| Some((text, refs::find(self.root, text)?)));
        let alone = json!({"$ref": reference});
        let Some((text, target)) = found else { return self.opaque(None, &alone) };
        match self.references.get(text) {
            Some(Some(id)) => return *id,
            Some(None) => return self.opaque(None, &alone),
            None => {}
        }
        self.references.insert(text.to_owned(), None);
        let id = self.at_depth(target, depth + 1);
        self.references.insert(text.to_owned(), Some(id));
        id
    }

    fn opaque(&mut self, kind: Option<Kind>, what: &Value) -> Id {
        let text = format!("{} {}", self.mark, canonical(what));
        self.nodes.add(Node::Opaque(kind, text))
    }

    fn keyword(&mut self, keyword: &str, value: &Value, beside: &Map<String, Value>, depth: usize) -> Id {
        match self.known(keyword, value, beside, depth) {
            Some(id) => id,
            None => self.opaque(None, &Value::Array(vec![keyword.into(), value.clone()])),
        }
    }

    /// None of a value that the keyword cannot have, or that is not understood.
    fn known(
        &mut self,
        keyword: &str,
        value: &Value,
        beside: &Map<String, Value>,
        depth: usize,
    ) -> Option<Id> {
        let number = || value.as_number().and_then(Number::read);
        let count =
            || value.as_u64().or_else(|| value.as_f64().filter(|n| n.fract() == 0.0 && *n >= 0.0).map(whole));
        let node = match keyword {
            "type" => return self.types(value),
            "enum" => {
                let values: Vec<Id> = value
                    .as_array()?
                    .iter()
                    .map(|one| self.nodes.add(Node::Equals(canonical(one))))
                    .collect();
                return Some(self.nodes.or(values));
            }
            "const" => Node::Equals(canonical(value)),
            // Draft-04 has a truth value beside the bound.
            "exclusiveMinimum" | "exclusiveMaximum" if value.is_boolean() => return Some(self.nodes.all()),
            "minimum" => Node::Least(number()?, beside.get("exclusiveMinimum") == Some(&Value::Bool(true))),
            "maximum" => Node::Most(number()?, beside.get("exclusiveMaximum") == Some(&Value::Bool(true))),
            "exclusiveMinimum" => Node::Least(number()?, true),
            "exclusiveMaximum" => Node::Most(number()?, true),
            "multipleOf" => Node::MultipleOf(number().filter(|step| *step > Number::Whole(0))?),
            "pattern" => Node::Pattern(value.as_str()?.to_owned()),
            "minLength" => Node::MinLength(count()?),
            "maxLength" => Node::MaxLength(count()?),
            // Validators may check formats or not; the same name means the same.
            "format" => Node::Opaque(Some(Kind::Text), format!("format {}", value.as_str()?)),
            "items" if value.is_array() => {
                let both = Value::Array(vec![
                    value.clone(),
                    beside.get("additionalItems").cloned().unwrap_or_default(),
                ]);
                return Some(self.opaque(Some(Kind::Array), &both));
            }
            "items" => Node::Items(self.at_depth(value, depth + 1)),
            // It is about what stands behind a list of `items`, and was looked at with that.
            "additionalItems" => return Some(self.nodes.all()),
            "contains" => {
                let inner = self.at_depth(value, depth + 1);
                let not = self.nodes.not(inner);
                let none_is = self.nodes.add(Node::Items(not));
                return Some(self.of_kind(Kind::Array, |nodes| nodes.not(none_is)));
            }
            "minItems" => Node::MinItems(count()?),
            "maxItems" => Node::MaxItems(count()?),
            "uniqueItems" if value.as_bool()? => Node::Unique,
            "uniqueItems" => return Some(self.nodes.all()),
            "properties" => return self.members(beside, depth),
            "patternProperties" if beside.contains_key("properties") => return Some(self.nodes.all()),
            "patternProperties" => return self.members(beside, depth),
            "additionalProperties"
                if beside.contains_key("properties") || beside.contains_key("patternProperties") =>
            {
                return Some(self.nodes.all());
            }
            "additionalProperties" => return self.members(beside, depth),
            // Draft-03 had a truth value.
            "required" => {
                let names = value.as_array()?.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?;
                return Some(self.required(&names));
            }
            "propertyNames" => Node::Names(self.at_depth(value, depth + 1)),
            "minProperties" => Node::MinMembers(count()?),
            "maxProperties" => Node::MaxMembers(count()?),
            "dependencies" => return self.dependencies(value.as_object()?, depth),
            "allOf" | "anyOf" | "oneOf" => {
                let inner: Vec<Id> =
                    value.as_array()?.iter().map(|schema| self.at_depth(schema, depth + 1)).collect();
                return Some(match keyword {
                    "allOf" => self.nodes.and(inner),
                    "anyOf" => self.nodes.or(inner),
                    _ => self.one_of(&inner),
                });
            }
            "not" => {
                let inner = self.at_depth(value, depth + 1);
                return Some(self.nodes.not(inner));
            }
            "if" => return Some(self.conditional(value, beside, depth)),
            "$schema" => {
                let known = ["draft-04", "draft-06", "draft-07"];
                let known = value.as_str().is_some_and(|uri| known.iter().any(|draft| uri.contains(draft)));
                return known.then(|| self.nodes.all());
            }
            // People read them, or they do nothing by themselves; the later drafts' are none of these drafts.
            _ => return Some(self.nodes.all()),
        };
        Some(self.nodes.add(node))
    }

    fn types(&mut self, value: &Value) -> Option<Id> {
        let names = match value {
            Value::String(name) => vec![name.as_str()],
            Value::Array(names) => names.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return None,
        };
        let mut types = Vec::new();
        for name in names {
            let kind = match name {
                "null" => Kind::Null,
                "boolean" => Kind::Boolean,
                "number" | "integer" => Kind::Number,
                "string" => Kind::Text,
                "array" => Kind::Array,
                "object" => Kind::Object,
                _ => return None,
            };
            let is = self.nodes.add(Node::Is(kind));
            let whole = self.nodes.add(Node::Whole);
            types.push(if name == "integer" { self.nodes.and([is, whole]) } else { is });
        }
        Some(self.nodes.or(types))
    }

    /// A formula for one type, that holds for every other.
    fn of_kind(&mut self, kind: Kind, formula: impl FnOnce(&mut Nodes) -> Id) -> Id {
        let is = self.nodes.add(Node::Is(kind));
        let other = self.nodes.not(is);
        let formula = formula(self.nodes);
        self.nodes.or([other, formula])
    }

    fn required(&mut self, names: &[&str]) -> Id {
        let names: Vec<Id> =
            names.iter().map(|name| self.nodes.add(Node::Required((*name).to_owned()))).collect();
        self.nodes.and(names)
    }

    fn members(&mut self, beside: &Map<String, Value>, depth: usize) -> Option<Id> {
        let mut inner = |keyword: &str| -> Option<Vec<(String, Id)>> {
            let Some(schemas) = beside.get(keyword) else { return Some(Vec::new()) };
            let mut read: Vec<(String, Id)> = schemas
                .as_object()?
                .iter()
                .map(|(name, schema)| (name.clone(), self.at_depth(schema, depth + 1)))
                .collect();
            read.sort();
            Some(read)
        };
        let (named, patterns) = (inner("properties")?, inner("patternProperties")?);
        let others = match beside.get("additionalProperties") {
            Some(schema) => self.at_depth(schema, depth + 1),
            None => self.nodes.all(),
        };
        Some(self.nodes.members(Members { named, patterns, others }))
    }

    fn dependencies(&mut self, dependencies: &Map<String, Value>, depth: usize) -> Option<Id> {
        let mut all = Vec::new();
        for (name, needed) in dependencies {
            let then = match needed {
                Value::Array(names) => {
                    let names = names.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?;
                    self.required(&names)
                }
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
                    self.at_depth(needed, depth + 1)
                }
            };
            let there = self.nodes.add(Node::Required(name.clone()));
            all.push(self.of_kind(Kind::Object, |nodes| {
                let absent = nodes.not(there);
                nodes.or([absent, then])
            }));
        }
        Some(self.nodes.and(all))
    }

    fn one_of(&mut self, inner: &[Id]) -> Id {
        let mut all = vec![self.nodes.or(inner.iter().copied())];
        for (index, one) in inner.iter().enumerate() {
            for other in inner.iter().skip(index + 1) {
                let both = self.nodes.and([*one, *other]);
                all.push(self.nodes.not(both));
            }
        }
        self.nodes.and(all)
    }

    fn conditional(&mut self, condition: &Value, beside: &Map<String, Value>, depth: usize) -> Id {
        let condition = self.at_depth(condition, depth + 1);
        let otherwise = self.nodes.not(condition);
        let mut branch = |keyword: &str, when: Id| match beside.get(keyword) {
            Some(schema) => {
                let schema = self.at_depth(schema, depth + 1);
                self.nodes.and([when, schema])
            }
            None => when,
        };
        let (one, other) = (branch("then", condition), branch("else", otherwise));
        self.nodes.or([one, other])
    }
}

impl Nodes {
    /// Members that are said nothing of are left out.
    pub(super) fn members(&mut self, mut members: Members) -> Id {
        let all = self.all();
        if members.others == all {
            members.patterns.retain(|(_, id)| *id != all);
            if members.patterns.is_empty() {
                members.named.retain(|(_, id)| *id != all);
            }
            if members.named.is_empty() && members.patterns.is_empty() {
                return all;
            }
        }
        self.add(Node::Members(members))
    }
}

fn whole(number: f64) -> u64 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and not negative")]
    let whole = number as u64;
    whole
}
