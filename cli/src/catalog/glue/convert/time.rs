//! Times as text.

use super::Unfit;
use aws_sdk_glue::primitives::{DateTime, DateTimeFormat};

/// A time as RFC 3339 in UTC; beyond the year 9999 as seconds since 1970.
pub(super) fn text(time: &DateTime) -> String {
    time.fmt(DateTimeFormat::DateTime).unwrap_or_else(|_| time.secs().to_string())
}

/// A time from RFC 3339 or from seconds since 1970, which is how the AWS CLI may spell it.
pub(super) fn time(place: &str, text: &str) -> Result<DateTime, Unfit> {
    if let Ok(time) = DateTime::from_str(text, DateTimeFormat::DateTimeWithOffset) {
        return Ok(time);
    }
    if let Ok(seconds) = text.parse::<i64>() {
        return Ok(DateTime::from_secs(seconds));
    }
    match text.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() && seconds.abs() < 1e15 => Ok(DateTime::from_secs_f64(seconds)),
        Ok(_) | Err(_) => Err(Unfit(format!(
            "{place} is `{text}`: a time like 2026-01-31T12:00:00Z is expected, or seconds since 1970"
        ))),
    }
}
