//! Times and days in the spellings of JSON.

use crate::time::{Moment, TimePlan};
use lakebed_schema::TimeUnit;
use lakebed_schema::civil::Civil;
use std::io::Write;

const SECONDS_PER_DAY: i64 = 86_400;

/// How the times of a column are written.
#[derive(Clone, Debug)]
pub(super) struct TimeForm {
    unit: TimeUnit,
    is_instant: bool,
    /// What reads them, if it takes not what Firehose does.
    reader: Option<TimePlan>,
}

impl TimeForm {
    /// For Firehose, or for a plan of the table.
    pub(super) fn new(unit: TimeUnit, is_instant: bool, reader: Option<&TimePlan>) -> Self {
        let mut form = Self { unit, is_instant, reader: None };
        let mut text = Vec::new();
        form.push_plain(Moment { seconds: 0, nanos: 0 }, b'T', &mut text);
        form.reader = reader.filter(|plan| plan.parse_text(&text).is_none()).cloned();
        form
    }

    /// Whether Firehose's form is read.
    pub(super) fn is_plain(&self) -> bool {
        self.reader.is_none()
    }

    fn moment(&self, value: i64) -> Moment {
        let (units, nanos_each) = match self.unit {
            TimeUnit::Millis => (1_000, 1_000_000),
            TimeUnit::Micros => (1_000_000, 1_000),
        };
        let nanos = u32::try_from(value.rem_euclid(units)).unwrap_or_default() * nanos_each;
        Moment { seconds: value.div_euclid(units), nanos }
    }

    /// Appends a stored time as a JSON value.
    pub(super) fn push(&self, value: i64, out: &mut Vec<u8>) {
        let moment = self.moment(value);
        let same = |read: Moment| read.to_unit(self.unit).is_some_and(|(read, _)| read == value);
        if let Some(plan) = &self.reader
            && push_declared(plan, moment, same, out)
        {
            return;
        }
        out.push(b'"');
        self.push_plain(moment, b'T', out);
        out.push(b'"');
    }

    /// Appends a stored time as the key of a map, which may come out in lower case: no letter is in it.
    pub(super) fn push_key(&self, value: i64, out: &mut Vec<u8>) {
        out.push(b'"');
        self.push_plain(self.moment(value), b' ', out);
        out.push(b'"');
    }

    fn push_plain(&self, moment: Moment, separator: u8, out: &mut Vec<u8>) {
        let civil = Civil::from_seconds(moment.seconds);
        let zone = self.is_instant && separator == b'T';
        let separator = if zone { 'T' } else { ' ' };
        let _ = write!(
            out,
            "{:04}-{:02}-{:02}{separator}{:02}:{:02}:{:02}",
            civil.year, civil.month, civil.day, civil.hour, civil.minute, civil.second
        );
        if !moment.nanos.is_multiple_of(1_000_000) {
            let _ = write!(out, ".{:06}", moment.nanos / 1_000);
        } else if moment.nanos > 0 {
            let _ = write!(out, ".{:03}", moment.nanos / 1_000_000);
        }
        if zone {
            out.push(b'Z');
        }
    }
}

/// How the days of a column are written.
#[derive(Clone, Debug)]
pub(super) struct DayForm {
    reader: Option<TimePlan>,
}

impl DayForm {
    /// As `2026-11-23`, or as a plan of the table wants it.
    pub(super) fn new(reader: Option<&TimePlan>) -> Self {
        Self { reader: reader.cloned() }
    }

    /// Appends a day, counted since 1970, as a JSON value.
    pub(super) fn push(&self, days: i64, out: &mut Vec<u8>) {
        let midnight = Moment { seconds: days * SECONDS_PER_DAY, nanos: 0 };
        let same = |read: Moment| read.seconds.div_euclid(SECONDS_PER_DAY) == days;
        if let Some(plan) = &self.reader
            && push_declared(plan, midnight, same, out)
        {
            return;
        }
        let civil = Civil::from_days(days);
        let _ = write!(out, "\"{:04}-{:02}-{:02}\"", civil.year, civil.month, civil.day);
    }
}

/// Appends a moment in the first of a column's declared formats that gives it back; false when none does.
fn push_declared(plan: &TimePlan, moment: Moment, same: impl Fn(Moment) -> bool, out: &mut Vec<u8>) -> bool {
    let mut text = Vec::new();
    TimeForm { unit: TimeUnit::Micros, is_instant: true, reader: None }.push_plain(moment, b'T', &mut text);
    let mut texts = vec![text];
    let civil = Civil::from_seconds(moment.seconds);
    for pattern in plan.patterns() {
        let mut text = String::new();
        pattern.format(&mut text, &civil);
        texts.push(text.into_bytes());
    }
    for text in texts {
        if plan.parse_text(&text).is_some_and(&same) {
            super::text::push_text(&text, out);
            return true;
        }
    }
    let millis = moment.seconds.checked_mul(1_000).map(|all| all + i64::from(moment.nanos / 1_000_000));
    for number in [Some(moment.seconds), millis].into_iter().flatten() {
        if plan.parse_number(number).is_some_and(&same) {
            let _ = write!(out, "{number}");
            return true;
        }
    }
    false
}
