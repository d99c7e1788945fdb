//! Codes for numbers, in the order in which the numbers first came.

use super::numbers::Number;

/// No code yet.
const FREE: u32 = u32::MAX;
/// Numbers looked at before the first grid is laid.
const SURVEY: usize = 1024;
/// A grid this large is always worth it; a larger one if enough of its points are numbers.
const SMALL_GRID: u64 = 1 << 12;
const POINTS_A_NUMBER: u64 = 64;
const LARGEST_GRID: u64 = 1 << 17;
/// Steps after which a hash table is taken to be under attack.
const LONGEST_SEARCH: usize = 256;

/// A dictionary of numbers.
#[derive(Debug)]
pub(super) struct NumberCodes<N> {
    numbers: Vec<N>,
    finder: Finder,
    spread: Spread,
    crowded: bool,
}

#[derive(Debug)]
enum Finder {
    Grid(Grid),
    Hash(Hash),
}

/// Where the numbers lie: all are a multiple of the stride away from the first.
#[derive(Clone, Copy, Debug)]
struct Spread {
    first: u64,
    least: u64,
    greatest: u64,
    stride: u64,
}

impl Spread {
    fn of(key: u64) -> Self {
        Self { first: key, least: key, greatest: key, stride: 0 }
    }

    fn add(&mut self, key: u64) {
        self.least = self.least.min(key);
        self.greatest = self.greatest.max(key);
        let away = self.first.abs_diff(key);
        if self.stride == 0 || !away.is_multiple_of(self.stride) {
            self.stride = divisor(self.stride, away);
        }
    }

    /// Points of a grid from the least to the greatest, less one.
    fn steps(&self) -> u64 {
        (self.greatest - self.least).checked_div(self.stride).unwrap_or_default()
    }
}

fn divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Words in the order of the numbers.
fn key(word: u64) -> u64 {
    word ^ (1 << 63)
}

/// A code for each point of an even grid.
#[derive(Debug)]
struct Grid {
    /// The word of the first point.
    origin: u64,
    /// Dividing by the stride without a division: multiply by the inverse of its odd part, rotate by its twos. What is
    /// not a multiple ends up beyond every grid.
    inverse: u64,
    twos: u32,
    codes: Vec<u32>,
}

impl Grid {
    fn new(origin: u64, stride: u64, points: usize) -> Self {
        let stride = stride.max(1);
        let twos = stride.trailing_zeros();
        let odd = stride >> twos;
        // Each round doubles the bits that are right, from three.
        let mut inverse = odd;
        for _ in 0..5 {
            inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
        }
        Self { origin, inverse, twos, codes: vec![FREE; points] }
    }

    fn point(&self, word: u64) -> usize {
        let point = word.wrapping_sub(self.origin).wrapping_mul(self.inverse).rotate_right(self.twos);
        usize::try_from(point).unwrap_or(usize::MAX)
    }
}

/// Open addressing over codes.
#[derive(Debug)]
struct Hash {
    /// A power of two, at most half of them taken.
    codes: Vec<u32>,
    shift: u32,
    last: u64,
    last_code: u32,
}

impl Hash {
    fn new(size: usize) -> Self {
        let size = size.next_power_of_two().max(64);
        Self { codes: vec![FREE; size], shift: 64 - size.trailing_zeros(), last: 0, last_code: FREE }
    }

    fn start(&self, word: u64) -> usize {
        let mixed = (word ^ (word >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        usize::try_from(mixed >> self.shift).unwrap_or_default()
    }
}

impl<N: Number> NumberCodes<N> {
    pub(super) fn new() -> Self {
        Self {
            numbers: Vec::new(),
            finder: Finder::Grid(Grid::new(0, 1, 0)),
            spread: Spread::of(0),
            crowded: false,
        }
    }

    pub(super) fn numbers(&self) -> &[N] {
        &self.numbers
    }

    /// Whether the numbers are such that finding their codes takes too long.
    pub(super) fn is_crowded(&self) -> bool {
        self.crowded
    }

    /// Appends the code of each number.
    pub(super) fn code(&mut self, numbers: &[N], codes: &mut Vec<u32>) {
        if self.numbers.is_empty() {
            self.survey(numbers);
        }
        codes.extend(numbers.iter().map(|&number| self.code_of(number)));
    }

    #[inline]
    fn code_of(&mut self, number: N) -> u32 {
        let word = number.word();
        match &mut self.finder {
            Finder::Grid(grid) => {
                if let Some(&code) = grid.codes.get(grid.point(word))
                    && code != FREE
                {
                    return code;
                }
            }
            Finder::Hash(hash) => {
                if hash.last == word && hash.last_code != FREE {
                    return hash.last_code;
                }
            }
        }
        self.search(number)
    }

    /// Lays a grid over the first numbers.
    #[cold]
    fn survey(&mut self, numbers: &[N]) {
        let Some(first) = numbers.first() else { return };
        self.spread = Spread::of(key(first.word()));
        for number in numbers.iter().take(SURVEY) {
            self.spread.add(key(number.word()));
        }
        self.lay_out();
    }

    #[inline(never)]
    fn search(&mut self, number: N) -> u32 {
        let word = number.word();
        match &mut self.finder {
            Finder::Grid(grid) => {
                let code = self.numbers.len() as u32;
                self.numbers.push(number);
                self.spread.add(key(word));
                let point = grid.point(word);
                match grid.codes.get_mut(point) {
                    Some(place) => *place = code,
                    None => self.lay_out(),
                }
                code
            }
            Finder::Hash(hash) => {
                let mask = hash.codes.len() - 1;
                let mut place = hash.start(word);
                let mut steps = 0;
                let code = loop {
                    let code = hash.codes.get(place).copied().unwrap_or(FREE);
                    let Some(known) = self.numbers.get(code as usize) else { break FREE };
                    if known.word() == word {
                        break code;
                    }
                    place = (place + 1) & mask;
                    steps += 1;
                };
                self.crowded |= steps > LONGEST_SEARCH;
                let is_new = code == FREE;
                let code = if is_new { self.numbers.len() as u32 } else { code };
                (hash.last, hash.last_code) = (word, code);
                if is_new {
                    if let Some(free) = hash.codes.get_mut(place) {
                        *free = code;
                    }
                    let full = self.numbers.len() * 2 >= hash.codes.len();
                    self.numbers.push(number);
                    self.spread.add(key(word));
                    if full {
                        self.lay_out();
                    }
                }
                code
            }
        }
    }

    /// Makes a larger grid, or a hash table where a grid would be mostly empty.
    #[cold]
    fn lay_out(&mut self) {
        let steps = self.spread.steps();
        let worth =
            (self.numbers.len() as u64).saturating_mul(POINTS_A_NUMBER).clamp(SMALL_GRID, LARGEST_GRID);
        let stride = self.spread.stride.max(1);
        // Room on both sides for what comes next.
        let room = (steps / 4).clamp(64, LARGEST_GRID);
        let points = steps.saturating_add(1 + 2 * room);
        let origin = key(self.spread.least).wrapping_sub(room.wrapping_mul(stride));
        let within = stride.checked_mul(points).is_some();
        if steps < worth && within {
            let mut grid = Grid::new(origin, stride, usize::try_from(points).unwrap_or_default());
            for (code, number) in (0..).zip(&self.numbers) {
                let point = grid.point(number.word());
                if let Some(place) = grid.codes.get_mut(point) {
                    *place = code;
                }
            }
            self.finder = Finder::Grid(grid);
        } else {
            let mut hash = Hash::new(self.numbers.len() * 4);
            let mask = hash.codes.len() - 1;
            for (code, number) in (0..).zip(&self.numbers) {
                let mut place = hash.start(number.word());
                while hash.codes.get(place).is_some_and(|&taken| taken != FREE) {
                    place = (place + 1) & mask;
                }
                if let Some(free) = hash.codes.get_mut(place) {
                    *free = code;
                }
            }
            self.finder = Finder::Hash(hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<N: Number>(numbers: &[N]) -> NumberCodes<N> {
        let mut codes = NumberCodes::new();
        let mut out = Vec::new();
        for piece in numbers.chunks(700) {
            codes.code(piece, &mut out);
        }
        assert_eq!(out.len(), numbers.len());
        let mut next = 0;
        for (&code, number) in out.iter().zip(numbers) {
            assert!(code <= next, "codes are in order of first appearance");
            next = next.max(code + 1);
            assert_eq!(codes.numbers()[code as usize].word(), number.word());
        }
        let mut words: Vec<u64> = codes.numbers().iter().map(|number| number.word()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), codes.numbers().len(), "no number has two codes");
        codes
    }

    #[test]
    fn every_kind_of_spread() {
        let many = |number: &dyn Fn(i64) -> i64| check(&(0..9000).map(number).collect::<Vec<i64>>());
        let is_grid = |codes: &NumberCodes<i64>| matches!(codes.finder, Finder::Grid(_));
        assert!(is_grid(&many(&|n| n * n % 300)));
        // Times in milliseconds by the minute, forwards and backwards, then out of step.
        assert!(is_grid(&many(&|n| 1_700_000_000_000 + n / 3 * 60_000)));
        assert!(is_grid(&many(&|n| 1_700_000_000_000 - n / 3 * 60_000)));
        many(&|n| if n < 5000 { n / 3 * 60_000 } else { n / 3 * 1000 + 7 });
        assert!(!is_grid(&many(&|n| n * n * n * 7919 % 1_000_000_007)));
        many(&|n| [i64::MIN, i64::MAX, 0, -1, i64::MIN + 1][n as usize % 5]);
        many(&|n| if n % 2 == 0 { i64::MAX - n } else { i64::MIN + n });
        many(&|_| -7);
        check(&(0..3000).map(|n| n % 700 - 350).collect::<Vec<i32>>());
        check(&[i32::MIN, i32::MAX, 0, i32::MIN, i32::MAX]);
        check(&(0..3000).map(|n| f64::from(n % 100) / 8.0).collect::<Vec<f64>>());
        check(&[0.0_f32, -0.0, f32::NAN, 0.0, -0.0, f32::NAN, f32::INFINITY]);
        check::<i64>(&[]);
    }
}
