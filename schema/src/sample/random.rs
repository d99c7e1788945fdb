//! Repeatable numbers: SplitMix64, whose whole state is one number, so that any record can be made without those
//! before it. Changing anything here changes every sample ever made.

/// A sequence of numbers.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

/// Step of the state: 2^64 divided by the golden ratio.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    /// The sequence of that number among those of a seed.
    pub(super) fn new(seed: u64, number: u64) -> Self {
        // Sequences that start a few steps apart would be the same one, shifted: the mixer keeps them apart.
        Self(mix(mix(seed ^ STEP).wrapping_add(number)))
    }

    /// Any number.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// A number below `bound`, and 0 where there is none.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        // The high half of the product; its bias is below 2^-32 for any bound that occurs.
        let product = u128::from(self.next()) * u128::from(bound);
        (product >> 64) as u64
    }

    /// A number from `low` to `high`.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let offset = match high.abs_diff(low).checked_add(1) {
            Some(bound) => self.below(bound),
            None => self.next(),
        };
        low.wrapping_add(offset.cast_signed())
    }

    /// A number below `bound`, which may have 38 digits.
    pub(super) fn below_wide(&mut self, bound: u128) -> u128 {
        let wide = u128::from(self.next()) << 64 | u128::from(self.next());
        wide.checked_rem(bound).unwrap_or(0)
    }

    /// True for that share of calls.
    pub(super) fn happens(&mut self, share: f64) -> bool {
        // 53 bits are what a double holds exactly.
        let unit = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        unit < share
    }

    /// One of these.
    pub(super) fn choose<'a, T>(&mut self, values: &'a [T]) -> Option<&'a T> {
        let choice = self.below(values.len() as u64);
        values.get(usize::try_from(choice).unwrap_or_default())
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Samples are quoted in reports and committed as fixtures: their numbers stay.
    #[test]
    fn the_sequence_never_changes() {
        // The published first numbers of SplitMix64 with the seed 1234567.
        let mut random = Random(1_234_567);
        assert_eq!([random.next(), random.next()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
        let mut random = Random::new(7, 3);
        let numbers = [random.below(100), random.below(100), random.below(100)];
        let others = (random.between(-5, 5), random.below_wide(10_u128.pow(30)), random.happens(0.5));
        assert_eq!((numbers, others), ([8, 12, 84], (-3, 748_432_010_258_994_350_061_846_352_514, true)));
    }

    #[test]
    fn bounds_hold() {
        let mut random = Random::new(0, 0);
        for _ in 0..10_000 {
            assert!(random.below(3) < 3);
            assert!((-1..=1).contains(&random.between(-1, 1)));
            assert!(random.below_wide(7) < 7);
            assert!(!random.happens(0.0) && random.happens(1.0));
        }
        assert_eq!(random.below(0), 0);
        let _ = random.between(i64::MIN, i64::MAX);
        assert_eq!(random.choose::<u8>(&[]), None);
    }
}
