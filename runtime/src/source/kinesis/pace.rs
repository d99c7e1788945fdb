//! When to read a shard again.

use super::ReadOptions;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

/// Reads of a shard in a second, <https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html>.
const READS_PER_SECOND: u32 = 5;

/// Bytes read from a shard in a second, same page. A read may give five times as much; the next ones are refused until it
/// is made up for.
const BYTES_PER_SECOND: u64 = 2 << 20;

/// Records of one read, same page.
pub(super) const MAX_RECORDS: u32 = 10_000;

/// How long to leave a shard alone after a read that gave so many bytes.
pub(super) fn after_read(options: &ReadOptions, bytes: u64, is_at_tip: bool) -> Duration {
    if is_at_tip {
        return options.poll;
    }
    let paid = Duration::from_millis(bytes.saturating_mul(1000) / BYTES_PER_SECOND);
    options.gap.max(paid)
}

/// How long to wait after so many failures one after the other: twice as long each time, and between half of it and all
/// of it, so that readers that failed together do not come back together.
pub(super) fn after_failure(options: &ReadOptions, failures: u32) -> Duration {
    let doubled = options.backoff.saturating_mul(1 << failures.saturating_sub(1).min(16));
    let longest = doubled.min(options.max_backoff);
    // The standard library seeds each hasher anew.
    let random = RandomState::new().build_hasher().finish() % 1024;
    longest / 2 + longest / 2 * u32::try_from(random).unwrap_or_default() / 1024
}

/// The pause that the limit of reads asks for.
pub(super) const fn gap() -> Duration {
    Duration::from_millis(1000 / READS_PER_SECOND as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_read_no_faster_than_they_may_be() {
        let options = ReadOptions::default();
        assert_eq!(after_read(&options, 0, true), Duration::from_secs(1));
        assert_eq!(after_read(&options, 1000, false), Duration::from_millis(200));
        assert_eq!(after_read(&options, 10 << 20, false), Duration::from_secs(5));
        for (failures, longest) in [(1, 1), (2, 2), (3, 4), (6, 30), (u32::MAX, 30)] {
            for _ in 0..100 {
                let wait = after_failure(&options, failures).as_secs_f64();
                let longest = f64::from(longest);
                assert!(wait >= longest / 2.0 && wait <= longest, "{failures}: {wait}");
            }
        }
    }
}
