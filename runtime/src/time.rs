//! Spellings of time to moments.

use crate::decimal::parse_decimal;
use lakebed_schema::civil::{days_from_civil, is_valid_date};
use lakebed_schema::date_pattern::DatePattern;
use lakebed_schema::{TimeFormat, TimeUnit};

/// A moment: seconds since 1970 (UTC for instants, wall clock otherwise) and nanoseconds within the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) seconds: i64,
    pub(crate) nanos: u32,
}

/// First and last second that is accepted: years 1 to 9999. Beyond them engines disagree, and Firehose wraps.
const SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// Which spellings a column accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TimePlan {
    /// Whether times are moments, rather than what a clock on the wall shows.
    pub(crate) is_instant: bool,
    /// What Firehose's OpenX deserializer accepts: `2026-9-7 1:02:03.5`, `2026-09-07T01:02:03.5Z`, epoch numbers.
    openx: bool,
    /// `2026-09-07T01:02:03` without a zone, as wall-clock types are written.
    local: bool,
    rfc3339: bool,
    seconds: bool,
    millis: bool,
    /// Epoch numbers as Firehose stores them: fractions kept, wrapped at 64 bits of nanoseconds.
    wraps: bool,
    /// Each as written, and parsed.
    patterns: Vec<(String, DatePattern)>,
}

impl TimePlan {
    /// The plan of a timestamp column: its `time(…)`, or the default set of its type.
    pub(crate) fn new(formats: &[TimeFormat], instant: bool, offset: bool) -> Self {
        let mut plan = Self {
            is_instant: instant,
            openx: formats.is_empty(),
            local: formats.is_empty() && !instant,
            rfc3339: formats.is_empty() && offset,
            seconds: formats.is_empty(),
            millis: formats.is_empty(),
            wraps: false,
            patterns: Vec::new(),
        };
        for format in formats {
            match format {
                TimeFormat::Rfc3339 => plan.rfc3339 = true,
                TimeFormat::EpochSeconds => plan.seconds = true,
                TimeFormat::EpochMillis => plan.millis = true,
                // Validation has refused patterns that do not parse.
                TimeFormat::Pattern(text) => {
                    plan.patterns.extend(DatePattern::parse(text).ok().map(|p| (text.clone(), p)))
                }
            }
        }
        plan
    }

    /// What Firehose's OpenX deserializer accepts, and what it makes of it.
    pub(crate) fn firehose() -> Self {
        Self { wraps: true, ..Self::new(&[], true, false) }
    }

    /// What is accepted, for messages.
    pub(crate) fn expected(&self) -> String {
        let mut forms = Vec::new();
        if self.rfc3339 {
            forms.push("ISO 8601 with zone (2026-11-23T08:15:00+01:00)".to_owned());
        }
        if self.openx {
            forms.push("2026-11-23 08:15:00 or 2026-11-23T08:15:00Z (UTC)".to_owned());
        }
        if self.local {
            forms.push("2026-11-23T08:15:00".to_owned());
        }
        match (self.seconds, self.millis) {
            (true, true) => forms.push("epoch seconds or milliseconds".to_owned()),
            (true, false) => forms.push("epoch seconds".to_owned()),
            (false, true) => forms.push("epoch milliseconds".to_owned()),
            (false, false) => {}
        }
        forms.extend(self.patterns.iter().map(|(text, _)| format!("the pattern {text}")));
        format!("a time: {}", forms.join(", "))
    }

    /// Reads a text.
    pub(crate) fn parse_text(&self, text: &[u8]) -> Option<Moment> {
        if let Some(iso) = Iso::parse(text) {
            let padded = iso.padded && iso.fraction_digits <= 9;
            let accepted = match (iso.separator, iso.zone) {
                (b' ', None) => self.openx && iso.fraction_digits <= 9,
                (b'T', Some(Zone::Utc)) if self.openx && padded => true,
                (b'T', None) => self.local && padded,
                (_, Some(_)) => self.rfc3339 && iso.padded,
                (_, None) => false,
            };
            if accepted {
                return in_range(iso.moment());
            }
        }
        if self.wraps {
            return wrapped(text);
        }
        if let Some(number) = parse_digits(text).filter(|_| self.seconds || self.millis) {
            return self.parse_number(number);
        }
        self.parse_pattern(text)
    }

    /// The declared patterns.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = &DatePattern> {
        self.patterns.iter().map(|(_, pattern)| pattern)
    }

    /// Whether epoch numbers are read as Firehose stores them.
    pub(crate) fn wraps(&self) -> bool {
        self.wraps
    }

    /// Whether a text is read as ISO 8601, whatever its seconds are.
    pub(crate) fn is_iso(&self, text: &[u8]) -> bool {
        self.patterns.is_empty() && Iso::parse(text).is_some()
    }

    /// Whether a text is a time only because it is an epoch number in quotes.
    pub(crate) fn is_quoted_number(&self, text: &[u8]) -> bool {
        parse_digits(text).is_some() && self.parse_pattern(text).is_none()
    }

    /// Whether a text is a time with a numeric offset, which Firehose does not take.
    pub(crate) fn has_offset(text: &[u8]) -> bool {
        Iso::parse(text).is_some_and(|iso| matches!(iso.zone, Some(Zone::Offset(_))))
    }

    /// Which of the accepted spellings a text has, for people.
    pub(crate) fn spelling(&self, text: &[u8]) -> String {
        match Iso::parse(text) {
            Some(Iso { zone: Some(Zone::Offset(_)), .. }) if self.rfc3339 => {
                "time with offset, to UTC".into()
            }
            Some(Iso { separator: b'T', zone: Some(Zone::Utc), .. }) => "time in UTC".into(),
            Some(Iso { zone: None, .. }) if self.openx || self.local => "time without zone".into(),
            _ if self.is_quoted_number(text) => "epoch number in quotes".into(),
            _ => {
                let pattern = self.patterns.iter().find(|(_, pattern)| pattern.parse_time(text).is_some());
                pattern.map_or_else(|| "time".into(), |(pattern, _)| format!("time(\"{pattern}\")"))
            }
        }
    }

    fn parse_pattern(&self, text: &[u8]) -> Option<Moment> {
        self.patterns.iter().find_map(|(_, pattern)| {
            let time = pattern.parse_time(text)?;
            in_range(Moment { seconds: time.to_seconds(), nanos: time.nanos })
        })
    }

    /// Reads a number as it is written, if epoch numbers are read as Firehose does.
    pub(crate) fn parse_wrapped(&self, token: &[u8]) -> Option<Moment> {
        if self.wraps { wrapped(token) } else { None }
    }

    /// Reads an integer.
    pub(crate) fn parse_number(&self, number: i64) -> Option<Moment> {
        let millis = match (self.seconds, self.millis) {
            (true, true) => number.unsigned_abs() >= 1_000_000_000_000,
            (false, true) => true,
            (true, false) => false,
            (false, false) => return None,
        };
        in_range(if millis {
            let nanos = u32::try_from(number.rem_euclid(1000)).ok()? * 1_000_000;
            Moment { seconds: number.div_euclid(1000), nanos }
        } else {
            Moment { seconds: number, nanos: 0 }
        })
    }
}

/// An epoch number as Firehose stores it: seconds below 10^12, else milliseconds, wrapped at 64 bits of nanoseconds.
fn wrapped(token: &[u8]) -> Option<Moment> {
    const SCALE: u8 = 9;
    let billionths = parse_decimal(token, 38, SCALE)?.unscaled;
    let nanos = if billionths.unsigned_abs() < 1_000_000_000_000 * 1_000_000_000 {
        billionths
    } else {
        billionths.div_euclid(1_000)
    };
    #[allow(clippy::cast_possible_truncation, reason = "wrapping is what Firehose does")]
    let nanos = nanos as i64;
    let rest = u32::try_from(nanos.rem_euclid(1_000_000_000)).ok()?;
    Some(Moment { seconds: nanos.div_euclid(1_000_000_000), nanos: rest })
}

impl Moment {
    /// In units of the column, floored; true when time was lost.
    pub(crate) fn to_unit(self, unit: TimeUnit) -> Option<(i64, bool)> {
        let (per_second, nanos_each) = match unit {
            TimeUnit::Millis => (1_000, 1_000_000),
            TimeUnit::Micros => (1_000_000, 1_000),
        };
        let value = self.seconds.checked_mul(per_second)?.checked_add(i64::from(self.nanos / nanos_each))?;
        Some((value, !self.nanos.is_multiple_of(nanos_each)))
    }
}

/// Whether a moment pushed by a typed record is within the accepted years.
pub(crate) fn in_range(moment: Moment) -> Option<Moment> {
    SECONDS.contains(&moment.seconds).then_some(moment)
}

/// Reads `yyyy-[M]M-[d]d` as days since 1970.
pub(crate) fn parse_date(text: &[u8]) -> Option<i32> {
    let mut cursor = Cursor { text, padded: true };
    let days = cursor.date()?;
    cursor.text.is_empty().then(|| i32::try_from(days).ok())?
}

/// An optional sign and digits, within 64 bits.
pub(crate) fn parse_digits(text: &[u8]) -> Option<i64> {
    let negative = text.first() == Some(&b'-');
    let digits = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    if digits.is_empty() {
        return None;
    }
    // Negative numbers reach one further, so the sum is kept below zero.
    let mut sum: i64 = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        sum = sum.checked_mul(10)?.checked_sub(i64::from(digit - b'0'))?;
    }
    if negative { Some(sum) } else { sum.checked_neg() }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Zone {
    Utc,
    Offset(i32),
}

/// An ISO 8601 text, read as widely as any of the accepted spellings allows.
#[derive(Debug)]
struct Iso {
    seconds: i64,
    nanos: u32,
    fraction_digits: usize,
    separator: u8,
    zone: Option<Zone>,
    /// Whether months, days, hours, minutes and seconds have two digits each.
    padded: bool,
}

impl Iso {
    fn parse(text: &[u8]) -> Option<Self> {
        let mut cursor = Cursor { text, padded: true };
        let days = cursor.date()?;
        let separator = cursor.take()?.to_ascii_uppercase();
        if separator != b'T' && separator != b' ' {
            return None;
        }
        let hour = cursor.number(1, 2)?;
        cursor.expect(b':')?;
        let minute = cursor.number(1, 2)?;
        cursor.expect(b':')?;
        let second = cursor.number(1, 2)?;
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let (nanos, fraction_digits) = cursor.fraction()?;
        let zone = cursor.zone()?;
        let seconds = days * 86_400 + i64::from(hour * 3600 + minute * 60 + second);
        Some(Self { seconds, nanos, fraction_digits, separator, zone, padded: cursor.padded })
    }

    fn moment(&self) -> Moment {
        let offset = match self.zone {
            Some(Zone::Offset(seconds)) => seconds,
            Some(Zone::Utc) | None => 0,
        };
        Moment { seconds: self.seconds - i64::from(offset), nanos: self.nanos }
    }
}

struct Cursor<'a> {
    text: &'a [u8],
    padded: bool,
}

impl Cursor<'_> {
    fn take(&mut self) -> Option<u8> {
        let (&first, rest) = self.text.split_first()?;
        self.text = rest;
        Some(first)
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.take()? == byte).then_some(())
    }

    fn number(&mut self, min: usize, max: usize) -> Option<u32> {
        let digits = self.text.iter().take(max).take_while(|b| b.is_ascii_digit()).count();
        if digits < min {
            return None;
        }
        self.padded &= digits == max;
        let (digits, rest) = self.text.split_at(digits);
        self.text = rest;
        Some(digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
    }

    fn date(&mut self) -> Option<i64> {
        let year = i64::from(self.number(4, 4)?);
        self.expect(b'-')?;
        let month = u8::try_from(self.number(1, 2)?).ok()?;
        self.expect(b'-')?;
        let day = u8::try_from(self.number(1, 2)?).ok()?;
        is_valid_date(year, month, day).then(|| days_from_civil(year, month, day))
    }

    fn fraction(&mut self) -> Option<(u32, usize)> {
        if self.text.first() != Some(&b'.') {
            return Some((0, 0));
        }
        self.take();
        let digits = self.text.iter().take_while(|b| b.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        let (fraction, rest) = self.text.split_at(digits);
        self.text = rest;
        let nanos = fraction
            .iter()
            .chain(std::iter::repeat(&b'0'))
            .take(9)
            .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        Some((nanos, digits))
    }

    /// The zone at the end; the outer `None` means trailing text.
    fn zone(&mut self) -> Option<Option<Zone>> {
        match self.text {
            [] => Some(None),
            [b'Z' | b'z'] => Some(Some(Zone::Utc)),
            [sign @ (b'+' | b'-'), ..] => {
                let sign = if *sign == b'-' { -1 } else { 1 };
                self.take();
                let padded = self.padded;
                let hour = i32::try_from(self.number(2, 2)?).ok()?;
                self.expect(b':')?;
                let minute = i32::try_from(self.number(2, 2)?).ok()?;
                self.padded = padded;
                (hour < 24 && minute < 60 && self.text.is_empty())
                    .then_some(Some(Zone::Offset(sign * (hour * 3600 + minute * 60))))
            }
            _ => None,
        }
    }
}
