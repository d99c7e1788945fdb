//! The values of one projected column.

use super::bound::Bound;
use super::date_format::DateFormat;
use super::interval::{Unit, plus};
use std::fmt;

/// A partition column and how its values are computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    /// How dates look to queries, when the column is no text: then it differs from the path.
    pub(super) shown_as: Option<DateFormat>,
    pub(super) kind: Kind,
}

/// Type and settings of a projection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Enum(Vec<String>),
    Integer { first: i64, last: i64, interval: i64, digits: usize },
    Date(Dates),
    Injected,
}

/// Dates from an end to another, in steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dates {
    pub(super) format: DateFormat,
    pub(super) from: Bound,
    pub(super) to: Bound,
    pub(super) interval: i64,
    pub(super) unit: Unit,
}

impl Column {
    /// Texts in the path, in order; none for injected columns.
    pub(super) fn texts(&self, now: i64) -> Option<Texts<'_>> {
        Some(match &self.kind {
            Kind::Enum(words) => Texts::Words(words.iter()),
            Kind::Integer { first, last, interval, digits } => Texts::Numbers {
                next: (first <= last).then_some(*first),
                last: *last,
                interval: *interval,
                digits: *digits,
            },
            Kind::Date(dates) => {
                let (from, to) = dates.ends(now);
                Texts::Dates { dates, next: (from <= to).then_some(from), to }
            }
            Kind::Injected => return None,
        })
    }

    /// Whether a text in the path is one of the values.
    pub(super) fn contains(&self, text: &str, now: i64) -> bool {
        match &self.kind {
            Kind::Enum(words) => words.iter().any(|word| word == text),
            Kind::Integer { first, last, interval, digits } => text.parse::<i64>().is_ok_and(|number| {
                number_text(number, *digits) == text
                    && (first..=last).contains(&&number)
                    && (i128::from(number) - i128::from(*first)) % i128::from(*interval) == 0
            }),
            Kind::Date(dates) => dates.contains(text, now),
            Kind::Injected => !text.is_empty(),
        }
    }

    /// How many values there are; none for injected columns.
    pub(super) fn count(&self, now: i64) -> Option<u128> {
        match &self.kind {
            Kind::Enum(words) => Some(words.len() as u128),
            Kind::Integer { first, last, .. } if first > last => Some(0),
            Kind::Integer { first, last, interval, .. } => {
                Some(u128::from(last.abs_diff(*first) / interval.unsigned_abs()) + 1)
            }
            Kind::Date(dates) => Some(dates.count(now)),
            Kind::Injected => None,
        }
    }

    /// The value that a query sees, of a text in the path.
    pub(super) fn shown(&self, text: String) -> String {
        match (&self.shown_as, &self.kind) {
            (Some(shown), Kind::Date(dates)) => {
                dates.format.parse(&text).map_or(text, |moment| shown.format(moment))
            }
            _ => text,
        }
    }

    /// The text in the path, of a value that a query sees; none when it is no date.
    pub(super) fn text_of(&self, value: &str) -> Option<String> {
        match (&self.shown_as, &self.kind) {
            (Some(shown), Kind::Date(dates)) => Some(dates.format.format(shown.parse(value)?)),
            _ => Some(value.to_owned()),
        }
    }

    /// Its values in words, for messages.
    pub(super) fn describe(&self, now: i64) -> String {
        match &self.kind {
            Kind::Enum(words) if words.len() <= 12 => format!("one of {}", words.join(", ")),
            Kind::Enum(words) => format!(
                "one of {} words: {}, …",
                words.len(),
                words.iter().take(12).map(String::as_str).collect::<Vec<_>>().join(", ")
            ),
            Kind::Integer { first, last, interval, digits } => {
                let steps = if *interval == 1 { String::new() } else { format!(" in steps of {interval}") };
                format!("{} to {}{steps}", number_text(*first, *digits), number_text(*last, *digits))
            }
            Kind::Date(dates) => {
                let (from, to) = dates.ends(now);
                format!("{} to {}, {dates}", dates.format.format(from), dates.format.format(to))
            }
            Kind::Injected => "any text".to_owned(),
        }
    }
}

/// A number as its projection writes it: the sign counts among the digits, as in Java.
fn number_text(number: i64, digits: usize) -> String {
    format!("{number:0digits$}")
}

impl fmt::Display for Dates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "every {} {} in the format {}", self.interval, self.unit.name(), self.format.pattern())
    }
}

impl Dates {
    /// First and last moment, cut to what the format tells; `now` in milliseconds since 1970.
    fn ends(&self, now: i64) -> (i64, i64) {
        let cut = |bound: &Bound| {
            let moment = bound.at(now);
            self.format.parse(&self.format.format(moment)).unwrap_or(moment)
        };
        (cut(&self.from), cut(&self.to))
    }

    /// Length of a step; none for months and years.
    fn step(&self) -> Option<i64> {
        self.unit.millis()?.checked_mul(self.interval)
    }

    /// The first moment of those that are enumerated from `from` on that is not before `least`. Months and years go
    /// step by step, as Java adds them: from January 31 on, February 29 and then March 29.
    fn first_not_before(&self, from: i64, least: i64) -> Option<i64> {
        if least <= from {
            return Some(from);
        }
        if let Some(step) = self.step() {
            let distance = least - from;
            let steps = distance / step + i64::from(distance % step != 0);
            return plus(from, steps.checked_mul(self.interval)?, self.unit);
        }
        let mut moment = from;
        while moment < least {
            moment = plus(moment, self.interval, self.unit)?;
        }
        Some(moment)
    }

    fn contains(&self, text: &str, now: i64) -> bool {
        let (from, to) = self.ends(now);
        let Some(least) = self.format.parse(text) else {
            return false;
        };
        // Steps may be finer than the format: then several moments have one text.
        self.first_not_before(from, least)
            .is_some_and(|moment| moment <= to && self.format.format(moment) == text)
    }

    /// The moment that is enumerated behind `moment` and has another text.
    fn next(&self, moment: i64) -> Option<i64> {
        let next = plus(moment, self.interval, self.unit)?;
        let cell = self.format.parse(&self.format.format(moment))?;
        let end = plus(cell, 1, self.format.finest())?;
        self.first_not_before(next, end)
    }

    fn count(&self, now: i64) -> u128 {
        let (from, to) = self.ends(now);
        if from > to {
            return 0;
        }
        let cell = self.format.finest().millis();
        let steps = |length: i64| ((to - from) / length) as u128 + 1;
        match (self.step(), cell) {
            (Some(step), Some(cell)) if step >= cell => steps(step),
            // The ends are cut to whole cells, and each of them has a step in it, except that the last one may not.
            (Some(step), Some(cell)) => {
                let last = from + (to - from) / step * step;
                ((last - from) / cell) as u128 + 1
            }
            _ => Texts::Dates { dates: self, next: Some(from), to }.count() as u128,
        }
    }
}

/// The values of a column as the path writes them, computed one by one.
#[derive(Clone, Debug)]
pub(super) enum Texts<'a> {
    Words(std::slice::Iter<'a, String>),
    Numbers { next: Option<i64>, last: i64, interval: i64, digits: usize },
    Dates { dates: &'a Dates, next: Option<i64>, to: i64 },
}

impl Iterator for Texts<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        match self {
            Self::Words(words) => words.next().cloned(),
            Self::Numbers { next, last, interval, digits } => {
                let number = (*next)?;
                *next = number.checked_add(*interval).filter(|number| number <= last);
                Some(number_text(number, *digits))
            }
            Self::Dates { dates, next, to } => {
                let moment = (*next)?;
                *next = dates.next(moment).filter(|moment| *moment <= *to);
                Some(dates.format.format(moment))
            }
        }
    }
}
