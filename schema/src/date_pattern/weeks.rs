//! Weeks, which begin and count differently from country to country.

/// How weeks are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Weeks {
    /// First day, from 1 for Monday.
    first: i64,
    /// Days of a month or year that its first week has at least.
    least: i64,
}

/// From Sunday, and week 1 is the one with the first day of the year: the United States, and Java's root locale.
pub(super) const AMERICAN: Weeks = Weeks { first: 7, least: 1 };
/// From Monday, and week 1 has four days at least: ISO 8601.
pub(super) const ISO: Weeks = Weeks { first: 1, least: 4 };

/// A day of a year, as far as weeks go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Day {
    /// Year; 0 is 1 BC.
    pub(super) year: i64,
    /// Day of the year, from 1.
    pub(super) of_year: i64,
    /// Day of the month, from 1.
    pub(super) of_month: i64,
    /// Day of the week, from 1 for Monday.
    pub(super) of_week: i64,
}

impl Weeks {
    /// Day of the week, from 1 for the first one.
    pub(super) fn day_of_week(self, day: Day) -> i64 {
        (day.of_week - self.first).rem_euclid(7) + 1
    }

    /// Week of the month; 0 for days before its first week.
    pub(super) fn of_month(self, day: Day) -> i64 {
        week(self.offset(day.of_month, self.day_of_week(day)), day.of_month)
    }

    /// Week and the year that it belongs to.
    pub(super) fn of_year(self, day: Day) -> (i64, i64) {
        let days_of = |year: i64| if crate::civil::is_leap_year(year) { 366 } else { 365 };
        let of_week = self.day_of_week(day);
        let offset = self.offset(day.of_year, of_week);
        let number = week(offset, day.of_year);
        if number == 0 {
            // Counted on as a day of the year before.
            let of_year = day.of_year + days_of(day.year - 1);
            return (day.year - 1, week(self.offset(of_year, of_week), of_year));
        }
        let of_next = week(offset, days_of(day.year) + self.least);
        if number >= of_next { (day.year + 1, number - of_next + 1) } else { (day.year, number) }
    }

    /// Days from the first day of the period to the start of its first week.
    fn offset(self, day: i64, of_week: i64) -> i64 {
        let start = (day - of_week).rem_euclid(7);
        if start + 1 > self.least { 7 - start } else { -start }
    }
}

fn week(offset: i64, day: i64) -> i64 {
    (7 + offset + (day - 1)) / 7
}
