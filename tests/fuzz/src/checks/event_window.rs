//! Windows of event time: any text is a window or says why not, and a window reads back as it is written.

use lakebed::EventWindow;

/// Units and their milliseconds.
const UNITS: [(&str, i128); 5] =
    [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];

/// Ten thousand years.
const LONGEST: i128 = 315_576_000_000_000;

/// A text, and nine bytes more that make one.
pub fn check(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        any(text);
    }
    let Some((&[first, second, a, b, c, d, e, f, g], _)) = data.split_first_chunk() else { return };
    made(
        first,
        i64::from_le_bytes([a, b, c, d, e, f, g, 0]),
        second,
        i64::from_le_bytes([g, c, 0, 0, 0, 0, 0, 0]),
    );
}

fn any(text: &str) {
    let window: EventWindow = match text.parse() {
        Ok(window) => window,
        Err(error) => {
            assert!(error.to_string().contains("write it like"), "{error}");
            return;
        }
    };
    assert!(window.from.is_some() || window.to.is_some(), "{text:?} has no end");
    if let (Some(from), Some(to)) = (window.from, window.to) {
        assert!(from <= to, "{text:?} is backwards");
    }
    for end in [window.from, window.to].into_iter().flatten() {
        assert!(end % 1000 == 0 && i128::from(end).abs() <= LONGEST, "{text:?} ends at {end}");
    }
    let written = window.to_string();
    assert_eq!(written.parse(), Ok(window), "{text:?} is written as {written:?}");
}

/// A window of two numbers: the parser gives what they say, or refuses what is too long or backwards.
fn made(first: u8, from: i64, second: u8, to: i64) {
    let (from, from_is) = end(first, from);
    let (to, to_is) = end(second, to);
    let text = format!("{from}..{to}");
    let is_good = [from_is, to_is].into_iter().flatten().all(|end| end.abs() <= LONGEST)
        && (from_is.is_some() || to_is.is_some())
        && from_is.zip(to_is).is_none_or(|(from, to)| from <= to);
    match text.parse::<EventWindow>() {
        Ok(window) => {
            assert!(is_good, "{text}");
            assert_eq!((window.from.map(i128::from), window.to.map(i128::from)), (from_is, to_is), "{text}");
        }
        Err(error) => assert!(!is_good, "{text}: {error}"),
    }
}

/// An end as text and in milliseconds.
fn end(settings: u8, number: i64) -> (String, Option<i128>) {
    let Some((unit, millis)) = UNITS.get(usize::from(settings % 6)) else { return (String::new(), None) };
    // Small numbers as often as large ones.
    let number = number >> (settings / 12 % 8 * 7);
    let (sign, factor) = if settings % 12 < 6 { ("-", -1) } else { ("+", 1) };
    (format!("{sign}{number}{unit}"), Some(factor * i128::from(number) * millis))
}
