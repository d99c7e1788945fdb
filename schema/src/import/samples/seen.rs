//! What was seen at one place of the samples.

use super::number::Numbers;
use super::parse::Sample;
use super::text::{Look, look};

/// Everything that stood at one place.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Seen {
    pub(super) nulls: usize,
    pub(super) truths: usize,
    pub(super) numbers: Numbers,
    pub(super) texts: Texts,
    pub(super) lists: usize,
    /// What stood in the lists.
    pub(super) elements: Option<Box<Self>>,
    pub(super) objects: usize,
    /// How many of them were empty.
    pub(super) empty: usize,
    /// How many keys they had together.
    pub(super) keys: usize,
    pub(super) members: Vec<Member>,
    /// A key that one object has twice, upper and lower case being the same.
    pub(super) twice: Option<String>,
}

/// A key of objects.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Member {
    pub(super) key: String,
    /// Other spellings that were seen.
    pub(super) spellings: Vec<String>,
    pub(super) seen: Seen,
}

/// Texts by their looks.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Texts {
    pub(super) count: usize,
    pub(super) looks: Vec<(Look, usize)>,
    /// Most digits behind the second.
    pub(super) fraction: usize,
}

impl Seen {
    /// Adds a value.
    pub(super) fn add(&mut self, sample: &Sample) {
        match sample {
            Sample::Null => self.nulls += 1,
            Sample::Bool => self.truths += 1,
            Sample::Number(text) => self.numbers.add(text),
            Sample::Text(text) => self.texts.add(text),
            Sample::List(values) => {
                self.lists += 1;
                let elements = self.elements.get_or_insert_default();
                values.iter().for_each(|value| elements.add(value));
            }
            Sample::Object(members) => self.object(members),
        }
    }

    fn object(&mut self, members: &[(String, Sample)]) {
        self.objects += 1;
        self.empty += usize::from(members.is_empty());
        self.keys += members.len();
        let mut here: Vec<String> = Vec::new();
        for (key, value) in members {
            let folded = key.to_lowercase();
            if here.contains(&folded) {
                self.twice.get_or_insert_with(|| key.clone());
            }
            let at = self.members.iter().position(|member| member.key.to_lowercase() == folded);
            let at = at.unwrap_or_else(|| {
                self.members.push(Member { key: key.clone(), spellings: Vec::new(), seen: Self::default() });
                self.members.len() - 1
            });
            if let Some(member) = self.members.get_mut(at) {
                if member.key != *key && !member.spellings.contains(key) {
                    member.spellings.push(key.clone());
                }
                member.seen.add(value);
            }
            here.push(folded);
        }
    }

    /// How many values stood there.
    pub(super) fn count(&self) -> usize {
        self.nulls + self.truths + self.numbers.count + self.texts.count + self.lists + self.objects
    }

    /// Adds everything that stood elsewhere.
    pub(super) fn merge(&mut self, other: &Self) {
        self.nulls += other.nulls;
        self.truths += other.truths;
        self.numbers.merge(&other.numbers);
        self.texts.merge(&other.texts);
        self.lists += other.lists;
        if let Some(elements) = &other.elements {
            self.elements.get_or_insert_default().merge(elements);
        }
        self.objects += other.objects;
        self.empty += other.empty;
        self.keys += other.keys;
        self.twice = self.twice.take().or_else(|| other.twice.clone());
        for member in &other.members {
            let folded = member.key.to_lowercase();
            match self.members.iter_mut().find(|mine| mine.key.to_lowercase() == folded) {
                Some(mine) => {
                    for spelling in member.spellings.iter().chain([&member.key]) {
                        if mine.key != *spelling && !mine.spellings.contains(spelling) {
                            mine.spellings.push(spelling.clone());
                        }
                    }
                    mine.seen.merge(&member.seen);
                }
                None => self.members.push(member.clone()),
            }
        }
    }
}

impl Texts {
    fn add(&mut self, text: &str) {
        self.count += 1;
        let found = look(text);
        let found = match found {
            Look::Instant(fraction) | Look::Wall(fraction) => {
                self.fraction = self.fraction.max(fraction);
                if matches!(found, Look::Instant(_)) { Look::Instant(0) } else { Look::Wall(0) }
            }
            Look::Day | Look::Uuid | Look::Number | Look::CommaNumber | Look::Truth | Look::Other => found,
        };
        self.count_look(found, 1);
    }

    fn count_look(&mut self, look: Look, count: usize) {
        match self.looks.iter_mut().find(|(other, _)| *other == look) {
            Some((_, before)) => *before += count,
            None => self.looks.push((look, count)),
        }
    }

    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.fraction = self.fraction.max(other.fraction);
        other.looks.iter().for_each(|(look, count)| self.count_look(*look, *count));
    }

    /// What all of them are.
    pub(super) fn all(&self) -> Option<Look> {
        match self.looks.as_slice() {
            [(only, _)] => Some(*only),
            _ => None,
        }
    }
}
