//! A small generator of numbers (splitmix64): good enough for data, and the same everywhere.

/// The state.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed ^ 0x006c_616b_6562_6564)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        // The high half of a product: no division, and even enough for ends of this size.
        u64::try_from((u128::from(self.next()) * u128::from(end)) >> 64).unwrap_or(0)
    }

    /// A number from `from` to `to`, both included.
    pub(crate) fn between(&mut self, from: i64, to: i64) -> i64 {
        from.wrapping_add_unsigned(self.below(to.abs_diff(from) + 1))
    }

    /// True `share` times in 10 000.
    pub(crate) fn chance(&mut self, share: u32) -> bool {
        share > 0 && self.below(10_000) < u64::from(share)
    }

    /// About normal: the mean, give or take some three times `spread`.
    pub(crate) fn around(&mut self, mean: i64, spread: i64) -> i64 {
        let sum: i64 = (0..6).map(|_| self.between(-spread, spread)).sum();
        mean + sum * 10 / 14 / 2
    }
}
