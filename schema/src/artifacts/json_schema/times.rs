//! Spellings of time as patterns, and epoch numbers as ranges.

use super::forms::{Forms, members};
use super::numbers::{integers, whole};
use crate::date_pattern::{DatePattern, PatternItem};
use crate::json::Json;
use crate::table::TimeFormat;

/// First and last second of the years 1 to 9999.
const SECONDS: (i64, i64) = (-62_135_596_800, 253_402_300_799);
/// Numbers from here on are milliseconds where a column takes both.
const FIRST_MILLISECOND: i64 = 1_000_000_000_000;

const YEAR: &str = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)";
const MONTH: &str = "(?:0[1-9]|1[0-2])";
const DAY: &str = "(?:0[1-9]|[12][0-9]|3[01])";
const HOUR: &str = "(?:[01][0-9]|2[0-3])";
const MINUTE: &str = "[0-5][0-9]";
/// The same with one digit or two.
const SHORT_MONTH: &str = "(?:0?[1-9]|1[0-2])";
const SHORT_DAY: &str = "(?:0?[1-9]|[12][0-9]|3[01])";
const SHORT_HOUR: &str = "(?:[01]?[0-9]|2[0-3])";
const SHORT_MINUTE: &str = "[0-5]?[0-9]";

/// `2026-9-7`
pub(super) fn date() -> Forms {
    Forms::pattern(whole(&format!("{YEAR}-{SHORT_MONTH}-{SHORT_DAY}")))
}

/// What a column of times takes: the declared spellings, or the default set of its type.
pub(super) fn moment(formats: &[TimeFormat], instant: bool, offset: bool) -> Forms {
    let default = formats.is_empty();
    let has = |format: &TimeFormat| formats.contains(format);
    let rfc3339 = if default { offset } else { has(&TimeFormat::Rfc3339) };
    let ranges = ranges(default || has(&TimeFormat::EpochSeconds), default || has(&TimeFormat::EpochMillis));

    let mut texts = Vec::new();
    let start = format!("{YEAR}-{MONTH}-{DAY}");
    let time = format!("{HOUR}:{MINUTE}:{MINUTE}");
    if rfc3339 {
        let zone = format!("(?:[Zz]|[+-]{HOUR}:{MINUTE})");
        texts.push(format!(r"{start}[Tt ]{time}(?:\.[0-9]+)?{zone}"));
    } else if default {
        texts.push(format!(r"{start}[Tt]{time}(?:\.[0-9]{{1,9}})?[Zz]"));
    }
    if default {
        let short_time = format!("{SHORT_HOUR}:{SHORT_MINUTE}:{SHORT_MINUTE}");
        texts.push(format!(r"{YEAR}-{SHORT_MONTH}-{SHORT_DAY} {short_time}(?:\.[0-9]{{1,9}})?"));
        if !instant {
            texts.push(format!(r"{start}[Tt]{time}(?:\.[0-9]{{1,9}})?"));
        }
    }
    for format in formats {
        if let TimeFormat::Pattern(text) = format
            && let Ok(pattern) = DatePattern::parse(text)
            // A text of digits is an epoch number wherever the column takes those.
            && (ranges.is_empty() || !is_number(&pattern))
        {
            texts.push(pattern_text(&pattern));
        }
    }
    if !ranges.is_empty() {
        texts.push(integers(&ranges));
    }
    let mut forms = Forms::pattern(whole(&texts.join("|")));
    let mut numbers = ranges
        .iter()
        .map(|&(low, high)| members([("minimum", Json::Int(low)), ("maximum", Json::Int(high))]));
    forms.number = numbers.next().map(|range| ("integer", range));
    forms.also = numbers
        .map(|range| {
            Json::Object(members([("type", Json::from("integer"))]).into_iter().chain(range).collect())
        })
        .collect();
    forms
}

/// Epoch numbers that are times of the years 1 to 9999.
fn ranges(seconds: bool, millis: bool) -> Vec<(i64, i64)> {
    let as_millis = (SECONDS.0 * 1000, SECONDS.1 * 1000 + 999);
    match (seconds, millis) {
        (true, true) => vec![SECONDS, (as_millis.0, -FIRST_MILLISECOND), (FIRST_MILLISECOND, as_millis.1)],
        (true, false) => vec![SECONDS],
        (false, true) => vec![as_millis],
        (false, false) => Vec::new(),
    }
}

/// Whether every text of a pattern reads as a whole number.
fn is_number(pattern: &DatePattern) -> bool {
    pattern.items.iter().enumerate().all(|(index, item)| match item {
        PatternItem::Field { letter, .. } => !matches!(letter, 'X' | 'x' | 'Z'),
        PatternItem::Literal(text) => {
            let digits = if index == 0 { text.trim_start_matches(['+', '-']) } else { text };
            text.len() - digits.len() <= 1 && digits.bytes().all(|byte| byte.is_ascii_digit())
        }
    })
}

/// A Java date pattern as a pattern of ECMA 262.
fn pattern_text(pattern: &DatePattern) -> String {
    let mut out = String::new();
    for item in &pattern.items {
        match item {
            PatternItem::Literal(text) => out.push_str(&escaped(text)),
            PatternItem::Field { letter, count } => out.push_str(&field(*letter, *count)),
        }
    }
    out
}

fn field(letter: char, count: usize) -> String {
    let short = count == 1;
    match letter {
        'y' | 'u' => YEAR.to_owned(),
        'M' => if short { SHORT_MONTH } else { MONTH }.to_owned(),
        'd' => if short { SHORT_DAY } else { DAY }.to_owned(),
        'H' => if short { SHORT_HOUR } else { HOUR }.to_owned(),
        'm' | 's' => if short { SHORT_MINUTE } else { MINUTE }.to_owned(),
        'S' => format!("[0-9]{{{count}}}"),
        // An offset of at most 18 hours; the other letters cannot stand here, as validation has refused them.
        _ => {
            let colon = if count == 3 && letter != 'Z' { ":" } else { "" };
            let minutes = if short && letter != 'Z' { "?" } else { "" };
            let zulu = if letter == 'X' { "Z|" } else { "" };
            format!(
                "(?:{zulu}[+-](?:(?:0[0-9]|1[0-7])(?:{colon}{MINUTE}){minutes}|18(?:{colon}00){minutes}))"
            )
        }
    }
}

/// Literal text with everything escaped that has a meaning in patterns.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if r"\^$.|?*+()[]{}/".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn java_patterns() {
        let text = |pattern: &str| pattern_text(&DatePattern::parse(pattern).unwrap());
        assert_eq!(text("yyyy-MM"), format!("{YEAR}-{MONTH}"));
        assert_eq!(text("d/M.yyyy"), format!(r"{SHORT_DAY}\/{SHORT_MONTH}\.{YEAR}"));
        assert_eq!(text("'T'SSS"), "T[0-9]{3}");
        assert_eq!(text("XXX"), "(?:Z|[+-](?:(?:0[0-9]|1[0-7])(?::[0-5][0-9])|18(?::00)))");
        assert_eq!(text("x"), "(?:[+-](?:(?:0[0-9]|1[0-7])(?:[0-5][0-9])?|18(?:00)?))");
    }

    #[test]
    fn patterns_of_digits_give_way_to_epoch_numbers() {
        let digits = |pattern: &str| is_number(&DatePattern::parse(pattern).unwrap());
        assert!(digits("yyyyMMdd") && digits("'-'yyyyMMdd"));
        assert!(!digits("yyyy-MM-dd") && !digits("yyyyMMddX") && !digits("'--'yyyyMMdd"));
    }
}
