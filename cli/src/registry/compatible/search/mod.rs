//! The search for a value that some formulas hold for and others do not.
//!
//! It goes type by type and misses no value: when it finds nothing there is none. What it finds was checked; what it
//! cannot check it says.

mod array;
mod branches;
mod number;
mod object;
mod text;

use super::node::{Id, KINDS, Kind, Node, Nodes};
use serde_json::Value;
use std::collections::HashMap;

/// Most parts that are not understood whose truth is guessed at once.
const MAX_GUESSED: usize = 6;

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Found {
    /// There is no such value.
    Nothing,
    /// Such a value.
    Witness(Value),
    /// There may be one, and why that is not known.
    Undecided(String),
}

impl Found {
    /// Joins the outcome of other places: one value is enough, and what is not known remains.
    fn or(&mut self, other: Self) {
        match (&self, &other) {
            (Self::Nothing, _) | (Self::Undecided(_), Self::Witness(_)) => *self = other,
            (Self::Witness(_) | Self::Undecided(_), _) => {}
        }
    }

    fn is_witness(&self) -> bool {
        matches!(self, Self::Witness(_))
    }
}

/// Formulas that must hold, and that must not; both in order.
pub(super) type Goal = (Vec<Id>, Vec<Id>);

/// Searches, and remembers what it found.
#[derive(Debug)]
pub(super) struct Search {
    pub(super) nodes: Nodes,
    known: HashMap<Goal, Found>,
}

impl Search {
    pub(super) fn new() -> Self {
        Self { nodes: Nodes::new(), known: HashMap::new() }
    }

    /// A value for which everything in `holds` holds and nothing in `fails` does.
    pub(super) fn find(&mut self, holds: &[Id], fails: &[Id]) -> Found {
        let sorted = |ids: &[Id]| {
            let mut ids = ids.to_vec();
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        let goal = (sorted(holds), sorted(fails));
        if goal.0.iter().any(|id| goal.1.contains(id)) {
            return Found::Nothing;
        }
        if let Some(found) = self.known.get(&goal) {
            return found.clone();
        }
        let mut found = Found::Nothing;
        for kind in KINDS {
            found.or(self.find_kind(kind, &goal.0, &goal.1));
            if found.is_witness() {
                break;
            }
        }
        self.known.insert(goal, found.clone());
        found
    }

    fn find_kind(&mut self, kind: Kind, holds: &[Id], fails: &[Id]) -> Found {
        let all = self.nodes.all();
        let none = self.nodes.none();
        let mut goal = (Vec::new(), Vec::new());
        for (ids, out, settled, lost) in [(holds, &mut goal.0, all, none), (fails, &mut goal.1, none, all)] {
            for id in ids {
                let reduced = self.nodes.reduce(*id, kind);
                if reduced == lost {
                    return Found::Nothing;
                }
                if reduced != settled {
                    out.push(reduced);
                }
            }
        }
        if goal.0.iter().any(|id| goal.1.contains(id)) {
            return Found::Nothing;
        }
        match kind {
            Kind::Null => self.checked(&goal, Value::Null),
            Kind::Boolean => {
                let mut found = self.checked(&goal, Value::Bool(true));
                found.or(self.checked(&goal, Value::Bool(false)));
                found
            }
            Kind::Number => self.find_number(&goal),
            Kind::Text => self.find_text(&goal),
            Kind::Array => self.find_array(&goal),
            Kind::Object => self.find_object(&goal),
        }
    }

    /// A value, as far as it is one of those searched for.
    fn checked(&self, goal: &Goal, value: Value) -> Found {
        let mut sure = true;
        let said = goal.0.iter().map(|id| self.nodes.holds(*id, &value));
        let said = said.chain(goal.1.iter().map(|id| self.nodes.holds(*id, &value).map(|holds| !holds)));
        for said in said {
            match said {
                Some(true) => {}
                Some(false) => return Found::Nothing,
                None => sure = false,
            }
        }
        if sure { Found::Witness(value) } else { Found::Undecided(self.doubts(goal)) }
    }

    /// A value that comes of a search that takes more for possible than is: when it is none, there may be another.
    fn guessed(&self, goal: &Goal, value: Value) -> Found {
        match self.checked(goal, value) {
            Found::Nothing => Found::Undecided(self.doubts(goal)),
            found @ (Found::Witness(_) | Found::Undecided(_)) => found,
        }
    }

    /// What of a goal is not understood.
    fn doubts(&self, goal: &Goal) -> String {
        let leaves = self.nodes.leaves(goal.0.iter().chain(&goal.1).copied());
        let mut doubts: Vec<String> = leaves.iter().filter_map(|id| self.doubt(*id)).collect();
        doubts.sort();
        doubts.dedup();
        if doubts.is_empty() { "it says too many things at once".to_owned() } else { doubts.join(", ") }
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "the others are understood")]
    fn doubt(&self, id: Id) -> Option<String> {
        match self.nodes.get(id) {
            Node::Opaque(_, text) => {
                // The mark of the document comes first, or the word format.
                Some(match text.strip_prefix("format ") {
                    Some(format) => format!("format {format}"),
                    None => text.split_once(' ').map_or(text.as_str(), |(_, what)| what).to_owned(),
                })
            }
            Node::Pattern(pattern) => Some(format!("pattern {pattern}")),
            Node::MultipleOf(step) => Some(format!("multipleOf {}", step.to_float())),
            _ => None,
        }
    }

    /// Every combination of truths for parts that are not understood.
    fn guesses(parts: &[Id]) -> Option<impl Iterator<Item = Vec<(Id, bool)>>> {
        let bits = u32::try_from(parts.len()).ok().filter(|_| parts.len() <= MAX_GUESSED)?;
        Some(
            (0..1_u32 << bits).map(move |mask| {
                parts.iter().enumerate().map(|(bit, id)| (*id, mask >> bit & 1 == 1)).collect()
            }),
        )
    }
}
