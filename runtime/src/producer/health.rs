//! Whether the service takes anything at all.

use super::options::Retry;
use super::retry::Jitter;
use super::service::CallErrorKind;
use std::time::Duration;
use tokio::time::Instant;

/// Calls in a row of which nothing was delivered, after which the service counts as down.
const OUTAGE: u32 = 8;

/// What the last calls say about the service.
#[derive(Debug)]
pub(super) struct Health {
    /// Failed calls since the last one that delivered something; throttled ones are none.
    failures: u32,
    /// Throttled calls since then.
    throttles: u32,
    /// No call before that.
    pause: Option<Instant>,
    /// When the service began to fail, or to be too busy for everything.
    since: Option<Instant>,
    is_down: bool,
    is_denied: bool,
    jitter: Jitter,
}

impl Health {
    pub(super) fn new() -> Self {
        let (failures, throttles, pause, since) = (0, 0, None, None);
        Self { failures, throttles, pause, since, is_down: false, is_denied: false, jitter: Jitter::new() }
    }

    /// Whether nothing was delivered for so many calls that others need not try.
    pub(super) fn is_down(&self) -> bool {
        self.is_down
    }

    /// Whether somebody has to act before anything can be sent.
    pub(super) fn is_denied(&self) -> bool {
        self.is_denied
    }

    /// Whether the service has been down for longer than that.
    pub(super) fn is_down_for(&self, time: Duration, now: Instant) -> bool {
        self.is_down && self.since.is_some_and(|since| now.duration_since(since) >= time)
    }

    /// No call before that.
    pub(super) fn pause(&self) -> Option<Instant> {
        self.pause
    }

    /// Something was delivered.
    pub(super) fn delivered(&mut self) {
        (self.failures, self.throttles, self.pause, self.since) = (0, 0, None, None);
        (self.is_down, self.is_denied) = (false, false);
    }

    /// Nothing was delivered since the service was too busy. When that lasts as long as a record is tried, the service is
    /// as good as down.
    pub(super) fn throttled(&mut self, retry: &Retry, now: Instant) {
        self.throttles = self.throttles.saturating_add(1);
        let since = *self.since.get_or_insert(now);
        self.is_down |= now.duration_since(since) >= retry.time;
        self.pause = Some(now + self.jitter.up_to(retry.ceiling(self.throttles)));
    }

    /// Nothing was delivered.
    pub(super) fn failed(&mut self, kind: CallErrorKind, retry: &Retry, now: Instant) {
        match kind {
            CallErrorKind::Throttled => return self.throttled(retry, now),
            // The service is well, and the call was not.
            CallErrorKind::Invalid => return,
            CallErrorKind::Denied => (self.is_down, self.is_denied) = (true, true),
            CallErrorKind::Transient | CallErrorKind::MaybeWritten => {}
        }
        self.failures = self.failures.saturating_add(1);
        self.since.get_or_insert(now);
        self.is_down |= self.failures >= OUTAGE;
        self.pause = Some(now + self.jitter.up_to(retry.ceiling(self.failures)));
    }

    /// When records that failed this often are to be sent again.
    pub(super) fn again(&mut self, retry: &Retry, attempts: u32, now: Instant) -> Instant {
        now + self.jitter.up_to(retry.ceiling(attempts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_that_is_too_busy_for_a_minute_is_down() {
        let (retry, start) = (Retry::default(), Instant::now());
        let mut health = Health::new();
        for second in 0..60 {
            health.throttled(&retry, start + Duration::from_secs(second));
            assert!(!health.is_down(), "{second}");
        }
        health.throttled(&retry, start + retry.time);
        assert!(health.is_down() && !health.is_denied());
        health.delivered();
        health.throttled(&retry, start + 2 * retry.time);
        assert!(!health.is_down());
    }
}
