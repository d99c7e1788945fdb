//! How long to wait, and when to stop.

use super::options::Retry;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;
use tokio::time::Instant;

/// Random numbers for delays; not for secrets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jitter(u64);

impl Jitter {
    /// Seeded by the standard library's own random keys.
    pub(super) fn new() -> Self {
        Self(RandomState::new().hash_one(0_u8))
    }

    /// A time from 0 to that.
    pub(super) fn up_to(&mut self, most: Duration) -> Duration {
        // SplitMix64, by Guy Steele, Doug Lea and Christine Flood (2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let nanos = u64::try_from(most.as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(mixed % nanos.saturating_add(1).max(1))
    }
}

impl Retry {
    /// Longest delay after so many failures.
    pub(super) fn ceiling(&self, failures: u32) -> Duration {
        let factor = 1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX);
        self.first.saturating_mul(factor).min(self.most)
    }

    /// Whether a record with so many attempts since then is not to be waited for any longer.
    pub(super) fn is_spent(&self, attempts: u32, since: Instant, now: Instant) -> bool {
        attempts >= self.attempts || now.duration_since(since) >= self.time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_to_the_longest_and_lie_anywhere_below_it() {
        let retry =
            Retry { first: Duration::from_millis(100), most: Duration::from_secs(5), ..Retry::default() };
        let ceilings: Vec<_> = (1..9).map(|failures| retry.ceiling(failures).as_millis()).collect();
        assert_eq!(ceilings, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
        assert_eq!(retry.ceiling(500), retry.most);
        let mut jitter = Jitter(7);
        let delays: Vec<_> = (0..1000).map(|_| jitter.up_to(retry.most)).collect();
        assert!(delays.iter().all(|delay| *delay <= retry.most));
        let thirds = [0, 1, 2].map(|third| {
            let share = |delay: &&Duration| delay.as_millis() * 3 / 5001 == third;
            delays.iter().filter(share).count()
        });
        assert!(thirds.iter().all(|count| *count > 250), "full jitter: {thirds:?}");
        assert_eq!(jitter.up_to(Duration::ZERO), Duration::ZERO);
    }
}
