//! The proleptic Gregorian calendar: days and seconds to dates and back, without a library and without a zone.
//!
//! Years count astronomically: year 0 is 1 BC. Every day has 86,400 seconds.

/// Seconds of a day.
pub const SECONDS_PER_DAY: i64 = 86_400;

/// A date and a time of day, to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Civil {
    /// Year; 0 is 1 BC.
    pub year: i64,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: u8,
    /// Second, 0 to 59.
    pub second: u8,
}

impl Civil {
    /// Midnight at the start of a day counted from 1970-01-01.
    pub const fn from_days(days: i64) -> Self {
        let (year, month, day) = civil_from_days(days);
        Self { year, month, day, hour: 0, minute: 0, second: 0 }
    }

    /// The date and time of day that many seconds after 1970-01-01T00:00:00; any number of seconds has one.
    pub const fn from_seconds(seconds: i64) -> Self {
        let of_day = seconds.rem_euclid(SECONDS_PER_DAY);
        let date = Self::from_days(seconds.div_euclid(SECONDS_PER_DAY));
        Self {
            hour: (of_day / 3600) as u8,
            minute: (of_day / 60 % 60) as u8,
            second: (of_day % 60) as u8,
            ..date
        }
    }

    /// Seconds since 1970-01-01T00:00:00; for years within ±292,000,000,000.
    pub const fn to_seconds(self) -> i64 {
        days_from_civil(self.year, self.month, self.day) * SECONDS_PER_DAY
            + self.hour as i64 * 3600
            + self.minute as i64 * 60
            + self.second as i64
    }

    /// Whether there is such a date and such a time of day.
    pub const fn is_valid(self) -> bool {
        is_valid_date(self.year, self.month, self.day)
            && self.hour < 24
            && self.minute < 60
            && self.second < 60
    }
}

/// Whether February has 29 days.
pub const fn is_leap_year(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month; 0 when there is no such month.
pub const fn days_in_month(year: i64, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap_year(year) => 29,
        2 => 28,
        _ => 0,
    }
}

/// Whether there is such a date.
pub const fn is_valid_date(year: i64, month: u8, day: u8) -> bool {
    day >= 1 && day <= days_in_month(year, month)
}

/// Days of 400 years.
const DAYS_PER_ERA: i64 = 146_097;
/// From 0000-03-01, where the count within an era starts, to 1970-01-01.
const EPOCH_FROM_MARCH_0: i64 = 719_468;

/// Days from 1970-01-01 to a date; for years within ±10^13. A date that is not valid counts on from the last one
/// that is: February 30 is March 2, or March 1 in a leap year.
pub const fn days_from_civil(year: i64, month: u8, day: u8) -> i64 {
    // Counting years from March puts the leap day last, so months have fixed offsets.
    let month = month as i64;
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day as i64 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_PER_ERA + day_of_era - EPOCH_FROM_MARCH_0
}

/// The date that many days after 1970-01-01, as year, month and day; for days within ±10^15.
pub const fn civil_from_days(days: i64) -> (i64, u8, u8) {
    let days = days + EPOCH_FROM_MARCH_0;
    let era = days.div_euclid(DAYS_PER_ERA);
    let day_of_era = days.rem_euclid(DAYS_PER_ERA);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year_of_era, month + 3) } else { (year_of_era + 1, month - 9) };
    (era * 400 + year, month as u8, day as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_day_from_1600_to_2400() {
        // 1600-01-01 is 370 years before 1970, 90 of them leap years.
        let mut days = -(370 * 365 + 90);
        for year in 1600..=2400 {
            for month in 1..=12 {
                for day in 1..=days_in_month(year, month) {
                    assert_eq!(days_from_civil(year, month, day), days, "{year}-{month}-{day}");
                    assert_eq!(civil_from_days(days), (year, month, day));
                    days += 1;
                }
            }
        }
        assert_eq!(days_from_civil(1970, 1, 1), 0);
    }

    #[test]
    fn validity() {
        for (year, month, day, valid) in [
            (2024, 2, 29, true),
            (2023, 2, 29, false),
            (1900, 2, 29, false),
            (2000, 2, 29, true),
            (2024, 4, 31, false),
            (2024, 13, 1, false),
            (2024, 0, 1, false),
            (2024, 1, 0, false),
        ] {
            assert_eq!(is_valid_date(year, month, day), valid, "{year}-{month}-{day}");
        }
    }

    #[test]
    fn the_ends_of_time() {
        for seconds in [i64::MIN, -1, 0, i64::MAX] {
            let civil = Civil::from_seconds(seconds);
            assert!(civil.is_valid());
            if seconds != i64::MIN {
                assert_eq!(civil.to_seconds(), seconds);
            }
        }
    }

    proptest! {
        #[test]
        fn agrees_with_jiff(seconds in -377_705_000_000_i64..=253_402_200_000) {
            let civil = Civil::from_seconds(seconds);
            let other = jiff::Timestamp::from_second(seconds).unwrap().to_zoned(jiff::tz::TimeZone::UTC).datetime();
            prop_assert_eq!(civil.year, i64::from(other.year()));
            prop_assert_eq!(civil.month, other.month() as u8);
            prop_assert_eq!(civil.day, other.day() as u8);
            prop_assert_eq!(civil.hour, other.hour() as u8);
            prop_assert_eq!(civil.minute, other.minute() as u8);
            prop_assert_eq!(civil.second, other.second() as u8);
            prop_assert_eq!(civil.to_seconds(), seconds);
        }
    }
}
