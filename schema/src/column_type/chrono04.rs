//! Types of chrono 0.4.
//!
//! chrono writes a leap second as second 59 with 1,000,000,000 nanoseconds or more. The lake has no leap seconds:
//! such a moment is stored as the last nanosecond of its minute, so that it stays in the minute, hour and day
//! that it was written in.

use super::ColumnType;
use crate::def::TypeDef;
use crate::sink::RowSink;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, Utc};

const LAST_NANO: u32 = 999_999_999;
/// Days from 0000-12-31, where chrono counts from, to 1970-01-01.
const EPOCH_FROM_CE: i32 = 719_163;

fn push_moment<S: RowSink + ?Sized>(seconds: i64, nanos: u32, sink: &mut S) {
    sink.timestamp(seconds, nanos.min(LAST_NANO));
}

/// chrono writes it with `Z`.
impl ColumnType for DateTime<Utc> {
    const TYPE: TypeDef = TypeDef::Timestamp { instant: true, offset: false };
    fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S) {
        push_moment(self.timestamp(), self.timestamp_subsec_nanos(), sink);
    }
}

/// chrono writes it with a numeric offset; the lake holds the instant, in UTC.
impl ColumnType for DateTime<FixedOffset> {
    const TYPE: TypeDef = TypeDef::Timestamp { instant: true, offset: true };
    fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S) {
        push_moment(self.timestamp(), self.timestamp_subsec_nanos(), sink);
    }
}

impl ColumnType for NaiveDateTime {
    const TYPE: TypeDef = TypeDef::Timestamp { instant: false, offset: false };
    fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S) {
        let as_utc = self.and_utc();
        push_moment(as_utc.timestamp(), as_utc.timestamp_subsec_nanos(), sink);
    }
}

impl ColumnType for NaiveDate {
    const TYPE: TypeDef = TypeDef::Date;
    fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S) {
        sink.date(self.num_days_from_ce() - EPOCH_FROM_CE);
    }
}
