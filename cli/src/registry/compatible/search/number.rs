//! Numbers: the bounds cut their line into points and gaps, and within each everything is the same, but for being whole
//! and being a multiple.

use super::{Found, Goal, Search};
use crate::registry::compatible::node::{Id, Node};
use crate::registry::compatible::number::Number;
use std::cmp::Ordering;

/// Most whole numbers of a gap that are tried one by one.
const MAX_TRIED: i128 = 10_000;
/// Numbers from here on may be whole only.
const WIDE: f64 = 1e15;
/// Numbers from here on are not tried one by one.
const HUGE: f64 = 1e36;

/// Where a number stands: at a point, or in the gap before one.
#[derive(Clone, Copy)]
struct Place {
    /// Twice the number of points before, and one more at a point.
    rank: usize,
    whole: bool,
    value: Option<Number>,
    /// Beyond the numbers whose multiples are known.
    beyond: bool,
}

impl Search {
    pub(super) fn find_number(&mut self, goal: &Goal) -> Found {
        let leaves = self.nodes.leaves(goal.0.iter().chain(&goal.1).copied());
        let (mut points, mut steps, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
        for id in &leaves {
            #[allow(clippy::wildcard_enum_match_arm, reason = "the goal is about numbers")]
            match self.nodes.get(*id) {
                Node::Least(bound, _) | Node::Most(bound, _) => points.push(*bound),
                Node::Equals(value) => points.extend(value.as_number().and_then(Number::read)),
                Node::MultipleOf(Number::Whole(step)) => steps.push(*step),
                Node::MultipleOf(Number::Float(_)) => unknown.push(*id),
                Node::Whole => {}
                _ => unknown.push(*id),
            }
        }
        points.sort_unstable();
        points.dedup();
        let Some(period) = steps.iter().try_fold(1, |period, step| lcm(period, *step)) else {
            return Found::Undecided(self.doubts(goal));
        };
        let Some(guesses) = Self::guesses(&unknown) else { return Found::Undecided(self.doubts(goal)) };
        let guesses: Vec<_> = guesses.collect();
        let mut found = Found::Nothing;
        for place in places(&points, period) {
            if place.beyond && !steps.is_empty() {
                found.or(Found::Undecided(self.doubts(goal)));
                continue;
            }
            for guess in &guesses {
                let leaf = |id| self.number_leaf(id, place, &points, guess);
                let fits = goal.0.iter().all(|id| self.nodes.truth(*id, &leaf))
                    && !goal.1.iter().any(|id| self.nodes.truth(*id, &leaf));
                if !fits {
                    continue;
                }
                found.or(match place.value.and_then(Number::json) {
                    Some(value) if unknown.is_empty() => self.guessed(goal, value),
                    Some(value) => match self.checked(goal, value) {
                        Found::Witness(value) => Found::Witness(value),
                        Found::Nothing | Found::Undecided(_) => Found::Undecided(self.doubts(goal)),
                    },
                    None => Found::Undecided(self.doubts(goal)),
                });
                if found.is_witness() {
                    return found;
                }
            }
        }
        found
    }

    fn number_leaf(&self, id: Id, place: Place, points: &[Number], guess: &[(Id, bool)]) -> bool {
        let rank = |bound: &Number| points.binary_search(bound).map_or(0, |index| 2 * index + 1);
        #[allow(clippy::wildcard_enum_match_arm, reason = "the others are guessed")]
        match self.nodes.get(id) {
            Node::Whole => place.whole,
            Node::Least(bound, open) => match place.rank.cmp(&rank(bound)) {
                Ordering::Less => false,
                Ordering::Equal => !open,
                Ordering::Greater => true,
            },
            Node::Most(bound, open) => match place.rank.cmp(&rank(bound)) {
                Ordering::Less => true,
                Ordering::Equal => !open,
                Ordering::Greater => false,
            },
            Node::Equals(value) => {
                value.as_number().and_then(Number::read).is_some_and(|value| place.rank == rank(&value))
            }
            Node::MultipleOf(step @ Number::Whole(_)) => match place.value {
                Some(value) => value.is_multiple_of(*step).unwrap_or(false),
                None => false,
            },
            _ => guess.iter().any(|(known, truth)| *known == id && *truth),
        }
    }
}

/// A number of every sort: points, and of each gap one that is not whole and every whole one that may differ.
fn places(points: &[Number], period: i128) -> Vec<Place> {
    let mut out = Vec::new();
    for gap in 0..=points.len() {
        let low = gap.checked_sub(1).and_then(|index| points.get(index)).copied();
        let high = points.get(gap).copied();
        let rank = 2 * gap;
        out.push(Place { rank, whole: false, value: between(low, high), beyond: false });
        let whole = |value| Place { rank, whole: true, value: Some(value), beyond: false };
        out.extend(wholes(low, high, period).map(whole));
        out.extend(far(low, high).map(whole));
        if let Some(value) = huge(low, high) {
            out.push(Place { rank, whole: true, value, beyond: true });
        }
        out.extend(high.map(|value| {
            let beyond = value.is_whole() && matches!(value, Number::Float(_));
            Place { rank: rank + 1, whole: value.is_whole(), value: Some(value), beyond }
        }));
    }
    out
}

/// A number between two that is not whole; none where doubles have none.
fn between(low: Option<Number>, high: Option<Number>) -> Option<Number> {
    let middle = match (low, high) {
        (None, None) => 0.5,
        (Some(low), None) => low.to_float() + 0.5,
        (None, Some(high)) => high.to_float() - 0.5,
        (Some(low), Some(high)) => low.to_float() / 2.0 + high.to_float() / 2.0,
    };
    let near = [middle, middle + 0.5, middle + 0.25, middle - 0.25, 0.5];
    near.into_iter().filter(|value| value.abs() < WIDE).map(Number::from_float).find(|value| {
        !value.is_whole() && low.is_none_or(|low| low < *value) && high.is_none_or(|high| *value < high)
    })
}

/// The whole numbers between two, as many as a period has.
fn wholes(low: Option<Number>, high: Option<Number>, period: i128) -> impl Iterator<Item = Number> {
    let floor = |number: Number| match number {
        Number::Whole(whole) => whole,
        #[allow(clippy::cast_possible_truncation, reason = "saturates")]
        Number::Float(bits) => f64::from_bits(bits).floor() as i128,
    };
    let (first, step) = match (low, high) {
        (Some(low), _) => (floor(low).saturating_add(1), 1),
        (None, Some(high)) => (floor(high).saturating_add(if high.is_whole() { -1 } else { 0 }), -1),
        (None, None) => (0, 1),
    };
    (0..period)
        .map(move |index| Number::Whole(first.saturating_add(index * step)))
        .take_while(move |value| low.is_none_or(|low| low < *value) && high.is_none_or(|high| *value < high))
}

/// A whole number far beyond a bound that is so large that JSON has not all of its neighbours.
fn far(low: Option<Number>, high: Option<Number>) -> Option<Number> {
    let bound = match (low, high) {
        (Some(bound), None) => bound.to_float(),
        (None, Some(bound)) => bound.to_float(),
        (Some(_), Some(_)) | (None, None) => return None,
    };
    let outward = if low.is_some() { bound >= WIDE } else { bound <= -WIDE };
    (outward && bound.abs() < HUGE).then(|| Number::from_float(bound * 2.0))
}

/// A number between two that is too large to be anything but whole, where there may be one.
fn huge(low: Option<Number>, high: Option<Number>) -> Option<Option<Number>> {
    let (low, high) = (low.map(Number::to_float), high.map(Number::to_float));
    let limit = HUGE;
    let value = match (low, high) {
        (Some(low), None) if low >= limit => low * 2.0,
        (None, Some(high)) if high <= -limit => high * 2.0,
        (Some(low), Some(high)) if high > limit || low < -limit => low / 2.0 + high / 2.0,
        _ => return None,
    };
    let is_between = value.is_finite() && value.abs() >= limit && low.is_none_or(|low| low < value);
    let is_between = is_between && high.is_none_or(|high| value < high);
    Some(is_between.then(|| Number::from_float(value)))
}

/// Least common multiple; none when it is too large to try.
fn lcm(one: i128, other: i128) -> Option<i128> {
    let (mut a, mut b) = (one, other);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    one.checked_mul(other / a.max(1)).filter(|period| (1..=MAX_TRIED).contains(period))
}
