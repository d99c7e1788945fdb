//! When a failed request is made again.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::Duration;

/// When a failed request is made again within a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Requests at most, the first among them.
    pub attempts: u32,
    /// Longest wait before the second one; it doubles from then on.
    pub first: Duration,
    /// Longest wait at all.
    pub most: Duration,
}

impl Default for Retry {
    /// 5 requests, after up to 1, 2, 4 and 8 seconds.
    fn default() -> Self {
        Self { attempts: 5, first: Duration::from_secs(1), most: Duration::from_secs(15) }
    }
}

impl Retry {
    /// Waits after so many failures; nothing when it is enough. Half of the wait is left to chance, so that many who
    /// fail together do not come again together.
    pub(super) fn wait(&self, failures: u32) -> Option<Duration> {
        if failures >= self.attempts {
            return None;
        }
        let doubled = self.first.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(self.most);
        let chance = RandomState::new().hash_one(failures) % 1000;
        let share = u32::try_from(chance).unwrap_or_default();
        Some(doubled / 2 + doubled / 2 * share / 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit() {
        let retry = Retry { attempts: 5, first: Duration::from_secs(2), most: Duration::from_secs(5) };
        for (failures, seconds) in [(1, 2), (2, 4), (3, 5), (4, 5)] {
            let longest = Duration::from_secs(seconds);
            let wait = retry.wait(failures).expect("a wait");
            assert!((longest / 2..=longest).contains(&wait), "{failures}: {wait:?}");
        }
        assert_eq!(retry.wait(5), None);
    }
}
