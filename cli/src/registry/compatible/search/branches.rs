//! A goal as alternatives, each a list of parts that hold or do not.

use super::{Goal, Search};
use crate::registry::compatible::node::{Id, Node};

/// Most alternatives of a goal.
const MAX_BRANCHES: usize = 20_000;

/// Parts, each with whether it holds.
pub(super) type Branch = Vec<(Id, bool)>;

impl Search {
    /// None when there are too many.
    pub(super) fn branches(&self, goal: &Goal) -> Option<Vec<Branch>> {
        let both =
            |(ids, truth): (&Vec<Id>, bool)| ids.iter().map(move |id| (*id, truth)).collect::<Vec<_>>();
        let start = [both((&goal.0, true)), both((&goal.1, false))].concat();
        let mut open: Vec<(Branch, Branch)> = vec![(start, Vec::new())];
        let mut out = Vec::new();
        while let Some((mut todo, mut done)) = open.pop() {
            // What branches comes last.
            let next = todo.iter().position(|(id, truth)| !self.forks(*id, *truth)).unwrap_or_default();
            if todo.is_empty() {
                out.push(done);
            } else {
                let (id, truth) = todo.swap_remove(next);
                match (self.nodes.get(id), truth) {
                    (Node::All, true) | (Node::None, false) => open.push((todo, done)),
                    (Node::All, false) | (Node::None, true) => {}
                    (Node::Not(inner), truth) => {
                        todo.push((*inner, !truth));
                        open.push((todo, done));
                    }
                    (Node::And(ids), true) | (Node::Or(ids), false) => {
                        todo.extend(ids.iter().map(|id| (*id, truth)));
                        open.push((todo, done));
                    }
                    (Node::And(ids), false) | (Node::Or(ids), true) => {
                        for id in ids {
                            let mut todo = todo.clone();
                            todo.push((*id, truth));
                            open.push((todo, done.clone()));
                        }
                    }
                    (_, truth) => {
                        if !done.contains(&(id, !truth)) {
                            if !done.contains(&(id, truth)) {
                                done.push((id, truth));
                            }
                            open.push((todo, done));
                        }
                    }
                }
            }
            if open.len() + out.len() > MAX_BRANCHES {
                return None;
            }
        }
        Some(out)
    }

    fn forks(&self, id: Id, truth: bool) -> bool {
        matches!((self.nodes.get(id), truth), (Node::And(_), false) | (Node::Or(_), true))
    }
}
