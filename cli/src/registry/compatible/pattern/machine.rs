//! An expression as a machine that reads a text character by character.

use super::{Expression, Range};
use std::collections::HashMap;

/// Most steps of a machine.
const MAX_STEPS: usize = 20_000;

#[derive(Clone, Debug)]
enum Step {
    /// Goes on with a character of these ranges.
    Class(Vec<Range>, usize),
    Either(usize, usize),
    AtStart(usize),
    AtEnd(usize),
    Found,
}

/// Finds an expression anywhere in a text. Its states are numbered as they are met; 0 is the first.
#[derive(Clone, Debug)]
pub(in super::super) struct Machine {
    steps: Vec<Step>,
    start: usize,
    states: Vec<Vec<usize>>,
    numbers: HashMap<Vec<usize>, u32>,
    accepts: Vec<bool>,
    moves: HashMap<(u32, char), u32>,
}

impl Machine {
    /// None when the expression is too large.
    pub(in super::super) fn new(expression: &Expression) -> Option<Self> {
        let mut machine = Self {
            steps: vec![Step::Found],
            start: 0,
            states: Vec::new(),
            numbers: HashMap::new(),
            accepts: Vec::new(),
            moves: HashMap::new(),
        };
        machine.start = machine.build(expression, 0)?;
        let first = machine.closed(&[machine.start], true, false);
        let empty = machine.closed(&[machine.start], true, true).contains(&0);
        // Not among the numbers: before the first character a text may hold what it cannot hold later.
        machine.states.push(first);
        machine.accepts.push(empty);
        Some(machine)
    }

    /// Adds the steps of an expression that goes on at `next`, and gives the first of them.
    fn build(&mut self, expression: &Expression, next: usize) -> Option<usize> {
        match expression {
            Expression::Class(ranges) => self.step(Step::Class(ranges.clone(), next)),
            Expression::Start => self.step(Step::AtStart(next)),
            Expression::End => self.step(Step::AtEnd(next)),
            Expression::Sequence(items) => {
                items.iter().rev().try_fold(next, |next, item| self.build(item, next))
            }
            Expression::Either(items) => {
                let mut first = None;
                for item in items {
                    let branch = self.build(item, next)?;
                    first = Some(match first {
                        None => branch,
                        Some(other) => self.step(Step::Either(other, branch))?,
                    });
                }
                first
            }
            Expression::Repeat(inner, least, most) => {
                let mut first = match most {
                    Some(most) => {
                        let mut first = next;
                        for _ in *least..*most {
                            let inner = self.build(inner, first)?;
                            first = self.step(Step::Either(inner, next))?;
                        }
                        first
                    }
                    None => {
                        let again = self.step(Step::Either(next, next))?;
                        let inner = self.build(inner, again)?;
                        *self.steps.get_mut(again)? = Step::Either(inner, next);
                        again
                    }
                };
                for _ in 0..*least {
                    first = self.build(inner, first)?;
                }
                Some(first)
            }
        }
    }

    fn step(&mut self, step: Step) -> Option<usize> {
        self.steps.push(step);
        (self.steps.len() <= MAX_STEPS).then(|| self.steps.len() - 1)
    }

    /// Steps that wait for a character, or the end, from these on.
    fn closed(&self, from: &[usize], at_start: bool, at_end: bool) -> Vec<usize> {
        let mut seen = vec![false; self.steps.len()];
        let mut open = from.to_vec();
        let mut out = Vec::new();
        while let Some(at) = open.pop() {
            let Some(step) = self.steps.get(at) else { continue };
            if seen.get_mut(at).is_none_or(|seen| std::mem::replace(seen, true)) {
                continue;
            }
            match step {
                Step::Either(one, other) => open.extend([*one, *other]),
                Step::AtStart(next) if at_start => open.push(*next),
                Step::AtStart(_) => {}
                Step::AtEnd(next) => {
                    out.push(at);
                    if at_end {
                        open.push(*next);
                    }
                }
                Step::Class(..) => out.push(at),
                Step::Found => return vec![0],
            }
        }
        out.sort_unstable();
        out
    }

    fn number(&mut self, state: Vec<usize>, accepts: bool) -> u32 {
        if let Some(number) = self.numbers.get(&state) {
            return *number;
        }
        let number = u32::try_from(self.states.len()).unwrap_or(u32::MAX);
        self.numbers.insert(state.clone(), number);
        self.states.push(state);
        self.accepts.push(accepts);
        number
    }

    /// The state after a character; what is found stays found.
    pub(in super::super) fn next(&mut self, state: u32, c: char) -> u32 {
        if let Some(next) = self.moves.get(&(state, c)) {
            return *next;
        }
        let next = self.states.get(state as usize).map_or_else(Vec::new, |state| self.after(state, c));
        let accepts = next == [0] || self.closed(&next, false, true).contains(&0);
        let number = self.number(next, accepts);
        self.moves.insert((state, c), number);
        number
    }

    fn after(&self, state: &[usize], c: char) -> Vec<usize> {
        if state == [0] {
            return vec![0];
        }
        let mut reached: Vec<usize> = state
            .iter()
            .filter_map(|at| match self.steps.get(*at)? {
                Step::Class(ranges, next) => {
                    ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)).then_some(*next)
                }
                Step::Either(..) | Step::AtStart(_) | Step::AtEnd(_) | Step::Found => None,
            })
            .collect();
        reached.push(self.start);
        self.closed(&reached, false, false)
    }

    /// Whether a text that ends here matches.
    pub(in super::super) fn accepts(&self, state: u32) -> bool {
        self.accepts.get(state as usize) == Some(&true)
    }

    pub(in super::super) fn matches(mut self, text: &str) -> bool {
        let mut state = 0;
        for c in text.chars() {
            state = self.next(state, c);
        }
        self.accepts(state)
    }

    /// Every range of characters that it tells apart.
    pub(in super::super) fn ranges(&self) -> impl Iterator<Item = Range> {
        self.steps.iter().flat_map(|step| match step {
            Step::Class(ranges, _) => ranges.clone(),
            Step::Either(..) | Step::AtStart(_) | Step::AtEnd(_) | Step::Found => Vec::new(),
        })
    }
}
