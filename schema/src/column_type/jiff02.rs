//! Types of jiff 0.2.

use super::ColumnType;
use crate::civil::days_from_civil;
use crate::def::TypeDef;
use crate::sink::RowSink;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

/// A second and nanoseconds of one sign, as a floored second and nanoseconds from 0.
fn push_floored<S: RowSink + ?Sized>(seconds: i64, nanos: i32, sink: &mut S) {
    match u32::try_from(nanos) {
        Ok(nanos) => sink.timestamp(seconds, nanos),
        Err(_) => sink.timestamp(seconds - 1, (nanos + 1_000_000_000).unsigned_abs()),
    }
}

fn days(date: Date) -> i64 {
    days_from_civil(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
}

impl ColumnType for Timestamp {
    const TYPE: TypeDef = TypeDef::Timestamp { instant: true, offset: false };
    fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S) {
        push_floored(self.as_second(), self.subsec_nanosecond(), sink);
    }
}

impl ColumnType for DateTime {
    const TYPE: TypeDef = TypeDef::Timestamp { instant: false, offset: false };
    fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S) {
        let of_day = i64::from(self.hour()) * 3600 + i64::from(self.minute()) * 60 + i64::from(self.second());
        push_floored(days(self.date()) * 86_400 + of_day, self.subsec_nanosecond(), sink);
    }
}

impl ColumnType for Date {
    const TYPE: TypeDef = TypeDef::Date;
    fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S) {
        match i32::try_from(days(*self)) {
            Ok(days) => sink.date(days),
            Err(_) => sink.refuse("a day within 32 bits of days from 1970", &self.to_string()),
        }
    }
}
