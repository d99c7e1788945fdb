//! Moments as a column's spellings of time.

use super::random::Random;
use crate::civil::Civil;
use crate::date_pattern::{DatePattern, ParsedTime};
use crate::table::TimeFormat;
use std::fmt::Write as _;

/// One way in which a column writes time.
#[derive(Clone, Debug)]
pub(super) enum Spelling {
    /// `2026-11-23T08:15:00Z`
    Utc,
    /// `2026-11-23T08:15:00`
    WithoutZone,
    /// `2026-11-23T09:15:00+01:00`
    Offset,
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    Millis,
    /// A pattern.
    Pattern(DatePattern),
    /// `2026-11-23`
    Day,
}

/// From here on a number is taken for milliseconds, where a column takes both.
const MILLIS_FROM: i64 = 1_000_000_000_000;
/// Offset of the spellings that have one, in seconds.
const OFFSET: i32 = 3600;
/// Seconds whose wall clock has a year of four digits in any offset.
const SAFE_SECONDS: std::ops::Range<i64> = -62_135_500_000..253_402_200_000;
/// A time to try a pattern with: any would do.
const PROBE: ParsedTime = ParsedTime { civil: Civil::from_days(20_000), nanos: 0, offset: None };

/// Spellings of a timestamp column: those declared, else the one its Rust type writes.
pub(super) fn of_timestamp(formats: &[TimeFormat], instant: bool, offset: bool) -> Vec<Spelling> {
    match (formats, instant, offset) {
        ([], true, true) => vec![Spelling::Utc, Spelling::Offset],
        ([], true, false) => vec![Spelling::Utc],
        ([], false, _) => vec![Spelling::WithoutZone],
        (formats, _, _) => declared(formats),
    }
}

/// Spellings of a date column.
pub(super) fn of_date(formats: &[TimeFormat]) -> Vec<Spelling> {
    if formats.is_empty() { vec![Spelling::Day] } else { declared(formats) }
}

fn declared(formats: &[TimeFormat]) -> Vec<Spelling> {
    let epoch =
        formats.iter().any(|format| matches!(format, TimeFormat::EpochSeconds | TimeFormat::EpochMillis));
    let mut spellings = Vec::new();
    for format in formats {
        match format {
            TimeFormat::Rfc3339 => spellings.extend([Spelling::Utc, Spelling::Offset]),
            TimeFormat::EpochSeconds => spellings.push(Spelling::Seconds),
            TimeFormat::EpochMillis => spellings.push(Spelling::Millis),
            // Validation has refused patterns that do not parse.
            TimeFormat::Pattern(pattern) => spellings.extend(
                DatePattern::parse(pattern)
                    .ok()
                    .filter(|pattern| !(epoch && is_all_digits(pattern)))
                    .map(Spelling::Pattern),
            ),
        }
    }
    spellings
}

/// Whether its texts would be read as epoch numbers in quotes.
fn is_all_digits(pattern: &DatePattern) -> bool {
    let mut text = String::new();
    pattern.format_time(&mut text, &PROBE);
    text.trim_start_matches(['+', '-']).bytes().all(|byte| byte.is_ascii_digit())
}

/// Appends a moment, in microseconds since 1970, in one of the spellings; or in the canonical one, without what that
/// spelling would have dropped of it.
pub(super) fn write(
    spellings: &[Spelling],
    canonical: Option<&Spelling>,
    micros: i64,
    random: &mut Random,
    out: &mut String,
) {
    let both = || spellings.iter().any(|other| matches!(other, Spelling::Seconds));
    let spelling = match random.choose(spellings) {
        Some(Spelling::Offset) if !may_shift(micros) => &Spelling::Utc,
        Some(Spelling::Millis) if both() && micros.div_euclid(1000).abs() < MILLIS_FROM => &Spelling::Seconds,
        Some(spelling) => spelling,
        None => &Spelling::Utc,
    };
    match canonical {
        Some(canonical) => spell(canonical, kept(spelling, micros), random, out),
        None => spell(spelling, micros, random, out),
    }
}

/// Whether the wall clock of a moment has a year of four digits in any offset.
fn may_shift(micros: i64) -> bool {
    SAFE_SECONDS.contains(&micros.div_euclid(1_000_000))
}

/// What a spelling keeps of a moment.
fn kept(spelling: &Spelling, micros: i64) -> i64 {
    let unit = match spelling {
        Spelling::Utc | Spelling::WithoutZone | Spelling::Offset => 1,
        Spelling::Millis => 1_000,
        Spelling::Seconds => 1_000_000,
        Spelling::Day => 86_400_000_000,
        Spelling::Pattern(pattern) => {
            let digits =
                |letter| pattern.fields().find(|(other, _)| *other == letter).map(|(_, count)| count);
            match (digits('S'), digits('s'), digits('m'), digits('H')) {
                // More than six digits keep all there is.
                (Some(count), ..) => 10_i64.pow(u32::try_from(6_usize.saturating_sub(count)).unwrap_or(0)),
                (None, Some(_), ..) => 1_000_000,
                (None, None, Some(_), _) => 60_000_000,
                (None, None, None, Some(_)) => 3_600_000_000,
                (None, None, None, None) => 86_400_000_000,
            }
        }
    };
    micros.div_euclid(unit) * unit
}

fn spell(spelling: &Spelling, micros: i64, random: &mut Random, out: &mut String) {
    let seconds = micros.div_euclid(1_000_000);
    let nanos = u32::try_from(micros.rem_euclid(1_000_000)).unwrap_or_default() * 1000;
    let shifted = |offset: i32| ParsedTime {
        civil: Civil::from_seconds(seconds + i64::from(offset)),
        nanos,
        offset: Some(offset),
    };
    // Writing to a `String` cannot fail.
    let _ = match spelling {
        Spelling::Seconds => write!(out, "{seconds}"),
        Spelling::Millis => write!(out, "{}", micros.div_euclid(1000)),
        Spelling::Utc => write_iso(out, &shifted(0), "Z"),
        Spelling::WithoutZone => write_iso(out, &shifted(0), ""),
        Spelling::Offset => write_iso(out, &shifted(OFFSET), "+01:00"),
        Spelling::Day => {
            let Civil { year, month, day, .. } = Civil::from_seconds(seconds);
            write!(out, "\"{year:04}-{month:02}-{day:02}\"")
        }
        Spelling::Pattern(pattern) => {
            // A shift moves what a pattern of whole days drops.
            let zoned = pattern.fields().any(|(letter, _)| matches!(letter, 'X' | 'x' | 'Z'))
                && pattern.fields().any(|(letter, _)| letter == 'H');
            let offset = if zoned && may_shift(micros) && random.below(2) == 0 { OFFSET } else { 0 };
            let mut text = String::new();
            pattern.format_time(&mut text, &shifted(offset));
            out.push_str(&super::compile::quoted(&text));
            Ok(())
        }
    };
}

/// ISO 8601 in quotes, with as many digits of the second as it needs: none, three or six.
fn write_iso(out: &mut String, time: &ParsedTime, zone: &str) -> std::fmt::Result {
    let Civil { year, month, day, hour, minute, second } = time.civil;
    write!(out, "\"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
    match time.nanos {
        0 => {}
        nanos if nanos.is_multiple_of(1_000_000) => write!(out, ".{:03}", nanos / 1_000_000)?,
        nanos => write!(out, ".{:06}", nanos / 1000)?,
    }
    write!(out, "{zone}\"")
}
