//! The clock, for the journal alone: nothing that is stored depends on it, and no decision on two machines' clocks.

use lakebed_schema::civil::Civil;
use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970, UTC, by this machine's clock.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A time as people read it: `2026-11-26 01:44:30 UTC`.
pub(crate) fn text(ms: i64) -> String {
    let Civil { year, month, day, hour, minute, second } = Civil::from_seconds(ms.div_euclid(1000));
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}
