//! Date formats of projections: Java patterns that can be both written and read back.

#[cfg(test)]
mod tests;

use super::interval::{LAST_MOMENT, Unit};
use crate::civil::{Civil, days_from_civil, days_in_month, is_leap_year};
use crate::date_pattern::{DatePattern, PatternItem};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// From the first day of 1970 on.
const WEEKDAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
const HALVES: [&str; 2] = ["AM", "PM"];

/// A Java pattern whose texts Java can read back as a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DateFormat {
    pattern: String,
    items: Vec<PatternItem>,
    finest: Unit,
}

/// What is wrong with a format, and what to write instead.
pub(super) type FormatProblem = (String, &'static str);

impl DateFormat {
    /// Reads a pattern: letters `y u M L d D H k h K a m s S E`.
    pub(super) fn new(pattern: &str) -> Result<Self, FormatProblem> {
        let parsed = DatePattern::parse(pattern).map_err(|error| {
            (format!("`{pattern}`: {error}"), "write a Java date pattern such as yyyy-MM-dd")
        })?;
        let mut letters = String::new();
        for (letter, count) in parsed.fields() {
            check_field(letter, count).map_err(|(problem, fix)| (format!("`{pattern}`: {problem}"), fix))?;
            letters.push(letter);
        }
        let finest = finest(&letters).map_err(|(problem, fix)| (format!("`{pattern}` {problem}"), fix))?;
        Ok(Self { pattern: pattern.to_owned(), items: parsed.items, finest })
    }

    /// As written.
    pub(super) fn pattern(&self) -> &str {
        &self.pattern
    }

    /// The finest unit that texts tell apart: months, days or shorter.
    pub(super) fn finest(&self) -> Unit {
        self.finest
    }

    /// The text of a moment, in milliseconds since 1970, UTC.
    pub(super) fn format(&self, moment: i64) -> String {
        let civil = Civil::from_seconds(moment.div_euclid(1_000));
        let mut text = String::new();
        for item in &self.items {
            match item {
                PatternItem::Literal(literal) => text.push_str(literal),
                PatternItem::Field { letter, count } => match name_of(*letter, *count, moment, &civil) {
                    Some(name) => text.push_str(name),
                    None => {
                        let number = number_of(*letter, *count, moment, &civil);
                        text.push_str(&format!("{number:0count$}", count = *count));
                    }
                },
            }
        }
        text
    }

    /// The moment that a text begins with, in milliseconds since 1970, UTC. As in Java, a number may have more digits
    /// than letters where no other number follows, and a day that its month does not have is the last one that it
    /// has.
    pub(super) fn parse(&self, text: &str) -> Option<i64> {
        let mut read = Read::default();
        let mut rest = text;
        for (i, item) in self.items.iter().enumerate() {
            match item {
                PatternItem::Literal(literal) => rest = rest.strip_prefix(literal.as_str())?,
                PatternItem::Field { letter, count } => {
                    let value = match names(*letter, *count) {
                        Some((names, length)) => read_name(&mut rest, names, length)?,
                        None => {
                            let (min, max) = width(*letter, *count);
                            let reserved = if min == max { 0 } else { self.reserved(i + 1) };
                            read_number(&mut rest, min, max, reserved)?
                        }
                    };
                    read.set(*letter, *count, value)?;
                }
            }
        }
        if rest.is_empty() { read.moment() } else { None }
    }

    /// Digits that the numbers right behind an item need for themselves.
    fn reserved(&self, next: usize) -> usize {
        let numbers = self.items.iter().skip(next).map_while(|item| match item {
            PatternItem::Field { letter, count } if names(*letter, *count).is_none() => {
                let (min, max) = width(*letter, *count);
                (min == max).then_some(min)
            }
            PatternItem::Field { .. } | PatternItem::Literal(_) => None,
        });
        numbers.sum()
    }
}

/// Whether a letter can be used at all.
fn check_field(letter: char, count: usize) -> Result<(), FormatProblem> {
    let most = match letter {
        'y' | 'u' => 19,
        'M' | 'L' | 'E' => 4,
        'd' | 'H' | 'k' | 'h' | 'K' | 'm' | 's' => 2,
        'D' => 3,
        'S' => 9,
        'a' => 1,
        'Y' => return Err(("`Y` is the year that a week belongs to".into(), "write yyyy")),
        'w' | 'W' | 'e' | 'c' | 'F' => {
            return Err((
                format!(
                    "`{letter}` counts weeks, which differ from country to country and give no date back"
                ),
                "write yyyy-MM-dd with interval.unit WEEKS",
            ));
        }
        'Q' | 'q' => {
            return Err((
                format!("`{letter}` is the quarter, which gives no date back"),
                "write yyyy-MM with interval 3 and interval.unit MONTHS",
            ));
        }
        'A' | 'n' | 'N' => {
            return Err((
                format!("`{letter}` is no part of a time of day that is understood here"),
                "write HH, mm, ss or SSS",
            ));
        }
        'V' | 'z' | 'O' | 'X' | 'x' | 'Z' => {
            return Err((
                format!("`{letter}` is a time zone, and projected dates have none"),
                "leave it out; NOW is UTC",
            ));
        }
        _ => {
            return Err((
                format!("`{letter}` is not understood here"),
                "write the date with yyyy, MM, dd, HH, mm and ss",
            ));
        }
    };
    // Fewer digits than three would cut time finer than any unit of an interval.
    if count <= most && (letter != 'S' || count >= 3) {
        return Ok(());
    }
    Err((format!("`{letter}` stands there {count} times"), "write yyyy, MM, dd, HH, mm, ss or SSS"))
}

/// The finest unit of a pattern with these letters, when they make a date.
fn finest(letters: &str) -> Result<Unit, FormatProblem> {
    let has = |any: &str| letters.contains(|c| any.contains(c));
    if !has("yu") {
        return Err((
            "has no year, so its texts are no dates".into(),
            "begin with yyyy, or use type integer or enum",
        ));
    }
    if has("m") && !has("MLDHhKk") {
        return Err(("has minutes, `m`, and no month".into(), "write MM"));
    }
    if !has("MLD") {
        return Err((
            "has a year without a month, which Java does not read back as a date".into(),
            "use type integer with a range such as 2026,2035 and digits 4",
        ));
    }
    if has("d") && !has("ML") {
        return Err(("has a day without a month".into(), "write MM as well"));
    }
    if has("hK") != has("a") {
        return Err((
            "has the hour of half a day without its half `a`, or the half alone".into(),
            "write HH, the hour of the day",
        ));
    }
    let units = [
        ("MLD", Unit::Months, "month"),
        ("dD", Unit::Days, "day"),
        ("HkhK", Unit::Hours, "hour"),
        ("m", Unit::Minutes, "minute"),
        ("s", Unit::Seconds, "second"),
        ("S", Unit::Milliseconds, "fraction of a second"),
    ];
    let mut finest = Unit::Months;
    let mut missing = None;
    for (any, unit, name) in units {
        match missing {
            None if has(any) => finest = unit,
            None => missing = Some(name),
            Some(missing) if has(any) => {
                return Err((
                    format!("has the {name} without the {missing}, which Java does not read back"),
                    "leave no part out between the year and the finest one",
                ));
            }
            Some(_) => {}
        }
    }
    Ok(finest)
}

/// The names that a letter writes, and how much of each.
fn names(letter: char, count: usize) -> Option<(&'static [&'static str], usize)> {
    let length = if count == 4 { usize::MAX } else { 3 };
    match letter {
        'M' | 'L' if count >= 3 => Some((&MONTHS, length)),
        'E' => Some((&WEEKDAYS, length)),
        'a' => Some((&HALVES, 2)),
        _ => None,
    }
}

/// A name, or its first bytes: all of them are ASCII.
fn short(name: &str, length: usize) -> &str {
    name.get(..length).unwrap_or(name)
}

fn name_of(letter: char, count: usize, moment: i64, civil: &Civil) -> Option<&'static str> {
    let (names, length) = names(letter, count)?;
    let index = match letter {
        'E' => usize::try_from(moment.div_euclid(86_400_000).rem_euclid(7)).ok()?,
        'a' => usize::from(civil.hour / 12),
        _ => usize::from(civil.month) - 1,
    };
    names.get(index).map(|name| short(name, length))
}

/// Fewest and most digits of a number.
fn width(letter: char, count: usize) -> (usize, usize) {
    match (letter, count) {
        ('y' | 'u', 2) => (2, 2),
        ('D', 2) => (2, 3),
        ('y' | 'u', _) | (_, 1) if letter != 'S' => (count, 19),
        _ => (count, count),
    }
}

fn number_of(letter: char, count: usize, moment: i64, civil: &Civil) -> i64 {
    match letter {
        'y' | 'u' if count == 2 => civil.year.rem_euclid(100),
        'y' | 'u' => civil.year,
        'M' | 'L' => civil.month.into(),
        'd' => civil.day.into(),
        'D' => days_from_civil(civil.year, civil.month, civil.day) - days_from_civil(civil.year, 1, 1) + 1,
        'H' => civil.hour.into(),
        'k' if civil.hour == 0 => 24,
        'k' => civil.hour.into(),
        'h' if civil.hour.is_multiple_of(12) => 12,
        'h' | 'K' => (civil.hour % 12).into(),
        'm' => civil.minute.into(),
        's' => civil.second.into(),
        _ => fraction(moment.rem_euclid(1_000), count),
    }
}

/// So many digits of a fraction, from its thousandths.
fn fraction(millis: i64, count: usize) -> i64 {
    let nanos = millis * 1_000_000;
    let cut = u32::try_from(9_usize.saturating_sub(count)).unwrap_or(0);
    nanos / 10_i64.pow(cut)
}

fn read_name(rest: &mut &str, names: &[&str], length: usize) -> Option<i64> {
    let named = |(index, name): (i64, &&str)| Some((index, rest.strip_prefix(short(name, length))?));
    let (index, behind) = (0_i64..).zip(names).find_map(named)?;
    *rest = behind;
    Some(index)
}

fn read_number(rest: &mut &str, min: usize, max: usize, reserved: usize) -> Option<i64> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let length = digits.saturating_sub(reserved).min(max);
    if length < min {
        return None;
    }
    let (digits, behind) = rest.split_at_checked(length)?;
    let number = digits.parse().ok()?;
    *rest = behind;
    Some(number)
}

/// Parts of a date as they were read.
#[derive(Default)]
struct Read {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    hour: Option<i64>,
    half: Option<i64>,
    hour_of_half: Option<i64>,
    minute: Option<i64>,
    second: Option<i64>,
    millis: Option<i64>,
    weekday: Option<i64>,
}

impl Read {
    /// Takes a part; none when there is no such part or it was another one before.
    fn set(&mut self, letter: char, count: usize, value: i64) -> Option<()> {
        let (part, value, range) = match letter {
            'k' if value > 24 => return None,
            'h' if value > 12 => return None,
            'y' | 'u' if count == 2 => (&mut self.year, 2_000 + value, 1..=9_999),
            'y' | 'u' => (&mut self.year, value, 1..=9_999),
            'M' | 'L' if count >= 3 => (&mut self.month, value + 1, 1..=12),
            'M' | 'L' => (&mut self.month, value, 1..=12),
            'd' => (&mut self.day, value, 1..=31),
            'D' => (&mut self.day_of_year, value, 1..=366),
            'H' => (&mut self.hour, value, 0..=23),
            // The last one stands for 0, and Java takes a 0 too.
            'k' => (&mut self.hour, value % 24, 0..=23),
            'h' => (&mut self.hour_of_half, value % 12, 0..=11),
            'K' => (&mut self.hour_of_half, value, 0..=11),
            'a' => (&mut self.half, value, 0..=1),
            'm' => (&mut self.minute, value, 0..=59),
            's' => (&mut self.second, value, 0..=59),
            'S' => {
                let digits = u32::try_from(count).ok()?;
                let millis = (i128::from(value) * 1_000 / 10_i128.pow(digits)) as i64;
                (&mut self.millis, millis, 0..=999)
            }
            _ => (&mut self.weekday, value, 0..=6),
        };
        if !range.contains(&value) || part.is_some_and(|earlier| earlier != value) {
            return None;
        }
        *part = Some(value);
        Some(())
    }

    fn moment(&self) -> Option<i64> {
        let year = self.year?;
        let day = match self.day_of_year {
            Some(day) if day <= if is_leap_year(year) { 366 } else { 365 } => {
                days_from_civil(year, 1, 1) + day - 1
            }
            Some(_) => return None,
            None => {
                let month = u8::try_from(self.month.unwrap_or(1)).ok()?;
                let day = u8::try_from(self.day.unwrap_or(1)).ok()?;
                days_from_civil(year, month, day.min(days_in_month(year, month)))
            }
        };
        let civil = Civil::from_days(day);
        let agrees = self.month.is_none_or(|month| month == i64::from(civil.month))
            && self.weekday.is_none_or(|weekday| weekday == day.rem_euclid(7))
            && (self.day_of_year.is_none() || self.day.is_none_or(|day| day == i64::from(civil.day)));
        if !agrees {
            return None;
        }
        let half_day = self.half.zip(self.hour_of_half).map(|(half, hour)| half * 12 + hour);
        if self.hour.zip(half_day).is_some_and(|(hour, other)| hour != other) {
            return None;
        }
        let hour = self.hour.or(half_day).unwrap_or(0);
        let seconds = day * 86_400 + hour * 3_600 + self.minute.unwrap_or(0) * 60 + self.second.unwrap_or(0);
        Some(seconds * 1_000 + self.millis.unwrap_or(0)).filter(|moment| *moment <= LAST_MOMENT)
    }
}
