//! Whether a value satisfies a formula.

use super::compile::canonical;
use super::node::{Id, Kind, Members, Node, Nodes};
use super::number::Number;
use super::pattern;
use serde_json::{Map, Value};

impl Nodes {
    #[allow(clippy::wildcard_enum_match_arm, reason = "all but these are leaves")]
    /// None when it hangs on what is not understood, or on what validators see differently.
    pub(super) fn holds(&self, id: Id, value: &Value) -> Option<bool> {
        match self.get(id) {
            Node::All => Some(true),
            Node::None => Some(false),
            Node::And(ids) => every(ids.iter().map(|id| self.holds(*id, value))),
            Node::Or(ids) => not(every(ids.iter().map(|id| not(self.holds(*id, value))))),
            Node::Not(inner) => not(self.holds(*inner, value)),
            Node::Is(kind) => Some(Kind::of(value) == *kind),
            Node::Equals(wanted) => Some(canonical(value) == *wanted),
            leaf if leaf.kind().is_some_and(|kind| kind != Kind::of(value)) => Some(true),
            leaf => self.leaf(leaf, value),
        }
    }

    fn leaf(&self, leaf: &Node, value: &Value) -> Option<bool> {
        let number = || value.as_number().and_then(Number::read);
        let length = || value.as_str().map(|text| text.chars().count() as u64);
        let items = || value.as_array().map(|items| items.len() as u64);
        let size = || value.as_object().map(|members| members.len() as u64);
        match leaf {
            Node::Whole => number().map(Number::is_whole),
            Node::Least(bound, open) => number().map(|n| if *open { n > *bound } else { n >= *bound }),
            Node::Most(bound, open) => number().map(|n| if *open { n < *bound } else { n <= *bound }),
            Node::MultipleOf(step) => number()?.is_multiple_of(*step),
            Node::Pattern(pattern) => pattern::matches(pattern, value.as_str()?),
            Node::MinLength(least) => length().map(|length| length >= *least),
            Node::MaxLength(most) => length().map(|length| length <= *most),
            Node::Items(inner) => every(value.as_array()?.iter().map(|item| self.holds(*inner, item))),
            Node::MinItems(least) => items().map(|items| items >= *least),
            Node::MaxItems(most) => items().map(|items| items <= *most),
            Node::Unique => value.as_array().map(|items| {
                let items: Vec<Value> = items.iter().map(canonical).collect();
                items
                    .iter()
                    .enumerate()
                    .all(|(index, item)| !items.iter().take(index).any(|before| before == item))
            }),
            Node::Members(members) => self.members_hold(members, value.as_object()?),
            Node::Required(name) => value.as_object().map(|members| members.contains_key(name)),
            Node::Names(inner) => {
                every(value.as_object()?.keys().map(|name| self.holds(*inner, &Value::from(name.as_str()))))
            }
            Node::MinMembers(least) => size().map(|size| size >= *least),
            Node::MaxMembers(most) => size().map(|size| size <= *most),
            Node::All
            | Node::None
            | Node::And(_)
            | Node::Or(_)
            | Node::Not(_)
            | Node::Is(_)
            | Node::Equals(_)
            | Node::Opaque(..) => None,
        }
    }

    fn members_hold(&self, members: &Members, object: &Map<String, Value>) -> Option<bool> {
        every(object.iter().map(|(name, value)| {
            let schemas = members.of(name)?;
            every(schemas.into_iter().map(|schema| self.holds(schema, value)))
        }))
    }
}

impl Members {
    /// What is asked of the member of a name; none when a pattern is not understood.
    pub(super) fn of(&self, name: &str) -> Option<Vec<Id>> {
        let mut out: Vec<Id> =
            self.named.iter().filter(|(known, _)| known == name).map(|(_, schema)| *schema).collect();
        for (pattern, schema) in &self.patterns {
            if pattern::matches(pattern, name)? {
                out.push(*schema);
            }
        }
        if out.is_empty() {
            out.push(self.others);
        }
        Some(out)
    }
}

/// Whether all are true; what is not known counts only when none is false.
fn every(values: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = Some(true);
    for value in values {
        match value {
            Some(false) => return Some(false),
            Some(true) => {}
            None => all = None,
        }
    }
    all
}

fn not(value: Option<bool>) -> Option<bool> {
    value.map(|value| !value)
}
