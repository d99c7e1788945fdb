//! How long each stage of a pass took, over all threads.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Wall time of the stages, in nanoseconds.
#[derive(Debug, Default)]
pub(super) struct Times {
    pub(super) read: Took,
    pub(super) decode: Took,
    pub(super) encode: Took,
}

/// Time that something took in all.
#[derive(Debug, Default)]
pub(super) struct Took(AtomicU64);

impl Took {
    /// Does something, and adds the time that it takes.
    pub(super) fn add<T>(&self, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let done = work();
        let nanos = u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.0.fetch_add(nanos, Ordering::Relaxed);
        done
    }

    pub(super) fn seconds(&self) -> f64 {
        Duration::from_nanos(self.0.load(Ordering::Relaxed)).as_secs_f64()
    }
}
