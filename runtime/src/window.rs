//! The window of event time that a run accepts, relative to arrival.

use lakebed_schema::civil::Civil;
use std::fmt;
use std::str::FromStr;

/// How long before and after its arrival an event may have happened: `-7d..+1h`, `-7d..`, `..+1h`. Both ends belong to
/// the window.
///
/// ```
/// use lakebed::EventWindow;
///
/// let window: EventWindow = "-7d..+1h".parse()?;
/// assert_eq!((window.from, window.to), (Some(-604_800_000), Some(3_600_000)));
/// assert_eq!(window.to_string(), "-7d..+1h");
/// # Ok::<(), lakebed::WindowError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventWindow {
    /// Earliest accepted time, in milliseconds from the arrival on; any when absent.
    pub from: Option<i64>,
    /// Latest accepted time, in milliseconds from the arrival on; any when absent.
    pub to: Option<i64>,
}

/// On which side of a window a time lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Before,
    Within,
    After,
}

/// Units of a window and their milliseconds, longest first.
const UNITS: [(char, i64); 5] =
    [('w', 604_800_000), ('d', 86_400_000), ('h', 3_600_000), ('m', 60_000), ('s', 1_000)];

impl EventWindow {
    /// Where an event stands that took from `first` to `last`, both in milliseconds since 1970. A date takes a whole
    /// day: it is within when any moment of it is.
    pub(crate) fn side(&self, arrival: i64, first: i64, last: i64) -> Side {
        if self.from.is_some_and(|from| last < arrival.saturating_add(from)) {
            Side::Before
        } else if self.to.is_some_and(|to| first > arrival.saturating_add(to)) {
            Side::After
        } else {
            Side::Within
        }
    }
}

/// Why a text is no window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowError(String);

impl fmt::Display for WindowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WindowError {}

impl FromStr for EventWindow {
    type Err = WindowError;

    fn from_str(text: &str) -> Result<Self, WindowError> {
        let wrong = |why: String| WindowError(format!("{why}; write it like -7d..+1h, -7d.. or ..+1h"));
        let (from, to) = text
            .split_once("..")
            .ok_or_else(|| wrong("a window has `..` between its two ends".to_owned()))?;
        let window = Self {
            from: bound(from.trim()).map_err(|why| wrong(format!("the earliest time: {why}")))?,
            to: bound(to.trim()).map_err(|why| wrong(format!("the latest time: {why}")))?,
        };
        match (window.from, window.to) {
            (None, None) => Err(wrong("a window without any end accepts everything".to_owned())),
            (Some(from), Some(to)) if from > to => {
                Err(wrong("the earliest time lies behind the latest".to_owned()))
            }
            _ => Ok(window),
        }
    }
}

/// One end of a window in milliseconds; none for an empty text.
fn bound(text: &str) -> Result<Option<i64>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (number, unit) = match rest.char_indices().next_back() {
        Some((at, letter)) if !letter.is_ascii_digit() => (rest.get(..at).unwrap_or_default(), Some(letter)),
        _ => (rest, None),
    };
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("expected a sign, a whole number and a unit of s, m, h, d or w, found `{text}`"));
    }
    let too_long = || format!("`{text}` is longer than any time between two events");
    let number: i64 = number.parse().map_err(|_| too_long())?;
    let unit = match unit {
        None if number == 0 => 1,
        None => return Err(format!("`{text}` has no unit: s, m, h, d or w")),
        Some(letter) => UNITS
            .iter()
            .find_map(|(unit, millis)| (*unit == letter).then_some(*millis))
            .ok_or_else(|| format!("`{letter}` in `{text}` is no unit: s, m, h, d or w"))?,
    };
    if number != 0 && text == rest {
        return Err(format!("`{text}` has no sign: -{text} is before the arrival, +{text} after it"));
    }
    // Ten thousand years: farther than any two times that a table can hold are apart.
    let millis = number.checked_mul(unit).filter(|&millis| millis <= 315_576_000_000_000);
    millis.map(|millis| Some(sign * millis)).ok_or_else(too_long)
}

impl fmt::Display for EventWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |f: &mut fmt::Formatter<'_>, millis: Option<i64>| match millis {
            None => Ok(()),
            Some(0) => f.write_str("0"),
            Some(millis) => {
                let sign = if millis < 0 { '-' } else { '+' };
                let fits = UNITS.iter().find(|(unit, size)| *unit != 'w' && millis % size == 0);
                match fits {
                    Some((unit, size)) => write!(f, "{sign}{}{unit}", (millis / size).abs()),
                    None => write!(f, "{sign}{}ms", millis.abs()),
                }
            }
        };
        end(f, self.from)?;
        f.write_str("..")?;
        end(f, self.to)
    }
}

/// A moment as `2026-11-23T08:15:30Z`, with milliseconds where there are any.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Utc {
    pub(crate) millis: i64,
}

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { year, month, day, hour, minute, second } =
            Civil::from_seconds(self.millis.div_euclid(1000));
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        match self.millis.rem_euclid(1000) {
            0 => f.write_str("Z"),
            millis => write!(f, ".{millis:03}Z"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(Option<i64>, Option<i64>), String> {
        text.parse().map(|window: EventWindow| (window.from, window.to)).map_err(|e| e.to_string())
    }

    #[test]
    fn windows_have_two_ends_or_one() {
        assert_eq!(read("-7d..+1h"), Ok((Some(-604_800_000), Some(3_600_000))));
        assert_eq!(read(" -2w .. -30s "), Ok((Some(-1_209_600_000), Some(-30_000))));
        assert_eq!(read("-5m.."), Ok((Some(-300_000), None)));
        assert_eq!(read("..+1h"), Ok((None, Some(3_600_000))));
        assert_eq!(read("0..0"), Ok((Some(0), Some(0))));
        assert_eq!(read("-0s..+0h"), Ok((Some(0), Some(0))));
        assert_eq!(read("-1h..-1h"), Ok((Some(-3_600_000), Some(-3_600_000))));
    }

    #[test]
    fn what_is_no_window_says_why() {
        for (text, reason) in [
            ("", "between its two ends"),
            ("-7d", "between its two ends"),
            ("..", "accepts everything"),
            ("+1h..-7d", "lies behind"),
            ("7d..+1h", "`7d` has no sign"),
            ("-7..+1h", "`-7` has no unit"),
            ("-7x..", "`x` in `-7x` is no unit"),
            ("-7dd..", "whole number"),
            ("--7d..", "whole number"),
            ("-d..", "whole number"),
            ("-1.5d..", "whole number"),
            ("-7d...+1h", "whole number"),
            ("-7d..+1h..", "whole number"),
            ("-99999999999999999999d..", "longer than any"),
            ("-9999999999w..", "longer than any"),
            ("-1µ..", "is no unit"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(reason) && error.contains("write it like"), "{text}: {error}");
        }
    }

    #[test]
    fn a_window_is_written_as_it_is_read() {
        for text in ["-7d..+1h", "-90m..", "..0", "0..+1s", "-36h..-1h"] {
            assert_eq!(text.parse::<EventWindow>().unwrap().to_string(), text);
        }
        assert_eq!("-2w..".parse::<EventWindow>().unwrap().to_string(), "-14d..");
    }

    #[test]
    fn both_ends_belong_to_the_window() {
        let window: EventWindow = "-1h..+1m".parse().unwrap();
        let arrival = 1_795_421_730_000;
        let side = |time| window.side(arrival, time, time);
        assert_eq!(side(arrival - 3_600_001), Side::Before);
        assert_eq!(side(arrival - 3_600_000), Side::Within);
        assert_eq!(side(arrival), Side::Within);
        assert_eq!(side(arrival + 60_000), Side::Within);
        assert_eq!(side(arrival + 60_001), Side::After);
        assert_eq!(window.side(i64::MAX, i64::MAX, i64::MAX), Side::Within);
        assert_eq!(window.side(i64::MIN, i64::MAX, i64::MAX), Side::After);
    }

    #[test]
    fn moments_in_words() {
        assert_eq!(Utc { millis: 1_795_421_730_000 }.to_string(), "2026-11-23T08:15:30Z");
        assert_eq!(Utc { millis: -1 }.to_string(), "1969-12-31T23:59:59.999Z");
    }
}
