//! The end of a run with too many rejects.

use super::MaxRejects;
use crate::error::{Error, ErrorKind};
use crate::report::{Counts, RejectGroup};
use std::fmt::Write as _;

/// Reasons that the message tells.
const TOLD: usize = 5;

impl MaxRejects {
    /// Whether it is exceeded whatever comes: a number once it is passed, a share of nothing with the first reject.
    pub(super) fn is_exceeded_for_sure(self, total: &Counts) -> bool {
        match self {
            Self::Count(count) => total.rejected > count,
            Self::Percent(percent) => percent <= 0.0 && total.rejected > 0,
        }
    }

    /// Whether it is exceeded at the end.
    pub fn is_exceeded(self, total: &Counts) -> bool {
        match self {
            Self::Count(count) => total.rejected > count,
            #[allow(clippy::cast_precision_loss, reason = "a share needs no exact counts")]
            Self::Percent(percent) => 100.0 * total.rejected as f64 > percent * total.read.max(1) as f64,
        }
    }

    /// The error that says so. `place` tells how far the run got; nothing at its end.
    pub(super) fn error(self, total: &Counts, place: Option<&str>, groups: &[RejectGroup]) -> Error {
        let limit = match self {
            Self::Count(count) => count.to_string(),
            Self::Percent(percent) => format!("{percent}%"),
        };
        let so_far = if place.is_some() { " read so far" } else { "" };
        let were = if total.rejected == 1 { "was" } else { "were" };
        let mut message = format!(
            "{} of {} records{so_far} {were} refused, more than --max-rejects {limit}; nothing was published",
            total.rejected, total.read
        );
        if let Some(place) = place {
            let _ = write!(message, "\nstopped in {place}");
        }
        for RejectGroup { code, count, example, at, .. } in groups.iter().take(TOLD) {
            let _ = write!(message, "\n{count} × {code}: {example} (first at {at})");
        }
        if groups.len() > TOLD {
            let _ = write!(message, "\nand {} more reasons", groups.len() - TOLD);
        }
        Error::new(ErrorKind::TooManyRejects, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_shares() {
        let total = |read, rejected| Counts { read, rejected, ..Counts::default() };
        for (max, read, rejected, for_sure, at_end) in [
            (MaxRejects::Count(2), 100, 2, false, false),
            (MaxRejects::Count(2), 100, 3, true, true),
            (MaxRejects::Percent(0.0), 100, 0, false, false),
            (MaxRejects::Percent(0.0), 100, 1, true, true),
            (MaxRejects::Percent(1.0), 100, 1, false, false),
            (MaxRejects::Percent(1.0), 100, 2, false, true),
            (MaxRejects::Percent(1.0), 0, 0, false, false),
        ] {
            let total = total(read, rejected);
            assert_eq!(
                (max.is_exceeded_for_sure(&total), max.is_exceeded(&total)),
                (for_sure, at_end),
                "{max:?}"
            );
        }
    }
}
