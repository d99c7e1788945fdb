//! Types of chrono 0.4.

use super::ReadColumn;
use crate::source::{ReadFault, RowSource};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta, Utc};

fn moment<S: RowSource + ?Sized>(source: &mut S) -> Result<DateTime<Utc>, ReadFault> {
    let (seconds, nanos) = source.timestamp()?;
    DateTime::from_timestamp(seconds, nanos).ok_or_else(|| {
        ReadFault::new("a moment within 262,000 years", format!("{seconds} seconds since 1970"))
    })
}

impl ReadColumn for DateTime<Utc> {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        moment(source)
    }
}

/// The lake holds the instant; the offset in which it was written is gone, and UTC takes its place.
impl ReadColumn for DateTime<FixedOffset> {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        Ok(moment(source)?.fixed_offset())
    }
}

impl ReadColumn for NaiveDateTime {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        Ok(moment(source)?.naive_utc())
    }
}

impl ReadColumn for NaiveDate {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        let days = source.date()?;
        let date = TimeDelta::try_days(days.into()).and_then(|days| Self::default().checked_add_signed(days));
        date.ok_or_else(|| ReadFault::new("a day within 262,000 years", format!("{days} days since 1970")))
    }
}
