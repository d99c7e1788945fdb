//! Schemas as formulas: what a value must be, joined by and, or and not.
//!
//! Equal formulas have one number, whichever schema they come from.

use super::number::Number;
use serde_json::Value;
use std::collections::HashMap;

/// A type of JSON. Integers are numbers that are [whole](Node::Whole).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    Null,
    Boolean,
    Number,
    Text,
    Array,
    Object,
}

pub(super) const KINDS: [Kind; 6] =
    [Kind::Null, Kind::Boolean, Kind::Number, Kind::Text, Kind::Array, Kind::Object];

impl Kind {
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::Text,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }
}

/// Number of a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Id(usize);

/// A formula. As in JSON Schema, what is about one type holds for every value of another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Node {
    All,
    None,
    And(Vec<Id>),
    Or(Vec<Id>),
    Not(Id),
    Is(Kind),
    /// Equal to a value, which has its members in order and whole numbers as integers.
    Equals(Value),
    Whole,
    /// At least, or with true more than.
    Least(Number, bool),
    /// At most, or with true less than.
    Most(Number, bool),
    MultipleOf(Number),
    Pattern(String),
    MinLength(u64),
    MaxLength(u64),
    Items(Id),
    MinItems(u64),
    MaxItems(u64),
    Unique,
    Members(Members),
    Required(String),
    Names(Id),
    MinMembers(u64),
    MaxMembers(u64),
    /// What is not understood: the type it is about, or any, and its text.
    Opaque(Option<Kind>, String),
}

/// What members must be: those of a name, those whose name matches a pattern, and the others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Members {
    /// In the order of the names.
    pub(super) named: Vec<(String, Id)>,
    pub(super) patterns: Vec<(String, Id)>,
    pub(super) others: Id,
}

impl Node {
    /// The type that it is about; none of what joins others, or is about any.
    pub(super) fn kind(&self) -> Option<Kind> {
        match self {
            Self::Whole | Self::Least(..) | Self::Most(..) | Self::MultipleOf(_) => Some(Kind::Number),
            Self::Pattern(_) | Self::MinLength(_) | Self::MaxLength(_) => Some(Kind::Text),
            Self::Items(_) | Self::MinItems(_) | Self::MaxItems(_) | Self::Unique => Some(Kind::Array),
            Self::Members(_)
            | Self::Required(_)
            | Self::Names(_)
            | Self::MinMembers(_)
            | Self::MaxMembers(_) => Some(Kind::Object),
            Self::Opaque(kind, _) => *kind,
            Self::All
            | Self::None
            | Self::And(_)
            | Self::Or(_)
            | Self::Not(_)
            | Self::Is(_)
            | Self::Equals(_) => None,
        }
    }
}

/// Every formula that was met.
#[derive(Debug)]
pub(super) struct Nodes {
    nodes: Vec<Node>,
    ids: HashMap<Node, Id>,
    reduced: HashMap<(Id, Kind), Id>,
}

#[allow(clippy::wildcard_enum_match_arm, reason = "all but these are leaves")]
impl Nodes {
    pub(super) fn new() -> Self {
        Self { nodes: Vec::new(), ids: HashMap::new(), reduced: HashMap::new() }
    }

    pub(super) fn get(&self, id: Id) -> &Node {
        self.nodes.get(id.0).unwrap_or(&Node::None)
    }

    pub(super) fn add(&mut self, node: Node) -> Id {
        if let Some(id) = self.ids.get(&node) {
            return *id;
        }
        let id = Id(self.nodes.len());
        self.nodes.push(node.clone());
        self.ids.insert(node, id);
        id
    }

    pub(super) fn all(&mut self) -> Id {
        self.add(Node::All)
    }

    pub(super) fn none(&mut self) -> Id {
        self.add(Node::None)
    }

    pub(super) fn not(&mut self, id: Id) -> Id {
        match self.get(id) {
            Node::All => self.none(),
            Node::None => self.all(),
            Node::Not(inner) => *inner,
            _ => self.add(Node::Not(id)),
        }
    }

    pub(super) fn and(&mut self, ids: impl IntoIterator<Item = Id>) -> Id {
        self.joined(ids, true)
    }

    pub(super) fn or(&mut self, ids: impl IntoIterator<Item = Id>) -> Id {
        self.joined(ids, false)
    }

    fn joined(&mut self, ids: impl IntoIterator<Item = Id>, and: bool) -> Id {
        let mut out = Vec::new();
        for id in ids {
            match (self.get(id), and) {
                (Node::And(inner), true) | (Node::Or(inner), false) => out.extend(inner.iter().copied()),
                (Node::All, true) | (Node::None, false) => {}
                (Node::None, true) => return self.none(),
                (Node::All, false) => return self.all(),
                _ => out.push(id),
            }
        }
        out.sort_unstable();
        out.dedup();
        match out.as_slice() {
            [] if and => self.all(),
            [] => self.none(),
            [only] => *only,
            _ => self.add(if and { Node::And(out) } else { Node::Or(out) }),
        }
    }

    /// What a formula says of values of one type.
    pub(super) fn reduce(&mut self, id: Id, kind: Kind) -> Id {
        if let Some(done) = self.reduced.get(&(id, kind)) {
            return *done;
        }
        let node = self.get(id).clone();
        let done = match &node {
            Node::And(ids) => {
                let ids: Vec<Id> = ids.iter().map(|id| self.reduce(*id, kind)).collect();
                self.and(ids)
            }
            Node::Or(ids) => {
                let ids: Vec<Id> = ids.iter().map(|id| self.reduce(*id, kind)).collect();
                self.or(ids)
            }
            Node::Not(inner) => {
                let inner = self.reduce(*inner, kind);
                self.not(inner)
            }
            Node::Is(is) if *is == kind => self.all(),
            Node::Is(_) => self.none(),
            Node::Equals(value) if Kind::of(value) != kind => self.none(),
            other if other.kind().is_some_and(|about| about != kind) => self.all(),
            _ => id,
        };
        self.reduced.insert((id, kind), done);
        done
    }

    /// The parts of a reduced formula that are no and, or, not.
    pub(super) fn leaves(&self, ids: impl IntoIterator<Item = Id>) -> Vec<Id> {
        let mut open: Vec<Id> = ids.into_iter().collect();
        let mut out = Vec::new();
        while let Some(id) = open.pop() {
            match self.get(id) {
                Node::And(ids) | Node::Or(ids) => open.extend(ids.iter().copied()),
                Node::Not(inner) => open.push(*inner),
                Node::All | Node::None => {}
                _ => out.push(id),
            }
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Whether a reduced formula is true when its leaves are what `leaf` says.
    pub(super) fn truth(&self, id: Id, leaf: &dyn Fn(Id) -> bool) -> bool {
        match self.get(id) {
            Node::All => true,
            Node::None => false,
            Node::And(ids) => ids.iter().all(|id| self.truth(*id, leaf)),
            Node::Or(ids) => ids.iter().any(|id| self.truth(*id, leaf)),
            Node::Not(inner) => !self.truth(*inner, leaf),
            _ => leaf(id),
        }
    }
}
