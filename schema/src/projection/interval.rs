//! Steps in time.

use crate::civil::{Civil, days_in_month};

/// First and last moment that four digits of a year can tell, in milliseconds since 1970.
pub(super) const FIRST_MOMENT: i64 = -62_135_596_800_000;
pub(super) const LAST_MOMENT: i64 = 253_402_300_799_999;

/// Unit of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// A thousandth of a second.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
    /// Weeks.
    Weeks,
    /// Calendar months.
    Months,
    /// Calendar years.
    Years,
}

impl Unit {
    /// Every unit, the shortest first.
    pub const ALL: [Self; 8] = [
        Self::Milliseconds,
        Self::Seconds,
        Self::Minutes,
        Self::Hours,
        Self::Days,
        Self::Weeks,
        Self::Months,
        Self::Years,
    ];

    /// The word of `interval.unit`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Milliseconds => "MILLISECONDS",
            Self::Seconds => "SECONDS",
            Self::Minutes => "MINUTES",
            Self::Hours => "HOURS",
            Self::Days => "DAYS",
            Self::Weeks => "WEEKS",
            Self::Months => "MONTHS",
            Self::Years => "YEARS",
        }
    }

    /// The unit of that word, in any case.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name().eq_ignore_ascii_case(word))
    }

    /// Its length in milliseconds; months and years have none.
    pub(super) fn millis(self) -> Option<i64> {
        match self {
            Self::Milliseconds => Some(1),
            Self::Seconds => Some(1_000),
            Self::Minutes => Some(60_000),
            Self::Hours => Some(3_600_000),
            Self::Days => Some(86_400_000),
            Self::Weeks => Some(604_800_000),
            Self::Months | Self::Years => None,
        }
    }
}

/// The moment `count` units later, in milliseconds since 1970; none outside the years 1 to 9999. A day that the month
/// does not have becomes its last one, as in Java.
pub(super) fn plus(moment: i64, count: i64, unit: Unit) -> Option<i64> {
    let later = match unit.millis() {
        Some(millis) => moment.checked_add(count.checked_mul(millis)?)?,
        None => {
            let mut civil = Civil::from_seconds(moment.div_euclid(1_000));
            let months = if unit == Unit::Years { count.checked_mul(12)? } else { count };
            let months = (civil.year * 12 + i64::from(civil.month) - 1).checked_add(months)?;
            civil.year = months.div_euclid(12);
            civil.month = u8::try_from(months.rem_euclid(12) + 1).ok()?;
            if !(1..=9999).contains(&civil.year) {
                return None;
            }
            civil.day = civil.day.min(days_in_month(civil.year, civil.month));
            civil.to_seconds() * 1_000 + moment.rem_euclid(1_000)
        }
    };
    (FIRST_MOMENT..=LAST_MOMENT).contains(&later).then_some(later)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_end_where_they_end() {
        let at = |year, month, day| {
            Civil { year, month, day, hour: 23, minute: 59, second: 59 }.to_seconds() * 1_000 + 7
        };
        for (from, count, unit, to) in [
            (at(2024, 1, 31), 1, Unit::Months, at(2024, 2, 29)),
            (at(2023, 1, 31), 1, Unit::Months, at(2023, 2, 28)),
            (at(2024, 2, 29), 1, Unit::Years, at(2025, 2, 28)),
            (at(2024, 2, 29), 4, Unit::Years, at(2028, 2, 29)),
            (at(2024, 3, 31), -1, Unit::Months, at(2024, 2, 29)),
            (at(2024, 1, 15), -13, Unit::Months, at(2022, 12, 15)),
            (at(2023, 12, 31), 1, Unit::Days, at(2024, 1, 1)),
            (at(2024, 2, 26), 1, Unit::Weeks, at(2024, 3, 4)),
        ] {
            assert_eq!(plus(from, count, unit), Some(to), "{from} {count} {unit:?}");
        }
        assert_eq!(plus(LAST_MOMENT, 1, Unit::Milliseconds), None);
        assert_eq!(plus(FIRST_MOMENT, -1, Unit::Months), None);
        assert_eq!(plus(0, i64::MAX, Unit::Years), None);
        assert_eq!(plus(0, i64::MIN, Unit::Weeks), None);
        assert_eq!(Civil::from_seconds(FIRST_MOMENT / 1_000).year, 1);
        assert_eq!(Civil::from_seconds(LAST_MOMENT / 1_000).year, 9999);
    }
}
