//! Levels of a page while it fills up.

use super::hybrid;

/// Definition or repetition levels, held as a count while they are all the same.
#[derive(Debug, Default)]
pub(super) struct Levels {
    same: u8,
    count: usize,
    /// Every level, once two differ.
    each: Vec<u8>,
}

impl Levels {
    pub(super) fn clear(&mut self) {
        self.count = 0;
        self.each.clear();
    }

    pub(super) fn push_same(&mut self, level: u8, count: usize) {
        if self.count == 0 {
            self.same = level;
        }
        self.count += count;
        if !self.each.is_empty() || level != self.same {
            self.each.resize(self.count - count, self.same);
            self.each.resize(self.count, level);
        }
    }

    pub(super) fn push(&mut self, levels: &[u8]) {
        self.each.resize(self.count, self.same);
        self.each.extend_from_slice(levels);
        self.count = self.each.len();
    }

    /// How often each level came.
    pub(super) fn histogram(&self, highest: u8) -> Vec<i64> {
        let count = |level| match self.each.as_slice() {
            [] if level == self.same => self.count as i64,
            [] => 0,
            each => count_of(each, level) as i64,
        };
        (0..=highest).map(count).collect()
    }

    /// Appends the levels as pages of version 1 have them: their length, then the levels.
    pub(super) fn encode(&self, highest: u8, out: &mut Vec<u8>) {
        let width = hybrid::width_of(usize::from(highest));
        let start = out.len();
        out.extend_from_slice(&[0; 4]);
        match self.each.as_slice() {
            [] => hybrid::encode_run(self.same, self.count, width, out),
            each => hybrid::encode(each, width, out),
        }
        let length = (out.len() - start - 4) as u32;
        if let Some(place) = out.get_mut(start..start + 4) {
            place.copy_from_slice(&length.to_le_bytes());
        }
    }
}

/// How many of the levels are this one.
pub(super) fn count_of(levels: &[u8], wanted: u8) -> usize {
    // Sums that fit a byte add up many at a time.
    let short =
        |levels: &[u8]| usize::from(levels.iter().map(|&level| u8::from(level == wanted)).sum::<u8>());
    levels.chunks(255).map(short).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_turns_into_levels_when_one_differs() {
        let mut levels = Levels::default();
        levels.push_same(1, 300);
        assert_eq!(levels.histogram(1), [0, 300]);
        let mut out = Vec::new();
        levels.encode(1, &mut out);
        assert_eq!(out, [3, 0, 0, 0, 0xd8, 4, 1]);
        levels.push_same(0, 2);
        levels.push(&[1, 0, 1]);
        levels.push_same(1, 1);
        assert_eq!(levels.histogram(1), [3, 303]);
        let mut each = vec![1; 300];
        each.extend([0, 0, 1, 0, 1, 1]);
        assert_eq!(levels.each, each);
        levels.clear();
        levels.push_same(2, 4);
        assert_eq!(levels.histogram(3), [0, 0, 4, 0]);
    }
}
