//! Lists: what all elements must be, one element for everything that not all may be, and how many there are.

use super::branches::Branch;
use super::{Found, Goal, Search};
use crate::registry::compatible::node::{Id, Node};
use serde_json::Value;

/// Longest list that is made up.
const MAX_MADE: u64 = 1000;

impl Search {
    pub(super) fn find_array(&mut self, goal: &Goal) -> Found {
        let Some(branches) = self.branches(goal) else { return Found::Undecided(self.doubts(goal)) };
        let mut found = Found::Nothing;
        for branch in branches {
            found.or(self.array_branch(goal, &branch));
            if found.is_witness() {
                break;
            }
        }
        found
    }

    fn array_branch(&mut self, goal: &Goal, branch: &Branch) -> Found {
        let (mut all, mut some) = (Vec::new(), Vec::new());
        let (mut least, mut most) = (0, u64::MAX);
        let (mut twice, mut unique) = (false, false);
        for (id, truth) in branch {
            #[allow(clippy::wildcard_enum_match_arm, reason = "checked with the whole list")]
            match (self.nodes.get(*id), truth) {
                (Node::Equals(value), true) => return self.checked(goal, value.clone()),
                (Node::Items(inner), true) => all.push(*inner),
                (Node::Items(inner), false) => some.push(*inner),
                (Node::MinItems(bound), true) => least = least.max(*bound),
                (Node::MaxItems(bound), true) => most = most.min(*bound),
                (Node::MinItems(bound), false) => match bound.checked_sub(1) {
                    Some(bound) => most = most.min(bound),
                    None => return Found::Nothing,
                },
                (Node::MaxItems(bound), false) => least = least.max(bound.saturating_add(1)),
                (Node::Unique, true) => unique = true,
                (Node::Unique, false) => twice = true,
                _ => {}
            }
        }
        least = least.max(if twice { 2 } else { u64::from(!some.is_empty()) });
        if least > most || (twice && unique) {
            return Found::Nothing;
        }
        match self.elements(&all, &some, least, twice) {
            Ok(Some(elements)) => self.guessed(goal, Value::Array(elements)),
            Ok(None) => Found::Undecided(self.doubts(goal)),
            Err(found) => found,
        }
    }

    /// Elements of a list; none when it would be too long, and why there is none.
    fn elements(
        &mut self,
        all: &[Id],
        some: &[Id],
        least: u64,
        twice: bool,
    ) -> Result<Option<Vec<Value>>, Found> {
        let mut elements = Vec::new();
        let one = |search: &mut Self, fails: &[Id]| match search.find(all, fails) {
            Found::Witness(value) => Ok(value),
            other @ (Found::Nothing | Found::Undecided(_)) => Err(other),
        };
        for fails in some {
            elements.push(one(self, std::slice::from_ref(fails))?);
        }
        if twice {
            let element = match elements.first() {
                Some(element) => element.clone(),
                None => one(self, &[])?,
            };
            elements.extend(std::iter::repeat_n(element, if elements.is_empty() { 2 } else { 1 }));
        }
        if least > MAX_MADE {
            return if one(self, &[]).is_err_and(|found| found == Found::Nothing) {
                Err(Found::Nothing)
            } else {
                Ok(None)
            };
        }
        while (elements.len() as u64) < least {
            elements.push(one(self, &[])?);
        }
        Ok(Some(elements))
    }
}
