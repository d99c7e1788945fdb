//! Types of jiff 0.2.

use super::ReadColumn;
use crate::civil::Civil;
use crate::source::{ReadFault, RowSource};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

impl ReadColumn for Timestamp {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        let (seconds, nanos) = source.timestamp()?;
        // Fewer than 10^9 nanoseconds fit.
        Self::new(seconds, nanos.cast_signed()).map_err(|_| {
            let expected = format!("a moment from {} to {}", Self::MIN, Self::MAX);
            ReadFault::new(expected, format!("{seconds} seconds since 1970"))
        })
    }
}

impl ReadColumn for DateTime {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        let (seconds, nanos) = source.timestamp()?;
        let civil = Civil::from_seconds(seconds);
        let date = date(&civil).ok_or_else(|| out_of_years(format!("{seconds} seconds since 1970")))?;
        // The parts of a time of day are small, and this one is valid.
        let (hour, minute, second) =
            (civil.hour.cast_signed(), civil.minute.cast_signed(), civil.second.cast_signed());
        Ok(date.at(hour, minute, second, nanos.cast_signed()))
    }
}

impl ReadColumn for Date {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        let days = source.date()?;
        date(&Civil::from_days(days.into())).ok_or_else(|| out_of_years(format!("{days} days since 1970")))
    }
}

fn date(civil: &Civil) -> Option<Date> {
    let year = i16::try_from(civil.year).ok()?;
    Date::new(year, civil.month.cast_signed(), civil.day.cast_signed()).ok()
}

fn out_of_years(found: String) -> ReadFault {
    ReadFault::new("a day of the years -9999 to 9999", found)
}
