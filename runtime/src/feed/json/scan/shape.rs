//! What the objects of one record type have looked like so far: the bytes between their values.

use super::ints::Ready;
use super::literal::Literal;
use crate::columns::ColumnId;

/// What stands behind a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Member {
    /// A value of that column.
    Column(ColumnId),
    /// A value that the table does not declare, by the hash of its key.
    Undeclared(u64),
}

/// A key that is expected, and the bytes in front of its value.
#[derive(Clone, Debug)]
pub(super) struct Predicted {
    pub(super) literal: Literal,
    pub(super) member: Member,
    /// How the value is read, when that is simple enough to be known here.
    pub(super) int: Option<Int>,
    /// How often that was learnt anew.
    pub(super) turns: u8,
}

impl Predicted {
    /// Whether the table declares the key.
    #[inline(always)]
    pub(super) fn is_declared(&self) -> bool {
        matches!(self.member, Member::Column(_))
    }
}

/// An integer column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Int {
    pub(super) id: ColumnId,
    /// Whether its numbers may stand in quotes.
    pub(super) quoted: bool,
    /// Whether they do, as far as is known.
    pub(super) in_quotes: bool,
    pub(super) min: i64,
    /// The largest value less the smallest.
    pub(super) span: u64,
    /// The value that means null; one that never comes when there is none.
    pub(super) sentinel: i64,
    pub(super) nullable: bool,
}

/// The keys of one record type, in the order in which they have come.
#[derive(Debug, Default)]
pub(super) struct Shape {
    pub(super) steps: Vec<Predicted>,
    /// Each of them as the loop of integers reads it, in the same places.
    pub(super) ready: Vec<Ready>,
    /// The first key of an object, which has a brace in front of it, and the step that it is.
    pub(super) first: Option<(Literal, usize)>,
    /// Step of each member of the record, by its place among the members.
    places: Vec<Option<usize>>,
    /// Objects on trial so far, and those among them that missed the order.
    objects: u32,
    misses: Misses,
    /// How many objects are on trial at once, when that is more than at first.
    trial: u32,
}

/// Objects whose keys were not where they were predicted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Misses {
    /// With a key that came behind one that it was learnt before.
    pub(super) backward: u32,
    /// With a key that came after so many were left out that it had to be looked up.
    pub(super) far: u32,
}

/// A key that was not predicted.
#[derive(Clone, Debug)]
pub(super) struct Lesson {
    pub(super) record: ColumnId,
    /// The step that it came behind.
    pub(super) after: Option<Member>,
    /// Whether it was the first of its object.
    pub(super) is_first: bool,
    pub(super) step: Predicted,
}

/// Steps of undeclared keys that are kept for one record type.
const UNDECLARED: usize = 128;
/// Objects after which an order that does not hold is learnt anew; twice as many each time that it is, up to a limit:
/// some keys have none.
const TRIAL: u32 = 512;
const LONGEST_TRIAL: u32 = 1 << 16;

impl Shape {
    /// The step of a member of that place among the record's members.
    pub(super) fn step_of(&self, place: usize) -> Option<usize> {
        self.places.get(place).copied().flatten()
    }

    /// Takes in what one object has taught. `place` tells where a column stands among the record's members.
    pub(super) fn learn(&mut self, lesson: &Lesson, place: impl Fn(ColumnId) -> Option<usize>) {
        let known = self.steps.iter().position(|step| step.member == lesson.step.member);
        if let Some(known) = known {
            if lesson.is_first {
                self.first = Some((lesson.step.literal.clone(), known));
            } else if let Some(step) = self.steps.get_mut(known) {
                // The same key with other bytes around it, such as white space or quotes.
                step.literal = lesson.step.literal.clone();
                step.int = lesson.step.int;
                step.turns = step.turns.max(lesson.step.turns);
                if let Some(ready) = self.ready.get_mut(known) {
                    *ready = Ready::of(step);
                }
            }
            return;
        }
        let undeclared = |step: &&Predicted| matches!(step.member, Member::Undeclared(_));
        if undeclared(&&lesson.step) && self.steps.iter().filter(undeclared).count() >= UNDECLARED {
            return;
        }
        let after = |step: &Predicted| Some(step.member) == lesson.after;
        let at = self.steps.iter().position(after).map_or(0, |before| before + 1);
        let at = at.min(self.steps.len());
        // Keys that were learnt there from other objects may come before it or behind it: as the table has them.
        let is_between = |step: &&Predicted| match (lesson.after, step.member, lesson.step.member) {
            (Some(Member::Column(after)), Member::Column(other), Member::Column(new)) => {
                after < other && other < new
            }
            _ => false,
        };
        let at = at + self.steps.get(at..).unwrap_or_default().iter().take_while(is_between).count();
        let mut step = lesson.step.clone();
        if lesson.is_first {
            // Behind a value the brace would be a fault.
            step.literal = step.literal.behind_a_value();
        }
        self.ready.insert(at, Ready::of(&step));
        self.steps.insert(at, step);
        if let Some((_, first)) = &mut self.first
            && *first >= at
        {
            *first += 1;
        }
        if lesson.is_first {
            self.first = Some((lesson.step.literal.clone(), at));
        }
        self.places.clear();
        for (index, step) in self.steps.iter().enumerate() {
            if let Member::Column(id) = step.member
                && let Some(place) = place(id)
            {
                if self.places.len() <= place {
                    self.places.resize(place + 1, None);
                }
                if let Some(slot) = self.places.get_mut(place) {
                    *slot = Some(index);
                }
            }
        }
    }

    /// Counts objects; forgets an order that does not hold, or that nearly all objects leave most of out.
    pub(super) fn count(&mut self, objects: u32, misses: Misses) {
        self.objects += objects;
        self.misses.backward += misses.backward;
        self.misses.far += misses.far;
        let trial = self.trial.max(TRIAL);
        if self.objects < trial {
            return;
        }
        if self.misses.backward > self.objects / 4 || self.misses.far > self.objects - self.objects / 8 {
            self.steps.clear();
            self.ready.clear();
            self.first = None;
            self.places.clear();
            self.trial = (trial * 2).min(LONGEST_TRIAL);
        }
        self.objects = 0;
        self.misses = Misses::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int_step(id: ColumnId) -> Predicted {
        let literal = Literal::new(format!(", \"key {id}\": ").as_bytes()).unwrap();
        Predicted { literal, member: Member::Column(id), int: None, turns: 0 }
    }

    fn learn(shape: &mut Shape, after: Option<ColumnId>, id: ColumnId) {
        let after = after.map(Member::Column);
        let lesson = Lesson { record: 0, after, is_first: after.is_none(), step: int_step(id) };
        shape.learn(&lesson, Some);
    }

    #[test]
    fn keys_that_come_in_the_order_of_the_table_are_learnt_so_whichever_comes_first() {
        let mut shape = Shape::default();
        for ids in [[1, 5, 9], [1, 3, 7], [1, 2, 8], [1, 4, 6]] {
            learn(&mut shape, None, ids[0]);
            learn(&mut shape, Some(ids[0]), ids[1]);
            learn(&mut shape, Some(ids[1]), ids[2]);
        }
        let order: Vec<Member> = shape.steps.iter().map(|step| step.member).collect();
        assert_eq!(order, (1..=9).map(Member::Column).collect::<Vec<_>>());
        assert_eq!(
            (0..=9).map(|id| shape.step_of(id)).collect::<Vec<_>>()[1..],
            (0..9).map(Some).collect::<Vec<_>>()
        );
        assert_eq!(shape.ready.len(), shape.steps.len());
    }

    #[test]
    fn an_order_that_does_not_hold_is_forgotten_ever_more_slowly() {
        let missed = Misses { backward: 1, far: 0 };
        let far = Misses { backward: 0, far: 1 };
        let mut shape = Shape::default();
        let mut trial = TRIAL;
        for misses in [missed, far, far, missed].into_iter().cycle().take(20) {
            learn(&mut shape, None, 1);
            for object in 0..trial {
                assert!(!shape.steps.is_empty(), "{trial} {object}");
                shape.count(1, misses);
            }
            assert!(shape.steps.is_empty() && shape.ready.is_empty() && shape.step_of(1).is_none());
            trial = (trial * 2).min(LONGEST_TRIAL);
        }
        learn(&mut shape, None, 1);
        for object in 0..3 * LONGEST_TRIAL {
            // A few that are otherwise say nothing.
            shape.count(
                1,
                if object % 5 == 0 {
                    missed
                } else if object % 2 == 0 {
                    far
                } else {
                    Misses::default()
                },
            );
        }
        assert!(!shape.steps.is_empty());
    }
}
