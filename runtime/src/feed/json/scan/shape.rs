//! What the objects of one record type have looked like so far: the bytes between their values.

use super::ints::Ready;
use crate::columns::ColumnId;

/// Bytes that are looked at for one literal; what is longer is not learnt.
pub(super) const WINDOW: usize = 64;

/// Bytes that are looked at for one literal and the number behind it.
pub(super) const REACH: usize = WINDOW + 32;

/// Bytes that stood between two values: a comma or brace, a key, a colon, white space.
#[derive(Clone, Debug)]
pub(super) struct Literal {
    len: usize,
    /// Sixteen bytes each; zeros behind the last one.
    parts: [Part; WINDOW / 16],
    /// The bits of the last part that count.
    mask: Part,
}

type Part = [u64; 2];

/// Up to 32 bytes, some of which must be there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pattern {
    words: [u64; 4],
    /// The bits that must be as in `words`.
    mask: [u64; 4],
}

impl Pattern {
    /// The bytes of which `must` says so; at most 32.
    pub(super) fn new(bytes: impl IntoIterator<Item = (u8, bool)>) -> Self {
        let (mut words, mut mask) = ([0; 32], [0; 32]);
        for ((word, mask), (byte, must)) in words.iter_mut().zip(&mut mask).zip(bytes) {
            if must {
                (*word, *mask) = (byte, 0xff);
            }
        }
        Self { words: to_words(&words), mask: to_words(&mask) }
    }

    #[inline(always)]
    pub(super) fn fits(&self, bytes: &[u8; 32]) -> bool {
        let found = to_words(bytes);
        let mut differs = 0;
        for ((found, word), mask) in found.iter().zip(&self.words).zip(&self.mask) {
            differs |= (found ^ word) & mask;
        }
        differs == 0
    }
}

#[inline(always)]
fn to_words(bytes: &[u8; 32]) -> [u64; 4] {
    let (chunks, _) = bytes.as_chunks::<8>();
    let mut words = [0; 4];
    for (word, chunk) in words.iter_mut().zip(chunks) {
        *word = u64::from_le_bytes(*chunk);
    }
    words
}

impl Literal {
    /// A literal of at most [`WINDOW`] bytes.
    pub(super) fn new(bytes: &[u8]) -> Option<Self> {
        let mut padded = [0; WINDOW];
        padded.get_mut(..bytes.len())?.copy_from_slice(bytes);
        let last = bytes.len().checked_sub(1)? / 16 * 16;
        let mut mask = [0; 16];
        mask.get_mut(..bytes.len() - last)?.fill(0xff);
        let (mut parts, (chunks, _)) = ([[0; 2]; WINDOW / 16], padded.as_chunks());
        for (part, chunk) in parts.iter_mut().zip(chunks) {
            *part = to_part(chunk);
        }
        Some(Self { len: bytes.len(), parts, mask: to_part(&mask) })
    }

    /// The literal of a first key as it would stand behind a value: with a comma for the brace.
    fn behind_a_value(mut self) -> Self {
        let [[word, _], ..] = &mut self.parts;
        *word = *word & !0xff | u64::from(b',');
        self
    }

    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.parts.iter().flatten().flat_map(|word| word.to_le_bytes()).take(self.len).collect()
    }

    /// Whether bytes begin with the literal.
    #[inline(always)]
    pub(super) fn begins(&self, bytes: &[u8; REACH]) -> bool {
        let (chunks, _) = bytes.as_chunks();
        let [a, b, c, d, ..] = chunks else { return false };
        let [first, second, third, fourth] = &self.parts;
        match self.len {
            0..=16 => is_none(differ(a, first, &self.mask)),
            17..=32 => is_none(or(differ(a, first, &ALL), differ(b, second, &self.mask))),
            33..=48 => {
                let before = or(differ(a, first, &ALL), differ(b, second, &ALL));
                is_none(or(before, differ(c, third, &self.mask)))
            }
            _ => {
                let before = or(differ(a, first, &ALL), differ(b, second, &ALL));
                is_none(or(before, or(differ(c, third, &ALL), differ(d, fourth, &self.mask))))
            }
        }
    }
}

const ALL: Part = [u64::MAX; 2];

#[inline(always)]
fn to_part(bytes: &[u8; 16]) -> Part {
    let (words, _) = bytes.as_chunks();
    match words {
        [low, high] => [u64::from_le_bytes(*low), u64::from_le_bytes(*high)],
        _ => [0; 2],
    }
}

#[inline(always)]
fn differ(found: &[u8; 16], part: &Part, mask: &Part) -> Part {
    let [low, high] = to_part(found);
    [(low ^ part[0]) & mask[0], (high ^ part[1]) & mask[1]]
}

#[inline(always)]
fn or(a: Part, b: Part) -> Part {
    [a[0] | b[0], a[1] | b[1]]
}

#[inline(always)]
fn is_none(bits: Part) -> bool {
    bits[0] | bits[1] == 0
}

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

    #[test]
    fn a_literal_is_compared_to_its_last_byte_and_no_further() {
        for len in 1..=WINDOW {
            let bytes: Vec<u8> = (0..len).map(|n| b'a' + (n % 23) as u8).collect();
            let literal = Literal::new(&bytes).unwrap();
            let mut window = [b'?'; REACH];
            window[..len].copy_from_slice(&bytes);
            assert!(literal.begins(&window), "{len}");
            for wrong in 0..len {
                let mut window = window;
                window[wrong] ^= 1;
                assert!(!literal.begins(&window), "{len} {wrong}");
            }
        }
        assert!(Literal::new(&[]).is_none() && Literal::new(&[b'x'; WINDOW + 1]).is_none());
    }
    fn int_step(id: ColumnId) -> Predicted {
        let literal = Literal::new(format!(", \"key {id}\": ").as_bytes()).unwrap();
        Predicted { literal, member: Member::Column(id), int: None, turns: 0 }
    }

    fn learn(shape: &mut Shape, after: Option<ColumnId>, id: ColumnId) {
        let after = after.map(Member::Column);
        let lesson = Lesson { record: 0, after, is_first: after.is_none(), step: int_step(id) };
        shape.learn(&lesson, |id| Some(id));
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
