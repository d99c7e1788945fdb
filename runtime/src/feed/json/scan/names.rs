//! Keys of one record type, looked up by their bytes.

use crate::columns::ColumnId;
use crate::keys::Keys;

/// The exact spellings of a record's keys.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// A power of two of them, at most half of them taken.
    slots: Vec<Option<(Vec<u8>, ColumnId)>>,
}

impl Names {
    pub(super) fn new(keys: &Keys) -> Self {
        let spellings: Vec<(&[u8], ColumnId)> = keys.spellings().collect();
        let mut slots: Vec<Option<(Vec<u8>, ColumnId)>> = Vec::new();
        slots.resize_with((spellings.len() * 2).next_power_of_two().max(2), || None);
        let mut names = Self { slots };
        for (key, id) in spellings {
            let free = names.places(key).find(|&place| names.slots.get(place).is_some_and(Option::is_none));
            if let Some(slot) = free.and_then(|place| names.slots.get_mut(place)) {
                *slot = Some((key.to_vec(), id));
            }
        }
        names
    }

    /// The column of a key in one of its exact spellings.
    #[inline]
    pub(super) fn find(&self, key: &[u8]) -> Option<ColumnId> {
        for place in self.places(key) {
            match self.slots.get(place)? {
                Some((known, id)) if known == key => return Some(*id),
                Some(_) => {}
                None => return None,
            }
        }
        None
    }

    /// Where a key may stand, in order.
    #[inline]
    fn places(&self, key: &[u8]) -> impl Iterator<Item = usize> + use<> {
        let mask = self.slots.len().wrapping_sub(1);
        let first = usize::try_from(hash(key) >> 32).unwrap_or_default();
        (0..self.slots.len()).map(move |step| first.wrapping_add(step) & mask)
    }
}

/// A hash of a short text, for tables that live as long as a run. Undeclared keys are told apart by it alone: two that
/// are not are predicted badly, nothing more.
#[inline]
pub(super) fn hash(key: &[u8]) -> u64 {
    let (words, rest) = key.as_chunks::<8>();
    let mut hash = key.len() as u64;
    let mut add = |word: u64| hash = (hash.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    words.iter().for_each(|word| add(u64::from_le_bytes(*word)));
    add(rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)));
    hash ^ hash >> 29
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_found_and_nothing_else() {
        let mut keys = Keys::default();
        for id in 1..200 {
            keys.add(&format!("key_number_{id}"), &[format!("alias {id}")], id);
        }
        let names = Names::new(&keys);
        for id in 1..200 {
            assert_eq!(names.find(format!("key_number_{id}").as_bytes()), Some(id));
            assert_eq!(names.find(format!("alias {id}").as_bytes()), Some(id));
            assert_eq!(names.find(format!("KEY_number_{id}").as_bytes()), None);
        }
        assert_eq!(Names::new(&Keys::default()).find(b"a"), None);
    }
}
