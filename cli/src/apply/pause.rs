//! How long to wait before trying again.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

/// Pauses that grow from one to the next, each cut to a random part so that two who collide do not again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pauses {
    /// The longest that the first pause can be.
    pub first: Duration,
    /// The longest that any can be.
    pub longest: Duration,
}

impl Default for Pauses {
    fn default() -> Self {
        Self { first: Duration::from_millis(50), longest: Duration::from_secs(2) }
    }
}

impl Pauses {
    /// No pauses at all.
    pub const NONE: Self = Self { first: Duration::ZERO, longest: Duration::ZERO };

    /// The pause before the attempt after `attempt`, which counts from 1; `random` chooses within its bounds.
    fn after(self, attempt: u32, random: u64) -> Duration {
        let doubled =
            self.first.saturating_mul(1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX));
        let most = u64::try_from(doubled.min(self.longest).as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(most / 2 + random % (most / 2 + 1))
    }

    /// Waits after `attempt`.
    pub(crate) fn wait(self, attempt: u32) {
        let pause = self.after(attempt, RandomState::new().hash_one(attempt));
        if !pause.is_zero() {
            std::thread::sleep(pause);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_longest_and_are_cut_by_half_at_most() {
        let pauses = Pauses { first: Duration::from_millis(100), longest: Duration::from_secs(1) };
        let bounds =
            |attempt| (pauses.after(attempt, 0).as_millis(), pauses.after(attempt, 50_000).as_millis());
        assert_eq!(bounds(1), (50, 100));
        assert_eq!(bounds(2).0, 100);
        assert_eq!(bounds(40).0, 500);
        assert!((0..100).all(|random| pauses.after(40, random * 12_345_677) <= pauses.longest));
        assert_eq!(Pauses::NONE.after(7, 99), Duration::ZERO);
    }
}
