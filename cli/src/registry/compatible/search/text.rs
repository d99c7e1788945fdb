//! Texts: every pattern is a machine, and all of them read the same text.

use super::{Found, Goal, Search};
use crate::registry::compatible::node::{Id, Node};
use crate::registry::compatible::pattern::{Machine, Range, parse};
use serde_json::Value;
use std::collections::{HashMap, HashSet, VecDeque};

/// Most situations that are looked at.
const MAX_STATES: usize = 60_000;
/// Characters that read well in a message, best first.
const PLAIN: &[Range] = &[('0', '9'), ('a', 'z'), ('A', 'Z'), ('!', '~'), (' ', ' ')];

/// What a text looks like so far: the state of each machine, the node of the tree of words, the length.
type State = Vec<u32>;

struct Readers {
    machines: Vec<(Id, Machine)>,
    words: Words,
    lengths: Vec<(Id, u64, bool)>,
    /// Lengths from here on are alike.
    longest: u32,
    unknown: Vec<Id>,
}

/// The words that are asked for, as a tree; 0 is none of them.
#[derive(Default)]
struct Words {
    next: HashMap<(u32, char), u32>,
    ends: HashMap<u32, Id>,
    nodes: u32,
}

impl Words {
    fn add(&mut self, word: &str, id: Id) {
        let mut node = 1;
        self.nodes = self.nodes.max(1);
        for c in word.chars() {
            let new = self.nodes + 1;
            node = *self.next.entry((node, c)).or_insert(new);
            self.nodes = self.nodes.max(node);
        }
        self.ends.insert(node, id);
    }
}

impl Search {
    pub(super) fn find_text(&mut self, goal: &Goal) -> Found {
        let leaves = self.nodes.leaves(goal.0.iter().chain(&goal.1).copied());
        let Some(mut readers) = self.readers(&leaves) else { return Found::Undecided(self.doubts(goal)) };
        let Some(guesses) = Self::guesses(&readers.unknown) else {
            return Found::Undecided(self.doubts(goal));
        };
        let guesses: Vec<_> = guesses.collect();
        let alphabet = readers.alphabet();
        let mut found = Found::Nothing;
        let mut seen: HashSet<State> = HashSet::new();
        // State and how it was reached, for the text.
        let mut reached: Vec<(State, Option<(usize, char)>)> = Vec::new();
        let mut open = VecDeque::new();
        let first = readers.first();
        seen.insert(first.clone());
        reached.push((first, None));
        open.push_back(0);
        while let Some(at) = open.pop_front() {
            let Some((state, _)) = reached.get(at).cloned() else { continue };
            for guess in &guesses {
                let leaf = |id| readers.leaf(id, &state, guess);
                let fits = goal.0.iter().all(|id| self.nodes.truth(*id, &leaf))
                    && !goal.1.iter().any(|id| self.nodes.truth(*id, &leaf));
                if fits {
                    let text = Value::String(text(&reached, at));
                    found.or(match self.checked(goal, text) {
                        Found::Witness(text) => Found::Witness(text),
                        Found::Nothing | Found::Undecided(_) => Found::Undecided(self.doubts(goal)),
                    });
                    if found.is_witness() {
                        return found;
                    }
                }
            }
            for c in &alphabet {
                let next = readers.next(&state, *c);
                if seen.insert(next.clone()) {
                    if reached.len() >= MAX_STATES {
                        found.or(Found::Undecided(self.doubts(goal)));
                        return found;
                    }
                    open.push_back(reached.len());
                    reached.push((next, Some((at, *c))));
                }
            }
        }
        found
    }

    /// None when a length is too long to be counted.
    fn readers(&self, leaves: &[Id]) -> Option<Readers> {
        let mut readers = Readers {
            machines: Vec::new(),
            words: Words::default(),
            lengths: Vec::new(),
            longest: 0,
            unknown: Vec::new(),
        };
        for id in leaves {
            #[allow(clippy::wildcard_enum_match_arm, reason = "the goal is about texts")]
            match self.nodes.get(*id) {
                Node::Pattern(pattern) => match parse(pattern).and_then(|found| Machine::new(&found)) {
                    Some(machine) => readers.machines.push((*id, machine)),
                    None => readers.unknown.push(*id),
                },
                Node::Equals(Value::String(word)) => readers.words.add(word, *id),
                Node::MinLength(length) => readers.lengths.push((*id, *length, true)),
                Node::MaxLength(length) => readers.lengths.push((*id, *length, false)),
                _ => readers.unknown.push(*id),
            }
        }
        let longest = readers.lengths.iter().map(|(_, length, _)| length + 1).max().unwrap_or_default();
        readers.longest = u32::try_from(longest).ok().filter(|longest| (*longest as usize) < MAX_STATES)?;
        Some(readers)
    }
}

impl Readers {
    fn first(&self) -> State {
        let mut state = vec![0; self.machines.len()];
        state.extend([u32::from(self.words.nodes > 0), 0]);
        state
    }

    /// What a state holds behind the machines: how far it is in the words, and its length.
    fn behind(&self, state: &State) -> (u32, u32) {
        let at = |index| state.get(self.machines.len() + index).copied().unwrap_or_default();
        (at(0), at(1))
    }

    fn next(&mut self, state: &State, c: char) -> State {
        let (word, length) = self.behind(state);
        let mut next: State =
            self.machines.iter_mut().zip(state).map(|((_, machine), at)| machine.next(*at, c)).collect();
        next.push(self.words.next.get(&(word, c)).copied().unwrap_or_default());
        next.push((length + 1).min(self.longest));
        next
    }

    fn leaf(&self, id: Id, state: &State, guess: &[(Id, bool)]) -> bool {
        let (word, length) = self.behind(state);
        if let Some(((_, machine), at)) = self.machines.iter().zip(state).find(|((known, _), _)| *known == id)
        {
            return machine.accepts(*at);
        }
        if let Some((_, bound, least)) = self.lengths.iter().find(|(known, ..)| *known == id) {
            let here = u64::from(length);
            return if *least { here >= *bound } else { here <= *bound };
        }
        if let Some((_, truth)) = guess.iter().find(|(known, _)| *known == id) {
            return *truth;
        }
        self.words.ends.get(&word) == Some(&id)
    }

    /// One character for each set of those that all machines treat alike.
    fn alphabet(&self) -> Vec<char> {
        let mut starts: Vec<u32> = vec![0];
        let words = self.words.next.keys().map(|(_, c)| (*c, *c));
        for (low, high) in self.machines.iter().flat_map(|(_, machine)| machine.ranges()).chain(words) {
            starts.extend([u32::from(low), u32::from(high) + 1]);
        }
        starts.sort_unstable();
        starts.dedup();
        let mut out: Vec<char> = Vec::new();
        for (index, start) in starts.iter().enumerate() {
            let end = starts.get(index + 1).map_or(u32::from(char::MAX), |next| next - 1);
            out.extend(representative(*start, end));
        }
        out
    }
}

/// A character of a range of codes, a plain one where there is one.
fn representative(start: u32, end: u32) -> Option<char> {
    for (low, high) in PLAIN {
        let (from, to) = (start.max(u32::from(*low)), end.min(u32::from(*high)));
        if from <= to {
            return char::from_u32(from);
        }
    }
    // Half of a pair is no character.
    char::from_u32(start).or_else(|| char::from_u32(0xe000).filter(|c| u32::from(*c) <= end))
}

fn text(reached: &[(State, Option<(usize, char)>)], at: usize) -> String {
    let mut text = Vec::new();
    let mut at = Some(at);
    while let Some((_, from)) = at.and_then(|at| reached.get(at)) {
        text.extend(from.map(|(_, c)| c));
        at = from.map(|(before, _)| before);
    }
    text.iter().rev().collect()
}
